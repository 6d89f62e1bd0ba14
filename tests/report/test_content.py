"""What the report says of the small city, held against figures worked out here from its tables."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lifecircle.plan.standards import Clause
from lifecircle.report.blocks import Bullets, Picture, Table, walk
from lifecircle.report.content import contents
from lifecircle.report.content.words import Words
from report.small_city import small_city


def section(report, *titles):
    """Return the section that lies under some titles."""
    sections = report.sections
    for title in titles:
        (found,) = [one for one in sections if one.title == title]
        sections = found.sections
    return found


def tables(one):
    return [block for block in one.blocks if isinstance(block, Table)]


def row(table, name):
    (found,) = [line for line in table.rows if line.cells[0].text == name]
    return [cell.text for cell in found.cells]


def within(city, standard, walker_minutes, **area):
    """Return people and covered people of an area, from the access table alone."""
    access = city.access[city.access["service"] == standard].reset_index(drop=True)
    inside = pd.Series(True, index=city.residents.index)
    for column, value in area.items():
        inside &= city.residents[column] == value
    people = city.residents["population"][inside]
    return people.sum(), people[access["minutes"][inside] <= walker_minutes].sum()


@pytest.fixture(scope="module")
def chinese(city):
    return contents(Words(city, "zh"), {})


def test_the_board_has_every_standard_once_by_field(chinese):
    (board,) = tables(section(chinese.city, "总体结论"))
    bands = [line.cells[0].text for line in board.rows if line.band]
    assert bands == ["医疗卫生", "老有所养", "文化"]
    assert len(board.rows) - len(bands) == 9
    assert [cell.head for cell in board.columns] == ["指标", "现值", "范围", "目标", "结论", "缺口人数"]


def test_the_board_says_what_the_access_table_adds_up_to(chinese, city):
    people, covered = within(city, "clinic", 15)
    (board,) = tables(section(chinese.city, "总体结论"))
    told = row(board, "15分钟医疗圈")
    assert told[1] == f"{100 * covered / people:.1f}%"
    assert told[4] == "未达标"
    assert told[5] == f"{0.85 * people - covered:,.0f}"


def test_a_district_is_told_with_its_gap_and_its_worst_communities(chinese, city):
    """六合区 against 玄武区: the same sentence, put together here from the access table."""
    people, covered = within(city, "clinic", 15, district_id="01")
    centre_people, centre_covered = within(city, "clinic", 15, district_id="00")
    (bullets, *_) = section(chinese.city, "六合区", "步行可达情况").blocks
    (told,) = [item for item in bullets.items if "15分钟医疗圈" in item]
    assert f"“15分钟医疗圈”覆盖{people:,.0f}人中的{covered:,.0f}人" in told
    assert f"还须覆盖{0.85 * people - covered:,.0f}人" in told
    points = 100 * (centre_covered / centre_people - covered / people)
    assert f"比中心城区（{centre_covered / centre_people:.1%}）低{points:.1f}个百分点" in told
    short = {
        one: 0.85 * own[0] - own[1]
        for one in sorted(set(city.residents.loc[city.residents["district_id"] == "01", "community_id"]))
        if (own := within(city, "clinic", 15, community_id=one))
    }
    worst = sorted(short, key=short.get, reverse=True)[:3]
    assert "缺口最大的社区：" + "、".join(f"{one}号村（{short[one]:,.0f}人）" for one in worst) in told


def test_the_outer_districts_come_first_and_in_full(chinese):
    titles = [one.title for one in chinese.city.sections]
    assert titles == [
        "总体结论", "分领域情况", "全市步行可达情况", "六合区", "高淳区", "玄武区", "数据", "方法",
    ]  # fmt: skip
    assert [one.title for one in section(chinese.city, "六合区").sections] == [
        "规划要求完成情况", "步行可达情况", "与中心城区的差距", "缺口最大的社区及原因", "农村社区",
    ]  # fmt: skip
    assert [one.title for one in section(chinese.city, "玄武区").sections][:2] == ["规划要求完成情况", "步行可达情况"]


def test_the_rural_communities_stand_apart(chinese, city):
    people, covered = 0, 0
    for community in ("010102", "010202"):
        own = within(city, "clinic", 15, community_id=community)
        people, covered = people + own[0], covered + own[1]
    (sides, worst) = tables(section(chinese.city, "六合区", "农村社区"))
    assert row(sides, "15分钟医疗圈")[3] == f"{100 * covered / people:.1f}%"
    assert {line.cells[0].text for line in worst.rows} <= {"010102号村", "010202号村"}


def test_the_reason_names_the_distance_and_the_facility_that_is_lacking(chinese, city):
    worst = tables(section(chinese.city, "六合区", "缺口最大的社区及原因"))[0]
    line = next(one for one in worst.rows if one.cells[2].text == "15分钟医疗圈")
    own = city.results[city.results["area_id"] == line.cells[0].text.removesuffix("号村")]
    result = own[own["standard_id"] == "clinic_15"].iloc[0]
    assert f"超出时限{result['missing']:.1f}分钟" in line.cells[5].text
    assert "本社区（村）缺“每个社区一处医疗点”" in line.cells[5].text


def test_capacity_per_head_counts_nobody_as_behind(chinese):
    (gap,) = tables(section(chinese.city, "六合区", "与中心城区的差距"))
    assert row(gap, "每千人床位")[4] == "—"
    assert row(gap, "15分钟医疗圈")[4] != "—"


def test_an_earlier_run_tells_whether_the_gap_narrows(city):
    gaps = city.gaps.copy()
    gaps["change"] = -0.031
    told = contents(Words(replace(city, gaps=gaps), "en"), {})
    items = section(told.city, "六合区", "Services within a walk").blocks[0].items
    assert any("The gap is 3.1 points narrower than in the earlier run." in item for item in items)


def test_a_standard_without_data_is_told_with_its_reason(chinese):
    items = section(chinese.city, "高淳区", "步行可达情况").blocks[0].items
    assert "“900米文化圈”无结论，原因：一半以上的对象情况不明。" in items


def test_readings_of_targets_are_marked_and_explained(chinese):
    field = tables(section(chinese.city, "分领域情况", "医疗卫生"))[0]
    assert row(field, "15分钟医疗圈")[3].endswith("＊")
    assert not row(field, "综合生活圈")[3].endswith("＊")
    assert "解读" in field.note
    notes = tables(section(chinese.city, "方法", "目标的解读：小城规划"))[0]
    assert row(notes, "15分钟医疗圈") == ["15分钟医疗圈", "工作目标"]


def test_a_study_without_districts_groups_and_reference_is_told_too():
    """Only the communities are left, as where squares stand in for them."""
    city = small_city(groups={}, reference=None)
    areas = city.areas[city.areas["level"].isin(["city", "community"])].drop(columns="setting")
    areas = areas.assign(parent_id=areas["parent_id"].where(areas["level"] == "city", "city")).reset_index(drop=True)
    results = city.results[city.results["level"].isin(["city", "community"])]
    alone = replace(city, areas=areas, results=results, gaps=city.gaps[city.gaps["level"] == "city"])
    told = contents(Words(alone, "zh"), {})
    assert [one.title for one in told.city.sections] == ["总体结论", "分领域情况", "全市步行可达情况", "数据", "方法"]
    assert told.districts == {}


def test_tables_and_figures_are_numbered_in_the_order_of_reading(told):
    blocks = [block for one in walk(told.city) for block in one.blocks]
    for kind in (Table, Picture):
        numbers = [block.number for block in blocks if isinstance(block, kind)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > 5


def test_both_languages_say_the_same(city):
    """The same sections, tables and cells; only words differ."""
    chinese, english = (contents(Words(city, lang), {}).city for lang in ("zh", "en"))
    for one, other in zip(walk(chinese), walk(english), strict=True):
        assert one.path == other.path
        assert [type(block) for block in one.blocks] == [type(block) for block in other.blocks]
        for left, right in zip(one.blocks, other.blocks, strict=True):
            if isinstance(left, Table):
                assert [len(line.cells) for line in left.rows] == [len(line.cells) for line in right.rows]
            if isinstance(left, Bullets):
                assert len(left.items) == len(right.items)


def test_english_reports_have_no_chinese_but_names(city):
    """Areas are called by their own names in every language; nothing else may be Chinese."""
    english = contents(Words(city, "en"), {})
    names = re.compile("|".join(map(re.escape, english.words.names.values())))
    texts = [block.title for one in walk(english.city) for block in one.blocks if isinstance(block, Table)]
    texts += [one.title for one in walk(english.city)]
    assert not [text for text in texts if re.search("[\u4e00-\u9fff]", names.sub("", text))]


def test_residents_are_never_listed_one_by_one(told):
    texts = [cell.text for one in walk(told.city) for block in one.blocks if isinstance(block, Table)
             for line in block.rows for cell in line.cells]  # fmt: skip
    assert not [text for text in texts if "resident-" in text or "secret-cell" in text]
    assert {"zh": "过远", "en": "is far off"}[told.words.lang] in texts


def test_two_plans_are_told_apart():
    city = small_city()
    other = city.plans[0].model_copy(update={"id": "other-plan"})
    results = pd.concat([city.results, city.results.assign(plan_id="other-plan")], ignore_index=True)
    both = replace(city, plans=(*city.plans, other), results=results)
    told = contents(Words(both, "en"), {})
    assert [one.title for one in told.city.sections].count("Field by field: Plan of the city") == 2


def test_the_second_source_of_people_is_told_by_area_and_circle(chinese, city):
    """The second source has a tenth more people in the first district and a tenth fewer in the others."""
    part = section(chinese.city, "数据", "两种人口来源的比较")
    people = city.residents.groupby("district_id")["population"].sum()
    assert f"{people.sum():,.0f}人；worldpop.tif则为{1.1 * people['00'] + 0.9 * people[['01', '02']].sum():,.0f}人" in (
        part.blocks[0].text
    )
    areas, circles = tables(part)
    assert [row(areas, name)[3] for name in ("玄武区", "六合区", "高淳区")] == [
        "+10.0%",
        "\N{MINUS SIGN}10.0%",
        "\N{MINUS SIGN}10.0%",
    ]
    _, covered = within(city, "clinic", 15)
    west, west_covered = within(city, "clinic", 15, district_id="00")
    second = (0.9 * covered + 0.2 * west_covered) / (0.9 * people.sum() + 0.2 * west)
    told = row(circles, "15分钟医疗圈")
    assert told[2] == f"{second:.1%}"
    assert told[3] == f"{100 * (second - covered / people.sum()):+.1f}个百分点"


def test_districts_without_data_are_told_as_such(chinese):
    (gaps,) = tables(section(chinese.city, "数据", "数据完整性"))
    told = [[cell.text for cell in line.cells] for line in gaps.rows]
    assert ["无数据", "—"] in [[cells[-1], cells[3]] for cells in told if cells[1] == "高淳区"]


def test_one_source_of_people_is_not_compared(city):
    alone = replace(city, populations=city.populations.head(0))
    data = section(contents(Words(alone, "zh"), {}).city, "数据")
    assert "两种人口来源的比较" not in [one.title for one in data.sections]


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "审图号：GS(2026)0001号"), ("en", "Map approval number (审图号): GS(")]
)
def test_the_approval_number_of_the_maps_stands_with_the_sources(lang, words):
    city = small_city(map_approval="GS(2026)0001号")
    told = contents(Words(city, lang), {})
    assert told.city.credits[-1].startswith(words)
    titles = {"数据来源", "Sources of the data"}
    for report in (told.city, *told.districts.values()):
        (sources,) = [one for one in walk(report) if one.title in titles]
        assert sources.blocks[0].items[-1].startswith(words)


def test_a_percentage_is_short_by_points(chinese):
    """98.4 % insured against 99 %: 0.6 percentage points, not 0.6 %."""
    field = tables(section(chinese.city, "分领域情况", "医疗卫生"))[0]
    assert row(field, "参保率（%）")[-1] == "0.6个百分点"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("有结论的{}项：", "其余{}项没有本区域的数据，或不对本区域提出要求。")),
        ("en", ("{} have a verdict in ", "On the other {} there are no figures for this area")),
    ],
)
def test_a_district_is_not_said_to_lack_data_on_what_the_plan_asks_of_the_city(tellings, city, lang, words):
    """The plan has nine entries; the insured are counted for the city alone."""
    own = city.results[city.results["area_id"] == "01"].drop_duplicates("standard_id")
    judged = int((own["verdict"] != "no_data").sum())
    (chapter,) = [one for one in tellings[lang].city.sections if one.title == "六合区"]
    told = chapter.sections[0].blocks[0].text
    assert judged < len(own)
    assert words[0].format(judged) in told
    assert words[1].format(len(own) - judged) in told


@pytest.mark.parametrize(
    ("lang", "few", "many"),
    [
        ("zh", "另有不足10人情况不明，未计入。", "另有12人情况不明，未计入。"),
        ("en", "Fewer than 10 more people are unknown and not counted.", "12 more people are unknown and not counted."),
    ],
)
def test_a_few_unknown_people_are_told_in_words(city, lang, few, many):
    for unknown, told in ((3.0, few), (12.0, many)):
        results = city.results.copy()
        results.loc[(results["standard_id"] == "clinic_15") & (results["level"] == "city"), "unknown"] = unknown
        whole = contents(Words(replace(city, results=results), lang), {}).city
        items = [item for block in every_bullets(whole) for item in block.items]
        assert any(told in item for item in items)


def test_a_range_whose_ends_read_alike_is_none(city):
    """From 50.01 % to 50.04 %, both read 50.0 %: the table has a dash, the sentence no range."""
    results = city.results.copy()
    own = (results["standard_id"] == "clinic_15") & (results["level"] == "city")
    results.loc[own, ["low", "value", "high"]] = [0.5001, 0.5002, 0.5004]
    report = contents(Words(replace(city, results=results), "zh"), {}).city
    (board,) = tables(section(report, "总体结论"))
    assert row(board, "15分钟医疗圈")[1:3] == ["50.0%", "—"]
    (told,) = [
        item for item in section(report, "全市步行可达情况", "总体情况").blocks[0].items if "15分钟医疗圈" in item
    ]
    assert "占50.0%，目标" in told


def test_a_city_without_districts_and_reference_has_no_words_about_them(city):
    districts = city.areas["level"].isin(["district", "street"])
    study = city.study.model_copy(update={"reference": None, "groups": {}})
    gone = city.results["level"].isin(["district", "street", "group"])
    alone = replace(city, study=study, areas=city.areas[~districts], results=city.results[~gone])
    report = contents(
        Words(replace(alone, gaps=city.gaps.head(0), populations=city.populations.head(0)), "zh"), {}
    ).city
    assert "数据完整性" not in [one.title for one in section(report, "数据").sections]
    rules = section(report, "方法", "计算规则").blocks[0].items
    assert not any("参照分组" in rule for rule in rules)


def test_a_file_that_several_layers_are_read_from_is_listed_once(city):
    file = {"file": "dining.csv", "sha256": "0a1b" * 16}
    report = contents(Words(city, "zh"), {"inputs": {"layers.meal_point": file, "layers.kitchen": file}}).city
    (table,) = tables(section(report, "方法", "运行清单"))
    assert [line.cells[0].text for line in table.rows].count("dining.csv") == 1
    assert row(table, "接入距离上限")[1] == "300米"


def every_bullets(report):
    """Yield the lists of a report."""
    return [block for one in walk(report) for block in one.blocks if isinstance(block, Bullets)]


def test_districts_that_are_alike_are_not_told_as_one(city):
    """Two of three districts have nobody covered, the third one everybody."""
    results = city.results.copy()
    own = (results["standard_id"] == "clinic_15") & (results["level"] == "district")
    results.loc[own, "value"] = np.where(results.loc[own, "area_id"] == "00", 1.0, 0.0)
    told = contents(Words(replace(city, results=results), "zh"), {}).city
    spread = tables(section(told, "分领域情况", "医疗卫生"))[1]
    assert row(spread, "15分钟医疗圈")[-2:] == ["六合区等2个区（0.0%）", "玄武区（100.0%）"]


def test_verdicts_that_none_has_are_not_counted(city):
    results = city.results.assign(verdict="short")
    for lang, told in (("zh", "未达标"), ("en", "short")):
        text = contents(Words(replace(city, results=results), lang), {}).city.sections[0].blocks[0].text
        assert told in text
        assert not any(other in text for other in ("临界", "无数据", "borderline", "without data"))


def test_a_plan_that_says_nothing_of_a_district_is_told_in_one_sentence(city):
    results = city.results.copy()
    results.loc[results["area_id"] == "01", ["verdict", "reason"]] = "no_data", "unknown"
    told = contents(Words(replace(city, results=results), "zh"), {}).city
    (chapter,) = [one for one in told.sections if one.title == "六合区"]
    assert chapter.sections[0].blocks[0].text.endswith("项要求，或没有六合区的数据，或不对六合区提出要求。")


def test_problems_that_differ_in_numbers_alone_are_one_line(city):
    reasons = [f"{people} people live on {metres} m of streets" for people, metres in ((986, 450), (31, 781), (26, 37))]
    rows = {"file": "streets.pbf", "row": 1, "feature_id": "", "column": "", "outcome": "noted"}
    problems = pd.DataFrame([{**rows, "reason_zh": each, "reason_en": each} for each in reasons])
    table = tables(section(contents(Words(replace(city, problems=problems), "zh"), {}).city, "数据", "数据问题"))[0]
    assert [[cell.text for cell in line.cells] for line in table.rows] == [["streets.pbf", "提示", "3", reasons[0]]]


def test_sources_are_named_in_the_language_of_the_report():
    city = small_city(credits=[{"zh": "某某统计局", "en": "Bureau of statistics"}, "CC BY 4.0"])
    assert contents(Words(city, "zh"), {}).city.credits == ("某某统计局", "CC BY 4.0")
    assert contents(Words(city, "en"), {}).city.credits == ("Bureau of statistics", "CC BY 4.0")


def test_districts_without_a_verdict_are_counted_beside_the_others(chinese):
    """Nothing is known of culture in 高淳区: of three districts two have a verdict on it, and all three are counted."""
    (spread,) = [one for one in tables(section(chinese.city, "分领域情况", "文化")) if "各区" in one.title]
    assert [one.head for one in spread.columns[1:5]] == ["达标", "临界", "未达标", "无数据"]
    counts = [int(text) for text in row(spread, "900米文化圈")[1:5]]
    assert sum(counts) == 3
    assert counts[-1] == 1


def test_who_walks_and_how_fast_is_told(chinese):
    """1.0 and 0.76 m/s are 60 and 45.6 m/min, 0.35 and 0.27 m/s on steps 21 and 16.2."""
    (walkers,) = tables(section(chinese.city, "方法", "计算规则"))
    assert row(walkers, "规划标准步行者") == ["规划标准步行者", "15分钟医疗圈、900米文化圈", "60", "21", "0", "0"]
    assert row(walkers, "老年人") == ["老年人", "12分钟养老圈", "45.6", "16.2", "20", "28"]


@pytest.mark.parametrize(("terrain", "words"), [(None, "平路"), ({"file": "dem.tif"}, "托布勒")])
def test_whether_slopes_count_is_told(terrain, words):
    report = contents(Words(small_city(terrain=terrain), "zh"), {}).city
    assert any(words in rule for rule in section(report, "方法", "计算规则").blocks[0].items)


def test_what_a_plan_does_not_ask_of_an_area_is_not_told_of_it(city):
    """Were 六合区 without anybody whom the clinic circle is about, its chapter would be silent on it."""
    results = city.results.copy()
    own = (results["standard_id"] == "clinic_15") & (results["area_id"] == "01")
    results.loc[own, ["verdict", "reason"]] = ["no_data", "not_judged"]
    report = contents(Words(replace(city, results=results), "zh"), {}).city
    items = section(report, "六合区", "步行可达情况").blocks[0].items
    assert not any("15分钟医疗圈" in item for item in items)
    assert any("15分钟医疗圈" in item for item in section(report, "高淳区", "步行可达情况").blocks[0].items)


def test_a_column_in_which_a_plan_has_nothing_to_say_is_left_out(city):
    """As in the plan that comes for any city, which has no clauses and binds nobody."""
    plan = city.plans[0]
    bare = [one.model_copy(update={"clause": Clause(chapter="—"), "binding": None}) for one in plan.standards]
    bound = [*bare[:-1], bare[-1].model_copy(update={"binding": "约束性"})]
    for standards, heads in ((bare, ["指标", "目标", "现值"]), (bound, ["指标", "属性", "目标", "现值"])):
        changed = plan.model_copy(update={"standards": standards, "indicators": []})
        report = contents(Words(replace(city, plans=(changed,)), "zh"), {}).city
        last = tables(section(report, "分领域情况", "老有所养"))[0]
        assert [one.head for one in last.columns][: len(heads)] == heads
        assert {len(line.cells) for line in last.rows} == {len(last.columns)}
