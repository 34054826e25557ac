"""Files are kept only if the reader of their kind takes them whole: no name of a person gets in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from datasets.brought.cells import csv_bytes, neutral
from datasets.brought.examine import described
from datasets.brought.form import Form
from datasets.brought.table import read_tables
from datasets.mediation.read import read_mediation
from datasets.mediation.rejected import good_lines
from datasets.mediation.table import FORM as MEDIATION
from datasets.monitoring import FORM as MONITORING
from datasets.monitoring import read_monitoring
from datasets.uploaded import read_uploaded
from geo.errors import BadInput
from geo.words import counted

MAX_BYTES = 20_000_000  # [assumption, editable]
_FORMS: Mapping[str, Form] = {"mediation": MEDIATION, "monitoring": MONITORING}
Facts = dict[str, str | int | float | None]


def check_content(kind: str, name: str, content: bytes, today: dt.date) -> Facts:
    """What is read of a file of a kind, in a few facts.

    Parameters
    ----------
    today : no follow-up describes a month after this day.

    Raises
    ------
    BadInput
        As the reader of that kind of file: every problem with its line and column.
    """
    return _CHECKS[kind](name, content, today)


def in_form(kind: str, name: str, content: bytes, today: dt.date) -> bytes:
    """The content itself when it is a CSV of the form and nothing else, else its lines in the form.

    A column that is not read, a title above the header, another sheet or the properties of a
    workbook could hold a name: none is kept. Nor is a cell that a spreadsheet would compute. What
    this gives is given back as it is.
    """
    form = _FORMS[kind]

    def of_the_form(path: Path) -> bool:
        tables = read_tables(path, form)
        titles = [title for table in tables for title in table.titles]
        columns = {form.column_of(title) for title in titles} - {""}
        cells = (cell for table in tables for line in table.lines for cell in line.cells.values())
        plain = len(columns) == len(titles) and tables[0].header_line == 1
        return plain and all(neutral(cell) == cell for cell in cells)

    if not content.startswith(b"PK") and read_uploaded(name, content, of_the_form, MAX_BYTES):
        return content
    if kind == "monitoring":
        read = partial(read_monitoring, today=today)
        return read_uploaded(name, content, read, MAX_BYTES).good_csv
    good = read_uploaded(name, content, good_lines, MAX_BYTES)
    return csv_bytes(good.columns, good.to_numpy())


def _mediation(name: str, content: bytes, _today: dt.date) -> Facts:
    found = read_uploaded(name, content, read_mediation, MAX_BYTES)
    return {"points de médiation": len(found.points), "liens avec un quartier": len(found.qpv)}


def _monitoring(name: str, content: bytes, today: dt.date) -> Facts:
    found = read_uploaded(name, content, lambda path: read_monitoring(path, today), MAX_BYTES)
    refused = [problem for problem in found.problems if problem.kind == "rejected"]
    if refused:
        listed = "\n".join(f"- {described(problem)}" for problem in refused)
        raise BadInput(
            f"{name} : {counted(len(refused), 'problème')}, le fichier n'est pas gardé.\n{listed}\n"
            "À faire : corrigez ces lignes, puis enregistrez-le de nouveau."
        )
    months = sorted(found.lines["month"])
    return {
        "lignes": len(found.lines),
        "postes": int(found.lines["post"].nunique()),
        "premier mois": months[0],
        "dernier mois": months[-1],
    }


_CHECKS: Mapping[str, Callable[[str, bytes, dt.date], Facts]] = {
    "mediation": _mediation,
    "monitoring": _monitoring,
}
