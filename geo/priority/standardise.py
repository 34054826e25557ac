"""Putting criteria on one scale, 0 to 100, where 100 is most need.

Three ways, each within the region of the quarter and weighted by inhabitants (METHODS 2.2):

- ``percentile``: share of inhabitants in a lower position, ties at their middle;
- ``zscore``: 50 + 50 × z / span, cut at 0 and 100 (``span`` standard deviations each side);
- ``minmax``: from the lowest value (0) to the highest (100).

All are non-decreasing in the value. Where every value is the same, each is at 50. A missing value
stays missing, and so do all the values of a region that offers fewer than ``MIN_COMPARED``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.compare import MIN_COMPARED, known_weights, weighted_ranks
from geo.components import Standardisation
from geo.measure import Floats

STANDARDISATION_WORDS: dict[Standardisation, str] = {
    "percentile": "rang centile",
    "zscore": "écart à la moyenne",
    "minmax": "du minimum au maximum",
}
# Figures this close are equal: only the order of additions tells them apart.
DECIMALS = 9


def standardise(
    values: Floats,
    population: pd.Series,
    groups: pd.Series,
    method: Standardisation,
    *,
    span: float,
) -> Floats:
    """Values (sense applied: larger is more need) on 0–100 within their group; NaN stays NaN.

    ``population`` weighs the comparison (unknown weighs 0); ``span`` is in standard deviations.
    """
    placed = np.full(len(values), np.nan)
    people = population.to_numpy(float, na_value=np.nan)
    codes = np.where(np.isfinite(values), pd.factorize(groups)[0], -1)
    order = np.argsort(codes, kind="stable")
    ends = np.flatnonzero(np.diff(codes[order], append=codes.max() + 1)) + 1
    for index in np.split(order, ends):
        if len(index) >= MIN_COMPARED and codes[index[0]] >= 0:
            weights = known_weights(people[index])
            placed[index] = within(values[index], weights, method, span=span)
    return placed


def within(values: Floats, weights: Floats, method: Standardisation, *, span: float) -> Floats:
    """The same for the known values of one group, with weights that do not all vanish."""
    own = np.round(values, DECIMALS)
    low, high = own.min(), own.max()
    if method == "percentile":
        return weighted_ranks(own, weights)
    if low == high:
        return np.full(len(own), 50.0)
    if method == "minmax":
        return np.asarray(100 * ((own - low) / (high - low)), dtype=np.float64)
    mean = np.average(own, weights=weights)
    spread = np.sqrt(np.average((own - mean) ** 2, weights=weights))
    if not spread > 0:  # all the known inhabitants live at one value
        return np.asarray(50 + 50 * np.sign(own - mean), dtype=np.float64)
    return np.asarray(np.clip(50 + 50 * ((own - mean) / (span * spread)), 0, 100), dtype=np.float64)
