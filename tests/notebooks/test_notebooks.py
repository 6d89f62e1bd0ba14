"""Every notebook runs from clean, and its numbers are the command line's on the same study."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.e2e
FOLDER = Path(__file__).parents[2] / "notebooks"
STORIES = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
LIMIT_S = 600  # only a story that hangs is given up: how fast a machine is at the moment proves nothing

PROOFS = {
    "01_first_look": """
        pd.testing.assert_frame_equal(run.results, cli, check_exact=True)
        pd.testing.assert_frame_equal(run.findings.gaps, pd.read_parquet(CLI / "gaps.parquet"), check_exact=True)
        told = cli[(cli.level == "city") & (cli.denominator == "people")].set_index("standard_id")["value"]
        assert circles.loc["medical_circle", "value"] == told["medical_circle"] > 0.5
        assert run.map().page == (CLI / "map.html").read_bytes().decode()
    """,
    "02_the_gap_of_liuhe_and_gaochun": """
        gaps = pd.read_csv(CLI / "gaps.csv").set_index(["standard_id", "area_id", "denominator"])
        for row in gap.itertuples():
            own = gaps.loc[(row.standard_id, row.area_id, row.denominator)]
            assert abs(own["difference"] - row.difference) < 1e-12
        assert len(gap) == 12 and (gap["difference"] > 0).all()
        lines = (CLI / "summary.md").read_text(encoding="utf-8").splitlines()
        start = next(at for at, line in enumerate(lines) if line.startswith("### ") and line.endswith(" 六合区"))
        end = next(at for at, line in enumerate(lines) if at > start and line.startswith("#"))
        medical = gap[(gap.standard_id == "medical_circle") & (gap.area == "六合区")].iloc[0]
        behind = f"That is {100 * medical.difference:.1f} points behind Centre"
        assert any(behind in line for line in lines[start:end])
    """,
    "03_the_same_circle_for_different_walkers": """
        city = cli[cli.level == "city"].set_index(["standard_id", "denominator"])["value"]
        assert abs(share["standard"] - city["medical_circle", "people"]) < 1e-12
        assert abs(elder_share["elder"] - city["elder_circle", "target_group"]) < 1e-12
        assert share["adult"] > share["standard"] > share["elder"] and elder_share["standard"] > elder_share["elder"]
    """,
    "04_supply_and_demand_for_childcare": """
        assert abs(homes["places"].sum() - reached) < 1e-6 * reached
        own = cli[(cli.standard_id == "childcare_circle") & (cli.denominator == "target_group")]
        districts = own[own.level == "district"].set_index("area_id")["value"]
        pd.testing.assert_series_equal(table["share_near"], districts, check_names=False)
        city = own[own.level == "city"]["value"].iloc[0]
        assert uneven.between(0.1, 0.9).all() and uneven["circle of 30 min"] < uneven["circle of 10 min"]
        assert abs(table["near"].sum() / table["infants"].sum() - city) < 1e-12
    """,
    "05_how_sure_are_we": """
        import json, subprocess, sys
        city = cli[(cli.level == "city") & (cli.denominator == "people")].set_index("standard_id").loc["medical_circle"]
        assert abs(sources.loc["homes", "share"] - city["value"]) < 1e-9
        written = pd.read_csv(CLI / "ranking.csv")
        assert written.equals(run.findings.ranking)
        told = subprocess.run(
            [Path(sys.executable).parent / "lifecircle", "verify", "../data/nanjing-sample/study.yaml",
             "--sample", "25", "--lang", "en"], capture_output=True, text=True, check=True).stdout
        assert f"{second['trips']:,} walking times" in told and "The engines agree." in told and second["agree"]
    """,
    "06_bring_your_own_data": """
        import subprocess, sys
        subprocess.run([Path(sys.executable).parent / "lifecircle", "run", mine / "study.yaml", "-o", mine / "run"],
                       capture_output=True, check=True)
        written = pd.read_parquet(mine / "run" / "results.parquet")
        pd.testing.assert_frame_equal(run.results, written, check_exact=True)
        city = written[(written.level == "city") & (written.denominator == "people")].iloc[0]
        assert 0.05 < city["value"] < 0.95
        assert abs(own_share - city["value"]) < 1e-9
    """,
    "07_with_other_libraries": """
        medical = cli[(cli.standard_id == "medical_circle") & (cli.denominator == "people") & (cli.level == "district")]
        short = (medical["total"] - medical["covered"]).to_numpy()
        names = run.areas.set_index("area_id")["name"]
        expected = pd.Series(short, index=medical["area_id"].map(names))
        for row in beyond.itertuples():
            assert abs(row.people - expected[row.name]) < 1e-6
        assert (both["supply_per_person"] - both["places_capacity"]).abs().max() < 1e-9
        assert both["supply_per_person"].sum() > 100
        kilometres = sum(length for *_, length in quarter.edges(data="length")) / 2000
        assert abs(again.edge_length_m.sum() / 1000 - kilometres) < 1e-6
        assert abs(from_package.edge_length_m.sum() / 1000 - kilometres) < 1e-6
        assert len(chosen) == 3 and served > 0
    """,
    "08_what_would_change_and_what_has": """
        city = found.effects.query("level == 'city' and standard_id == 'medical_circle' and denominator == 'people'")
        own = cli[(cli.level == "city") & (cli.denominator == "people")].set_index("standard_id")["value"]
        assert abs(city.iloc[0]["before"] - own["medical_circle"]) < 1e-12
        assert (touched["lost"] == 0).all() and touched.loc["elder_circle", "gained"] > 0
        assert (clinic[PARTS].sum(axis=1) - clinic["change"]).abs().max() < 1e-9
    """,
    "09_where_to_build": """
        areas = proposal.by_area.set_index(["level", "area_id"])
        own = cli[(cli.standard_id == "elder_circle") & (cli.denominator == "target_group")]
        told = own.set_index(["level", "area_id"])["value"].reindex(areas.index)
        pd.testing.assert_series_equal(areas["share_before"], told, check_names=False, rtol=0, atol=1e-12)
        assert proposal.how == "exact" and abs(proposal.value - proposal.sites["gains"].sum()) < 1e-6
        assert areas.loc[("district", "320116"), "sites"] == 2
    """,
}
"""What holds after the last cell of each notebook: ``cli`` is the results that the command line wrote to ``CLI``."""

_BEFORE = """
from pathlib import Path
import pandas as pd
CLI = Path("../runs/nanjing-sample")
cli = pd.read_parquet(CLI / "results.parquet")
"""


_RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import build, nbformat
build.execute(nbformat.read(f"{sys.argv[2]}.ipynb", 4), Path.cwd(), int(sys.argv[3]))
"""
"""In a process of its own, since the library that runs notebooks leaves sockets to the garbage collector."""


