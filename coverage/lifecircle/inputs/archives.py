"""Zip archives from anybody: measured before they are opened, unpacked under names of our own."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from lifecircle.errors import InputError
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBERS: Final = 10_000
MAX_UNPACKED_BYTES: Final = 4_000_000_000
# Attribute tables of Shapefiles are padded with blanks and shrink to a hundredth; bombs shrink to a thousandth.
MAX_RATIO: Final = 300
_SMALL_BYTES: Final = 50_000_000

# What Python's zip reader raises at members that are cut, spoiled, encrypted, or packed in a way it does not know (the
# last two are RuntimeError, of which NotImplementedError is a kind).
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)

SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def check_archive(path: Path) -> None:
    """Refuse a zip archive (a workbook is one) that would unpack to an unreasonable size.

    The sizes are those that the archive declares; Python's zip reader never gives more than a member declares.

    Raises
    ------
    InputError
        If it is no zip archive, or has too many members, too many bytes, or packs them too tightly to be honest.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _DAMAGED as error:
        raise InputError(told("error.damaged_archive", path=path, reason=error)) from error
    unpacked = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES:
        raise InputError(
            told(
                "error.archive_too_large",
                path=path,
                count=len(members),
                gigabytes=f"{unpacked / 1e9:.1f}",
                most=MAX_MEMBERS,
                most_gigabytes=f"{MAX_UNPACKED_BYTES / 1e9:.0f}",
            )
        )
    if unpacked > _SMALL_BYTES and unpacked > MAX_RATIO * packed:
        raise InputError(told("error.archive_too_tight", path=path, times=f"{unpacked / packed:.0f}"))


def unpack(archive: zipfile.ZipFile, member: str, target: Path, path: Path) -> None:
    """Write one member of an archive to a file.

    Raises
    ------
    InputError
        If the archive is damaged there, encrypted, or packed in a way that is not known.
    """
    try:
        with archive.open(member) as packed, target.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
    except _DAMAGED as error:
        raise InputError(told("error.damaged_archive", path=path, reason=error)) from error


@contextmanager
def unpacked_shapefile(path: Path) -> Iterator[Path]:
    """Give the path of the one Shapefile of a zip archive, unpacked into a temporary folder.

    Names inside the archive choose what is unpacked and never where to.

    Raises
    ------
    InputError
        If there is no Shapefile in it, or more than one.
    """
    check_archive(path)
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="lifecircle-") as folder:
        parts = {
            inner: member
            for member in archive.namelist()
            if (inner := PurePosixPath(member.replace("\\", "/"))).suffix.lower() in SHAPEFILE_PARTS
            and not inner.name.startswith("._")
        }
        shapes = [inner for inner in parts if inner.suffix.lower() == ".shp"]
        if len(shapes) != 1:
            found = ", ".join(inner.name for inner in shapes) or told("error.none")
            raise InputError(told("error.one_shapefile", path=path, names=found))
        for inner, member in parts.items():
            if inner.with_suffix("") == shapes[0].with_suffix(""):
                target = Path(folder, f"layer{inner.suffix.lower()}")
                unpack(archive, member, target, path)
        yield Path(folder, "layer.shp")
