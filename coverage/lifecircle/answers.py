"""Answers to single questions about a study: what is reached in some minutes, how a community walks, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from lifecircle.access.explain import typical_walks
from lifecircle.access.services import Service, offering
from lifecircle.access.surfaces import walking_surface
from lifecircle.access.table import access_table
from lifecircle.access.targets import one_place, service_places
from lifecircle.access.verify import verification
from lifecircle.errors import StudyError
from lifecircle.files import written_whole
from lifecircle.messages import suggestion, told
from lifecircle.network.isochrones import isochrone_polygons, isochrone_streets, reach_of_any, reach_of_each
from lifecircle.network.points import piece_walks
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import Circle
from lifecircle.report.tables import write_geopackage
from lifecircle.scores.score import score, searches
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from lifecircle.access.explain import TypicalWalks
    from lifecircle.access.surfaces import Surface
    from lifecircle.access.targets import ServicePlaces
    from lifecircle.network.walkers import Walker
    from lifecircle.run import Checked
    from lifecircle.study import Study


@dataclass(frozen=True, eq=False)
class Isochrones:
    """From where places are reached.

    Attributes
    ----------
    polygons, streets : GeoDataFrame
        As :mod:`lifecircle.network.isochrones` gives them, with ``layer`` and ``walker`` in front, ``facility_id``
        and ``facility`` (its name) where each facility stands by itself.
    layer : str
        ``""`` for a single position.
    each : bool
        Whether each facility stands by itself; otherwise the nearest counts.
    walker : Walker
    places : int
        How many places were joined to a street.
    lost : int
        How many lie too far from any street.

    Examples
    --------
    Two crèches, 300 m of street to either side of each.

    >>> import lifecircle
    >>> found = lifecircle.example_run().isochrones("childcare", minutes=(5,), each=True)
    >>> found.places, found.polygons["facility_id"].tolist(), found.streets["length_m"].sum().round()
    (2, ['t1', 't2'], np.float64(1200.0))
    """

    polygons: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    layer: str
    each: bool
    walker: Walker
    places: int
    lost: int


def isochrones_of_layer(
    study: Study, checked: Checked, layer: str, walker: str, minutes: Sequence[float], *, each: bool
) -> Isochrones:
    """Return from where the facilities of a layer are reached.

    Parameters
    ----------
    study, checked : Study, Checked
        As :func:`lifecircle.run.check_study` takes and gives them.
    layer, walker : str
        Names of both.
    minutes : sequence of float
        Limits, ascending.
    each : bool
        For every facility by itself; otherwise for the nearest of all.

    Raises
    ------
    StudyError
        If there is no such layer or walker.
    LifecircleError
        If no facility is near a street.
    """
    places = _places(study, checked, layer)
    facilities = checked.inputs.facilities.iloc[places.facility] if each else None
    return _isochrones(study, places, walker_named(walker), minutes, layer, facilities)


def isochrones_of_place(
    study: Study, checked: Checked, lonlat: NDArray[np.float64], walker: str, minutes: Sequence[float]
) -> Isochrones:
    """Return from where a single position is reached; otherwise as :func:`isochrones_of_layer`.

    Raises
    ------
    LifecircleError
        If no street is near the position, or there is no such walker.
    """
    places = one_place(checked.joined.placed.network, lonlat, study.snap_limit_m)
    return _isochrones(study, places, walker_named(walker), minutes, "", None)


def _isochrones(
    study: Study,
    places: ServicePlaces,
    walker: Walker,
    minutes: Sequence[float],
    layer: str,
    facilities: gpd.GeoDataFrame | None,
) -> Isochrones:
    walks = piece_walks(places.placed, places.targets, walker)
    limit_s = SECONDS_PER_MINUTE * minutes[-1]
    reaches = [reach_of_any(walks, limit_s)] if facilities is None else reach_of_each(walks, limit_s)

    def labelled(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        place = table.pop("place").to_numpy()
        if facilities is not None:
            table.insert(0, "facility", facilities["name"].to_numpy()[place])
            table.insert(0, "facility_id", facilities["facility_id"].to_numpy()[place])
        table.insert(0, "walker", walker.id)
        table.insert(0, "layer", layer)
        if study.synthetic:
            table.insert(0, "data", "SYNTHETIC")
        return table

    return Isochrones(
        polygons=labelled(isochrone_polygons(walks, reaches, minutes)),
        streets=labelled(isochrone_streets(walks, reaches, minutes)),
        layer=layer,
        each=facilities is not None,
        walker=walker,
        places=int(places.targets.place.max()) + 1,
        lost=len(places.lost),
    )


def write_isochrones(found: Isochrones, path: Path) -> None:
    """Write polygons and streets as a GeoPackage, or the polygons alone as GeoJSON, by the name's ending.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    if path.suffix.lower() == ".gpkg":
        write_geopackage({"isochrones": found.polygons, "streets": found.streets}, path)
        return
    with written_whole(path) as temporary:
        found.polygons.to_file(temporary, driver="GeoJSON", engine="pyogrio")


def surface_of_layer(study: Study, checked: Checked, layer: str, walker: str, cell_m: float) -> Surface:
    """Return the walking minutes to the nearest facility of a layer over the whole area of a study.

    Raises
    ------
    StudyError
        If there is no such layer or walker.
    LifecircleError
        If no facility is near a street.
    """
    inputs = checked.inputs
    areas = inputs.areas.to_crs(inputs.crs)
    silent = areas["area_id"].isin(inputs.silent[layer_named(study, layer)])
    return walking_surface(
        _places(study, checked, layer),
        walker_named(walker),
        shapely.union_all(areas.geometry[areas["level"] == "city"]),
        shapely.union_all(areas.geometry[silent]),
        cell_m,
        study.snap_limit_m,
    )


