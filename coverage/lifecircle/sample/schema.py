"""What the files of facts may say: one frozen model for each thing in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lifecircle.bilingual import Bilingual
from lifecircle.filters import Condition

Ring = Literal["central", "new", "outer"]
Grade = Literal["city", "seat", "town"]
Position = tuple[float, float]


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class District(_Fact):
    """A district.

    Real: code, name and the total of the 2020 census; the eleven add up to the city's 9,314,685. Rough: centre, area,
    and the share of people of 60 and over. ``ring`` is how far out it lies, which sets how densely the sample gives it
    services; ``bank`` is its side of the main river.
    """

    code: str
    name: str
    lon: float
    lat: float
    area_km2: float
    people: int
    over_60: float
    ring: Ring
    bank: Literal["north", "south"]


class Street(_Fact):
    """A street (街道) or town (镇).

    Real: codes and names, also of its communities (china-division 2.7.0, MIT). Rough: where its seat lies. ``grade``
    says what the seat is: part of the city proper, the seat of a district, or a town of its own.
    """

    code: str
    name: str
    lon: float
    lat: float
    grade: Grade
    communities: tuple[tuple[str, str], ...]

    @property
    def district(self) -> str:
        """The code of the district, which opens the street's own."""
        return self.code[:6]


class River(_Fact):
    """A river along a line."""

    name: str
    width_m: float
    line: list[Position]


class Blob(_Fact):
    """A lake or hill, drawn as an ellipse."""

    name: str
    centre: Position
    axes_m: tuple[float, float]
    turn_deg: float


class Track(_Fact):
    """A railway or motorway."""

    name: str
    line: list[Position]


class Bridge(_Fact):
    """A bridge over the main river, near a place on it; ``way`` is a key of ``ways.yaml``."""

    name: str
    at: Position
    way: str


class Ground(_Fact):
    """The invented ground of the city."""

    outline: list[Position]
    rivers: list[River]
    lakes: list[Blob]
    hills: list[Blob]
    railways: list[Track]
    motorways: list[Track]
    bridges: list[Bridge]


class Numbers(_Fact):
    """A column of whole numbers, spread evenly on a logarithmic scale.

    Attributes
    ----------
    range : (low, high)
    per_1000 : float, optional
        They are scaled so that all facilities of the kind together hold this many per 1,000 people of the city.
    """

    range: tuple[int, int]
    per_1000: float | None = None


class Choice(_Fact):
    """A column of words, and how often each is drawn."""

    of: dict[str, float]


class Part(_Fact):
    """A column that is a share of another column of the same facility, rounded down."""

    part_of: tuple[str, float]


class Kind(_Fact):
    """A kind of facility and how the city is supplied with it.

    Attributes
    ----------
    layer, kind : str
        As the plans and studies name them.
    zh : str
        The kind in Chinese; with the area's name it is the facility's.
    per : {"community", "street", "district", "people"}
        One in every area of a level, or as many as a share of the scale's facilities, spread by people.
    each : int, optional
        An area with several times so many people has as many of them, each with its chance.
    setting : {"urban", "rural"}, optional
        Only in such communities.
    chance : dict
        By ring: the share of areas that have one; or, spread by people, how many a head gets compared with the centre.
    weight : float
        Share of the scale's facilities; only with ``per: people``.
    columns : dict of Numbers, Choice or Part
    osm : dict
        Tags in the street extract.
    osm_share : float
        Share of the facilities that the street extract also knows.
    """

    layer: str
    kind: str
    zh: str
    per: Literal["community", "street", "district", "people"]
    each: int | None = None
    setting: Literal["urban", "rural"] | None = None
    chance: dict[Ring, float] = {"central": 1.0, "new": 1.0, "outer": 1.0}
    weight: float = 0.0
    columns: dict[str, Numbers | Choice | Part] = {}
    osm: dict[str, str] = {}
    osm_share: float = 0.0


