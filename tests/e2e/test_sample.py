"""The sample city through the whole flow: answers that were planted come out, and totals are the census's."""

from __future__ import annotations

import numpy as np
import pytest
from ruamel.yaml import YAML

from lifecircle.run import analyse
from lifecircle.sample import write_sample
from lifecircle.study import read_study

pytestmark = pytest.mark.e2e
CENSUS = 9_314_685


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    study_file = write_sample(tmp_path_factory.mktemp("sample") / "city")
    planted = YAML(typ="safe").load((study_file.parent / "planted.yaml").read_text(encoding="utf-8"))
    return analyse(read_study(study_file)).findings, planted


def test_every_planted_walk_comes_out(sample):
    findings, planted = sample
    access = findings.access[findings.access["walker"] == "standard"]
    tolerance = planted["metres_tolerance_share"]
    checked = 0
    for case in planted["cases"]:
        for answer in case.get("expected", []):
            rows = access[
                access["service"].str.split("+").map(lambda layers, own=answer["layer"]: own in layers)
                & access["resident_id"].isin(answer["residents"])
            ]
            if rows.empty:  # a layer that this walker is not asked about
                continue
            checked += 1
            assert set(rows["status"]) == {answer["status"]}, case["id"]
            if "metres" in answer:
                assert rows["metres"].min() <= answer["metres"] * (1 + tolerance), case["id"]
            if "over_metres" in answer:
                assert rows["metres"].min() >= answer["over_metres"] * (1 - tolerance), case["id"]
    assert checked >= 4


def test_every_planted_gap_is_found(sample):
    findings, planted = sample
    gaps = [case for case in planted["cases"] if "verdict" in case]
    assert len(gaps) >= 6
    for case in gaps:
        standards = [
            standard.id
            for plan in findings.plans
            for standard in plan.standards
            if case["layer"] in getattr(standard, "layers", ()) and standard.kind in {"presence", "share"}
        ]
        rows = findings.results[
            findings.results["standard_id"].isin(standards)
            & (findings.results["level"] == case["level"])
            & (findings.results["area_id"] == case["area_id"])
        ]
        assert case["verdict"] in set(rows["verdict"]), case["id"]


def test_everybody_is_counted_once(sample):
    findings, _ = sample
    assert findings.residents["population"].sum() == CENSUS
    rows = findings.results[(findings.results["standard_id"] == "medical_circle")
                            & (findings.results["denominator"] == "people")]  # fmt: skip
    for level in ("city", "district", "street", "community"):
        own = rows[rows["level"] == level]
        assert own["total"].sum() + own["unknown"].sum() == CENSUS
    for column in ("covered", "total", "unknown"):
        sums = rows.groupby("level")[column].sum()
        np.testing.assert_allclose(sums[["district", "street", "community"]], sums["city"], rtol=1e-12)


def test_every_entry_of_the_plan_has_a_verdict_or_a_reason(sample):
    findings, _ = sample
    city = findings.results[findings.results["level"] == "city"]
    assert {plan.id for plan in findings.plans} >= {"nanjing-14fyp", "tdt1062-rural"}
    for plan in findings.plans:
        own = city[city["plan_id"] == plan.id]
        assert set(own["standard_id"]) == {standard.id for standard in plan.scored()}
    without = city[city["verdict"] == "no_data"]
    assert (without["reason"] != "").all()
    assert len(without.drop_duplicates("standard_id")) <= 3


def test_the_outer_districts_lie_behind_the_centre(sample):
    findings, _ = sample
    gaps = findings.gaps[findings.gaps["denominator"].isin(["people", "target_group"])]
    outer = gaps[(gaps["area_id"] == "outer") & gaps["standard_id"].isin(["medical_circle", "elder_circle"])]
    assert len(outer) == 2
    assert (outer["difference"] > 0.05).all()
    assert (outer["people_behind"] > 10_000).all()
