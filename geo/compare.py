"""Comparing a QPV with the QPV of its region: weighted percentile ranks and weighted classes.

A value is compared only with values that exist, and only when its region offers at least
``MIN_COMPARED`` of them: a rank among two says nothing. Weights are inhabitants; a QPV whose
population is unknown is ranked among the others but does not weigh on them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.measure import Floats
from geo.words import number

MIN_COMPARED = 3
RANKED = "chaque quartier pesant par ses habitants"
# Figures this close are equal: only the order of additions tells them apart.
_DECIMALS = 9
Cuts = tuple[float, float]


def percentile_ranks(values: pd.Series, weights: pd.Series, groups: pd.Series) -> pd.Series:
    """Weighted percentile rank (0–100) of each value within its group, ties at their middle.

    rank = 100 × (weight of smaller values + half the weight of equal ones) / total weight.
    NaN for a NaN value, and for a group with fewer than ``MIN_COMPARED`` values.
    """
    ranks = pd.Series(np.nan, index=values.index)
    for _, index in values.dropna().groupby(groups).groups.items():
        if len(index) >= MIN_COMPARED:
            own = np.round(values.loc[index].to_numpy(float), _DECIMALS)
            ranks.loc[index] = weighted_ranks(
                own, known_weights(weights.loc[index].to_numpy(float))
            )
    return ranks


def weighted_classes(
    values: pd.Series, weights: pd.Series, groups: pd.Series, shares: tuple[float, float]
) -> tuple[pd.Series, dict[str, Cuts]]:
    """Classes ``low``, ``mid``, ``high`` cut at shares of the population, and the cuts by group.

    A cut is the smallest value at or below which that share of the inhabitants lives (see
    ``cut_classes``). ``""`` for a NaN value or too small a group; ``mid`` for all when every value
    is the same, since none is then low or high: the first cut is then just below that value.
    """
    cuts: dict[str, Cuts] = {}
    for group, index in values.dropna().groupby(groups).groups.items():
        if len(index) < MIN_COMPARED:
            continue
        own = np.round(values.loc[index].to_numpy(float), _DECIMALS)
        first, second = _cuts(own, known_weights(weights.loc[index].to_numpy(float)), shares)
        if own.min() == own.max():
            first = round(first - 10.0**-_DECIMALS, _DECIMALS)
        cuts[str(group)] = (first, second)
    return cut_classes(values, groups, cuts), cuts


def cut_classes(values: pd.Series, groups: pd.Series, cuts: Mapping[str, Cuts]) -> pd.Series:
    """``low`` at most the first cut of its group, ``high`` above the second, ``mid`` between.

    ``""`` for a NaN value, and in a group without cuts.
    """
    first, second = (
        groups.map({group: pair[rank] for group, pair in cuts.items()}).astype("float64")
        for rank in (0, 1)
    )
    own = values.round(_DECIMALS)
    unknown = own.isna() | first.isna()
    named = np.select([unknown, own <= first, own > second], ["", "low", "high"], "mid")
    return pd.Series(named, index=values.index, dtype="str")


def known_weights(weights: Floats) -> Floats:
    """Inhabitants as weights: unknown ones weigh 0; all weigh alike when none is known."""
    known = np.nan_to_num(weights)
    return known if known.sum() > 0 else np.ones(len(known))


def weighted_ranks(values: Floats, weights: Floats) -> Floats:
    """Percentile ranks (0–100) of known values among themselves; see ``percentile_ranks``."""
    distinct, position = np.unique(values, return_inverse=True)
    mass = np.bincount(position, weights=weights, minlength=len(distinct))
    # A larger value never ranks lower, even when the masses differ by less than the binary step.
    middle = np.maximum.accumulate(np.cumsum(mass) - mass / 2)
    return np.asarray(100 * middle[position] / weights.sum(), dtype=np.float64)


def _cuts(values: Floats, weights: Floats, shares: tuple[float, float]) -> Cuts:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    # 1e-12: a third of the people must be found although the shares were added in binary.
    position = np.searchsorted(reached, np.asarray(shares) - 1e-12)
    first, second = values[order][np.minimum(position, len(values) - 1)]
    return float(first), float(second)


def rank_words(percentile: float) -> str:
    """A rank of ``percentile_ranks`` within a region, with what it is counted on."""
    return f"rang {number(percentile)} sur 100, {RANKED}"
