"""Low, middle and high access: thirds of the region's people, or thresholds of the zoning.

The zoning takes a place at the threshold as below it (« inférieure ou égale à »), whereas the
« sous-dense » of DREES studies is strictly below 2.5: the presets follow the zoning, and thirds
put a QPV at their cut in the lower class too. One edge for the class and for the headcount.
"""

from __future__ import annotations

import pandas as pd

from geo.access.rules import ClassRule
from geo.access.settings import Edge
from geo.compare import Cuts, cut_classes, weighted_classes
from geo.parameters import Parameters

EDGE: Edge = "le"


def access_classes(
    access: pd.Series, population: pd.Series, regions: pd.Series, parameters: Parameters
) -> tuple[pd.Series, dict[str, Cuts]]:
    """Classes ``low``, ``mid``, ``high`` (``""`` when unknown), and the two cuts of each region.

    ``low`` is at most the first cut, ``high`` above the second. Thirds need at least three QPV
    with a figure in the region; fixed thresholds hold for any.
    """
    return ruled_classes(
        access, population, regions, parameters.access_rule, parameters.class_shares
    )


def ruled_classes(
    values: pd.Series,
    population: pd.Series,
    regions: pd.Series,
    rule: ClassRule,
    shares: tuple[float, float],
) -> tuple[pd.Series, dict[str, Cuts]]:
    """The same for any figure: the thresholds of ``rule``, else cuts at shares of the people."""
    if rule.cuts is None:
        return weighted_classes(values, population, regions, shares)
    cuts = {str(region): rule.cuts for region in sorted(set(regions))}
    return cut_classes(values, regions, cuts), cuts


def low_thresholds(regions: pd.Series, cuts: dict[str, Cuts]) -> pd.Series:
    """The first cut of each QPV's region; NaN where the region has none."""
    return regions.map({region: pair[0] for region, pair in cuts.items()}).astype("float64")
