"""The workbook: what is where, as numbers with formats, with heads that stay and filter."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from lifecircle.report.content import contents
from lifecircle.report.content.words import Words
from lifecircle.report.workbook import write_workbook
from lifecircle.report.workbook.contents import city_sheets
from lifecircle.report.workbook.sheet import Field, Sheet, Value


@pytest.fixture(scope="module")
def books(tellings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("workbook")
    for lang, told in tellings.items():
        write_workbook(told.city, city_sheets(told.words, told.city), folder / f"{lang}.xlsx")
    return {lang: openpyxl.load_workbook(folder / f"{lang}.xlsx") for lang in tellings}


@pytest.fixture
def book(books, told):
    return books[told.city.lang]


@pytest.fixture
def chinese(books):
    return books["zh"]


def column(sheet, head):
    (found,) = [cell.column for cell in sheet[2] if cell.value == head]
    return [sheet.cell(row, found) for row in range(3, sheet.max_row + 1)]


def test_there_is_a_sheet_for_each_part_of_the_report(chinese):
    assert chinese.sheetnames == [
        "说明", "总览", "医疗卫生", "老有所养", "文化", "各区", "各街道（镇）", "各社区（村）", "设施问题",
        "规划指标表", "方法",
    ]  # fmt: skip


def test_heads_stay_in_sight_and_filter(book):
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes.endswith("3")
        assert sheet.auto_filter.ref is None or sheet.auto_filter.ref.startswith("A2:")
    assert sum(sheet.auto_filter.ref is not None for sheet in book) == len(book.sheetnames) - 1


def test_values_are_numbers_with_the_format_of_their_unit(chinese, city):
    names = [cell.value for cell in column(chinese["总览"], "指标")]
    values = dict(zip(names, column(chinese["总览"], "现值"), strict=True))
    results = city.results[city.results["level"] == "city"].drop_duplicates("standard_id").set_index("standard_id")
    share, ratio = values["15分钟医疗圈"], values["每千人床位"]
    assert (share.value, share.number_format) == (pytest.approx(results.loc["clinic_15", "value"]), "0.0%")
    assert (ratio.value, ratio.number_format) == (pytest.approx(results.loc["beds", "value"]), "#,##0.00")


def test_heads_name_unit_and_denominator(chinese):
    heads = {cell.value for cell in chinese["各社区（村）"][2]}
    assert "15分钟医疗圈（常住人口，%）" in heads
    assert "12分钟养老圈（目标人群，%）" in heads
    assert "12分钟养老圈 缺口（人）" in heads


def test_every_area_has_its_row(chinese, city):
    counts = city.areas["level"].value_counts()
    assert chinese["各社区（村）"].max_row == 2 + counts["community"]
    assert chinese["各街道（镇）"].max_row == 2 + counts["street"]


def test_a_community_tells_whether_it_has_what_it_was_promised(chinese):
    places = [cell.value for cell in column(chinese["各社区（村）"], "社区（村）")]
    verdicts = dict(zip(places, column(chinese["各社区（村）"], "每个社区一处医疗点（结论）"), strict=True))
    assert verdicts["000101号村"].value == "达标"
    assert verdicts["010101号村"].value == "未达标"


def test_the_plan_s_table_stands_beside_our_values(chinese):
    sheet = chinese["规划指标表"]
    row = {cell.value: sheet.cell(3, cell.column).value for cell in sheet[2]}
    assert row == {
        "领域": "医疗卫生", "指标（原文）": "参保率（%）", "属性": "预期性", "2020年（印出）": "97.1",
        "2025年目标（印出）": "≥99", "本次评估": 98.4, "单位": "%", "结论": "未达标", "计算依据": "统计表提供",
    }  # fmt: skip


def test_problems_of_facilities_name_the_facility_and_its_place(chinese):
    sheet = chinese["设施问题"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[:5] for row in rows] == [
        ["基层医疗", "clinic-2", "clinic中心2", "玄武区", "000201号村"],
        [None, "clinic-99", None, None, None],
        ["养老服务", "elder_care-9", "elder_care中心9", "六合区", "010201号村"],
    ]


def test_a_city_without_districts_and_faulty_facilities_has_no_empty_sheets(city, tmp_path):
    left = city.areas["level"].isin(["city", "community"])
    alone = replace(
        city,
        study=city.study.model_copy(update={"groups": {}, "reference": None}),
        areas=city.areas[left].assign(parent_id="city"),
        residents=city.residents.drop(columns=["street_id", "district_id"]),
        results=city.results[city.results["level"].isin(["city", "community"])],
        gaps=city.gaps.head(0),
        problems=city.problems.head(0),
    )
    words = Words(alone, "zh")
    told = contents(words, {}).city
    write_workbook(told, city_sheets(words, told), tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert "各区" not in book.sheetnames
    assert [cell.value for cell in book["设施问题"][3]][-1] == "没有发现设施数据问题。"


def test_verdicts_are_coloured_by_rule(book, told):
    rules = [rule for sheet in book for group in sheet.conditional_formatting for rule in group.rules]
    assert {rule.formula[0].strip('"') for rule in rules} == {
        told.words.verdict(one) for one in ("met", "borderline", "short", "no_data")
    }


def test_invented_data_is_marked_on_every_sheet(book):
    for sheet in book.worksheets[1:]:
        assert sheet["A1"].value.endswith("SYNTHETIC")


def test_text_that_looks_like_a_formula_a_link_or_a_number_stays_text(told, tmp_path):
    rows = [["=1+1"], ["+1"], ["-1"], ["@A1"], ["http://example.org"], ["mailto:a@b"], ["007"], ["{=A1}"]]
    write_workbook(told.city, [Sheet("x", "x", (Field("x"),), rows)], tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["x"]
    assert [[cell.value] for cell in column(sheet, "x")] == rows
    assert {cell.data_type for cell in column(sheet, "x")} == {"s"}
    assert not any(cell.hyperlink for cell in column(sheet, "x"))


def test_a_row_is_as_high_as_its_longest_text(told, tmp_path):
    """Ten characters fit beside the indent of a column of twelve: 31 letters, or 16 Chinese ones, need four lines."""
    rows = [["ten letter"], ["x" * 31], ["字" * 16]]
    write_workbook(told.city, [Sheet("x", "x", (Field("x", width=12),), rows)], tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["x"]
    assert [sheet.row_dimensions[row].height for row in (3, 4, 5)] == [None, 54, 54]


def test_the_method_tells_all_cells_of_its_tables(book, told):
    cells = {cell.value for line in book.worksheets[-1].iter_rows() for cell in line}
    keys = ("holds_residents_parquet", "apart", "audience_analyst")
    assert "".join(map(told.words.say, keys)) in cells


def test_what_is_unknown_is_empty_and_not_zero(told, tmp_path):
    sheet = Sheet("x", "x", (Field("x", "figure"),), [[Value(float("nan"), share=True, verdict="no_data")], [None]])
    write_workbook(told.city, [sheet], tmp_path / "book.xlsx")
    assert [cell.value for cell in column(openpyxl.load_workbook(tmp_path / "book.xlsx")["x"], "x")] == [None, None]


def test_the_same_report_has_the_same_bytes(told, tmp_path):
    sheets = city_sheets(told.words, told.city)
    for name in ("one", "two"):
        write_workbook(told.city, sheets, tmp_path / f"{name}.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
