"""Weights as people set them: a few whole steps by criterion, kept in an address as text."""

from __future__ import annotations

import math
from collections.abc import Mapping

from geo.parameters import Parameters
from geo.priority import CATALOGUE, default_criteria

# The largest weight that can be set, and the one shown for the heaviest criterion at first.
MOST, USUAL, STEP = 10.0, 5.0, 1.0


def weights_shown(parameters: Parameters) -> dict[str, float]:
    """The weights of the analysis, the heaviest at ``USUAL``, to the nearest step."""
    own = {criterion.id: criterion.weight for criterion in default_criteria(parameters)}
    most = max(own.values())
    return {name: round(USUAL * weight / most / STEP) * STEP for name, weight in own.items()}


def weights_asked(
    shown: Mapping[str, float], parameters: Parameters
) -> tuple[tuple[str, float], ...]:
    """What ``Request.weights`` holds: nothing when nobody moved the weights of the analysis."""
    own = {name: float(weight) for name, weight in shown.items() if weight}
    usual = {name: weight for name, weight in weights_shown(parameters).items() if weight}
    return () if own == usual else tuple((name, float(w)) for name, w in shown.items())


def weights_text(shown: Mapping[str, float]) -> str:
    """``access_deficit:5;need:2``, as an address holds it."""
    return ";".join(f"{name}:{weight:g}" for name, weight in shown.items())


def weights_read(text: str) -> tuple[dict[str, float], list[str]]:
    """The weights of an address, and its parts that are no weight of a known criterion."""
    found, wrong = {}, []
    for part in text.split(";") if text else ():
        name, _, figure = part.partition(":")
        try:
            weight = float(figure)
        except ValueError:
            weight = math.nan
        if name in CATALOGUE and 0 <= weight <= MOST:
            found[name] = round(weight / STEP) * STEP
        else:
            wrong.append(part)
    return found, wrong
