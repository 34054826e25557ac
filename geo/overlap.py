"""Where medical deserts and unmet demand overlap: the 3 × 3 reading and its four situations.

Both axes are cut in thirds of the inhabitants of the QPV of the region. The second axis is the
need score times the share of need that mediation leaves unmet: a quarter of high need whose
mediators serve everyone has no unmet demand. While mediation is unknown the share is 1, so the
class is that of the need itself.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

DOUBLE = "double peine"
DESERT = "désert médical seul"
UNMET = "non-recours seul"
NEITHER = "hors alerte"
UNDECIDED = "indéterminé"
SITUATIONS = (DOUBLE, DESERT, UNMET, NEITHER, UNDECIDED)


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


def bivariate_counts(access_class: pd.Series, need_class: pd.Series) -> pd.DataFrame:
    """QPV counts of the 3 × 3 grid: rows access low, mid, high; columns unmet low, mid, high."""
    order = ["low", "mid", "high"]
    table = pd.crosstab(access_class, need_class)
    return table.reindex(index=order, columns=order, fill_value=0).astype("int64")
