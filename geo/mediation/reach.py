"""Which mediation posts serve a QPV, are in it, or are within a walk of it."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.completeness import serves_no_quarter
from geo.join import points_in_quarters
from geo.parameters import Parameters


def near_posts(
    quarters: gpd.GeoDataFrame,
    posts: gpd.GeoDataFrame,
    shares: pd.DataFrame,
    parameters: Parameters,
) -> pd.DataFrame:
    """Pairs (QPV, post): code_qp, mediation_id, relation, distance_m, share, near_edge.

    ``relation`` is served when the file says so, whatever the distance, else inside or walk
    (crow-fly metres to the outline, at most ``parameters.walk_m``). ``quarters`` and ``posts``
    are in EPSG:4326, ``shares`` is the mediation_qpv table. A post that says it serves a « veille
    active » or rural territory is near no QPV, wherever it is held.
    """
    posts = posts[~serves_no_quarter(posts)]
    near = points_in_quarters(
        posts, "mediation_id", quarters, parameters.walk_m, parameters.near_edge_m
    )
    served = shares[
        shares["mediation_id"].isin(posts["mediation_id"])
        & shares["code_qp"].isin(quarters["code_qp"])
    ]
    keys = ["mediation_id", "code_qp"]
    both = served.assign(declared=True).merge(near, on=keys, how="outer")
    both["relation"] = both["relation"].where(both["declared"].isna(), "served")
    both["near_edge"] = both["near_edge"].eq(True)
    both = both.sort_values(["code_qp", "mediation_id"], ignore_index=True)
    columns = ["code_qp", "mediation_id", "relation", "distance_m", "share", "near_edge"]
    return both[columns].astype({"relation": "str", "distance_m": "float64", "share": "float64"})
