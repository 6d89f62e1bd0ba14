from __future__ import annotations

import pandas as pd
import pytest

from lifecircle.bilingual import Bilingual
from lifecircle.inputs.frame_checks import LayerFit, frame_fits, segments_of
from lifecircle.inputs.frames import FrameFit
from lifecircle.problems import Problem, alike_problems, in_language, problems_table
from lifecircle.report.blocks import Table, walk
from lifecircle.report.check import MOST_ROWS, Check, check_report, street_distances
from lifecircle.report.page import page
from lifecircle.run import check_study
from lifecircle.study import read_study
from town_study import write_town

EVIL = "<script>alert(1)</script>{{7*7}}"


def checked(study, fits=None):
    """Return the check of a study file."""
    study = read_study(study)
    found = check_study(study)
    network = found.joined.placed.network
    if fits is None:
        fits = frame_fits(study, found.inputs, segments_of(network.vertex_lonlat, network.edge_offsets))
    return Check(study, found.inputs, found.joined, found.problems, fits)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def check(town):
    return checked(town)


def cells(report, title):
    """Return the rows of the table of some title as texts."""
    [table] = [
        block
        for section in walk(report)
        for block in section.blocks
        if isinstance(block, Table) and block.title == title
    ]
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


def texts(report):
    """Return everything that stands between the tables."""
    blocks = [block for section in walk(report) for block in section.blocks]
    return [text for block in blocks for text in (getattr(block, "text", None), *getattr(block, "items", ())) if text]


def test_the_verdict_says_what_the_files_hold(check):
    said = texts(check_report(check, "en"))
    assert said[0] == "The study can be run."
    assert "5 resident points with 1,050 people" in said
    assert "2 facilities in 2 layers" in said
    assert "Areas: District 2, Community 2" in said
    # Three hundredths of a degree and, on the island, half of one: 2,835 m and 472 m.
    assert "2 pieces of street that can be walked, 3 km in all" in said


def test_every_layer_is_listed_with_its_rows_frame_and_fit(check):
    report = check_report(check, "en")
    assert cells(report, "Rows of each layer, its frame, and how it fits the streets") == [
        ("Residents", "residents.csv", "5", "—", "—", "5", "EPSG:4326", "undecided"),
        ("primary health care", "clinics.csv", "1", "0", "0", "1", "EPSG:4326", "undecided"),
        ("culture", "culture.csv", "1", "0", "0", "1", "EPSG:4326", "undecided"),
    ]


def test_unknown_and_absent_are_told_apart_among_the_gaps(check):
    """Clinics are a full register: the east has none. Of culture in the east nothing is known.

    West has 350 people and one clinic: 28.57 for 10,000; the city has one for 1,050: 9.52.
    """
    title = "Districts with no facilities of a layer, or far fewer than usual"
    assert cells(check_report(check, "en"), title) == [
        ("primary health care",),
        ("东区", "0", "0.00", "9.52", "28.57", "none"),
        ("culture",),
        ("东区", "—", "—", "28.57", "28.57", "no data"),
    ]


def test_people_on_an_island_of_street_are_counted(check):
    """50 of 1,050 people are 4.76 %; their street is half a hundredth of a degree long, at 32.01 N 472.4 m."""
    report = check_report(check, "en")
    assert any("2 parts that nothing joins. 50 people (4.76 %) live on small islands" in text for text in texts(report))
    [row] = cells(report, "Parts with people that are not joined to the main streets")
    assert row == ("island", "118.80000, 32.01000", "472", "50")


