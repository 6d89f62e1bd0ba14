from __future__ import annotations

import zipfile

import pytest
import shapely

from lifecircle.errors import InputError
from lifecircle.inputs.transit import is_feed, read_stops
from lifecircle.study import Source

HEADER = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station"
BUS = "b1,长街东,32.0,118.81,,"
STATION = ["s,新街口站,32.04,118.78,1,", "p1,1号线站台,32.0401,118.7801,0,s", "p2,2号线站台,32.0402,118.7802,0,s"]
DOORS = ["e1,1号口,32.041,118.781,2,s", "e2,2号口,32.042,118.782,2,s", "n,通道,32.0403,118.7803,3,s"]


def feed(path, *rows, member="stops.txt", encoding="utf-8"):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("agency.txt", "agency_name\nx\n")
        if rows:
            archive.writestr(member, "\n".join(rows).encode(encoding))
    return path


def stops(path, **how):
    return read_stops(path, Source(file=path.name, **how), "transit")


def test_a_zip_archive_that_is_cut_is_no_feed(tmp_path):
    whole = feed(tmp_path / "feed.zip", HEADER, BUS)
    assert is_feed(whole)
    content = whole.read_bytes()
    at = content.rindex(b"PK\x01\x02")
    whole.write_bytes(content[:at] + b"PK\x00\x00" + content[at + 4 :])
    assert zipfile.is_zipfile(whole)
    assert not is_feed(whole)


def test_a_stop_is_a_facility_where_it_stands(tmp_path):
    places, problems = stops(feed(tmp_path / "bus.zip", HEADER, BUS))
    assert places[["facility_id", "layer", "name", "kind", "row"]].to_numpy().tolist() == [
        ["b1", "transit", "长街东", "stop", 1]
    ]
    assert shapely.get_coordinates(places.geometry).tolist() == [[118.81, 32.0]]
    assert {problem.outcome for problem in problems} == {"noted"}


def test_a_station_counts_once_and_is_reached_at_its_entrances(tmp_path):
    places, problems = stops(feed(tmp_path / "metro.zip", HEADER, *STATION, BUS, *DOORS))
    assert places[["facility_id", "kind"]].to_numpy().tolist() == [["s", "station"], ["b1", "stop"]]
    assert sorted(shapely.get_coordinates(places.geometry.iloc[0]).tolist()) == [[118.781, 32.041], [118.782, 32.042]]
    assert problems[-1].reason.en == (
        "5 of 7 rows are platforms, entrances and ways inside of stations, which count once."
    )


def test_a_station_without_entrances_is_reached_at_its_platforms_and_one_without_both_at_itself(tmp_path):
    places, _ = stops(feed(tmp_path / "metro.zip", HEADER, *STATION, "t,孤站,32.1,118.9,1,"))
    assert sorted(shapely.get_coordinates(places.geometry.iloc[0]).tolist()) == [
        [118.7801, 32.0401],
        [118.7802, 32.0402],
    ]
    assert shapely.get_coordinates(places.geometry.iloc[1]).tolist() == [[118.9, 32.1]]


def test_a_platform_whose_station_is_not_there_is_a_stop_of_its_own(tmp_path):
    places, _ = stops(feed(tmp_path / "metro.zip", HEADER, STATION[1]))
    assert places[["facility_id", "kind"]].to_numpy().tolist() == [["p1", "stop"]]


def test_ids_of_digits_find_their_station(tmp_path):
    places, _ = stops(feed(tmp_path / "m.zip", HEADER, "17,站,32,118.8,1,", "18,台,32.001,118.8,0,17", BUS))
    assert places["facility_id"].tolist() == ["17", "b1"]
    assert shapely.get_coordinates(places.geometry.iloc[0]).tolist() == [[118.8, 32.001]]


def test_a_feed_without_stations_needs_no_such_columns(tmp_path):
    places, _ = stops(feed(tmp_path / "bus.zip", "stop_id,stop_name,stop_lat,stop_lon", "1,a,32,118.8"))
    assert places["kind"].tolist() == ["stop"]


def test_every_row_is_used_or_listed(tmp_path):
    rows = [HEADER, "1,a,32,118.8,0,", "2,b,,,0,", "1,c,32,118.9,0,", "4,d,32,118.7,0,"]
    places, problems = stops(feed(tmp_path / "bus.zip", *rows))
    assert places["facility_id"].tolist() == ["1", "4"]
    assert [(problem.row, problem.outcome) for problem in problems if problem.outcome == "dropped"] == [
        (2, "dropped"),
        (3, "dropped"),
    ]


def test_a_feed_is_told_from_a_zipped_shapefile(tmp_path):
    assert is_feed(feed(tmp_path / "a.zip", HEADER, BUS))
    assert is_feed(feed(tmp_path / "b.zip", HEADER, BUS, member="nanjing/stops.txt"))
    assert not is_feed(feed(tmp_path / "c.zip"))
    (tmp_path / "d.zip").write_bytes(b"PK\x03\x04 and no more")
    assert not is_feed(tmp_path / "d.zip")


def test_conditions_and_frames_of_the_study_are_heeded(tmp_path):
    """GCJ-02 lies some 500 m from WGS 84 in Nanjing."""
    path = feed(tmp_path / "bus.zip", HEADER, BUS, "b2,短街,32.0,118.82,,", encoding="gb18030")
    places, _ = stops(path, where={"stop_name": "短街"}, crs="GCJ-02")
    assert places["name"].tolist() == ["短街"]
    assert 0.003 < 118.82 - places.geometry.x.iloc[0] < 0.007


def test_a_feed_that_cannot_be_used_is_an_error_that_names_it(tmp_path):
    path = feed(tmp_path / "bus.zip", "stop_id,stop_name", "1,a")
    with pytest.raises(InputError, match=r"bus\.zip/stops\.txt: there is no column 'stop_lon'"):
        stops(path)


@pytest.mark.real
def test_the_stops_of_porto_alegre_are_read_whole(real_data):
    """3,986 rows of stops, all of them bus stops without stations."""
    places, problems = stops(real_data / "porto_alegre" / "poa_eptc.zip")
    assert len(places) == 3986
    assert set(places["kind"]) == {"stop"}
    assert {problem.outcome for problem in problems} == {"noted"}
    assert places.geometry.within(shapely.box(-51.4, -30.3, -51.0, -29.9)).all()
