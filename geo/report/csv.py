"""The QPV table as a CSV that a French spreadsheet opens as it is."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from geo.report.cells import as_text, export_frame
from geo.report.sources import attributions

if TYPE_CHECKING:
    from geo.analysis import Analysis

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"-?\d+(,\d+)?")


def to_csv_bytes(analysis: Analysis) -> bytes:
    """UTF-8 with BOM, ``;``, decimal comma, CRLF; text that looks like a formula is neutralised.

    Each line ends with ``territoire``, ``donnees`` (``fictives`` or ``réelles``) and ``sources``
    (publisher, title, vintage and date fetched of each), so that a line copied alone is credited.
    """
    frame, shown = export_frame(analysis)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*(column.export for column in shown), "territoire", "donnees", "sources"])
    credits = csv_cell(" ; ".join(attributions(analysis)))
    kind = "fictives" if analysis.fictional else "réelles"
    for row in frame.itertuples(index=False):
        # One decimal more than on screen: further ones would pretend to a precision nobody has.
        cells = [csv_cell(value, c.decimals + 1) for value, c in zip(row, shown, strict=True)]
        writer.writerow([*cells, analysis.territory, kind, credits])
    return text.getvalue().encode("utf-8-sig")


def csv_cell(value: Any, decimals: int = 6) -> str:
    """One cell: decimal comma, no thousands separator, at most so many decimals."""
    if isinstance(value, float):
        # Adding 0 turns a rounded -0.0 into 0.
        text = f"{round(value, decimals) + 0.0:.{decimals}f}"
        return text.rstrip("0").rstrip(".").replace(".", ",")
    text = as_text(value)
    # A spreadsheet would run a text that begins like a formula; a negative number is none.
    risky = text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text)
    return f"'{text}" if risky else text
