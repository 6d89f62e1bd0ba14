from __future__ import annotations

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


def test_walkers_of_a_file_are_read(written):
    walker = read_walkers(written(ONE.format(speed=2.5, steps="null", wheels="false")))["runner"]
    assert (walker.id, walker.speed_m_s, walker.steps_speed_m_s) == ("runner", 2.5, None)


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
