"""The simulated lattice on which spopt's own tests run: 100 clients, 5 facilities, streets of a 9 by 9 grid."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pytest
from scipy import sparse

from lifecircle.siting.minutes import p_centre, p_median
from lifecircle.siting.models import maximal_cover, set_cover
from lifecircle.siting.rules import Rules

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pulp
    import spaghetti
    from spopt.locate import LSCP, MCLP, PCenter, PMedian
    from spopt.locate.util import simulated_geo_points

CLIENTS, FACILITIES = 100, 5

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pulp's and spopt's own


@pytest.fixture(scope="module")
def walks() -> np.ndarray:
    """Return the distances along the lattice, as spopt's tests make them (spopt/tests/conftest.py)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        streets = spaghetti.Network(in_data=spaghetti.regular_lattice((0, 0, 10, 10), 9, exterior=True))
        arcs = spaghetti.element_as_gdf(streets, arcs=True)
        land = gpd.GeoDataFrame(geometry=gpd.GeoSeries(arcs.buffer(0.2).union_all()), crs=arcs.crs)
        for name, count, seed in (("clients", CLIENTS, 5), ("facilities", FACILITIES, 6)):
            points = simulated_geo_points(land, needed=count, seed=seed)
            streets.snapobservations(points, name, attribute=True)
        patterns = [streets.pointpatterns[name] for name in ("clients", "facilities")]
        return streets.allneighbordistances(*patterns)


@pytest.fixture(scope="module")
def weights() -> np.ndarray:
    return np.random.default_rng(0).integers(1, 12, CLIENTS).astype(float)


def objective(model) -> float:
    return model.solve(pulp.PULP_CBC_CMD(msg=False), results=False).problem.objective.value()


def rules(**limits) -> Rules:
    return Rules(np.ones(FACILITIES), **limits)


def test_four_sites_cover_99_of_100_clients_of_spopts_lattice(walks):
    """The published result: 99.0 % covered, one client left, with 4 facilities and a service radius of 7."""
    best = maximal_cover(sparse.csr_array(walks <= 7), np.ones(CLIENTS), rules(most=4))
    assert (best.value, best.how) == (99.0, "exact")


@pytest.mark.parametrize("radius", [3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_mclp_reaches_as_many_as_spopt(walks, weights, radius, count):
    expected = objective(MCLP.from_cost_matrix(walks, weights, service_radius=radius, p_facilities=count))
    best = maximal_cover(sparse.csr_array(walks <= radius), weights, rules(most=count))
    assert best.value == pytest.approx(expected)


def test_lscp_needs_as_few_as_spopt(walks):
    expected = objective(LSCP.from_cost_matrix(walks, service_radius=8))
    best = set_cover(sparse.csr_array(walks <= 8), np.ones(CLIENTS), rules())
    assert (best.value, best.how) == (expected, "exact")


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_p_median_walks_as_little_as_spopt(walks, weights, count):
    expected = objective(PMedian.from_cost_matrix(walks, weights, p_facilities=count))
    nothing = np.full(CLIENTS, walks.max() + 1)
    best = p_median(sparse.coo_array(walks), weights, nothing, rules(most=count))
    assert best.value == pytest.approx(expected)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_p_centre_leaves_as_short_a_longest_walk_as_spopt(walks, count):
    expected = objective(PCenter.from_cost_matrix(walks, p_facilities=count))
    best = p_centre(sparse.coo_array(walks), np.ones(CLIENTS), np.full(CLIENTS, np.inf), rules(most=count))
    assert best.value == pytest.approx(expected)
