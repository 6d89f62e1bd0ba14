from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from lifecircle.crs import to_metric
from lifecircle.errors import InputError, StudyError
from lifecircle.inputs.collect import collect
from lifecircle.inputs.rasters import zonal_people
from lifecircle.study import read_study
from town_study import write_town

# The town's communities: 1 west of 118.8125, 2 east of it; cells of 0.005 degrees, so that a border halves a column.
CELL = 0.005
WEST, NORTH = 118.785, 32.025
POINTS = "residents: {file: residents.csv}"


@pytest.fixture
def town(tmp_path):
    """Return what writes the town with another source of people and reads its study."""
    write_town(tmp_path)

    def study_with(people, more=""):
        path = tmp_path / "study.yaml"
        text = path.read_text(encoding="utf-8").replace(POINTS, people) + more
        (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
        return read_study(tmp_path / "other.yaml")

    return study_with


def write_raster(path, values):
    values = np.asarray(values)
    profile = {"driver": "GTiff", "width": values.shape[1], "height": values.shape[0], "count": 1, "nodata": -9.0}
    place = rasterio.Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    with rasterio.open(path, "w", crs="EPSG:4326", transform=place, dtype="float64", **profile) as file:
        file.write(values, 1)


def write_homes(path, homes):
    """Write buildings of 0.0001 degrees a side: longitude of the west wall, latitude of the south wall, levels."""
    boxes = [shapely.box(x, y, x + 1e-4, y + 1e-4) for x, y, _ in homes]
    gpd.GeoDataFrame({"层数": [levels for *_, levels in homes]}, geometry=boxes, crs="EPSG:4326").to_file(path)


def said(inputs, file):
    return [(each.row, each.reason.en, each.outcome) for each in inputs.problems if each.file == file]


def test_a_raster_gives_every_community_its_own_people_and_age_groups(town, tmp_path):
    """The totals by area are those of the areas' exact parts of the cells, counted without any points."""
    rng = np.random.default_rng(4)
    people, old = rng.random((8, 12)) * 100, rng.random((2, 8, 12)) * 10
    write_raster(tmp_path / "all.tif", people)
    for name, values in zip(("f.tif", "m.tif"), old, strict=True):
        write_raster(tmp_path / name, values)
    inputs = collect(town("residents: {raster: all.tif, groups: {pop_60_plus: [f.tif, m.tif]}}"))
    communities = inputs.areas[inputs.areas["level"] == "community"].set_index("area_id")
    sums = inputs.residents.groupby("community_id")[["population", "pop_60_plus"]].sum().loc[communities.index]
    everybody = zonal_people(tmp_path / "all.tif", communities)
    elders = zonal_people(tmp_path / "f.tif", communities) + zonal_people(tmp_path / "m.tif", communities)
    np.testing.assert_allclose(sums.to_numpy(), np.column_stack([everybody, elders]), rtol=1e-9)
    districts = inputs.residents.groupby("district_id")["population"].sum()
    np.testing.assert_allclose(districts[["w", "e"]], everybody, rtol=1e-9)
    assert set(inputs.files) >= {"residents", "residents.pop_60_plus.1", "residents.pop_60_plus.2"}


def test_a_column_of_cells_on_the_border_goes_to_both_sides_by_halves(town, tmp_path):
    """8 x 12 cells of 8 people. From 118.79 to 118.8125 are 4.5 columns, from there to 118.84 are 5.5, by 6 rows.

    So community 1 has 4.5 x 6 x 8 = 216 people and community 2 has 5.5 x 6 x 8 = 264; all others live outside, in
    whole cells: none is cut there.
    """
    write_raster(tmp_path / "all.tif", np.full((8, 12), 8.0))
    inputs = collect(town("residents: {raster: all.tif}"))
    by_area = inputs.residents.groupby("community_id")["population"].sum().to_dict()
    assert by_area == pytest.approx({"1": 216.0, "2": 264.0}, rel=1e-9)
    assert said(inputs, "all.tif") == []


def test_cells_without_data_and_people_outside_every_area_are_listed(town, tmp_path):
    """The grid begins at 118.78875: 11 columns x 6 rows of it touch the communities, from 118.79 to 118.84.

    Of the last column 6 rows x 8 people x 0.75 = 36 live outside, of the first one 6 x 8 x 0.25 = 12. The communities
    cover 60 whole cells' worth; two without data would have had 16 of the 480 people.
    """
    values = np.full((8, 12), 8.0)
    values[3, 4:6] = -9.0
    write_raster(tmp_path / "all.tif", values)
    with rasterio.open(tmp_path / "all.tif", "r+") as file:
        file.transform = rasterio.Affine(CELL, 0, WEST + CELL * 0.75, 0, -CELL, NORTH)
    inputs = collect(town("residents: {raster: all.tif}"))
    assert said(inputs, "all.tif") == [
        (None, "2 of 66 cells hold no data; nobody was counted there.", "noted"),
        (None, "48 people of the cells on a border live outside every area; they are not counted.", "noted"),
    ]
    assert inputs.residents["population"].sum() == pytest.approx(60 * 8 - 2 * 8, rel=1e-9)


CENSUS = "社区代码,社区名称,常住人口,60岁以上\n1,一村,1000,100\n2,二村,600,90\n"


def test_totals_of_a_census_are_spread_over_buildings_and_kept(town, tmp_path):
    """Community 1 has two blocks of equal footprints with 3 and 1 levels: 1000 people part into 750 and 250."""
    (tmp_path / "census.csv").write_text(CENSUS, encoding="utf-8")
    write_homes(tmp_path / "homes.gpkg", [(118.80, 32.0, 3), (118.805, 32.0, 1), (118.82, 32.0, 6)])
    inputs = collect(town("residents: {totals: {file: census.csv}, buildings: {file: homes.gpkg}}"))
    residents = inputs.residents.set_index("resident_id")
    np.testing.assert_allclose(residents["population"], [750.0, 250.0, 600.0], rtol=1e-5)
    np.testing.assert_allclose(residents["pop_60_plus"], [75.0, 25.0, 90.0], rtol=1e-5)
    sums = residents.groupby("community_id")[["population", "pop_60_plus"]].sum()
    np.testing.assert_allclose(sums, [[1000.0, 100.0], [600.0, 90.0]], rtol=1e-9)
    assert residents["district_id"].tolist() == ["w", "w", "e"]
    names = "社区代码 as community_id, 社区名称 as community, 常住人口 as population, 60岁以上 as pop_60_plus"
    assert said(inputs, "census.csv") == [(None, f"Columns read: {names}.", "noted")]
    assert set(inputs.files) >= {"residents", "residents.buildings"}


def test_totals_of_a_larger_level_are_spread_and_fall_into_the_communities_they_stand_in(town, tmp_path):
    pd.DataFrame({"区": ["西区", "东区"], "常住人口": [1000, 600]}).to_excel(tmp_path / "census.xlsx", index=False)
    people = "residents: {totals: {file: census.xlsx}, level: district}"
    inputs = collect(town(people))
    sums = inputs.residents.groupby(["district_id", "community_id"])["population"].sum().to_dict()
    assert sums == pytest.approx({("w", "1"): 1000.0, ("e", "2"): 600.0}, rel=1e-9)


def test_rows_of_a_census_are_used_or_listed(town, tmp_path):
    rows = "社区,常住人口\n一村,1000\n三村,5\n一村,7\n二村,unknown\n"
    (tmp_path / "census.csv").write_text(rows, encoding="utf-8")
    write_homes(tmp_path / "homes.gpkg", [(118.80, 32.0, 3), (118.60, 32.0, 1)])
    inputs = collect(town("residents: {totals: {file: census.csv}, buildings: {file: homes.gpkg}}"))
    assert inputs.residents["population"].sum() == pytest.approx(1000.0, rel=1e-9)
    assert said(inputs, "census.csv")[1:] == [
        (4, "population 'unknown' is not a number: the row is left out.", "dropped"),
        (2, "'三村' is no community of the study; the row is left out.", "dropped"),
        (3, "'一村' has a row already; the row is left out.", "dropped"),
        (None, "the area has no population; nobody was placed in it.", "dropped"),
    ]
    assert (2, "the building lies in no area with people; it was left out.", "dropped") in said(inputs, "homes.gpkg")


def test_people_without_buildings_live_on_residential_land_and_lines_are_no_land(town, tmp_path):
    (tmp_path / "census.csv").write_text(CENSUS, encoding="utf-8")
    shapes = [shapely.box(118.80, 32.0, 118.803, 32.002), shapely.LineString([(118.8, 32.0), (118.81, 32.0)])]
    gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326").to_file(tmp_path / "land.geojson")
    inputs = collect(town("residents: {totals: {file: census.csv}, land: {file: land.geojson}}"))
    west = inputs.residents[inputs.residents["community_id"] == "1"]
    assert shapely.within(west.geometry.to_numpy(), shapes[0]).all()
    assert west["population"].sum() == pytest.approx(1000.0, rel=1e-9)
    assert said(inputs, "land.geojson")[-1] == (2, "is no polygon; it was left out.", "dropped")


def test_squares_are_laid_under_the_people_of_a_raster(town, tmp_path):
    """Without communities the districts keep their people, and squares of 1 km stand in."""
    write_raster(tmp_path / "all.tif", np.full((8, 12), 8.0))
    study = town("residents: {raster: all.tif}")
    text = study.path.read_text(encoding="utf-8").replace("community: {file: communities.gpkg}", "grid_m: 1000")
    study.path.write_text(text, encoding="utf-8")
    inputs = collect(read_study(study.path))
    by_district = inputs.residents.groupby("district_id")["population"].sum()
    assert by_district.to_dict() == pytest.approx({"w": 216.0, "e": 264.0}, rel=1e-9)
    xy = to_metric(inputs.residents.geometry.get_coordinates().to_numpy(), inputs.crs) // 1000
    assert inputs.residents["community_id"].tolist() == [f"x{x:.0f}y{y:.0f}" for x, y in xy]


def test_a_second_source_is_read_beside_the_first(town, tmp_path):
    write_raster(tmp_path / "all.tif", np.full((8, 12), 8.0))
    inputs = collect(town(POINTS, "second_residents: {raster: all.tif}\n"))
    assert inputs.residents["population"].sum() == 1050
    assert inputs.second_residents is not None
    assert inputs.second_residents["population"].sum() == pytest.approx(480.0, rel=1e-9)
    assert inputs.files["second_residents"] == tmp_path / "all.tif"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("社区,人\n一村,3\n", "has no column population"),
        ("社区,常住人口\n三村,3\n", "names none of the areas of level community"),
        ("社区,常住人口\n一村,0\n二村,0\n", "no area has people"),
    ],
)
def test_totals_of_nobody_here_are_refused(town, tmp_path, rows, words):
    (tmp_path / "census.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        collect(town("residents: {totals: {file: census.csv}}"))


def test_points_are_no_buildings(town, tmp_path):
    (tmp_path / "census.csv").write_text(CENSUS, encoding="utf-8")
    with pytest.raises(InputError, match=r"clinics\.csv: holds no polygons"):
        collect(town("residents: {totals: {file: census.csv}, buildings: {file: clinics.csv}}"))


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("residents: {raster: all.tif, groups: {pop_60_plus: []}}", "pop_60_plus"),
        ("residents: {raster: all.tif, groups: {elders: [f.tif]}}", "groups.elders"),
        ("residents: {raster: all.tif, crs: EPSG:4490}", "there is no key 'crs' here"),
        ("residents: {totals: {file: c.csv}, level: street}", "give a file of street"),
        ("residents: all.tif", "line 14: residents: Input should be"),
    ],
)
def test_people_that_a_study_cannot_mean_are_refused_with_their_line(town, people, words):
    with pytest.raises(StudyError, match=words):
        town(people)


def test_people_of_areas_need_outlines(town):
    study = town(POINTS)
    text = study.path.read_text(encoding="utf-8").replace(POINTS, "residents: {raster: all.tif}")
    areas = "  district: {file: districts.gpkg}\n  community: {file: communities.gpkg}\n"
    study.path.write_text(text.replace(areas, "  grid_m: 1000\n"), encoding="utf-8")
    with pytest.raises(StudyError, match="people of areas need their outlines"):
        read_study(study.path)
