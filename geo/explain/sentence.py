"""One plain French sentence per QPV: what its figures say, what they rest on, what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.access.rules import ClassRule
from geo.indicators import indicator
from geo.parameters import Parameters
from geo.words import as_written, counted, listed, number

MAX_WORDS = 60
_ACCESS_LEVELS = {"low": "faible", "mid": "moyen", "high": "élevé"}
_NEED_LEVELS = {"low": "faible", "mid": "moyen", "high": "élevé"}
_COMPARED = "comparé aux QPV de sa région"
_NO_FILE = "la médiation n'est pas renseignée"
_SILENT_FILE = "médiation inconnue (votre fichier ne dit rien de ce quartier)"


@dataclass(frozen=True)
class _Detail:
    """What a sentence still holds, from the fullest to the shortest; what is missing is kept."""

    drivers: int = 2
    commune: bool = True
    label: bool = True


_SHORTER = (
    _Detail(),
    _Detail(drivers=1),
    _Detail(drivers=0),
    _Detail(drivers=0, commune=False),
    _Detail(drivers=0, commune=False, label=False),
)


def sentences(
    quarters: pd.DataFrame,
    components: pd.DataFrame,
    parameters: Parameters,
    *,
    file_brought: bool = True,
) -> pd.Series:
    """One sentence of at most ``MAX_WORDS`` words per QPV, on the index of ``quarters``.

    Parameters
    ----------
    quarters : the QPV columns of the analysis (access, need, mediation, population).
    components : the long table of ``geo.need``.
    file_brought : some user brought a mediation file; it may say nothing of a QPV all the same.
    """
    silence = _SILENT_FILE if file_brought else _NO_FILE
    facts = {str(code): rows for code, rows in components.groupby("code_qp")}
    told = [
        sentence(row, facts.get(str(row["code_qp"]), components.iloc[:0]), parameters, silence)
        for row in quarters.to_dict("records")
    ]
    return pd.Series(told, index=quarters.index, dtype="str")


def sentence(
    row: dict[Any, Any],
    components: pd.DataFrame,
    parameters: Parameters,
    silence: str = _SILENT_FILE,
) -> str:
    """The sentence of one QPV: details are dropped until it holds in ``MAX_WORDS`` words.

    ``silence`` is what is said of a QPV whose mediation nobody told.
    """
    written = ""
    for written in _variants(row, components, parameters, silence):
        if len(written.split()) <= MAX_WORDS:
            break
    return written


def _variants(
    row: dict[Any, Any], components: pd.DataFrame, parameters: Parameters, silence: str
) -> Iterator[str]:
    for detail in _SHORTER:
        parts = (
            _access(row, parameters),
            _need(row, components, detail, parameters),
            _mediation(row, silence),
        )
        told = "\u00a0; ".join(parts)
        yield f"{_name(row, detail)}\u00a0: {told}."


def _name(row: dict[Any, Any], detail: _Detail) -> str:
    if not detail.label:
        return str(row["code_qp"])
    return f"{row['label']} ({row['commune_label']})" if detail.commune else str(row["label"])


def _access(row: dict[Any, Any], parameters: Parameters) -> str:
    value = row["access"]
    if math.isnan(value):
        return "l'accès aux généralistes n'a pas pu être estimé, faute de données"
    if value == 0:
        reach = number(parameters.reach_min)
        return f"aucun généraliste à moins de {reach}\u00a0minutes de trajet estimé"
    figure = counted(value, "consultation", decimals=1)
    start = f"l'accès aux généralistes est estimé à {figure} par an et par habitant"
    level = _ACCESS_LEVELS.get(row["access_class"])
    return (
        f"{start}, un niveau {level} {_ruled(parameters.access_rule, _COMPARED)}"
        if level
        else start
    )


def _ruled(rule: ClassRule, compared: str) -> str:
    """What a level was decided by: the quarters of the region, or two thresholds."""
    if rule.cuts is None:
        return compared
    low, high = (as_written(cut) for cut in rule.cuts)
    return f"selon les seuils {low} et {high}"


def _need(
    row: dict[Any, Any], components: pd.DataFrame, detail: _Detail, parameters: Parameters
) -> str:
    if math.isnan(row["need_score"]):
        return "les données sont insuffisantes pour estimer le besoin"
    used = components[components["weight"] > 0]
    remarks = ["estimé"]
    if (used["perimeter"] == "2015").any() or row["population_perimeter"] == "2015":
        remarks += ["indicatif", "périmètre 2015"]
    absent = int(components["percentile"].isna().sum())
    if absent:
        remarks.append(counted(absent, "donnée manquante", "données manquantes"))
    level = _NEED_LEVELS.get(row["need_class"])
    served = row["unmet_share"] < 1
    noun = "le besoin restant" if served else "le besoin"
    figure = level if level else f"de {number(row['need_score'])} sur 100"
    told = _ruled(parameters.need_rule, "") if level else ""
    words = f"{noun} est {figure} ({', '.join(filter(None, [told, *remarks]))})"
    drivers = _drivers(used, detail.drivers)
    # Drivers explain a need that stands out; under a low one they would mislead.
    return (
        f"{words}, porté par {listed(drivers)}"
        if drivers and row["need_class"] == "high"
        else words
    )


def _drivers(used: pd.DataFrame, count: int) -> list[str]:
    """The components that weigh most, among those above the middle of the region."""
    above = used[used["percentile"] > 50].sort_values(
        ["contribution", "component"], ascending=[False, True]
    )
    return [indicator(name).noun_fr for name in above["component"].head(count)]


def _mediation(row: dict[Any, Any], silence: str) -> str:
    state, residual = row["coverage_state"], row["residual_people"]
    if state == "inconnu":
        start = silence
    elif state == "non couvert":
        start = "aucun médiateur n'y est déclaré"
    elif row["mediation_walk_only"]:
        start = "une permanence de médiation est à distance de marche"
    elif math.isnan(row["mediation_fte"]):
        start = "un médiateur y intervient, pour un temps non précisé"
    else:
        start = f"la médiation y compte {number(row['mediation_fte'], 2)}\u00a0ETP"
    if math.isnan(residual):
        return f"{start}, et la population manque pour estimer les personnes à accompagner"
    people = counted(residual, "personne")
    if round(residual) == 0:
        return f"{start}, assez pour le besoin estimé"
    if state == "inconnu":
        left = f"environ {people} à accompagner par an si personne n'y travaille (estimé)"
        return f"{start}\u00a0: {left}"
    if row["residual_is_maximum"]:
        return f"{start}, au plus environ {people} à accompagner par an (estimé)"
    return f"{start}, environ {people} restant à accompagner par an (estimé)"
