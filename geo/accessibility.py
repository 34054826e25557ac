"""Indicators of accessibility on travel times: what is asked, by which method, with which edges.

``catchment(times, population, capacity, KERNELS["drees"])`` gives every method on any
``TravelTimes``, by the same call for every profession; ``reach_statistics`` the nearest time,
counts and capacities. Further down, E2SFCA on a scipy matrix whose rows may be other places in each
step: R_j = S_j / sum_i W_ij P_i and A_i = sum_j W_ij R_j (Luo & Qi 2009, the form the DREES gives
its « accessibilité potentielle localisée »). Rows are demand, columns supply, everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from geo.catchments.decay import KERNELS, METHODS, Bands, Kernel, Method, gaussian, kernel_named
from geo.catchments.methods import Access, Offer, access_from, catchment, share_out
from geo.catchments.reach import capacity_within, count_within, nearest, reach_statistics
from geo.measure import Floats
from geo.parameters import Edge

__all__ = [
    "KERNELS",
    "METHODS",
    "PLAIN_UNIT",
    "STANDARDISED_UNIT",
    "Access",
    "Bands",
    "Kernel",
    "Method",
    "Offer",
    "SupplyRatios",
    "access",
    "access_from",
    "capacity_within",
    "catchment",
    "coarsest_reached",
    "count_within",
    "decay",
    "e2sfca",
    "gaussian",
    "kernel_named",
    "nearest",
    "reach_statistics",
    "share_out",
    "supply_ratios",
    "weigh",
]

STANDARDISED_UNIT = "consultations/an/hab. standardisé (indicateur de type APL, calcul du projet)"
PLAIN_UNIT = "consultations/an/hab. (indicateur de type APL, calcul du projet)"


@dataclass(frozen=True)
class SupplyRatios:
    """What each supply offers per inhabitant who can reach it.

    ``ratio`` (m,) is R_j, 0 where nobody is in reach; ``demand`` (m,) the weighted people;
    ``unreached`` the positions of supplies above zero without any demand in reach.
    """

    ratio: Floats
    demand: Floats
    unreached: npt.NDArray[np.int64]


def decay(
    minutes: npt.NDArray[np.floating], bands_min: tuple[tuple[float, float], ...], edge: Edge
) -> Floats:
    """The weight of each travel time, same shape as ``minutes``; 0 beyond the last band.

    With ``edge="lt"`` a time equal to a limit falls in the next band, with ``"le"`` in this one.

    >>> decay(np.array([5.0, 10.0, 20.0]), ((10, 1.0), (20, 0.5)), "lt")
    array([1. , 0.5, 0. ])
    """
    return Kernel("decay", bands_min, edge).weights(np.asarray(minutes, np.float32))


def weigh(
    minutes: csr_matrix, bands_min: tuple[tuple[float, float], ...], edge: Edge
) -> csr_matrix:
    """W_ij on the same sparse structure as the minutes (a stored zero minute has weight 1)."""
    data = decay(minutes.data, bands_min, edge)
    return csr_matrix((data, minutes.indices, minutes.indptr), shape=minutes.shape)


def supply_ratios(weights: csr_matrix, people: Floats, supply: Floats) -> SupplyRatios:
    """Step 1: R_j = S_j / sum_i W_ij P_i, and 0 where no one is in reach.

    Raises
    ------
    ValueError
        When a person or supply count is negative, infinite or unknown: an unknown count has to
        be set apart by the caller, who alone can say so.
    """
    for name, values in (("people", people), ("supply", supply)):
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"{name} must be finite and not negative")
    demand = np.asarray(weights.T @ people, dtype=np.float64)
    reached = demand > 0
    ratio = np.divide(supply, demand, out=np.zeros(len(supply)), where=reached)
    return SupplyRatios(ratio, demand, np.flatnonzero(~reached & (supply > 0)))


def access(weights: csr_matrix, ratios: SupplyRatios) -> Floats:
    """Step 2: A_i = sum_j W_ij R_j for each row; 0 (not NaN) where no supply is in reach.

    The rows may be other places than those of step 1 (each QPV's own point, for instance): the
    offer has then been shared among all inhabitants, and is read from one more place.
    """
    return np.asarray(weights @ ratios.ratio, dtype=np.float64)


def e2sfca(
    minutes: csr_matrix,
    people: Floats,
    supply: Floats,
    bands_min: tuple[tuple[float, float], ...],
    edge: Edge,
) -> tuple[Floats, SupplyRatios]:
    """Both steps on the same places: access (n,) and the ratios behind it."""
    weights = weigh(minutes, bands_min, edge)
    ratios = supply_ratios(weights, people, supply)
    return access(weights, ratios), ratios


def coarsest_reached(
    weights: csr_matrix, column_ranks: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """For each row, the highest rank among the columns of weight above 0; -1 when there is none."""
    ranks = np.where(weights.data > 0, column_ranks[weights.indices], -1)
    row_of = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    highest = np.full(weights.shape[0], -1, dtype=np.int64)
    np.maximum.at(highest, row_of, ranks)
    return highest
