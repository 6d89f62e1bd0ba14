"""Charts of change: what they draw, and that what hardly changed looks it."""

from __future__ import annotations

import numpy as np
import pytest

from lifecircle.report.charts.change import Trend, parts_chart, trend_chart


def trend(values, least=0.1, way=()):
    return Trend("15分钟医疗圈", (2024.0, 2026.0), values, way, "50 %", "51 %", "short", least)


def test_what_hardly_changed_is_drawn_nearly_level():
    """A rise of one point in ten takes a tenth of the line's height: a thirteenth of the frame, 1.3 times as high."""
    figure = trend_chart([trend((0.50, 0.51))])._figure
    axes = figure.axes[0]
    low, high = axes.get_ylim()
    assert (0.51 - 0.50) / (high - low) == pytest.approx(0.1 / 1.3)
    assert {text.get_text() for text in axes.texts} == {"50 %", "51 %"}


def test_the_way_to_the_target_is_drawn_beside_the_values():
    axes = trend_chart([trend((0.50, 0.60), way=((2021.0, 0.4), (2026.0, 0.85)))])._figure.axes[0]
    drawn = [line.get_xydata().tolist() for line in axes.lines]
    assert [[2021.0, 0.4], [2026.0, 0.85]] in drawn
    assert axes.get_ylim()[1] > 0.85


def test_a_first_value_that_is_not_known_has_no_words():
    axes = trend_chart([trend((np.nan, 0.60))])._figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["51 %"]


def test_gains_lie_to_the_right_and_losses_to_the_left_one_after_the_other():
    """+3 and +2 make a bar from 0 to 5, -1 one from 0 to -1; the mark stands at their sum, 4."""
    axes = parts_chart(["甲"], {"设施": [3.0], "道路": [2.0], "人口": [-1.0]})._figure.axes[0]
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert bars == [(0.0, 3.0), (3.0, 2.0), (0.0, -1.0)]
    (mark, *_) = [line for line in axes.lines if line.get_marker() == "d"]
    assert mark.get_xdata().tolist() == [4.0]


def test_the_same_chart_has_the_same_bytes():
    one, other = (parts_chart(["甲"], {"设施": [3.0]}).svg for _ in range(2))
    assert one == other
