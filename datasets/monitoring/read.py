"""A follow-up file as monthly lines, with every problem of it."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from datasets.brought.examine import (
    FormExamination,
    Line,
    RefusedForm,
    described,
    examine_form,
    good_csv,
)
from datasets.mediation import values
from datasets.mediation.known import CodeList, Codes, code_list
from datasets.monitoring import cells
from datasets.monitoring.columns import COUNT_COLUMNS, FORM, SOURCE_ID
from datasets.monitoring.judge import Judge
from datasets.reading import Problem
from geo.monitoring.counters import LINE_COLUMNS, WORKSHOP_COLUMNS, months_between, months_in_words
from geo.territory import departement_of_commune, departement_of_qpv
from geo.words import counted

_PARSERS: dict[str, Any] = {
    "mois": cells.month,
    "etp": cells.fte,
    "qpv_desservis": cells.quarters,
    "commune": values.commune,
    "cout": cells.euros,
    **dict.fromkeys(COUNT_COLUMNS, cells.count),
    "ateliers": cells.by_kind,
    "participations_ateliers": cells.by_kind,
}
PostMonth = tuple[str, str]
_MANDATORY = tuple(name for name, rule in FORM.rules.items() if rule.mandatory)


@dataclass(frozen=True)
class MonitoringReading:
    """Monthly lines and workshops (columns of ``geo.monitoring``), and what was met.

    ``refused`` is how many lines were left out, ``refused_months`` the posts and months that they
    tell, where that much can be read; ``good_csv`` the good lines as they were written, as a file
    of the form: no column that is not of it, and nothing above its header.
    """

    lines: pd.DataFrame
    workshops: pd.DataFrame
    problems: tuple[Problem, ...]
    refused: int
    good_csv: bytes
    refused_months: frozenset[PostMonth] = frozenset()


def check_monitoring(
    path: Path, today: date, known_qpv: Collection[str] | CodeList | None = None
) -> FormExamination:
    """The lines and all the problems of a follow-up file.

    Parameters
    ----------
    today : no line may describe a month after this day.
    known_qpv : QPV 2024 that exist; without it only the form of the codes is checked.

    Raises
    ------
    UnreadableFile
        When there is no table to check.
    """
    known: Codes | None = known_qpv
    judge = Judge(today, code_list(known))
    found = examine_form(path, FORM, _PARSERS, judge, _absent)
    kept = () if found.lacks_column else found.lines
    more = tuple(_gaps(found.file, kept, _refused_months(found)))
    return FormExamination(
        found.file, kept, (*found.problems, *more), found.cells, found.lacks_column
    )


def read_monitoring(
    path: Path, today: date, known_qpv: Collection[str] | CodeList | None = None
) -> MonitoringReading:
    """The good lines of a follow-up file; the others are in ``problems``, each with its reasons.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedForm
        When a column describes people, a mandatory one is absent, or no line is good.
    """
    examination = check_monitoring(path, today, known_qpv)
    refused = {(problem.file, problem.line) for problem in examination.refused}
    if not examination.lines:
        head = (
            f"{examination.file} : {counted(len(examination.refused), 'problème')}, aucune ligne "
            f"n’a été gardée. À faire : corrigez-les, ou {FORM.remedy}."
        )
        told = "\n".join([head, *map(described, examination.problems)])
        raise RefusedForm(told, examination.refused)
    rows = [_row(line) for line in examination.lines]
    held = [row for line in examination.lines for row in _workshops(line)]
    lines = pd.DataFrame(rows, columns=list(LINE_COLUMNS)).astype(
        dict.fromkeys(("post", "structure", "month", "qpv", "departement"), "str")
    )
    workshops = pd.DataFrame(held, columns=list(WORKSHOP_COLUMNS)).astype(
        {"post": "str", "month": "str", "kind": "str", "workshops": float, "participants": float}
    )
    kept = good_csv(FORM, examination)
    return MonitoringReading(
        lines, workshops, examination.problems, len(refused), kept, _refused_months(examination)
    )


def _row(line: Line) -> dict[str, Any]:
    told = line.values
    codes = told.get("qpv_desservis", ())
    commune = told.get("commune", "")
    places = {departement_of_qpv(code) for code in codes} or (
        {departement_of_commune(commune)} if commune else set()
    )
    return {
        "post": told["poste"],
        "structure": told["structure"],
        "month": told["mois"],
        "fte": told.get("etp", math.nan),
        "cost_eur": told.get("cout", math.nan),
        "qpv": ";".join(codes),
        "departement": ";".join(sorted(places)),
        **{counter: told.get(name, math.nan) for name, counter in COUNT_COLUMNS.items()},
        "workshops": _sum(told.get("ateliers", {})),
        "participants": _sum(told.get("participations_ateliers", {})),
    }


def _workshops(line: Line) -> list[tuple[Any, ...]]:
    held = line.values.get("ateliers", {})
    present = line.values.get("participations_ateliers", {})
    return [
        (line.values["poste"], line.values["mois"], kind, number, present.get(kind, math.nan))
        for kind, number in held.items()
    ]


def _sum(by_kind: dict[str, float]) -> float:
    known = [value for value in by_kind.values() if not math.isnan(value)]
    return sum(known) if known else math.nan


def _refused_months(examination: FormExamination) -> frozenset[PostMonth]:
    """(post, month) of the refused lines, of those where both can be read."""
    found = set()
    for problem in examination.refused:
        told = examination.cells.get((problem.file, problem.line or 0), {})
        try:
            found.add((" ".join(told.get("poste", "").split()), cells.month(told.get("mois", ""))))
        except values.BadCell:
            continue
    return frozenset(found)


def _gaps(file: str, lines: tuple[Line, ...], refused: frozenset[PostMonth]) -> list[Problem]:
    """Months between the first and the last line of a post that no line describes.

    A month whose line was refused is told with that line.
    """
    told: dict[str, list[str]] = {}
    for line in lines:
        told.setdefault(str(line.values["poste"]), []).append(str(line.values["mois"]))
    problems = []
    for post, months in told.items():
        absent = [month for month in months_between(min(months), max(months))
                  if month not in months and (post, month) not in refused]  # fmt: skip
        if absent:
            message = (
                f"Poste {post} : {counted(len(absent), 'mois sans ligne', 'mois sans ligne')} "
                f"({months_in_words(absent)}). Ils sont manquants, jamais comptés zéro."
            )
            problems.append(
                Problem("missing", SOURCE_ID, file, message, column="mois", value=post,
                        expected="une ligne par poste et par mois", count=len(absent))
            )  # fmt: skip
    return problems


def _absent(columns: frozenset[str]) -> str:
    return next((name for name in _MANDATORY if name not in columns), "")
