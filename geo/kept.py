"""The quarters that a filter of the map keeps: some situations, one cell of the 3 × 3 reading."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from geo.legend import ACCESS_CLASSES, ACCESS_WORDS, NEED_CLASSES, NEED_WORDS, cell, cells

CELL_WORDS = {
    **{
        cell(access, need): f"accès {ACCESS_WORDS[access]}, besoin restant {NEED_WORDS[need]}"
        for access in ACCESS_CLASSES
        for need in NEED_CLASSES
    },
    "unknown": "situation indéterminée",
}


def quarter_cells(qpv: pd.DataFrame) -> pd.Series:
    """The cell of the legend that each quarter is drawn with (same index)."""
    told = [
        "unknown" if situation == "indéterminé" else cell(access, need)
        for access, need, situation in zip(
            qpv["access_class"], qpv["need_class"], qpv["situation"], strict=True
        )
    ]
    return pd.Series(told, index=qpv.index, dtype="str")


def cell_counts(qpv: pd.DataFrame) -> dict[str, int]:
    """How many quarters each cell of the legend holds, zeros included."""
    found = quarter_cells(qpv).value_counts()
    return {key: int(found.get(key, 0)) for key in cells()}


def kept(
    qpv: pd.DataFrame,
    situations: Collection[str] | None = None,
    cell_key: str = "",
    communes: Collection[str] = (),
) -> pd.Series:
    """True for the quarters that a filter keeps; without any of the three, all of them.

    ``situations`` by name (None: all), ``cell_key`` one key of ``CELL_WORDS``, ``communes`` names
    among ``qpv["commune_label"]``.
    """
    shown = pd.Series(True, index=qpv.index)
    if situations is not None:
        shown &= qpv["situation"].isin(list(situations))
    if cell_key:
        shown &= quarter_cells(qpv) == cell_key
    if communes:
        shown &= qpv["commune_label"].isin(list(communes))
    return shown
