"""How far the nearest general practitioner is on foot: for a household without a car."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.measure import PLACED_PRECISIONS, Floats
from geo.parameters import Parameters
from geo.territory import projected_crs
from geo.times.crow_fly import minutes_per_metre

_COMMUNE_ONLY = ("commune", "unknown")


def nearest_walk_min(
    supply: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    communes: pd.Series,
    parameters: Parameters,
) -> pd.Series:
    """Minutes on foot, crow-fly with a detour, from each QPV to the nearest practice of ``supply``.

    A practice placed at its address or point is measured from the outline of the QPV: 0 inside it,
    or when its source names the QPV. A practice known to its IRIS or to another commune is never
    said to be inside: it is measured from the QPV's representative point. NaN without any practice
    with a position, and where one is known to a commune of the QPV only (``communes``: tuples):
    it may be next door, or not.

    Returns a float series on the index of ``quarters``.
    """
    per_metre = minutes_per_metre(parameters.walk_speed_kmh, parameters.walk_detour)
    minutes = pd.Series(np.nan, index=quarters.index, dtype="float64")
    located = supply[~(supply.geometry.isna() | supply.geometry.is_empty)]
    systems = quarters["departement"].map(projected_crs)
    offered_in = located["departement"].map(projected_crs)
    for system in sorted(systems.unique()):
        own = quarters[systems == system]
        offers = located[offered_in == system]
        placed = offers["precision"].isin(PLACED_PRECISIONS)
        outlines = own.geometry.to_crs(system)
        middles = own.geometry.representative_point().to_crs(system)
        metres = np.fmin(
            _nearest_m(outlines, offers[placed].geometry.to_crs(system)),
            _nearest_m(middles, offers[~placed].geometry.to_crs(system)),
        )
        minutes[own.index] = metres * per_metre
    vague = set(supply.loc[supply["precision"].isin(_COMMUNE_ONLY), "commune"]) - {""}
    unknowable = [bool(vague.intersection(codes)) for codes in communes]
    minutes = minutes.mask(np.array(unknowable, dtype=bool))
    return minutes.mask(quarters["code_qp"].isin(set(supply["code_qp"])), 0.0)


def _nearest_m(places: gpd.GeoSeries, points: gpd.GeoSeries) -> Floats:
    found = np.full(len(places), np.nan)
    if len(points) and len(places):
        tree = shapely.STRtree(points.to_numpy())
        (rows, _), metres = tree.query_nearest(
            places.to_numpy(), return_distance=True, all_matches=False
        )
        found[rows] = metres
    return found
