from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from lifecircle.errors import InputError
from lifecircle.siting.capacity import capacitated_cover
from lifecircle.siting.cover import cover_of
from lifecircle.siting.greedy import GREEDY_SHARE, People, greedy
from lifecircle.siting.minutes import p_centre, p_median
from lifecircle.siting.models import maximal_cover, set_cover
from lifecircle.siting.rules import Effort, Rules

MOST_CANDIDATES = 14


@st.composite
def instances(draw, candidates=MOST_CANDIDATES):
    """Draw walks (nan: none) of points to candidates, people, costs, how many to build, and the least of a district."""
    count, points = draw(st.integers(1, candidates)), draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    walks = rng.integers(0, 30, (points, count)).astype(float)
    walks[rng.random(walks.shape) < draw(st.floats(0, 0.9))] = np.nan
    people = rng.integers(0, 9, points).astype(float)
    cost = rng.integers(1, 6, count).astype(float)
    west = np.arange(count // 2)
    most = draw(st.integers(1, count))
    least = draw(st.integers(0, min(most, len(west), 2)))
    return walks, people, cost, most, ((west, least),) if least else ()


def choices(count, keeps):
    """Return every set of candidates that keeps some rules."""
    sets = (np.array(chosen, dtype=int) for size in range(count + 1) for chosen in combinations(range(count), size))
    return [chosen for chosen in sets if keeps(chosen)]


def kept(minima, chosen):
    return all(np.isin(members, chosen).sum() >= least for members, least in minima)


def stored(walks):
    """Return walks as a sparse table in which a walk of 0 minutes is stored."""
    row, col = np.nonzero(~np.isnan(walks))
    return sparse.coo_array((walks[row, col], (row, col)), shape=walks.shape)


def within(walks, limit=15):
    return np.nan_to_num(walks, nan=99.0) <= limit


def nearest_of(walks, chosen, base):
    return np.fmin(base, np.nanmin(np.column_stack([np.full(len(walks), 99.0), walks[:, chosen]]), axis=1))


@settings(max_examples=30, deadline=None)
@given(instances())
def test_the_most_people_are_those_that_trying_every_choice_finds(instance):
    walks, people, cost, most, minima = instance
    reach = within(walks)
    every = choices(len(cost), lambda chosen: len(chosen) <= most and kept(minima, chosen))
    expected = max(people[reach[:, chosen].any(axis=1)].sum() for chosen in every)
    best = maximal_cover(sparse.csr_array(reach), people, Rules(cost, most=most, minima=minima))
    assert best.how == "exact"
    assert best.value == pytest.approx(expected)
    assert people[reach[:, best.sites].any(axis=1)].sum() == pytest.approx(best.value)
    assert len(best.sites) <= most
    assert kept(minima, best.sites)


@settings(max_examples=30, deadline=None)
@given(instances(), st.integers(0, 30))
def test_the_most_people_for_a_budget_are_those_that_trying_every_choice_finds(instance, budget):
    walks, people, cost, _, minima = instance
    reach = within(walks)
    every = choices(len(cost), lambda chosen: cost[chosen].sum() <= budget and kept(minima, chosen))
    rules = Rules(cost, budget=budget, minima=minima)
    if not every:
        with pytest.raises(InputError, match="budget"):
            maximal_cover(sparse.csr_array(reach), people, rules)
        return
    best = maximal_cover(sparse.csr_array(reach), people, rules)
    assert best.value == pytest.approx(max(people[reach[:, chosen].any(axis=1)].sum() for chosen in every))
    assert cost[best.sites].sum() <= budget
    assert kept(minima, best.sites)


@settings(max_examples=30, deadline=None)
@given(instances(), st.floats(0, 1))
def test_the_cheapest_choice_that_reaches_a_part_is_the_one_that_trying_every_choice_finds(instance, part):
    walks, people, cost, _, minima = instance
    reach = within(walks)
    needed = np.floor(part * people.sum())
    every = choices(
        len(cost), lambda chosen: kept(minima, chosen) and people[reach[:, chosen].any(axis=1)].sum() >= needed
    )
    best = set_cover(sparse.csr_array(reach), people, Rules(cost, minima=minima), needed=needed)
    if not every:
        assert best is None
        return
    assert best.how == "exact"
    assert best.value == pytest.approx(min(cost[chosen].sum() for chosen in every))
    assert people[reach[:, best.sites].any(axis=1)].sum() >= needed


@settings(max_examples=30, deadline=None)
@given(instances())
def test_the_fewest_sites_reach_everybody_who_can_be_reached(instance):
    walks, people, cost, *_ = instance
    reach = within(walks)
    reachable = people[reach.any(axis=1)].sum()
    every = choices(len(cost), lambda chosen: people[reach[:, chosen].any(axis=1)].sum() == reachable)
    best = set_cover(sparse.csr_array(reach), people, Rules(np.ones(len(cost))))
    assert best.value == min(len(chosen) for chosen in every)


@settings(max_examples=30, deadline=None)
@given(instances())
def test_the_least_minutes_are_those_that_trying_every_choice_finds(instance):
    walks, people, cost, most, minima = instance
    base = np.resize([40.0, 12.0, 5.0], len(people))  # what exists
    every = choices(len(cost), lambda chosen: len(chosen) <= most and kept(minima, chosen))
    expected = min(people @ nearest_of(walks, chosen, base) for chosen in every)
    best = p_median(stored(walks), people, base, Rules(cost, most=most, minima=minima))
    assert best.how == "exact"
    assert best.value == pytest.approx(expected)
    assert people @ nearest_of(walks, best.sites, base) == pytest.approx(best.value)


@settings(max_examples=30, deadline=None)
@given(instances())
def test_the_shortest_longest_walk_is_the_one_that_trying_every_choice_finds(instance):
    walks, people, cost, most, minima = instance
    base = np.resize([40.0, 12.0, np.inf], len(people))
    counts = (people > 0) & (np.isfinite(base) | ~np.isnan(walks).all(axis=1))

    def longest(chosen):
        near = np.where(np.isnan(walks[:, chosen]), np.inf, walks[:, chosen]).min(axis=1, initial=np.inf)
        return np.minimum(base, near)[counts].max(initial=0.0)

    every = choices(len(cost), lambda chosen: len(chosen) <= most and kept(minima, chosen))
    expected = min(longest(chosen) for chosen in every)
    rules = Rules(np.ones(len(cost)), most=most, minima=minima)
    if np.isinf(expected):
        with pytest.raises(InputError, match="without any walk"):
            p_centre(stored(walks), people, base, rules)
        return
    best = p_centre(stored(walks), people, base, rules)
    assert best.value == expected
    assert longest(best.sites) == expected


def placed(reach, people, room):
    """Return how many people get a place: the maximal flow from people through what they reach into the rooms."""
    points, sites = reach.shape
    flow = np.zeros((points + sites + 2, points + sites + 2), dtype=np.int32)
    flow[-2, :points] = people
    flow[:points, points:-2] = np.where(reach, people[:, None], 0)
    flow[points:-2, -1] = room
    return maximum_flow(sparse.csr_array(flow), points + sites, points + sites + 1).flow_value


@settings(max_examples=30, deadline=None)
@given(instances())
def test_the_most_places_are_those_that_trying_every_choice_finds(instance):
    """Another site takes nobody's place, so that only choices of as many sites as may be need to be tried."""
    walks, people, cost, most, minima = instance
    facilities = within(walks[:, :1], 10)
    reach = np.column_stack([within(walks), facilities])
    room = np.append(cost * 2, 3.0)
    every = choices(len(cost), lambda chosen: len(chosen) == most and kept(minima, chosen))
    expected = max(
        placed(reach[:, [*chosen, len(cost)]], people, room[[*chosen, len(cost)]]) for chosen in map(list, every)
    )
    best = capacitated_cover(sparse.csr_array(reach), people, room, Rules(cost, most=most, minima=minima))
    assert best.value == pytest.approx(expected)
    own = [*best.sites, len(cost)]
    assert placed(reach[:, own], people, room[own]) == pytest.approx(best.value)


@settings(max_examples=30, deadline=None)
@given(instances())
def test_adding_site_after_site_keeps_its_promise_and_its_bound(instance):
    walks, people, cost, most, _ = instance
    reach = within(walks)
    every = choices(len(cost), lambda chosen: len(chosen) <= most)
    expected = max(people[reach[:, chosen].any(axis=1)].sum() for chosen in every)
    found = greedy(People(cover_of(sparse.csr_array(reach), people)), Rules(cost, most=most))
    assert found.value >= GREEDY_SHARE * expected - 1e-9
    assert found.value - 1e-9 <= expected <= found.bound + 1e-9


def test_points_with_the_same_sites_become_one_and_nobody_is_lost():
    """Six points, three kinds: {0}, {0, 1}, {1}; one of no weight and one out of reach are left out."""
    reach = sparse.csr_array([[1, 0], [1, 1], [1, 0], [0, 1], [0, 0], [1, 1]])
    cover = cover_of(reach, [1.0, 2.0, 4.0, 8.0, 16.0, 0.0])
    assert cover.group.tolist() == [0, 1, 0, 2, -1, -1]
    assert cover.weight.tolist() == [5.0, 2.0, 8.0]
    assert cover.reach.toarray().tolist() == [[True, False], [True, True], [False, True]]


def test_a_choice_that_was_not_proven_tells_how_far_the_best_can_be_away():
    """Site 0 reaches 4 + 4 and comes first; sites 1 and 2 reach 3 + 4 each and are the best pair with 14.

    Greedy takes 0 (8) and then one of the others (3): 11. No two sites gain more than 8 + 7 = 15 from the beginning, or
    than 3 + 3 on top of the first 8, and 11 / (1 - 1/e) = 17.4: the bound is 14.
    """
    reach = sparse.csr_array([[1, 1, 0], [1, 0, 1], [0, 1, 0], [0, 0, 1]])
    found = greedy(People(cover_of(reach, [4.0, 4.0, 3.0, 3.0])), Rules(np.ones(3), most=2))
    assert (found.sites.tolist(), found.gained.tolist(), found.bound) == ([0, 1], [8.0, 3.0], 14.0)
    best = maximal_cover(reach, [4.0, 4.0, 3.0, 3.0], Rules(np.ones(3), most=2))
    assert (best.sites.tolist(), best.value, best.gap) == ([1, 2], 14.0, 0.0)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (Rules(np.ones(3)), "neither a number of sites nor a budget"),
        (Rules(np.array([1.0, np.nan, 1.0]), most=1), "row 2 costs nan"),
        (Rules(np.ones(3), most=1, minima=((np.array([0]), 2),)), "2 sites are asked for where there are 1"),
        (Rules(np.ones(3), most=1, minima=((np.array([0, 1]), 2),)), "promised 2 sites, and 1 are to be built"),
        (Rules(np.full(3, 5.0), budget=9.0, minima=((np.array([0, 1]), 2),)), "cost at least 10, and there are 9"),
    ],
)
def test_rules_that_nothing_can_keep_are_refused(rules, message):
    with pytest.raises(InputError, match=message):
        maximal_cover(sparse.eye_array(3), np.ones(3), rules)


def test_no_time_at_all_still_gives_sites_with_a_bound():
    rng = np.random.default_rng(4)
    reach = sparse.random_array((4000, 200), density=0.02, rng=rng) > 0
    weight = rng.random(4000)
    best = maximal_cover(reach, weight, Rules(np.ones(200), most=20), Effort(seconds=0.0))
    assert best.how != "exact"
    assert len(best.sites) == 20
    assert 0 < best.gap < 1
    reached = weight[np.asarray(sparse.csr_array(reach)[:, best.sites].sum(axis=1)) > 0].sum()
    assert reached == pytest.approx(best.value)
