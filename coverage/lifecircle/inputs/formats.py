"""A file of any supported format as rows and columns, just as they stand in it.

The index counts the rows of data from 0, so that the row a person sees is the index plus 1; blank rows are left out
and still counted. Tables of geometry come as GeoDataFrames with their frame, all others as plain DataFrames of cells.
"""

from __future__ import annotations

import re
import warnings
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio

from lifecircle.errors import InputError
from lifecircle.inputs.archives import check_archive, unpacked_shapefile
from lifecircle.inputs.encodings import declared_encoding, decoded_field, field_encoding, file_encoding
from lifecircle.inputs.kml import read_kml
from lifecircle.messages import suggestion, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from lifecircle.bilingual import Bilingual
    from lifecircle.study import Source

    Reader = Callable[[Path, Source], pd.DataFrame]

MAX_COLUMNS: Final = 5_000
_HEAD_BYTES: Final = 1024
_DELIMITERS: Final = ",;\t"
_JSON: Final = rb"(\xef\xbb\xbf)?\s*\{"
_SHAPEFILE_ENCODING: Final = "ISO-8859-1"  # maps each byte to one character and back, so that nothing is lost


def read_rows(path: Path, source: Source) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of a file and what its reader remarked.

    Parameters
    ----------
    path : Path
        The file. Its suffix says the format, and its first bytes must agree.
    source : Source
        Its layer and encoding are heeded.

    Raises
    ------
    InputError
        If the file is missing, is not what its suffix says, cannot be read, has no such layer, or has no rows.
    """
    suffix = path.suffix.lower()
    if suffix not in _FORMATS:
        raise InputError(told("error.no_format", path=path, formats=", ".join(sorted(_FORMATS))))
    name, signature, reader = _FORMATS[suffix]
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise InputError(told("error.file_unreadable", path=path, reason=error.strerror or error)) from error
    if not head.strip():
        raise InputError(told("error.file_empty", path=path))
    if re.match(signature, head, re.DOTALL) is None:
        raise InputError(told("error.other_content", path=path, suffix=suffix, format=name))
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        try:
            table = reader(path, source)
        except InputError:
            raise
        except Exception as error:
            reason = _first_line(error)
            raise InputError(told("error.not_readable_as", path=path, format=name, reason=reason)) from error
    if table.empty:
        raise InputError(told("error.no_rows", path=path))
    return table, sorted({_first_line(remark.message) for remark in remarks})


def nearest(name: str, names: Iterable[object]) -> Bilingual:
    """Return a sentence with up to three names of a file that are like a wrong one, or with all there are."""
    return suggestion(name, names, most=3, like=0.5)


def _csv(path: Path, source: Source) -> pd.DataFrame:
    encoding = source.encoding or file_encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        blank_lines = 0
        while not (first := stream.readline()).strip() and first:
            blank_lines += 1
    delimiter = max(_DELIMITERS, key=first.count)
    if first.count(delimiter) >= MAX_COLUMNS:
        raise InputError(told("error.too_many_columns", path=path, count=MAX_COLUMNS))
    cells = pd.read_csv(
        path,
        sep=delimiter,
        header=None,
        index_col=False,
        dtype=str,
        encoding=encoding,
        skiprows=blank_lines,
        skip_blank_lines=False,
        keep_default_na=False,
    )
    rows = cells.iloc[1:].reset_index(drop=True).replace("", None)
    rows.columns = _header(cells.iloc[0].tolist(), path)
    return rows.dropna(how="all")


def _xlsx(path: Path, source: Source) -> pd.DataFrame:
    """Read one sheet: the stored values of its cells, never formulas, and text as text whatever it begins with."""
    check_archive(path)
    with closing(openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)) as book:
        for each in book.worksheets:
            each.reset_dimensions()  # files may declare any size
        filled = [each.title for each in book.worksheets if any(map(_filled, each.iter_rows(values_only=True)))]
        sheet = book[_chosen(filled, source.layer, path, "sheet")]
        header: list[Any] = []
        rows: dict[int, tuple[Any, ...]] = {}
        for number, cells in enumerate(sheet.iter_rows(values_only=True)):
            if not _filled(cells):
                continue
            if not header:
                header, first = list(cells), number + 1
            else:
                rows[number - first] = (*cells, *[None] * len(header))[: len(header)]
    columns = _header(header, path)
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=object).dropna(how="all")


def _filled(cells: tuple[Any, ...]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in cells)


def _header(cells: Sequence[Any], path: Path) -> list[str]:
    names = [str(cell).strip() if _filled((cell,)) else f"column {place}" for place, cell in enumerate(cells, start=1)]
    for place, name in enumerate(names):
        if name in names[:place]:
            first = names.index(name) + 1
            both = {"first": first, "second": place + 1, "name": repr(name)}
            raise InputError(told("error.column_named_twice", path=path, **both))
    return names


def _parquet(path: Path, _source: Source) -> pd.DataFrame:
    if b"geo" in (pq.read_schema(path).metadata or {}):
        table = gpd.read_parquet(path)
        return table.reset_index(drop=table.index.name is None)
    return pq.read_table(path).to_pandas(ignore_metadata=True)


def _vector(path: Path, source: Source, **options: Any) -> pd.DataFrame:
    layers = pyogrio.list_layers(path)
    spatial = [name for name, geometry in layers if geometry is not None or name == source.layer]
    layer = _chosen(spatial or [name for name, _ in layers], source.layer, path, "layer")
    return pyogrio.read_dataframe(path, layer=layer, on_invalid="ignore", **options)


def _chosen(names: Sequence[str], wanted: str | None, path: Path, what: str) -> str:
    """Return the layer that was asked for, or the only one there is."""
    part = told(f"error.a_{what}")
    if wanted is not None and wanted not in names:
        hint = nearest(wanted, names)
        raise InputError(told("error.no_part", path=path, what=part, name=repr(wanted), hint=hint))
    if not names:
        raise InputError(told("error.no_part_with_data", path=path, what=part))
    if wanted is None and len(names) > 1:
        raise InputError(told("error.several_parts", path=path, what=part, names=", ".join(names)))
    return wanted or names[0]


def _shapefile(path: Path, source: Source) -> pd.DataFrame:
    """Read a Shapefile whose names and texts are decoded here.

    GDAL takes text for Latin where no ``.cpg`` says otherwise, and fails at a name that was cut inside a character.
    """
    table = _vector(path, source, encoding=_SHAPEFILE_ENCODING)
    texts = [
        name for name in table.columns if name != "geometry" and pd.api.types.is_string_dtype(table[name].dropna())
    ]
    names = [name.encode(_SHAPEFILE_ENCODING) for name in table.columns]
    cells = [value.encode(_SHAPEFILE_ENCODING) for name in texts for value in table[name].dropna()]
    sidecar = next((each for each in map(path.with_suffix, (".cpg", ".CPG")) if each.exists()), None)
    said = source.encoding or (declared_encoding(sidecar.read_text("latin-1")) if sidecar else None)
    encoding = said or field_encoding([*names, *cells])
    for name in texts:
        table[name] = table[name].map(
            lambda value: decoded_field(value.encode(_SHAPEFILE_ENCODING), encoding), na_action="ignore"
        )
    table.columns = pd.Index(_header([decoded_field(name, encoding) for name in names], path))
    return table


def _zipped(path: Path, source: Source) -> pd.DataFrame:
    with unpacked_shapefile(path) as shapefile:
        return _shapefile(shapefile, source.model_copy(update={"layer": None}))


def _first_line(error: object) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


_FORMATS: Final[dict[str, tuple[str, bytes, Reader]]] = {
    ".csv": ("CSV", rb".", _csv),
    ".fgb": ("FlatGeobuf", rb"fgb\x03fgb", _vector),
    ".geojson": ("GeoJSON", _JSON, _vector),
    ".geoparquet": ("Parquet", rb"PAR1", _parquet),
    ".gpkg": ("GeoPackage", rb"SQLite format 3\x00", _vector),
    ".json": ("GeoJSON", _JSON, _vector),
    ".kml": ("KML", rb"(\xef\xbb\xbf)?\s*<", lambda path, _source: read_kml(path)),
    ".parquet": ("Parquet", rb"PAR1", _parquet),
    ".shp": ("Shapefile", rb"\x00\x00\x27\x0a", _shapefile),
    ".xlsx": ("Excel workbook", rb"PK\x03\x04", _xlsx),
    ".zip": ("zipped Shapefile", rb"PK\x03\x04", _zipped),
}
