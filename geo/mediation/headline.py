"""The coverage figures in words: label, figure, what it is out of, what it means."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.mediation.kpis import Coverage
from geo.mediation.populations import Populations, in_words
from geo.parameters import Parameters
from geo.words import UNKNOWN, counted, percent

# Presence alone counts nobody; the strict rule looks at inhabitants per FTE.
_ON_POPULATIONS = ("inhabitants_with_mediator", "qpv_covered", "inhabitants_covered")
_FEW = 0.1  # shares under it are written with a decimal


@dataclass(frozen=True)
class Headline:
    """One coverage figure: ``part`` out of ``total``, of which ``known`` are in a known QPV.

    ``share`` is part / total (NaN: nothing is known), the least it can be when
    ``share_is_minimum``; ``share_of_known`` is part / known, which speaks of known QPV only.
    ``written`` is the figure as a reader meets it; ``status`` observed, modelled or missing;
    ``of`` says what is counted (quartiers or habitants); ``perimeters`` and ``vintages`` are those
    of the populations it rests on, empty when it rests on none.
    """

    id: str
    label: str
    of: str
    part: float | None
    known: float
    total: float
    share: float
    share_is_minimum: bool
    share_of_known: float
    written: str
    status: str
    meaning: str
    perimeters: tuple[str, ...]
    vintages: tuple[str, ...]


def headlines(kpis: Coverage, parameters: Parameters) -> tuple[Headline, ...]:
    """The four figures, always together: presence then intensity, QPV then inhabitants."""
    present = "où au moins un médiateur intervient (ou tient une permanence à portée de marche)"
    strict = (
        "où se tient une permanence chaque semaine, avec au plus "
        f"{counted(parameters.max_inhabitants_per_fte, 'habitant')} par ETP (hypothèse modifiable, "
        "ce n'est pas une norme) : une présence plus mince est dite partielle"
    )
    among = "parmi tous ceux du territoire"
    among += " ; là où la médiation est inconnue, rien n'est compté" if kpis.qpv_unknown else ""
    rows = (
        ("qpv_with_mediator", "Quartiers avec médiation", "quartiers",
         kpis.qpv_with_mediator, kpis.qpv_known, kpis.qpv_total, kpis.qpv_share,
         f"Part des quartiers {present}, {among}."),
        ("inhabitants_with_mediator", "Habitants avec médiation", "habitants",
         kpis.inhabitants_with_mediator, kpis.inhabitants_known,
         kpis.inhabitants_total, kpis.inhabitants_share,
         f"Part des habitants des QPV qui vivent dans un quartier {present}, {among}."),
        ("qpv_covered", "Quartiers couverts", "quartiers",
         kpis.qpv_covered, kpis.qpv_known, kpis.qpv_total, kpis.covered_share,
         f"Part des quartiers {strict} ; {among}."),
        ("inhabitants_covered", "Habitants couverts", "habitants",
         kpis.inhabitants_covered, kpis.inhabitants_known,
         kpis.inhabitants_total, kpis.inhabitants_covered_share,
         f"Part des habitants des QPV qui vivent dans un quartier {strict} ; {among}."),
    )  # fmt: skip
    return tuple(
        Headline(
            name, label, of, part if known else None, known, total, share,
            known < total, part / known if known else math.nan, least_share(share, known < total),
            "missing" if math.isnan(share) else kpis.statuses[name],
            f"{meaning}{_resting_on(kpis.populations) if name in _ON_POPULATIONS else ''}",
            kpis.populations.perimeters if name in _ON_POPULATIONS else (),
            kpis.populations.vintages if name in _ON_POPULATIONS else (),
        )
        for name, label, of, part, known, total, share, meaning in rows
    )  # fmt: skip


def _resting_on(found: Populations) -> str:
    words = in_words(found)
    return f" {words[0].upper()}{words[1:]}." if words else ""


def least_share(share: float, is_minimum: bool) -> str:
    """``70 %``, « au moins 70 % » for the least it can be, « non connu » for NaN.

    The least is rounded down: rounded up, it could be more than what is so. Under 10 % a decimal
    is written, or as many as it takes: few is not none.
    """
    if math.isnan(share):
        return UNKNOWN
    decimals = _decimals(share)
    if not is_minimum:
        return percent(share, decimals)
    steps = 10 ** (2 + decimals)
    return f"au moins {percent(math.floor(share * steps + 1e-9) / steps, decimals)}"


def _decimals(share: float) -> int:
    if share <= 0 or share >= _FEW:
        return 0
    return next((count for count in range(1, 6) if share * 10 ** (2 + count) >= 1), 6)
