"""The coverage figures of a territory: two by presence, two by intensity, the unknown apart."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.mediation.capacity import COVERAGE_STATES, COVERED, PARTIAL, UNKNOWN


@dataclass(frozen=True)
class Coverage:
    """The coverage figures of a territory, always shown together.

    ``qpv_share`` is the share of QPV with at least one mediator, ``inhabitants_share`` the share
    of their inhabitants; ``covered_share`` and ``inhabitants_covered_share`` the same for the QPV
    that are covered by the strict rule. All over the QPV whose state is known. NaN when none is
    known. Unknown QPV and QPV without a known population are counted apart, never as uncovered.
    """

    qpv_total: int
    qpv_known: int
    qpv_with_mediator: int
    qpv_unknown: int
    qpv_share: float
    inhabitants_known: float
    inhabitants_with_mediator: float
    inhabitants_share: float
    qpv_without_population: int
    states: dict[str, int]
    qpv_covered: int
    covered_share: float
    inhabitants_covered: float
    inhabitants_covered_share: float


def coverage(quarters: pd.DataFrame) -> Coverage:
    """The coverage figures over QPV (coverage_state, population), unknowns counted apart."""
    state = quarters["coverage_state"]
    known = state != UNKNOWN
    has_mediator = state.isin((COVERED, PARTIAL))
    covered = state == COVERED
    population = quarters["population"].astype("float64")
    inhabitants = float(population[known].sum())
    near, well = float(population[has_mediator].sum()), float(population[covered].sum())
    return Coverage(
        qpv_total=len(quarters),
        qpv_known=int(known.sum()),
        qpv_with_mediator=int(has_mediator.sum()),
        qpv_unknown=int((~known).sum()),
        qpv_share=_share(has_mediator.sum(), known.sum()),
        inhabitants_known=inhabitants,
        inhabitants_with_mediator=near,
        inhabitants_share=_share(near, inhabitants),
        qpv_without_population=int((known & population.isna()).sum()),
        states={name: int((state == name).sum()) for name in COVERAGE_STATES},
        qpv_covered=int(covered.sum()),
        covered_share=_share(covered.sum(), known.sum()),
        inhabitants_covered=well,
        inhabitants_covered_share=_share(well, inhabitants),
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")
