"""Every law at values worked out by hand or printed elsewhere, and what all laws have in common."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import weights as pysal
from lifecircle.access.decay import Exponential, Gaussian, GaussianWithin, Logistic, Power, Step
from lifecircle.errors import InputError
from measure_cases import golden

LAWS = (
    Step((15.0,)),
    Step((5.0, 10.0, 15.0), (1.0, 0.68, 0.22)),
    Exponential(0.1),
    Gaussian(6.0),
    GaussianWithin(15.0),
    Power(2.0),
    Logistic(10.0, 4.0),
)
WALKS = st.floats(0, 200) | st.just(math.inf)


@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_a_weight_is_one_at_the_door_and_nothing_at_infinity(law):
    assert law([0, np.inf]).tolist() == [1, 0]


@pytest.mark.parametrize("law", LAWS, ids=repr)
@given(minutes=st.tuples(WALKS, WALKS))
def test_a_longer_walk_never_weighs_more(law, minutes):
    near, far = law(sorted(minutes))
    assert 1 >= near >= far >= 0


@pytest.mark.parametrize("law", LAWS, ids=repr)
@given(beyond=st.floats(0.001, 100))
def test_nothing_weighs_anything_beyond_the_limit_of_a_law(law, beyond):
    if np.isfinite(law.limit_minutes):
        assert law(law.limit_minutes + beyond) == 0
    else:
        assert law(20) > 0


def test_the_end_of_a_zone_belongs_to_it():
    zones = Step((5, 10), (1, 0.5))
    assert zones([0, 5, 5.001, 10, 10.001]).tolist() == [1, 1, 0.5, 0.5, 0]
    assert zones.limit_minutes == 10


def test_a_walk_beyond_a_limit_by_a_rounding_error_is_within():
    assert Step((15,))([15 + 1e-12, 15 + 1e-6]).tolist() == [1, 0]


def test_the_rate_that_halves_every_ten_minutes_gives_a_quarter_after_twenty():
    assert Exponential(math.log(2) / 10)([10, 20]) == pytest.approx([0.5, 0.25], rel=1e-15)


def test_a_gaussian_has_its_known_values_at_one_and_two_sigma():
    """exp(-1/2) = 0.6065307, exp(-2) = 0.1353353."""
    assert Gaussian(6)([6, 12]) == pytest.approx([0.6065307, 0.1353353], abs=5e-8)


def test_the_gaussian_of_a_catchment_falls_to_nothing_at_its_edge():
    """Halfway (exp(-1/8) - exp(-1/2)) / (1 - exp(-1/2)) = (0.8824969 - 0.6065307) / 0.3934693 = 0.7013666."""
    assert GaussianWithin(15)([0, 7.5, 15, 16]) == pytest.approx([1, 0.7013666, 0, 0], abs=5e-8)


def test_the_law_of_gravity_falls_by_its_exponent_from_its_first_minutes_on():
    """From 5 minutes on with exponent 2: twice as far is a quarter, four times a sixteenth."""
    assert Power(2, from_minutes=5)([0, 5, 10, 20]).tolist() == [1, 1, 0.25, 0.0625]


def test_the_logistic_law_gives_the_printed_values():
    case = golden("logistic_decay")
    law = Logistic(case["median_minutes"], case["sd_minutes"])
    assert law(case["minutes"]) == pytest.approx(case["weights"], rel=1e-6)


def test_the_logistic_law_has_its_standard_deviation():
    """Taken as a share of people who would walk that long, its density has the stated mean and deviation."""
    minutes = np.linspace(0, 200, 200_001)
    density = -np.diff(Logistic(80, 6)(minutes))
    middle = (minutes[:-1] + minutes[1:]) / 2
    mean = np.sum(middle * density)
    assert mean == pytest.approx(80, abs=1e-6)
    assert math.sqrt(np.sum((middle - mean) ** 2 * density)) == pytest.approx(6, rel=1e-5)


def test_the_laws_that_pysal_has_too_are_equal():
    minutes = np.arange(0, 40, 0.5)
    for ours, theirs in (
        (Gaussian(7), pysal.gaussian(7)),
        (Step((10, 20, 30), (1, 0.68, 0.22)), pysal.step_fn({10: 1, 20: 0.68, 30: 0.22})),
        (Power(1.5, from_minutes=2), pysal.gravity(scale=2, alpha=-1.5, min_dist=2)),
    ):
        assert ours(minutes) == pytest.approx([theirs(walk) for walk in minutes], rel=1e-14)


@pytest.mark.parametrize("minutes", [np.nan, -1.0, [1, np.nan]])
def test_a_walk_that_is_not_known_is_refused(minutes):
    for law in LAWS:
        with pytest.raises(InputError, match="inf where nothing leads"):
            law(minutes)


@pytest.mark.parametrize(
    ("law", "arguments", "named"),
    [
        (Exponential, (0,), "rate_per_minute is 0"),
        (Exponential, (np.inf,), "rate_per_minute is inf"),
        (Gaussian, (-1,), "sigma_minutes is -1"),
        (GaussianWithin, (np.nan,), "within_minutes is nan"),
        (Power, (-2,), "exponent is -2"),
        (Power, (2, 0), "from_minutes is 0"),
        (Logistic, (0, 1), "median_minutes is 0"),
        (Logistic, (10, 0), "sd_minutes is 0"),
        (Step, ((),), "until_minutes"),
        (Step, ((0,),), "until_minutes"),
        (Step, ((10, 5), (1, 0.5)), "until_minutes"),
        (Step, ((5, np.nan), (1, 0.5)), "until_minutes"),
        (Step, ((5, 10), (1,)), "one for each of the 2 zones"),
        (Step, ((5, 10), (0.5, 1)), "never rising"),
        (Step, ((5, 10), (1, 0)), "above 0"),
        (Step, ((5,), (1.5,)), "from 1 down"),
        (Step, ((5,), (np.nan,)), "from 1 down"),
    ],
)
def test_a_law_that_cannot_be_is_refused_with_its_parameter(law, arguments, named):
    with pytest.raises(InputError, match=named):
        law(*arguments)
