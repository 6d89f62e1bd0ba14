from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.crs import to_lonlat
from lifecircle.errors import InputError
from lifecircle.inputs.rasters import residents_from_raster, zonal_people

UTM = "EPSG:32650"
WEST, NORTH, CELL = 670_000.0, 3_550_000.0, 100.0


def north_up(west, north, cell):
    return rasterio.Affine(cell, 0, west, 0, -cell, north)


@pytest.fixture
def raster(tmp_path):
    def write(values, name="people.tif", crs=UTM, transform=None, **options):
        values = np.asarray(values)
        path = tmp_path / name
        profile = {"driver": "GTiff", "width": values.shape[1], "height": values.shape[0], "count": 1}
        profile |= {"dtype": values.dtype, "crs": crs, "transform": transform or north_up(WEST, NORTH, CELL)}
        with rasterio.open(path, "w", **profile | options) as file:
            file.write(values, 1)
        return path

    return write


def areas(**shapes_in_cells):
    """Return areas from shapes in cells: x to the right of, y below the raster's upper left corner."""
    shapes = shapely.transform(
        np.array(list(shapes_in_cells.values())),
        lambda cells: to_lonlat(np.array([WEST, NORTH]) + cells * [CELL, -CELL], UTM),
    )
    return gpd.GeoDataFrame({"area_id": list(shapes_in_cells)}, geometry=shapes, crs="EPSG:4326")


def by_area(residents, column="population"):
    return residents.groupby("area_id")[column].sum().to_dict()


def test_an_area_half_a_cell_off_the_grid_holds_exactly_its_own_people(raster):
    """12 x 12 cells of one person each; the area is 10 x 10 cells large, offset by half a cell: 100, not 110 or 121."""
    path, zones = raster(np.ones((12, 12))), areas(a=shapely.box(0.5, 0.5, 10.5, 10.5))
    residents, problems = residents_from_raster(path, zones)
    assert zonal_people(path, zones) == pytest.approx([100.0], rel=1e-9)
    assert residents["population"].sum() == pytest.approx(100.0, rel=1e-9)
    assert len(residents) == 121
    assert [problem.reason.en for problem in problems] == [
        "21 people of the cells on a border live outside every area; they are not counted."
    ]


def test_a_border_splits_the_cells_that_it_crosses(raster):
    """Cells 10 20 / 30 40; the border runs down the middle of the right column.

    West: 10 + 30 + half of 20 + half of 40 = 70. East: the other halves, 30.
    """
    zones = areas(west=shapely.box(0, 0, 1.5, 2), east=shapely.box(1.5, 0, 2, 2))
    residents, _ = residents_from_raster(raster([[10.0, 20.0], [30.0, 40.0]]), zones)
    assert by_area(residents) == pytest.approx({"west": 70.0, "east": 30.0}, rel=1e-9)
    assert set(residents["resident_id"]) == {"west:0:0", "west:0:1", "west:1:0", "west:1:1", "east:0:1", "east:1:1"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.floats(0, 8), min_size=2, max_size=2),
    st.lists(st.floats(0.05, 7.95), min_size=2, max_size=2),
    st.integers(0, 2**31),
)
def test_people_are_conserved_whatever_the_border(raster, ends, middle, seed):
    """Two areas meet along a bent line across 8 x 8 cells: what one loses the other gains."""
    values = np.random.default_rng(seed).integers(0, 5000, (8, 8)).astype(np.float64)
    path = raster(values)
    bend = [(ends[0], 0), tuple(middle), (ends[1], 8)]
    zones = areas(left=shapely.Polygon([(0, 0), *bend, (0, 8)]), right=shapely.Polygon([(8, 0), *bend, (8, 8)]))
    zones = zones[zones.is_valid & (zones.geometry.to_crs(UTM).area > 1.0)]
    residents, _ = residents_from_raster(path, zones)
    expected = zonal_people(path, zones)
    totals = residents.groupby("area_id")["population"].sum().reindex(zones["area_id"], fill_value=0.0)
    np.testing.assert_allclose(totals, expected, rtol=1e-9, atol=1e-6)
    if len(zones) == 2:
        assert expected.sum() == pytest.approx(values.sum(), rel=1e-7)


def test_a_sliver_of_a_cell_is_counted_where_it_lies(raster):
    """The border runs 2e-8 of a cell west of the cells' own: of 1,000 people 0.00002 live east of it."""
    west, east = shapely.box(0, 0, 1 - 2e-8, 1), shapely.box(1 - 2e-8, 0, 2, 1)
    people = zonal_people(raster([[1000.0, 0.0]]), areas(west=west, east=east))
    assert people[0] == pytest.approx(1000 - 2e-5, rel=1e-10)
    assert people[1] == pytest.approx(2e-5, rel=1e-2)


