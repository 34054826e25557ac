"""The practices and centres that a user brings: what the official files do not hold.

They are added to the official ones, never taken for them: a place that is in both counts twice,
which the guide and the check say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from datasets.brought.columns import PlainColumn
from datasets.brought.examine import (
    BroughtTable,
    FormExamination,
    Line,
    Tell,
    examine_form,
    require_good,
)
from datasets.brought.form import plain_form
from datasets.mediation import values
from datasets.mediation.known import CodeList, Codes, code_list
from datasets.mediation.personal import names_a_person_header
from datasets.mediation.places import position
from datasets.mediation.values import BadCell
from datasets.readers.tabular import normalise_label
from geo.names import PROFESSION_WORDS
from geo.territory import departement_of_commune, parent_commune
from geo.words import counted

SOURCE_ID = "practices"
# Named places; the others are people's practices, whose name is never read.
ESTABLISHMENTS = ("pharmacie", "centre_de_sante", "maison_de_sante", "hopital")
MOST_PLACES = 500.0  # places of practice on one line; more is rather a count of acts [assumption]
PRECISION_OF = {"adresse": "address", "coordonnees": "coordinates", "commune": "commune"}
_PROFESSIONS = {name: words[0] for name, words in PROFESSION_WORDS.items()}
_PLACE = "commune, ou longitude et latitude"
_RULES = (
    PlainColumn(
        "identifiant", "Votre repère de la ligne.", "un texte court, différent à chaque ligne",
        ("EXEMPLE-1", "EXEMPLE-2"),
    ),
    PlainColumn(
        "profession", "Qui exerce là.",
        "une profession parmi : " + ", ".join(_PROFESSIONS.values()),
        ("médecin généraliste", "centre de santé"), mandatory=True,
        allowed=tuple(_PROFESSIONS.values()), closed=True,
    ),
    PlainColumn(
        "structure", "Nom d’un centre, d’une maison de santé, d’une pharmacie ou d’un hôpital ; "
        "jamais celui d’un praticien.", "un nom de lieu, vide pour un cabinet",
        ("", "Centre de santé du Phare"),
    ),
    PlainColumn(
        "commune", "Code Insee de la commune.", "un code Insee de 5 caractères, au format Texte",
        ("99001", ""),
    ),
    PlainColumn("longitude", "Longitude, en degrés.", "4,3875 (WGS 84)", ("", "-3,79")),
    PlainColumn("latitude", "Latitude, en degrés.", "45,4396 (WGS 84)", ("", "46,15")),
    PlainColumn(
        "lieux", "Nombre de lieux d’exercice que compte la ligne (ni des ETP, ni des actes).",
        f"un nombre au-dessus de 0, au plus {MOST_PLACES:.0f}", ("2", "1"), mandatory=True,
    ),
    PlainColumn(
        "precision", "Ce que vaut la position ; vide : coordonnees si elles sont écrites, sinon "
        "commune.", "une valeur parmi : " + ", ".join(PRECISION_OF),
        ("commune", "adresse"), allowed=tuple(PRECISION_OF), closed=True,
    ),
    PlainColumn(
        "annee", "Année de l’information.", "AAAA (2025)", ("2025", "2025"), mandatory=True,
    ),
)  # fmt: skip
_OTHER_TITLES = {
    "id": "identifiant",
    "lon": "longitude",
    "lat": "latitude",
    "code commune": "commune",
    "code insee": "commune",
    "places": "lieux",
    "capacite": "lieux",
    "nombre": "lieux",
}
FORM = plain_form(
    SOURCE_ID,
    "practices",
    "lieux de soins",
    "Lieux de soins",
    _RULES,
    _OTHER_TITLES,
    (
        "Une ligne par cabinet, centre ou établissement.",
        "Ces lieux s’AJOUTENT à ceux des fichiers officiels : n’y mettez que ceux qui y manquent.",
        "Aucun nom de praticien, téléphone ni courriel : des lieux et des nombres seulement.",
    ),
    mandatory_words=dict.fromkeys(("commune", "longitude", "latitude"), _PLACE),
    refused_header=names_a_person_header,
    screen="Données",
)


def read_practices(
    path: Path, known_communes: Codes | None = None, keep_good: bool = False
) -> BroughtTable:
    """Read practices: profession, label, practices, commune, lon, lat, precision, vintage, line.

    ``commune`` is "" where only coordinates are written, ``lon`` and ``lat`` NaN where only the
    commune is; ``practices`` counts places of practice.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedForm
        Listing every refused line, unless ``keep_good``.
    """
    examination = check_practices(path, known_communes)
    require_good(examination, FORM, keep_good)
    rows = [_row(line) for line in examination.lines]
    columns = ["profession", "label", "practices", "commune", "lon", "lat", "precision", "vintage",
               "line"]  # fmt: skip
    return BroughtTable(pd.DataFrame(rows, columns=columns), examination)


def check_practices(path: Path, known_communes: Codes | None = None) -> FormExamination:
    """The lines and all the problems of a file of practices (see ``read_practices``)."""
    seen: dict[str, int] = {}
    places: dict[tuple[Any, ...], int] = {}
    communes = code_list(known_communes)

    def judge(line: Line, tell: Tell) -> None:
        name = str(line.values.get("identifiant", ""))
        if name and seen.setdefault(name, line.line) != line.line:
            tell("rejected", "identifiant", f"« {name} » est déjà celui de la ligne {seen[name]}.")
        _judge_place(line, tell, communes)
        profession, label = line.values["profession"], line.values.get("structure", "")
        if label and profession not in ESTABLISHMENTS:
            tell(
                "rejected",
                "structure",
                "Le nom d’un cabinet n’est pas lu : ce serait celui d’une personne. Effacez-le.",
                "vide, sauf pour un centre, une maison de santé, une pharmacie ou un hôpital",
            )
        key = tuple(str(line.values.get(name, "")) for name in _SAME)
        first = places.setdefault(key, line.line)
        if first != line.line:
            tell("suspect", "profession", f"Même lieu et même profession qu’à la ligne {first}.")

    return examine_form(path, FORM, _PARSERS, judge, _absent)


_SAME = ("profession", "structure", "commune", "longitude", "latitude")


def _judge_place(line: Line, tell: Tell, communes: CodeList | None) -> None:
    commune = str(line.values.get("commune", ""))
    if commune and communes is not None and _is_denied(commune, communes):
        tell("rejected", "commune", f"Commune {commune} inconnue (fusionnée depuis ?).",
             "le code d’une commune en vigueur")  # fmt: skip
    written = {axis for axis in ("longitude", "latitude") if axis in line.values}
    if len(written) == 1:
        other = ({"longitude", "latitude"} - written).pop()
        tell("rejected", other, f"La colonne « {other} » manque : l’une ne va pas sans l’autre.")
    elif not written and not commune:
        tell("rejected", "commune", "La position manque.", _PLACE)
    elif written:
        try:
            position(line.values["longitude"], line.values["latitude"], commune)
        except BadCell as bad:
            tell("rejected", "longitude", str(bad), bad.expected)
    precise = line.values.get("precision")
    if precise in ("adresse", "coordonnees") and not written:
        tell("rejected", "precision", f"La précision « {precise} » demande une longitude et une "
             "latitude.", "commune, ou des coordonnées")  # fmt: skip


def _is_denied(code: str, communes: CodeList) -> bool:
    departement = departement_of_commune(code)
    return communes.denies(code, departement) and communes.denies(parent_commune(code), departement)


def _row(line: Line) -> dict[str, Any]:
    located = "longitude" in line.values
    told = line.values.get("precision") or ("coordonnees" if located else "commune")
    return {
        "profession": line.values["profession"],
        "label": str(line.values.get("structure", "")),
        "practices": line.values["lieux"],
        "commune": str(line.values.get("commune", "")),
        "lon": line.values.get("longitude", math.nan),
        "lat": line.values.get("latitude", math.nan),
        "precision": PRECISION_OF[str(told)],
        "vintage": str(line.values["annee"]),
        "line": line.line,
    }


def _profession(text: str) -> str:
    folded = normalise_label(text.replace("_", " "))
    for name, words in PROFESSION_WORDS.items():
        known = {normalise_label(word) for word in words} | {
            normalise_label(name.replace("_", " "))
        }
        if folded in known:
            return name
    raise BadCell(f"« {text} » n’est pas une profession connue.")


def _places(text: str) -> float:
    number, status = values.number(text)
    if status != "observed" or not 0 < number <= MOST_PLACES:
        raise BadCell(f"« {text} » n’est pas un nombre de lieux d’exercice.")
    return number


def _degrees(text: str) -> float:
    number, status = values.number(text)
    if status != "observed":
        raise BadCell(f"« {text} » n’est pas une coordonnée ; inconnue : laissez les deux vides.")
    return number


def _precision(text: str) -> str:
    folded = normalise_label(text)
    if folded not in PRECISION_OF:
        raise BadCell(f"« {text} » n’est pas une précision connue.")
    return folded


_PARSERS: Mapping[str, Any] = {
    "profession": _profession,
    "commune": values.commune,
    "longitude": _degrees,
    "latitude": _degrees,
    "lieux": _places,
    "precision": _precision,
    "annee": values.year,
}


def _absent(columns: frozenset[str]) -> str:
    if "commune" not in columns and not {"longitude", "latitude"} <= columns:
        return "commune"
    return next((name for name in ("profession", "lieux", "annee") if name not in columns), "")


def summary(table: pd.DataFrame) -> str:
    """How many places of practice, of how many professions, in words."""
    places = counted(float(table["practices"].sum()), "lieu d’exercice", "lieux d’exercice")
    return f"{counted(len(table), 'ligne')}, {places}"
