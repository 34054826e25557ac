"""One line of a mediation file: its cells judged one by one, then together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from datasets.mediation import values
from datasets.mediation.coherence import (
    check_commune,
    check_complete,
    check_numbers,
    check_position,
    check_shares,
    check_territory,
    check_times,
    observed,
    timetable_hours,
)
from datasets.mediation.columns import FULL_WEEK_HOURS, SOURCE_ID, TEMPLATE_COLUMNS
from datasets.mediation.known import Known
from datasets.mediation.languages import is_language
from datasets.mediation.personal import MASKED, doubtful_name, personal_content
from datasets.mediation.values import BadCell
from datasets.reading import Problem
from geo.words import counted

_SPREADSHEET_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NOM?", "#VALEUR!")


@dataclass(frozen=True)
class Entry:
    """One usable line. ``fte`` is NaN unless observed or modelled; shares of ``qpv`` sum to 1."""

    line: int
    texts: Mapping[str, str]
    weekdays: tuple[str, ...]
    languages: tuple[str, ...]
    visibility: tuple[str, ...]
    exchanges: tuple[str, ...]
    longitude: float
    latitude: float
    hours_per_week: float
    fte: float
    fte_status: str
    people_per_year: float
    people_status: str
    qpv: tuple[tuple[str, float], ...]
    funders: tuple[tuple[str, float], ...]


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "type_action": values.kind,
    "commune": values.commune,
    "longitude": values.number,
    "latitude": values.number,
    "jours": values.weekdays,
    "heure_debut": values.hour,
    "heure_fin": values.hour,
    "heures_par_semaine": values.number,
    "etp": values.number,
    "personnes_par_an": values.number,
    "qpv_desservis": lambda text: values.shares(text, "qpv_desservis"),
    "complet_pour": values.territories,
    "financeurs": lambda text: values.shares(text, "financeurs"),
    "langues": values.words,
    "visibilite": values.words,
    "echanges": values.words,
    "territoire": values.territory_kind,
    "debut_convention": values.day,
    "fin_convention": values.day,
    "annee": values.year,
}

_CHECKS = (
    check_position,
    check_commune,
    check_times,
    check_numbers,
    check_shares,
    check_territory,
    check_complete,
)
_WRITTEN_FREELY = (
    "identifiant",
    "structure",
    "lieu",
    "type_lieu",
    "adresse",
    "financeurs",
    "visibilite",
    "echanges",
    "source",
)


def examine_line(
    file: str,
    line: int,
    cells: Mapping[str, str],
    formulas: frozenset[str],
    known: Known,
) -> tuple[Entry | None, list[Problem]]:
    """The entry a line describes (None when a cell cannot be used) and all its problems.

    ``cells`` are by template column; an absent column counts as empty (a mandatory one that the
    whole file lacks is the header's problem, not each line's).
    """
    problems: list[Problem] = []

    def tell(kind: str, column: str, message: str, expected: str = "", value: str = "") -> None:
        rule = TEMPLATE_COLUMNS[column]
        problems.append(
            Problem(
                kind,
                SOURCE_ID,
                file,
                message,
                line,
                column,
                value or cells.get(column, ""),
                expected or rule.expected,
            )
        )

    read: dict[str, Any] = {}
    for column, text in cells.items():
        if not text:
            if TEMPLATE_COLUMNS[column].mandatory:
                tell("rejected", column, f"La colonne obligatoire « {column} » est vide.")
            continue
        try:
            read[column] = _cell(column, text, column in formulas)
        except _Personal as found:
            tell("rejected", column, str(found), "des totaux, sans nom ni contact", MASKED)
        except BadCell as bad:
            tell("rejected", column, str(bad), bad.expected)
    for check in _CHECKS:
        check(cells, read, tell, known)
    refused = {problem.column for problem in problems if problem.kind == "rejected"}
    for column in _WRITTEN_FREELY:
        text = "" if column in refused else cells.get(column, "")
        if text and doubtful_name(text, column):
            tell(
                "suspect",
                column,
                "Douteux : la cellule ressemble à « Prénom Nom ». Si c’est une personne, "
                "effacez-la ; si c’est un lieu ou une structure, dites lequel (Salle …, École …, "
                "Association …).",
                "des totaux, sans nom ni contact",
                MASKED,
            )
    strange = [item for item in read.get("langues", ()) if not is_language(item)]
    if strange:
        tell(
            "suspect",
            "langues",
            f"Douteux : {counted(len(strange), 'langue')} hors de la liste du modèle. Faute de "
            "frappe, ou langue à garder telle quelle ? Jamais le nom d’une personne.",
            "des noms de langues, par exemple français, arabe, turc, portugais",
        )
    if any(problem.kind == "rejected" for problem in problems):
        return None, problems
    return _entry(line, read), problems


class _Personal(BadCell):
    pass


def _cell(column: str, text: str, formula: bool) -> Any:
    if formula:
        raise BadCell(f"« {text} » est une formule du tableur : collez sa valeur à la place.")
    if text in _SPREADSHEET_ERRORS:
        raise BadCell(f"« {text} » est une erreur du tableur : écrivez la valeur.")
    personal = personal_content(text, column=column)
    if personal:
        raise _Personal(
            f"La cellule contient {personal} : effacez-la. Seuls des totaux sont acceptés "
            f"(RGPD, article 9)."
        )
    parser = _PARSERS.get(column)
    return parser(text) if parser else " ".join(text.split())


def _fte(read: Mapping[str, Any]) -> tuple[float, str]:
    """ETP written, else hours / 35, else weekly timetable / 35 (METHODS section 3)."""
    fte, status = read.get("etp", (math.nan, "missing"))
    if status != "missing":
        return fte, status
    for hours in (observed(read, "heures_par_semaine"), timetable_hours(read)):
        if hours > 0:
            return hours / FULL_WEEK_HOURS, "modelled"
    return math.nan, "missing"


def _entry(line: int, read: Mapping[str, Any]) -> Entry:
    fte, fte_status = _fte(read)
    people, people_status = read.get("personnes_par_an", (math.nan, "missing"))
    longitude, latitude = read.get("position", (math.nan, math.nan))
    return Entry(
        line=line,
        texts={name: value for name, value in read.items() if isinstance(value, str)},
        weekdays=tuple(read.get("jours", ())),
        languages=tuple(read.get("langues", ())),
        visibility=tuple(read.get("visibilite", ())),
        exchanges=tuple(read.get("echanges", ())),
        longitude=longitude,
        latitude=latitude,
        hours_per_week=observed(read, "heures_par_semaine"),
        fte=fte,
        fte_status=fte_status,
        people_per_year=people,
        people_status=people_status,
        qpv=tuple(read.get("qpv_desservis", ())),
        funders=tuple(read.get("financeurs", ())),
    )
