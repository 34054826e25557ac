"""The regimes side by side, as rows of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.column_words import STATUS_WORDS
from geo.regimes import REGIMES, STATE_WORDS

if TYPE_CHECKING:
    from geo.analysis import Analysis

REGIME_HEADINGS = (
    "Code", "Quartier", "Régime", "Décision", "Motif", "Date", "Source", "Statut",
)  # fmt: skip


def regime_rows(analysis: Analysis) -> list[list[str]]:
    """One row per QPV and regime, in the order of the QPV table."""
    labels = analysis.qpv.set_index("code_qp")["label"]
    return [
        [
            row["code_qp"],
            labels[row["code_qp"]],
            REGIMES[row["regime"]].label_fr,
            STATE_WORDS[row["state"]],
            row["reason_fr"],
            row["date"],
            row["source_id"],
            STATUS_WORDS[row["status"]],
        ]
        for _, row in analysis.regimes.iterrows()
        if row["code_qp"] in labels.index
    ]
