"""The QPV table as a workbook that explains itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.columns import Column
from geo.report.cells import export_frame
from geo.report.indicators import INDICATOR_COLUMNS, indicator_rows
from geo.report.regimes import REGIME_HEADINGS, regime_rows
from geo.report.sheets import Sheet, as_day, workbook_bytes
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


def to_xlsx_bytes(analysis: Analysis) -> bytes:
    """A workbook: Lisez-moi, Quartiers, Indicateurs, Régimes, Colonnes, Sources, Paramètres."""
    frame, shown = export_frame(analysis)
    return workbook_bytes(
        title(analysis),
        (
            Sheet("Lisez-moi", ["À lire d'abord"], [[line] for line in read_me(analysis)], [110]),
            Sheet(
                "Quartiers",
                [column.full_heading for column in shown],
                frame.itertuples(index=False),
                patterns=[_pattern(column) for column in shown],
            ),
            Sheet(
                "Indicateurs",
                INDICATOR_COLUMNS,
                indicator_rows(analysis),
                [14, 28, 44, 14, 22, 14, 18, 18, 12, 14],
            ),
            Sheet(
                "Régimes",
                REGIME_HEADINGS,
                regime_rows(analysis),
                [14, 34, 20, 14, 100, 14, 20, 14],
            ),
            Sheet(
                "Colonnes",
                ["Colonne", "Nom dans le CSV", "Nom dans le programme", "Unité", "Définition",
                 "Source ou méthode"],
                [[c.heading, c.export, c.id, c.unit, c.definition, c.method] for c in shown],
                [32, 28, 28, 24, 80, 60],
            ),
            sources_sheet(analysis),
            parameters_sheet(analysis),
        ),
    )  # fmt: skip


def sources_sheet(analysis: Analysis) -> Sheet:
    """Every source read: publisher, licence, vintage, files and their hashes, date fetched."""
    sources = as_texts(analysis.sources)
    headings = [SOURCE_WORDS.get(name, name) for name in sources.columns]
    days = {name: sources[name].map(as_day) for name in ("vintage", "fetched_at")}
    rows = sources.assign(**days).astype(object).itertuples(index=False)
    return Sheet("Sources", headings, rows, [22] * len(headings))


def parameters_sheet(analysis: Analysis) -> Sheet:
    """Every setting: value, unit, source, mark."""
    return Sheet(
        "Paramètres", PARAMETER_HEADINGS, parameter_rows(analysis), [60, 30, 30, 60, 30, 30]
    )


def _pattern(column: Column) -> str:
    return "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
