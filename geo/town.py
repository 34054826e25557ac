"""A commune as its elected officials ask for it: its quarters, in plain words, by priority."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.column_words import STATUS_WORDS
from geo.errors import BadInput
from geo.mediation.cited import cited_schemes
from geo.nearest import Near, nearest_quarters
from geo.overlap import SITUATIONS
from geo.territory import parent_commune
from geo.words import counted, listed, number

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers


@dataclass(frozen=True)
class Town:
    """``quarters``: code and sentence of each QPV, by priority; ``nearest``: when it has none."""

    code: str
    label: str
    lines: tuple[str, ...]
    quarters: tuple[tuple[str, str], ...]
    nearest: tuple[Near, ...]


def town(analysis: Analysis, layers: Layers, code: str) -> Town:
    """What a commune of the territory is told of.

    Raises
    ------
    BadInput
        When the code is not that of a commune of the territory.
    """
    places = layers["communes"]
    own = places[(places["code"] == code) & (places["scope"] == "territory")]
    if own.empty:
        raise BadInput(
            f"« {code} » n'est pas une commune de ce territoire. Attendu : un code Insee de cinq "
            "caractères (42187). À faire : cherchez la commune par son nom."
        )
    place = own.iloc[0]
    qpv = analysis.qpv
    inside = qpv[qpv["communes"].map(lambda codes: parent_commune(code) in codes.split(";"))]
    if inside.empty:
        return _without(analysis, layers, place)
    lines = (
        _counted(inside, str(place["label"])),
        _official(analysis, code),
        *cited_schemes(layers, [code]),
    )
    quarters = tuple(
        (str(code_qp), str(sentence))
        for code_qp, sentence in inside[["code_qp", "sentence"]].to_numpy(object)
    )
    return Town(code, str(place["label"]), tuple(filter(None, lines)), quarters, ())


def _counted(inside: pd.DataFrame, label: str) -> str:
    """How many quarters, how many people where it is known, and in which situations."""
    people, known = inside["population"].sum(), int(inside["population"].notna().sum())
    text = f"{label} : {counted(len(inside), 'quartier prioritaire', 'quartiers prioritaires')}"
    if known:
        where = "" if known == len(inside) else f" dans les {known} dont la population est connue"
        told = [STATUS_WORDS[name] for name in ("observed", "modelled")
                if (inside["population_status"] == name).any()]  # fmt: skip
        told += ["périmètre 2015"] if (inside["population_perimeter"] == "2015").any() else []
        text += f", {counted(people, 'habitant')}{where} ({', '.join(told)})"
    found = Counter(inside["situation"])
    situations = [f"{number(found[name])} {_IN.get(name, '')}{name}" for name in SITUATIONS
                  if found[name]]  # fmt: skip
    return f"{text}. Situation estimée : {listed(situations)}."


_IN = {"double peine": "en ", "désert médical seul": "en ", "non-recours seul": "en "}


def _official(analysis: Analysis, code: str) -> str:
    row = analysis.communes[analysis.communes["code"] == code]
    if row.empty or pd.isna(row.iloc[0]["apl_gp"]):
        return ""
    found = row.iloc[0]
    return (
        f"Accès au généraliste de la commune entière : {number(found['apl_gp'], 1)} consultations "
        f"par habitant standardisé et par an (APL officielle, Drees, {found['apl_vintage']})."
    )


def _without(analysis: Analysis, layers: Layers, place: pd.Series) -> Town:
    label = str(place["label"])
    near: tuple[Near, ...] = ()
    if not pd.isna(place["seat_lon"]):
        near = nearest_quarters(
            analysis.qpv, place["seat_lon"], place["seat_lat"], place["departement"]
        )
    line = f"{label} n'a aucun quartier prioritaire (liste de 2024)."
    if near:
        line += " Les plus proches, à vol d'oiseau depuis la mairie :"
    code = str(place["code"])
    lines = (line, _official(analysis, code), *cited_schemes(layers, [code]))
    return Town(code, label, tuple(filter(None, lines)), (), near)
