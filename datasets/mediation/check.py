"""Every problem of a mediation file, with its line, its column, its value and what was expected.

A line with a ``rejected`` problem is not used. ``suspect``, ``repaired`` and ``extra`` problems
are said and let the line through.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datasets.brought.near_titles import meant
from datasets.mediation.columns import (
    EXAMPLE_PREFIX,
    RETURNED_COLUMNS,
    SOURCE_ID,
    TEMPLATE_COLUMNS,
    template_column,
)
from datasets.mediation.entry import Entry, examine_line
from datasets.mediation.known import Codes, Known, code_list
from datasets.mediation.personal import MASKED, names_a_person_header, personal_content
from datasets.mediation.table import RawLine, RawTable, read_table
from datasets.reading import Problem

MANDATORY = tuple(name for name, rule in TEMPLATE_COLUMNS.items() if rule.mandatory)
PERSONAL_EXPECTED = "des totaux, sans rien qui désigne une personne"


@dataclass(frozen=True)
class Examination:
    """A file read and judged: its usable entries, all its problems, its refused lines."""

    table: RawTable
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    lacks_column: bool

    @property
    def refusals(self) -> dict[int, list[Problem]]:
        """The ``rejected`` problems by line (the header's own under its line)."""
        by_line: dict[int, list[Problem]] = {}
        for problem in self.problems:
            if problem.kind == "rejected":
                by_line.setdefault(problem.line, []).append(problem)
        return by_line


def check_mediation(
    path: Path,
    known_qpv: Codes | None = None,
    known_communes: Codes | None = None,
) -> list[Problem]:
    """All the problems of the file at ``path``, those of the header first, then line by line.

    Parameters
    ----------
    known_qpv:
        The 2024 QPV codes that exist, everywhere or in some départements (``CodeList``); without
        it, and outside these, only the form of the codes is checked.
    known_communes:
        The same for the codes of communes.

    Raises
    ------
    UnreadableFile
        When there is no table to check (empty file, web page, damaged or oversized workbook).
    """
    return list(examine(path, known_qpv, known_communes).problems)


def examine(
    path: Path,
    known_qpv: Codes | None = None,
    known_communes: Codes | None = None,
) -> Examination:
    """Read and judge every line of the file (see ``check_mediation``)."""
    table = read_table(path)
    header, lacks_column = _header_problems(table)
    names = _names(table)
    by_line: list[Problem] = []
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    known = Known(code_list(known_qpv), code_list(known_communes))
    examples = 0
    for row in table.lines:
        cells = {name: row.cells.get(title, "") for name, title in names.items()}
        if cells.get("identifiant", "").upper().startswith(EXAMPLE_PREFIX):
            by_line.append(_example(table.file, row.line, cells["identifiant"]))
            examples += 1
            continue
        formulas = frozenset(name for name, title in names.items() if title in row.formulas)
        entry, problems = examine_line(table.file, row.line, cells, formulas, known)
        problems += _foreign_cells(table, row)
        identifier = cells.get("identifiant", "") or f"ligne-{row.line}"
        if identifier in seen and not personal_content(identifier):
            problems.append(_duplicate(table.file, row.line, identifier, seen[identifier]))
        seen.setdefault(identifier, row.line)
        by_line += problems
        if entry and not any(problem.kind == "rejected" for problem in problems):
            entries.append(entry)
    by_line += table.problems
    refused = {problem.line for problem in table.problems if problem.kind == "rejected"}
    if len(table.lines) == examples and not refused:
        header.append(_no_line(table))
    ordered = sorted(by_line, key=lambda problem: problem.line)
    kept = tuple(entry for entry in entries if entry.line not in refused)
    return Examination(table, kept, (*header, *ordered), lacks_column)


def _names(table: RawTable) -> dict[str, str]:
    """Header of each template column the file has (the first when written twice)."""
    names: dict[str, str] = {}
    for title in table.titles:
        if template_column(title):
            names.setdefault(template_column(title), title)
    return names


def _header_problems(table: RawTable) -> tuple[list[Problem], bool]:
    problems: list[Problem] = []

    def refuse(column: str, message: str, expected: str) -> None:
        problems.append(
            Problem(
                "rejected",
                SOURCE_ID,
                table.file,
                message,
                table.header_line,
                column,
                column,
                expected,
            )
        )

    names = _names(table)
    lacking = [name for name in MANDATORY if name not in names]
    if "commune" not in names and not {"longitude", "latitude"} <= set(names):
        lacking.append("commune")
    for name in lacking:
        instead = " (ou les deux colonnes longitude et latitude)" if name == "commune" else ""
        refuse(
            name,
            f"La colonne obligatoire « {name} »{instead} manque : ajoutez-la, ou reprenez le "
            f"modèle.",
            TEMPLATE_COLUMNS[name].expected,
        )
    for place, title in enumerate(table.titles):
        name = template_column(title)
        if (name and title != names[name]) or title in table.titles[:place]:
            refuse(title, f"La colonne « {title} » est écrite deux fois.", "une seule fois")
        elif names_a_person_header(title):
            refuse(
                title,
                f"La colonne « {title} » désigne des personnes : supprimez-la. Seuls des totaux "
                f"sont acceptés (RGPD, article 9).",
                PERSONAL_EXPECTED,
            )
        elif not name and title not in RETURNED_COLUMNS:
            absent = [name for name in TEMPLATE_COLUMNS if name not in names]
            hint = meant(title, absent) or " Supprimez-la."
            refuse(
                title,
                f"La colonne « {title} » n’est pas dans le modèle : elle ne serait pas lue.{hint}",
                "les colonnes du modèle : " + ", ".join(TEMPLATE_COLUMNS),
            )
    return problems, bool(lacking)


def _foreign_cells(table: RawTable, row: RawLine) -> list[Problem]:
    """Personal content in columns that are not of the template (read for nothing else)."""
    problems = []
    for title, text in row.cells.items():
        if not text or template_column(title) or title in RETURNED_COLUMNS:
            continue
        what = "une donnée nominative" if names_a_person_header(title) else ""
        what = what or personal_content(text, free=True)
        if what:
            problems.append(
                Problem(
                    "rejected",
                    SOURCE_ID,
                    table.file,
                    f"La colonne « {title} » contient {what} : effacez-la. Seuls des totaux sont "
                    f"acceptés (RGPD, article 9).",
                    row.line,
                    title,
                    MASKED,
                    PERSONAL_EXPECTED,
                )
            )
    return problems


def _example(file: str, line: int, identifier: str) -> Problem:
    return Problem(
        "extra",
        SOURCE_ID,
        file,
        "Ligne d’exemple fictive du modèle, laissée de côté : remplacez-la par une de vos "
        "interventions, ou supprimez-la.",
        line,
        "identifiant",
        identifier,
        "vos propres lignes",
    )


def _duplicate(file: str, line: int, identifier: str, first: int) -> Problem:
    return Problem(
        "rejected",
        SOURCE_ID,
        file,
        f"L’identifiant « {identifier} » est déjà celui de la ligne {first}.",
        line,
        "identifiant",
        identifier,
        "un identifiant différent à chaque ligne",
    )


def _no_line(table: RawTable) -> Problem:
    return Problem(
        "missing",
        SOURCE_ID,
        table.file,
        "Aucune intervention n’est décrite : remplissez au moins une ligne sous l’en-tête.",
        table.header_line + 1,
        expected="une ligne par poste ou par permanence",
    )
