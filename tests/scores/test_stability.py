from __future__ import annotations

import itertools
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau
from shapely import box

from lifecircle.plan import Circle
from lifecircle.run import analyse
from lifecircle.scores.circle import Reach, circle_reach
from lifecircle.scores.membership import membership
from lifecircle.scores.stability import READINGS, STABILITY_COLUMNS, rank_agreement, reading_agreement, stability
from lifecircle.study import read_study
from town_study import write_town

CLINIC_15 = {
    "id": "clinic_15",
    "kind": "circle",
    "name": {"zh": "医疗", "en": "Clinic"},
    "field": "health",
    "clause": {"chapter": "二"},
    "target": 0.8,
    "year": 2025,
    "layers": ["clinic"],
    "minutes": 15,
}
shares = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12)


def counted_tau(first, second):
    """Return tau-b by counting pair after pair."""
    alike = ranked_first = ranked_second = 0
    for one, other in itertools.combinations(range(len(first)), 2):
        signs = [int(np.sign(values[one] - values[other])) for values in (first, second)]
        alike += signs[0] * signs[1]
        ranked_first += signs[0] != 0
        ranked_second += signs[1] != 0
    return alike / math.sqrt(ranked_first * ranked_second) if ranked_first and ranked_second else math.nan


@given(shares)
def test_agreement_is_that_of_counting_pairs_and_of_scipy(pairs):
    first, second = (np.array(values, dtype=float) for values in (zip(*pairs, strict=True) if pairs else ((), ())))
    found = rank_agreement(first, second)
    assert found == pytest.approx(counted_tau(first, second), nan_ok=True)
    if len(pairs) > 2 and not math.isnan(found):  # of a single pair SciPy divides by zero
        assert found == pytest.approx(kendalltau(first, second).statistic)


def test_a_large_ranking_is_counted_in_parts():
    """1,000 areas, some of them alike, in four parts of a square of all pairs."""
    rng = np.random.default_rng(5)
    first = rng.integers(0, 300, 1000) / 300
    second = first + rng.integers(-30, 30, 1000) / 300
    assert rank_agreement(first, second) == pytest.approx(kendalltau(first, second).statistic, abs=1e-12)


def areas(*communities):
    ids = ["city", *communities]
    levels = ["city", *["community"] * len(communities)]
    return gpd.GeoDataFrame(
        {"area_id": ids, "level": levels, "name": ids}, geometry=[box(0, 0, 1, 1)] * len(ids), crs="EPSG:4326"
    )


def agreement(community, covered, readings, unknown=None, weights=None):
    residents = pd.DataFrame({"community_id": community})
    reach = Reach(
        covered=np.array(covered, dtype=bool),
        unknown=np.array(unknown or [False] * len(covered), dtype=bool),
        readings=np.array(readings, dtype=bool),
    )
    weights = np.array(weights or [1.0] * len(covered))
    members = membership(residents, areas(*sorted(set(community))), {})
    return reading_agreement(reach, weights, members, "community").set_index("reading")


def test_a_ranking_by_hand():
    """Three communities of two homes each. As read a, b, c have 2, 1, 0 of 2 homes covered.

    Slower: 1, 0, 0. Of the pairs ab, ac, bc, two are ranked alike and bc is no longer ranked: 2 / √(3 · 2) = 0.816.
    Faster: 2, 2, 1: again 2 / √(3 · 2). Shorter: 0, 0, 0 ranks nothing. Longer: 1, 2, 2: ab and ac the other way round,
    -2 / √(3 · 2) = -0.816. Nearer: as read, 1.
    """
    found = agreement(
        list("aabbcc"),
        [1, 1, 1, 0, 0, 0],
        [[1, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 0], [0] * 6, [1, 0, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0]],
    )
    assert found["areas"].tolist() == [3] * 5
    assert found["tau"].to_dict() == {
        "slower": pytest.approx(2 / math.sqrt(6)),
        "faster": pytest.approx(2 / math.sqrt(6)),
        "shorter": pytest.approx(math.nan, nan_ok=True),
        "longer": pytest.approx(-2 / math.sqrt(6)),
        "nearer": 1,
    }


def test_people_count_within_a_community_and_every_community_counts_once():
    """9 of 10 people of a and 1 of 2 of b are covered; slower, 1 of 10 and 1 of 2: the order is turned."""
    readings = [[0, 1, 1, 0], *[[1, 0, 1, 0]] * 4]
    found = agreement(list("aabb"), [1, 0, 1, 0], readings, weights=[9, 1, 1, 1])
    assert found["tau"].tolist() == [-1, 1, 1, 1, 1]


def test_communities_of_which_too_little_is_known_take_no_part():
    """Of c, 3 of 4 people are unknown; of b 1 of 2 is, and the other one counts alone."""
    covered, unknown = [1, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 1]
    found = agreement(list("aabbcc"), covered, [covered] * 5, unknown=unknown, weights=[1, 1, 1, 1, 1, 3])
    assert found["areas"].tolist() == [2] * 5
    assert found["tau"].tolist() == [1] * 5


def test_one_community_alone_has_no_ranking():
    found = agreement(["a", "a"], [1, 0], [[1, 1]] * 5)
    assert found["areas"].tolist() == [1] * 5
    assert found["tau"].isna().all()


def test_readings_are_named_in_their_order():
    """Walks of 12, 14, 15.5, 17 and 10 minutes against 15 minutes, the last with an access leg of 200 m of 300 m.

    15 % slower: up to 12.75 minutes. 15 % faster: 17.25. 10 % shorter: 13.5. 10 % longer: 16.5. Nearer: leg to 150 m.
    """
    table = pd.DataFrame(
        {
            "minutes": [12, 14, 15.5, 17, 10],
            "least_minutes": [12, 14, 15.5, 17, 10],
            "leg_m": [0, 0, 0, 0, 200.0],
        }
    )
    reach = circle_reach(table, Circle.model_validate(CLINIC_15), 300)
    assert dict(zip(READINGS, reach.readings.astype(int).tolist(), strict=True)) == {
        "slower": [1, 0, 0, 0, 1],
        "faster": [1, 1, 1, 1, 1],
        "shorter": [1, 0, 0, 0, 1],
        "longer": [1, 1, 1, 0, 1],
        "nearer": [1, 1, 0, 0, 0],
    }


def test_every_circle_and_bundle_of_a_plan_is_compared(tmp_path):
    """Of the clinic 300 of 350 people in the west and none in the east are reached, in every reading: 1 each time.

    Of culture nothing is known in the east, so that one community is left, and no ranking.
    """
    study = read_study(write_town(tmp_path))
    done = analyse(study)
    table = stability(study, done.findings.plans, done.inputs, done.findings.access)
    assert list(table.columns) == list(STABILITY_COLUMNS)
    assert table["plan_id"].unique().tolist() == ["town-plan"]
    clinic, culture = (table[table["standard_id"] == name] for name in ("clinic_15", "culture_15"))
    assert clinic[["reading", "areas", "tau"]].to_numpy().tolist() == [[reading, 2, 1.0] for reading in READINGS]
    assert culture["areas"].tolist() == [1] * 5
    assert culture["tau"].isna().all()
    assert len(table) == 10
