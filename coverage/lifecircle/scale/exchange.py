"""Takes the tiles of a cut network, gives what each of them found once none has anything new to tell the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.scale.searching import SearchTask, search_tile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lifecircle.scale.searching import Receipt, Search
    from lifecircle.scale.workers import Tell, Workers


def settled_tiles(
    workers: Workers,
    folder: Path,
    searches: tuple[Search, ...],
    halo_m: float,
    neighbours: Sequence[Sequence[int]],
    order: Sequence[int],
    tell: Tell,
) -> list[Receipt]:
    """Search all tiles, round after round, until every tile has heard what its neighbours know last.

    In the first round every tile searches on its own, which settles all walks that stay within its halo. After it, a
    tile takes part only while one of its neighbours has told something new.

    Parameters
    ----------
    workers : Workers
    folder : Path
        With the streets and the joined places of every tile.
    searches : tuple of Search
    halo_m : float
        How far it is at least from the rim of a tile to anything that the tile owns.
    neighbours : sequence of T sequences of int
        Tiles that own the rim of each tile.
    order : sequence of int
        All tiles, the largest first: no worker is to begin a large one when the others have nothing left to do.
    tell : callable

    Returns
    -------
    list of Receipt
        The last of each tile.
    """
    tasks = [SearchTask(str(folder), tile, searches, halo_m) for tile in order]
    receipts = dict(zip(order, workers.map(search_tile, tasks, tell), strict=True))
    heard: dict[int, tuple[tuple[int, str], ...]] = dict.fromkeys(order, ())
    while True:
        news = {tile: tuple((owner, receipts[owner].border) for owner in neighbours[tile]) for tile in order}
        active = [tile for tile in order if news[tile] != heard[tile]]
        if not active:
            return [receipts[tile] for tile in range(len(order))]
        tasks = [SearchTask(str(folder), tile, searches, halo_m, news[tile], receipts[tile]) for tile in active]
        for tile, receipt in zip(active, workers.map(search_tile, tasks, tell), strict=True):
            heard[tile], receipts[tile] = news[tile], receipt