@dataclass(frozen=True, eq=False)
class CommunityWalks:
    """How a community walks to a layer, and what it lacks.

    Attributes
    ----------
    community : Series
        Its row of the areas.
    layer : str
    walker : Walker
    typical : TypicalWalks
    circles : tuple of (Circle, dict)
        Every circle of the study's plans that is about this layer, with its row of results for the community.
    """

    community: pd.Series[Any]
    layer: str
    walker: Walker
    typical: TypicalWalks
    circles: tuple[tuple[Circle, dict[str, Any]], ...]


def community_walks(
    study: Study, checked: Checked, community: str, layer: str, k: int, walker: str | None = None
) -> CommunityWalks:
    """Explain a community's walk to a layer.

    Parameters
    ----------
    study, checked : Study, Checked
    community : str
        Id or name.
    layer : str
    k : int
        To how many of the nearest facilities the way is told.
    walker : str, optional
        The walker of the first circle about this layer when absent.

    Raises
    ------
    StudyError
        If there is no such community, layer or walker, or several communities have this name.
    NetworkError
        If nobody there reaches a facility.
    """
    inputs = checked.inputs
    row = community_named(inputs.areas, community)
    own_layer = layer_named(study, layer)
    plans = [
        plan.model_copy(
            update={"standards": tuple(each for each in plan.standards if _about(each, own_layer)), "indicators": ()}
        )
        for plan in checked.plans
    ]
    circles = [(plan.id, circle) for plan in plans for circle in plan.standards if isinstance(circle, Circle)]
    chosen = walker_named(walker or (circles[0][1].walker if circles else "standard"))
    surely, _ = offering(Service((own_layer,)), inputs.facilities)
    among = (inputs.residents["community_id"] == row["area_id"]).to_numpy(dtype=bool)
    typical = typical_walks(checked.joined, inputs.residents, inputs.entrances, surely, chosen, among, k)
    rows: list[dict[str, Any]] = []
    if circles:
        wanted = searches(plans, read_walkers())
        access = access_table(checked.joined, inputs.residents, inputs.facilities, wanted, inputs.silent)
        results = score(study, plans, inputs, access)
        own = results[(results["level"] == "community") & (results["area_id"] == row["area_id"])]
        first = own.drop_duplicates(["plan_id", "standard_id"]).set_index(["plan_id", "standard_id"])
        rows = [first.loc[(plan_id, circle.id)].to_dict() for plan_id, circle in circles]
    return CommunityWalks(
        row, own_layer, chosen, typical, tuple(zip((circle for _, circle in circles), rows, strict=True))
    )


def all_ways(found: CommunityWalks, checked: Checked) -> gpd.GeoDataFrame:
    """Return the ways of a community's typical resident in one table, with ``rank`` and ``facility_id`` in front."""
    facility_id = checked.inputs.facilities["facility_id"]
    ways = []
    for rank, walk in enumerate(found.typical.walks, start=1):
        way = walk.way.copy()
        way.insert(0, "facility_id", facility_id.iloc[walk.facility])
        way.insert(0, "rank", rank)
        ways.append(way)
    table: gpd.GeoDataFrame = pd.concat(ways, ignore_index=True)
    return table


def second_opinion(study: Study, checked: Checked, sample: int) -> dict[str, Any]:
    """Compute the walking times of some residents again with a second engine.

    Returns
    -------
    dict
        As :func:`lifecircle.access.verify.verification` gives it.
    """
    inputs = checked.inputs
    wanted = searches(checked.plans, read_walkers())
    access = access_table(checked.joined, inputs.residents, inputs.facilities, wanted, inputs.silent)
    return verification(study, inputs, checked.joined.placed.network, access, wanted, sample)


def walker_named(name: str) -> Walker:
    """Return a walker of ``configs/walkers.yaml``.

    Raises
    ------
    StudyError
        If there is none of that name.
    """
    walkers = read_walkers()
    if name not in walkers:
        raise StudyError(told("error.no_walker", name=repr(name), hint=suggestion(name, walkers)))
    return walkers[name]


def _places(study: Study, checked: Checked, layer: str) -> ServicePlaces:
    inputs, network = checked.inputs, checked.joined.placed.network
    service = Service((layer_named(study, layer),))
    return service_places(network, inputs.facilities, inputs.entrances, service, study.snap_limit_m)


def layer_named(study: Study, layer: str) -> str:
    """Return the layer of a study.

    Raises
    ------
    StudyError
        If there is none of that name.
    """
    if layer not in study.layers:
        hint = suggestion(layer, study.layers)
        raise StudyError(told("error.no_layer", study=study.path, name=repr(layer), hint=hint))
    return layer


def _about(standard: object, layer: str) -> bool:
    return isinstance(standard, Circle) and layer in standard.layers


def community_named(areas: gpd.GeoDataFrame, wanted: str) -> pd.Series[Any]:
    """Return the row of a community by its id or name.

    Raises
    ------
    StudyError
        If there is none, or several communities have this name.
    """
    communities = areas[areas["level"] == "community"]
    found = communities[communities["area_id"] == wanted]
    if not len(found):
        found = communities[communities["name"] == wanted]
    if not len(found):
        known = [*communities["name"], *communities["area_id"]]
        raise StudyError(told("error.no_community", name=repr(wanted), hint=suggestion(wanted, known)))
    if len(found) > 1:
        ids = ", ".join(found["area_id"])
        raise StudyError(told("error.several_communities", count=len(found), name=repr(wanted), ids=ids))
    return found.iloc[0]
