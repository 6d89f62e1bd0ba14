from __future__ import annotations

import zipfile

import pytest

import table_files
from lifecircle.errors import InputError
from lifecircle.inputs import archives
from lifecircle.inputs.archives import check_archive, unpacked_shapefile


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_an_archive_that_shrinks_too_well_is_refused(tmp_path):
    """60 MB of zeros deflate to about 60 kB: a thousandth, where 1/300 is allowed."""
    path = zipped(tmp_path / "bomb.zip", {"a.shp": bytes(60_000_000)})
    with pytest.raises(InputError, match="made to fill a disk"):
        check_archive(path)


def test_an_archive_with_too_many_bytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(InputError, match="would unpack to 1 files"):
        check_archive(zipped(tmp_path / "a.zip", {"a.shp": b"eleven bytes"}))


def test_an_archive_with_too_many_members_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    with pytest.raises(InputError, match="would unpack to 3 files"):
        check_archive(zipped(tmp_path / "a.zip", {"a": b"", "b": b"", "c": b""}))


def test_names_that_climb_out_of_the_folder_write_nothing_outside(tmp_path):
    source = table_files.write_shapefile(tmp_path / "a.shp", table_files.places(), "UTF-8")
    members = {f"../../evil/a{suffix}": source.with_suffix(suffix).read_bytes() for suffix in (".shp", ".shx", ".dbf")}
    with unpacked_shapefile(zipped(tmp_path / "a.zip", members)) as shapefile:
        assert sorted(part.name for part in shapefile.parent.iterdir()) == ["layer.dbf", "layer.shp", "layer.shx"]
        folder = shapefile.parent
    assert not folder.exists()
    assert not (tmp_path.parent / "evil").exists()


def test_only_the_parts_of_the_one_shapefile_are_unpacked(tmp_path):
    members = {
        "data\\roads.SHP": b"1",
        "data\\roads.dbf": b"2",
        "data\\roads.exe": b"3",
        "other.dbf": b"4",
        "__MACOSX/data/._roads.shp": b"5",
    }
    with unpacked_shapefile(zipped(tmp_path / "a.zip", members)) as shapefile:
        assert {part.name: part.read_bytes() for part in shapefile.parent.iterdir()} == {
            "layer.shp": b"1",
            "layer.dbf": b"2",
        }


@pytest.mark.parametrize(
    ("members", "found"), [({"a.txt": b""}, "none"), ({"x/a.shp": b"", "y/b.shp": b""}, "a.shp, b.shp")]
)
def test_an_archive_without_exactly_one_shapefile_is_refused(tmp_path, members, found):
    path = zipped(tmp_path / "a.zip", members)
    with pytest.raises(InputError, match=f"exactly one Shapefile.*found: {found}"), unpacked_shapefile(path):
        pass
