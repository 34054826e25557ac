"""Floating catchments: what each supply offers per inhabitant, and what each place can reach.

With W = kernel(minutes), rows i demand, columns j supply (METHODS 1.1):

- 2SFCA, E2SFCA   R_j = S_j / Σ_i W_ij P_i                     A_i = Σ_j W_ij R_j
- 3SFCA           the same with W_ij² / Σ_j W_ij for W_ij
- M2SFCA          R_j as E2SFCA                                 A_i = Σ_j W_ij² R_j
- BFCA            L_j = S_j / Σ_i P_i W_ij / Σ_j W_ij           A_i = Σ_j L_j W_ij / Σ_i W_ij

All are sums along rows (``collect``) and along columns (``spread``) of powers of W, computed block
after block: weights are never held. Luo and Wang 2003, Luo and Qi 2009, Wan et al. 2012, Delamater
2013, Paez et al. 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.catchments.decay import Kernel
from geo.catchments.loops import collect_steps, collect_weights, spread_steps, spread_weights
from geo.checks import EmptySupply, TooShort, require_counts
from geo.compiled import in_threads
from geo.measure import Floats
from geo.times.matrix import Reach

# Fixed, whatever the machine: sums are made in the same order, to the last digit.
_PARTS = 8


@dataclass(frozen=True, eq=False)
class Offer:
    """Step 1: each supply shared among those who can reach it.

    Attributes
    ----------
    ratio : (m,) R_j (L_j for BFCA), 0 where nobody is in reach.
    demand : (m,) the weighted people behind it.
    unreached : positions of the supplies above zero that nobody can reach.
    per_weight : (m,) what a weight of 1 brings in step 2 (``ratio``, but for BFCA).
    """

    kernel: Kernel
    ratio: Floats
    demand: Floats
    unreached: npt.NDArray[np.int64]
    per_weight: Floats


@dataclass(frozen=True, eq=False)
class Access:
    """Both steps on the same places.

    Attributes
    ----------
    access : (n,) float64, in units of supply per inhabitant; 0 (never NaN) with no supply in reach.
    ratio : (m,) float64, R_j or L_j; 0 where no one is in reach.
    demand : (m,) weighted people per supply.
    unreachable_supply : ids of the supplies above zero « sans population à portée ».
    demand_without_supply : ids of the places without any supply above zero in reach.
    statement_fr : method, bands and edge convention, to be printed with the figures.
    """

    kernel: Kernel
    access: Floats
    ratio: Floats
    demand: Floats
    unreachable_supply: npt.NDArray[Any]
    demand_without_supply: npt.NDArray[Any]

    @property
    def statement_fr(self) -> str:
        """Method, bands and edges in one sentence."""
        return self.kernel.statement_fr()


def catchment(
    times: Reach, population: npt.ArrayLike, capacity: npt.ArrayLike, kernel: Kernel
) -> Access:
    """Access of each demand place to the supply in its reach.

    Parameters
    ----------
    times : ``TravelTimes`` (pairs held) or ``CrowFly`` (pairs computed as they are read).
    population : (n,) people, or standardised people. capacity : (m,) consultations, FTE, …
    kernel : one of ``KERNELS``, ``gaussian(…)`` or any ``Kernel``.

    Raises
    ------
    EmptySupply, BadCounts, TooShort
        No supply at all; a count that is negative or not a number (first offenders listed); times
        built up to fewer minutes than the kernel reaches.
    """
    people = require_counts(population, times.demand_ids, "Population")
    supply = require_counts(capacity, times.supply_ids, "Capacité de l'offre")
    offer = _share_out(times, people, supply, kernel)
    access = access_from(times, offer)
    # Someone who lives in reach of a supply makes its ratio positive: only where nobody lives can
    # an access of zero be anything else than no supply in reach.
    without = access == 0
    if (without & (people == 0)).any():
        without &= collect(times, kernel, (supply > 0).astype(np.float64)) == 0
    return Access(
        kernel,
        access,
        offer.ratio,
        offer.demand,
        np.asarray(times.supply_ids)[offer.unreached],
        np.asarray(times.demand_ids)[without],
    )


def share_out(times: Reach, people: Floats, supply: Floats, kernel: Kernel) -> Offer:
    """Step 1 alone: the offer shared among all inhabitants, to be read from any place.

    Raises
    ------
    EmptySupply, BadCounts, TooShort
    """
    people = require_counts(people, times.demand_ids, "Population")
    supply = require_counts(supply, times.supply_ids, "Capacité de l'offre")
    return _share_out(times, people, supply, kernel)


def _share_out(times: Reach, people: Floats, supply: Floats, kernel: Kernel) -> Offer:
    if not len(supply):
        raise EmptySupply(
            "Offre vide : aucun lieu d'offre. L'accès est alors inconnu, et non pas nul ; vérifiez "
            "la source ou la profession demandée."
        )
    _require_long_enough(times, kernel)
    if kernel.method == "3sfca":
        demand = spread(times, kernel, _over(people, collect(times, kernel)), power=2)
    elif kernel.method == "bfca":
        demand = spread(times, kernel, _over(people, collect(times, kernel)))
    else:
        demand = spread(times, kernel, people)
    ratio = _over(supply, demand)
    unreached = np.flatnonzero((supply > 0) & ((demand == 0) | (ratio == 0)))
    per_weight = ratio
    if kernel.method == "bfca":
        per_weight = _over(ratio, spread(times, kernel, np.ones(len(people))))
    return Offer(kernel, ratio, demand, unreached, per_weight)


def access_from(times: Reach, offer: Offer) -> Floats:
    """Step 2: A_i of each row of ``times``, which may be other places than those of step 1.

    A QPV's own point, for instance, reads the offer that all inhabitants have shared. The columns
    must be the supplies of ``offer``.

    Raises
    ------
    TooShort
    """
    kernel = offer.kernel
    _require_long_enough(times, kernel)
    if kernel.method == "3sfca":
        total = collect(times, kernel)
        return _over(collect(times, kernel, offer.per_weight, power=2), total)
    return collect(times, kernel, offer.per_weight, power=2 if kernel.method == "m2sfca" else 1)


def collect(
    times: Reach, kernel: Kernel, on_supply: Floats | None = None, power: int = 1
) -> Floats:
    """(n,) Σ_j W_ij^power × on_supply_j for each demand place; ``on_supply`` is 1 by default."""
    values = np.ones(len(times.supply_ids)) if on_supply is None else on_supply
    out = np.zeros(len(times.demand_ids))
    steps = kernel.steps(power)

    def part(rows: tuple[int, int]) -> None:
        for block in times.blocks(*rows):
            starts, columns = block.starts.view(np.uint64), block.columns.view(np.uint32)
            here = out[block.first : block.first + len(starts) - 1]
            if kernel.function is None:
                collect_steps(starts, columns, block.minutes, kernel.limits, steps, values, here)
            else:
                weights = kernel.weights(block.minutes, power)
                collect_weights(starts, columns, weights, values, here)

    in_threads(part, times.cuts(4 * _PARTS))
    return out


def spread(times: Reach, kernel: Kernel, on_demand: Floats, power: int = 1) -> Floats:
    """(m,) Σ_i W_ij^power × on_demand_i for each supply site."""
    steps = kernel.steps(power)

    def part(rows: tuple[int, int]) -> Floats:
        out = np.zeros(len(times.supply_ids))
        for block in times.blocks(*rows):
            starts, columns = block.starts.view(np.uint64), block.columns.view(np.uint32)
            here = on_demand[block.first : block.first + len(starts) - 1]
            if kernel.function is None:
                spread_steps(starts, columns, block.minutes, kernel.limits, steps, here, out)
            else:
                weights = kernel.weights(block.minutes, power)
                spread_weights(starts, columns, weights, here, out)
        return out

    total = np.zeros(len(times.supply_ids))
    for one in in_threads(part, times.cuts(_PARTS)):
        total += one
    return total


def _over(values: Floats, by: Floats) -> Floats:
    """values / by, and 0 where ``by`` is 0 or so small that the quotient is no number."""
    # A kernel may give weights down to the smallest floats.
    fits = by > values / np.finfo(np.float64).max
    return np.divide(values, by, out=np.zeros(len(values)), where=fits & (by > 0))


def _require_long_enough(times: Reach, kernel: Kernel) -> None:
    if np.float32(times.max_min) < np.float32(kernel.reach_min):
        raise TooShort(
            f"Temps calculés jusqu'à {times.max_min:g} min, noyau « {kernel.name} » jusqu'à "
            f"{kernel.reach_min:g} min : recalculez les temps plus loin."
        )
