"""Takes the places of a service and the area of a city, gives a raster of walking minutes and writes it as a GeoTIFF.

The centre of every cell is joined to the nearest street and walks from there, as a resident at that point would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
import shapely
from rasterio.transform import Affine

from lifecircle.access.table import STATUSES
from lifecircle.crs import to_lonlat
from lifecircle.files import written_whole
from lifecircle.network.points import piece_of, piece_walks, seconds_at, seconds_to_any
from lifecircle.network.snap import snap_to_edges
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.access.targets import ServicePlaces
    from lifecircle.network.walkers import Walker

NODATA: Final = -1.0
_CELLS_AT_ONCE: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class Surface:
    """Walking minutes on a grid of squares, the first row in the north.

    Attributes
    ----------
    crs : str
        Projected frame in metres.
    west, north : float
        Upper left corner, whole multiples of the cell's side, so that all surfaces of a city lie on one grid.
    cell_m : float
        Side of a cell.
    minutes : (rows, columns) float32
        From the cell's centre to the nearest place; :data:`NODATA` where this is not known or there is no way.
    status : (rows, columns) int8
        Position in :data:`lifecircle.access.table.STATUSES`; :data:`NODATA` outside the area.
    """

    crs: str
    west: float
    north: float
    cell_m: float
    minutes: NDArray[np.float32]
    status: NDArray[np.int8]


def walking_surface(
    places: ServicePlaces,
    walker: Walker,
    area: shapely.Geometry,
    silent: shapely.Geometry,
    cell_m: float,
    limit_m: float,
) -> Surface:
    """Return the walking minutes to the nearest place of a service from the centre of every cell.

    Parameters
    ----------
    places : ServicePlaces
    walker : Walker
    area : Geometry
        Where to compute them, in the network's metric frame.
    silent : Geometry
        Districts of which the service's layers say nothing; maybe empty.
    cell_m : float
        Side of the cells.
    limit_m : float
        Cells farther than this from any street are not joined.
    """
    network = places.placed.network
    bounds = shapely.bounds(area) / cell_m
    west, south, east, north = *np.floor(bounds[:2]).astype(int), *np.ceil(bounds[2:]).astype(int)
    shape = (north - south, east - west)
    column, row = np.meshgrid(np.arange(shape[1]), np.arange(shape[0]))
    centres = np.column_stack([(west + column.ravel() + 0.5) * cell_m, (north - row.ravel() - 0.5) * cell_m])
    shapely.prepare([area, silent])
    inside = np.flatnonzero(shapely.contains_xy(area, *centres.T))
    minutes = np.full(len(centres), NODATA, dtype=np.float32)
    status = np.full(len(centres), NODATA, dtype=np.int8)

    walks = piece_walks(places.placed, places.targets, walker)
    ends_s = seconds_to_any(walks)
    for begin in range(0, len(inside), _CELLS_AT_ONCE):
        cells = inside[begin : begin + _CELLS_AT_ONCE]
        snapped = snap_to_edges(network, to_lonlat(centres[cells], network.crs), limit_m)
        near = snapped.edge >= 0
        piece, share = piece_of(places.placed, snapped.edge[near], snapped.fraction[near])
        seconds = seconds_at(walks, ends_s[piece], piece, share) + walks.graph.leg_seconds(snapped.leg_m[near])
        status[cells] = STATUSES.index("not_snapped")
        status[cells[near]] = np.where(np.isfinite(seconds), STATUSES.index("reached"), STATUSES.index("unreachable"))
        minutes[cells[near]] = np.where(np.isfinite(seconds), seconds / SECONDS_PER_MINUTE, NODATA)
    unknown = inside[
        shapely.contains_xy(silent, *centres[inside].T) & (status[inside] != STATUSES.index("not_snapped"))
    ]
    status[unknown], minutes[unknown] = STATUSES.index("no_data"), NODATA
    return Surface(network.crs, west * cell_m, north * cell_m, cell_m, minutes.reshape(shape), status.reshape(shape))


def write_surface(surface: Surface, path: Path, tags: dict[str, str]) -> None:
    """Write a surface as a Cloud-Optimised GeoTIFF with two bands, ``minutes`` and ``status``.

    Parameters
    ----------
    surface : Surface
    path : Path
        Its name ends in ``.tif``.
    tags : dict
        What the raster is about, kept in the file; the codes of ``status`` are added.

    Raises
    ------
    ReportError
        If it cannot be written.
    """
    height, width = surface.minutes.shape
    codes = {f"status_{code}": name for code, name in enumerate(STATUSES)}
    with (
        written_whole(path) as temporary,
        rasterio.open(
            temporary,
            "w",
            driver="COG",
            height=height,
            width=width,
            count=2,
            dtype="float32",
            nodata=NODATA,
            crs=surface.crs,
            transform=Affine(surface.cell_m, 0, surface.west, 0, -surface.cell_m, surface.north),
            compress="DEFLATE",
            overview_resampling="NEAREST",  # a mean of minutes and of codes would be neither
        ) as raster,
    ):
        raster.write(np.stack([surface.minutes, surface.status.astype(np.float32)]))
        raster.descriptions = ("minutes", "status")
        raster.update_tags(**tags, **codes)
