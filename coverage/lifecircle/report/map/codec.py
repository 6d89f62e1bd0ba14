"""Integers as short text: zigzag, seven bits a byte, base64; the page's script reads it back."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_BITS: Final = 7
_LOW_BITS: Final = np.uint64(0x7F)


def packed(numbers: ArrayLike) -> str:
    """Return integers as text in which small ones take few characters.

    A number is folded to 0, -1, 1, -2 … → 0, 1, 2, 3 … and cut into groups of seven bits, the lowest first; the high
    bit of a byte says that more follow (the variable-length integers of Protocol Buffers).

    Parameters
    ----------
    numbers : array of int
        Any shape; read row by row. Magnitudes below 2**52, so that a script can hold them.

    Returns
    -------
    str
        Base64.

    Examples
    --------
    300 folds to 600 = 4 · 128 + 88, so the bytes are 88 + 128 = 0xd8 and 4.

    >>> packed([0, -1, 1]), base64.b64decode(packed([300])).hex()
    ('AAEC', 'd804')
    """
    values = np.asarray(numbers, dtype=np.int64).ravel()
    folded = ((values << 1) ^ (values >> 63)).view(np.uint64)
    longest = -(-int(folded.max(initial=1)).bit_length() // _BITS)
    if longest == 1:
        return base64.b64encode(folded.astype(np.uint8).tobytes()).decode("ascii")
    lengths = np.ones(len(folded), dtype=np.int64)
    for place in range(1, longest):
        lengths += folded >> np.uint64(_BITS * place) > 0
    starts = np.cumsum(lengths) - lengths
    data = np.zeros(int(lengths.sum()), dtype=np.uint8)
    for place in range(longest):
        here = lengths > place
        group = folded[here] >> np.uint64(_BITS * place) & _LOW_BITS
        more = (lengths[here] > place + 1).astype(np.uint64) << np.uint64(_BITS)
        data[starts[here] + place] = group | more
    return base64.b64encode(data.tobytes()).decode("ascii")


def with_gaps(values: NDArray[np.float64], scale: float) -> NDArray[np.int64]:
    """Return scaled and rounded numbers in which 0 stands for a missing one.

    What is not negative moves up by one to make room for it.

    Parameters
    ----------
    values : (n,) array
        ``nan`` where missing.
    scale : float
        1000 keeps three decimals.

    Examples
    --------
    >>> with_gaps(np.array([np.nan, 0.0, 0.25, -0.5]), 100).tolist()
    [0, 1, 26, -50]
    """
    missing = np.isnan(values)
    whole = np.rint(np.where(missing, 0.0, values) * scale).astype(np.int64)
    return np.where(missing, 0, whole + (whole >= 0))
