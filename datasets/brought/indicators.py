"""The figures of quarters that a user brings: one line a quarter and an indicator.

A figure replaces the published one of the same quarter and indicator, under its own source, year,
perimeter and status. Only indicators that the project knows are read: their unit and their sense
are known, and nothing would use another.
"""

from __future__ import annotations

import difflib
import math
import re
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
from datasets.mediation.known import Codes, code_list
from datasets.mediation.personal import names_a_person_header
from datasets.mediation.values import BadCell
from datasets.readers.tabular import normalise_label
from geo.indicators import INDICATORS, indicator
from geo.schema import PERIMETERS, QPV_2015_CODE, QPV_2024_CODE, TABLES, empty_table
from geo.territory import departement_of_qpv
from geo.words import counted

SOURCE_ID = "indicators"
# Those that official statistics give by quarter: the others are computed, or are of other places.
ACCEPTED = (
    "population", "poverty_share", "median_income_eur", "c2s_share", "c2s_beneficiaries",
    "covered_cnam", "age60_share", "age24_share", "one_person_share", "large_household_share",
    "foreign_share", "single_parent_share", "rsa_share", "job_seekers", "employment_share",
)  # fmt: skip
_LABELS = tuple(indicator(name).label_fr for name in ACCEPTED)
STATUS_OF = {
    "observe": "observed",
    "modelise": "modelled",
    "secret": "suppressed",
    "manquant": "missing",
}
_STATUS_LIST = ("observé", "modélisé", "secret", "manquant")
MOST_COUNTED = (
    1_000_000.0  # no quarter has a million people, nor a median income of that [assumption]
)
_RULES = (
    PlainColumn(
        "code_qp", "Code du quartier prioritaire de 2024.", "un code QN…, par exemple QN04217M",
        ("QN09901M", "QN09902I"), mandatory=True,
    ),
    PlainColumn(
        "indicateur", "Ce qui est compté.", "un indicateur parmi : " + ", ".join(_LABELS),
        ("Taux de pauvreté", "Population"), mandatory=True, allowed=_LABELS, closed=True,
    ),
    PlainColumn(
        "valeur", "La valeur, dans l’unité de l’indicateur ; vide si le statut est secret ou "
        "manquant.", "un nombre ; une part s’écrit 0,45 ou 45 %", ("45 %", ""),
    ),
    PlainColumn(
        "statut", "Observé (compté), modélisé (estimé), secret (caché par la source), manquant.",
        "une valeur parmi : " + ", ".join(_STATUS_LIST), ("observé", "manquant"), mandatory=True,
        allowed=_STATUS_LIST, closed=True,
    ),
    PlainColumn(
        "source", "Qui a produit ce chiffre.", "un organisme, sans nom de personne",
        ("EXEMPLE fictif", "EXEMPLE fictif"), mandatory=True,
    ),
    PlainColumn("millesime", "Année du chiffre.", "AAAA (2023)", ("2023", "2023"), mandatory=True),
    PlainColumn(
        "perimetre", "Contour sur lequel on a compté : celui de 2024 ou celui de 2015.",
        "2024 ou 2015", ("2024", "2024"), mandatory=True, allowed=PERIMETERS, closed=True,
    ),
)  # fmt: skip
_OTHER_TITLES = {
    "code": "code_qp",
    "code qpv": "code_qp",
    "annee": "millesime",
    "status": "statut",
}
FORM = plain_form(
    SOURCE_ID,
    "indicators",
    "indicateurs",
    "Indicateurs",
    _RULES,
    _OTHER_TITLES,
    (
        "Une ligne par quartier et par indicateur.",
        "Votre chiffre REMPLACE celui qui est publié pour ce quartier, avec votre source.",
        "Un chiffre inconnu se dit « manquant » : il n’est jamais pris pour zéro.",
        "Des totaux seulement : aucune donnée sur une personne.",
    ),
    refused_header=names_a_person_header,
    screen="Données",
)


def read_indicators(
    path: Path, known_qpv: Codes | None = None, keep_good: bool = False
) -> BroughtTable:
    """Read figures of quarters as rows of the canonical table ``indicators``.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedForm
        Listing every refused line, unless ``keep_good``.
    """
    examination = check_indicators(path, known_qpv)
    require_good(examination, FORM, keep_good)
    rows = {_key(line): _row(line) for line in reversed(examination.lines)}
    frame = pd.DataFrame(list(rows.values())[::-1], columns=list(TABLES["indicators"].columns))
    return BroughtTable(frame.astype(empty_table("indicators").dtypes.to_dict()), examination)


