"""The manifest of a run: what went in and what was used; written last, so that its absence marks an unfinished run."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lifecircle.errors import ReportError
from lifecircle.files import content_hash, written_whole
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST: Final = "manifest.json"
_PACKAGE: Final = Path(__file__).parents[1]
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
        **_program(),
        "inputs": hashed(inputs),
        "parameters": dict(parameters),
    }


def hashed(inputs: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    """Return name and SHA-256 of every file, by its name in the manifest."""
    return {name: {"file": path.name, "sha256": content_hash(path)} for name, path in sorted(inputs.items())}


def write_manifest(content: Mapping[str, Any], folder: Path) -> None:
    """Write ``manifest.json`` into a run folder, with the hash of every file that lies in it; call it last."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    outputs = {path.relative_to(folder).as_posix(): content_hash(path) for path in files}
    text = json.dumps({**content, "outputs": outputs}, ensure_ascii=False, indent=2, sort_keys=True)
    with written_whole(folder / MANIFEST) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def is_up_to_date(folder: Path, inputs: Mapping[str, Path], parameters: Mapping[str, Any]) -> bool:
    """Say whether a run would only write again what a folder holds already.

    Parameters
    ----------
    folder : Path
        A run folder, or none yet.
    inputs : mapping
        Every file that the run would read, by its name in the manifest.
    parameters : mapping
        Those parameters that are known before the files are read.

    Returns
    -------
    bool
        Whether the same program made the folder from the same files and parameters, and its files still are what was
        written.
    """
    then = read_manifest(folder) or {}
    outputs, then_asked = then.get("outputs"), then.get("parameters")
    if not (isinstance(outputs, dict) and isinstance(then_asked, dict)):
        return False
    if any(then_asked.get(name) != value for name, value in parameters.items()):
        return False  # before any file is read
    now = {**_program(), "inputs": hashed(inputs)}
    return all(then.get(name) == value for name, value in now.items()) and all(
        (folder / name).is_file() and content_hash(folder / name) == sha for name, sha in outputs.items()
    )


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
    except (OSError, ValueError, RecursionError) as error:
        raise ReportError(told("error.manifest_damaged", path=path, reason=error)) from error
    if not isinstance(content, dict):
        raise ReportError(told("error.no_manifest", path=path))
    return content


def _program() -> dict[str, Any]:
    return {
        "lifecircle": version("lifecircle"),
        "code": _code_hash(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


@cache
def _code_hash() -> str:
    """Return the SHA-256 of the package's own files, which may change between two versions."""
    files = sorted(path for path in _PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()} {content_hash(path)};".encode())
    return digest.hexdigest()
