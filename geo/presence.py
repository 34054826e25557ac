"""Who works or helps in a QPV or within a walk of it: pairs, and counts that admit not knowing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.access.gp import GP
from geo.access.walking import Walks, care_on_foot, practices_near
from geo.join import points_in_quarters
from geo.mediation.reach import near_posts
from geo.mediation.supply import active_posts
from geo.parameters import Parameters
from geo.schema import Layers


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


def presence(
    layers: Layers, communes: pd.Series, parameters: Parameters, walks: Walks | None = None
) -> Presence:
    """Join every kind of point to the QPV of the layers (``communes``: tuples, same order).

    ``walks`` are the street times to the practices, when there are any.
    """
    quarters = layers.geo("qpv").reset_index(drop=True)
    reach = {"walk_m": parameters.walk_m, "near_edge_m": parameters.near_edge_m}
    supply, posts, helps = (layers.geo(name) for name in ("supply", "mediation", "help_points"))
    practices = practices_near(supply, quarters, parameters, walks)
    mediation = near_posts(quarters, posts, layers["mediation_qpv"], parameters)
    near_help = points_in_quarters(helps, "help_id", quarters, **reach).merge(
        helps[["help_id", "kind", "fixed"]], on="help_id", how="left"
    )
    codes = quarters["code_qp"]
    doctors = care_on_foot(GP, practices, supply, quarters, communes, parameters, walks)
    active = mediation[mediation["mediation_id"].isin(_active_ids(posts, parameters))]
    counts = pd.DataFrame(
        {
            "gp_inside": doctors["inside"],
            "gp_walk": doctors["walk"],
            "help_walk": _count(near_help[near_help["fixed"].astype(bool)], codes, len(helps) > 0),
            "mediation_points": codes.map(
                active.groupby("code_qp")["mediation_id"].nunique()
            ).fillna(0),
            "nearest_gp_walk_min": doctors["nearest_walk_min"],
        }
    ).astype({"mediation_points": "int64"})
    return Presence(practices, mediation, near_help, counts)


def _active_ids(posts: pd.DataFrame, parameters: Parameters) -> pd.Series:
    ids: pd.Series = active_posts(posts, parameters.as_of)["mediation_id"]
    return ids


def _count(pairs: pd.DataFrame, codes: pd.Series, source_read: bool) -> pd.Series:
    counts = codes.map(pairs.groupby("code_qp").size()).astype("float64").fillna(0.0)
    return counts if source_read else counts * np.nan
