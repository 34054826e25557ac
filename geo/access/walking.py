"""Care on foot, for a household without a car: how far the nearest is, how many are in reach.

Along the streets from the pieces of the QPV where street times are in the layers, else crow-fly
with a detour from its outline.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.access.qpv_scale import piece_ids
from geo.join import coarse_points_near, points_in_quarters
from geo.measure import PLACED_PRECISIONS, Floats
from geo.parameters import Parameters
from geo.schema import Layers
from geo.territory import projected_crs
from geo.times.crow_fly import minutes_per_metre

_COMMUNE_ONLY = ("commune", "unknown")
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Walks:
    """Minutes along the streets from each QPV, the least of those from its pieces.

    ``minutes`` has the pairs within ``max_min`` (code_qp, supply_id, minutes); ``quarters`` and
    ``supply`` are those that stand on a street: of the others these times say nothing.
    """

    minutes: pd.DataFrame
    quarters: frozenset[str]
    supply: frozenset[str]
    max_min: float


def street_walks(layers: Layers, cut: gpd.GeoDataFrame, parameters: Parameters) -> Walks | None:
    """The walks of ``layers.travel["walk"]`` from the pieces of the QPV; None without any.

    ``cut`` are the pieces (``geo.access.qpv_scale``). Their speed is that of the streets' times,
    whatever ``parameters.walk_speed_kmh``.
    """
    ready = layers.travel.get("walk") if parameters.travel_mode_source == "auto" else None
    if ready is None:
        return None
    piece_of = pd.Index(ready.demand_ids.astype(str)).get_indexer(pd.Index(piece_ids(cut)))
    kept = np.flatnonzero(piece_of >= 0)
    lengths = np.diff(ready.indptr)[piece_of[kept]]
    firsts = ready.indptr[piece_of[kept]]
    at = np.arange(lengths.sum()) + np.repeat(firsts - (np.cumsum(lengths) - lengths), lengths)
    codes = cut["code_qp"].to_numpy()[kept]
    pairs = pd.DataFrame(
        {
            "code_qp": np.repeat(codes, lengths),
            "supply_id": ready.supply_ids[ready.indices[at]].astype(str),
            "minutes": ready.minutes[at].astype(np.float64),
        }
    ).astype({"code_qp": "str", "supply_id": "str"})
    least = pairs.sort_values("minutes").drop_duplicates(["code_qp", "supply_id"])
    return Walks(least, frozenset(codes), frozenset(ready.supply_ids.astype(str)), ready.max_min)


def practices_near(
    supply: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    parameters: Parameters,
    walks: Walks | None = None,
) -> pd.DataFrame:
    """Places of care inside each QPV, or within a walk of ``parameters.walk_min`` of it.

    The pairs of ``geo.join.points_in_quarters`` with profession and practices; along the streets
    where ``walks`` knows both ends.
    """
    straight_m = parameters.walk_m * (parameters.walk_detour if walks else 1.0)
    pairs = points_in_quarters(
        supply, "supply_id", quarters, straight_m, parameters.near_edge_m
    ).merge(supply[["supply_id", "profession", "practices"]], on="supply_id", how="left")
    if walks is None:
        return pairs
    keys = pairs[["code_qp", "supply_id"]]
    minutes = keys.merge(walks.minutes, how="left")["minutes"].to_numpy()
    on_street = keys["code_qp"].isin(walks.quarters) & keys["supply_id"].isin(walks.supply)
    within = np.where(
        on_street, minutes <= parameters.walk_min, pairs["distance_m"] <= parameters.walk_m
    )
    return pairs[within | (pairs["relation"] != "walk").to_numpy()].reset_index(drop=True)


def care_on_foot(
    profession: str,
    practices: pd.DataFrame,
    supply: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    communes: pd.Series,
    parameters: Parameters,
    walks: Walks | None = None,
) -> pd.DataFrame:
    """``inside``, ``walk`` (places inside or within a walk) and ``nearest_walk_min`` of each QPV.

    ``practices`` are the pairs of ``practices_near``; counts are NaN when some place of the
    profession is known only to its commune or IRIS, and may be here or not.
    """
    own = supply[supply["profession"] == profession]
    near = practices[practices["profession"] == profession]
    codes, hidden = quarters["code_qp"], _unknowable(own, quarters, communes, parameters)
    inside = near[near["relation"].isin(("inside", "source"))]
    return pd.DataFrame(
        {
            "inside": _sum(inside, codes, hidden),
            "walk": _sum(near, codes, hidden),
            "nearest_walk_min": nearest_walk_min(own, quarters, communes, parameters, walks),
        }
    )


def nearest_walk_min(
    supply: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    communes: pd.Series,
    parameters: Parameters,
    walks: Walks | None = None,
) -> pd.Series:
    """Minutes on foot from each QPV to the nearest practice of ``supply``.

    Crow-fly with a detour, a practice placed at its address or point is measured from the outline
    of the QPV: 0 inside it, or when its source names the QPV. A practice known to its IRIS or to
    another commune is never said to be inside: it is measured from the QPV's representative point.
    With ``walks``, the streets say the minutes to what is not inside; none within their limit, at
    least that limit. NaN without any practice with a position, and where one is known to a commune
    of the QPV only (``communes``: tuples): it may be next door, or not.

    Returns a float series on the index of ``quarters``.
    """
    minutes = _crow_fly_min(supply, quarters, parameters)
    if walks is not None:
        off = ~supply["supply_id"].isin(walks.supply)
        own = walks.minutes[walks.minutes["supply_id"].isin(supply["supply_id"])]
        least = quarters["code_qp"].map(own.groupby("code_qp")["minutes"].min())
        least = np.fmin(least, _crow_fly_min(supply[off], quarters, parameters))
        least = least.fillna(minutes.clip(lower=walks.max_min))
        outside = (minutes > 0) & quarters["code_qp"].isin(walks.quarters)
        minutes = minutes.where(~outside, least)
    vague = set(supply.loc[supply["precision"].isin(_COMMUNE_ONLY), "commune"]) - {""}
    unknowable = [bool(vague.intersection(codes)) for codes in communes]
    minutes = minutes.mask(np.array(unknowable, dtype=bool))
    return minutes.mask(quarters["code_qp"].isin(set(supply["code_qp"])), 0.0)


def _crow_fly_min(
    supply: gpd.GeoDataFrame, quarters: gpd.GeoDataFrame, parameters: Parameters
) -> pd.Series:
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
    return minutes


def _nearest_m(places: gpd.GeoSeries, points: gpd.GeoSeries) -> Floats:
    found = np.full(len(places), np.nan)
    if len(points) and len(places):
        tree = shapely.STRtree(points.to_numpy())
        (rows, _), metres = tree.query_nearest(
            places.to_numpy(), return_distance=True, all_matches=False
        )
        found[rows] = metres
    return found


def _unknowable(
    doctors: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    communes: pd.Series,
    parameters: Parameters,
) -> Flags:
    """QPV for which some practice is known too coarsely to be counted in or out."""
    # No practice at all is an absent source, not an observed zero.
    if doctors.empty:
        return np.ones(len(quarters), dtype=bool)
    known = doctors["precision"].isin(PLACED_PRECISIONS) | (doctors["code_qp"] != "")
    coarse = doctors[~known]
    own = set(coarse["commune"]) - {""}
    near = coarse_points_near(coarse, quarters, parameters.walk_m)
    return np.array(
        [
            code in near or bool(own.intersection(codes))
            for code, codes in zip(quarters["code_qp"], communes, strict=True)
        ],
        dtype=bool,
    )


def _sum(pairs: pd.DataFrame, codes: pd.Series, unknowable: Flags) -> pd.Series:
    # An unknown number of practices at a known place leaves the total unknown.
    totals = pairs.groupby("code_qp")["practices"].agg(lambda parts: parts.sum(skipna=False))
    present = codes.isin(pairs["code_qp"])
    counts = codes.map(totals).astype("float64").where(present, 0.0)
    return counts.mask(unknowable)
