"""The user's own weights of the need score, checked as a whole before anything is computed."""

from __future__ import annotations

import math
from difflib import get_close_matches

from geo.components import NEED_COMPONENTS, Weights
from geo.errors import BadInput
from geo.indicators import label_fr
from geo.words import as_written

# A weight is a part of a whole: beyond, sums of floats lose the others [assumption].
LEAST, MOST = 1e-6, 1e6


def user_weights(text: str) -> Weights:
    """``poverty_share=2,c2s_share=1`` → weights that sum to 1; a component not named weighs 0.

    Raises
    ------
    BadInput
        In French, with every fault: unknown component, no number, negative weight, a component
        twice, or nothing above 0.
    """
    wrong: list[str] = []
    found: dict[str, float] = {}
    for piece in (part.strip() for part in text.split(",")):
        name, equals, number = (part.strip() for part in piece.partition("="))
        if not equals or not name:
            wrong.append(f"« {piece} » : écrivez composante=poids")
            continue
        if name not in NEED_COMPONENTS:
            wrong.append(f"« {name} » : composante inconnue{_closest(name)}")
        elif name in found:
            wrong.append(f"« {name} » : cité deux fois")
        weight = _weight(number)
        if math.isnan(weight):
            wrong.append(f"« {name} » : poids « {number} » illisible, un nombre est attendu")
        elif weight < 0:
            wrong.append(f"« {name} » : poids négatif ({number})")
        elif weight > MOST or 0 < weight < LEAST:
            bounds = f"{as_written(LEAST)} à {as_written(MOST)}"
            wrong.append(f"« {name} » : poids {number}, attendu 0 ou de {bounds}")
        found[name] = weight
    total = sum(found.values())
    if not wrong and total <= 0:
        wrong.append("tous les poids sont nuls : au moins un poids positif est attendu")
    if wrong:
        known = ", ".join(f"{name} ({label_fr(name)})" for name in NEED_COMPONENTS)
        raise BadInput(f"Poids refusés : {' ; '.join(wrong)}. Composantes : {known}.")
    return tuple((name, weight / total) for name, weight in found.items())


def _weight(number: str) -> float:
    try:
        weight = float(number)
    except ValueError:
        return math.nan
    return weight if math.isfinite(weight) else math.nan


def _closest(name: str) -> str:
    close = get_close_matches(name, NEED_COMPONENTS, n=1)
    return f" (vouliez-vous dire {close[0]} ?)" if close else ""
