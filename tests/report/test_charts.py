"""Charts show the cells of the results, and are drawn alike each time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from lxml import etree

from lifecircle.plan import Circle
from lifecircle.report.blocks import Picture, walk
from lifecircle.report.charts.coverage import Panel, Reading, coverage_chart, gap_chart, profile_chart
from lifecircle.report.charts.drawing import SHARE_COLOURS, share_class
from lifecircle.report.charts.maps import Ground, MapPanel, share_maps
from lifecircle.report.charts.minutes import STEPS_TO_THE_LIMIT, cumulative_chart, curve, distribution_chart
from lifecircle.report.content.pictures import _curve

NAN = float("nan")
READINGS = (
    Reading("西区", 0.93, 0.9, 0.97, "met"),
    Reading("东区", 0.4, 0.3, 0.5, "short"),
    Reading("南区", 0.8, 0.7, 0.9, "borderline"),
    Reading("北区", NAN, NAN, NAN, "no_data"),
)


def words_of(drawing):
    root = etree.fromstring(drawing.svg)
    return ["".join(one.itertext()).strip() for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_curve_passes_through_the_results(told):
    """At its limit a curve is the value of the results, the unknown left out as there."""
    plan = told.words.findings.plans[0]
    circles = [row for row in told.words.board(plan, ("city", "city")) if isinstance(row.standard, Circle)]
    assert len(circles) == 3
    for row in circles:
        assert _curve(told.words, row).share[STEPS_TO_THE_LIMIT] == pytest.approx(row.result["value"], abs=1e-12)


def test_a_curve_by_hand():
    """Ten people at 4 min, twenty at 10, thirty nowhere, forty of whom nothing is known but that it may be 2 min.

    At 10 min, with a limit of 10: 30 of the 60 who are known arrive; at 4 min 10 of 60; below 2 min everybody is known
    not to arrive: 0 of 100.
    """
    made = curve(
        "x", "min", 10, np.array([10.0, 20, 30, 40]), np.array([4.0, 10, NAN, NAN]), np.array([4.0, 10, NAN, 2])
    )
    steps = dict(zip(np.round(made.at, 6).tolist(), made.share.tolist(), strict=True))
    assert steps[10.0] == pytest.approx(30 / 60)
    assert steps[4.0] == pytest.approx(10 / 60)
    assert steps[round(10 / 15, 6)] == 0
    assert made.at[-1] == 20


def test_every_area_and_standard_is_named_in_a_chart():
    words = words_of(coverage_chart([Panel("医疗圈", 0.85, READINGS), Panel("养老圈", 0.85, READINGS)], "zh"))
    assert {"医疗圈", "养老圈", "西区", "东区", "南区", "北区"} <= set(words)
    assert words.count("—") == 2


@pytest.mark.parametrize(("lang", "whole"), [("zh", "100%"), ("en", "100 %")])
def test_axes_write_percentages_as_the_language_does(lang, whole):
    made = curve("医疗圈", "分钟", 15, np.ones(9), np.arange(9.0), np.arange(9.0))
    panel = Panel("医疗圈", 0.85, READINGS)
    for drawing in (
        coverage_chart([panel], lang),
        profile_chart(["医疗圈"], READINGS[:1], {}, lang),
        cumulative_chart([made], "", lang),
    ):
        assert whole in words_of(drawing)


def test_a_long_title_stands_whole_on_two_lines():
    title = "A village culture room within 15 minutes"
    made = curve(title, "min", 15, np.ones(9), np.arange(9.0), np.arange(9.0))
    ground = Ground(shapely.box([0], [0], [9], [9]), np.empty(0, dtype=object), 1.0)
    for drawing in (
        coverage_chart([Panel(title, 0.8, READINGS)], "en"),
        cumulative_chart([made], "", "en"),
        distribution_chart([made], "en"),
        share_maps(ground, [MapPanel(title, np.array([0.5]))], "-", "en"),
    ):
        assert title in " ".join(words_of(drawing))


def test_gaps_are_drawn_in_points_with_a_true_minus():
    words = words_of(
        gap_chart([Panel("医疗圈", 0, (Reading("东区", 0.3, NAN, NAN, ""), Reading("西区", -0.2, NAN, NAN, "")))])
    )
    assert "東区" not in words
    assert {"东区", "西区", "20"} <= set(words)
    assert any(word.startswith("\N{MINUS SIGN}") for word in words)


def test_other_areas_stand_beside_one_on_its_profile():
    words = words_of(profile_chart(["医疗圈", "养老圈"], READINGS[:2], {"全市": [0.5, 0.6], "中心": [0.7, NAN]}, "zh"))
    assert {"医疗圈", "养老圈", "全市", "中心"} <= set(words)


def test_dollars_and_braces_are_no_formulas():
    words = words_of(coverage_chart([Panel(r"$\frac{a}{b}$ {x}", 0.8, READINGS[:1])], "zh"))
    assert r"$\frac{a}{b}$ {x}" in words


def test_characters_that_the_font_lacks_are_drawn_without_a_warning():
    drawing = coverage_chart([Panel("🏙️ شارع", 0.8, READINGS[:1])], "zh")
    assert drawing.png[:4] == b"\x89PNG"
    assert drawing.svg[:4] == b"<svg"


def test_the_same_chart_has_the_same_bytes():
    first, second = (coverage_chart([Panel("医疗圈", 0.8, READINGS)], "zh") for _ in range(2))
    assert (first.svg, first.png) == (second.svg, second.png)


@pytest.mark.parametrize(
    "chart", [lambda curves: cumulative_chart(curves, "x", "zh"), lambda curves: distribution_chart(curves, "zh")]
)
def test_charts_of_minutes_name_their_circles(chart):
    made = curve("医疗圈", "分钟", 15, np.ones(9), np.arange(9.0), np.arange(9.0))
    assert "医疗圈" in words_of(chart([made]))


def test_shares_are_coloured_by_the_classes_of_the_map():
    assert [share_class(share) for share in (0, 0.19, 0.2, 0.5, 0.79, 0.8, 0.94, 0.95, 1)] == [
        0,
        0,
        1,
        2,
        3,
        4,
        4,
        5,
        5,
    ]
    assert len(SHARE_COLOURS) == 6


@pytest.mark.parametrize(("lang", "classes"), [("zh", {"0–20%", "95–100%"}), ("en", {"0–20 %", "95–100 %"})])
def test_a_map_has_a_round_scale_bar_and_a_key(lang, classes):
    """Four squares of 1 km side by side, drawn at 1.2 times their size: a quarter of the width is 1 km."""
    squares = shapely.box(np.arange(4) * 1200, 0, np.arange(1, 5) * 1200, 1200)
    ground = Ground(squares, shapely.boundary(squares), 1.2)
    words = words_of(share_maps(ground, [MapPanel("医疗圈", np.array([0.1, 0.5, 1.0, NAN]))], "无数据", lang))
    assert "1 km" in words
    assert {*classes, "无数据"} <= set(words)


def test_a_community_with_a_hole_and_parts_can_be_drawn():
    island = shapely.MultiPolygon([shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6), shapely.box(20, 0, 25, 5)])
    ground = Ground(np.array([island]), np.empty(0, dtype=object), 1.0)
    assert share_maps(ground, [MapPanel("x", np.array([0.5]))], "-", "en").svg


def test_every_picture_of_the_report_says_in_words_what_it_shows(told):
    pictures = [block for one in walk(told.city) for block in one.blocks if isinstance(block, Picture)]
    assert len(pictures) >= 12
    names = [told.words.name(one.name) for one in told.words.findings.plans[0].standards]
    for picture in pictures:
        assert any(name in picture.alt for name in names)
