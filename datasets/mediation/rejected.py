"""The refused lines of a file, given back with their reasons, ready to be corrected."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from datasets.mediation.check import Examination, examine
from datasets.mediation.columns import RETURNED_COLUMNS, TEMPLATE_COLUMNS, template_column
from datasets.mediation.personal import MASKED, personal_content

_COMPUTED_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def rejected_lines(path: Path, known_qpv: Collection[str] | None = None) -> pd.DataFrame:
    """The refused lines of the file: template columns, then line of origin and reasons.

    What points to a person is not repeated: such cells are masked, and columns that are not of
    the template are left out. A line that has not the right number of cells keeps only its
    number and its reason. An empty frame means that every line is good.
    """
    return _frame(examine(path, known_qpv))


def write_rejected(path: Path, path_out: Path, known_qpv: Collection[str] | None = None) -> int:
    """Write ``rejected_lines`` as CSV (``;``, UTF-8 with BOM) and return how many there are.

    The file can be corrected and read again: its two added columns are then skipped. Cells that
    a spreadsheet would compute get a leading apostrophe, taken off when read again.
    """
    frame = rejected_lines(path, known_qpv)
    with path_out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(frame.columns)
        writer.writerows([neutral(str(cell)) for cell in row] for row in frame.to_numpy())
    return len(frame)


def write_rejected_beside(path: Path, known_qpv: Collection[str] | None = None) -> Path | None:
    """Write the refused lines beside the file (``NAME-lignes-refusees.csv``), None if all are good.

    A file of that name that holds something else (lines being corrected) is never overwritten:
    a number is added. Raises ``OSError`` when the folder cannot be written in.
    """
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder) / "refused.csv"
        if not write_rejected(path, aside, known_qpv):
            return None
        data = aside.read_bytes()
    number, out = 1, path.with_name(f"{path.stem}-lignes-refusees.csv")
    while out.exists() and out.read_bytes() != data:
        number += 1
        out = path.with_name(f"{path.stem}-lignes-refusees-{number}.csv")
    out.write_bytes(data)
    return out


def neutral(text: str) -> str:
    """The cell, kept from being computed by a spreadsheet (negative numbers left as they are)."""
    if not text.startswith(_COMPUTED_BY_SPREADSHEETS) or _is_negative_number(text):
        return text
    return f"'{text}"


def _is_negative_number(text: str) -> bool:
    return text[:1] == "-" and text[1:].replace(",", "", 1).replace(".", "", 1).isdecimal()


def _frame(examination: Examination) -> pd.DataFrame:
    table = examination.table
    rows = {row.line: row for row in table.lines}
    records = []
    for line, problems in sorted(examination.refusals.items()):
        if line == table.header_line:
            continue
        cells = dict.fromkeys(TEMPLATE_COLUMNS, "")
        for title, text in rows[line].cells.items() if line in rows else ():
            name = template_column(title)
            if name and not cells[name]:
                cells[name] = MASKED if personal_content(text, column=name) else text
        reasons = " / ".join(dict.fromkeys(problem.message for problem in problems))
        records.append([*cells.values(), str(line), reasons])
    return pd.DataFrame(records, columns=[*TEMPLATE_COLUMNS, *RETURNED_COLUMNS], dtype="str")
