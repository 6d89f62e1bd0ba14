from __future__ import annotations

import geopandas as gpd
import pyogrio
import pytest
import shapely

from lifecircle.errors import InputError
from lifecircle.inputs.areas import AREA_COLUMNS, read_areas
from lifecircle.study import Source

# Two districts side by side, two streets in the first and one in the second, on a grid of tenths of a degree:
#   district 1: 118.0-118.2, street 11: 118.0-118.1, street 12: 118.1-118.2; district 2 and street 21: 118.2-118.3.
DISTRICTS = {"1": (0, 2), "2": (2, 3)}
STREETS = {"11": (0, 1), "12": (1, 2), "21": (2, 3)}


def strip(west, east):
    return shapely.box(118 + west / 10, 32, 118 + east / 10, 32.1)


def strips(spans, **columns):
    table = {"代码": list(spans), "名称": [f"区域{code}" for code in spans], **columns}
    return gpd.GeoDataFrame(table, geometry=[strip(*span) for span in spans.values()], crs="EPSG:4326")


def sources(tmp_path, **tables):
    found = {}
    for level, table in tables.items():
        path = tmp_path / f"{level}.gpkg"
        pyogrio.write_dataframe(table, path)
        found[level] = (path, Source(file=path.name))
    return found


def listed(problems, outcome):
    return [(p.file, p.row, p.feature_id, p.reason.en) for p in problems if p.outcome == outcome and p.row]


def test_all_levels_stand_below_one_city(tmp_path):
    areas, problems = read_areas(sources(tmp_path, district=strips(DISTRICTS), street=strips(STREETS)))
    assert areas.columns.tolist() == list(AREA_COLUMNS)
    assert areas[["area_id", "level", "name", "parent_id"]].fillna("").to_numpy().tolist() == [
        ["city", "city", "city", ""],
        ["1", "district", "区域1", "city"],
        ["2", "district", "区域2", "city"],
        ["11", "street", "区域11", "1"],
        ["12", "street", "区域12", "1"],
        ["21", "street", "区域21", "2"],
    ]
    assert areas.geometry[0].equals(strip(0, 3))
    assert {problem.outcome for problem in problems} == {"noted"}


def test_an_area_belongs_where_most_of_it_lies(tmp_path):
    """Street 12 reaches from 118.1 to 118.25: two thirds in district 1."""
    areas, _ = read_areas(sources(tmp_path, district=strips(DISTRICTS), street=strips({"12": (1, 2.5)})))
    assert areas.set_index("area_id")["parent_id"]["12"] == "1"


@pytest.mark.parametrize("column", ["上级代码", "区代码", "所属区"])
def test_what_a_row_says_of_its_parent_stands_over_its_place(tmp_path, column):
    says = "区域2" if column == "所属区" else "2"
    areas, _ = read_areas(
        sources(tmp_path, district=strips(DISTRICTS), street=strips({"11": (0, 1)}, **{column: [says]}))
    )
    assert areas.set_index("area_id")["parent_id"]["11"] == "2"


def test_a_parent_that_is_not_there_is_noted_and_the_place_decides(tmp_path):
    areas, problems = read_areas(
        sources(tmp_path, district=strips(DISTRICTS), street=strips({"11": (0, 1)}, 上级代码=["9"]))
    )
    assert areas.set_index("area_id")["parent_id"]["11"] == "1"
    assert ("street.gpkg", 1, "11", "'9' is no area above; its place decides.") in listed(problems, "noted")


def test_a_community_outside_all_streets_belongs_to_its_district(tmp_path):
    areas, _ = read_areas(
        sources(
            tmp_path,
            district=strips(DISTRICTS),
            street=strips({"11": (0, 1)}),
            community=strips({"111": (0, 0.5), "211": (2, 3)}),
        )
    )
    assert areas.set_index("area_id")["parent_id"][["111", "211"]].tolist() == ["11", "2"]


def test_an_area_outside_all_areas_above_is_listed_and_left_out(tmp_path):
    areas, problems = read_areas(
        sources(tmp_path, district=strips(DISTRICTS), street=strips({"11": (0, 1), "91": (8, 9)}))
    )
    assert "91" not in set(areas["area_id"])
    assert listed(problems, "dropped") == [
        ("street.gpkg", 2, "91", "lies in none of the areas above it; the area is left out.")
    ]


def test_rows_used_and_rows_listed_are_all_rows(tmp_path):
    table = strips({"1": (0, 1), "2": (1, 2), "3": (2, 3), "4": (3, 4)})
    table.loc[1, "代码"] = "1"
    table.loc[2, "geometry"] = shapely.Point(118.25, 32.05)
    areas, problems = read_areas(sources(tmp_path, district=table))
    assert areas["area_id"].tolist() == ["city", "1", "4"]
    assert listed(problems, "dropped") == [
        ("district.gpkg", 2, "1", "another row of this file has the same id; the row is left out."),
        ("district.gpkg", 3, "3", "is no polygon; the area is left out."),
    ]


