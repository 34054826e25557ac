"""The QPV table as a CSV that a French spreadsheet opens as it is."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from geo.report.cells import as_text, export_frame

if TYPE_CHECKING:
    from geo.analysis import Analysis

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv_bytes(analysis: Analysis) -> bytes:
    """UTF-8 with BOM, ``;``, decimal comma, CRLF; text that looks like a formula is neutralised.

    Each line ends with ``donnees`` (``fictives`` or ``réelles``), ``territoire``.
    """
    frame, shown = export_frame(analysis)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*(column.export for column in shown), "territoire", "donnees"])
    kind = "fictives" if analysis.fictional else "réelles"
    for row in frame.itertuples(index=False):
        cells = [_csv_cell(value, c.decimals + 1) for value, c in zip(row, shown, strict=True)]
        writer.writerow([*cells, analysis.territory, kind])
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(value: Any, decimals: int) -> str:
    """One decimal more than on screen: further ones would pretend to a precision nobody has."""
    if isinstance(value, float):
        return f"{round(value, decimals):.{decimals}f}".rstrip("0").rstrip(".").replace(".", ",")
    text = as_text(value)
    # A spreadsheet would run a text that begins like a formula; figures never pass here as text.
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text
