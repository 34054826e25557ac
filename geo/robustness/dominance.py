"""Dominance: a quarter that is at least as much in need on everything never comes behind.

When, under every enabled variant, a is at least b on each criterion and above on one, a's score is
at least b's in every draw, since standardisations never decrease and weights are positive. Where
the two scores are equal (a scale that is cut at its end, an unknown population that weighs
nothing), the rule for ties must agree: population, then code, except that a dominator goes first.
"""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.measure import Floats
from geo.robustness.loops import dominates

Flags = npt.NDArray[np.bool_]


def dominance(values: Floats, regions: pd.Series) -> Flags:
    """(n, n): row a dominates row b. ``values`` (n, m), one column per criterion and variant.

    Larger is more need. Two regions are not compared: each has its own scale.
    """
    found = np.zeros((len(values), len(values)), dtype=np.bool_)
    dominates(np.ascontiguousarray(values), pd.factorize(regions)[0], found)
    return found


def tie_order_with(dominated: Flags, order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """``order`` changed as little as needed for every dominator to come before those it dominates.

    The first of ``order`` that no remaining row dominates comes next, and so on.
    """
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    above = dominated.sum(axis=0)
    free = [int(place[row]) for row in np.flatnonzero(above == 0)]
    heapq.heapify(free)
    found = []
    while free:
        row = order[heapq.heappop(free)]
        found.append(row)
        below = np.flatnonzero(dominated[row])
        above[below] -= 1
        for freed in below[above[below] == 0]:
            heapq.heappush(free, int(place[freed]))
    return np.array(found, dtype=np.int64)
