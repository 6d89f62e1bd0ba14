"""Writes a map as one HTML file that loads nothing, with the data as inert text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.files import written_whole
from lifecircle.report.map.payload import json_block, payload

if TYPE_CHECKING:
    from pathlib import Path

    from lifecircle.bilingual import Lang
    from lifecircle.report.map.data import MapData


def write_map(path: Path, data: MapData, *, lang: Lang) -> None:
    """Write a map that opens in any browser, without a server and, unless the study names tiles, without a network.

    Parameters
    ----------
    path : Path
        The HTML file.
    data : MapData
        From :func:`lifecircle.report.map.map_data`.
    lang : {"zh", "en"}
        Language in which the page opens; a button changes it.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    from lifecircle.report.map.shell import page_around_the_data  # noqa: PLC0415 - folium takes long to load

    before, after = page_around_the_data(data.study.tiles.host if data.study.tiles is not None else "")
    block = json_block(payload(data, lang=lang))
    with written_whole(path) as temporary:
        temporary.write_bytes(before + block + after)
