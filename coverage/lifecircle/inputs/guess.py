"""Takes a folder of files, gives what each of them seems to be, by the words in its names, its columns and shapes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, cast

import geopandas as gpd
import openpyxl
import pyogrio
import shapely
from pydantic import BaseModel, ConfigDict

from lifecircle.configs import configs_dir
from lifecircle.errors import InputError, StudyError
from lifecircle.inputs.archives import check_archive
from lifecircle.inputs.cells import text_cells
from lifecircle.inputs.columns import POSITION_COLUMNS, column_names, folded
from lifecircle.inputs.contracts import AREAS, FACILITIES, RESIDENTS
from lifecircle.inputs.formats import read_rows
from lifecircle.inputs.osm_places import facility_layers
from lifecircle.inputs.osm_streets import osm_format
from lifecircle.inputs.transit import is_feed
from lifecircle.messages import told
from lifecircle.study import Source
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

Role = Literal[
    "streets", "district", "street", "community", "residents", "raster", "terrain", "statistics", "layer", "unknown"
]  # fmt: skip

SUFFIXES: Final = (
    ".pbf", ".osm", ".csv", ".xlsx", ".gpkg", ".geojson", ".json", ".shp", ".zip", ".kml", ".fgb", ".parquet",
    ".geoparquet", ".tif", ".tiff",
)  # fmt: skip
MOST_FILES: Final = 500
_RASTERS: Final = (".tif", ".tiff")
_LEVELS: Final[tuple[Role, ...]] = ("community", "street", "district")
_STATISTICS: Final = frozenset({"indicator", "area", "year", "value"})
# Columns that tell kinds apart have few values, and most rows have one that is known.
_MOST_KINDS: Final = 60
_AREAL, _LINEAR = 2, 1


@dataclass(frozen=True)
class Guess:
    """What one table of one file seems to be.

    Attributes
    ----------
    role : str
        ``raster`` for people and ``terrain`` for heights in a GeoTIFF; ``unknown`` where nothing says what it is.
    layer : str
        The layer of facilities, or ``""``.
    source : Source
        How to read it.
    rows : int
        Of the table, or those of them that meet the source's conditions; 0 for streets that were not counted.
    why : str
        The word that decided. For an unknown table ``no word``, ``no positions``, ``lines``, or why it cannot be read.
    people : str
        The column of a table of areas that seems to hold their population, or ``""``.
    """

    role: Role
    layer: str
    source: Source
    rows: int
    why: str
    people: str = ""


class GuessWords(BaseModel):
    """The content of ``configs/guess.yaml``: words for each kind of table, level of areas and layer of facilities."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: dict[str, list[str]]
    areas: dict[str, list[str]]
    layers: dict[str, list[str]]


def guesses(folder: Path) -> list[Guess]:
    """Return what the tables of all files in a folder seem to be, in the order of their names.

    Parameters
    ----------
    folder : Path
        Searched with the folders inside it; at most :data:`MOST_FILES` files.

    Raises
    ------
    InputError
        If it is no folder, holds no file that could be read, or far too many.
    """
    if not folder.is_dir():
        raise InputError(told("error.no_folder", path=folder))
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    files = [path for path in files if not path.name.startswith((".", "~$"))]
    if not files:
        raise InputError(told("error.folder_without_files", path=folder, suffixes=", ".join(SUFFIXES)))
    if len(files) > MOST_FILES:
        raise InputError(told("error.folder_too_full", path=folder, count=len(files), most=MOST_FILES))
    return [guess for path in files for guess in _of_file(path, path.relative_to(folder).as_posix())]


def best_word(text: str, words: Mapping[str, Iterable[str]]) -> tuple[str, str]:
    """Return the name whose word a text holds, and the word: the longest one, of equals the first; or two empty texts.

    Examples
    --------
    >>> words = {"park": ["park", "公园"], "clinic": ["community health centre", "社区卫生"]}
    >>> best_word("社区卫生服务中心2024", words), best_word("Parks_east", words), best_word("parking", words)
    (('clinic', '社区卫生'), ('park', 'park'), ('', ''))
    """
    plain = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold())
    held = [(len(word), name, word) for name, own in words.items() for word in own if _holds(plain, word.casefold())]
    _, name, word = max(held, key=lambda each: each[0], default=(0, "", ""))
    return name, word


