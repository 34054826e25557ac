"""Mediation capacity of each QPV, its coverage state and what need remains."""

from __future__ import annotations

from dataclasses import dataclass

COVERAGE_STATES = ("couvert", "présence partielle", "non couvert", "inconnu")


@dataclass(frozen=True)
class Coverage:
    """Both coverage figures of a territory, always shown together.

    ``qpv_share`` is the share of QPV with at least one mediator, ``inhabitants_share`` the share
    of their inhabitants; both over the QPV whose state is known. NaN when none is known. Unknown
    QPV and QPV without a known population are counted apart, never as uncovered.
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
