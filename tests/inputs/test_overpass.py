from __future__ import annotations

import re
from pathlib import Path

import pytest

import lifecircle
from lifecircle.errors import InputError
from lifecircle.inputs.overpass import Patience, download, require_whole
from overpass_server import BAD_QUERY, HEAD, RATE_LIMITED, TIMED_OUT, TOWN, Answer, overpass

BUSY = Answer("", 504)


@pytest.fixture
def told():
    return []


@pytest.fixture
def patience(told):
    """Return patience for three attempts that does not really wait, and tells what it would have done."""
    return Patience(
        tell=lambda reason, seconds: told.append((reason, seconds)),
        waits_s=(10.0, 30.0),
        silence_s=5.0,
        pause=told.append,
    )


def test_the_answer_is_saved_as_it_is(tmp_path, patience, told):
    with overpass(Answer()) as server:
        download(server.url, 'way["highway"];out;', tmp_path / "a.osm", patience)
    assert (tmp_path / "a.osm").read_text() == TOWN
    assert server.queries == ['way["highway"];out;']
    assert server.agents[0].startswith("lifecircle/")
    assert told == []


def test_a_packed_answer_is_unpacked(tmp_path, patience):
    with overpass(Answer(packed=True)) as server:
        download(server.url, "out;", tmp_path / "a.osm", patience)
    assert (tmp_path / "a.osm").read_text() == TOWN


def test_a_busy_server_is_asked_again_after_a_pause(tmp_path, patience, told):
    with overpass(Answer(RATE_LIMITED, 429), BUSY, Answer()) as server:
        download(server.url, "out;", tmp_path / "a.osm", patience)
    assert told == [("rate", 10.0), 10.0, ("timeout", 30.0), 30.0]
    assert len(server.queries) == 3
    assert (tmp_path / "a.osm").read_text() == TOWN


def test_a_server_may_ask_for_a_longer_pause_but_not_for_ever(tmp_path, patience, told):
    slow = Answer("", 429, {"Retry-After": "45"})
    with overpass(slow, Answer("", 503, {"Retry-After": "86400"}), Answer()) as server:
        download(server.url, "out;", tmp_path / "a.osm", patience)
    assert told == [("rate", 45.0), 45.0, ("overloaded", 300.0), 300.0]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, r"answers no more questions from here for now \(429 Too Many Requests\), asked 3 times"),
        (504, r"had no time to answer \(504 Gateway Timeout\), asked 3 times"),
        (503, "is overloaded, asked 3 times"),
    ],
)
def test_a_server_that_stays_busy_is_an_error_with_other_ways(tmp_path, patience, status, words):
    with overpass(Answer("", status)) as server, pytest.raises(InputError, match=words) as error:
        download(server.url, "out;", tmp_path / "a.osm", patience)
    assert len(server.queries) == 3
    assert str(error.value).startswith(server.url)
    assert str(error.value).endswith(
        "Name another server with --server, or take a regional extract (.osm.pbf) from a mirror."
    )


def test_what_a_server_cannot_do_is_told_in_chinese_too(tmp_path, patience):
    with overpass(Answer("", 429)) as server, pytest.raises(InputError) as error:
        download(server.url, "out;", tmp_path / "a.osm", patience)
    assert error.value.text("zh") == (
        f"{server.url}：暂不接受来自此处的更多请求（429 Too Many Requests），已请求 3 次。"
        "请用 --server 指定其他服务器，或从镜像站获取区域提取文件（.osm.pbf）。"
    )


def test_a_silent_server_is_given_up_and_asked_again(tmp_path, told):
    patience = Patience(lambda reason, _: told.append(reason), (0.0,), silence_s=0.1, pause=lambda _: None)
    with overpass(Answer(silence_s=3.0), Answer()) as server:
        download(server.url, "out;", tmp_path / "a.osm", patience)
    assert told == ["timeout"]
    assert (tmp_path / "a.osm").read_text() == TOWN


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_breaks_off_is_asked_for_again(tmp_path, patience, told, packed):
    with overpass(Answer(packed=packed, sent_bytes=100), Answer(packed=packed)) as server:
        download(server.url, "out;", tmp_path / "a.osm", patience)
    assert told[0] == ("connection", 10.0)
    assert (tmp_path / "a.osm").read_text() == TOWN


def test_a_server_that_is_not_there_is_an_error(tmp_path, patience):
    with overpass(Answer()) as server:
        pass
    with pytest.raises(InputError, match=r"cannot be reached, or broke off \(.*[Rr]efused.*\), asked 3 times"):
        download(server.url, "out;", tmp_path / "a.osm", patience)


def test_a_refused_question_is_not_asked_again(tmp_path, patience):
    said = r"\(400 Bad Request: line 2: parse error: ';' expected - 'w' found\.\)"
    with overpass(Answer(BAD_QUERY, 400)) as server, pytest.raises(InputError, match=said):
        download(server.url, "out;", tmp_path / "a.osm", patience)
    assert len(server.queries) == 1


def test_an_answer_that_is_too_long_is_not_taken(tmp_path, patience):
    """A packed answer counts as long as it unpacks to."""
    for answer in (Answer(), Answer("x" * 100_000, packed=True)):
        with overpass(answer) as server, pytest.raises(InputError, match="more than a city has"):
            download(server.url, "out;", tmp_path / "a.osm", patience, limit_bytes=len(TOWN) - 1)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "overpass-api.de", "ftp://x/y", ""])
def test_what_is_no_address_of_a_server_is_an_error(tmp_path, patience, address):
    with pytest.raises(InputError, match="is no address of a server"):
        download(address, "out;", tmp_path / "a.osm", patience)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TIMED_OUT, r"The server gave up: runtime error: Query timed out in .* after 900 seconds\. Ask later\."),
        (RATE_LIMITED, "is no OpenStreetMap file, it begins: .<html>"),
        ("", "is no OpenStreetMap file"),
        (TOWN[:-8], "is cut short"),
    ],
)
def test_what_is_no_whole_map_is_told(tmp_path, content, words):
    path = tmp_path / "a.osm"
    path.write_text(content)
    with pytest.raises(InputError, match=words):
        require_whole(path)


def test_the_time_of_the_map_is_read(tmp_path):
    (tmp_path / "a.osm").write_text(TOWN)
    assert require_whole(tmp_path / "a.osm") == "2025-11-23T08:00:00Z"
    (tmp_path / "b.osm").write_text('<osm version="0.6">' + HEAD[-1] + "</osm>")
    assert require_whole(tmp_path / "b.osm") == ""


def test_nothing_else_speaks_to_the_network():
    """Only this module imports what opens connections; addresses in texts are no connections."""
    openers = re.compile(
        r"^\s*(?:import|from)\s+(urllib\.request|http\.client|requests|httpx|socket|aiohttp|ftplib)\b", re.MULTILINE
    )
    sources = Path(lifecircle.__file__).parent.rglob("*.py")
    assert {path.name for path in sources if openers.search(path.read_text(encoding="utf-8"))} == {"overpass.py"}