def _holds(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z]){word.replace(' ', ' ?')}s?(?![a-z])", text) is not None
    return word in text.replace(" ", "")


@lru_cache(maxsize=1)
def guess_words() -> GuessWords:
    """Return the words that come with lifecircle."""
    return read_model(configs_dir() / "guess.yaml", GuessWords, StudyError)[0]


@lru_cache(maxsize=1)
def _layer_words() -> dict[str, list[str]]:
    """Return the words of each layer: its id, its names, and the others that are given to it."""
    extra = guess_words().layers
    known = facility_layers().items()
    return {key: [key.replace("_", " "), one.name.zh, one.name.en, *extra.get(key, [])] for key, one in known}


def _of_file(path: Path, name: str) -> Iterator[Guess]:
    source = Source(file=name)
    if osm_format(path) is not None:
        yield Guess("streets", "", source, 0, "OpenStreetMap")
    elif is_feed(path):
        yield Guess("layer", "transit", source, 0, "GTFS")
    elif path.suffix.lower() in _RASTERS:
        role, word = best_word(name, {key: guess_words().tables[key] for key in ("raster", "terrain")})
        yield Guess(cast(Role, role or "unknown"), "", source, 0, word or "no word")
    else:
        for table in _table_names(path):
            source = Source(file=name, layer=table)
            try:
                rows, _ = read_rows(path, source)
            except InputError as error:
                reason = str(error).removeprefix(f"{path}: ")
                yield Guess("unknown", "", source, 0, re.split(r" \(|\. ", reason, maxsplit=1)[0])
            else:
                yield from _of_table(_Table(rows, source))


def _table_names(path: Path) -> Sequence[str | None]:
    """Return the tables of a file that has several, or nothing in particular."""
    try:
        if path.suffix.lower() == ".gpkg":
            names = [str(name) for name, _ in pyogrio.list_layers(path)]
        elif path.suffix.lower() == ".xlsx":
            check_archive(path)
            with closing(openpyxl.load_workbook(path, read_only=True)) as book:
                names = book.sheetnames
        else:
            names = []
    except Exception:  # noqa: BLE001 - whatever a damaged file does to its reader: reading it will say so
        names = []
    return names if len(names) > 1 else [None]


@dataclass(frozen=True)
class _Table:
    """The rows of one table, and what its names and shapes say."""

    rows: pd.DataFrame
    source: Source

    @property
    def title(self) -> str:
        return re.sub(r"\.[A-Za-z.]+$", "", f"{self.source.file}") + f" {self.source.layer or ''}"

    @property
    def names(self) -> list[str]:
        shapes = self.rows.geometry.name if isinstance(self.rows, gpd.GeoDataFrame) else None
        return [str(name) for name in self.rows.columns if name != shapes]

    @property
    def dimension(self) -> int | None:
        """2 where most shapes are polygons, 1 for lines, 0 for points; ``None`` for a table of cells."""
        if not isinstance(self.rows, gpd.GeoDataFrame):
            return None
        counts = Counter(shapely.get_dimensions(self.rows.geometry.to_numpy()).tolist())
        return counts.most_common(1)[0][0]

    def columns(self, known: Sequence[str]) -> dict[str, str]:
        """Return lifecircle's columns that the table seems to have; of several for one the first by usual name."""
        positions = () if self.dimension is not None else POSITION_COLUMNS
        found: dict[str, str] = {}
        free = self.names
        for ours in (*positions, *known):
            aliases = [ours, *column_names().columns.get(ours, [])]
            if ours == "kind":  # plans know kinds by their codes
                aliases = [f"{alias}{code}" for alias in aliases for code in ("代码", " code")] + aliases
            match = next((name for alias in map(folded, aliases) for name in free if folded(name) == alias), None)
            if match is not None:
                found[ours] = match
                free = [name for name in free if name != match]
        return found


