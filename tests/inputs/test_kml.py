from __future__ import annotations

import pytest

import table_files
from lifecircle.errors import InputError
from lifecircle.inputs import kml
from lifecircle.inputs.kml import read_kml


def written(path, placemarks):
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{placemarks}</Document></kml>')
    return path


def wkt(path, geometry):
    return read_kml(written(path, f"<Placemark><name>a</name>{geometry}</Placemark>")).geometry.to_wkt().iloc[0]


RING = "<LinearRing><coordinates>{}</coordinates></LinearRing>"


def test_chinese_names_of_values_are_kept(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text(table_files.kml([("甲", 30, (118.8, 32.0)), ("乙", 40, (118.9, 32.1))]))
    table = read_kml(path)
    assert table[["name", "床位数"]].to_numpy().tolist() == [["甲", "30"], ["乙", "40"]]
    assert table.crs == "EPSG:4326"


def test_schema_values_are_read(tmp_path):
    values = '<ExtendedData><SchemaData><SimpleData name="等级">4A</SimpleData></SchemaData></ExtendedData>'
    path = written(tmp_path / "a.kml", f"<Placemark>{values}</Placemark><Placemark><name>b</name></Placemark>")
    assert read_kml(path)["等级"].iloc[0] == "4A"


def test_heights_are_left_out_and_spaces_after_commas_borne(tmp_path):
    assert wkt(tmp_path / "a.kml", "<Point><coordinates> 118.5, 32.5, 7 </coordinates></Point>") == "POINT (118.5 32.5)"


def test_polygons_keep_their_holes(tmp_path):
    outer, inner = RING.format("0,0 4,0 4,4 0,4 0,0"), RING.format("1,1 2,1 2,2 1,1")
    polygon = f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs><innerBoundaryIs>{inner}</innerBoundaryIs></Polygon>"
    assert wkt(tmp_path / "a.kml", polygon) == "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 1))"


def test_several_geometries_of_a_placemark_are_one(tmp_path):
    points = "".join(f"<Point><coordinates>{x},1</coordinates></Point>" for x in (1, 2))
    assert wkt(tmp_path / "a.kml", f"<MultiGeometry>{points}</MultiGeometry>") == "MULTIPOINT ((1 1), (2 1))"


@pytest.mark.parametrize(
    "geometry",
    [
        "",
        "<Point><coordinates></coordinates></Point>",
        "<Point><coordinates>here</coordinates></Point>",
        "<Point><coordinates>118</coordinates></Point>",
        "<LineString><coordinates>1,1</coordinates></LineString>",
        f"<Polygon><outerBoundaryIs>{RING.format('0,0 1,1')}</outerBoundaryIs></Polygon>",
        "<Polygon/>",
    ],
)
def test_a_geometry_that_cannot_be_built_is_missing(tmp_path, geometry):
    assert wkt(tmp_path / "a.kml", geometry) is None


def test_a_document_type_is_refused(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text('<!DOCTYPE kml [<!ENTITY a "aaaa">]><kml><Placemark><name>&a;</name></Placemark></kml>')
    with pytest.raises(InputError, match="has a document type"):
        read_kml(path)


def test_broken_xml_is_an_error_with_its_place(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text("<kml><Placemark></kml>")
    with pytest.raises(InputError, match="mismatched tag: line 1"):
        read_kml(path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(kml, "MAX_BYTES", 10)
    path = tmp_path / "a.kml"
    path.write_text("<kml></kml>")
    with pytest.raises(InputError, match="Save it as GeoPackage"):
        read_kml(path)


def test_what_is_refused_is_told_in_both_languages(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text("<!DOCTYPE kml><kml></kml>")
    with pytest.raises(InputError) as error:
        read_kml(path)
    assert error.value.text("zh") == f"{path}：不是可以读取的 KML（含文档类型（kml），KML 并不需要）。请重新导出。"
    assert str(error.value) == (
        f"{path}: is no KML that can be read (has a document type (kml), which KML does not need). Export it again."
    )
