"""Takes a network, gives it back on the next run from a file, provided that nothing it was made from has changed."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import platformdirs

from lifecircle.bilingual import Bilingual
from lifecircle.configs import configs_dir
from lifecircle.errors import NetworkError, ReportError
from lifecircle.files import content_hash, parts_of, written_whole
from lifecircle.inputs.osm_places import osm_barriers
from lifecircle.inputs.osm_streets import osm_format
from lifecircle.inputs.streets import read_ways
from lifecircle.inputs.terrain import SMOOTHING_M, heights
from lifecircle.messages import told
from lifecircle.network.gaps import clear_of, find_gaps, with_gaps_closed
from lifecircle.network.graph import StreetNetwork, build_network
from lifecircle.network.rules import read_walking_rules, unknown_streets, way_uses
from lifecircle.network.slope import with_rise
from lifecircle.problems import Problem
from lifecircle.study import DEFAULT_GAP_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.inputs.extent import Bounds
    from lifecircle.inputs.ways import Ways
    from lifecircle.study import Source

CACHE_VARIABLE: Final = "LIFECIRCLE_CACHE"
MOST_BYTES: Final = 2_000_000_000
"""The cache is kept below this: some fifty cities, or a few provinces."""
_TEXTS: Final = ("crs", "names")
_COLUMNS: Final = tuple(field.name for field in fields(StreetNetwork) if field.name not in _TEXTS)
_PACKAGE: Final = Path(__file__).parents[1]


def cached_network(
    path: Path,
    source: Source,
    crs: str,
    *,
    terrain: Path | None = None,
    gap_m: float = DEFAULT_GAP_M,
    bounds: Bounds | None = None,
) -> tuple[StreetNetwork, list[Problem]]:
    """Return the walkable network of a street file, from the cache where it is there.

    The cache is keyed by all that the network depends on: the content of the street file and the elevation model, how
    they are read, the walking rules, the frame, and the code that reads and builds. A file that is damaged is built
    again, without a word.

    Parameters
    ----------
    path : Path
        The street file.
    source : Source
        How to read it.
    crs : str
        Projected frame in metres.
    terrain : Path, optional
        An elevation model (GeoTIFF, metres); without one all streets are flat.
    gap_m : float
        The widest gap that is closed to join an island of streets to the others.
    bounds : (4,) float, optional
        West, south, east and north of what the streets have to reach into, degrees; all of them when absent.

    Returns
    -------
    network : StreetNetwork
    problems : list of Problem
        What was found while the streets were read and joined, also when they come from the cache.

    Raises
    ------
    LifecircleError
        If the file or the rules cannot be used.
    """
    cached = cache_folder() / "networks" / f"{_key(path, source, crs, terrain, gap_m, bounds)}.npz"
    with suppress(NetworkError):
        found = load_network(cached)
        with suppress(OSError):
            cached.touch()  # so that what is used is not pruned
        return found
    ways, uses, problems = walked_ways(path, source, crs, gap_m, bounds)
    network = build_network(ways, uses, crs)
    if terrain is not None:
        height_m, unknown = heights(terrain, network.node_lonlat, smooth_m=SMOOTHING_M, file=terrain.name)
        network = with_rise(network, height_m)
        problems += unknown
    with suppress(ReportError):  # a folder that cannot be written to costs time, not the result
        save_network(network, cached, problems)
        prune(cached.parent, MOST_BYTES)
    return network, problems


def walked_ways(
    path: Path, source: Source, crs: str, gap_m: float = DEFAULT_GAP_M, bounds: Bounds | None = None
) -> tuple[Ways, pd.DataFrame, list[Problem]]:
    """Return the ways and uses that the network of a street file is built from, and what was found in it.

    Small gaps are closed (:mod:`lifecircle.network.gaps`), though not across the waters, walls
    and railways of an extract.

    Parameters
    ----------
    path, source, crs, gap_m, bounds
        As for :func:`cached_network`.
    """
    ways, problems = read_ways(path, source, bounds)
    rules = read_walking_rules()
    uses = way_uses(ways, rules)
    problems += unknown_streets(ways, uses, rules, source.file)
    gaps = find_gaps(ways, uses, crs, gap_m)
    if len(gaps.end) and osm_format(path):
        gaps = clear_of(gaps, ways, osm_barriers(path, bounds))
    ways, uses, repairs = with_gaps_closed(ways, uses, gaps, source.file)
    return ways, uses, problems + repairs


def cache_folder() -> Path:
    """Return the folder of what can be computed again; ``LIFECIRCLE_CACHE`` names another one."""
    return Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("lifecircle"))


def prune(folder: Path, most_bytes: int) -> None:
    """Delete the networks that were used longest ago until the others take no more than so many bytes.

    The one used last stays, however large it is. What another process deletes or holds open is left to it.
    """
    with suppress(OSError):
        by_age = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
        sizes = np.cumsum([path.stat().st_size for path in by_age])
        for path in by_age[max(1, int((sizes <= most_bytes).sum())) :]:
            path.unlink()


def save_network(network: StreetNetwork, path: Path, problems: Sequence[Problem] = ()) -> None:
    """Write a network, and what was found while its streets were read, as a NumPy archive without pickles.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    texts = {
        "crs": network.crs,
        "names": network.names,
        "problems": [asdict(problem) | {"reason": problem.reason.model_dump()} for problem in problems],
    }
    text = np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), dtype=np.uint8)
    columns = {"text": text} | {name: getattr(network, name) for name in _COLUMNS}
    with written_whole(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, checksum=_checksum(columns), **columns)


def load_network(path: Path) -> tuple[StreetNetwork, list[Problem]]:
    """Read what :func:`save_network` wrote.

    Raises
    ------
    NetworkError
        If there is no such file, or it is not as it was written.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            columns = {name: archive[name] for name in ("text", *_COLUMNS)}
            if not np.array_equal(archive["checksum"], _checksum(columns)):
                raise NetworkError(told("error.network_changed", path=path))  # noqa: TRY301
        texts = json.loads(columns.pop("text").tobytes())
        network = StreetNetwork(crs=texts["crs"], names=tuple(texts["names"]), **columns)
        problems = [Problem(**problem | {"reason": Bilingual(**problem["reason"])}) for problem in texts["problems"]]
    except FileNotFoundError as missing:
        raise NetworkError(told("error.no_network", path=path)) from missing
    except NetworkError:
        raise
    except Exception as damage:  # whatever a damaged archive makes its readers raise
        raise NetworkError(told("error.network_damaged", path=path, reason=damage)) from damage
    return network, problems


def _checksum(columns: dict[str, NDArray[Any]]) -> NDArray[np.uint8]:
    """Return the SHA-256 of the columns' names, types, shapes and values."""
    digest = hashlib.sha256()
    for name, column in columns.items():
        digest.update(f"{name} {column.dtype.str} {column.shape};".encode())
        digest.update(np.ascontiguousarray(column).data)
    return np.frombuffer(digest.digest(), dtype=np.uint8)


def _key(path: Path, source: Source, crs: str, terrain: Path | None, gap_m: float, bounds: Bounds | None = None) -> str:
    parts = [source.model_dump_json(), crs, str(gap_m), str(bounds)]
    parts += [content_hash(part) for part in parts_of(path)]
    parts += [content_hash(terrain) if terrain is not None else "flat"]
    parts += [content_hash(configs_dir() / f"{name}.yaml") for name in ("walking", "barriers")]
    parts += [
        content_hash(code) for room in (".", "inputs", "network") for code in sorted((_PACKAGE / room).glob("*.py"))
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
