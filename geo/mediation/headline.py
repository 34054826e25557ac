"""The coverage figures in words: label, figure, what it is out of, what it means."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.mediation.kpis import Coverage
from geo.mediation.populations import Populations, in_words
from geo.parameters import Parameters
from geo.words import UNKNOWN, counted, number, percent, plural

# Under half of the QPV known, a percentage would speak of a few as if of all.
_KNOWN_ENOUGH = 0.5
# Presence alone counts nobody; the strict rule looks at inhabitants per FTE.
_ON_POPULATIONS = ("inhabitants_with_mediator", "qpv_covered", "inhabitants_covered")


@dataclass(frozen=True)
class Headline:
    """One coverage figure: ``part`` out of ``known``, ``share`` (None, NaN: nothing is known).

    ``written`` is the figure as a reader meets it; ``status`` observed, modelled or missing;
    ``of`` says what is counted (quartiers or habitants); ``perimeters`` and ``vintages`` are those
    of the populations it rests on, empty when it rests on none.
    """

    id: str
    label: str
    of: str
    part: float | None
    known: float
    share: float
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
    among = "parmi ceux dont la médiation est connue"
    rows = (
        ("qpv_with_mediator", "Quartiers avec médiation", "quartiers",
         kpis.qpv_with_mediator, kpis.qpv_known, kpis.qpv_share,
         f"Part des quartiers {present}, {among}."),
        ("inhabitants_with_mediator", "Habitants avec médiation", "habitants",
         kpis.inhabitants_with_mediator, kpis.inhabitants_known, kpis.inhabitants_share,
         f"Part des habitants des QPV qui vivent dans un quartier {present}, {among}."),
        ("qpv_covered", "Quartiers couverts", "quartiers",
         kpis.qpv_covered, kpis.qpv_known, kpis.covered_share,
         f"Part des quartiers {strict} ; {among}."),
        ("inhabitants_covered", "Habitants couverts", "habitants",
         kpis.inhabitants_covered, kpis.inhabitants_known, kpis.inhabitants_covered_share,
         f"Part des habitants des QPV qui vivent dans un quartier {strict} ; {among}."),
    )  # fmt: skip
    return tuple(
        Headline(
            name, label, of, part if known else None, known, share, known_share(kpis, part, known),
            "missing" if math.isnan(share) else kpis.statuses[name],
            f"{meaning}{_resting_on(kpis.populations) if name in _ON_POPULATIONS else ''}",
            kpis.populations.perimeters if name in _ON_POPULATIONS else (),
            kpis.populations.vintages if name in _ON_POPULATIONS else (),
        )
        for name, label, of, part, known, share, meaning in rows
    )  # fmt: skip


def _resting_on(found: Populations) -> str:
    words = in_words(found)
    return f" {words[0].upper()}{words[1:]}." if words else ""


def known_share(kpis: Coverage, part: float, known: float) -> str:
    """``70 %``, or « 1 sur 1 connu » when less than half of the QPV are known.

    ``part`` out of ``known``, QPV or inhabitants; ``non connu`` when nothing is.
    """
    if not known:
        return UNKNOWN
    if kpis.qpv_known >= _KNOWN_ENOUGH * kpis.qpv_total:
        return percent(part / known, 0)
    return f"{number(part)} sur {number(known)} {plural(known, 'connu')}"
