"""A study file: which city, which files, which plans. It says what is analysed, never how."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PrivateAttr, Tag, field_validator, model_validator

from lifecircle.bilingual import Bilingual, Lang
from lifecircle.crs import require_metric
from lifecircle.errors import StudyError
from lifecircle.filters import Condition
from lifecircle.messages import told
from lifecircle.yamlfile import read_model

Level = Literal["city", "district", "street", "community"]
LEVELS: Final[tuple[Level, ...]] = ("city", "district", "street", "community")
CITY: Final = "city"
"""Level of the whole city, and its id."""

DEFAULT_SNAP_LIMIT_M: Final = 300.0

DEFAULT_FEWEST_PEOPLE: Final = 10

DEFAULT_GAP_M: Final = 5.0
"""A path drawn to the edge of a street ends some metres from its middle; what is wider is more than a slip."""

_VARIABLE: Final = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
_IDENTIFIER: Final = r"^[a-z][a-z0-9_]*$"
_TILES: Final = r"^https://[a-z0-9][a-z0-9.-]*(:[0-9]+)?/[A-Za-z0-9{}/._~?&=%@+-]*$"
_AGE_GROUP: Final = r"^pop_\d+_(\d+|plus)$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """A file and how to read it.

    Attributes
    ----------
    file : str
        Path, relative to the study's folder.
    layer : str, optional
        Table inside a GeoPackage, or sheet of a workbook.
    crs : str, optional
        Frame of the coordinates, for files that do not say it or say it wrongly.
    encoding : str, optional
        Text encoding of a CSV or Shapefile that does not say it.
    columns : dict
        lifecircle's column to the file's own, such as ``{"capacity": "床位数"}``.
    where : dict
        Conditions that a row must meet to be read.
    trust_crs : bool
        Score the file also where it fits the streets better in another frame than the one declared.
    """

    file: str = Field(min_length=1)
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    columns: dict[str, str] = {}
    where: dict[str, Condition] = {}
    trust_crs: bool = False


class PopulationRaster(_Part):
    """People from a raster, such as those of WorldPop and GHS-POP.

    Attributes
    ----------
    raster : str
        A GeoTIFF of people per cell.
    groups : dict
        Column of an age group to the rasters whose sum it is, such as ``{"pop_60_plus": [women.tif, men.tif]}``.
    """

    raster: str = Field(min_length=1)
    groups: dict[Annotated[str, Field(pattern=_AGE_GROUP)], Annotated[list[str], Field(min_length=1)]] = {}

    @property
    def file(self) -> str:
        """The file by which problems name this source of people."""
        return self.raster


class CensusTotals(_Part):
    """People of a census, spread over the homes of each area.

    Attributes
    ----------
    totals : Source
        A table with the area's id or name, ``population`` and what else is known of its people; no places.
    level : str, optional
        Level of the areas; the smallest that have a file when absent.
    buildings : Source, optional
        Residential buildings: polygons with ``levels`` where these are known.
    land : Source, optional
        Residential land: polygons, for areas without buildings.
    """

    totals: Source
    level: Literal["district", "street", "community"] | None = None
    buildings: Source | None = None
    land: Source | None = None

    @property
    def file(self) -> str:
        """The file by which problems name this source of people."""
        return self.totals.file


def _origin(people: Any) -> str:
    """Return which kind of people some settings describe: those of a raster, of a census, or of a file of points."""
    told = people if isinstance(people, dict) else getattr(type(people), "model_fields", {})
    return next((f"by {key}" for key in ("raster", "totals") if key in told), "by file")


People = Annotated[
    Annotated[Source, Tag("by file")]
    | Annotated[PopulationRaster, Tag("by raster")]
    | Annotated[CensusTotals, Tag("by totals")],
    Discriminator(_origin),
]
"""Where people live: a file of points, a raster, or totals of areas."""


class LayerSource(_Part):
    """One layer of facilities, from a file of its own or from the street extract.

    Attributes
    ----------
    file, layer, crs, encoding, columns, where, trust_crs
        As in :class:`Source`; the file may also be a timetable feed (GTFS, a zip), for its stops.
    osm : bool
        Take the places from the street extract, by the tags in ``configs/layers.yaml``.
    complete : bool
        The file is a full register: a district without a row has no such facility. Otherwise a district without a
        row counts as *no data*.
    name : Bilingual, optional
        For layers that ``configs/layers.yaml`` does not know.
    """

    file: str | None = None
    osm: bool = False
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    columns: dict[str, str] = {}
    where: dict[str, Condition] = {}
    trust_crs: bool = False
    complete: bool = False
    name: Bilingual | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> LayerSource:
        if self.osm == (self.file is not None):
            raise ValueError(told("error.file_or_osm"))
        return self

    def source(self) -> Source:
        """Return the file part; only for layers that have a file."""
        return Source.model_validate(self.model_dump(exclude={"osm", "complete", "name"}))


class Areas(_Part):
    """The areas that are scored, by level; or squares where there are no boundaries.

    Attributes
    ----------
    district, street, community : Source, optional
        Polygons of each level.
    grid_m : float, optional
        Side of squares that stand in for communities where no file is given, metres.
    """

    district: Source | None = None
    street: Source | None = None
    community: Source | None = None
    grid_m: Annotated[float, Field(ge=100, le=100_000)] | None = None

    @model_validator(mode="after")
    def _communities_known(self) -> Areas:
        if (self.community is None) == (self.grid_m is None):
            raise ValueError(told("error.community_or_grid"))
        return self

    def sources(self) -> dict[Level, Source]:
        """Return the levels that have a file, from the largest areas to the smallest."""
        levels: tuple[Level, ...] = ("district", "street", "community")
        return {level: source for level in levels if (source := getattr(self, level)) is not None}


class Group(_Part):
    """Areas that are reported together, such as the outer districts; an area may belong to several groups.

    Attributes
    ----------
    name : Bilingual
    areas : list of str
        Names or ids of areas of any level.
    """

    name: Bilingual
    areas: list[str] = Field(min_length=1)


class Tiles(_Part):
    """An online background for the maps, which load nothing without one.

    Attributes
    ----------
    url : str
        Address of square pictures with ``{z}``, ``{x}`` and ``{y}``, https.
    crs : {"WGS84", "GCJ-02"}
        Frame of the pictures; with GCJ-02 (Chinese map services) everything is shown in it.
    attribution : str
        Whose pictures they are, shown on the map.
    """

    url: str = Field(pattern=_TILES)
    crs: Literal["WGS84", "GCJ-02"]
    attribution: str = Field(min_length=1)

    @field_validator("url")
    @classmethod
    def _place_asked_for(cls, url: str) -> str:
        if sorted(re.findall(r"{.*?}", url)) != ["{x}", "{y}", "{z}"]:
            raise ValueError(told("error.tiles_placeholders"))
        return url

    @property
    def host(self) -> str:
        """The only address that a map with these tiles may load from, such as ``https://tile.example``."""
        return "/".join(self.url.split("/")[:3])


