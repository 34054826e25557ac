"""One commune as the map shows it when it is chosen: its outline, and its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import mapping

from geo.schema import CRS
from geo.territory import projected_crs

if TYPE_CHECKING:
    from geo.schema import Layers

_SMOOTH_M = 30.0


def town_view(layers: Layers, code: str) -> dict[str, Any] | None:
    """``shape`` (GeoJSON, EPSG:4326, about 30 m) and ``words`` of a commune; None without outline.

    ``code``: Insee code of a commune of the territory.
    """
    communes = layers.geo("communes")
    found = communes[(communes["code"] == code) & communes.geometry.notna()]
    if found.empty:
        return None
    metres = projected_crs(str(found["departement"].iloc[0]))
    smooth = gpd.GeoSeries([found.geometry.iloc[0]], crs=CRS).to_crs(metres).simplify(_SMOOTH_M)
    outline = smooth.to_crs(CRS).iloc[0]
    rounded = shapely.transform(outline, lambda points: np.round(points, 5))
    return {"shape": dict(mapping(rounded)), "words": str(found["label"].iloc[0])}
