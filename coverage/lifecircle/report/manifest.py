"""The manifest of a run: what went in and what was used; written last, so that its absence marks an unfinished run."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from lifecircle.errors import ReportError
from lifecircle.files import content_hash, written_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST: Final = "manifest.json"
LIBRARIES: Final = ("geopandas", "networkx", "numba", "numpy", "osmium", "pandas", "pyproj", "scipy", "shapely")


def manifest(inputs: Mapping[str, Path], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a run depends on.

    Parameters
    ----------
    inputs : mapping
        Every file that was read, by a short name.
    parameters : mapping
        Everything else that decides the numbers, as plain data.
    """
    return {
        "lifecircle": version("lifecircle"),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "inputs": {name: {"file": path.name, "sha256": content_hash(path)} for name, path in sorted(inputs.items())},
        "parameters": dict(parameters),
    }


def write_manifest(content: Mapping[str, Any], folder: Path) -> None:
    """Write ``manifest.json`` into a run folder; call it last."""
    with written_whole(folder / MANIFEST) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a finished run, or ``None`` where there is none.

    Raises
    ------
    ReportError
        If it is there but cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"{path}: is damaged ({error}). Delete the folder and run the study again.") from error
    if not isinstance(content, dict):
        raise ReportError(f"{path}: is not a manifest. Delete the folder and run the study again.")
    return content
