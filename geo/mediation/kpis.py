"""The coverage figures of a territory: two by presence, two by intensity, the unknown apart."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.mediation.capacity import COVERAGE_STATES, COVERED, PARTIAL, UNKNOWN
from geo.mediation.populations import Populations, populations, weakest

COUNTS = (
    "qpv_with_mediator",
    "inhabitants_with_mediator",
    "qpv_covered",
    "inhabitants_covered",
)


@dataclass(frozen=True)
class Coverage:
    """The coverage figures of a territory, always shown together.

    ``qpv_share`` is the share of QPV with at least one mediator, ``inhabitants_share`` the share
    of their inhabitants; ``covered_share`` and ``inhabitants_covered_share`` the same for the QPV
    that are covered by the strict rule (METHODS section 3, KPI_1 and KPI_2). All are out of every
    QPV of the territory, and of all its known inhabitants: as long as some states are unknown
    (``qpv_unknown``) each is the least that it can be, and a mediator more never lowers it. NaN
    when no state is known. Unknown QPV are counted apart, never as uncovered; those without a
    known population (``qpv_without_population``) have no part in the shares of inhabitants.

    ``statuses`` (observed, modelled, missing) by count: presence is modelled when a QPV has it by
    a walk only; being covered rests on FTE and on populations (inhabitants per FTE), inhabitants
    rest on populations, and each is modelled as soon as one of those is. ``populations`` says
    which they are.
    """

    qpv_total: int
    qpv_known: int
    qpv_with_mediator: int
    qpv_unknown: int
    qpv_share: float
    inhabitants_total: float
    inhabitants_known: float
    inhabitants_with_mediator: float
    inhabitants_share: float
    qpv_without_population: int
    states: dict[str, int]
    qpv_covered: int
    covered_share: float
    inhabitants_covered: float
    inhabitants_covered_share: float
    statuses: dict[str, str]
    populations: Populations


def coverage(quarters: pd.DataFrame) -> Coverage:
    """The coverage figures over QPV, unknowns counted apart.

    ``quarters`` holds coverage_state, mediation_status, mediation_walk_only and the columns of
    ``geo.mediation.populations.POPULATION_COLUMNS``.
    """
    state = quarters["coverage_state"]
    known = state != UNKNOWN
    has_mediator = state.isin((COVERED, PARTIAL))
    covered = state == COVERED
    population = quarters["population"].astype("float64")
    inhabitants, told = float(population.sum()), float(population[known].sum())
    quarters_out_of = len(quarters) if known.any() else 0
    # Where nobody of known number lives in a QPV that is told, nothing is known of inhabitants.
    inhabitants_out_of = inhabitants if told > 0 else 0.0
    near, well = float(population[has_mediator].sum()), float(population[covered].sum())
    return Coverage(
        qpv_total=len(quarters),
        qpv_known=int(known.sum()),
        qpv_with_mediator=int(has_mediator.sum()),
        qpv_unknown=int((~known).sum()),
        qpv_share=_share(has_mediator.sum(), quarters_out_of),
        inhabitants_total=inhabitants,
        inhabitants_known=told,
        inhabitants_with_mediator=near,
        inhabitants_share=_share(near, inhabitants_out_of),
        qpv_without_population=int(population.isna().sum()),
        states={name: int((state == name).sum()) for name in COVERAGE_STATES},
        qpv_covered=int(covered.sum()),
        covered_share=_share(covered.sum(), quarters_out_of),
        inhabitants_covered=well,
        inhabitants_covered_share=_share(well, inhabitants_out_of),
        statuses=_statuses(quarters, known, has_mediator),
        populations=populations(quarters),
    )


def _statuses(quarters: pd.DataFrame, known: pd.Series, near: pd.Series) -> dict[str, str]:
    """Status of each count by its name in ``Coverage``."""
    if not known.any():
        return dict.fromkeys(COUNTS, "missing")
    afoot = quarters.loc[known, "mediation_walk_only"]
    presence = weakest("modelled" if walked else "observed" for walked in afoot)
    told = populations(quarters[known]).status
    people = "missing" if told == "missing" else populations(quarters).status
    # Only where somebody works does the rule look at hours and at inhabitants.
    rule = (populations(quarters[near]).status, *quarters.loc[near, "mediation_status"])
    covered = weakest((presence, *rule))
    return dict(
        zip(
            COUNTS,
            (
                presence,
                "missing" if people == "missing" else weakest((presence, people)),
                covered,
                "missing" if people == "missing" else weakest((covered, people)),
            ),
            strict=True,
        )
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")
