"""The streets of the sample city: a bent grid with blocks, crossings, gated compounds, bridges and planted scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from lifecircle.sample import facts
from lifecircle.sample.blocks import blocks_of, with_compounds, with_parks, with_squares
from lifecircle.sample.crossings import bridges, joining_roads, with_crossings
from lifecircle.sample.lattice import crossing_points, segments, spacing_for
from lifecircle.sample.pieces import KIND, drawn_by_group, drawn_lines, halved, public_nodes, strung_together
from lifecircle.sample.scenes import in_clear_ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lifecircle.sample.areas import Cells
    from lifecircle.sample.lattice import Lattice
    from lifecircle.sample.scale import Scale
    from lifecircle.sample.scenes import PlacedScene
    from lifecircle.sample.terrain import Terrain

_LOCAL_RANK: Final = 3
_LOST_LOCAL: Final = 0.14  # of the local pieces: what makes T-junctions and dead ends
_LOST_COUNTRY: Final = 0.25  # of the roads from one main road to the next
_BENT_LOCAL: Final = 0.1
_BEND: Final = 0.12  # of the spacing
_SEPARATE: Final = 0.25  # of the main roads have pavements mapped apart
_STEPS: Final = 0.03  # of the footways
_NAME_STRETCH: Final = 2  # main roads
_DIRECTIONS: Final = ("", "东", "西", "南", "北", "中")
_NEAR: Final = 1.5  # of the spacing, longer than a piece
_SCENE_AXIS: Final = 5
_DOOR_AXIS: Final = 6


@dataclass(frozen=True)
class StreetMap:
    """Streets as nodes and ways.

    Attributes
    ----------
    xy : (n, 2) array
        Nodes, metres of the sample's frame.
    gates : (g,) array of int
        Nodes with a gate.
    offsets : (w + 1,) array
        Nodes of way i are ``nodes[offsets[i]:offsets[i + 1]]``.
    nodes : (r,) array
    kind : (w,) array of int
        Number of each way's kind, see :data:`~lifecircle.sample.pieces.KIND`.
    name : (w,) array of int
        Index into ``names``.
    names : list of str
        The first one is empty.
    parks, compounds : (p,), (c,) arrays of polygons
        Metres.
    """

    xy: NDArray[np.float64]
    gates: NDArray[np.int64]
    offsets: NDArray[np.int64]
    nodes: NDArray[np.int64]
    kind: NDArray[np.int64]
    name: NDArray[np.int64]
    names: list[str]
    parks: NDArray[np.object_]
    compounds: NDArray[np.object_]

    def pieces(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the start, the end and the kind of every piece between two neighbouring nodes of a way."""
        last = np.zeros(len(self.nodes), dtype=bool)
        last[self.offsets[1:] - 1] = True
        kind = np.repeat(self.kind, np.diff(self.offsets))
        return self.nodes[:-1][~last[:-1]], self.nodes[1:][~last[:-1]], kind[~last]

    def junctions(self) -> int:
        """Return the number of nodes where streets meet or end: all but those inside a single line."""
        start, end, _ = self.pieces()
        degree = np.bincount(np.concatenate([start, end]), minlength=len(self.xy))
        return int(np.count_nonzero((degree != 2) & (degree > 0)))  # noqa: PLR2004 - in and out