def check_indicators(path: Path, known_qpv: Codes | None = None) -> FormExamination:
    """The lines and all the problems of a file of figures (see ``read_indicators``)."""
    seen: dict[tuple[str, str], Line] = {}
    quarters = code_list(known_qpv)

    def judge(line: Line, tell: Tell) -> None:
        code = str(line.values["code_qp"])
        if quarters is not None and quarters.denies(code, departement_of_qpv(code)):
            tell("rejected", "code_qp", f"Quartier {code} inconnu.", "un code de la liste de 2024")
        _judge_value(line, tell)
        first = seen.setdefault(_key(line), line)
        if first is line:
            return
        if first.values.get("valeur") == line.values.get("valeur"):
            tell("extra", "code_qp", f"Déjà à la ligne {first.line}, même valeur.")
        else:
            tell("rejected", "valeur", f"Une autre valeur est à la ligne {first.line}.",
                 "une seule valeur par quartier et par indicateur")  # fmt: skip

    return examine_form(path, FORM, _PARSERS, judge, _absent)


def _judge_value(line: Line, tell: Tell) -> None:
    known, status = indicator(str(line.values["indicateur"])), str(line.values["statut"])
    number, percent = line.values.get("valeur", (math.nan, False))
    if status in ("suppressed", "missing"):
        if not math.isnan(number):
            tell("rejected", "valeur", "Un chiffre secret ou manquant n’a pas de valeur.", "vide")
        return
    if math.isnan(number):
        tell("rejected", "valeur", "La valeur manque ; inconnue : écrivez le statut « manquant ».")
    elif known.unit == "part" and not 0 <= number <= 1:
        tell("rejected", "valeur", f"« {known.label_fr} » est une part : elle va de 0 à 1.",
             "0,45 ou 45 %")  # fmt: skip
    elif known.unit != "part" and (percent or not 0 <= number <= MOST_COUNTED):
        tell("rejected", "valeur", f"« {known.label_fr} » se compte en {known.unit}.",
             f"un nombre de 0 à {MOST_COUNTED:.0f}")  # fmt: skip
    if line.values["perimetre"] == "2015" and status == "observed":
        told = "Compté sur le contour de 2015, ce chiffre n’est pas observé sur celui de 2024."
        tell("rejected", "statut", told, "modélisé")


def _key(line: Line) -> tuple[str, str]:
    return str(line.values["code_qp"]), str(line.values["indicateur"])


def _row(line: Line) -> dict[str, Any]:
    name = str(line.values["indicateur"])
    return {
        "territory_kind": "qpv",
        "code": str(line.values["code_qp"]),
        "indicator": name,
        "value": line.values.get("valeur", (math.nan, False))[0],
        "unit": indicator(name).unit,
        "status": str(line.values["statut"]),
        "vintage": str(line.values["millesime"]),
        "perimeter": str(line.values["perimetre"]),
        "source_id": SOURCE_ID,
        "carried_from": "",
    }


def _code_qp(text: str) -> str:
    code = text.upper()
    if re.fullmatch(QPV_2015_CODE, code):
        raise BadCell(f"« {text} » est un code de 2015 : écrivez celui du quartier de 2024.")
    if not re.fullmatch(QPV_2024_CODE, code):
        raise BadCell(f"« {text} » n’est pas un code de quartier prioritaire.")
    return code


def _indicator(text: str) -> str:
    named = {normalise_label(INDICATORS[name].label_fr): name for name in ACCEPTED}
    named |= {normalise_label(name): name for name in ACCEPTED}
    folded = normalise_label(text)
    if folded in named:
        return named[folded]
    close = difflib.get_close_matches(folded, named, n=1)
    hint = f" Vouliez-vous dire « {indicator(named[close[0]]).label_fr} » ?" if close else ""
    raise BadCell(f"« {text} » n’est pas un indicateur que l’outil sait utiliser.{hint}")


def _value(text: str) -> tuple[float, bool]:
    """The number, and whether it was written as a percentage."""
    percent = text.endswith("%")
    number, status = values.number(text.removesuffix("%").strip())
    if status != "observed":
        raise BadCell(f"« {text} » : laissez vide et dites-le dans la colonne « statut ».")
    return (number / 100 if percent else number), percent


def _status(text: str) -> str:
    folded = normalise_label(text)
    if folded not in STATUS_OF:
        raise BadCell(f"« {text} » n’est pas un statut connu.")
    return STATUS_OF[folded]


def _perimeter(text: str) -> str:
    if text not in PERIMETERS:
        raise BadCell(f"« {text} » n’est pas un périmètre connu.")
    return text


_PARSERS: Mapping[str, Any] = {
    "code_qp": _code_qp,
    "indicateur": _indicator,
    "valeur": _value,
    "statut": _status,
    "millesime": values.year,
    "perimetre": _perimeter,
}


def _absent(columns: frozenset[str]) -> str:
    return next((name for name in FORM.rules if name not in columns), "")


def summary(table: pd.DataFrame) -> str:
    """How many figures, of how many quarters, in words."""
    return f"{counted(len(table), 'chiffre')}, {counted(table['code'].nunique(), 'quartier')}"
