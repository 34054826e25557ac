"""The lines of a call as a CSV that a French spreadsheet opens as it is."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

from geo.pack.dossier import Dossier
from geo.report.csv import csv_cell

_COLUMNS = (
    ("departement", "departement", 0),
    ("code_qp", "code_qp", 0),
    ("label", "quartier", 0),
    ("commune_label", "commune", 0),
    ("candidate", "candidat", 0),
    ("reason", "motif_hors_classement", 0),
    ("selected", "retenu", 0),
    ("selected_by_calculation", "retenu_par_le_calcul", 0),
    ("decision", "derogation", 0),
    ("motive", "motif_derogation", 0),
    ("rank", "rang", 0),
    ("score", "score", 2),
    ("score_status", "score_statut", 0),
    ("points", "points", 0),
    ("share", "part_des_variantes", 4),
    ("share_low", "part_ic95_bas", 4),
    ("share_high", "part_ic95_haut", 4),
    ("rank_05", "rang_5", 0),
    ("rank_95", "rang_95", 0),
    ("population", "population", 0),
    ("situation", "situation", 0),
    ("residual_people", "besoin_restant", 1),
    ("posts", "postes_proposes", 1),
)


def to_csv_bytes(dossier: Dossier) -> bytes:
    """UTF-8 with BOM, ``;``, decimal comma, CRLF: one line per quarter considered."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*(heading for _, heading, _ in _COLUMNS), "donnees"])
    kind = "fictives" if dossier.analysis.fictional else "réelles"
    for _, line in dossier.lines.iterrows():
        writer.writerow([*(_cell(line, name, digits) for name, _, digits in _COLUMNS), kind])
    return text.getvalue().encode("utf-8-sig")


def _cell(line: pd.Series[Any], name: str, digits: int) -> str:
    value = line[name]
    if isinstance(value, bool):
        return "oui" if value else "non"
    if name == "residual_people" and line["residual_status"] == "suppressed":
        return "s"
    if value is None or pd.isna(value):
        return ""
    if name == "score_status":
        return "modélisé" if value == "modelled" else "manquant"
    if isinstance(value, int | float):
        return f"{value:.{digits}f}".replace(".", ",")
    return csv_cell(str(value))
