from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.access.joining import join
from lifecircle.access.services import Service
from lifecircle.access.surfaces import NODATA, walking_surface, write_surface
from lifecircle.access.table import STATUSES, access_table
from lifecircle.access.targets import service_places
from lifecircle.crs import to_lonlat
from lifecircle.errors import ReportError
from small_networks import CORNER, CRS, lonlat_at, network_of
from street_walks import walker

NOWHERE = shapely.Polygon()
CLINIC = Service(("clinic",))


def points(positions, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*lonlat_at(positions).T), crs="EPSG:4326")


def clinics_at(*positions):
    ids = [f"k{number}" for number in range(len(positions))]
    facilities = points(positions, facility_id=ids, layer=["clinic"] * len(ids))
    return facilities, points(positions, facility_row=range(len(ids)))


def box(west, south, east, north):
    return shapely.box(*np.add([west, south, east, north], [*CORNER, *CORNER]))


def surface_of(network, clinics, area, silent=NOWHERE, who=None):
    places = service_places(network, *clinics, CLINIC, 300)
    return walking_surface(places, who or walker(), area, silent, 50, 300)


def centres_of(surface):
    rows, columns = surface.minutes.shape
    column, row = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    return np.column_stack(
        [(surface.west + surface.cell_m * column).ravel(), (surface.north - surface.cell_m * row).ravel()]
    )


def test_each_cell_walks_from_its_centre_over_the_nearest_street():
    """A street along y = 0, the clinic at x = 0: the centres at y = 25 and 75 m, x = 25, 75, 125 m; 60 m a minute.

    Northern row: 75 + 25 = 100 m, 150 m, 200 m; southern row: 50 m, 100 m, 150 m.
    """
    surface = surface_of(network_of([[1, 2]], {1: (0, 0), 2: (600, 0)}), clinics_at((0, 0)), box(0, 0, 150, 100))
    expected = np.array([[100, 150, 200], [50, 100, 150]]) / 60
    assert surface.minutes == pytest.approx(expected, rel=1e-3)
    assert (surface.status == STATUSES.index("reached")).all()
    assert (surface.west, surface.north) == (CORNER[0], CORNER[1] + 100)


def test_what_is_not_known_has_no_minutes_and_says_why():
    """From west to east: an own street, more than 300 m of nothing, and a street that leads to no clinic."""
    network = network_of([[1, 2], [3, 4]], {1: (0, 25), 2: (100, 25), 3: (800, 25), 4: (1000, 25)})
    surface = surface_of(network, clinics_at((0, 25)), box(0, 0, 1000, 50), silent=box(50, 0, 100, 50))
    named = [STATUSES[code] for code in surface.status[0]]
    assert named == ["reached", "no_data", *["reached"] * 6, *["not_snapped"] * 2, *["unreachable"] * 10]
    known = surface.status == STATUSES.index("reached")
    assert (surface.minutes[~known] == NODATA).all()
    assert (surface.minutes[known] > 0).all()


def test_cells_outside_the_area_are_empty():
    network = network_of([[1, 2]], {1: (0, 0), 2: (600, 0)})
    triangle = shapely.Polygon(np.add([(0, 0), (300, 0), (0, 300)], CORNER))
    surface = surface_of(network, clinics_at((0, 0)), triangle)
    inside = shapely.contains_xy(triangle, *centres_of(surface).T).reshape(surface.status.shape)
    assert np.array_equal(surface.status != NODATA, inside)
    assert np.array_equal(surface.minutes != NODATA, inside)
    assert 0 < inside.sum() < inside.size


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.lists(st.tuples(st.floats(-50, 250), st.floats(-50, 250)), min_size=1, max_size=3),
    st.sampled_from([walker(), walker(0.7, 0.2), walker(wheels=True)]),
)
def test_minutes_are_those_of_residents_at_the_same_points(private, steps, clinics, who):
    """A lattice of nine corners with private streets and steps, against the access table."""
    corners = {3 * y + x: (100.0 * x, 100.0 * y) for y in range(3) for x in range(3)}
    streets = [(node, node + 1) for node in corners if (node + 1) % 3] + [(node, node + 3) for node in range(6)]
    network = network_of(streets, corners, private=private, steps=steps, wheels=[not step for step in steps])
    facilities, entrances = clinics_at(*clinics)
    surface = surface_of(network, (facilities, entrances), box(-400, -100, 200, 250), who=who)
    lonlat = to_lonlat(centres_of(surface), CRS)
    ids = [str(number) for number in range(len(lonlat))]
    residents = gpd.GeoDataFrame({"resident_id": ids}, geometry=gpd.points_from_xy(*lonlat.T), crs="EPSG:4326")
    joined = join(network, residents, entrances, 300)
    access = access_table(joined, residents, facilities, [(CLINIC, who)], {"clinic": frozenset()})
    assert surface.status.ravel().tolist() == access["status"].cat.codes.tolist()
    assert surface.minutes.ravel() == pytest.approx(access["minutes"].fillna(NODATA).to_numpy(), abs=1e-5)


def test_the_file_is_a_cloud_optimised_geotiff_with_minutes_and_status(tmp_path):
    network = network_of([[1, 2]], {1: (0, 0), 2: (600, 0)})
    surface = surface_of(network, clinics_at((0, 0)), box(0, 0, 150, 100))
    write_surface(surface, tmp_path / "clinic.tif", {"layer": "clinic"})
    with rasterio.open(tmp_path / "clinic.tif") as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.crs.to_epsg() == 32650
        assert raster.nodata == NODATA
        assert raster.descriptions == ("minutes", "status")
        assert tuple(raster.bounds) == (CORNER[0], CORNER[1], CORNER[0] + 150, CORNER[1] + 100)
        assert np.array_equal(raster.read(1), surface.minutes)
        assert np.array_equal(raster.read(2), surface.status)
        assert raster.tags()["layer"] == "clinic"
        assert raster.tags()["status_0"] == "reached"


def test_a_file_that_cannot_be_written_is_a_fault_of_the_report(tmp_path):
    (tmp_path / "file").touch()
    surface = surface_of(network_of([[1, 2]], {1: (0, 0), 2: (600, 0)}), clinics_at((0, 0)), box(0, 0, 150, 100))
    with pytest.raises(ReportError, match="cannot be written"):
        write_surface(surface, tmp_path / "file" / "clinic.tif", {})
