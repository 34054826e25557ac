"""The figures behind the need, one line per QPV and indicator, each with its whole identity."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.column_words import STATUS_WORDS
from geo.confidentiality import HIDDEN
from geo.indicators import label_fr
from geo.report.cells import plain_number
from geo.report.csv import csv_cell
from geo.report.sources import attributions

if TYPE_CHECKING:
    from geo.analysis import Analysis

INDICATOR_COLUMNS = (
    "code_qp",
    "indicateur",
    "libelle",
    "valeur",
    "valeur_statut",
    "unite",
    "source_id",
    "millesime",
    "perimetre",
    "repris_de",
)


def indicator_rows(analysis: Analysis) -> list[list[Any]]:
    """``INDICATOR_COLUMNS`` for each QPV of the territory and component of the need, by rank.

    The value is ``s`` when hidden, None when unknown; a 2015 figure carried to a 2024 QPV says
    from which QPV (``repris_de``).
    """
    components = pd.concat([analysis.components, analysis.other_components])
    if components.empty:
        return []
    by_code = dict(list(components.groupby("code_qp", sort=False)))
    return [
        _row(row)
        for code in analysis.qpv["code_qp"]
        if code in by_code
        for row in by_code[code].to_dict("records")
    ]


def to_indicators_csv_bytes(analysis: Analysis) -> bytes:
    """The same as a CSV (see ``geo.report.csv``): columns ``valeur``, ``valeur_statut`` …"""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*INDICATOR_COLUMNS, "territoire", "donnees", "sources"])
    kind = "fictives" if analysis.fictional else "réelles"
    credits = csv_cell(" ; ".join(attributions(analysis)))
    for row in indicator_rows(analysis):
        writer.writerow([*map(csv_cell, row), analysis.territory, kind, credits])
    return text.getvalue().encode("utf-8-sig")


def _row(row: dict[Any, Any]) -> list[Any]:
    hidden = row["status"] == "suppressed"
    return [
        str(row["code_qp"]),
        str(row["component"]),
        label_fr(str(row["component"])),
        HIDDEN if hidden else plain_number(row["value"]),
        STATUS_WORDS[str(row["status"])],
        str(row["unit"]),
        *(str(row[name]) for name in ("source_id", "vintage", "perimeter", "carried_from")),
    ]
