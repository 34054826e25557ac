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
    that are covered by the strict rule. All over the QPV whose state is known. NaN when none is
    known. Unknown QPV and QPV without a known population are counted apart, never as uncovered.

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
        statuses=_statuses(quarters, known, has_mediator),
        populations=populations(quarters),
    )


def _statuses(quarters: pd.DataFrame, known: pd.Series, near: pd.Series) -> dict[str, str]:
    """Status of each count by its name in ``Coverage``."""
    if not known.any():
        return dict.fromkeys(COUNTS, "missing")
    afoot = quarters.loc[known, "mediation_walk_only"]
    presence = weakest("modelled" if walked else "observed" for walked in afoot)
    people = populations(quarters[known]).status
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