def test_shares_agree_with_polygon_areas(raster):
    """One person per cell makes the people of an area its size in cells: here a triangle, a ring and a sliver."""
    triangle = shapely.Polygon([(0.3, 0.2), (6.1, 1.7), (2.4, 7.3)])
    ring = shapely.Point(6.3, 6.2).buffer(1.4).difference(shapely.Point(6.3, 6.2).buffer(0.6))
    sliver = shapely.box(0.0, 7.6001, 5.0, 7.6002)
    zones = areas(triangle=triangle, ring=ring, sliver=sliver)
    people = zonal_people(raster(np.ones((8, 8))), zones)
    np.testing.assert_allclose(people, [triangle.area, ring.area, sliver.area], rtol=1e-7)


def test_every_point_lies_in_its_own_area(raster):
    zones = areas(
        left=shapely.Polygon([(0, 0), (3.1, 0), (5.2, 8), (0, 8)]),
        right=shapely.Polygon([(3.1, 0), (8, 0), (8, 8), (5.2, 8)]),
    )
    residents, _ = residents_from_raster(raster(np.ones((8, 8))), zones)
    home = zones.set_index("area_id").geometry.loc[residents["area_id"]].reset_index(drop=True)
    assert home.covers(residents.geometry).all()
    assert len(residents) > 64


def test_a_whole_cell_becomes_a_point_at_its_middle(raster):
    residents, _ = residents_from_raster(raster([[0.0, 7.0]]), areas(a=shapely.box(0, 0, 2, 1)))
    assert residents["population"].tolist() == pytest.approx([7.0], rel=1e-9)
    metres = residents.geometry.to_crs(UTM).get_coordinates().to_numpy()
    np.testing.assert_allclose(metres, [[WEST + 150.0, NORTH - 50.0]], atol=1e-6)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4549", "ESRI:54009", "EPSG:3857"])
def test_any_frame_gives_the_same_people(raster, crs):
    """The area is drawn around 2 x 3 of the raster's cells in its own frame: 6 of 4 x 5 people."""
    corner = gpd.GeoSeries.from_xy([118.7], [32.0], crs="EPSG:4326").to_crs(crs).get_coordinates().to_numpy()[0]
    size = 0.001 if crs == "EPSG:4326" else 100.0
    path = raster(np.ones((4, 5)), crs=crs, transform=north_up(*corner, size))
    square = shapely.box(corner[0] + size, corner[1] - 4 * size, corner[0] + 3 * size, corner[1] - size)
    zone = gpd.GeoDataFrame({"area_id": ["a"]}, geometry=[square], crs=crs).to_crs("EPSG:4326")
    assert zonal_people(path, zone) == pytest.approx([6.0], rel=1e-6)
    residents, _ = residents_from_raster(path, zone)
    assert residents["population"].sum() == pytest.approx(6.0, rel=1e-6)


def test_age_groups_are_summed_over_their_rasters_and_split_like_everybody(raster):
    """Men 4 and women 6 over sixty of 100 people: the half of the cell inside has 5 of 50."""
    path = raster([[100.0]])
    old = [raster([[4.0]], "men.tif"), raster([[6.0]], "women.tif")]
    residents, _ = residents_from_raster(path, areas(a=shapely.box(0, 0, 0.5, 1)), {"pop_60_plus": old})
    assert residents[["population", "pop_60_plus"]].to_numpy().tolist() == [[pytest.approx(50.0), pytest.approx(5.0)]]


def test_no_data_is_nobody_and_impossible_numbers_are_listed(raster):
    zones = areas(a=shapely.box(0, 0, 4, 1))
    marked = raster(np.array([[5.0, -200.0, np.nan, 3.0]]), nodata=-200.0)
    assert zonal_people(marked, zones) == pytest.approx([8.0])
    assert [problem.reason.en for problem in residents_from_raster(marked, zones)[1]] == [
        "2 of 4 cells hold no data; nobody was counted there."
    ]
    unmarked = raster(np.array([[5.0, -200.0, 3e38, 3.0]]))
    residents, problems = residents_from_raster(unmarked, zones, file="worldpop.tif")
    assert residents["population"].tolist() == pytest.approx([5.0, 3.0], rel=1e-9)
    assert [(problem.file, problem.outcome) for problem in problems] == [("worldpop.tif", "noted")]
    assert problems[0].reason.en.startswith("2 cells hold impossible numbers of people, such as -200")


def test_areas_beyond_the_raster_and_without_people_are_listed(raster):
    zones = areas(inside=shapely.box(0, 0, 1, 1), beyond=shapely.box(1, 0, 3, 1), park=shapely.box(0, 1, 2, 2))
    residents, problems = residents_from_raster(raster([[1.0, 2.0], [0.0, 0.0]]), zones)
    assert by_area(residents) == pytest.approx({"inside": 1.0, "beyond": 2.0})
    assert [(problem.feature_id, problem.reason.en) for problem in problems] == [
        ("beyond", "the area reaches beyond the raster; its people there are not counted."),
        ("", "in 1 of 3 areas nobody lives (first ids: park)."),
    ]


