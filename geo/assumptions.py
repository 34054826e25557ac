"""The assumptions that a reader may change everywhere: written as one text, told in words.

The same text goes to the command line, the address of a page and the record of a call, so that
all give the same figures. Every other setting is for notebooks (``geo.Parameters``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, cast

from geo.access.rules import ACCESS_CLASSES
from geo.errors import BadInput
from geo.parameters import ParameterInfo, Parameters, describe
from geo.setting_words import value_words
from geo.words import number

SEPARATOR = ";"


@dataclass(frozen=True)
class Editable:
    """What a figure may be, in its own unit; beyond, a reader has mistaken the unit.

    ``share``: read and shown as a percentage. ``bracket``: the setting that holds its range, which
    a figure outside of it widens.
    """

    label: str
    least: float
    most: float
    share: bool = False
    bracket: str = ""


# The bounds are ours: wide enough for any documented scheme, too narrow for another unit.
EDITABLE: Mapping[str, Editable] = MappingProxyType(
    {
        "need_rate_per_year": Editable(
            "Habitants à accompagner chaque année", 0.001, 0.2, share=True,
            bracket="need_rate_range",
        ),
        "people_per_fte": Editable(
            "Personnes accompagnées par an et par médiateur à temps plein", 10, 1000,
            bracket="people_per_fte_range",
        ),
        "max_inhabitants_per_fte": Editable(
            "Habitants par ETP au-delà desquels un quartier n'est pas dit couvert", 1000, 200_000
        ),
        "full_week_hours": Editable("Heures par semaine d'un temps plein", 10, 48),
        "c2s_nontakeup": Editable(
            "Non-recours à la C2S (taux national appliqué à chaque quartier)", 0.01, 0.95,
            share=True, bracket="c2s_nontakeup_range",
        ),
    }
)  # fmt: skip
# The one that is a name among a few.
CHOICE = "access_classes"
CHOICE_LABEL = "Règle des classes d'accès"
NAMES = (*EDITABLE, CHOICE)


def assumed(texts: str | Iterable[str]) -> Parameters:
    """The settings with these assumptions: ``people_per_fte=136;access_classes=apl_2025``.

    A share may be written ``0.03``, ``0,03`` or ``3 %``. A figure outside the documented range
    widens that range: the interval told always holds the figure that it is about.

    Raises
    ------
    BadInput
        In French, with every fault: unknown name, no number, out of bounds, a name twice.
    """
    pieces = [texts] if isinstance(texts, str) else list(texts)
    wrong: list[str] = []
    found: dict[str, float | str] = {}
    for piece in (part.strip() for text in pieces for part in text.split(SEPARATOR)):
        if not piece:
            continue
        name, equals, given = (part.strip() for part in piece.partition("="))
        fault = _fault(name, equals, given)
        if not fault and name in found:
            fault = "citée deux fois"
        if fault:
            wrong.append(f"« {piece[:80]} » : {fault}")
        else:
            found[name] = given if name == CHOICE else _figure(given)
    if wrong:
        raise BadInput("Hypothèses refusées : " + " ; ".join(wrong) + ".")
    return with_assumptions(found)


def with_assumptions(changes: Mapping[str, float | str]) -> Parameters:
    """The settings with these values, each range widened to hold its figure."""
    usual = Parameters()
    ranges: dict[str, Any] = {}
    for name, value in changes.items():
        bracket = EDITABLE[name].bracket if name in EDITABLE else ""
        if bracket:
            low, high = getattr(usual, bracket)
            ranges[bracket] = (min(low, value), max(high, value))
    return replace(usual, **cast(dict[str, Any], dict(changes)), **ranges)


def assumptions_text(parameters: Parameters) -> str:
    """What ``assumed`` reads back; "" when none of them is changed."""
    usual = Parameters()
    told = {name: getattr(parameters, name) for name in NAMES}
    return SEPARATOR.join(
        f"{name}={value if isinstance(value, str) else f'{value:.12g}'}"
        for name, value in told.items()
        if value != getattr(usual, name)
    )


def changes_in_words(parameters: Parameters) -> list[str]:
    """One line for each assumption that is changed: its value, and the usual one."""
    now, usual = _told(parameters), _told(Parameters())
    return [
        f"{label_of(name)} : {in_words(now[name])} au lieu de {in_words(usual[name])}"
        for name in NAMES
        if now[name].value != usual[name].value
    ]


def changes_sentence(parameters: Parameters) -> str:
    """All the changes in one sentence; "" when there is none."""
    told = changes_in_words(parameters)
    if not told:
        return ""
    many = len(told) > 1
    return f"{'Hypothèses changées' if many else 'Hypothèse changée'} pour ce calcul : " + (
        f"{' ; '.join(told)}."
    )


def label_of(name: str) -> str:
    return EDITABLE[name].label if name in EDITABLE else CHOICE_LABEL


def _told(parameters: Parameters) -> dict[str, ParameterInfo]:
    return {one.name: one for one in describe(parameters)}


def in_words(setting: ParameterInfo) -> str:
    """Its value as readers write it: a share as a percentage."""
    one = EDITABLE.get(setting.name)
    if one is not None and one.share:
        return f"{value_words(replace(setting, value=round(100 * setting.value, 10)))}\u00a0%"  # type: ignore[operator]
    return value_words(setting)


def _fault(name: str, equals: str, given: str) -> str:
    if name not in NAMES:
        near = get_close_matches(name, NAMES, n=1)
        hint = f"vouliez-vous dire {near[0]} ?" if near else f"attendu {', '.join(NAMES)}"
        return f"hypothèse inconnue ({hint})"
    if not equals or not given:
        return "écrivez hypothèse=valeur"
    if name == CHOICE:
        return "" if given in ACCESS_CLASSES else f"attendu {', '.join(ACCESS_CLASSES)}"
    value, limits = _figure(given), EDITABLE[name]
    if math.isnan(value):
        return "un nombre est attendu"
    if not limits.least <= value <= limits.most:
        scale, unit = (100, "\u00a0%") if limits.share else (1, "")
        least, most = (number(scale * end, 1 if limits.share else 0) for end in
                       (limits.least, limits.most))  # fmt: skip
        return f"attendu entre {least}{unit} et {most}{unit}"
    return ""


def _figure(text: str) -> float:
    """A number as people write it; not a number when it is none."""
    plain = text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        value = float(plain.removesuffix("%"))
    except ValueError:
        return math.nan
    if not math.isfinite(value):
        return math.nan
    return value / 100 if plain.endswith("%") else value
