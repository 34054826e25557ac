"""100,000 points among the official outlines: the same answers as geopandas, and honest edges."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from datasets.locate_files import read_outlines
from geo.locate import Precision, locate, outline_precision_m

POINTS = 100_000


def test_it_agrees_with_geopandas_and_rules_on_nothing_near_an_edge(mirror: Path) -> None:
    quarters = read_outlines([mirror / "qpv_2024" / "qpv-2024-geojson.zip"])
    assert len(quarters) == 1584
    # The copy is rounded to four decimals: 11 m between two positions.
    assert np.unique(outline_precision_m(quarters)) == pytest.approx([11.132])
    random = np.random.default_rng(20260115)
    near = quarters.geometry.iloc[random.integers(0, len(quarters), POINTS)].representative_point()
    asked = pd.DataFrame(
        {
            "id": [f"p{place}" for place in range(POINTS)],
            "lon": near.x.to_numpy() + random.normal(0, 0.005, POINTS),
            "lat": near.y.to_numpy() + random.normal(0, 0.005, POINTS),
            "precision_m": 0.0,
        }
    )
    found = locate(asked, quarters, Precision(least_margin_m=0.0))
    placed = gpd.GeoDataFrame(
        asked, geometry=gpd.points_from_xy(asked["lon"], asked["lat"]), crs=4326
    )
    joined = gpd.sjoin(placed, quarters[["code_qp", "geometry"]], predicate="intersects")
    expected = joined.groupby("id")["code_qp"].first().reindex(asked["id"]).fillna("")
    assert found["code_qp"].tolist() == expected.tolist()
    assert (found["code_qp"] != "").sum() > 10_000
    edge = found["distance_m"].abs() <= 11.132
    assert edge.sum() > 1_000
    assert (found["limite"] == edge).all()
    assert (found.loc[found["code_qp"] != "", "distance_m"] <= 0).all()
