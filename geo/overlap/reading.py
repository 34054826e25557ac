"""The 3 × 3 reading of access and unmet demand, and its four situations.

Both axes are cut by a rule of the parameters: thirds of the inhabitants of the QPV of the region,
or two thresholds. The second axis is the need score times the share of need that mediation leaves
unmet: a quarter of high need whose mediators serve everyone has no unmet demand. While mediation
is unknown the share is 1, so the class is that of the need itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.compare import Cuts, cut_classes

DOUBLE = "double peine"
DESERT = "désert médical seul"
UNMET = "non-recours seul"
NEITHER = "hors alerte"
UNDECIDED = "indéterminé"
SITUATIONS = (DOUBLE, DESERT, UNMET, NEITHER, UNDECIDED)
Thresholds = Mapping[str, Mapping[str, Cuts]]


class Axis(NamedTuple):
    """One axis of the reading: its figure and its class in the QPV table, its name in French."""

    figure: str
    name: str
    noun_fr: str


AXES = {
    "access": Axis("access", "access_class", "accès"),
    "need": Axis("unmet_score", "need_class", "besoin restant"),
}


def unmet_score(need_score: pd.Series, unmet_share: pd.Series) -> pd.Series:
    """Unmet demand out of 100: need score × share of the need that nobody serves."""
    return need_score * unmet_share


def situations(access_class: pd.Series, need_class: pd.Series) -> pd.Series:
    """The named situation of each QPV from its two classes (low, mid, high, ``""`` unknown).

    A missing class gives « indéterminé », never « hors alerte ».
    """
    unknown = (access_class == "") | (need_class == "")
    low, high = access_class == "low", need_class == "high"
    names = np.select([unknown, low & high, low, high], [UNDECIDED, DOUBLE, DESERT, UNMET], NEITHER)
    return pd.Series(names, index=access_class.index, dtype="str")


def reread(table: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Classes and situation of each row, read again from its figures and the cuts of its region.

    ``thresholds`` is ``Analysis.thresholds``. What a map shows must equal this.
    """
    found = pd.DataFrame(
        {
            axis.name: cut_classes(table[axis.figure], table["region"], cuts_of(thresholds, axis))
            for axis in AXES.values()
        }
    )
    return found.assign(situation=situations(found["access_class"], found["need_class"]))


def cuts_of(thresholds: Thresholds, axis: Axis) -> dict[str, Cuts]:
    """The two cuts of one axis, by region."""
    return {
        region: pairs[axis.figure] for region, pairs in thresholds.items() if axis.figure in pairs
    }


def bivariate_counts(access_class: pd.Series, need_class: pd.Series) -> pd.DataFrame:
    """QPV counts of the 3 × 3 grid: rows access low, mid, high; columns unmet low, mid, high."""
    order = ["low", "mid", "high"]
    table = pd.crosstab(access_class, need_class)
    return table.reindex(index=order, columns=order, fill_value=0).astype("int64")
