"""Sheets of a workbook: headings that stay, filters, and text that can never run as a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

# The same content must give the same bytes: no clock.
_NOT_DATED = dt.datetime(2000, 1, 1)
_DAY_PATTERN = "dd/mm/yyyy"
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``rows`` of texts, figures and dates; None is an empty cell.

    ``patterns`` are number formats by column, ``widths`` in characters.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Iterable[Any]]
    widths: Sequence[int] = ()
    patterns: Sequence[str] = ()


def workbook_bytes(title: str, sheets: Iterable[Sheet]) -> bytes:
    """The sheets in their order, as an XLSX; the same sheets give the same bytes."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title, "created": _NOT_DATED})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    # A text that begins like a formula carries the mark that spreadsheets keep for « text ».
    quoted = book.add_format({"quote_prefix": True})
    formats: dict[str, Any] = {}

    def in_format(pattern: str) -> Any:
        if pattern not in formats:
            formats[pattern] = book.add_format({"num_format": pattern})
        return formats[pattern]

    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, bold, quoted, in_format)
    book.close()
    return target.getvalue()


def as_day(text: str) -> dt.date | str:
    """A day written in ISO (alone, or before its hour) as a date; any other text as it is."""
    written = _ISO_DAY.fullmatch(text)
    try:
        return dt.date.fromisoformat(written[1]) if written else text
    except ValueError:
        return text


def _write(
    page: Any, sheet: Sheet, bold: Any, quoted: Any, in_format: Callable[[str], Any]
) -> None:
    page.freeze_panes(1, 0)
    widths = list(sheet.widths) or [18] * len(sheet.headings)
    for index, heading in enumerate(sheet.headings):
        page.write_string(0, index, heading, bold)
        page.set_column(index, index, widths[index])
    last = 0
    for line, row in enumerate(sheet.rows, start=1):
        last = line
        for index, value in enumerate(row):
            if isinstance(value, int | float):
                pattern = sheet.patterns[index] if sheet.patterns else ""
                page.write_number(line, index, value, in_format(pattern) if pattern else None)
            elif isinstance(value, dt.date):
                page.write_datetime(line, index, value, in_format(_DAY_PATTERN))
            elif value:
                text = str(value)
                page.write_string(
                    line, index, text, quoted if text.startswith(_FORMULA_STARTS) else None
                )
    if last:
        page.autofilter(0, 0, last, len(sheet.headings) - 1)
