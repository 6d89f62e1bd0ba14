"""What a run leaves is read by programs that know nothing of it: DuckDB, pyogrio and pyarrow."""

from __future__ import annotations

import json

import duckdb
import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

import lifecircle

PLACES = ("areas", "residents", "facilities")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "town"
    lifecircle.example_town().run(folder)
    return folder


def asked(words, **values):
    return duckdb.execute(words, values).fetchall()


def test_duckdb_computes_the_share_of_the_results_from_the_tables_of_places(folder):
    """Two homes of six are within 15 minutes of the clinic: 200 of 600 people."""
    files = {name: str(folder / f"{name}.parquet") for name in ("access", "residents", "results")}
    words = """
        SELECT SUM(population) FILTER (minutes <= 15), SUM(population)
        FROM read_parquet($access) JOIN read_parquet($residents) USING (resident_id)
        WHERE service = 'clinic'
    """
    ((covered, people),) = asked(words, access=files["access"], residents=files["residents"])
    assert (covered, people) == (200, 600)
    words = """
        SELECT value FROM read_parquet($results)
        WHERE standard_id = 'clinic_15' AND level = 'city' AND denominator = 'people'
    """
    ((value,),) = asked(words, results=files["results"])
    assert value == pytest.approx(covered / people)


def test_duckdb_takes_the_geometry_of_geoparquet_for_what_it_is(folder):
    residents = str(folder / "residents.parquet")
    ((kind,),) = asked("SELECT DISTINCT typeof(geometry) FROM read_parquet($residents)", residents=residents)
    assert kind.startswith("GEOMETRY")
    rows = asked("SELECT CAST(geometry AS VARCHAR) FROM read_parquet($residents)", residents=residents)
    points = shapely.from_wkt([text for (text,) in rows])
    written = gpd.read_parquet(folder / "residents.parquet")
    assert shapely.equals_exact(points, written.geometry.to_numpy(), tolerance=1e-9).all()


@pytest.mark.parametrize("name", PLACES)
def test_places_are_geoparquet_in_wgs_84(folder, name):
    told = json.loads(pq.read_schema(folder / f"{name}.parquet").metadata[b"geo"])
    column = told["columns"][told["primary_column"]]
    assert told["version"].startswith("1.")
    assert column["encoding"] == "WKB"
    assert column["crs"]["id"] in ({"authority": "EPSG", "code": 4326}, {"authority": "OGC", "code": "CRS84"})


def test_gdal_opens_the_communities_and_the_streets(folder, tmp_path):
    """What QGIS opens goes through the same library."""
    assert pyogrio.list_layers(folder / "communities.gpkg")[:, 0].tolist() == ["communities", "layer_styles"]
    lifecircle.street_lines(lifecircle.example_run().network).to_file(tmp_path / "streets.gpkg", layer="streets")
    read = pyogrio.read_info(tmp_path / "streets.gpkg", layer="streets")
    assert (read["geometry_type"], read["features"], read["crs"]) == ("LineString", 1, "EPSG:4326")
