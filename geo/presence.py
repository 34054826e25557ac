"""Who works or helps in a QPV or within a walk of it: pairs, and counts that admit not knowing."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.access.gp import GP
from geo.access.walking import nearest_walk_min
from geo.join import coarse_points_near, points_in_quarters
from geo.measure import PLACED_PRECISIONS
from geo.mediation.reach import near_posts
from geo.mediation.supply import active_posts
from geo.parameters import Parameters
from geo.schema import Layers

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Presence:
    """Pairs (QPV, place) for practices, mediation posts and help points, and counts by QPV.

    ``counts`` (order of the QPV table): gp_inside, gp_walk (practices, NaN when some are known
    only to their commune or IRIS), help_walk (fixed places, NaN when no source was read),
    mediation_points, nearest_gp_walk_min (see ``geo.access.walking``).
    """

    practices: pd.DataFrame
    mediation: pd.DataFrame
    help: pd.DataFrame
    counts: pd.DataFrame


def presence(layers: Layers, communes: pd.Series, parameters: Parameters) -> Presence:
    """Join every kind of point to the QPV of the layers (``communes``: tuples, same order)."""
    quarters = layers.geo("qpv").reset_index(drop=True)
    reach = {"walk_m": parameters.walk_m, "near_edge_m": parameters.near_edge_m}
    supply, posts, helps = (layers.geo(name) for name in ("supply", "mediation", "help_points"))
    practices = points_in_quarters(supply, "supply_id", quarters, **reach).merge(
        supply[["supply_id", "profession", "practices"]], on="supply_id", how="left"
    )
    mediation = near_posts(quarters, posts, layers["mediation_qpv"], parameters)
    near_help = points_in_quarters(helps, "help_id", quarters, **reach).merge(
        helps[["help_id", "kind", "fixed"]], on="help_id", how="left"
    )
    codes = quarters["code_qp"]
    doctors = practices[practices["profession"] == GP]
    unknowable = _unknowable(supply[supply["profession"] == GP], quarters, communes, parameters)
    inside = doctors[doctors["relation"].isin(("inside", "source"))]
    active = mediation[mediation["mediation_id"].isin(_active_ids(posts, parameters))]
    counts = pd.DataFrame(
        {
            "gp_inside": _sum(inside, codes, unknowable),
            "gp_walk": _sum(doctors, codes, unknowable),
            "help_walk": _count(near_help[near_help["fixed"].astype(bool)], codes, len(helps) > 0),
            "mediation_points": codes.map(
                active.groupby("code_qp")["mediation_id"].nunique()
            ).fillna(0),
            "nearest_gp_walk_min": nearest_walk_min(
                supply[supply["profession"] == GP], quarters, communes, parameters
            ),
        }
    ).astype({"mediation_points": "int64"})
    return Presence(practices, mediation, near_help, counts)


def _active_ids(posts: pd.DataFrame, parameters: Parameters) -> pd.Series:
    ids: pd.Series = active_posts(posts, parameters.as_of)["mediation_id"]
    return ids


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


def _count(pairs: pd.DataFrame, codes: pd.Series, source_read: bool) -> pd.Series:
    counts = codes.map(pairs.groupby("code_qp").size()).astype("float64").fillna(0.0)
    return counts if source_read else counts * np.nan
