"""Takes a question in Overpass QL, gives the server's answer as a file: patient with busy servers, strict with answers.

This is the one module that speaks to the network, and ``lifecircle fetch`` the one command that uses it.
"""

from __future__ import annotations

import gzip
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from dataclasses import dataclass, field
from http.client import HTTPException
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, Literal

from lifecircle.errors import InputError
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SERVER: Final = "https://overpass-api.de/api/interpreter"

MAX_BYTES: Final = 2_000_000_000
"""A city has some hundred megabytes; what is larger is no city, and belongs into a regional extract."""

WAITS_S: Final = (10.0, 30.0, 60.0, 120.0)
"""Pauses before the second to the last attempt; a server may ask for longer ones."""

_LONGEST_WAIT_S: Final = 300.0
_CHUNK_BYTES: Final = 1 << 20
_PART_BYTES: Final = 4096

Reason = Literal["rate", "overloaded", "timeout", "connection"]
_BUSY: Final[dict[int, Reason]] = {429: "rate", 502: "overloaded", 503: "overloaded", 504: "timeout"}
_SENTENCES: Final[dict[Reason, str]] = {
    "rate": "error.server_rate",
    "overloaded": "error.server_overloaded",
    "timeout": "error.server_timeout",
    "connection": "error.server_connection",
}


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, and how.

    Attributes
    ----------
    waits_s : tuple of float
        Pauses before the second to the last attempt.
    silence_s : float
        A server that says nothing for so long is given up. It computes before it says anything.
    pause : callable
        Waits some seconds.
    tell : callable
        Is told why, and for how many seconds.
    """

    tell: Callable[[Reason, float], object]
    waits_s: tuple[float, ...] = WAITS_S
    silence_s: float = 960.0
    pause: Callable[[float], object] = field(default_factory=lambda: time.sleep)


class _BusyError(Exception):
    """A server cannot answer now, but may later."""

    def __init__(self, reason: Reason, asked_wait_s: float = 0.0, detail: str = "") -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.asked_wait_s = min(asked_wait_s, _LONGEST_WAIT_S)
        self.detail = detail


def download(server: str, query: str, path: Path, patience: Patience, limit_bytes: int = MAX_BYTES) -> None:
    """Ask a server and write its answer to a file.

    Parameters
    ----------
    server : str
        Address of an Overpass interpreter, http or https.
    query : str
        Overpass QL.
    path : Path
        Written over; after an error its content is of no use.
    patience : Patience
    limit_bytes : int
        The longest answer that is taken.

    Raises
    ------
    InputError
        If the address is none, or the server refuses, stays busy, breaks off, or says too much.
    """
    if urllib.parse.urlsplit(server).scheme not in {"http", "https"}:
        raise InputError(told("error.server_address", server=server, example=SERVER))
    for wait_s in (*patience.waits_s, None):
        try:
            _ask_once(server, query, path, patience.silence_s, limit_bytes)
        except _BusyError as busy:
            if wait_s is None:
                why, tries = told(_SENTENCES[busy.reason], detail=busy.detail), len(patience.waits_s) + 1
                raise InputError(told("error.server_busy", server=server, why=why, tries=tries)) from busy
            longer_s = max(wait_s, busy.asked_wait_s)
            patience.tell(busy.reason, longer_s)
            patience.pause(longer_s)
        else:
            return


def _ask_once(server: str, query: str, path: Path, silence_s: float, limit_bytes: int) -> None:
    size = 0
    with path.open("wb") as file:
        for chunk in _answer(server, query, silence_s):
            size += len(chunk)
            if size > limit_bytes:
                raise InputError(told("error.server_too_much", server=server, gigabytes=f"{limit_bytes / 1e9:g}"))
            file.write(chunk)


def _answer(server: str, query: str, silence_s: float) -> Iterator[bytes]:
    request = urllib.request.Request(  # noqa: S310 - the scheme is http or https
        server,
        data=urllib.parse.urlencode({"data": query}).encode(),
        headers={"User-Agent": f"lifecircle/{version('lifecircle')}", "Accept-Encoding": "gzip"},
    )
    try:
        with urllib.request.urlopen(request, timeout=silence_s) as answer:  # noqa: S310 - as above
            packed = answer.headers.get("Content-Encoding") == "gzip"
            stream = gzip.GzipFile(fileobj=answer) if packed else answer
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk
            if answer.length:  # what was announced and did not come
                raise EOFError("cut short")  # noqa: TRY301 - it is one of the ways to break off
    except urllib.error.HTTPError as refusal:
        with refusal:
            raise _refused(server, refusal) from refusal
    except (HTTPException, zlib.error, EOFError, OSError) as fault:
        cause = getattr(fault, "reason", fault)
        if isinstance(cause, TimeoutError):
            raise _BusyError("timeout") from fault
        raise _BusyError("connection", detail=str(cause) or type(cause).__name__) from fault


def _refused(server: str, refusal: urllib.error.HTTPError) -> Exception:
    """Return what an error of the server means."""
    if refusal.code in _BUSY:
        asked = refusal.headers.get("Retry-After", "")
        return _BusyError(_BUSY[refusal.code], float(asked) if asked.isdigit() else 0.0)
    said = _spoken(refusal.read(_PART_BYTES).decode("utf-8", errors="replace"))
    reason = f"{refusal.code} {refusal.reason}{said}"
    raise InputError(told("error.server_refuses", server=server, reason=reason)) from refusal


def _spoken(page: str) -> str:
    """Return what an error page of Overpass says, without its markup."""
    errors = re.findall(r"<strong[^>]*>Error</strong>:?\s*(.*?)</p>", page, re.DOTALL)
    text = " ".join(re.sub(r"<[^>]+>", "", error) for error in errors)
    return f": {' '.join(text.split())[:300]}" if text else ""


def require_whole(path: Path) -> str:
    """Return the time of the map that an answer in XML gives, ``""`` where it says none.

    Raises
    ------
    InputError
        If the answer is no OpenStreetMap file, is cut short, or says that the server gave up.
    """
    with path.open("rb") as file:
        head = file.read(_PART_BYTES).decode("utf-8", errors="replace")
        file.seek(max(path.stat().st_size - _PART_BYTES, 0))
        tail = file.read().decode("utf-8", errors="replace")
    remark = re.search(r"<remark>\s*(.*?)\s*</remark>", tail, re.DOTALL)
    if remark:
        raise InputError(told("error.server_gave_up", remark=" ".join(remark[1].split())[:300].rstrip(".")))
    if "<osm" not in head:
        raise InputError(told("error.server_no_map", head=repr(head[:60])))
    if not tail.rstrip().endswith("</osm>"):
        raise InputError(told("error.server_cut_short"))
    base = re.search(r'osm_base="([^"]+)"', head)
    return base[1] if base else ""
