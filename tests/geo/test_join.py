import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from geo.errors import NotProjected
from geo.join import coarse_points_near, points_in_quarters, within_distance

X, Y = 808_000.0, 6_480_000.0


def square():
    return gpd.GeoDataFrame(
        {"code_qp": ["QN04201M"], "departement": ["42"]},
        geometry=[box(X, Y, X + 600, Y + 600)],
        crs="EPSG:2154",
    ).to_crs(4326)


def spots(*rows):
    frame = gpd.GeoDataFrame(
        [{"supply_id": name, "precision": how, "code_qp": qp} for name, _, how, qp in rows],
        geometry=[Point(X + dx, Y + 300) for _, dx, _, _ in rows],
        crs="EPSG:2154",
    )
    return frame.to_crs(4326)


def test_inside_walk_and_too_far():
    points = spots(
        ("in", 300, "address", ""), ("edge", 30, "coordinates", ""),
        ("near", 1000, "address", ""), ("far", 1700, "address", ""),
    )  # fmt: skip
    pairs = points_in_quarters(points, "supply_id", square(), 960.0, 50.0).set_index("supply_id")
    assert pairs["relation"].to_dict() == {"in": "inside", "edge": "inside", "near": "walk"}
    assert pairs.loc["near", "distance_m"] == pytest.approx(400, abs=1)
    assert pairs["near_edge"].to_dict() == {"in": False, "edge": True, "near": False}


def test_a_coarse_point_is_never_inside_unless_its_source_says_so():
    points = spots(
        ("iris", 300, "iris", ""), ("town", 300, "commune", ""), ("lost", 300, "unknown", ""),
        ("named", 9000, "commune", "QN04201M"), ("other", 300, "commune", "QN99901M"),
        ("both", 300, "address", "QN04201M"),
    )  # fmt: skip
    pairs = points_in_quarters(points, "supply_id", square(), 960.0).set_index("supply_id")
    assert pairs["relation"].to_dict() == {"named": "source", "both": "source"}
    assert pairs["distance_m"].isna().to_dict() == {"named": True, "both": False}
    assert coarse_points_near(points, square(), 960.0) == {"QN04201M"}


def test_measuring_in_degrees_is_refused():
    with pytest.raises(NotProjected, match="EPSG:4326"):
        within_distance(spots(("a", 0, "address", "")), square(), 100.0)
    projected = square().to_crs(2154)
    with pytest.raises(NotProjected):
        within_distance(
            spots(("a", 0, "address", "")).to_crs(2154),
            projected.set_crs(None, allow_override=True),
            100.0,
        )


def test_an_overseas_quarter_is_measured_in_its_own_system():
    island = gpd.GeoDataFrame(
        {"code_qp": ["QN97401M"], "departement": ["974"]},
        geometry=[box(340_000, 7_690_000, 340_600, 7_690_600)],
        crs="EPSG:2975",
    ).to_crs(4326)
    point = gpd.GeoDataFrame(
        {"supply_id": ["s"], "precision": ["address"]},
        geometry=[Point(341_000, 7_690_300)],
        crs="EPSG:2975",
    ).to_crs(4326)
    pairs = points_in_quarters(point, "supply_id", island, 960.0)
    assert pairs["distance_m"].iloc[0] == pytest.approx(400, abs=0.5)


def test_missing_positions_and_no_points():
    points = spots(("a", 300, "address", ""))
    points.loc[0, "geometry"] = None
    assert points_in_quarters(points, "supply_id", square(), 960.0).empty
    assert points_in_quarters(points.iloc[:0], "supply_id", square(), 960.0).empty
