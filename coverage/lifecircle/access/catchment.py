"""Takes weights of walks, supply and demand, gives how much supply each person has: floating catchments.

They answer "is there enough within reach, given how many others reach it too?": a clinic next door is little use to a
quarter that shares it with 100,000 people. Two steps share every facility among the people in its catchment and add up
for each person what there is. Which method it is lies in the weights:

- 2SFCA (Luo & Wang 2003, doi:10.1068/b29120): one :class:`~lifecircle.access.decay.Step`;
- E2SFCA (Luo & Qi 2009, doi:10.1016/j.healthplace.2009.06.002): a ``Step`` of several zones;
- Gaussian 2SFCA (Dai 2010, doi:10.1016/j.healthplace.2010.06.012): a ``GaussianWithin``;
- 3SFCA (Wan, Zou & Sternberg 2012, doi:10.1080/13658816.2011.624987): any of them, with :func:`three_step`.

All of them conserve: what all people have, added up, is all supply that anybody reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from lifecircle.access.amounts import checked_amounts
from lifecircle.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Catchments:
    """What R residents have of F facilities.

    Attributes
    ----------
    supply_per_person : (R,) float64
        Supply that each person has; 0 where no facility is in reach.
    ratio : (F,) float64
        Supply of each facility for each person in its catchment, weighted by their walks; 0 where nobody is.
    demand : (F,) float64
        People in the catchment of each facility, weighted by their walks.
    """

    supply_per_person: NDArray[np.float64]
    ratio: NDArray[np.float64]
    demand: NDArray[np.float64]

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Whether a facility has anybody in its catchment, shape (F,); the supply of the others is nobody's."""
        return self.demand > 0


def two_step(weights: sparse.sparray, supply: ArrayLike, demand: ArrayLike) -> Catchments:
    r"""Share the supply of every facility among the people who reach it.

    First :math:`R_j = S_j / \sum_i w_{ij} D_i` for every facility, then :math:`A_i = \sum_j w_{ij} R_j` for every
    resident.

    Parameters
    ----------
    weights : (R, F) sparse array
        Of every walk, 0 or more; 0 where a facility is out of reach. From ``AccessPairs.weights`` or from elsewhere.
    supply : (F,) array_like of float
        Places, beds, doctors … of each facility.
    demand : (R,) array_like of float
        People who want them, at each resident point: those of the age that is served.

    Raises
    ------
    InputError
        If a number is missing, negative or infinite, or the shapes do not fit.

    Examples
    --------
    A clinic of 4 doctors is reached by 100 and by 300 people, a clinic of 2 doctors by the 100 alone:

    >>> weights = sparse.csr_array([[1.0, 1.0], [1.0, 0.0]])
    >>> two_step(weights, [4, 2], [100, 300]).supply_per_person.tolist()
    [0.03, 0.01]
    """
    weights = checked_weights(weights)
    residents, facilities = weights.shape
    amount, people = checked_amounts("supply", supply, facilities), checked_amounts("demand", demand, residents)
    in_catchment = weights.T @ people
    ratio = np.divide(amount, in_catchment, out=np.zeros(facilities), where=in_catchment > 0)
    return Catchments(weights @ ratio, ratio, in_catchment)


def three_step(weights: sparse.sparray, supply: ArrayLike, demand: ArrayLike) -> Catchments:
    r"""Share supply among people who divide their visits among the facilities that they reach.

    A first step gives each pair the part :math:`G_{ij} = w_{ij} / \sum_k w_{ik}` of the resident's visits; the two
    steps then use :math:`G_{ij} w_{ij}` for :math:`w_{ij}`. Where people have several facilities to choose from,
    :func:`two_step` counts them as full demand at each, and makes all of these look more crowded than they are.

    Parameters and errors are those of :func:`two_step`.

    Examples
    --------
    Two clinics of 4 doctors are equally near to 100 people, who divide their visits: 50 go to each.

    >>> three_step(sparse.csr_array([[1.0, 1.0]]), [4, 4], [100]).demand.tolist()
    [50.0, 50.0]
    """
    weights = checked_weights(weights)
    all_weights = weights.sum(axis=1)
    per_weight = np.divide(1.0, all_weights, out=np.zeros(len(all_weights)), where=all_weights > 0)
    return two_step(sparse.diags_array(per_weight) @ weights.power(2), supply, demand)


def checked_weights(weights: sparse.sparray) -> sparse.csr_array:
    """Return weights as rows of residents.

    Raises
    ------
    InputError
        If one is negative, infinite or not a number.
    """
    rows = sparse.csr_array(weights, dtype=np.float64)
    if not np.all(np.isfinite(rows.data) & (rows.data >= 0)):
        raise InputError("weights: each must be a number of 0 or more. Leave out pairs that are out of reach.")
    return rows
