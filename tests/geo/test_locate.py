"""Points to QPV: beside geopandas, signed distances, and what is never ruled on."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from geo.locate import Precision, decimals, locate, outline_precision_m, share_inside, step_m

# A degree of longitude at 46° N, and of latitude, on the GRS 80 ellipsoid.
LON_M, LAT_M = 77_472.0, 111_147.0


def quarters(*shapes, perimeter="2024", departement="42") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "code_qp": [f"QN0420{place}M" for place in range(len(shapes))],
            "label": [f"Quartier {place}" for place in range(len(shapes))],
            "perimeter": perimeter,
            "departement": departement,
        },
        geometry=list(shapes),
        crs="EPSG:4326",
    )


def points(*lonlat, precision_m=0.0) -> pd.DataFrame:
    lon, lat = np.array(lonlat, dtype=float).reshape(-1, 2).T
    ids = [f"p{place}" for place in range(len(lon))]
    return pd.DataFrame({"id": ids, "lon": lon, "lat": lat, "precision_m": precision_m})


SQUARE = box(4.000001, 46.000001, 4.020001, 46.020001)
ROUND = box(4.0, 46.0, 4.02, 46.02)
EXACT = Precision(least_margin_m=0.0)


def test_inside_is_negative_and_outside_positive_and_both_name_a_quarter():
    found = locate(points((4.01, 46.019001), (4.01, 46.021001), (5.0, 46.0)), quarters(SQUARE))
    assert found["code_qp"].tolist() == ["QN04200M", "", ""]
    assert found["code_proche"].tolist() == ["QN04200M"] * 3
    assert found["distance_m"].tolist() == pytest.approx(
        [-0.001 * LAT_M, 0.001 * LAT_M, 0.98 * LON_M], rel=2e-3
    )
    assert found["limite"].tolist() == [False, False, False]


def test_the_margin_is_the_precision_of_both_and_never_less_than_the_setting():
    # Corners written with two decimals tell nothing: never worse than three, 111 m.
    at_100_m = points((4.01, 46.02 + 100 / LAT_M))
    assert locate(at_100_m, quarters(ROUND), EXACT)["limite"].item()
    assert locate(at_100_m, quarters(ROUND), EXACT)["marge_m"].item() == pytest.approx(111.32)
    assert not locate(at_100_m, quarters(SQUARE), EXACT)["limite"].item()
    fine = Polygon([(4.00001, 46.00001), (4.02001, 46.00003), (4.02003, 46.02001)])
    near = points((4.010011, 46.00002 - 40 / LAT_M))
    assert not locate(near, quarters(fine), EXACT)["limite"].item()
    assert locate(near.assign(precision_m=60.0), quarters(fine), EXACT)["limite"].item()
    assert locate(near, quarters(fine))["limite"].item()


def test_a_point_without_position_out_of_france_or_of_the_area_says_so():
    asked = points((np.nan, np.nan), (-60.0, 0.0), (4.01, 46.01), (6.0, 45.0))
    area = gpd.GeoSeries([box(-70, -5, -50, 5), box(3.9, 45.9, 4.1, 46.1)], crs="EPSG:4326")
    found = locate(asked, quarters(SQUARE), area=area)
    said = ["sans position", "hors de France", "situé", "hors du territoire"]
    assert found["statut"].tolist() == said
    assert found["distance_m"].notna().tolist() == [False, False, True, False]
    assert found["code_proche"].tolist() == ["", "", "QN04200M", ""]
    assert share_inside(found).iloc[0].to_dict() == {
        "generation": "2024", "points": 4, "placed": 1, "inside": 1, "limit": 0,
        "share_inside": 1.0,
    }  # fmt: skip


def test_each_generation_answers_for_itself():
    both = pd.concat([quarters(SQUARE), quarters(box(4.03, 46, 4.05, 46.02), perimeter="2015")])
    found = locate(points((4.01, 46.01), (4.04, 46.01)), gpd.GeoDataFrame(both, crs="EPSG:4326"))
    assert found["id"].tolist() == ["p0", "p0", "p1", "p1"]
    assert found["generation"].tolist() == ["2015", "2024", "2015", "2024"]
    assert (found["code_qp"] != "").tolist() == [False, True, True, False]


def test_overseas_is_measured_in_its_own_system():
    there = quarters(box(55.45, -20.9, 55.47, -20.88), departement="974")
    found = locate(points((55.46, -20.901)), there)
    assert found["distance_m"].item() == pytest.approx(0.001 * 110_700, rel=5e-3)
    mixed = pd.concat([there, quarters(SQUARE)], ignore_index=True)
    mixed["code_qp"] = ["QN97401M", "QN04201M"]
    found = locate(points((55.46, -20.89), (4.01, 46.01)), gpd.GeoDataFrame(mixed, crs=4326))
    assert found["code_qp"].tolist() == ["QN97401M", "QN04201M"]


def test_no_share_without_a_placed_point():
    found = share_inside(locate(points((np.nan, np.nan)), quarters(SQUARE)))
    assert np.isnan(found["share_inside"].item())


@given(st.lists(st.tuples(st.floats(3.9, 4.3), st.floats(45.9, 46.2)), min_size=1, max_size=40))
def test_it_agrees_with_geopandas(spots):
    shapes = quarters(
        SQUARE, box(4.1, 46.05, 4.15, 46.1), Polygon([(4.2, 46), (4.25, 46), (4.2, 46.1)])
    )
    asked = points(*spots)
    found = locate(asked, shapes)
    placed = gpd.GeoDataFrame(
        asked, geometry=gpd.points_from_xy(asked["lon"], asked["lat"], crs=4326)
    )
    joined = gpd.sjoin(placed, shapes[["code_qp", "geometry"]], how="left", predicate="intersects")
    assert found["code_qp"].tolist() == joined["code_qp"].fillna("").tolist()
    metres = shapes.to_crs(2154).boundary
    nearest = placed.to_crs(2154).geometry.map(lambda spot: metres.distance(spot).min())
    outside = (found["code_qp"] == "").to_numpy()
    assert found["distance_m"].abs().to_numpy()[outside] == pytest.approx(
        nearest[outside], abs=1e-6
    )


@given(st.integers(0, 9), st.integers(-179, 179), st.integers(1, 9))
def test_decimals_are_those_written(count, whole, last):
    written = float(f"{whole}.{'0' * (count - 1)}{last}") if count else float(whole)
    assert decimals(np.array([written])).tolist() == [count]


def test_the_precision_of_an_outline_is_the_step_of_its_middle_corner():
    rounded = Polygon([(4.1234, 46.1234), (4.1334, 46.1), (4.1434, 46.1434)])
    assert outline_precision_m(quarters(rounded)).tolist() == pytest.approx([11.132])
    assert step_m(np.array([0, 6])).tolist() == pytest.approx([111_320, 0.11132])


def test_near_the_edge_of_a_territory_a_nearer_quarter_may_lie_beyond():
    area = gpd.GeoSeries([box(3.9, 45.9, 4.2, 46.2)], crs="EPSG:4326")
    beyond = gpd.GeoSeries([Point(4.21, 46.01)], crs="EPSG:4326")
    asked = points((4.01, 46.01), (4.05, 46.01), (4.15, 46.01), (4.1999, 46.01))
    found = locate(asked, quarters(SQUARE), EXACT, area, beyond)
    edge = "situé, bord du territoire"
    assert found["statut"].tolist() == ["situé", "situé", edge, edge]
    assert found["code_qp"].tolist() == ["QN04200M", "", "", ""]
    assert found["code_proche"].tolist() == ["QN04200M", "QN04200M", "", ""]
    assert found["distance_m"].notna().tolist() == [True, True, False, False]
    within_50_m = locate(asked, quarters(SQUARE), Precision(), area, beyond)
    assert within_50_m["limite"].tolist() == [False, False, False, True]
    assert share_inside(found)["placed"].item() == 4
    sea = locate(asked, quarters(SQUARE), EXACT, area, beyond.iloc[:0])
    assert sea["distance_m"].notna().all()
