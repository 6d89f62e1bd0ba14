"""Takes the folder of a finished run, gives the findings that were written there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
from pydantic import ValidationError

from lifecircle.errors import ReportError
from lifecircle.messages import told
from lifecircle.plan import Plan
from lifecircle.problems import PROBLEM_COLUMNS
from lifecircle.report.findings import Findings
from lifecircle.report.manifest import MANIFEST, read_manifest
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
        If the folder holds no finished run, or a file of it is missing or damaged.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise ReportError(told("error.no_finished_run", path=folder, marker=MANIFEST))
    return Findings(
        study=_read(folder / MANIFEST, lambda _: Study.model_validate(manifest["parameters"]["study"])),
        plans=_read(folder / "plans.json", _plans),
        areas=_read(folder / "areas.parquet", gpd.read_parquet),
        residents=_read(folder / "residents.parquet", gpd.read_parquet),
        facilities=_read(folder / "facilities.parquet", gpd.read_parquet),
        basemap=_read(folder / BASEMAP, _layers) if (folder / BASEMAP).exists() else {},
        access=_read(folder / "access.parquet", pd.read_parquet),
        results=_read(folder / "results.parquet", pd.read_parquet),
        gaps=_read(folder / "gaps.parquet", pd.read_parquet),
        ranking=_read(folder / "ranking.csv", pd.read_csv),
        problems=_read(folder / "problems.csv", _problems),
        completeness=_read(folder / "completeness.parquet", pd.read_parquet),
        populations=_read(folder / "populations.parquet", pd.read_parquet),
    )


def _read(path: Path, read: Callable[[Path], Any]) -> Any:
    try:
        return read(path)
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        key = "part_missing" if isinstance(error, FileNotFoundError) else "part_damaged"
        raise ReportError(told(f"error.{key}", path=path, reason=type(error).__name__)) from error


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
