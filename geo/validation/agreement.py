"""How well two figures of the same places agree: the measures every validation prints.

Correlation is weighted by people, Spearman gives every place the same weight, the ratio of means
follows the official rule (standardised population) and headcounts use the total population.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import rankdata

from geo.errors import BadInput
from geo.measure import Floats


@dataclass(frozen=True)
class Agreement:
    """Agreement of ``places`` places.

    ``r`` population-weighted Pearson correlation; ``spearman`` unweighted rank correlation;
    ``ratio`` our mean over the official one; ``median_error`` the median absolute difference, in
    the unit of the figures; ``same_side`` the share of places on the same side of the threshold,
    ``same_side_people`` the share of people living in them. A correlation of figures that do not
    vary is NaN.
    """

    places: int
    r: float
    spearman: float
    ratio: float
    median_error: float
    same_side: float
    same_side_people: float

    def as_record(self) -> dict[str, float | int | None]:
        """Plain numbers for JSON, None for what is unknown."""
        return {
            name: None if isinstance(value, float) and not np.isfinite(value) else value
            for name, value in asdict(self).items()
        }


def agreement(
    ours: Floats,
    official: Floats,
    *,
    population: Floats,
    standardised: Floats,
    threshold: float = 2.5,
) -> Agreement:
    """Compare two figures place by place; places where one is unknown are left out.

    Raises
    ------
    BadInput
        When fewer than 3 places have both figures and people: nothing can be said.
    """
    known = (
        np.isfinite(ours)
        & np.isfinite(official)
        & (np.nan_to_num(population) > 0)
        & (np.nan_to_num(standardised) > 0)
    )
    if known.sum() < 3:
        raise BadInput(
            f"Validation : {known.sum()} lieu(x) avec les deux chiffres, 3 attendus au moins. "
            "À faire : vérifiez que le classeur de l'APL et l'offre couvrent le territoire."
        )
    x, y, people, standard = (
        values[known] for values in (ours, official, population, standardised)
    )
    same = (x < threshold) == (y < threshold)
    return Agreement(
        places=int(known.sum()),
        r=weighted_correlation(x, y, people),
        spearman=weighted_correlation(rankdata(x), rankdata(y), np.ones(len(x))),
        ratio=float(np.average(x, weights=standard) / np.average(y, weights=standard)),
        median_error=float(np.median(np.abs(x - y))),
        same_side=float(same.mean()),
        same_side_people=float(np.average(same, weights=people)),
    )


def weighted_correlation(x: Floats, y: Floats, weights: Floats) -> float:
    """Pearson correlation of two figures, each place weighing its ``weights``; NaN if constant."""
    dx = x - np.average(x, weights=weights)
    dy = y - np.average(y, weights=weights)
    spread = float(np.average(dx**2, weights=weights) * np.average(dy**2, weights=weights))
    if not spread > 0:
        return float("nan")
    return float(np.average(dx * dy, weights=weights) / np.sqrt(spread))
