"""Lines as GeoParquet: with the plain coordinates of GeoParquet 1.1, so that no line has to be built or parsed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lifecircle.files import written_whole
from lifecircle.scale.columns import columns_of, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

# No crs stands for longitude and latitude, WGS 84 (GeoParquet 1.1.0, "crs").
_GEO: Final = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "linestring", "geometry_types": ["LineString"]}},
}


def write_lines(
    columns: Mapping[str, NDArray[Any]], lonlat: NDArray[np.float64], offsets: NDArray[np.int64], path: Path
) -> None:
    """Write n lines with their columns, whole or not at all.

    Parameters
    ----------
    columns : mapping
        Names to columns of n values.
    lonlat : (V, 2) float64
        WGS 84.
    offsets : (n + 1,) int64
        Vertices of line ``i`` are ``offsets[i]:offsets[i + 1]``.
    path : Path

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    axes = [pa.field(name, pa.float64(), nullable=False) for name in ("x", "y")]
    points = pa.StructArray.from_arrays([pa.array(np.ascontiguousarray(axis)) for axis in lonlat.T], fields=axes)
    lines = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), points)
    table = pa.table({**columns, "geometry": lines}).replace_schema_metadata({"geo": json.dumps(_GEO)})
    with written_whole(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", use_dictionary=False)


def read_lines(path: Path) -> tuple[dict[str, NDArray[Any]], NDArray[np.float64], NDArray[np.int64]]:
    """Return the columns, vertices and offsets that :func:`write_lines` wrote.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    table = read_table(path)
    lines = table["geometry"].combine_chunks()
    points = lines.flatten()
    lonlat = np.column_stack([points.field(axis).to_numpy() for axis in ("x", "y")])
    return columns_of(table.drop_columns("geometry")), lonlat, lines.offsets.to_numpy().astype(np.int64)
