"""The points of a call for applications: from a score out of 100 to whole points.

The default table is that of the US service-area need scores: floor((s + 2.5) / 5), from 0 to 20
(HRSA, METHODS 2.4). A call may publish another one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import BadInput

_DECIMALS = 9


@dataclass(frozen=True)
class PointsTable:
    """``steps``: (lowest score, points) pairs, increasing; a score gets those of its last step.

    Raises
    ------
    BadInput
        Listing what is wrong: no step from 0, scores or points that do not increase.
    """

    steps: tuple[tuple[float, int], ...] = ((0.0, 0), *((5 * p - 2.5, p) for p in range(1, 21)))
    source: str = (
        "Barème de type UNS (HRSA, États-Unis) : de 0 à 20 points, un de plus tous les 5 points de "
        "score à partir de 2,5"
    )

    def __post_init__(self) -> None:
        wrong = []
        lows = [low for low, _ in self.steps]
        points = [point for _, point in self.steps]
        if not self.steps or lows[0] != 0:
            wrong.append("le premier seuil doit être 0")
        if any(not math.isfinite(low) or not 0 <= low <= 100 for low in lows):
            wrong.append("les seuils doivent être entre 0 et 100")
        if lows != sorted(set(lows)):
            wrong.append("les seuils doivent être strictement croissants")
        if points != sorted(points) or any(point < 0 for point in points):
            wrong.append(
                "les points doivent être positifs et ne jamais baisser quand le score monte"
            )
        if wrong:
            raise BadInput("Barème refusé : " + " ; ".join(wrong) + ".")

    @property
    def best(self) -> int:
        """The most points a score can get."""
        return self.steps[-1][1]


def call_points(scores: pd.Series, table: PointsTable | None = None) -> pd.Series:
    """Whole points (Int64) of scores out of 100; <NA> without a score.

    Raises
    ------
    BadInput
        When a score is not between 0 and 100.
    """
    rule = table or PointsTable()
    known = scores.notna()
    # A score that only the order of additions keeps below a step is on that step.
    own = np.round(scores[known].to_numpy(float), _DECIMALS)
    if ((own < 0) | (own > 100)).any():
        raise BadInput("Points d'un appel : un score est hors de 0–100.")
    lows = np.array([low for low, _ in rule.steps])
    points = np.array([point for _, point in rule.steps], dtype=np.int64)
    found = pd.Series(pd.NA, index=scores.index, dtype="Int64")
    found.loc[known] = points[np.searchsorted(lows, own, side="right") - 1]
    return found