def street_map(
    terrain: Terrain,
    cells: Cells,
    people: NDArray[np.float64],
    scenes: Sequence[PlacedScene],
    scale: Scale,
    seed: int,
) -> StreetMap:
    """Return the streets of the city.

    Parameters
    ----------
    terrain : Terrain
    cells : Cells
    people : (n,) array
        People of each cell: streets are dense where there are any.
    scenes : sequence of PlacedScene
        Their streets are added; no others come near.
    scale : Scale
    seed : int
    """
    rng = np.random.default_rng([seed, 4])
    grid = crossing_points(terrain, cells, people, spacing_for(people, cells.size_m, scale.nodes), seed)
    clear = in_clear_ground(grid.xy, scenes)
    pieces = segments(grid)
    pieces = pieces[~(clear[pieces["start"]] | clear[pieces["end"]])].reset_index(drop=True)
    pieces = _with_kinds_and_names(pieces, grid, rng)
    blocks = blocks_of(grid, ~clear & ~_near_obstacles(grid, terrain), rng)
    pieces = with_crossings(pieces, grid.xy, terrain, rng)
    pieces = _with_losses(pieces, grid, blocks.of_point, rng)
    pieces = with_squares(with_parks(pieces, blocks), grid, blocks)
    pieces, xy, gates = with_compounds(pieces, grid.xy, blocks, rng)
    pieces, xy = _with_bends(pieces, xy, grid.spacing_m, rng)
    pieces = pd.concat([pieces, joining_roads(pieces, xy, terrain)], ignore_index=True)
    river, river_names = bridges(pieces, xy, terrain)
    names = [*_street_names(), *river_names]
    river["name"] = len(names) - len(river_names) + river["line"]
    pieces = pd.concat([pieces, river], ignore_index=True)
    pieces, xy, scene_gates = _with_scenes(pieces, xy, scenes, terrain)
    return _compact(
        pieces,
        xy,
        np.concatenate([gates, scene_gates]),
        names,
        parks=blocks.shapes(grid.xy, grid.spacing_m, blocks.park),
        compounds=blocks.shapes(grid.xy, grid.spacing_m, blocks.gated),
    )


def _near_obstacles(grid: Lattice, terrain: Terrain) -> NDArray[np.bool_]:
    """Return the crossing points of which a street might be cut by water or a railway."""
    obstacles = shapely.union_all([terrain.wet, *terrain.railways.values()]).buffer(_NEAR * grid.spacing_m)
    shapely.prepare(obstacles)
    return np.asarray(shapely.contains_xy(obstacles, grid.xy[:, 0], grid.xy[:, 1]), dtype=bool)


