"""A small server on this machine that answers as Overpass does: one prepared answer after the other."""

from __future__ import annotations

import gzip
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="Overpass API 0.7.62">\n'
    "<note>The data included in this document is from www.openstreetmap.org.</note>\n"
    '<meta osm_base="2025-11-23T08:00:00Z"/>\n'
)
NODES = "".join(f'<node id="{n}" lat="32.0" lon="{118.79 + n / 100:.2f}"/>\n' for n in range(1, 5))
WAY = '<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/></way>\n'
TOWN = f"{HEAD}{NODES}{WAY}</osm>\n"
"""The street of :mod:`town_study`."""

TIMED_OUT = f'{HEAD}<remark> runtime error: Query timed out in "query" at line 3 after 900 seconds. </remark>\n</osm>\n'
RATE_LIMITED = (
    "<html><body><p><strong style='color:#FF0000'>Error</strong>: runtime error: open64: 0 Success "
    "/osm3s_osm_base Dispatcher_Client::request_read_and_idx::rate_limited. </p></body></html>"
)
BAD_QUERY = (
    "<html><body><p><strong style=\"color:#FF0000\">Error</strong>: line 2: parse error: ';' expected - 'w' found. </p>"
    "</body></html>"
)


@dataclass
class Answer:
    """One prepared answer.

    Attributes
    ----------
    body : str
    status : int
    headers : dict
    packed : bool
        Sent as gzip.
    sent_bytes : int, optional
        Break off after so many.
    silence_s : float
        Say nothing for so long.
    """

    body: str = TOWN
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    packed: bool = False
    sent_bytes: int | None = None
    silence_s: float = 0.0


@dataclass
class Served:
    """A running server: its address, and what it was asked."""

    url: str
    queries: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)


@contextmanager
def overpass(*answers: Answer) -> Iterator[Served]:
    """Run a server that gives these answers, and the last one again and again."""
    pending = list(answers)
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            served.queries.append(form["data"][0])
            served.agents.append(self.headers["User-Agent"])
            answer = pending.pop(0) if len(pending) > 1 else pending[0]
            ended.wait(answer.silence_s)
            content = gzip.compress(answer.body.encode()) if answer.packed else answer.body.encode()
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
                self.send_header(name, value)
            if answer.packed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(content[: answer.sent_bytes])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_port}/api/interpreter")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
