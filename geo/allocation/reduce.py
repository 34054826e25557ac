"""Sites that an optimum can do without, so that the solver never looks at them.

Without capacity a site whose reach is inside that of another one, which costs no more and is under
the same ceiling, can always give its post to it: some optimum leaves it closed. (Not every optimum:
ties are broken on the whole model. Nor under a floor, which may ask for posts that serve nobody.)
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from geo.allocation.feasible import Limits
from geo.allocation.problem import Problem

_LARGEST = 20_000_000  # pairs of sites with a place in common, beyond which the search is not worth


def reduced(problem: Problem, found: Limits) -> Limits:
    """The limits with those sites closed."""
    return replace(found, most=np.where(dominated(problem, found), 0, found.most))


def dominated(problem: Problem, found: Limits) -> npt.NDArray[np.bool_]:
    """(m,) the sites that can stay closed, when there is no capacity.

    Of two sites with the same reach, the first code stays.
    """
    m = len(found.most)
    opened = (problem.fixed > 0) | (found.least > 0)
    reach = (problem.reach > 0).astype(np.int32)
    bare = (problem.people > 0) & ((reach @ opened) == 0)
    reach = csr_matrix(reach[bare])
    closed = np.zeros(m, bool)
    if (np.diff(reach.indptr).astype(float) ** 2).sum() > _LARGEST:
        return closed
    common = (reach.T @ reach).tocoo()
    size = np.bincount(reach.indices, minlength=m)
    one, other = common.row, common.col
    inside = (one != other) & (common.data == size[one])
    replaceable = (
        (found.most[other] > 0)
        & (found.least[one] == 0)
        & (found.area[one] == found.area[other])
        & (found.cost[one] >= found.cost[other])
        & ~np.append(found.floor > 0, False)[found.area[one]]
    )
    # Of two sites with the same reach the cheaper stays, then the first code: never both closed.
    first = (found.cost[one] > found.cost[other]) | (other < one)
    closed[one[inside & replaceable & ((size[other] > size[one]) | first)]] = True
    return closed
