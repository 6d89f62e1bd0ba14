"""The sample's two years, whose causes are known by construction: table and page must name them rightly."""

from __future__ import annotations

import datetime as dt
from html import unescape

import numpy as np
import pytest
from ruamel.yaml import YAML

from lifecircle import run
from lifecircle.monitoring.compare import comparison
from lifecircle.monitoring.page import compare_report
from lifecircle.monitoring.parts import PARTS
from lifecircle.monitoring.runs import FinishedRun
from lifecircle.monitoring.write import telling_of
from lifecircle.report.page import page
from lifecircle.sample import Scale, write_sample_years
from lifecircle.study import read_study

pytestmark = pytest.mark.e2e

TINY = Scale("tiny", nodes=4_000, residents=800, facilities=200, communities=2, cell_m=500)
STANDARDS = {"clinic": "medical_circle", "elder_care": "elder_circle"}


def finished(study_file):
    """Return a run as it would be read from its folder, without writing the folder."""
    analysis = run.analyse(read_study(study_file))
    facts = run._manifest(analysis, "zh", None)
    year = int(analysis.findings.study.date)
    return FinishedRun(study_file.parent, analysis.findings, facts, dt.date(year, 12, 31))


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    return write_sample_years(tmp_path_factory.mktemp("sample"), TINY)


@pytest.fixture(scope="module")
def found(cache, studies):
    del cache
    return comparison(*map(finished, studies))


@pytest.fixture(scope="module")
def planted(studies):
    return YAML(typ="safe").load((studies[1].parent / "planted.yaml").read_text(encoding="utf-8"))["cases"]


def change_of(found, case):
    changes = found.changes
    rows = changes[(changes["standard_id"] == STANDARDS[case["layer"]]) & (changes["area_id"] == case["area_id"])]
    return rows.drop_duplicates("area_id").iloc[0]


def test_the_two_years_differ_in_what_happened_and_in_nothing_else(found):
    before, after = found.first.findings, found.last.findings
    assert (before.study.date, after.study.date) == ("2023", "2025")
    assert len(after.residents) - len(before.residents) == 1
    assert len(after.facilities) == len(before.facilities)  # one opened, one closed


def test_every_planted_cause_is_named_by_the_table(found, planted):
    assert found.why_no_parts is None
    assert {case["cause"] for case in planted} == {"facilities", "streets", "people"}
    for case in planted:
        row = change_of(found, case)
        assert row["cause"] == case["cause"], case["id"]
        others = [row[part] for part in PARTS if part != case["cause"]]
        np.testing.assert_allclose(others, 0, atol=1e-9)
        if "newcomers" in case:
            assert row["change"] < 0
            assert row["total_after"] - row["total_before"] == case["newcomers"]
            assert row["covered_after"] == row["covered_before"]
        elif case["layer"] == "clinic":  # counted for everybody; elder care for the elderly among them
            assert row["covered_after"] - row["covered_before"] == case["people"]
        else:
            assert 0 < row["covered_after"] - row["covered_before"] < case["people"]


def test_all_parts_of_all_areas_add_up(found):
    changes = found.changes
    known = changes["change"].notna() & changes["facilities"].notna()
    sums = changes[list(PARTS)].sum(axis=1)
    np.testing.assert_allclose(sums[known], changes.loc[known, "change"], rtol=0, atol=1e-9)
    assert known.sum() > 3_000


def test_figures_that_sum_over_the_years_are_a_cause_of_their_own(found):
    changes = found.changes
    supplied = changes[(changes["kind"] == "statistic") & (changes["change"].abs() > 0)]
    assert len(supplied) > 3
    assert set(supplied["cause"]) <= {"figures", ""}
    assert set(changes.loc[changes["cause"] == "figures", "kind"]) == {"statistic"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_names_every_cause_and_what_opened_and_closed(found, planted, lang):
    words = {
        "zh": {"facilities": "设施变化", "streets": "道路变化", "people": "人口变化", "alone": "原因是{}。"},
        "en": {"facilities": "facilities", "streets": "streets", "people": "where people live",
               "alone": "The cause is {}."},
    }[lang]  # fmt: skip
    details = {
        "clinic-opens": {"zh": "新开：样例村卫生室。", "en": "Opened: 样例村卫生室."},
        "clinic-closes": {"zh": "关闭：样例社区卫生服务站。", "en": "Closed: 样例社区卫生服务站."},
        "bridge-opens": {"zh": "新增道路：样例步行桥。", "en": "New streets: 样例步行桥."},
        "housing-is-built": {"zh": "人口由", "en": "people live there instead of"},
    }
    text = unescape(page(compare_report(telling_of(found, lang), found, ())))
    items = [item.split("</li>")[0] for item in text.split("<li>")]
    for case in planted:
        name = found.last.findings.plans[0].standard(STANDARDS[case["layer"]]).name.text(lang)
        said = [item for item in items if case["area"] in item and f"“{name}”" in item]
        assert len(said) == 1, case["id"]
        assert words["alone"].format(words[case["cause"]]) in said[0], case["id"]
        assert details[case["id"]][lang] in said[0], case["id"]