def test_equal_ids_of_two_levels_are_told_apart(tmp_path):
    areas, problems = read_areas(
        sources(
            tmp_path,
            district=strips(DISTRICTS),
            street=strips({"1": (0, 1), "2": (2, 3)}),
            community=strips({"c": (2, 2.5)}, 街道代码=["1"]),
        )
    )
    assert areas.set_index("area_id")["parent_id"][["street-1", "street-2", "c"]].tolist() == ["1", "2", "street-1"]
    assert "other areas bear the id '1': all of this level begin with street-." in [p.reason.en for p in problems]


def test_areas_that_lie_over_each_other_are_noted(tmp_path):
    """From 118.1 to 118.2 and from 118.15 to 118.3: half of the first, a third of the second."""
    _, problems = read_areas(sources(tmp_path, district=strips({"1": (1, 2), "2": (1.5, 3), "3": (3, 4)})))
    assert listed(problems, "noted") == [
        ("district.gpkg", 2, "2", "overlaps 1 by 50% of the smaller; a point in both counts in the first by id.")
    ]


def test_slivers_between_neighbours_are_borne(tmp_path):
    _, problems = read_areas(sources(tmp_path, district=strips({"1": (1, 2.005), "2": (2, 3)})))
    assert listed(problems, "noted") == []


def test_settings_are_read_and_what_is_no_setting_is_listed(tmp_path):
    areas, problems = read_areas(sources(tmp_path, street=strips(STREETS, 城乡=["城镇", "220", "郊区"])))
    assert areas["setting"].fillna("").tolist() == ["", "urban", "rural", ""]
    assert listed(problems, "repaired") == [("street.gpkg", 3, "21", "'郊区' is neither urban nor rural.")]


def test_a_communitys_own_code_and_name_are_its_id_and_name(tmp_path):
    table = strips({"x": (0, 1)}).drop(columns=["代码", "名称"]).assign(社区代码="320102002001", 社区="梅园新村社区")
    areas, _ = read_areas(sources(tmp_path, community=table))
    assert areas.iloc[1][["area_id", "name"]].tolist() == ["320102002001", "梅园新村社区"]


def test_a_communitys_own_code_goes_before_a_plain_id_unless_the_study_says_otherwise(tmp_path):
    table = strips({"7": (0, 1)}).rename(columns={"代码": "id"}).assign(社区代码="320102002001")
    ((path, _),) = sources(tmp_path, community=table).values()
    areas, _ = read_areas({"community": (path, Source(file="a"))})
    assert areas["area_id"].tolist() == ["city", "320102002001"]
    areas, _ = read_areas({"community": (path, Source(file="a", columns={"area_id": "id"}))})
    assert areas["area_id"].tolist() == ["city", "7"]


def test_an_area_without_a_name_bears_its_id(tmp_path):
    areas, _ = read_areas(sources(tmp_path, district=strips(DISTRICTS, 名称=["甲区", None])))
    assert areas["name"].tolist() == ["city", "甲区", "2"]


def test_an_area_that_is_called_city_does_not_replace_the_city(tmp_path):
    areas, _ = read_areas(sources(tmp_path, district=strips({"city": (0, 1)})))
    assert areas["area_id"].tolist() == ["city", "district-city"]


def test_a_file_without_polygons_is_an_error(tmp_path):
    table = strips(DISTRICTS).set_geometry(shapely.points([(118.1, 32), (118.2, 32)]), crs="EPSG:4326")
    with pytest.raises(InputError, match=r"district\.gpkg: holds no polygons"):
        read_areas(sources(tmp_path, district=table))


def test_no_areas_at_all_are_an_error():
    with pytest.raises(InputError, match="neither files nor squares"):
        read_areas({})


def test_squares_take_the_place_of_communities(tmp_path):
    squares = gpd.GeoDataFrame(
        {"area_id": ["x1y1", "x9y9"], "level": "community", "name": ["x1y1", "x9y9"]},
        geometry=[strip(0, 1), strip(8, 9)],
        crs="EPSG:4326",
    )
    areas, problems = read_areas(sources(tmp_path, district=strips(DISTRICTS)), squares)
    assert areas[["area_id", "level", "parent_id"]].iloc[-1].tolist() == ["x1y1", "community", "1"]
    assert [(p.file, p.feature_id) for p in problems if p.outcome == "dropped"] == [("squares", "x9y9")]
