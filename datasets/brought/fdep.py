"""The deprivation quintiles (FDep) that a user brings, by commune or by IRIS.

The quintile is read, never recomputed: quintiles are national and weighted by population, and a
regional file holds too few places to cut them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from datasets.brought.columns import PlainColumn
from datasets.brought.communes import is_unknown
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
from datasets.mediation.values import BadCell
from geo.indicators import indicator
from geo.schema import IRIS_CODE, TABLES, empty_table

SOURCE_ID = "fdep"
QUINTILES = ("1", "2", "3", "4", "5")
_RULES = (
    PlainColumn(
        "code",
        "Code Insee de la commune (5 caractères) ou code IRIS (9 caractères).",
        "42218 ou 422180101, dans une colonne au format Texte",
        ("99001", "990010101"),
        mandatory=True,
    ),
    PlainColumn(
        "quintile",
        "Quintile national de désavantage social : 5 = les plus défavorisés.",
        "un entier de 1 à 5",
        ("5", "3"),
        mandatory=True,
        allowed=QUINTILES,
        closed=True,
    ),
    PlainColumn("fdep", "Valeur de l’indice, si vous l’avez.", "un nombre", ("1,24", "")),
    PlainColumn("annee", "Année de l’indice.", "AAAA (2020)", ("2020", "2020"), mandatory=True),
    PlainColumn(
        "source",
        "D’où vient le fichier.",
        "un texte, sans nom de personne",
        ("EXEMPLE fictif", "EXEMPLE fictif"),
    ),
)
_OTHER_TITLES = {
    "codgeo": "code",
    "code commune": "code",
    "code iris": "code",
    "quintile fdep": "quintile",
}
FORM = plain_form(
    SOURCE_ID,
    "fdep",
    "FDep",
    "FDep",
    _RULES,
    _OTHER_TITLES,
    (
        "Une ligne par commune ou par IRIS.",
        "Les quintiles sont ceux de la source (France entière) : ils ne sont pas recalculés.",
    ),
)


def read_fdep(
    path: Path, known_communes: Collection[str] | None = None, keep_good: bool = False
) -> BroughtTable:
    """Read deprivation quintiles as rows of the canonical table ``indicators``.

    Indicators ``fdep_quintile`` and, where it is written, ``fdep``; territory kind ``commune`` or
    ``iris``.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedForm
        Listing every refused line, unless ``keep_good``.
    """
    examination = check_fdep(path, known_communes)
    require_good(examination, FORM, keep_good)
    return BroughtTable(_rows(examination), examination)


def check_fdep(path: Path, known_communes: Collection[str] | None = None) -> FormExamination:
    """The lines and all the problems of a file of quintiles (see ``read_fdep``)."""
    seen: dict[tuple[str, str], Line] = {}

    def judge(line: Line, tell: Tell) -> None:
        code = str(line.values["code"])
        if is_unknown(code[:5], known_communes):
            message = f"Commune {code[:5]} inconnue (fusionnée depuis ?)."
            tell("rejected", "code", message, "le code d’une commune en vigueur")
        first = seen.setdefault((code, str(line.values["annee"])), line)
        if first is line:
            return
        if first.values["quintile"] == line.values["quintile"]:
            tell("extra", "code", f"{code} est déjà à la ligne {first.line}, même quintile.")
        else:
            told = f"{code} est au quintile {first.values['quintile']} à la ligne {first.line}."
            tell("rejected", "quintile", told, "un seul quintile par territoire et par année")

    return examine_form(path, FORM, _PARSERS, judge, FORM.first_absent)


def _rows(examination: FormExamination) -> pd.DataFrame:
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for line in examination.lines:
        index, status = line.values.get("fdep", (0.0, "missing"))
        told = [("fdep_quintile", float(line.values["quintile"]), "observed")]
        told += [("fdep", index, status)] if status != "missing" else []
        for name, value, known in told:
            code, year = str(line.values["code"]), str(line.values["annee"])
            row = {
                "territory_kind": "iris" if len(code) == 9 else "commune",
                "code": code,
                "indicator": name,
                "value": value,
                "unit": indicator(name).unit,
                "status": known,
                "vintage": year,
                "perimeter": "",
                "source_id": SOURCE_ID,
                "carried_from": "",
            }
            rows.setdefault((code, name, year), row)
    empty = empty_table("indicators")
    frame = pd.DataFrame(list(rows.values()), columns=list(TABLES["indicators"].columns))
    return frame.astype(empty.dtypes.to_dict())


def _code(text: str) -> str:
    code = text.upper()
    return code if re.fullmatch(IRIS_CODE, code) else values.commune(text)


def _quintile(text: str) -> int:
    number, status = values.number(text)
    if status != "observed" or number not in range(1, 6):
        raise BadCell(f"« {text} » n’est pas un quintile.")
    return int(number)


_PARSERS: dict[str, Any] = {
    "code": _code,
    "quintile": _quintile,
    "fdep": values.number,
    "annee": values.year,
}
