"""Opens a GeoTIFF, and reads part of its first band as numbers; everything that is not one is refused with a remedy."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
from pyproj.exceptions import ProjError
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from lifecircle.crs import to_metric
from lifecircle.errors import InputError
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from rasterio.io import DatasetReader

    from lifecircle.bilingual import Bilingual

# 400 MB of numbers: three times a province at 100 m. What claims to be larger is a slip or a trap.
MOST_CELLS: Final = 50_000_000


@dataclass(frozen=True)
class Grid:
    """A north-up raster, of which nothing has been read yet.

    Attributes
    ----------
    dataset : DatasetReader
    file : str
        Name of the input, for messages.
    crs : str
        Frame of the raster, as WKT.
    west, north : float
        Upper left corner, in ``crs``.
    cell_width, cell_height : float
        Both positive, in units of ``crs``.
    """

    dataset: DatasetReader
    file: str
    crs: str
    west: float
    north: float
    cell_width: float
    cell_height: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.dataset.height, self.dataset.width

    @property
    def from_wgs84(self) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
        """What takes longitudes and latitudes into the raster's frame."""
        return partial(to_metric, crs=self.crs)

    def cells(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return columns and rows, with fractions, of positions in the raster's frame; a cell's corner is whole."""
        corner, size = np.array([self.west, self.north]), np.array([self.cell_width, -self.cell_height])
        return np.asarray((xy - corner) / size)

    def xy(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return positions from columns and rows; the inverse of :meth:`cells`."""
        corner, size = np.array([self.west, self.north]), np.array([self.cell_width, -self.cell_height])
        return np.asarray(corner + cells * size)

    def require_affordable(self, width: int, height: int) -> None:
        """Refuse blocks that are too large to be read.

        Raises
        ------
        InputError
            Above :data:`MOST_CELLS`.
        """
        if width * height > MOST_CELLS:
            named = {"width": f"{width:,}", "height": f"{height:,}", "most": f"{MOST_CELLS:,}"}
            raise InputError(told("error.raster_too_large", path=self.file, **named))

    def read(self, column: int, row: int, width: int, height: int) -> NDArray[np.float64]:
        """Return a block of cells; what the raster marks as no data, and what is not finite, is NaN.

        Raises
        ------
        InputError
            If the block is too large, or the file is damaged there.
        """
        self.require_affordable(width, height)
        try:
            block = self.dataset.read(1, window=Window(column, row, width, height), masked=True)
        except RasterioError as error:
            raise InputError(told("error.raster_damaged", path=self.file, reason=error)) from error
        values = block.astype(np.float64).filled(np.nan)
        return np.where(np.isfinite(values), values, np.nan)


@contextmanager
def opened_grid(path: Path, file: str = "") -> Iterator[Grid]:
    """Open a GeoTIFF for as long as the block lasts.

    Parameters
    ----------
    path : Path
        No other format is tried, so that a file cannot make GDAL open other files or addresses.
    file : str
        Name of the input, for messages; the path when absent.

    Raises
    ------
    InputError
        If the file is no GeoTIFF, has no frame, is turned or upside down, does not hold numbers, or is stored in
        blocks too large to be unpacked.
    """
    file = file or str(path)
    try:
        with warnings.catch_warnings(), rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            dataset = rasterio.open(path, driver="GTiff")
    except RasterioError as error:
        raise InputError(told("error.raster_unreadable", path=file, reason=error)) from error
    with dataset:
        fault = _fault(dataset)
        if fault is not None:
            raise InputError(told("error.in_file", path=file, fault=fault))
        place = dataset.transform
        yield Grid(dataset, file, dataset.crs.to_wkt(), place.c, place.f, place.a, -place.e)


def _fault(dataset: DatasetReader) -> Bilingual | None:
    place = dataset.transform
    if dataset.crs is None:
        return told("error.raster_no_frame")
    try:
        to_metric(np.zeros((1, 2)), dataset.crs.to_wkt())
    except (CRSError, ProjError) as error:
        return told("error.raster_bad_frame", reason=error)
    if place.b or place.d or place.a <= 0 or place.e >= 0:
        return told("error.raster_turned")
    if np.dtype(dataset.dtypes[0]).kind not in "iuf":
        return told("error.raster_no_numbers", type=dataset.dtypes[0])
    height, width = dataset.block_shapes[0]
    if height * width > MOST_CELLS:
        return told("error.raster_blocks", width=f"{width:,}", height=f"{height:,}")
    return None
