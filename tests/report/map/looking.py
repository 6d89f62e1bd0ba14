"""Looks at an open map as a reader does, and counts plainly what it should show."""

from __future__ import annotations

import math

import numpy as np
import shapely

RAMP = ["f4ecc8", "c3dbb0", "93c7b3", "56a3ad", "2d7597", "1c4a72"]
EDGES = [0, 0.2, 0.4, 0.6, 0.8, 0.95]


def shares_of(town, service, minutes, area=None, walker="standard", people="population"):
    """Return covered and known people of the city or a community, counted plainly."""
    rows = town.run.access[(town.run.access["service"] == service) & (town.run.access["walker"] == walker)]
    rows = rows.merge(town.run.residents, on="resident_id")
    rows = rows if area is None else rows[rows["community_id"] == area]
    covered = rows["minutes"] <= minutes
    known = covered | ~(rows["least_minutes"] <= minutes)
    return rows.loc[covered, people].sum(), rows.loc[known, people].sum()


def class_colour(share):
    return RAMP[int(np.searchsorted(EDGES, share + 1e-12, side="right")) - 1]


def percent(share, base=1e6, sign=" %"):
    """Return a share as the page words it in English; in Chinese the sign is ``"%"``."""
    return f"{100 * share:.{1 if base >= 1000 and share not in {0, 1} else 0}f}{sign}"


def whole(people):
    """Return a number of people as the page rounds it: halves up."""
    return f"{math.floor(round(people, 1) + 0.5):,}"


def spot_of(page, lonlat):
    """Return where a position lies in the window, pixels."""
    return page.evaluate(
        """([lon, lat]) => {
            const point = window.map_lifecircle.latLngToContainerPoint([lat, lon]);
            const box = window.map_lifecircle.getContainer().getBoundingClientRect();
            return [point.x + box.left, point.y + box.top];
        }""",
        list(lonlat),
    )


def colours_at(page, positions):
    """Return the colours of the map's canvas at some positions, as six hexadecimal digits."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(
        """(positions) => positions.map(([lon, lat]) => {
            const map = window.map_lifecircle;
            const canvas = document.querySelector('canvas.atlas');
            const shift = canvas.getBoundingClientRect().left - map.getContainer().getBoundingClientRect().left;
            const drop = canvas.getBoundingClientRect().top - map.getContainer().getBoundingClientRect().top;
            const { x, y } = map.latLngToContainerPoint([lat, lon]);
            const pixel = canvas.getContext('2d').getImageData(x - shift, y - drop, 1, 1).data;
            return [...pixel].slice(0, 3).map((part) => part.toString(16).padStart(2, '0')).join('');
        })""",
        [list(lonlat) for lonlat in positions],
    )


def colour_at(page, lonlat):
    return colours_at(page, [lonlat])[0]


def bare(page):
    """Leave nothing but the areas, their water and streets on the map."""
    page.evaluate(
        """() => {
            const checked = [...document.querySelectorAll('[data-key^="show/"]:checked')].map((box) => box.dataset.key);
            for (const key of checked) document.querySelector(`[data-key="${key}"]`).click();
        }"""
    )


def inner_points(town):
    """Return a position in each community that is away from its middle, from water, streets and borders."""
    areas = town.areas[town.areas["level"] == "community"].set_index("area_id")
    lines = [town.pictures.streets.union_all(), town.pictures.green.boundary.union_all()]
    avoid = shapely.union_all([town.pictures.water.union_all(), *shapely.buffer(lines, 0.0003)])
    rooms = shapely.buffer(areas.geometry.to_numpy(), -0.0008)
    return dict(zip(areas.index, shapely.get_coordinates(shapely.point_on_surface(rooms - avoid)), strict=True))
