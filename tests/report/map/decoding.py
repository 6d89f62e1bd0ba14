"""Reads a map back: the data block of a file, and packed text, one byte at a time as the format says."""

from __future__ import annotations

import base64
import json
import re
from itertools import accumulate, pairwise

import numpy as np
import shapely

OPEN_TAG = '<script type="application/json" id="content">'


def content_of(path):
    """Return the data block of a map."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text.split(OPEN_TAG, 1)[1].split("</script>", 1)[0])


def unpacked(text):
    """Return the integers of packed text."""
    numbers, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(-(value + 1) // 2 if value % 2 else value // 2)
            value, shift = 0, 0
    return numbers


def summed(text):
    """Return the running sums of packed steps."""
    return list(accumulate(unpacked(text)))


def positions(text):
    """Return packed steps in the plane as positions, (n, 2)."""
    return np.cumsum(np.array(unpacked(text)).reshape(-1, 2), axis=0)


def rings_of(shape):
    """Return the rings of each geometry of a packed shape, each ring an (n, 2) array."""
    vertices = np.cumsum([0, *unpacked(shape["vertices"])])
    xy = positions(shape["xy"])
    rings = [xy[start:end] for start, end in pairwise(vertices)]
    ends = np.cumsum([0, *unpacked(shape["rings"])])
    return [rings[start:end] for start, end in pairwise(ends)]


def polygons_of(shape):
    """Return packed polygons as the even-odd rule fills them."""
    filled = []
    for rings in rings_of(shape):
        area = shapely.Polygon()
        for ring in rings:
            area = area.symmetric_difference(shapely.Polygon(ring))
        filled.append(area)
    return filled


def own_script(path):
    """Return the map's own script as it stands in a file."""
    return re.search(r"<script>\(\(\) => \{\n'use strict';(.*?)</script>", path.read_text(encoding="utf-8"), re.DOTALL)[
        1
    ]
