"""Tables as files: CSV and Parquet for programs, GeoPackage for maps; the same input gives the same bytes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from lifecircle.files import written_whole

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.plan import Plan

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_EPOCH: Final = "1970-01-01T00:00:00.000Z"


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV in UTF-8 with a byte order mark, which spreadsheets need to read Chinese.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    safe = table.copy()
    for column in safe.select_dtypes(include=["object", "string", "category"]).columns:
        cells = safe[column].to_numpy(dtype=object)
        values = [f"'{one}" if isinstance(one, str) and one.startswith(_FORMULA) else one for one in cells]
        safe[column] = pd.Series(values, index=safe.index, dtype=object)
    with written_whole(path) as temporary:
        safe.to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet (zstd)."""
    with written_whole(path) as temporary:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), temporary, compression="zstd")


def write_geoparquet(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write places as GeoParquet (zstd).

    A column that came with somebody's own files may hold numbers in one layer and words in another; it is written as
    text.
    """
    plain = table.copy()
    for column in (name for name, kind in plain.dtypes.items() if pd.api.types.is_object_dtype(kind)):
        if pd.api.types.infer_dtype(plain[column], skipna=True) not in {"string", "boolean", "integer", "floating"}:
            plain[column] = plain[column].astype("string")
    with written_whole(path) as temporary:
        plain.to_parquet(temporary, index=False, compression="zstd")


def write_geopackage(layers: dict[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write several layers into one GeoPackage, with the time stamps that GDAL adds set to a fixed one."""
    with written_whole(path) as temporary:
        try:
            for name, layer in layers.items():
                layer.to_file(temporary, layer=name, driver="GPKG", engine="pyogrio")
        except (DataLayerError, DataSourceError, FeatureError) as error:
            raise OSError(str(error)) from error
        with closing(sqlite3.connect(temporary)) as database, database:
            database.execute("UPDATE gpkg_contents SET last_change = ?", (_EPOCH,))
    settle(path)


def write_plans(plans: tuple[Plan, ...], path: Path) -> None:
    """Write the plans that a run was held against as data; ``Plan.model_validate`` reads each of them again."""
    content = [plan.model_dump(mode="json", exclude_defaults=True) for plan in plans]
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def settle(package: Path) -> None:
    """Write a GeoPackage anew in the order of its content, so that equal content gives equal bytes.

    SQLite counts in the file how often it was changed, and leaves pages in the order in which they were written.
    """
    with written_whole(package) as temporary, closing(sqlite3.connect(package)) as database:
        database.execute("VACUUM INTO ?", (str(temporary),))