class Study(_Part):
    """A validated study.

    Attributes
    ----------
    id : str
    name : Bilingual
    synthetic : bool
        The data is invented; every output says so.
    date : str, optional
        Date of the data, as the reports print it. A facility that opens after it is left out.
    credits : list of str or Bilingual
        Sources and licences of the data, printed on every output.
    folder : str
        Where the files lie, relative to the study file. ``${NAME:-default}`` is replaced by an environment variable.
    crs : str, optional
        Projected frame in metres; the UTM zone of the residents when absent.
    plans : list of str
        Names in ``configs/plans`` or paths relative to the study file.
    streets : Source
        An OpenStreetMap extract (``.osm.pbf``, ``.osm``) or a layer of lines.
    areas : Areas
    groups : dict of Group
    residents : Source, PopulationRaster or CensusTotals
    second_residents : Source, PopulationRaster or CensusTotals, optional
        Another source of people, which nothing is scored by: the run tells how far the shares depend on the source.
    layers : dict of LayerSource
    statistics : Source, optional
        Indicators that no map can give: ``indicator, area, year, value, source``.
    reference : str, optional
        The group that districts and other groups are compared with, such as the centre.
    snap_limit_m : float
        Points farther from any street than this are listed, not scored.
    terrain : Source, optional
        An elevation model (GeoTIFF, metres); without one all streets are flat.
    repair_gap_m : float
        The widest gap that is closed to join an island of streets to the others; 0 closes none.
    map_approval : str, optional
        The approval number (审图号) that maps of China for the public carry.
    tiles : Tiles, optional
        An online background for the maps.
    fewest_people : int
        Smaller numbers of people are not spelled out in anything that is meant to be passed on.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    name: Bilingual
    synthetic: bool = False
    date: str | None = None
    credits: list[str | Bilingual] = []
    folder: str = "."
    crs: str | None = None
    plans: list[str] = Field(min_length=1)
    streets: Source
    areas: Areas
    groups: dict[Annotated[str, Field(pattern=_IDENTIFIER)], Group] = {}
    residents: People
    second_residents: People | None = None
    layers: dict[Annotated[str, Field(pattern=_IDENTIFIER)], LayerSource] = Field(min_length=1)
    statistics: Source | None = None
    reference: str | None = None
    snap_limit_m: Annotated[float, Field(gt=0, le=5000)] = DEFAULT_SNAP_LIMIT_M
    terrain: Source | None = None
    repair_gap_m: Annotated[float, Field(ge=0, le=50)] = DEFAULT_GAP_M
    map_approval: Annotated[str, Field(min_length=1)] | None = None
    tiles: Tiles | None = None
    fewest_people: Annotated[int, Field(ge=1, le=1000)] = DEFAULT_FEWEST_PEOPLE

    _path: Path = PrivateAttr(default=Path("study.yaml"))

    def credits_in(self, lang: Lang) -> list[str]:
        """Return the sources and licences of the data in one language, as far as the study has them in both."""
        return [each if isinstance(each, str) else each.text(lang) for each in self.credits]

    @field_validator("crs")
    @classmethod
    def _metric(cls, crs: str | None) -> str | None:
        return None if crs is None else require_metric(crs)

    @field_validator("terrain")
    @classmethod
    def _raster(cls, terrain: Source | None) -> Source | None:
        if terrain is not None and terrain != Source(file=terrain.file):
            raise ValueError(told("error.terrain_alone"))
        return terrain

    @model_validator(mode="after")
    def _reference_known(self) -> Study:
        if self.reference is not None and self.reference not in self.groups:
            raise ValueError(told("error.no_reference", name=repr(self.reference)))
        return self

    @model_validator(mode="after")
    def _people_have_areas(self) -> Study:
        outlined = self.areas.sources()
        for name, people in (("residents", self.residents), ("second_residents", self.second_residents)):
            if people is None or isinstance(people, Source):
                continue
            level = people.level if isinstance(people, CensusTotals) else None
            if not outlined or (level is not None and level not in outlined):
                raise ValueError(told("error.people_need_outlines", name=name, level=level or "districts"))
        return self

    @property
    def path(self) -> Path:
        """The study file."""
        return self._path

    def place(self, name: str) -> Path:
        """Return the path that one of the study's files has, or is to have."""
        return (self._path.parent / _with_variables(self.folder) / name).resolve()

    def file(self, name: str) -> Path:
        """Return the path of one of the study's files.

        Raises
        ------
        StudyError
            If there is no such file.
        """
        path = self.place(name)
        if not path.exists():
            raise StudyError(told("error.no_file_of_study", study=self._path, path=path))
        return path


def read_study(path: str | Path) -> Study:
    """Read and validate a study file.

    Parameters
    ----------
    path : str or Path
        A YAML file.

    Raises
    ------
    StudyError
        With every fault of the file, each with its line and remedy.
    """
    path = Path(path)
    study, _ = read_model(path, Study, StudyError)
    study._path = path.resolve()  # noqa: SLF001 - where the file lies is not part of its content
    return study


def _with_variables(folder: str) -> str:
    def value(match: re.Match[str]) -> Any:
        return os.environ.get(match[1]) or match[2] or ""

    return _VARIABLE.sub(value, folder)
