"""The settings of an analysis in French words: what a reader sees in place of codes and tuples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.access.rules import ACCESS_CLASSES
from geo.column_words import COMPONENT_WORDS
from geo.parameters import ParameterInfo
from geo.priority.standardise import STANDARDISATION_WORDS
from geo.words import as_written, number, percent

_WEIGHTS = ("need_weights", "priority_weights")
# The words of each setting that is one name among a few.
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "edge": {"lt": "strictement moins", "le": "au plus"},
    "travel_mode_source": {
        "auto": "par les routes quand ces temps sont connus, sinon à vol d'oiseau",
        "crow_fly": "à vol d'oiseau",
    },
    "need_standardisation": {str(name): words for name, words in STANDARDISATION_WORDS.items()},
    "access_classes": {name: rule.label_fr for name, rule in ACCESS_CLASSES.items()},
}
_LABELS = {
    "edge": "Borne des tranches de temps",
    "travel_mode_source": "Temps de trajet",
    "need_standardisation": "Mise à l'échelle des composantes du besoin",
}


def label_words(setting: ParameterInfo) -> str:
    """The label without the codes that its words explain."""
    return _LABELS.get(setting.name, setting.label_fr)


def unit_words(setting: ParameterInfo) -> str:
    """The unit; for one name among a few, all the words it may be."""
    choices = _CHOICES.get(setting.name)
    return f"au choix : {' ; '.join(choices.values())}" if choices else setting.unit


def value_words(setting: ParameterInfo) -> str:
    """The value as French readers write it; « aucune valeur » when it is left empty."""
    value: Any = setting.value
    if value in ((), ""):
        return "aucune valeur"
    if setting.name in _CHOICES:
        return _CHOICES[setting.name].get(str(value), str(value))
    if setting.name in _WEIGHTS:
        shown = {**COMPONENT_WORDS, "need": "besoin"}
        return " ; ".join(f"{shown.get(name, name)} {percent(weight)}" for name, weight in value)
    if setting.name == "bands_min":
        return " ; ".join(
            f"{_figure(minutes)} min : {_figure(weight)}" for minutes, weight in value
        )
    if isinstance(value, tuple):
        return " et ".join(_figure(item) for item in value)
    return _figure(value) if isinstance(value, int | float) else str(value)


def _figure(value: float) -> str:
    """Three decimals tell a third; what somebody chose with more is written whole."""
    if float(value).is_integer():
        return number(value)
    return as_written(value) if round(value, 4) == value else number(value, 3)
