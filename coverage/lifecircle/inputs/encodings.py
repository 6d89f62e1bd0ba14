"""The text encodings of Chinese offices: UTF-8, with or without a mark, and GB18030 with its forebears."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from lifecircle.errors import InputError
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CHUNK_BYTES: Final = 1 << 20
_CANDIDATES: Final = ("utf-8-sig", "gb18030")


def file_encoding(path: Path) -> str:
    """Return the encoding of a text file: what its byte-order mark says, else the first candidate that decodes it all.

    Raises
    ------
    InputError
        If the text is in neither encoding.
    """
    with path.open("rb") as stream:
        if stream.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return "utf-16"
    faults = []
    for encoding in _CANDIDATES:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError as fault:
            faults.append(fault.reason)
        else:
            return encoding
    raise InputError(told("error.no_encoding", path=path, reason=faults[0]))


def field_encoding(fields: Iterable[bytes]) -> str:
    """Return the encoding of text from fixed-width fields, whose last character may have been cut in half.

    Text that is in no known encoding is taken as GB18030, so that it shows where it is wrong.
    """
    texts = list(fields)
    return next((encoding for encoding in _CANDIDATES if _decodes(texts, encoding)), "gb18030")


def declared_encoding(declaration: str) -> str | None:
    """Return Python's name for the encoding that a Shapefile's ``.cpg`` declares, or ``None`` for nonsense.

    Examples
    --------
    >>> declared_encoding("936"), declared_encoding("UTF-8"), declared_encoding("OEM")
    ('gb18030', 'utf-8', None)
    """
    name = declaration.strip().lower().removeprefix("ansi ").removeprefix("oem ")
    if name in {"936", "cp936", "gbk", "gb2312", "gb18030"}:
        return "gb18030"
    try:
        return codecs.lookup(f"cp{name}" if name.isdigit() else name).name
    except LookupError:
        return None


def decoded_field(field: bytes, encoding: str) -> str:
    """Return the text of a fixed-width field without a last character that was cut in half.

    Examples
    --------
    >>> decoded_field("护理".encode()[:-1], "utf-8")
    '护'
    """
    return codecs.getincrementaldecoder(encoding)("replace").decode(field)


def _decodes(fields: Iterable[bytes], encoding: str) -> bool:
    try:
        for field in fields:
            codecs.getincrementaldecoder(encoding)().decode(field)
    except UnicodeDecodeError:
        return False
    return True
