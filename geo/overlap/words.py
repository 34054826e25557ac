"""The situations and the rules behind them, in French, as chosen in the parameters."""

from __future__ import annotations

from geo.access.rules import THIRDS
from geo.overlap.reading import DESERT, DOUBLE, NEITHER, UNDECIDED, UNMET
from geo.parameters import Parameters
from geo.words import as_written, percent


def situation_words(parameters: Parameters) -> dict[str, str]:
    """What each situation means under the chosen rules."""
    low, above = _access_words(parameters)
    need = parameters.need_rule.cuts
    high = "besoin restant élevé"
    high += f" (plus de {as_written(need[1])} sur 100)" if need else ""
    return {
        DOUBLE: f"{low}, et {high}",
        DESERT: f"{low}, besoin restant non élevé",
        UNMET: f"{above}, {high}",
        NEITHER: f"{above}, besoin restant non élevé",
        UNDECIDED: "une donnée manque : le quartier ne peut pas être classé",
    }


def rule_sentences(parameters: Parameters) -> list[str]:
    """The rule of each axis, as a legend says it."""
    return [
        f"Classes d'accès : {parameters.access_rule.label_fr}.",
        f"Classes de besoin restant : {parameters.need_rule.label_fr}.",
    ]


def _access_words(parameters: Parameters) -> tuple[str, str]:
    """The lowest class of access, and what is above it."""
    cuts = parameters.access_rule.cuts
    if cuts is not None:
        limit = f"{as_written(cuts[0])} consultations par an et par habitant"
        return f"accès d'au plus {limit}", f"accès de plus de {limit}"
    if parameters.class_shares == THIRDS:
        return "accès parmi le tiers le plus faible de la région", "accès au-dessus de ce tiers"
    part = percent(parameters.class_shares[0], 0)
    return (
        f"accès parmi les plus faibles de la région ({part} des habitants)",
        f"accès au-dessus de ces {part}",
    )