def _of_table(table: _Table) -> Iterator[Guess]:
    rows = len(table.rows)
    if frozenset(map(folded, table.names)) >= _STATISTICS:
        yield Guess("statistics", "", table.source, rows, "indicator, area, year, value")
        return
    if table.dimension == _LINEAR:
        _, word = best_word(table.title, {"streets": guess_words().tables["streets"]})
        word = word or next((name for name in table.names if folded(name) in {"highway", "fclass"}), "")
        yield Guess("streets" if word else "unknown", "", table.source, rows, word or "lines")
        return
    if table.dimension is None and not _located(table.columns(())):
        yield Guess("unknown", "", table.source, rows, "no positions")
        return
    role, layer, word = _by_name(table)
    if role == "unknown" and (parts := list(_by_kind(table))):
        yield from parts
    else:
        people = table.columns(RESIDENTS.columns).get("population", "") if role in _LEVELS else ""
        yield Guess(role, layer, _mapped(table, role), rows, word, people)


def _located(columns: Mapping[str, str]) -> bool:
    return "geometry" in columns or {"lon", "lat"} <= set(columns) or {"x", "y"} <= set(columns)


def _by_name(table: _Table) -> tuple[Role, str, str]:
    """Return role, layer and word of a table of places by its title, else by its columns."""
    words = {("layer", key): own for key, own in _layer_words().items()}
    words["residents", ""] = guess_words().tables["residents"]
    if table.dimension == _AREAL:
        words |= {(level, ""): guess_words().areas[level] for level in _LEVELS}
    by_key = {"/".join(key): own for key, own in words.items()}
    key, word = best_word(table.title, by_key)
    role, _, layer = key.partition("/")
    people = table.columns(RESIDENTS.columns).get("population")
    if role == "residents" or not role:
        level = _own_level(table) if table.dimension == _AREAL and not role else None
        if level is not None:
            return level[0], "", level[1]
        return ("residents", "", people) if people else ("unknown", "", "no word")
    return cast(Role, role), layer, word


def _own_level(table: _Table) -> tuple[Role, str] | None:
    """Return the lowest level of areas that has a column of its own in the table, with a value for each row alone."""
    columns = table.columns(AREAS.columns)
    for level in _LEVELS:
        name = columns.get(f"{level}_id") or columns.get(level)
        if name is not None and table.rows[name].is_unique:
            return level, name
    return None


def _by_kind(table: _Table) -> Iterator[Guess]:
    """Yield the layers whose kinds a column holds, where most rows are of a kind that is known."""
    best: tuple[int, str, dict[str, list[str]]] = (len(table.rows) // 2, "", {})
    for name in table.names:
        cells = text_cells(table.rows[name])[0]
        if cells.nunique() > _MOST_KINDS:
            continue
        layers: dict[str, list[str]] = {}
        for value in cells.dropna().unique():
            layer, _ = best_word(value, _layer_words())
            if layer:
                layers.setdefault(layer, []).append(value)
        known = int(cells.isin([value for values in layers.values() for value in values]).sum())
        if known > best[0]:
            best = (known, name, layers)
    _, name, layers = best
    for layer, values in layers.items():
        source = _mapped(table, "layer").model_copy(update={"where": {name: values}})
        rows = int(text_cells(table.rows[name])[0].isin(values).sum())
        yield Guess("layer", layer, source, rows, f"{name}: {values[0]}")


def _mapped(table: _Table, role: Role) -> Source:
    """Return the source with the names of its columns, where they are not lifecircle's own."""
    if role == "unknown":
        return table.source
    contract = {"residents": RESIDENTS, "layer": FACILITIES}.get(role, AREAS)
    columns = table.columns(contract.columns)
    if role in _LEVELS and f"{role}_id" in columns:
        columns.pop("area_id", None)  # an area's own code goes before a plain id
    named = {ours: theirs for ours, theirs in columns.items() if ours != theirs}
    return table.source.model_copy(update={"columns": named})