class Table(_Fact):
    """A file of facilities: which layers it holds, and what its columns are called."""

    file: str
    layers: list[str]
    headers: dict[str, str]
    crs: str | None = None
    encoding: str = "utf-8"


class Supply(_Fact):
    """All kinds of facilities, and the files that they are written to."""

    kinds: list[Kind]
    tables: list[Table]


class WayKind(_Fact):
    """Tags of a kind of way, and whether people live along it."""

    tags: dict[str, str]
    homes: bool = False


class Roads(_Fact):
    """Kinds of ways, the odds of kinds of local streets, and the words that street names are made of."""

    kinds: dict[str, WayKind]
    local: dict[str, float]
    first_words: list[str]
    last_words: dict[str, str]


class SceneWay(_Fact):
    """A way of a planted scene, along its named nodes."""

    along: list[str]
    kind: str


class ScenePeople(_Fact):
    """Resident points of a planted scene: metres east and north of its middle, and how many people each holds."""

    group: str
    at: list[Position]
    weight: float = 1.0


class SceneFacility(_Fact):
    """A facility of a planted scene; the columns are those of its kind."""

    layer: str
    kind: str
    name: str
    at: Position


class Expected(_Fact):
    """What must come out for a group of residents of a scene.

    Attributes
    ----------
    group, layer : str
    status : {"reached", "unreachable", "not_snapped"}
    metres : float, optional
        The walk, by the lengths of the scene's ways.
    over_metres : float, optional
        The walk is longer than this.
    """

    group: str
    layer: str
    status: Literal["reached", "unreachable", "not_snapped"]
    metres: float | None = None
    over_metres: float | None = None


class Scene(_Fact):
    """A planted place, drawn by hand in metres east and north of its middle, far from everything else.

    Attributes
    ----------
    id : str
    title : Bilingual
    district : str
    nodes : dict of str to position
    gated : list of str
        Nodes with a gate.
    ways : list of SceneWay
    doors : list of str
        Nodes that a road joins to the streets outside.
    water : list of positions
        A stretch of water, as a ring.
    people : list of ScenePeople
    facilities : list of SceneFacility
    without : list of str
        Layers that have nothing here besides the scene's own.
    apart : list of str
        Groups of residents that the city gives nothing to.
    expected : list of Expected
    """

    id: str
    title: Bilingual
    district: str
    nodes: dict[str, Position]
    gated: list[str] = []
    ways: list[SceneWay]
    doors: list[str]
    water: list[Position] = []
    people: list[ScenePeople]
    facilities: list[SceneFacility] = []
    without: list[str] = []
    apart: list[str] = []
    expected: list[Expected]


class Gap(_Fact):
    """Facilities that an area lacks, or has in a poorer form.

    Attributes
    ----------
    id : str
    title : Bilingual
    layer : str
    area : str
        Name of a district or street.
    where : dict
        Which facilities of the layer; all when empty.
    change : dict
        Columns that are overwritten; the facilities are taken away when empty.
    verdict : {"no_data", "short"}
        What must come out for the area.
    """

    id: str
    title: Bilingual
    layer: str
    area: str
    where: dict[str, Condition] = {}
    change: dict[str, str | int] = {}
    verdict: Literal["no_data", "short"]


class Planted(_Fact):
    """Everything in the city that has a known answer."""

    clear_m: Annotated[float, Field(gt=0)]
    scenes: list[Scene]
    gaps: list[Gap]


class Figure(_Fact):
    """An invented value of an indicator that no map can compute.

    Attributes
    ----------
    indicator : str
        Id in a plan file.
    value : float
    by_year : bool
        The value is a sum over the plan's years.
    districts : float, optional
        How far the districts lie from the city, up or down.
    """

    indicator: str
    value: float
    by_year: bool = False
    districts: float | None = None


class Figures(_Fact):
    """The invented statistics and the first and last year that they are of."""

    years: tuple[int, int]
    figures: list[Figure]
