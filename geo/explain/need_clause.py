"""The need of a QPV in one clause, and how much of a paragraph is told when it must be short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.explain.facts import Clause, Fact, known, of_component, of_quarter
from geo.indicators import indicator
from geo.words import listed, number, percent


@dataclass(frozen=True)
class Detail:
    """How much of a paragraph is told: ``drivers`` of the need at most, with their ``figures`` or
    named only; what is ``around``; the ``outlook``; ``whole`` names structures and says how well
    places are known; ``cited`` tells of schemes known of in the commune."""

    drivers: int
    figures: bool
    whole: bool
    around: bool = False
    outlook: bool = False
    cited: bool = True


# What bears the need is the last to go: without it nobody could say why the quarter is here.
SHORTER = (
    Detail(2, figures=True, whole=True, around=True, outlook=True),
    Detail(1, figures=True, whole=True, around=True),
    Detail(1, figures=True, whole=True),
    Detail(1, figures=True, whole=False),
    Detail(2, figures=False, whole=False),
    Detail(1, figures=False, whole=False),
    Detail(1, figures=False, whole=False, cited=False),
    Detail(0, figures=False, whole=False, cited=False),
)


def need_clause(row: dict[str, Any], components: pd.DataFrame, detail: Detail) -> Clause:
    if not known(row, "need_score"):
        return Clause("Les données sont insuffisantes pour estimer le besoin.")
    score = of_quarter(row, "need_score", number)
    text = f"Le besoin est estimé à {score.written} sur 100 parmi les quartiers de sa région"
    drivers = components[(components["weight"] > 0) & (components["percentile"] > 50)]
    drivers = drivers.sort_values(["contribution", "component"], ascending=[False, True])
    drivers = drivers.head(detail.drivers)
    if drivers.empty:
        return Clause(f"{text}.", (score,))
    words = [indicator(name).noun_fr for name in drivers["component"]]
    facts = []
    if detail.figures:
        facts = [of_component(driver, _level(driver)) for _, driver in drivers.iterrows()]
        words = [f"{word} ({fact.written})" for word, fact in zip(words, facts, strict=True)]
    # Under a need that does not stand out, a driver would mislead.
    several = len(words) >= 2 or words[0].startswith("les ")
    weighs = "où pèsent le plus" if several else "où pèse le plus"
    how = "porté par" if row["need_class"] == "high" else weighs
    return Clause(f"{text}, {how} {listed(words)}{_about(facts)}.", (score, *facts))


# What a share is a share of, in plain words.
_OF_WHOM = {
    "age60_share": "{} ont 60 ans ou plus",
    "one_person_share": "{} des ménages",
    "single_parent_share": "{} des allocataires",
    "c2s_share": "{} des assurés",
    "job_seekers_per_inhabitant": "{} d'habitants inscrits à la recherche d'un emploi",
    "digital_fragility": "indice {}",
}


def _level(driver: pd.Series[Any]) -> Callable[[float], str]:
    def written(value: float) -> str:
        figure = percent(value, 0) if driver["unit"] == "part" else number(value)
        return _OF_WHOM.get(str(driver["component"]), "{}").format(figure)

    return written


def _about(facts: Sequence[Fact]) -> str:
    """What the figures just told rest on, when one of them was not counted here and now."""
    if all(fact.status == "observed" for fact in facts):
        return ""
    if any(fact.perimeter == "2015" for fact in facts):
        return ", chiffres indicatifs du périmètre 2015"
    return ", chiffres estimés"
