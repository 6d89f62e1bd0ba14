"""Floating catchments against printed tables, hand-worked cases, PySAL, and the law that nothing is lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_array, csr_array

from access import fca
from access import weights as pysal
from lifecircle.access.catchment import three_step, two_step
from lifecircle.access.decay import Gaussian, GaussianWithin, Power, Step
from lifecircle.errors import InputError
from measure_cases import golden, pairs_from_matrix


def test_two_steps_give_the_printed_figure_of_luo_and_wang():
    case = golden("two_step_luo_wang_2003")
    inside = [[place in catchment for catchment in case["catchments"]] for place in range(1, 12)]
    shared = two_step(csr_array(np.array(inside, dtype=float)), case["supply"], case["demand"])
    assert shared.supply_per_person.tolist() == case["supply_per_person"]
    assert shared.ratio.tolist() == case["ratio"]


def test_two_steps_with_a_gaussian_give_the_case_worked_by_hand():
    case = golden("two_step_gaussian")
    weights = pairs_from_matrix(case["minutes"]).weights(Gaussian(case["sigma_minutes"]))
    shared = two_step(weights, case["supply"], case["demand"])
    assert shared.supply_per_person == pytest.approx(case["supply_per_person"], abs=5e-8)


@pytest.mark.parametrize(("steps", "name"), [(two_step, "two_step"), (three_step, "three_step")])
def test_zones_give_the_case_worked_by_hand_in_two_and_three_steps(steps, name):
    case = golden("zones_two_and_three_steps")
    weights = pairs_from_matrix(case["minutes"]).weights(Step(tuple(case["until_minutes"]), tuple(case["weights"])))
    shared = steps(weights, case["supply"], case["demand"])
    assert shared.supply_per_person == pytest.approx(case[name], rel=1e-9)


@pytest.fixture(scope="module")
def town():
    """60 residents and 25 facilities at random points, 1 minute per unit; some reach nothing."""
    rng = np.random.default_rng(2003)
    home, place = rng.uniform(0, 40, (60, 2)), rng.uniform(0, 40, (25, 2))
    minutes = np.linalg.norm(home[:, None] - place[None], axis=2)
    return minutes, rng.integers(0, 500, 60).astype(float), rng.integers(0, 30, 25).astype(float)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # in PySAL itself
@pytest.mark.parametrize("steps", ["two", "three"])
@pytest.mark.parametrize(
    ("decay", "law"),
    [
        (Step((12,)), pysal.step_fn({12: 1})),
        (Step((4, 8, 12), (1, 0.68, 0.22)), pysal.step_fn({4: 1, 8: 0.68, 12: 0.22})),
        (Gaussian(5), pysal.gaussian(5)),
    ],
    ids=["2SFCA", "E2SFCA", "Gaussian"],
)
def test_catchments_equal_those_of_pysal(town, steps, decay, law):
    minutes, demand, supply = town
    pairs = pairs_from_matrix(minutes, limit_minutes=12)
    walks = pd.DataFrame({"origin": pairs.resident, "dest": pairs.facility, "cost": pairs.minutes})
    theirs = getattr(fca, f"{steps}_stage_fca")(
        pd.DataFrame({"geoid": range(60), "demand": demand}),
        pd.DataFrame({"supply": supply}),
        walks,
        max_cost=12,
        weight_fn=law,
    )
    ours = {"two": two_step, "three": three_step}[steps](pairs.weights(decay), supply, demand).supply_per_person
    reached = theirs.index.to_numpy()
    assert ours[reached] == pytest.approx(theirs.to_numpy(), rel=1e-9)
    assert len(reached) > 50
    assert ours[np.setdiff1d(np.arange(60), reached)] == pytest.approx(0)


AMOUNT = st.integers(0, 1000)
LAW = st.sampled_from([Step((15,)), Step((5, 15), (1, 0.2)), Gaussian(3), GaussianWithin(15), Power(1.5)])


@st.composite
def towns(draw):
    residents, facilities = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    walk = st.floats(0, 25) | st.just(np.inf)
    minutes = draw(
        st.lists(st.lists(walk, min_size=facilities, max_size=facilities), min_size=residents, max_size=residents)
    )
    demand = draw(st.lists(AMOUNT, min_size=residents, max_size=residents))
    supply = draw(st.lists(AMOUNT, min_size=facilities, max_size=facilities))
    return pairs_from_matrix(minutes, limit_minutes=15), demand, supply


@pytest.mark.parametrize("steps", [two_step, three_step])
@given(town=towns(), law=LAW)
def test_what_all_people_have_is_all_supply_that_anybody_reaches(steps, town, law):
    pairs, demand, supply = town
    shared = steps(pairs.weights(law), supply, demand)
    assert np.isfinite(shared.supply_per_person).all()
    assert shared.supply_per_person @ demand == pytest.approx(np.array(supply) @ shared.reached, rel=1e-9)


@given(town=towns(), law=LAW)
def test_a_facility_is_reached_where_a_weight_and_a_person_are(town, law):
    pairs, demand, supply = town
    weights = pairs.weights(law)
    expected = ((weights.toarray() > 0) & (np.array(demand)[:, np.newaxis] > 0)).any(axis=0)
    assert two_step(weights, supply, demand).reached.tolist() == expected.tolist()


def test_a_resident_who_reaches_nothing_has_nothing_and_a_facility_without_people_shares_nothing():
    """Resident 1 reaches no facility; facility 1 has nobody; facility 2 is reached by a point without people."""
    weights = csr_array([[1.0, 0, 0], [0, 0, 0], [0, 0, 1.0]])
    for steps in (two_step, three_step):
        shared = steps(weights, [8, 5, 3], [4, 7, 0])
        assert shared.supply_per_person.tolist() == [2, 0, 0]
        assert shared.reached.tolist() == [True, False, False]
        assert shared.ratio.tolist() == [2, 0, 0]


def test_where_people_have_one_choice_three_steps_are_two():
    weights = csr_array([[1.0, 0], [0, 0.5], [0, 0.2]])
    for column in ("supply_per_person", "ratio"):
        two, three = (getattr(steps(weights, [8, 5], [4, 7, 9]), column) for steps in (two_step, three_step))
        assert three == pytest.approx(two)


def test_any_sparse_form_of_the_weights_will_do():
    weights = csc_array([[1.0, 1.0], [1.0, 0.0]])
    assert two_step(weights, [4, 2], [100, 300]).supply_per_person.tolist() == [0.03, 0.01]
    assert weights.format == "csc"


@pytest.mark.parametrize(
    ("weight", "supply", "demand", "message"),
    [
        (np.nan, [1, 1], [1], "weights: each must be a number of 0 or more"),
        (-1.0, [1, 1], [1], "weights"),
        (np.inf, [1, 1], [1], "weights"),
        (1.0, [1, np.nan], [1], "supply: row 1 has nan"),
        (1.0, [-2, 1], [1], "supply: row 0 has -2.0"),
        (1.0, [1, 1], [np.inf], "demand: row 0 has inf"),
        (1.0, [1], [1], "supply: 2 values are needed, and there are 1"),
        (1.0, [1, 1], [1, 1], "demand: 1 values are needed, and there are 2"),
    ],
)
def test_numbers_that_cannot_be_shared_are_refused(weight, supply, demand, message):
    for steps in (two_step, three_step):
        with pytest.raises(InputError, match=message):
            steps(csr_array([[weight, 0.5]]), supply, demand)
