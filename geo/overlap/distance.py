"""How far a QPV is from changing class: a class holds while its figure stays between its cuts.

The cuts are held where they are: a QPV that moved would also move the cut of a third of the
people, but by less than it moves itself, and two readers could no longer agree on a distance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.overlap.reading import AXES, Axis, Thresholds, cuts_of, situations
from geo.words import counted, number, percent

MARGIN_COLUMNS = ("access_to_cut", "need_to_cut", "near_cut", "next_situation")
_DECIMALS = 9
_RANK = {"low": 0, "mid": 1, "high": 2}
_CLASS_WORDS = {"low": "faible", "mid": "moyen", "high": "élevé"}


def margins(table: pd.DataFrame, thresholds: Thresholds, near_share: float) -> pd.DataFrame:
    """How far each QPV is from changing class, the cuts held where they are.

    Parameters
    ----------
    table : columns region, access, access_class, unmet_score, need_class.
    thresholds : ``Analysis.thresholds``: by region, the cuts of ``access`` and ``unmet_score``.
    near_share : share of the gap between the two cuts up to which a QPV is near one.

    Returns, on the same index, for each axis (``access`` in consultations a year and standardised
    inhabitant, ``need`` in points out of 100): ``_cut``, the nearest cut whose crossing changes
    the class; ``_to_cut``, the signed move that reaches it (upwards the class changes beyond the
    cut, downwards at the cut); ``_to_cut_share``, the same as a share of the gap between the two
    cuts (NaN when there is none); ``_next_class`` and ``_next_situation``, what would then be;
    ``_to_situation``, the move to the cut that changes the situation (first of access, second of
    need). Then ``near_cut`` (the axes that are near, ``""`` when none) and ``next_situation``,
    that of the nearer axis. NaN and ``""`` where the class is unknown.
    """
    moved = {name: _moves(table, axis, thresholds) for name, axis in AXES.items()}
    access, need = moved["access"], moved["need"]
    access["to_situation"] = access.pop("to_first")
    need["to_situation"] = need.pop("to_second")
    access["next_situation"] = situations(access["next_class"], table["need_class"])
    need["next_situation"] = situations(table["access_class"], need["next_class"])
    for axis in (access, need):
        axis["next_situation"] = axis["next_situation"].where(axis["next_class"] != "", "")
    columns = ("cut", "to_cut", "to_cut_share", "next_class", "next_situation", "to_situation")
    found = pd.DataFrame(
        {f"{name}_{column}": axis[column] for name, axis in moved.items() for column in columns}
    )
    near = [(AXES[name].noun_fr, _distance(axis) <= near_share) for name, axis in moved.items()]
    found["near_cut"] = [
        " et ".join(noun for (noun, _), kept in zip(near, row, strict=True) if kept)
        for row in zip(*(flags for _, flags in near), strict=True)
    ]
    need_first = _distance(need) < _distance(access)
    found["next_situation"] = need["next_situation"].where(need_first, access["next_situation"])
    return found.astype({"near_cut": "str", "next_situation": "str"})


def _moves(table: pd.DataFrame, axis: Axis, thresholds: Thresholds) -> dict[str, pd.Series]:
    """Where one axis stands: its nearest cut, the move to it, and the class beyond."""
    by_region = cuts_of(thresholds, axis)
    first, second = (
        table["region"].map({region: pair[rank] for region, pair in by_region.items()})
        for rank in (0, 1)
    )
    first, second = first.astype("float64"), second.astype("float64")
    value, name = table[axis.figure].round(_DECIMALS), table[axis.name]
    to_first, to_second = first - value, second - value
    downwards = (name == "high") | ((name == "mid") & (to_first.abs() <= to_second.abs()))
    # From low one crosses the first cut, from high the second; from mid, the nearer.
    through_first = (name == "low") | ((name == "mid") & downwards)
    gap = second - first
    between = np.where(gap > 0, "mid", np.where(name == "low", "high", "low"))
    beyond = np.where(name == "mid", np.where(downwards, "low", "high"), between)
    known = (name != "") & first.notna()
    to_cut = to_first.where(through_first, to_second)
    return {
        "cut": first.where(through_first, second).where(known),
        "to_cut": to_cut.where(known),
        "to_cut_share": (to_cut / gap.where(gap > 0)).where(known),
        "next_class": pd.Series(np.where(known, beyond, ""), index=table.index, dtype="str"),
        "to_first": to_first.where(known),
        "to_second": to_second.where(known),
    }


def _distance(axis: Mapping[str, pd.Series]) -> pd.Series:
    """Share of the gap to go, infinite when unknown; without a gap, 0 only at the cut itself."""
    share: pd.Series = axis["to_cut_share"].abs()
    at_cut = share.isna() & (axis["to_cut"] == 0)
    return share.mask(at_cut, 0.0).fillna(np.inf)


def margin_sentences(row: pd.Series[Any], own: pd.Series[Any], near_share: float) -> list[str]:
    """The margins of one QPV in French; nothing of an axis whose class is unknown.

    ``row`` is its row of the QPV table, ``own`` its row of ``margins``.
    """
    told = []
    for name, axis in AXES.items():
        beyond = own[f"{name}_next_class"]
        if not beyond:
            continue
        rises = _RANK[beyond] > _RANK[row[axis.name]]
        verb = "gagnait plus de" if rises else "perdait"
        told.append(
            f"{axis.noun_fr[0].upper()}{axis.noun_fr[1:]} {_CLASS_WORDS[row[axis.name]]} : il "
            f"deviendrait {_CLASS_WORDS[beyond]} s'il {verb} "
            f"{_size(abs(own[f'{name}_to_cut']), name)}"
            f"{_then(row['situation'], own[f'{name}_next_situation'])}."
        )
    if own["near_cut"]:
        told.append(
            f"Proche d'un seuil ({own['near_cut']}) : à {percent(near_share, 0)} au plus de "
            "l'écart entre les deux seuils, la classe peut changer pour peu."
        )
    return told


def _size(move: float, axis: str) -> str:
    if axis == "access":
        if move < 0.005:
            return f"{number(0.01, 2)} consultation par an et par habitant"
        return f"{counted(move, 'consultation', decimals=2)} par an et par habitant"
    points = counted(max(move, 0.1), "point", decimals=1)
    return f"{points} de score (sur 100 ; ce n'est pas un nombre de personnes)"


def _then(now: str, after: str) -> str:
    if now == after:
        return f", et la situation resterait « {now} »"
    return f", et la situation passerait de « {now} » à « {after} »"
