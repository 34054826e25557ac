"""The quarters nearest to a point: how far, and whether the point is inside one."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
from shapely.geometry import Point

from geo.schema import CRS
from geo.territory import projected_crs
from geo.words import number


@dataclass(frozen=True)
class Near:
    """``distance_m``: metres, as the crow flies, to the quarter's outline; 0 inside."""

    code_qp: str
    label: str
    commune: str
    distance_m: float


def nearest_quarters(
    quarters: gpd.GeoDataFrame, lon: float, lat: float, departement: str, most: int = 3
) -> tuple[Near, ...]:
    """The ``most`` quarters nearest to a point (degrees), measured in its département's CRS.

    ``quarters``: ``code_qp, label, commune_label, departement``, EPSG:4326. Quarters measured in
    another system (overseas) are left out: no distance to them means anything.
    """
    crs = projected_crs(departement)
    own = quarters[quarters["departement"].map(projected_crs) == crs]
    if own.empty:
        return ()
    point = gpd.GeoSeries([Point(lon, lat)], crs=CRS).to_crs(crs).iloc[0]
    measured = own.assign(distance_m=own.geometry.to_crs(crs).distance(point))
    first = measured.sort_values(["distance_m", "code_qp"]).head(most)
    rows = first[["code_qp", "label", "commune_label", "distance_m"]].to_numpy(object)
    return tuple(Near(code, label, town, float(away)) for code, label, town, away in rows)


def distance_words(distance_m: float) -> str:
    """``à 350 m``, ``à 12,4 km``, ``dans le quartier``."""
    if distance_m <= 0:
        return "dans le quartier"
    if distance_m < 1000:
        return f"à {number(max(10.0, round(distance_m, -1)))}\u00a0m"
    return f"à {number(distance_m / 1000, 1)}\u00a0km"
