"""Every problem of a brought form, with its line, its column, its value and what was expected.

A line with a ``rejected`` problem is not used; the other kinds are said and let it through.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from datasets.brought.cells import csv_bytes, write_refused_lines
from datasets.brought.form import Form
from datasets.brought.near_titles import meant
from datasets.brought.table import RawLine, RawTable, read_tables
from datasets.mediation.personal import MASKED, personal_content
from datasets.mediation.values import BadCell
from datasets.reading import Problem
from geo.errors import BadInput

EXAMPLE_PREFIX = "EXEMPLE"
RETURNED_COLUMNS = ("ligne_d_origine", "motifs_du_refus")
_SPREADSHEET_ERRORS = ("#N/A", "#REF!", "#VALEUR!", "#VALUE!", "#NOM?", "#NAME?", "#DIV/0!")


class Tell(Protocol):
    """How a check tells a problem of the line it judges."""

    def __call__(self, kind: str, column: str, message: str, expected: str = "") -> None: ...


@dataclass(frozen=True)
class Line:
    """One line understood: its number, the table it is of, its values by column."""

    line: int
    file: str
    values: Mapping[str, Any]


Judge = Callable[[Line, Tell], None]


@dataclass(frozen=True)
class FormExamination:
    """A form read and judged: its usable lines, all its problems, the cells of every line."""

    file: str
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    cells: Mapping[tuple[str, int], Mapping[str, str]]
    lacks_column: bool

    @property
    def refused(self) -> list[Problem]:
        """The problems that keep a line, or the whole file, from being used."""
        return [problem for problem in self.problems if problem.kind == "rejected"]


@dataclass(frozen=True)
class BroughtTable:
    """A canonical table read from a brought form, and all that was met."""

    table: pd.DataFrame
    examination: FormExamination


class RefusedForm(BadInput):
    """Lines of a brought form that cannot be used; ``problems`` holds every one."""

    def __init__(self, message: str, problems: Sequence[Problem]):
        super().__init__(message)
        self.problems = tuple(problems)


def examine_form(
    path: Path,
    form: Form,
    parsers: Mapping[str, Callable[[str], Any]],
    judge: Judge,
    absent: Callable[[frozenset[str]], str],
) -> FormExamination:
    """Read and judge every line of every table of the file.

    Parameters
    ----------
    parsers : how a cell of a column is read (``BadCell`` when it cannot); text otherwise.
    judge : tells what is wrong between the cells of one line, in the order of the lines.
    absent : the mandatory column that a set of columns lacks, ``""`` when none.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    """
    problems: list[Problem] = []
    lines: list[Line] = []
    cells: dict[tuple[str, int], Mapping[str, str]] = {}
    lacking = False
    for table in read_tables(path, form):
        names = _names(table, form)
        lack = absent(frozenset(names))
        problems += _header_problems(table, form, names, lack)
        nominative = [title for title in table.titles if _is_refused(title, form)]
        problems += [_nominative(table, title, form) for title in nominative]
        lacking = lacking or bool(lack) or bool(nominative)
        problems += table.problems
        for row in () if lack else table.lines:
            told = {name: row.cells.get(title, "") for name, title in names.items()}
            cells[table.file, row.line] = told
            if any(text.upper().startswith(EXAMPLE_PREFIX) for text in told.values()):
                problems.append(_example(table.file, row.line, form))
                continue
            formulas = {name for name, title in names.items() if title in row.formulas}
            problems += _foreign_cells(table, row, form)
            line, found = _judged(table.file, row.line, told, formulas, form, parsers, judge)
            problems += found
            if line is not None:
                lines.append(line)
    bad = {(problem.file, problem.line) for problem in problems if problem.kind == "rejected"}
    kept = tuple(line for line in lines if (line.file, line.line) not in bad)
    if not cells and not lacking:
        problems.append(_no_line(path.name, form))
    return FormExamination(path.name, kept, tuple(problems), cells, lacking)


def require_good(examination: FormExamination, form: Form, keep_good: bool) -> None:
    """Refuse a form with a bad line, unless ``keep_good``; always one that lacks a column.

    Raises
    ------
    RefusedForm
        Listing every problem.
    """
    refused = examination.refused
    if not refused or (keep_good and not examination.lacks_column):
        return
    head = (
        f"{examination.file} : {len(refused)} problème(s), rien n’a été lu. À faire : corrigez-les "
        f"(la liste : qpv check {form.name} FICHIER), ou ajoutez --keep-good à « qpv build » : les "
        "bonnes lignes sont gardées."
    )
    raise RefusedForm("\n".join([head, *map(described, refused)]), refused)


def described(problem: Problem) -> str:
    """One problem on one line: where, what, what was expected."""
    where = f"{problem.file}, ligne {problem.line}" if problem.line else problem.file
    where += f", colonne « {problem.column} »" if problem.column else ""
    tail = f" Attendu : {problem.expected}." if problem.expected else ""
    return f"{where} : {problem.message}{tail}"


def write_refused_beside(path: Path, form: Form, examination: FormExamination) -> Path | None:
    """Write the refused lines beside the file, to be corrected; None when every line is good."""
    data = refused_csv(form, examination)
    return write_refused_lines(path, data) if data else None


def good_csv(form: Form, examination: FormExamination) -> bytes:
    """The usable lines as they were written, as a file of this form."""
    kept = (examination.cells[line.file, line.line] for line in examination.lines)
    return csv_bytes(form.rules, ([cells.get(name, "") for name in form.rules] for cells in kept))


def refused_csv(form: Form, examination: FormExamination) -> bytes:
    """The refused lines with their reasons, personal cells masked; empty when there is none."""
    reasons: dict[tuple[str, int], list[str]] = {}
    for problem in examination.refused:
        if (problem.file, problem.line) in examination.cells:
            reasons.setdefault((problem.file, problem.line), []).append(problem.message)
    if not reasons:
        return b""
    rows = [
        [_safe(cells.get(name, ""), name) for name in form.rules] + [str(key[1]), " / ".join(why)]
        for key, why in reasons.items()
        for cells in (examination.cells[key],)
    ]
    return csv_bytes([*form.rules, *RETURNED_COLUMNS], rows)


def _safe(text: str, column: str) -> str:
    return MASKED if personal_content(text, column=column) else text


def _names(table: RawTable, form: Form) -> dict[str, str]:
    """Header of each column of the form (the first when two stand for one column)."""
    names: dict[str, str] = {}
    for title in table.titles:
        if form.column_of(title):
            names.setdefault(form.column_of(title), title)
    return names


def _header_problems(
    table: RawTable, form: Form, names: Mapping[str, str], lack: str
) -> list[Problem]:
    problems = []
    if lack:
        message = f"La colonne obligatoire « {lack} » manque : ajoutez-la, ou reprenez le modèle."
        expected = form.rules[lack].expected if lack in form.rules else ""
        problems.append(
            Problem("rejected", form.source_id, table.file, message, table.header_line, lack, "",
                    expected)
        )  # fmt: skip
    lacking = [name for name in form.rules if name not in names]
    unread = [title for title in table.titles if _is_unread(title, names.values(), form)]
    problems += [
        Problem("extra", form.source_id, table.file,
                f"La colonne « {title} » n’est pas lue.{meant(title, lacking)}",
                table.header_line, title)
        for title in unread
    ]  # fmt: skip
    return problems


def _is_unread(title: str, read: Collection[str], form: Form) -> bool:
    return title not in read and title not in RETURNED_COLUMNS and not _is_refused(title, form)


def _is_refused(title: str, form: Form) -> bool:
    refused = form.refused_header
    return refused is not None and not form.column_of(title) and refused(title)


def _nominative(table: RawTable, title: str, form: Form) -> Problem:
    message = (
        f"La colonne « {title} » désigne des personnes : supprimez-la. Seuls des totaux sont "
        "acceptés (RGPD, article 9) ; rien n’est gardé du fichier tant qu’elle y est."
    )
    return Problem(
        "rejected", form.source_id, table.file, message, table.header_line, title, title,
        "des totaux, sans rien qui désigne une personne",
    )  # fmt: skip


def _foreign_cells(table: RawTable, row: RawLine, form: Form) -> list[Problem]:
    """Personal content in a column that is not of the form, where the form guards against it."""
    if form.refused_header is None:
        return []
    problems = []
    for title, text in row.cells.items():
        if not text or form.column_of(title) or title in RETURNED_COLUMNS:
            continue
        if what := personal_content(text, free=True):
            message = (
                f"La colonne « {title} » contient {what} : effacez-la. Seuls des totaux sont "
                "acceptés (RGPD, article 9)."
            )
            problems.append(
                Problem("rejected", form.source_id, table.file, message, row.line, title, MASKED,
                        "des totaux, sans rien qui désigne une personne")
            )  # fmt: skip
    return problems


def _judged(
    file: str,
    number: int,
    cells: Mapping[str, str],
    formulas: set[str],
    form: Form,
    parsers: Mapping[str, Callable[[str], Any]],
    judge: Judge,
) -> tuple[Line | None, list[Problem]]:
    problems: list[Problem] = []

    def tell(kind: str, column: str, message: str, expected: str = "") -> None:
        value = cells.get(column, "")
        shown = MASKED if personal_content(value, column=column) else value
        expected = expected or form.rules[column].expected
        problems.append(
            Problem(kind, form.source_id, file, message, number, column, shown, expected)
        )

    values: dict[str, Any] = {}
    for column, text in cells.items():
        if not text:
            if form.rules[column].mandatory:
                tell("rejected", column, f"La colonne obligatoire « {column} » est vide.")
            continue
        try:
            at_home = "lieu" if column in form.places else column
            values[column] = _cell(text, at_home, column in formulas, parsers.get(column))
        except BadCell as bad:
            tell("rejected", column, str(bad), bad.expected)
    if not problems:
        judge(Line(number, file, values), tell)
    refused = any(problem.kind == "rejected" for problem in problems)
    return (None if refused else Line(number, file, values)), problems


def _cell(text: str, column: str, formula: bool, parser: Callable[[str], Any] | None) -> Any:
    if formula or text.startswith("="):
        raise BadCell("La cellule est une formule du tableur : collez sa valeur à la place.")
    if text in _SPREADSHEET_ERRORS:
        raise BadCell(f"« {text} » est une erreur du tableur : écrivez la valeur.")
    personal = personal_content(text, column=column)
    if personal:
        raise BadCell(f"La cellule contient {personal} : effacez-la (RGPD, article 9).")
    return parser(text) if parser else " ".join(text.split())


def _example(file: str, line: int, form: Form) -> Problem:
    message = (
        "Ligne d’exemple fictive du modèle, laissée de côté : remplacez-la par une des vôtres, ou "
        "supprimez-la."
    )
    return Problem("extra", form.source_id, file, message, line, expected="vos propres lignes")


def _no_line(file: str, form: Form) -> Problem:
    message = "Aucune ligne sous l’en-tête : remplissez-en au moins une."
    return Problem("rejected", form.source_id, file, message, 2, expected=form.expected)
