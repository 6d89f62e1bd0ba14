"""Parts of a plane and of a mass, against cases worked by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.sample.partition import compact_labels, joined_fragments, power_labels
from lifecircle.sample.people import whole_numbers


def _grid(columns, rows):
    return np.array([(column, row) for column in range(columns) for row in range(rows)], dtype=np.float64)


def test_a_power_diagram_meets_the_shares_it_is_asked_for():
    """Sites at both ends of a strip of 100 x 1 positions, shares 3/4 and 1/4: the cut lies at 75 instead of 50."""
    labels = power_labels(_grid(100, 1), np.array([[0.0, 0.0], [99.0, 0.0]]), np.array([0, 1]), np.array([0.75, 0.25]))
    assert (labels == np.repeat([0, 1], [75, 25])).all()


def test_sites_of_one_owner_share_one_weight():
    """Owner 0 has sites at 10 and 30, owner 1 at 90; with half of 0..99 each the border lies at 50, not at 60."""
    sites = np.array([[10.0, 0.0], [30.0, 0.0], [90.0, 0.0]])
    labels = power_labels(_grid(100, 1), sites, np.array([0, 0, 1]), np.array([0.5, 0.5]))
    assert (labels == np.repeat([0, 1], [50, 50])).all()


def test_every_compact_part_gets_a_position_and_the_masses_are_alike():
    xy = _grid(20, 20)
    labels = compact_labels(xy, np.ones(len(xy)), 4, np.random.default_rng(1))
    counts = np.bincount(labels, minlength=4)
    assert counts.sum() == 400
    assert counts.min() >= 50


def test_a_lesser_piece_goes_over_to_its_neighbour():
    """A row of six cells labelled 0 0 0 1 0 1: the lone 0 and the second 1 are cut off and join what lies beside."""
    pairs = np.column_stack([np.arange(5), np.arange(1, 6)])
    labels = joined_fragments(np.array([0, 0, 0, 1, 0, 1]), pairs, np.zeros(6, dtype=np.int64))
    assert labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_piece_stays_within_its_parent():
    """Cells 0 1 | 0 0 with a parent's border after the second: the lone 1 may only become 0 on its own side."""
    pairs = np.column_stack([np.arange(4), np.arange(1, 5)])
    labels = joined_fragments(np.array([0, 1, 2, 1, 1]), pairs, np.array([0, 0, 1, 1, 1]))
    assert labels.tolist() == [0, 0, 2, 1, 1]


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60), st.integers(0, 10**7))
def test_whole_numbers_add_up_and_none_is_off_by_more_than_one(weights, total):
    weights = np.array(weights)
    numbers = whole_numbers(weights, total)
    assert numbers.sum() == total
    assert np.abs(numbers - weights / weights.sum() * total).max() <= 1 + 1e-6
