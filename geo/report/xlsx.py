"""The QPV table as a workbook that explains itself."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import xlsxwriter

from geo.columns import Column
from geo.report.cells import export_frame
from geo.report.indicators import INDICATOR_COLUMNS, indicator_rows
from geo.report.regimes import REGIME_HEADINGS, regime_rows
from geo.report.sources import (
    PARAMETER_HEADINGS,
    SOURCE_WORDS,
    as_texts,
    parameter_rows,
    read_me,
    title,
)

if TYPE_CHECKING:
    from geo.analysis import Analysis

NOT_DATED = dt.datetime(2000, 1, 1)


def to_xlsx_bytes(analysis: Analysis) -> bytes:
    """A workbook: Lisez-moi, Quartiers, Indicateurs, Régimes, Colonnes, Sources, Paramètres."""
    frame, shown = export_frame(analysis)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title(analysis), "created": NOT_DATED})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    _sheet(book, "Lisez-moi", bold, ["À lire d'abord"], [[line] for line in read_me(analysis)],
           widths=[110])  # fmt: skip
    _sheet(book, "Quartiers", bold, [column.full_heading for column in shown],
           frame.itertuples(index=False), formats=_formats(book, shown))  # fmt: skip
    _sheet(book, "Indicateurs", bold, list(INDICATOR_COLUMNS), indicator_rows(analysis),
           widths=[14, 28, 44, 14, 22, 14, 18, 18, 12, 14])  # fmt: skip
    _sheet(book, "Régimes", bold, list(REGIME_HEADINGS), regime_rows(analysis),
           widths=[14, 34, 20, 14, 100, 14, 20, 14])  # fmt: skip
    _sheet(book, "Colonnes", bold,
           ["Colonne", "Nom dans le CSV", "Nom dans le programme", "Unité", "Définition",
            "Source ou méthode"],
           [[c.heading, c.export, c.id, c.unit, c.definition, c.method] for c in shown],
           widths=[32, 28, 28, 24, 80, 60])  # fmt: skip
    sources = as_texts(analysis.sources)
    _sheet(book, "Sources", bold, [SOURCE_WORDS.get(name, name) for name in sources.columns],
           sources.itertuples(index=False), widths=[22] * len(sources.columns))  # fmt: skip
    _sheet(book, "Paramètres", bold, list(PARAMETER_HEADINGS),
           parameter_rows(analysis), widths=[60, 30, 30, 60, 30, 30])  # fmt: skip
    book.close()
    return target.getvalue()


def _sheet(
    book: Any,
    name: str,
    bold: Any,
    headings: list[str],
    rows: Iterable[Iterable[Any]],
    formats: list[Any] | None = None,
    widths: list[int] | None = None,
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    last = 0
    for index, heading in enumerate(headings):
        sheet.write_string(0, index, heading, bold)
        sheet.set_column(index, index, (widths or [18] * len(headings))[index])
    for line, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(line, index, value, formats[index] if formats else None)
            elif value:
                sheet.write_string(line, index, str(value))
            last = line
    if headings and last:
        sheet.autofilter(0, 0, last, len(headings) - 1)


def _formats(book: Any, shown: tuple[Column, ...]) -> list[Any]:
    patterns = ["#,##0" + ("." + "0" * c.decimals if c.decimals else "") for c in shown]
    made = {
        pattern: book.add_format({"num_format": pattern}) for pattern in dict.fromkeys(patterns)
    }
    return [made[pattern] for pattern in patterns]
