"""What the screen of scenarios shows: before and after, two scenarios, and what may be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.column_words import STATUS_WORDS
from geo.confidentiality import HIDDEN
from geo.names import PROFESSION_WORDS
from geo.scenarios.changes import NO_PLACE, NO_TARGET, Change
from geo.scenarios.effects import Effects, changed_rows, compare, plain_rows
from geo.schema import Layers
from geo.words import counted, number

ACTION_WORDS = {"ajouter": "Ajouter", "deplacer": "Déplacer", "fermer": "Fermer"}
OBJECT_WORDS = {
    "cabinet": "un cabinet médical",
    "centre_de_sante": "un centre de santé",
    "mediateur": "un médiateur",
}
_SHOWN = (
    ("access", "Accès (consult./an/hab.)", 2),
    ("mediation_fte", "Médiation (ETP)", 2),
    ("residual_people", "Besoin restant (personnes/an)", 0),
    ("situation", "Situation", 0),
    ("rank", "Rang", 0),
)
# Figure: the column of its status, and the heading of that column on the screen.
_STATUSES = {
    "access": ("access_status", "Statut accès"),
    "mediation_fte": ("mediation_status", "Statut médiation"),
    "residual_people": ("residual_status", "Statut besoin restant"),
}
_FORM_WORDS = {
    "qpv": "Quartier du lieu",
    "lat": "Latitude",
    "lon": "Longitude",
    "cible": "Lequel",
    "etp": "Temps de travail (ETP)",
    "lieux": "Lieux d'exercice",
    "capacite": "Capacité",
    "profession": "Profession",
    "objet": "De quoi",
    "action": "Action",
}
_REFUSALS = {
    NO_PLACE: "Quartier du lieu : choisissez-en un, ou donnez la latitude et la longitude d'un "
    "point.",
    NO_TARGET: "Lequel : choisissez ce qui est déplacé ou fermé.",
}


def effects_frame(found: Effects) -> pd.DataFrame:
    """The quarters that change, each figure « avant → après » with its status beside."""
    statuses = found.after.qpv.set_index("code_qp")
    rows = []
    for row in changed_rows(found):
        own = statuses.loc[row["code_qp"]]
        cells: dict[str, Any] = {
            "Quartier": f"{row['label']}, {row['commune_label']}",
            "Effet": _effect(row),
            "Habitants": number(row["population"]),
            "Statut population": STATUS_WORDS[own["population_status"]],
        }
        for name, heading, decimals in _SHOWN:
            status, status_heading = _STATUSES.get(name, ("", ""))
            hidden = bool(status) and own[status] == "suppressed"
            pair = _pair(row[f"{name}_before"], row[f"{name}_after"], decimals)
            cells[heading] = HIDDEN if hidden else pair
            if status:
                cells[status_heading] = STATUS_WORDS[own[status]]
        rows.append({**cells, "Code": row["code_qp"]})
    return pd.DataFrame(rows)


def refusal_lines(wrong: list[tuple[str, str]]) -> list[str]:
    """What is wrong with a change, in the words of the form rather than of the file."""
    return [_REFUSALS.get(what, f"{_FORM_WORDS.get(key, key)} : {what}") for key, what in wrong]


def compare_frame(first: Effects, second: Effects) -> pd.DataFrame:
    """The quarters where two scenarios differ: before, then each of the two."""
    rows = []
    for row in plain_rows(compare(first, second)):
        if all(row[f"{name}_first"] == row[f"{name}_second"] for name, _, _ in _SHOWN):
            continue
        cells: dict[str, Any] = {"Quartier": f"{row['label']}, {row['commune_label']}"}
        for name, heading, decimals in _SHOWN:
            cells[heading] = " | ".join(
                cell(row[f"{name}_{when}"], decimals) for when in ("before", "first", "second")
            )
        rows.append({**cells, "Code": row["code_qp"]})
    return pd.DataFrame(rows)


def change_words(change: Change, names: Mapping[str, str] | None = None) -> str:
    """One change as a line of French; ``names`` are those of the quarters, by code."""
    where = (names or {}).get(change.qpv, change.qpv) or (
        "" if change.lon is None else f"lat {change.lat:g}, lon {change.lon:g}".replace(".", ",")
    )
    sizes = (
        (change.places, "lieu d'exercice", "lieux d'exercice"),
        (change.fte, "ETP", "ETP"),
        (change.capacity, "par an", "par an"),
    )
    parts = [
        f"{ACTION_WORDS[change.action]} {OBJECT_WORDS[change.object]}",
        f"« {change.name} »" if change.name else "",
        change.target,
        f"à {where}" if where else "",
        *(_size(size, one, several) for size, one, several in sizes if size is not None),
    ]
    return ", ".join(part for part in parts if part)


def targets(layers: Layers, kind: str, code_qp: str, most: int = 40) -> dict[str, str]:
    """What may be moved or closed near a QPV: id → words, the nearest first."""
    table = layers.geo("mediation" if kind == "mediateur" else "supply")
    if kind != "mediateur":
        table = table[(table["profession"] == "centre_de_sante") == (kind == "centre_de_sante")]
    here = layers.geo("qpv").set_index("code_qp").geometry[code_qp].representative_point()
    table = table[~(table.geometry.isna() | table.geometry.is_empty)]
    points = table.geometry.representative_point()
    turn = np.cos(np.radians(here.y))
    # Kilometres, near enough to sort neighbours: 111.2 km a degree of latitude.
    gaps = 111.2 * np.hypot((points.x - here.x) * turn, points.y - here.y)
    names = {}
    for at in gaps.sort_values(kind="stable").index[:most]:
        row = table.loc[at]
        told = (
            row["structure"]
            if kind == "mediateur"
            else row["label"] or PROFESSION_WORDS[str(row["profession"])][0]
        )
        own = str(row["mediation_id"] if kind == "mediateur" else row["supply_id"])
        places = "" if kind == "mediateur" else f", {_size(row['practices'], 'lieu', 'lieux')}"
        names[own] = f"{told}{places}, à {number(float(gaps[at]), 1)} km ({own})"
    return names


def _size(size: float, one: str, several: str) -> str:
    return counted(float(size), one, several, 0 if float(size).is_integer() else 2)


def cell(value: Any, decimals: int) -> str:
    """A figure in French, « inconnu » when missing; a text as it is."""
    if isinstance(value, str):
        return value or "inconnu"
    if value is None or pd.isna(value):
        return "inconnu"
    return number(float(value), 0 if float(value).is_integer() else decimals)


def _pair(before: Any, after: Any, decimals: int) -> str:
    old, new = cell(before, decimals), cell(after, decimals)
    return old if old == new else f"{old} → {new}"


def _effect(row: dict[str, Any]) -> str:
    """What people of the quarter gain or lose themselves, in words."""
    told = []
    for name, words, sense in (
        ("access_change", "accès", 1),
        ("residual_change", "médiation", -1),
    ):
        change = row[name]
        if change is not None and abs(change) > 0.005:
            told.append(f"{words} : {'gagne' if change * sense > 0 else 'perd'}")
    return ", ".join(told) or "comparaison seulement"
