"""Takes the folder of a finished run, gives the findings that were written there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
from pydantic import ValidationError

from lifecircle.errors import ReportError
from lifecircle.files import content_hash
from lifecircle.messages import told
from lifecircle.plan import Plan
from lifecircle.problems import PROBLEM_COLUMNS
from lifecircle.report.findings import Findings
from lifecircle.report.manifest import MANIFEST, read_manifest
from lifecircle.scores.results import RESULT_COLUMNS
from lifecircle.study import Study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BASEMAP: Final = "basemap.gpkg"
"""What maps draw beside areas and facilities; not there when it is nothing."""


def read_findings(folder: Path) -> Findings:
    """Read the findings of a finished run.

    Parameters
    ----------
    folder : Path
        A run folder.

    Returns
    -------
    Findings
        As they were when the folder was written. Empty layers of the basemap are not kept; study and plans do not know
        their files; an id in the problems that a spreadsheet would run as a formula keeps the apostrophe before it.

    Raises
    ------
    ReportError
        If the folder holds no finished run, or a file of it is missing or is not what was written.
    """
    manifest, part = _finished(folder)
    return Findings(
        study=_made_of(folder / MANIFEST, lambda _: Study.model_validate(manifest["parameters"]["study"])),
        plans=part("plans.json", _plans),
        areas=part("areas.parquet", gpd.read_parquet),
        residents=part("residents.parquet", gpd.read_parquet),
        facilities=part("facilities.parquet", gpd.read_parquet),
        basemap=part(BASEMAP, _layers) if (folder / BASEMAP).exists() else {},
        access=part("access.parquet", pd.read_parquet),
        results=part("results.parquet", lambda path: pd.read_parquet(path)[list(RESULT_COLUMNS)]),
        gaps=part("gaps.parquet", pd.read_parquet),
        ranking=part("ranking.csv", pd.read_csv),
        problems=part("problems.csv", _problems),
        completeness=part("completeness.parquet", pd.read_parquet),
        populations=part("populations.parquet", pd.read_parquet),
    )


def earlier_gaps(folder: Path) -> pd.DataFrame:
    """Read the gaps of an earlier run.

    Raises
    ------
    ReportError
        If the folder holds no finished run, or its gaps are missing or damaged.
    """
    gaps: pd.DataFrame = _finished(folder)[1]("gaps.parquet", pd.read_parquet)
    return gaps


def _finished(folder: Path) -> tuple[dict[str, Any], Callable[[str, Callable[[Path], Any]], Any]]:
    """Return the manifest of a folder, and what reads a file of it that is as it was when the manifest was written."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise ReportError(told("error.no_finished_run", path=folder, marker=MANIFEST))
    written = _made_of(folder / MANIFEST, lambda _: dict(manifest["outputs"]))

    def part(name: str, read: Callable[[Path], Any]) -> Any:
        path = folder / name
        if not path.is_file():
            raise ReportError(told("error.part_missing", path=path))
        if content_hash(path) != written.get(name):
            raise ReportError(told("error.part_changed", path=path))
        return _made_of(path, read)

    return manifest, part


def _made_of(path: Path, read: Callable[[Path], Any]) -> Any:
    try:
        return read(path)
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise ReportError(told("error.part_damaged", path=path, reason=type(error).__name__)) from error


def _plans(path: Path) -> tuple[Plan, ...]:
    return tuple(Plan.model_validate(content) for content in json.loads(path.read_text(encoding="utf-8")))


def _layers(path: Path) -> dict[str, gpd.GeoDataFrame]:
    try:
        return {str(name): gpd.read_file(path, layer=name, engine="pyogrio") for name, _ in pyogrio.list_layers(path)}
    except pyogrio.errors.DataSourceError as error:
        raise ValueError(str(error)) from error


def _problems(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, keep_default_na=False, dtype=str)
    if tuple(table) != PROBLEM_COLUMNS:
        raise ValueError(f"columns are {list(table)}")
    return table.assign(row=pd.to_numeric(table["row"]).astype("Int64"))