def _with_kinds_and_names(pieces: pd.DataFrame, grid: Lattice, rng: np.random.Generator) -> pd.DataFrame:
    """Return the pieces with their kind, drawn for whole stretches of a line, and the number of their name."""
    axis, line, place = (pieces[column].to_numpy() for column in ("axis", "line", "place"))
    odds = facts.roads().local
    stretch = drawn_by_group([axis, line, place // (2 * grid.collector)], rng)
    share = np.cumsum(list(odds.values())) / sum(odds.values())
    local = np.array([KIND[kind] for kind in odds])[np.searchsorted(share, stretch, side="right")]
    main = np.where(
        drawn_by_group([axis, line, place // grid.main], rng) < _SEPARATE, KIND["primary_separate"], KIND["primary"]
    )
    rank, built = pieces["rank"].to_numpy(), pieces["built"].to_numpy()
    larger = np.select([rank == 0, rank == 1], [main, KIND["secondary"]], KIND["tertiary"])
    kind = np.where(built, np.where(rank == _LOCAL_RANK, local, larger), KIND["country"])
    steps = (kind == KIND["footway"]) & (rng.random(len(pieces)) < _STEPS)
    kind = np.where(steps, KIND["steps"], kind)
    draw = drawn_by_group([axis, line, place // (_NAME_STRETCH * grid.main)], rng)
    return pieces.assign(kind=kind, name=_name_numbers(kind, draw))


def _street_names() -> list[str]:
    """Return all names: nothing first, then first word, direction and last word in every combination."""
    words = facts.roads()
    last_words = dict.fromkeys(words.last_words.values())
    return [""] + [first + way + last for last in last_words for first in words.first_words for way in _DIRECTIONS]


def _name_numbers(kind: NDArray[np.int64], draw: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of a name that goes with the kind of each piece, 0 for kinds without names."""
    words = facts.roads()
    last_words = list(dict.fromkeys(words.last_words.values()))
    choices = len(words.first_words) * len(_DIRECTIONS)
    opens = np.full(len(KIND), -1)
    for name, last in words.last_words.items():
        opens[KIND[name]] = 1 + last_words.index(last) * choices
    return np.where(opens[kind] < 0, 0, opens[kind] + (draw * choices).astype(np.int64))


def _with_losses(
    pieces: pd.DataFrame, grid: Lattice, block: NDArray[np.int64], rng: np.random.Generator
) -> pd.DataFrame:
    """Return the pieces without some local streets outside whole blocks' insides, and without some country roads."""
    axis, line, place = (pieces[column].to_numpy() for column in ("axis", "line", "place"))
    inside = (block[pieces["start"]] >= 0) & (block[pieces["start"]] == block[pieces["end"]])
    local = (pieces["rank"] == _LOCAL_RANK).to_numpy() & ~inside
    country = ~pieces["built"].to_numpy()
    lost = local & (rng.random(len(pieces)) < _LOST_LOCAL)
    lost |= country & (drawn_by_group([axis, line, place // grid.main], rng) < _LOST_COUNTRY)
    return pieces[~lost]


def _with_bends(
    pieces: pd.DataFrame, xy: NDArray[np.float64], spacing_m: float, rng: np.random.Generator
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Return the pieces with a bend in some of the streets where people live."""
    homes = np.array([kind.homes for kind in facts.roads().kinds.values()])[pieces["kind"]]
    bend = homes & (rng.random(len(pieces)) < _BENT_LOCAL)
    aside_m = rng.uniform(-_BEND, _BEND, size=int(bend.sum())) * spacing_m
    pieces, xy, _ = halved(pieces, xy, bend, aside_m)
    return pieces, xy


def _with_scenes(
    pieces: pd.DataFrame, xy: NDArray[np.float64], scenes: Sequence[PlacedScene], terrain: Terrain
) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.int64]]:
    """Return the pieces with the scenes' streets, each joined to the outside by straight roads from its doors."""
    public = public_nodes(pieces)
    north = terrain.on_north_bank(xy[public])
    clear_m = facts.planted().clear_m
    nodes = [xy]
    lines: list[list[int]] = []
    kinds: list[str] = []
    roads: list[list[int]] = []
    gates: list[int] = []
    count = len(xy)
    for placed in scenes:
        scene = placed.scene
        number = {name: count + k for k, name in enumerate(scene.nodes)}
        lines += [[number[name] for name in way.along] for way in scene.ways]
        kinds += [way.kind for way in scene.ways]
        gates += [number[name] for name in scene.gated]
        outward = [np.array(scene.nodes[door]) / np.hypot(*scene.nodes[door]) * clear_m for door in scene.doors]
        bank = public[north == terrain.on_north_bank(np.array([placed.middle]))[0]]
        nearest = cKDTree(xy[bank]).query(placed.metric(outward))[1]
        posts = count + len(number) + np.arange(len(outward))
        roads += [
            [number[door], int(post), int(bank[k])] for door, post, k in zip(scene.doors, posts, nearest, strict=True)
        ]
        nodes += [placed.metric(list(scene.nodes.values())), placed.metric(outward)]
        count += len(number) + len(outward)
    return (
        pd.concat(
            [
                pieces,
                drawn_lines(lines, kinds, _SCENE_AXIS),
                drawn_lines(roads, ["connector"] * len(roads), _DOOR_AXIS),
            ],
            ignore_index=True,
        ),
        np.vstack(nodes),
        np.array(gates, dtype=np.int64),
    )


def _compact(
    pieces: pd.DataFrame,
    xy: NDArray[np.float64],
    gates: NDArray[np.int64],
    names: list[str],
    *,
    parks: NDArray[np.object_],
    compounds: NDArray[np.object_],
) -> StreetMap:
    """Return the street map with the nodes that are in use, numbered anew."""
    offsets, nodes, ways = strung_together(pieces)
    used = np.unique(nodes)
    return StreetMap(
        xy=xy[used],
        gates=np.searchsorted(used, gates[np.isin(gates, used)]),
        offsets=offsets,
        nodes=np.searchsorted(used, nodes),
        kind=ways["kind"].to_numpy(),
        name=ways["name"].to_numpy(),
        names=names,
        parks=parks,
        compounds=compounds,
    )