def test_distances_to_the_street_are_percentiles_by_hand(tmp_path):
    """Residents 0, 10, 20, 30 m and 1 km off the street: the last is beyond, the others have median 15 and 90 % 27."""
    study = write_town(tmp_path)
    north_m = 110_874.0  # one degree of latitude at 32 N
    rows = "".join(
        f"r{at},118.805,{32 + metres / north_m:.8f},100\n" for at, metres in enumerate((0, 10, 20, 30, 1000))
    )
    (tmp_path / "residents.csv").write_text(f"resident_id,lon,lat,population\n{rows}")
    study.write_text(study.read_text(encoding="utf-8") + "snap_limit_m: 40\n", encoding="utf-8")
    table = street_distances(checked(study, fits=())).set_index("layer")
    assert table.index.tolist() == ["residents", "clinic", "culture"]
    assert table.loc["residents", ["places", "beyond"]].tolist() == [5, 1]
    assert table.loc["residents", ["middle_m", "most_m", "farthest_m"]].tolist() == pytest.approx([15, 27, 30], abs=0.1)
    assert table.loc["clinic", "farthest_m"] == pytest.approx(0, abs=0.02)


def fit(verdict, *, trusted=False):
    message = Bilingual(en="It looks like GCJ-02.", zh="文件似为 GCJ-02。")
    return LayerFit("clinic", "clinics.csv", trusted, FrameFit(verdict, "GCJ-02", 540.0, 115.0, 0.99, 120, message))


def test_a_wrong_frame_is_the_first_thing_that_is_said(town):
    said = texts(check_report(checked(town, [fit("wrong")]), "en"))
    assert said[0] == "The study will not be scored: the frame of some data is surely wrong, as told below."
    assert said[1] == "primary health care (clinics.csv): It looks like GCJ-02."
    trusted = texts(check_report(checked(town, [fit("wrong", trusted=True)]), "zh"))
    assert trusted[0] == "研究可以运行。"
    assert trusted[1] == "基层医疗（clinics.csv）：文件似为 GCJ-02。（研究文件要求信任此坐标系：trust_crs。）"


def problem(reason, row=None, file="a.csv", outcome="dropped"):
    return Problem(file, row, "", "beds", Bilingual(zh="略", en=reason), outcome)


def test_problems_of_one_reason_are_counted_together():
    found = problems_table(
        [
            problem("beds '约30' is not a number.", 4),
            problem("has no position.", 7),
            problem("beds '约 5' is not a number.", 9),
            problem("beds '无' is not a number.", 2, outcome="repaired"),
            problem("2 of 1,506 rows are not read.", outcome="noted"),
            problem("37 of 12 rows are not read.", outcome="noted"),
            problem("beds 'x' is not a number.", 1, file="b.csv"),
        ]
    )
    alike = alike_problems(in_language(found, "en"))
    assert alike[["file", "outcome", "times", "reason"]].to_numpy().tolist() == [
        ["a.csv", "dropped", 2, "beds '约30' is not a number."],
        ["a.csv", "noted", 2, "2 of 1,506 rows are not read."],
        ["a.csv", "dropped", 1, "has no position."],
        ["a.csv", "repaired", 1, "beds '无' is not a number."],
        ["b.csv", "dropped", 1, "beds 'x' is not a number."],
    ]
    assert alike["row"].fillna(0).tolist() == [4, 0, 7, 2, 1]


def test_a_long_list_of_problems_is_cut_and_says_so(check):
    many = problems_table([problem(f"reason {'x' * at}.") for at in range(MOST_ROWS + 5)])
    report = check_report(Check(check.study, check.inputs, check.joined, many, ()), "en")
    assert len(cells(report, "Problems of the data, alike ones together and the first of them worded")) == MOST_ROWS
    assert "5 more are not shown." in page(report)


def test_a_study_without_problems_has_no_table_of_them(check):
    none = problems_table([])
    report = check_report(Check(check.study, check.inputs, check.joined, none, ()), "en")
    assert texts(report)[-1] == "0 rows were left out, 0 were repaired, and 0 notes were made."


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_loads_nothing_and_runs_nothing_that_a_file_says(check, lang):
    hostile = problems_table([problem(f"beds '{EVIL}' is not a number.", file=f"{EVIL}.csv")])
    html = page(check_report(Check(check.study, check.inputs, check.joined, hostile, check.fits), lang))
    assert "default-src &#39;none&#39;" in html
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in html
    assert f'<html lang="{ {"zh": "zh-CN", "en": "en"}[lang] }">' in html
    assert not pd.Series(html.split('"')).str.match(r"https?://").any()
