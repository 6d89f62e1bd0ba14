from __future__ import annotations

from pathlib import Path

import pytest

from lifecircle.network.walkers import read_walkers
from lifecircle.plan import read_plan
from lifecircle.scores.farthest import farthest_walk_m


@pytest.mark.parametrize(
    ("plan", "metres"),
    [
        # 15 minutes at 1 m/s are 900 m; charts show twice that.
        ("fifteen-minutes", 1800.0),
        # The largest distance tier of the 15-minute circle is 1,000 m.
        ("gb50180-2018", 2000.0),
    ],
)
def test_the_farthest_walk_is_twice_the_largest_limit(plan, metres):
    assert farthest_walk_m([read_plan(plan, Path())], read_walkers()) == pytest.approx(metres)


@pytest.mark.parametrize(("speed", "steps_speed", "metres"), [(0.5, None, 900), (0.5, 0.25, 900), (0.5, 0.75, 1350)])
def test_the_faster_of_street_and_steps_counts_however_slow(speed, steps_speed, metres):
    """15 minutes are 900 s, and twice the limit counts."""
    walker = read_walkers()["standard"].model_copy(update={"speed_m_s": speed, "steps_speed_m_s": steps_speed})
    assert farthest_walk_m([read_plan("fifteen-minutes", Path())], {"standard": walker}) == pytest.approx(metres)


def test_of_several_plans_the_largest_counts_and_of_none_nothing():
    plans = [read_plan(plan, Path()) for plan in ("fifteen-minutes", "gb50180-2018")]
    assert farthest_walk_m(plans, read_walkers()) == pytest.approx(2000.0)
    assert farthest_walk_m([], read_walkers()) == 0.0
