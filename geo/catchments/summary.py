"""What a catchment run says as a whole: who is left out, and whether the supply adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.catchments.methods import Access
from geo.measure import Floats

_RULES = {
    "e2sfca": "Σ population × accès = Σ offre atteignable",
    "3sfca": "Σ population × accès = Σ offre atteignable",
    "bfca": "Σ accès = Σ niveaux de service",
    "m2sfca": "aucune : cette méthode perd de l'offre",
}


@dataclass(frozen=True)
class AccessSummary:
    """Totals of one run, in the units of the tables given.

    ``population`` and ``population_without_supply`` are heads; ``demand`` is what the catchments
    were given (the standardised population when there is one), by which ``mean_access`` is
    weighted (None when it is zero).
    ``conservation_gap`` is relative: what the rule of the method (METHODS 1.4) should make zero,
    None for a method that conserves nothing.
    """

    population: float
    demand: float
    supply: float
    reachable_supply: float
    unreachable_supply_ids: tuple[str, ...]
    demand_without_supply: int
    population_without_supply: float
    sum_population_access: float
    mean_access: float | None
    conservation_rule: str
    conservation_gap: float | None


def summarise(
    found: Access,
    population: Floats,
    capacity: Floats,
    demand_ids: npt.NDArray[Any],
    inhabitants: Floats | None = None,
) -> AccessSummary:
    """The totals of ``found``, computed from these ``population`` (n,) and ``capacity`` (m,).

    ``inhabitants`` (n,) counts heads when ``population`` is a standardised one: means are weighted
    by the standardised population, headcounts are of people (METHODS 1.3).
    """
    heads = population if inhabitants is None else inhabitants
    reachable = float(capacity[found.ratio > 0].sum())
    total = float(population @ found.access)
    people = float(population.sum())
    without = np.isin(demand_ids.astype(str), found.demand_without_supply.astype(str))
    return AccessSummary(
        population=float(heads.sum()),
        demand=people,
        supply=float(capacity.sum()),
        reachable_supply=reachable,
        unreachable_supply_ids=tuple(map(str, found.unreachable_supply)),
        demand_without_supply=len(found.demand_without_supply),
        population_without_supply=float(heads[without].sum()),
        sum_population_access=total,
        mean_access=total / people if people > 0 else None,
        conservation_rule=_RULES[found.kernel.method],
        conservation_gap=_gap(found, total, reachable),
    )


def _gap(found: Access, total: float, reachable: float) -> float | None:
    if found.kernel.method == "m2sfca":
        return None
    left, right = total, reachable
    if found.kernel.method == "bfca":
        left, right = float(found.access.sum()), float(found.ratio.sum())
    return abs(left - right) / right if right > 0 else abs(left)