def test_areas_may_overlap_when_they_are_only_summed(raster):
    zones = areas(city=shapely.box(0, 0, 2, 2), street=shapely.box(0, 0, 1, 2))
    assert zonal_people(raster([[1.0, 2.0], [3.0, 4.0]]), zones) == pytest.approx([10.0, 4.0])


def test_further_bands_are_listed(raster):
    path = raster(np.ones((2, 2)), count=2)
    assert (
        "has 2 bands; only the first was read"
        in residents_from_raster(path, areas(a=shapely.box(0, 0, 2, 2)))[1][0].reason.en
    )


def test_a_group_on_another_grid_is_refused(raster):
    path, other = (
        raster(np.ones((2, 2))),
        raster(np.ones((2, 2)), "old.tif", transform=north_up(WEST + 50, NORTH, CELL)),
    )
    with pytest.raises(InputError, match=r"old\.tif: has other cells than .*people\.tif.*gdalwarp"):
        residents_from_raster(path, areas(a=shapely.box(0, 0, 2, 2)), {"pop_60_plus": [other]})


def test_absurd_dimensions_are_refused_before_anything_is_read(tmp_path):
    """A sparse file of a few kilobytes that claims 40,000 million cells."""
    path = tmp_path / "bomb.tif"
    profile = {"driver": "GTiff", "width": 200_000, "height": 200_000, "count": 1, "dtype": "float64", "crs": UTM}
    options = {"tiled": True, "blockxsize": 512, "blockysize": 512, "SPARSE_OK": True, "BIGTIFF": "YES"}
    with rasterio.open(path, "w", transform=north_up(WEST, NORTH, 1), **profile, **options):
        pass
    assert path.stat().st_size < 5e6
    with pytest.raises(InputError, match=r"bomb\.tif: 100,.* cells would have to be read, more than 50,000,000"):
        residents_from_raster(path, areas(a=shapely.box(0, 0, 1000, 1000)))


def test_blocks_too_large_to_unpack_are_refused(tmp_path):
    path = tmp_path / "strip.tif"
    profile = {"driver": "GTiff", "width": 60_000, "height": 1000, "count": 1, "dtype": "uint8", "crs": UTM}
    with rasterio.open(
        path, "w", transform=north_up(WEST, NORTH, 1), blockysize=1000, compress="deflate", SPARSE_OK=True, **profile
    ):
        pass
    with pytest.raises(InputError, match=r"strip\.tif: is stored in blocks of 60,000 x 1,000 cells.*TILED=YES"):
        zonal_people(path, areas(a=shapely.box(0, 0, 1, 1)))


def test_what_is_no_raster_of_this_city_is_refused_with_the_remedy(raster, tmp_path):
    zone = areas(a=shapely.box(0, 0, 1, 1))
    far = areas(a=shapely.box(500, 500, 501, 501))
    text = tmp_path / "text.tif"
    text.write_text("population")
    virtual = tmp_path / "virtual.tif"
    virtual.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>')
    cut = raster(np.arange(1e4).reshape(100, 100), "cut.tif")
    cut.write_bytes(cut.read_bytes()[:20_000])
    turned = rasterio.Affine(100, 30, WEST, 30, -100, NORTH)
    refused = {
        "cannot be read as a GeoTIFF.*gdal_translate": (text, zone),
        "cannot be read as a GeoTIFF": (virtual, zone),
        "missing\\.tif: cannot be read": (tmp_path / "missing.tif", zone),
        "does not say its coordinate frame.*-a_srs": (raster([[1.0]], "bare.tif", crs=None), zone),
        "not stored with north up": (raster([[1.0]], "turned.tif", transform=turned), zone),
        "upside.tif: is not stored with north up": (
            raster([[1.0]], "upside.tif", transform=rasterio.Affine(1, 0, WEST, 0, 1, NORTH)),
            zone,
        ),
        "holds complex64": (raster(np.ones((1, 1), "complex64"), "complex.tif"), zone),
        "does not reach the areas": (raster([[1.0]], "far.tif"), far),
        "nobody lives in the areas": (raster([[0.0]], "empty.tif"), zone),
        "is damaged": (cut, areas(a=shapely.box(0, 90, 100, 100))),
    }
    for words, (path, zones) in refused.items():
        with pytest.raises(InputError, match=words):
            residents_from_raster(path, zones)


def test_the_fault_of_a_raster_is_told_in_chinese_too(raster):
    path = raster([[1.0]], "bare.tif", crs=None)
    with pytest.raises(InputError) as error:
        residents_from_raster(path, areas(a=shapely.box(0, 0, 1, 1)), file="bare.tif")
    assert error.value.text("zh") == "bare.tif：未说明坐标系。请用 gdal_translate -a_srs 补充。"
