"""The one call behind the page of a quarter: an analysis and a code in, words and figures out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.explain import Explanation, explain
from geo.need.comparison import comparison
from geo.portrait.around import (
    Care,
    Help,
    care_around,
    help_around,
    itinerant_around,
    reach_words,
    silence_on_care,
    unplaced_help,
)
from geo.portrait.compared import Beside, figures_beside, unknown_reasons
from geo.portrait.missing import Lack, assumptions, lack_sentence, lacks
from geo.portrait.week import Week, week
from geo.quarter import (
    Rate,
    access_dates,
    coarse_practices,
    near_classes,
    official_apl,
    rates,
    regime_lines,
)
from geo.similar import SimilarQuarter, how_compared, similar_quarters

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers


@dataclass(frozen=True)
class Portrait:
    """One quarter as its page tells it; every text is French and ready to be shown.

    ``explanation`` is that of ``geo.explain``: the same paragraph and figures as ``qpv explain``.
    """

    code_qp: str
    label: str
    commune_label: str
    departement: str
    situation: str
    fictional: bool
    explanation: Explanation
    beside: tuple[Beside, ...]
    unknown: tuple[str, ...]
    need: tuple[Rate, ...]
    week: Week
    lacks: tuple[Lack, ...]
    lack_sentence: str
    assumptions: tuple[str, ...]
    reach: tuple[str, str]
    care: tuple[Care, ...]
    access_notes: tuple[str, ...]
    help: tuple[Help, ...]
    itinerant: tuple[Help, ...]
    help_note: str
    similar: tuple[SimilarQuarter, ...]
    how_compared: str
    margins: tuple[str, ...]
    regimes: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """``Roanne Bourgogne, Roanne (QN04217M)``."""
        return f"{self.label}, {self.commune_label} ({self.code_qp})"


def portrait(
    analysis: Analysis,
    layers: Layers,
    code_qp: str,
    compared: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
) -> Portrait:
    """Everything that is said of one quarter.

    Parameters
    ----------
    compared : ``geo.need.comparison(layers)``, when it is at hand.
    points : ``geo.similar.criteria_points(analysis)``, when they are at hand.

    Raises
    ------
    BadInput
        When the analysis holds no QPV of this code.
    """
    told = explain(analysis, layers, code_qp)
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp].iloc[0]
    beside = figures_beside(
        analysis, layers, code_qp, comparison(layers) if compared is None else compared
    )
    care = care_around(analysis, code_qp)
    notes = (
        silence_on_care(care),
        official_apl(row),
        access_dates(layers),
        coarse_practices(analysis, layers, code_qp),
    )
    return Portrait(
        code_qp=code_qp,
        label=str(row["label"]),
        commune_label=str(row["commune_label"]),
        departement=str(row["departement"]),
        situation=str(row["situation"]),
        fictional=analysis.fictional,
        explanation=told,
        beside=tuple(beside),
        unknown=tuple(unknown_reasons(beside)),
        need=tuple(rates(analysis, code_qp)),
        week=week(analysis, layers, code_qp),
        lacks=tuple(lacks(analysis, code_qp)),
        lack_sentence=lack_sentence(analysis, code_qp),
        assumptions=tuple(assumptions(analysis)),
        reach=reach_words(analysis.parameters),
        care=tuple(care),
        access_notes=tuple(note for note in notes if note),
        help=tuple(help_around(analysis, layers, code_qp)),
        itinerant=tuple(itinerant_around(analysis, layers, code_qp)),
        help_note=unplaced_help(analysis, layers, code_qp),
        similar=tuple(similar_quarters(analysis, code_qp, points=points)),
        how_compared=how_compared(analysis),
        margins=tuple(near_classes(analysis, code_qp)),
        regimes=tuple(regime_lines(analysis, code_qp)),
    )
