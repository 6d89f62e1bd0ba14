"""The run folder: every file, the districts' folders, and what the columns mean."""

from __future__ import annotations

import sqlite3

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from lxml import etree

from lifecircle.bilingual import Bilingual
from lifecircle.messages import catalogue
from lifecircle.report.charts.drawing import SHARE_COLOURS
from lifecircle.report.districts import own_pictures, own_run
from lifecircle.report.folder import FOLDER_STEPS, write_tables
from lifecircle.report.map import MapPictures, MapRun, map_data, write_map
from lifecircle.report.map.shapes import mercator
from report.map.decoding import content_of
from report.reading import Page

DISTRICTS = ("玄武区", "六合区", "高淳区")


def test_every_step_is_announced_with_a_name_of_the_catalogue(written, announced):
    assert written.is_dir()
    assert len(announced) == FOLDER_STEPS
    assert {f"step.{name}" for name in announced} <= set(catalogue())


def test_every_district_has_a_folder_of_its_own(written):
    assert {path.name for path in (written / "districts").iterdir()} == set(DISTRICTS)
    for district in DISTRICTS:
        made = {path.name for path in (written / "districts" / district).iterdir()}
        assert made == {"report.html", "map.html", "report.xlsx"}


@pytest.mark.parametrize(("district", "code"), list(zip(DISTRICTS, ("00", "01", "02"), strict=True)))
def test_a_district_is_sent_nothing_of_the_others(written, city, district, code):
    """Names of the other districts' streets and communities are nowhere in its page, its workbook and its map."""
    folder = written / "districts" / district
    others = city.areas[city.areas["level"].isin(["street", "community"]) & ~city.areas["area_id"].str.startswith(code)]
    book = openpyxl.load_workbook(folder / "report.xlsx")
    texts = [
        Page((folder / "report.html").read_text(encoding="utf-8")).text(),
        "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row),
        (folder / "map.html").read_text(encoding="utf-8"),
    ]
    for text in texts:
        assert not [name for name in others["name"] if name in text]


def test_a_district_s_page_tells_of_the_district(written):
    text = Page((written / "districts" / "六合区" / "report.html").read_text(encoding="utf-8"))
    titles = [own for path, own in text.texts if path[-1][0] == "h1"]
    assert titles == ["六合区公共服务规划实施评估报告"]


def test_whatever_is_passed_on_names_the_sources_of_the_data(written):
    for folder in (written, *(written / "districts").iterdir()):
        assert "虚构数据 Invented data" in Page((folder / "report.html").read_text(encoding="utf-8")).text()
        cover = openpyxl.load_workbook(folder / "report.xlsx")["说明"]
        assert "虚构数据 Invented data" in [row[0].value for row in cover.iter_rows()]


def test_every_column_of_our_own_is_explained_in_both_languages(written):
    table = pd.read_csv(written / "columns.csv", keep_default_na=False)
    assert set(table["file"]) == {
        "results.csv", "gaps.csv", "completeness.csv", "populations.csv", "ranking.csv", "problems.csv",
        "access.parquet", "areas.parquet", "residents.parquet", "facilities.parquet", "communities.gpkg",
    }  # fmt: skip
    assert (table[["zh", "en"]] != "").all().all()
    assert set(table["audience"]) == {"everybody", "analyst"}
    own = table[table["column"] == "clinic_15_value"].iloc[0]
    assert own["en"] == "15-minute clinic circle: value, a share from 0 to 1"


def test_the_geopackage_opens_in_the_colours_of_the_map(written):
    """One style for each circle; its rules cover the whole range, and all else is grey."""
    with sqlite3.connect(written / "communities.gpkg") as database:
        styles = database.execute(
            "SELECT f_table_name, f_geometry_column, styleName, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
        listed = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
    assert listed == {"communities": "features", "layer_styles": "attributes"}
    assert [style[2] for style in styles] == ["15分钟医疗圈", "12分钟养老圈", "900米文化圈", "综合生活圈"]
    assert [style[4] for style in styles] == [1, 0, 0, 0]
    root = etree.fromstring(styles[0][3].encode())
    rules = [(rule.get("filter"), rule.get("label")) for rule in root.iter("rule")]
    assert rules[0] == ('"clinic_15_value" >= 0 AND "clinic_15_value" < 0.2', "0–20%")
    assert rules[5] == ('"clinic_15_value" >= 0.95 AND "clinic_15_value" <= 1', "95–100%")
    assert rules[6] == ("ELSE", "无数据")
    red, green, blue = (int(SHARE_COLOURS[0][at : at + 2], 16) for at in (1, 3, 5))
    first = next(option for option in root.iter("Option") if option.get("name") == "color")
    assert first.get("value") == f"{red},{green},{blue},255"


def test_the_report_prints_what_went_into_the_run(written):
    text = Page((written / "report.html").read_text(encoding="utf-8")).text()
    assert "SHA-256 0a1b0a1b0a1b" in text
    assert "EPSG:32650" in text


def test_the_same_findings_give_the_same_tables(written, city, tmp_path):
    write_tables(city, tmp_path, "zh")
    files = [path.name for path in tmp_path.iterdir()]
    assert len(files) == 17
    for name in files:
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes(), name


def test_the_map_of_a_district_is_the_same_from_its_own_part_of_the_run(city, tmp_path):
    run = MapRun(Bilingual(zh="x", en="x"), city.residents, city.facilities, city.access, city.results)
    part = own_run(run, city.areas, "01", mercator(city.facilities.geometry))
    assert len(part.access) < len(run.access) / 2
    river = shapely.LineString([(118.6, 32.002), (119.0, 32.003)])
    water = gpd.GeoDataFrame(geometry=[river, shapely.Point(118.0, 32.0).buffer(0.01)], crs="EPSG:4326")
    pictures = MapPictures(water=water).in_mercator()
    near = own_pictures(pictures, city.areas, "01")
    assert len(near.water) == 1
    for name, one, drawn in (("whole", run, pictures), ("part", part, near)):
        data = map_data(city.study, city.areas, city.plans, [one], pictures=drawn, area_id="01")
        write_map(tmp_path / name, data, lang="zh")
    assert (tmp_path / "part").read_bytes() == (tmp_path / "whole").read_bytes()
    assert "water" in content_of(tmp_path / "part")["pictures"]
