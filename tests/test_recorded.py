"""What decides a run, for a town on disk."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from lifecircle.inputs.files import study_files
from lifecircle.plan import read_plan
from lifecircle.recorded import input_files, results_up_to_date
from lifecircle.run import STEPS_WITHOUT_DOCUMENTS, run_study
from lifecircle.study import read_study
from town_study import write_town


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Return the study of a town and the folder of its run."""
    study = read_study(write_town(tmp_path_factory.mktemp("town")))
    folder = study.path.parent / "run"
    run_study(study, folder, "en")
    return study, folder


def test_results_are_found_again_while_nothing_changes(ran):
    study, folder = ran
    plans, results = results_up_to_date(study, folder, "en")
    assert [plan.id for plan in plans] == ["town-plan"]
    own = results[(results["standard_id"] == "clinic_15") & (results["denominator"] == "people")].set_index("area_id")
    assert own.loc["city", ["covered", "total"]].tolist() == [300, 1050]


def test_another_language_or_a_comparison_asks_for_another_run(ran):
    study, folder = ran
    assert results_up_to_date(study, folder, "zh") is None
    assert results_up_to_date(study, folder, "en", against=folder) is None


def test_tables_map_and_summary_alone_are_those_of_the_whole_run(ran, tmp_path):
    study, folder = ran
    announced, alone = [], tmp_path / "alone"

    def step(name):
        announced.append(name)
        return nullcontext()

    run_study(study, alone, "en", step, documents=False)
    assert len(announced) == STEPS_WITHOUT_DOCUMENTS
    written, whole = (
        {path.relative_to(run): path.read_bytes() for path in run.rglob("*") if path.is_file()}
        for run in (alone, folder)
    )
    left_out = {path for path in whole if path.name.startswith("report.") or path.parts[0] == "districts"}
    assert written.keys() == whole.keys() - left_out
    assert {path.name for path in written if written[path] != whole[path]} == {"manifest.json"}
    assert results_up_to_date(study, alone, "en") is None
    assert results_up_to_date(study, alone, "en", documents=False) is not None
    assert results_up_to_date(study, folder, "en", documents=False) is not None, "the whole run has all that is wanted"


def test_a_changed_plan_asks_for_another_run(ran):
    study, folder = ran
    plan = study.path.parent / "plan.yaml"
    content = plan.read_text(encoding="utf-8")
    plan.write_text(content.replace("minutes: 15", "minutes: 16", 1), encoding="utf-8")
    assert results_up_to_date(study, folder, "en") is None
    plan.write_text(content, encoding="utf-8")
    assert results_up_to_date(study, folder, "en") is not None


def test_the_table_beside_a_shapefile_decides_too(ran, tmp_path):
    study, _ = ran
    for suffix in (".shp", ".dbf", ".shx"):
        (tmp_path / f"clinics{suffix}").write_bytes(b"x")
    plans = (read_plan("plan.yaml", study.path.parent),)
    files = input_files(study, plans, {**study_files(study), "layers.clinic": tmp_path / "clinics.shp"})
    assert [name for name in files if name.startswith("layers.clinic")] == [
        "layers.clinic.dbf", "layers.clinic", "layers.clinic.shx",
    ]  # fmt: skip
