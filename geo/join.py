"""Points joined to QPV: inside, or within a walking distance of the outline.

Distances are crow-fly metres to the outline (0 inside), in the projected CRS of each part of
France. A point known only to its IRIS or commune is never said to be inside: its position is
that of a town hall or of an area's centre. The one exception is a source that names the QPV
itself (relation ``source``).
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.measure import PLACED_PRECISIONS, require_projected
from geo.territory import projected_crs

JOIN_COLUMNS = ("code_qp", "relation", "distance_m", "near_edge")
# A box this much larger than the QPV of one CRS keeps every point that could be near them.
_BOX_MARGIN_DEGREES = 0.5


def within_distance(
    points: gpd.GeoDataFrame, quarters: gpd.GeoDataFrame, max_m: float, near_edge_m: float = 0.0
) -> pd.DataFrame:
    """Pairs (point, QPV) at most ``max_m`` metres apart, both frames in one projected CRS.

    Returns one row a pair: ``point`` and ``quarter`` (positions in the frames), ``distance_m``
    (0 inside), ``near_edge`` (at most ``near_edge_m`` from the outline, on either side).

    Raises
    ------
    NotProjected
        When a frame is in degrees, or the two frames are not in the same CRS.
    """
    require_projected(points, "points")
    require_projected(quarters, "quartiers")
    outlines = quarters.geometry.to_numpy()
    spots = points.geometry.to_numpy()
    tree = shapely.STRtree(outlines)
    point, quarter = tree.query(spots, predicate="dwithin", distance=max_m)
    order = np.lexsort((quarter, point))
    point, quarter = point[order], quarter[order]
    edges = shapely.boundary(outlines)
    return pd.DataFrame(
        {
            "point": point,
            "quarter": quarter,
            "distance_m": shapely.distance(spots[point], outlines[quarter]),
            "near_edge": shapely.distance(spots[point], edges[quarter]) <= near_edge_m,
        }
    )


def points_in_quarters(
    points: gpd.GeoDataFrame,
    identifier: str,
    quarters: gpd.GeoDataFrame,
    walk_m: float,
    near_edge_m: float = 0.0,
) -> pd.DataFrame:
    """Points (EPSG:4326) inside or within walking distance of QPV (EPSG:4326).

    Parameters
    ----------
    points : with ``identifier``, ``precision`` and, when the source names QPV, ``code_qp``.
    quarters : with ``code_qp`` and ``departement``; each measured in its own projected CRS.

    Returns a frame ``identifier``, code_qp, relation (inside, walk or source), distance_m (NaN
    for a point only its source places), near_edge; one row a pair, sorted. Coarse points
    (IRIS, commune, unknown) never appear, unless their source names the QPV.
    """
    present = points[~(points.geometry.isna() | points.geometry.is_empty)]
    placed = present[present["precision"].isin(PLACED_PRECISIONS)]
    near = _near(placed, identifier, quarters, walk_m, near_edge_m)
    near["relation"] = np.where(near["distance_m"] == 0, "inside", "walk")
    named = _named_by_source(points, identifier, quarters)
    both = pd.concat([named, near], ignore_index=True)
    # The source's own word on the QPV wins over a contour rounded to some metres.
    distances = both.dropna(subset="distance_m").set_index([identifier, "code_qp"])["distance_m"]
    both = both.drop_duplicates([identifier, "code_qp"], keep="first")
    keys = pd.MultiIndex.from_frame(both[[identifier, "code_qp"]])
    both["distance_m"] = distances.reindex(keys).to_numpy(float)
    both = both.sort_values(["code_qp", identifier], ignore_index=True)
    return both[[identifier, *JOIN_COLUMNS]]


def coarse_points_near(
    points: gpd.GeoDataFrame, quarters: gpd.GeoDataFrame, walk_m: float
) -> set[str]:
    """QPV codes near which some point is known too coarsely to be called inside or outside."""
    present = points[~(points.geometry.isna() | points.geometry.is_empty)]
    coarse = present[~present["precision"].isin(PLACED_PRECISIONS)].reset_index(drop=True)
    coarse = coarse.assign(position=coarse.index.astype("str"))
    return set(_near(coarse, "position", quarters, walk_m, 0.0)["code_qp"])


def _near(
    points: gpd.GeoDataFrame,
    identifier: str,
    quarters: gpd.GeoDataFrame,
    walk_m: float,
    near_edge_m: float,
) -> pd.DataFrame:
    found = []
    systems = quarters["departement"].map(projected_crs)
    for system in sorted(systems.unique()):
        own = quarters[systems == system]
        west, south, east, north = own.total_bounds
        margin = _BOX_MARGIN_DEGREES
        lon, lat = points.geometry.x, points.geometry.y
        candidates = points[
            lon.between(west - margin, east + margin) & lat.between(south - margin, north + margin)
        ]
        if candidates.empty:
            continue
        pairs = within_distance(
            candidates[[identifier, "geometry"]].to_crs(system),
            own[["code_qp", "geometry"]].to_crs(system),
            walk_m,
            near_edge_m,
        )
        found.append(
            pd.DataFrame(
                {
                    identifier: candidates[identifier].to_numpy()[pairs["point"]],
                    "code_qp": own["code_qp"].to_numpy()[pairs["quarter"]],
                    "distance_m": pairs["distance_m"].to_numpy(),
                    "near_edge": pairs["near_edge"].to_numpy(),
                }
            )
        )
    return pd.concat(found, ignore_index=True) if found else _no_pair(identifier)


def _named_by_source(
    points: gpd.GeoDataFrame, identifier: str, quarters: gpd.GeoDataFrame
) -> pd.DataFrame:
    if "code_qp" not in points:
        return _no_pair(identifier).assign(relation=pd.Series(dtype="str"))
    named = points[points["code_qp"].isin(quarters["code_qp"])]
    return pd.DataFrame(
        {
            identifier: named[identifier].to_numpy(),
            "code_qp": named["code_qp"].to_numpy(),
            "distance_m": np.full(len(named), np.nan),
            "near_edge": np.zeros(len(named), dtype=bool),
            "relation": "source",
        }
    ).astype({identifier: "str", "code_qp": "str", "relation": "str"})


def _no_pair(identifier: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            identifier: pd.Series(dtype="str"),
            "code_qp": pd.Series(dtype="str"),
            "distance_m": pd.Series(dtype="float64"),
            "near_edge": pd.Series(dtype="bool"),
        }
    )
