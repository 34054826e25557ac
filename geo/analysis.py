"""The one call that chains the core: layers and parameters in, an ``Analysis`` out."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.mediation import Coverage
from geo.parameters import Parameters
from geo.schema import Layers


@dataclass(frozen=True)
class Analysis:
    """Everything the faces show of one territory; they draw it and compute nothing.

    ``qpv`` holds the territory's QPV (EPSG:4326), sorted by rank then code; ``comparators`` the
    same columns for all QPV of the layers. Classes, percentiles and scores compare a QPV with all
    the QPV of its own region, whatever the territory shown; ``rank`` is inside that territory.
    ``components`` is the long table behind the need score (one row per QPV and component), and
    ``thresholds`` gives, per region, the two cuts of ``access`` and of ``unmet_score``.
    """

    territory: str
    fictional: bool
    qpv: gpd.GeoDataFrame
    comparators: gpd.GeoDataFrame
    components: pd.DataFrame
    demand: gpd.GeoDataFrame
    communes: pd.DataFrame
    practices_in_qpv: pd.DataFrame
    mediation_in_qpv: pd.DataFrame
    help_in_qpv: pd.DataFrame
    coverage: Coverage
    thresholds: dict[str, dict[str, tuple[float, float]]]
    parameters: Parameters
    notes: tuple[str, ...]
    sources: pd.DataFrame


def analyse(layers: Layers, parameters: Parameters | None = None) -> Analysis:
    """Chain join, accessibility, need, mediation, overlap and priority over one territory."""
    raise RuntimeError("written in the next step")