def test_every_notebook_is_proved():
    assert set(PROOFS) == set(STORIES)
    assert len(STORIES) >= 7


@pytest.mark.parametrize("name", STORIES)
def test_a_notebook_runs_from_clean_and_tells_the_command_lines_numbers(name, builder, workshop, monkeypatch):
    monkeypatch.setenv("LIFECIRCLE_CACHE", str(workshop / "cache"))
    notebook = builder.notebook_of(FOLDER / f"{name}.py")
    proof = textwrap.dedent(PROOFS[name])
    notebook.cells.append(nbformat.v4.new_code_cell(_BEFORE + proof))
    nbformat.write(notebook, workshop / "notebooks" / f"{name}.ipynb")
    done = subprocess.run([sys.executable, "-c", _RUN, FOLDER, name, str(LIMIT_S)], cwd=workshop / "notebooks",
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("name", STORIES)
def test_the_notebook_that_is_read_online_is_the_story_with_its_outputs(name, builder):
    written = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    story = builder.notebook_of(FOLDER / f"{name}.py")
    assert [(cell.cell_type, cell.source) for cell in written.cells] == [
        (cell.cell_type, cell.source) for cell in story.cells
    ]
    code = [cell for cell in written.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    shown = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    assert "Warning" not in shown
    assert tempfile.gettempdir() not in shown
    assert any("image/png" in output.get("data", {}) for cell in code for output in cell.outputs)
    assert (FOLDER / f"{name}.ipynb").stat().st_size < 600_000
    assert name in (FOLDER / "README.md").read_text(encoding="utf-8")
