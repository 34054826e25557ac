"""One table of texts and figures under every export: the same rows, the same words.

A hidden value is written ``s``, an unknown one is left empty (METHODS 2.5).
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo import column_words, columns
from geo.columns import Column
from geo.confidentiality import HIDDEN
from geo.exclusion import STATE_WORDS

if TYPE_CHECKING:
    from geo.analysis import Analysis

# Figures without a status of their own, that a hidden figure leaves with nothing to rest on.
_HIDDEN_WITH = {
    "inhabitants_per_fte": "population_status",
    "served_people": "need_people_status",
}


def export_frame(analysis: Analysis) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The QPV table with all its columns, and their definitions in the same order.

    Cells are str, float, int or None; a suppressed figure is the text ``s``.
    """
    qpv = analysis.qpv
    parts = tuple(dict.fromkeys(key for row in qpv["contributions"] for key in row or {}))
    shown = columns.export_columns(parts)
    secret = hidden_components(analysis.components)
    texts = {column.export: column_cells(qpv, column, secret) for column in shown}
    return pd.DataFrame(texts, dtype=object), shown


def hidden_components(components: pd.DataFrame) -> frozenset[tuple[str, str]]:
    """The (code_qp, component) whose figure is hidden, so that they have no part in the score."""
    if components.empty:
        return frozenset()
    hidden = components[components["status"] == "suppressed"]
    return frozenset(zip(hidden["code_qp"], hidden["component"], strict=True))


def column_cells(
    qpv: pd.DataFrame, column: Column, secret: Container[tuple[str, str]] = ()
) -> list[Any]:
    """One column as texts and figures: ``s`` when hidden, None when unknown.

    ``secret`` holds the (code_qp, component) that have no part in the score because hidden.
    """
    if column.id.startswith("contributions."):
        key = column.id.removeprefix("contributions.")
        return [
            HIDDEN if (code, key) in secret else plain_number((row or {}).get(key))
            for code, row in zip(qpv["code_qp"], qpv["contributions"], strict=True)
        ]
    values = qpv[column.id]
    if column.kind == "status":
        return [column_words.STATUS_WORDS.get(value, value) for value in values]
    if column.kind == "list":
        return [
            "; ".join(column_words.MISSING_WORDS.get(item, item) for item in value)
            for value in values
        ]
    if column.kind in ("number", "rank"):
        figures = [plain_number(value) for value in values]
        status = column.status or _HIDDEN_WITH.get(column.id, "")
        if status:
            hidden = (qpv[status] == "suppressed").to_numpy()
            return [HIDDEN if one else v for one, v in zip(hidden, figures, strict=True)]
        return figures
    if column.id in ("precision", "access_precision"):
        return [column_words.PRECISION_WORDS.get(value, value) for value in values]
    if column.id == "access_level":
        return [column_words.LEVEL_WORDS.get(value, value) for value in values]
    if column.id == "double_exclusion":
        return [STATE_WORDS.get(value, value) for value in values]
    if column.id in ("access_class", "need_class"):
        return [column_words.CLASS_WORDS.get(value, value) for value in values]
    return [str(value) for value in values]


def plain_number(value: Any) -> int | float | None:
    """None when unknown, an integer when the figure is whole."""
    if value is None or pd.isna(value):
        return None
    if float(value).is_integer():
        return int(value)
    return float(value)


def as_text(value: Any) -> str:
    """The cell as it is written; empty when unknown."""
    return "" if value is None else str(value)
