"""The follow-up sheet of a group of communes: one line a month, ready for its counters."""

from __future__ import annotations

from datetime import date

from datasets.brought.template import form_bytes
from datasets.monitoring.columns import FORM

POST = "COORDINATION-1"


def group_sheet(name: str, commune: str, year: int, today: date) -> bytes:
    """The follow-up template as a workbook, its months filled in, its counters left empty.

    ``name``: the group, written as the structure of each line; ``commune``: the one where the
    post is. No month to come is written: the reader of the sheet refuses it. Nobody is named.
    """
    last = 12 if year < today.year else today.month
    lines = [
        {"poste": POST, "structure": name, "mois": f"{year}-{month:02d}", "commune": commune}
        for month in range(1, last + 1)
    ]
    return form_bytes(FORM, lines)
