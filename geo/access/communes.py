"""The communes of each QPV, arrondissements of Paris, Lyon and Marseille included."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.schema import Layers
from geo.territory import parent_commune


def quarter_communes(layers: Layers) -> pd.Series:
    """All commune codes of each QPV (tuples), with the arrondissement its point falls in.

    In Paris, Lyon and Marseille people and practices are counted by arrondissement, whereas QPV
    name the whole city. The outline is that of the arrondissement, else of one of its IRIS.
    """
    quarters = layers.geo("qpv")
    outlines = [
        _outlined_districts(layers.geo("communes"), "code"),
        _outlined_districts(layers.geo("iris"), "commune"),
    ]
    points = gpd.GeoDataFrame(
        {"row": np.arange(len(quarters))}, geometry=quarters.geometry.representative_point()
    )
    found = pd.concat([gpd.sjoin(points, shapes, predicate="within") for shapes in outlines])
    district = found.drop_duplicates("row").set_index("row")["district"]
    codes = [
        tuple(filter(None, dict.fromkeys([*listed.split(";"), district.get(row, "")])))
        for row, listed in enumerate(quarters["communes"])
    ]
    return pd.Series(codes, index=quarters.index, dtype="object")


def _outlined_districts(areas: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    outlined = ~(areas.geometry.isna() | areas.geometry.is_empty)
    part = areas[code].map(parent_commune) != areas[code]
    return areas.loc[outlined & part, [code, "geometry"]].rename(columns={code: "district"})
