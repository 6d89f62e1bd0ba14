"""A study's places joined and searched whole, and tile by tile in this process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lifecircle.network.walkers import read_walkers
from lifecircle.run import Engine, access_on, join_ground
from lifecircle.scale.engine import Tiles
from lifecircle.scale.workers import ThisProcess
from lifecircle.scores.farthest import farthest_walk_m

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from lifecircle.run import Ground


def quiet(_done: int, _whole: int) -> None:
    pass


def tiles_of(ground: Ground, folder: Path, split: float | str, workers=None, tell=quiet) -> Tiles:
    reach_m = farthest_walk_m(ground.plans, read_walkers())
    return Tiles(workers or ThisProcess(), folder, reach_m, split, tell)


def whole_access(ground: Ground) -> pd.DataFrame:
    return access_on(ground, *join_ground(ground))


def tiled_access(ground: Ground, tiles: Tiles) -> pd.DataFrame:
    tiled = replace(ground, engine=Engine(tiles.join, tiles.access_table))
    return access_on(tiled, *join_ground(tiled))
