"""Which cards may interest a QPV, and why: same place, a similar QPV, the same problem.

A suggestion is a reading to make, not a recommendation: nothing says that what a practice did
elsewhere would happen here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.compare import RANKED, percentile_ranks
from geo.practices.cards import PROBLEMS, Card
from geo.similar import criteria_points, similar_quarters
from geo.words import listed, number

if TYPE_CHECKING:
    from geo.analysis import Analysis

# A QPV has a problem when it ranks in the worst third of its region for what tells of it.
WORST_THIRD = 100 * 2 / 3  # [assumption, editable]
SIMILAR_LOOKED_AT = 10  # [assumption, editable]
# (component of the need or access, +1 when more is worse, problem, words)
_SIGNS = (
    ("access", -1, "medecin", "accès au généraliste"),
    ("c2s_share", 1, "droits", "part de bénéficiaires de la C2S"),
    ("poverty_share", 1, "droits", "taux de pauvreté"),
    ("digital_fragility", 1, "numerique", "fragilité numérique"),
)
NOT_ADVICE_FR = (
    "Des lectures à faire, pas une recommandation : rien ne dit que ce qui s'est passé ailleurs se "
    "reproduirait ici."
)


@dataclass(frozen=True)
class Suggestion:
    """A card and every reason why it may interest the QPV, strongest first."""

    card: Card
    reasons: tuple[str, ...]


def suggestions(
    cards: Sequence[Card], analysis: Analysis, code_qp: str, points: pd.DataFrame | None = None
) -> list[Suggestion]:
    """The cards with at least one reason, those with most reasons first, then by identifier.

    ``points`` are those of ``geo.similar.criteria_points``, when they are at hand already.

    Raises
    ------
    KeyError
        When the analysis holds no such quarter.
    """
    placed = criteria_points(analysis) if points is None else points
    named = analysis.comparators.set_index("code_qp")
    own = named.loc[code_qp]
    near = similar_quarters(analysis, code_qp, SIMILAR_LOOKED_AT, placed)
    communes = {one.code_qp: str(named.at[one.code_qp, "communes"]).split(";") for one in near}
    problems = _problems(_ranks(analysis, code_qp))
    found = []
    for card in cards:
        reasons = []
        if card.commune and card.commune in str(own["communes"]).split(";"):
            reasons.append("même commune")
        elif card.departement and card.departement == own["departement"]:
            reasons.append(f"même département ({card.departement})")
        alike = [one for one in near if card.commune and card.commune in communes[one.code_qp]]
        if alike:
            reasons.append(
                f"profil proche : {alike[0].label}, {alike[0].commune_label} "
                f"({alike[0].distance_words})"
            )
        same = [name for name in card.problems if name in problems]
        if same:
            told = [f"{PROBLEMS[name]} ({listed(problems[name])})" for name in same]
            reasons.append(f"même problème : {' ; '.join(told)} ({RANKED})")
        if reasons:
            found.append(Suggestion(card, tuple(reasons)))
    return sorted(found, key=lambda one: (-len(one.reasons), one.card.id))


def _ranks(analysis: Analysis, code_qp: str) -> pd.Series:
    """Access and each part of the need, ranked as the need score ranks them (0 to 100)."""
    parts = pd.concat([analysis.components, analysis.other_components], ignore_index=True)
    ranks = parts[parts["code_qp"] == code_qp].set_index("component")["percentile"].to_dict()
    around = analysis.comparators
    access = percentile_ranks(around["access"], around["population"], around["region"])
    return pd.Series({**ranks, "access": access[around["code_qp"] == code_qp].iloc[0]})


def _problems(ranks: pd.Series) -> dict[str, list[str]]:
    """The problems that the figures of a quarter tell of, and the figures that do."""
    found: dict[str, list[str]] = {}
    for criterion, sign, problem, words in _SIGNS:
        rank = float(ranks.get(criterion, float("nan")))
        worse = rank if sign > 0 else 100 - rank
        if worse >= WORST_THIRD:
            place = f"{words}, rang {number(rank)} sur 100"
            found.setdefault(problem, []).append(place)
    return found
