"""What is missing in a quarter: people and posts, with their interval and what was assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo import columns
from geo.assumptions import changes_sentence
from geo.column_words import STATUS_WORDS
from geo.parameters import describe
from geo.setting_marks import MARK_LABELS_FR
from geo.words import number, percent

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.parameters import Parameters

_ROWS = (
    ("need_people", "need_people_low", "need_people_high", "need_people_status", 0),
    ("served_people", "", "", "", 0),
    ("residual_people", "residual_people_low", "residual_people_high", "residual_status", 0),
    ("residual_fte", "residual_fte_low", "residual_fte_high", "residual_status", 2),
    ("c2s_unclaimed_people", "c2s_unclaimed_low", "c2s_unclaimed_high", "c2s_unclaimed_status", 0),
)
_MOVED_BY = {
    "need_people": "selon le taux annuel",
    "residual_people": "selon ce qu'un poste peut suivre",
    "residual_fte": "selon ce qu'un poste peut suivre",
    "c2s_unclaimed_people": "selon le taux de non-recours",
}
_SILENT = {"suppressed": "s (secret statistique)", "missing": "non connu"}
_ASSUMED = (
    "need_rate_per_year", "need_rate_range", "people_per_fte", "people_per_fte_range",
    "c2s_nontakeup", "c2s_nontakeup_range",
)  # fmt: skip
_C2S_LIMIT = (
    "Un ordre de grandeur : éligibles déduits du taux national de non-recours, supposé le même "
    "partout. Là où la C2S est déjà bien demandée, ce calcul compte trop d'éligibles ; il est "
    "plafonné aux assurés qui ne l'ont pas, quand leur nombre est publié."
)
_NO_POPULATION = (
    "La population du quartier n'est pas connue : le nombre de personnes à accompagner, et les "
    "postes qu'il faudrait, ne peuvent pas être estimés. Ce n'est pas zéro."
)


@dataclass(frozen=True)
class Lack:
    """One figure of what is missing: with its unit, its interval and its status in words."""

    id: str
    heading: str
    written: str
    interval: str
    status: str
    about: str


def lacks(analysis: Analysis, code_qp: str) -> list[Lack]:
    """People to accompany, already followed, left, and the posts they would take."""
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp].iloc[0]
    return [_lack(row, *names) for names in _ROWS]


def lack_sentence(analysis: Analysis, code_qp: str) -> str:
    """What must be known before the figures are read; '' when nothing."""
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp].iloc[0]
    if pd.isna(row["need_people"]):
        return _NO_POPULATION
    if row["coverage_state"] == "inconnu":
        return (
            "Personne n'a dit qui fait de la médiation ici : ce qui reste est compté comme si "
            "personne n'y travaillait."
        )
    if row["residual_is_maximum"]:
        return (
            "Les heures de certains médiateurs ne sont pas connues : ce qui reste est un maximum."
        )
    return ""


def assumptions(analysis: Analysis) -> list[str]:
    """The settings behind these figures: value, unit, source, and whether it is an assumption."""
    told = {one.name: one for one in describe(analysis.parameters)}
    lines = []
    for name in _ASSUMED:
        one = told[name]
        lines.append(
            f"{one.label_fr} : {_value(one.value, one.unit)} "
            f"({MARK_LABELS_FR[one.mark]} ; {one.source})."
        )
    return lines


def assumed_in_short(parameters: Parameters) -> str:
    """The two assumptions behind people and posts, in one line."""
    low, high = parameters.need_rate_range
    least, most = parameters.people_per_fte_range
    return (
        f"Supposé : {percent(parameters.need_rate_per_year, 0)} des habitants à accompagner par an "
        f"(de {percent(low, 2)} à {percent(high, 0)}) ; {number(parameters.people_per_fte)} "
        f"personnes suivies par an et par poste (de {number(least)} à {number(most)}). Aucun taux "
        "officiel n'existe." + (f" {changed}" if (changed := changes_sentence(parameters)) else "")
    )


def _lack(row: pd.Series[Any], name: str, low: str, high: str, status: str, decimals: int) -> Lack:
    column = columns.definition(name)
    state = str(row[status]) if status else "modelled"
    value = float(row[name])
    if value != value:
        state = "suppressed" if state == "suppressed" else "missing"
    perimeter = {
        "need_people": row["population_perimeter"],
        "c2s_unclaimed_people": row["c2s_unclaimed_perimeter"],
    }.get(name, "")
    return Lack(
        id=name,
        heading=column.heading,
        written=f"{number(value, decimals)} {column.unit}" if value == value else _SILENT[state],
        interval=_interval(row, name, low, high, decimals),
        status=STATUS_WORDS[state]
        + (f", périmètre {perimeter}" if perimeter else "")
        + (f". {_C2S_LIMIT}" if name == "c2s_unclaimed_people" and value == value else ""),
        about=f"{column.definition} Source : {column.method}.",
    )


def _interval(row: pd.Series[Any], name: str, low: str, high: str, decimals: int) -> str:
    """From what to what, and which setting moves it; '' without an interval."""
    why = _MOVED_BY.get(name, "")
    alone = name == "residual_people" and row["residual_people"] == row["need_people"]
    if alone:
        # Nobody is followed yet: what is left is the need itself, with the interval of the need.
        low, high, why = "need_people_low", "need_people_high", _MOVED_BY["need_people"]
    if not low or pd.isna(row[name]) or pd.isna(row[low]) or pd.isna(row[high]):
        return ""
    ends = [number(float(row[end]), decimals) for end in (low, high)]
    return f"de {ends[0]} à {ends[1]}, {why}" if ends[0] != ends[1] else ""


def _value(value: Any, unit: str) -> str:
    if isinstance(value, tuple):
        return " à ".join(_value(part, unit) for part in value)
    if unit.startswith("part"):
        return percent(value, 0 if round(value, 2) == value else 2)
    return number(value)
