"""Low, middle and high access: thirds of the region's people, or thresholds of the zoning.

The zoning takes a place at the threshold as below it (« inférieure ou égale à »), whereas the
« sous-dense » of DREES studies is strictly below 2.5: the presets follow the zoning, and thirds
put a QPV at their cut in the lower class too. One edge for the class and for the headcount.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.access.rules import ACCESS_CLASSES
from geo.compare import Cuts, weighted_classes
from geo.parameters import Edge, Parameters

EDGE: Edge = "le"
# Figures this close are equal: only the order of additions tells them apart.
_DECIMALS = 9


def access_classes(
    access: pd.Series, population: pd.Series, regions: pd.Series, parameters: Parameters
) -> tuple[pd.Series, dict[str, Cuts]]:
    """Classes ``low``, ``mid``, ``high`` (``""`` when unknown), and the two cuts of each region.

    ``low`` is at most the first cut, ``high`` above the second. Thirds need at least three QPV
    with a figure in the region; fixed thresholds hold for any.
    """
    cuts = ACCESS_CLASSES[parameters.access_classes].cuts
    if cuts is None:
        return weighted_classes(access, population, regions, parameters.class_shares)
    low, high = cuts
    own = np.round(access.to_numpy(float), _DECIMALS)
    named = np.select([np.isnan(own), own <= low, own > high], ["", "low", "high"], "mid")
    classes = pd.Series(named, index=access.index, dtype="str")
    return classes, {str(region): cuts for region in sorted(set(regions))}


def low_thresholds(regions: pd.Series, cuts: dict[str, Cuts]) -> pd.Series:
    """The first cut of each QPV's region; NaN where the region has none."""
    return regions.map({region: pair[0] for region, pair in cuts.items()}).astype("float64")
