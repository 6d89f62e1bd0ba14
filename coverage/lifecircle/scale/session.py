"""Takes what a command was told, gives the engine that is to search for as long as the work lasts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from lifecircle.errors import ClusterError
from lifecircle.messages import told
from lifecircle.run import THIS_PROCESS
from lifecircle.scale.engine import DEFAULT_SIDE_M, split_of, tiled_engine
from lifecircle.scale.workers import cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lifecircle.run import Engine
    from lifecircle.scale.workers import Tell
    from lifecircle.study import Study


@contextmanager
def engine_for(
    study: Study,
    folder: Path,
    address: str | None,
    tiles: str | None,
    *,
    resume: bool,
    tell: Tell,
    watch: Callable[[str], None],
) -> Iterator[Engine]:
    """Give this process, or the workers of a cluster.

    Parameters
    ----------
    study : Study
    folder : Path
        The run folder; the tiles are kept beside it, in ``<folder>.tiles``.
    address : str, optional
        As for :func:`lifecircle.scale.workers.cluster`; this process searches when absent.
    tiles : str, optional
        What the tiles are to be (:func:`lifecircle.scale.engine.split_of`).
    resume : bool
        Go on with the tiles that an earlier run left.
    tell : callable
        Told how many tiles of how many are done.
    watch : callable
        Told the address of the cluster's page.

    Raises
    ------
    ClusterError
        If there is no cluster, or tiles are asked for without one.
    """
    if address is None:
        if tiles is not None or resume:
            raise ClusterError(told("error.cluster_missing"))
        yield THIS_PROCESS
        return
    split = DEFAULT_SIDE_M if tiles is None else split_of(tiles, study)
    with cluster(address) as workers:
        watch(workers.dashboard)
        beside = folder.with_name(f"{folder.name}.tiles")
        yield tiled_engine(study, workers, beside, split, tell, resume=resume)
