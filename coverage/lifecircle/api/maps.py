"""Takes a run, gives its map for a notebook: the very page that a run folder holds, in a frame of its own."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lifecircle.api.html import frame
from lifecircle.files import written_whole
from lifecircle.report.districts import district_map
from lifecircle.report.folder import map_parts
from lifecircle.report.map import map_data, write_map

if TYPE_CHECKING:
    from lifecircle.bilingual import Lang
    from lifecircle.report.findings import Findings

HEIGHT_PX = 600


@dataclass(frozen=True, repr=False)
class MapView:
    """The map of a run: one page that opens without a network. A notebook shows it in a frame.

    Attributes
    ----------
    page : str
        HTML.
    title : str

    Examples
    --------
    >>> import lifecircle
    >>> view = lifecircle.example_run().map()
    >>> view.page.startswith("<!DOCTYPE html>"), view.title
    (True, 'Town')
    """

    page: str
    title: str

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, which any browser opens, and return its path.

        Raises
        ------
        ReportError
            If the file cannot be written.

        Examples
        --------
        >>> import lifecircle, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     lifecircle.example_run().map().save(f"{folder}/map.html").name
        'map.html'
        """
        path = Path(path)
        with written_whole(path) as temporary:
            temporary.write_bytes(self.page.encode())
        return path

    def __repr__(self) -> str:
        return f"<MapView of {self.title}: {len(self.page):,} characters>"

    def _repr_html_(self) -> str:
        return frame(self.page, HEIGHT_PX, self.title)


def map_view(findings: Findings, lang: Lang, district: str | None) -> MapView:
    """Return the map of a run, or of one of its districts by its id."""
    run, pictures = map_parts(findings)
    if district is None:
        data = map_data(findings.study, findings.areas, findings.plans, [run], pictures=pictures)
    else:
        data = district_map(findings, run, pictures, district)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.html"
        write_map(path, data, lang=lang)
        page = path.read_bytes().decode()
    return MapView(page, findings.study.name.text(lang))
