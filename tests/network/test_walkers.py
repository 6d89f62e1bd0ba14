from __future__ import annotations

import math

import pytest

from lifecircle.errors import StudyError
from lifecircle.network.walkers import read_walkers
from lifecircle.units import SECONDS_PER_MINUTE

ONE = """
walkers:
  runner:
    name: {{ zh: 跑者, en: Runner }}
    speed_m_s: {speed}
    steps_speed_m_s: {steps}
    wheels: {wheels}
    source: A stopwatch.
    verified: true
"""

WAITS = """    waits:
      signal_delay_s: {}
      crossing_delay_s: 12.5
      source: A stopwatch.
      verified: true
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "walkers.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_walkers_that_come_with_lifecircle_say_who_measured_them():
    walkers = read_walkers()
    assert list(walkers) == ["standard", "adult", "elder", "caregiver", "wheelchair"]
    assert {key: walker.id for key, walker in walkers.items()} == {key: key for key in walkers}
    assert {key: walker.speed_m_s for key, walker in walkers.items()} == {
        "standard": 1.0,
        "adult": 1.33,
        "elder": 0.76,
        "caregiver": 1.0,
        "wheelchair": 0.79,
    }
    assert [key for key, walker in walkers.items() if walker.wheels] == ["caregiver", "wheelchair"]
    assert [key for key, walker in walkers.items() if not walker.verified] == ["caregiver"]
    for walker in walkers.values():
        assert walker.wheels == (walker.steps_speed_m_s is None)
        assert walker.steps_speed_m_s is None or walker.steps_speed_m_s < walker.speed_m_s / 2


def test_a_quarter_of_an_hour_of_the_planning_standard_lies_within_gb_50180():
    """1.0 m/s · 15 min · 60 s/min = 900 m, and the standard gives 800 to 1000 m; an older person gets 684 m far."""
    walkers = read_walkers()
    reach_m = {key: walker.speed_m_s * 15 * SECONDS_PER_MINUTE for key, walker in walkers.items()}
    assert reach_m["standard"] == 900
    assert reach_m["elder"] == pytest.approx(684)


def test_the_planning_standard_does_not_wait_and_all_others_do():
    """The planning speed is meant door to door: 900 m in 15 minutes, crossings and all."""
    walkers = read_walkers()
    assert (walkers["standard"].signal_delay_s, walkers["standard"].crossing_delay_s) == (0, 0)
    assert {key for key, walker in walkers.items() if walker.waits is not None} == set(walkers) - {"standard"}
    assert not any(walker.waits.verified for walker in walkers.values() if walker.waits)


def test_waits_are_those_of_the_highway_capacity_manual():
    """Signals: a cycle of 90 s with 30 s of green, so (90 - 30)² / (2 · 90) = 3600 / 180 = 20 s for everybody.

    Gaps: v = 600 / 3600 = 1/6 vehicles per second and a carriageway of 7 m, t = 7 / speed + 3, so a wait of
    (exp(vt) - vt - 1) / v. At 1.0 m/s: t = 10, vt = 1.667, (5.294 - 2.667) · 6 = 15.8 s.
    """
    for walker in (each for each in read_walkers().values() if each.waits):
        assert walker.signal_delay_s == 60**2 / 180
        gaps = (7 / walker.speed_m_s + 3) / 6
        assert walker.crossing_delay_s == pytest.approx(6 * (math.exp(gaps) - gaps - 1), abs=0.5)
    assert read_walkers()["caregiver"].crossing_delay_s == 16


def test_walkers_of_a_file_are_read(written):
    walker = read_walkers(written(ONE.format(speed=2.5, steps="null", wheels="false")))["runner"]
    assert (walker.id, walker.speed_m_s, walker.steps_speed_m_s) == ("runner", 2.5, None)
    assert (walker.signal_delay_s, walker.crossing_delay_s) == (0, 0)


def test_waits_of_a_file_are_read(written):
    walker = read_walkers(written(ONE.format(speed=2.5, steps="null", wheels="false") + WAITS.format(7)))["runner"]
    assert (walker.signal_delay_s, walker.crossing_delay_s) == (7, 12.5)


@pytest.mark.parametrize(
    ("waits", "fault"),
    [
        (WAITS.format(-1), r"line 11: walkers\.runner\.waits\.signal_delay_s: .*greater than or equal to 0"),
        (WAITS.format(20000), r"line 11: walkers\.runner\.waits\.signal_delay_s: .*less than or equal to 300"),
        (
            WAITS.format(20).replace("      source: A stopwatch.\n", ""),
            r"line 10: walkers\.runner\.waits\.source: is missing",
        ),
    ],
)
def test_waits_that_cannot_be_are_refused_with_their_line(written, waits, fault):
    with pytest.raises(StudyError, match=fault):
        read_walkers(written(ONE.format(speed=1, steps="null", wheels="false") + waits))


@pytest.mark.parametrize(
    ("speed", "steps", "wheels", "fault"),
    [
        (5, "null", "false", r"line 5: walkers\.runner\.speed_m_s: .*less than or equal to 3"),
        (0, "null", "false", r"line 5: walkers\.runner\.speed_m_s: .*greater than 0"),
        ("fast", "null", "false", r"line 5: walkers\.runner\.speed_m_s"),
        (".nan", "null", "false", r"line 5: walkers\.runner\.speed_m_s"),
        (1, 60, "false", r"line 6: walkers\.runner\.steps_speed_m_s"),
        (1, 0.3, "true", r"line 3: walkers\.runner: wheels do not take steps"),
        (1, "null", "yes", r"line 7: yes is read differently"),
    ],
)
def test_walkers_that_cannot_be_are_refused_with_their_line(written, speed, steps, wheels, fault):
    with pytest.raises(StudyError, match=fault):
        read_walkers(written(ONE.format(speed=speed, steps=steps, wheels=wheels)))


def test_a_misspelt_key_is_refused_with_a_suggestion(written):
    with pytest.raises(StudyError, match="Did you mean 'speed_m_s'"):
        read_walkers(
            written(ONE.format(speed=1, steps="null", wheels="false").replace("    speed_m_s", "    sped_m_s"))
        )
