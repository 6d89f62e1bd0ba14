from __future__ import annotations

import math

import numpy as np
import pytest

from lifecircle.bilingual import Bilingual
from lifecircle.network.walkers import Walker
from lifecircle.scale.borders import FIRST, LAST, THROUGH, changed_searches, least_seconds


def walker(speed_m_s, steps_speed_m_s=None):
    name = Bilingual(zh="行人", en="walker")
    return Walker(
        id="one", name=name, speed_m_s=speed_m_s, steps_speed_m_s=steps_speed_m_s, source="made up", verified=False
    )


def test_nobody_gets_farther_than_downhill_all_the_way():
    """Tobler's factor is exp(0.175) = 1.191 at most; 1020 m of the frame may be 1000 m: 1000 / 1.191 = 839.5 s."""
    assert least_seconds(walker(1.0), 1020) == pytest.approx(1000 / math.exp(0.175))


def test_steps_that_are_quicker_than_the_street_count():
    assert least_seconds(walker(1.0, steps_speed_m_s=2.5), 1020) == pytest.approx(400)


def border(*rows):
    search, kind, seconds = zip(*rows, strict=True)
    return {"search": np.array(search), "kind": np.array(kind), "seconds": np.array(seconds, dtype=float)}


def test_what_comes_too_late_to_matter_starts_no_search():
    """From the rim it takes 100 s. Search 0 knows a way of 500 s for everything: 401 s at the rim are too late."""
    known = [[500.0] * 3, [500.0] * 3]
    assert changed_searches(border((0, THROUGH, 401.0), (1, THROUGH, 400.0)), known, [100.0, 100.0]).tolist() == [1]


def test_what_was_not_reached_may_be_reached_by_anything():
    assert changed_searches(border((0, THROUGH, 9999.0)), [[0.0, math.inf, 0.0]], [100.0]).tolist() == [0]


def test_a_trip_becomes_through_and_first_but_never_last_again():
    """Only beginnings on private streets are far: whatever arrives may become one. Only ends are far: an end alone."""
    far_first, far_last = [[0.0, 0.0, 900.0]], [[900.0, 0.0, 0.0]]
    for kind, first, last in ((LAST, [0], [0]), (THROUGH, [0], []), (FIRST, [0], [])):
        assert changed_searches(border((0, kind, 500.0)), far_first, [100.0]).tolist() == first
        assert changed_searches(border((0, kind, 500.0)), far_last, [100.0]).tolist() == last


def test_a_border_that_says_nothing_changes_nothing():
    nothing = {name: column[:0] for name, column in border((0, 0, 0.0)).items()}
    assert changed_searches(nothing, [[math.inf] * 3], [1.0]).tolist() == []
