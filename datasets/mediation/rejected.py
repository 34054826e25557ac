"""The lines of a file sorted out: the refused ones with their reasons, the good ones apart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.brought.cells import csv_bytes, write_refused_lines
from datasets.files import write_atomically
from datasets.mediation.check import Examination, examine
from datasets.mediation.columns import RETURNED_COLUMNS, TEMPLATE_COLUMNS, template_column
from datasets.mediation.known import Codes
from datasets.mediation.personal import MASKED, personal_content


def rejected_lines(
    path: Path,
    known_qpv: Codes | None = None,
    known_communes: Codes | None = None,
) -> pd.DataFrame:
    """The refused lines of the file: template columns, then line of origin and reasons.

    What points to a person is not repeated: such cells are masked, and columns that are not of
    the template are left out. A line that has not the right number of cells keeps only its
    number and its reason. An empty frame means that every line is good.
    """
    return _refused(examine(path, known_qpv, known_communes))


def good_lines(
    path: Path,
    known_qpv: Codes | None = None,
    known_communes: Codes | None = None,
) -> pd.DataFrame:
    """The usable lines of the file, in the columns of the template, cells as they were written.

    When a line of the file is refused, its ``complet_pour`` is emptied everywhere: a file that
    lost a line is no longer complete. Example lines are left out. Empty when a mandatory column
    is absent: no line can then be good.
    """
    return _good(examine(path, known_qpv, known_communes))


def write_rejected(
    path: Path,
    path_out: Path,
    known_qpv: Codes | None = None,
    known_communes: Codes | None = None,
) -> int:
    """Write ``rejected_lines`` as CSV (``;``, UTF-8 with BOM) and return how many there are.

    The file can be corrected and read again: its two added columns are then skipped. Cells that
    a spreadsheet would compute get a leading apostrophe, taken off when read again.
    """
    return _write(rejected_lines(path, known_qpv, known_communes), path_out)


def write_good(
    path: Path,
    path_out: Path,
    known_qpv: Codes | None = None,
    known_communes: Codes | None = None,
) -> int:
    """Write ``good_lines`` as a mediation file of its own, and return how many there are.

    Nothing is written when there are none.
    """
    frame = good_lines(path, known_qpv, known_communes)
    return _write(frame, path_out) if len(frame) else 0


def write_rejected_beside(
    path: Path,
    known_qpv: Codes | None = None,
    known_communes: Codes | None = None,
) -> Path | None:
    """Write the refused lines beside the file (``NAME-lignes-refusees.csv``), None if all are good.

    A file of that name that holds something else (lines being corrected) is never overwritten:
    a number is added. Raises ``OSError`` when the folder cannot be written in.
    """
    frame = rejected_lines(path, known_qpv, known_communes)
    if frame.empty:
        return None
    return write_refused_lines(path, csv_bytes(frame.columns, frame.to_numpy()))


def _write(frame: pd.DataFrame, path: Path) -> int:
    write_atomically(path, csv_bytes(frame.columns, frame.to_numpy()))
    return len(frame)


def _refused(examination: Examination) -> pd.DataFrame:
    records = []
    for line, problems in sorted(examination.refusals.items()):
        if line == examination.table.header_line:
            continue
        cells = _cells(examination, line)
        masked = [MASKED if personal_content(t, column=n) else t for n, t in cells.items()]
        reasons = " / ".join(dict.fromkeys(problem.message for problem in problems))
        records.append([*masked, str(line), reasons])
    return pd.DataFrame(records, columns=[*TEMPLATE_COLUMNS, *RETURNED_COLUMNS], dtype="str")


def _good(examination: Examination) -> pd.DataFrame:
    lines = [] if examination.lacks_column else [entry.line for entry in examination.entries]
    records = [_cells(examination, line) for line in lines]
    frame = pd.DataFrame(records, columns=list(TEMPLATE_COLUMNS), dtype="str")
    return frame.assign(complet_pour="") if examination.refusals else frame


def _cells(examination: Examination, line: int) -> dict[str, str]:
    """The cells of a line by template column (the first when a column is written twice)."""
    cells = dict.fromkeys(TEMPLATE_COLUMNS, "")
    for row in examination.table.lines:
        if row.line == line:
            for title, text in row.cells.items():
                name = template_column(title)
                if name and not cells[name]:
                    cells[name] = text
    return cells
