"""What is within a walk of one quarter, as the map draws it: the distance that the core counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import mapping

from geo.access.gp import GP
from geo.schema import CRS
from geo.territory import projected_crs
from geo.words import number

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

_SMOOTH_M = 15.0


def walk_view(analysis: Analysis, layers: Layers, code_qp: str) -> dict[str, Any]:
    """The outline of a walk of ``walk_min`` around a quarter, and its words.

    The outline is every point whose crow-fly distance to the quarter is at most
    ``Parameters.walk_m`` metres (a walk at ``walk_speed_kmh``, its detour taken off). Where the
    layers hold times along the streets, the counts follow the streets and not this outline: the
    words say so, and ``reached`` places (lat, lon) the general practitioners found by them.
    Raises KeyError for a code that is not of the analysis.
    """
    quarters = analysis.qpv.set_index("code_qp")
    departement = str(quarters.at[code_qp, "departement"])
    metres = projected_crs(departement)
    own = gpd.GeoSeries([quarters.at[code_qp, "geometry"]], crs=CRS).to_crs(metres)
    around = own.buffer(analysis.parameters.walk_m).simplify(_SMOOTH_M).to_crs(CRS).iloc[0]
    rounded = shapely.transform(around, lambda points: np.round(points, 5))
    by_streets = "walk" in layers.travel and analysis.parameters.travel_mode_source == "auto"
    return {
        "shape": dict(mapping(rounded)),
        "words": _words(analysis, by_streets),
        "reached": _reached(analysis, layers, code_qp) if by_streets else [],
    }


def _words(analysis: Analysis, by_streets: bool) -> str:
    p = analysis.parameters
    text = (
        f"{number(p.walk_min)} min à pied du quartier, à vol d'oiseau × détour "
        f"{number(p.walk_detour, 1)} ({number(p.walk_m)} m)"
    )
    if by_streets:
        text += " : un repère ; les minutes sont comptées par les rues, médecins atteints cerclés"
    return text


def _reached(analysis: Analysis, layers: Layers, code_qp: str) -> list[list[float]]:
    pairs = analysis.practices_in_qpv
    supply = layers.geo("supply")
    found = pairs.loc[pairs["code_qp"] == code_qp, "supply_id"]
    here = supply[
        supply["supply_id"].isin(found)
        & (supply["profession"] == GP)
        & supply.geometry.notna()
        & ~supply.geometry.is_empty
    ]
    places = zip(here.geometry.y.round(5), here.geometry.x.round(5), strict=True)
    return [[lat, lon] for lat, lon in sorted(set(places))]
