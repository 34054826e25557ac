"""The 200 m squares of the INSEE grid: their name is their place.

``CRS3035RES200mN2029800E4252400`` is the square whose lower left corner has northing 2 029 800 and
easting 4 252 400 in EPSG:3035; overseas the number after ``CRS`` is that of the island's own
system. The grid of EPSG:3035 is turned by some degrees from Lambert-93.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.measure import Floats

CELL_SIDE_M = 200
CELL_ID = rf"CRS(?P<epsg>\d{{4,5}})RES{CELL_SIDE_M}mN(?P<north>\d{{5,8}})E(?P<east>\d{{5,8}})"
# Hexagone and Corsica, Antilles, La Réunion, Guyane, Mayotte.
GRID_SYSTEMS = (3035, 5490, 2975, 2972, 4471)


def cell_squares(ids: pd.Series, crs: str) -> gpd.GeoSeries:
    """The squares as polygons of ``crs``, on the index of ``ids``; None for another name."""
    side = CELL_SIDE_M
    return _shapes(ids, crs, lambda x, y: shapely.box(x, y, x + side, y + side))


def cell_centres(ids: pd.Series, crs: str) -> gpd.GeoSeries:
    """The centres of the squares as points of ``crs``, on the index of ``ids``."""
    half = CELL_SIDE_M / 2
    return _shapes(ids, crs, lambda x, y: shapely.points(x + half, y + half))


def _shapes(ids: pd.Series, crs: str, shape: Callable[[Floats, Floats], Any]) -> gpd.GeoSeries:
    corners = ids.astype("str").str.extract(f"^{CELL_ID}$").astype("float64")
    found = np.full(len(ids), None, dtype=object)
    for epsg in corners["epsg"].dropna().unique():
        here = np.flatnonzero(corners["epsg"] == epsg)
        own = corners.iloc[here]
        made = shape(own["east"].to_numpy(), own["north"].to_numpy())
        found[here] = gpd.GeoSeries(made, crs=f"EPSG:{epsg:.0f}").to_crs(crs).to_numpy()
    return gpd.GeoSeries(found, index=ids.index, crs=crs)
