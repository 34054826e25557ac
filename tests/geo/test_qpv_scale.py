"""The figure of a QPV from its pieces: who lives where, how means and headcounts are made."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geo.access.classes import access_classes
from geo.access.gp import gp_access, quarter_communes, travel_rows
from geo.access.grid_cells import cell_squares
from geo.access.qpv_scale import piece_ids, pieces, quarter_access, share_below
from geo.access.standardise import summarise_access
from geo.parameters import Parameters
from geo.schema import CRS
from tests.geo.conftest import SEATS, frame

X, Y = SEATS["42218"]
CUT = {"min_covered": 0.9}


def cut_of(layers, **options):
    return pieces(layers, quarter_communes(layers), **(CUT | options))


def only(layers, code):
    quarters = layers["qpv"]
    return quarters[quarters["code_qp"] == code].reset_index(drop=True)


def grid_around(x, y, count=4, people=100.0, commune="42218", imputed=()):
    """Cells (demand rows) whose corners surround a Lambert-93 point."""
    corner = gpd.GeoSeries([Point(x, y)], crs=2154).to_crs(3035).iloc[0]
    east, north = int(corner.x // 200 * 200), int(corner.y // 200 * 200)
    rows, points = [], []
    for across in range(-count, count):
        for along in range(-count, count):
            e, n = east + 200 * across, north + 200 * along
            cell = f"CRS3035RES200mN{n}E{e}"
            rows.append(
                {
                    "demand_id": cell,
                    "level": "cell",
                    "commune": commune,
                    "population": people,
                    "population_status": "modelled" if cell in imputed else "observed",
                    "standardised_population": people * 1.02,
                    "standardised_status": "modelled",
                    "precision": "cell",
                }
            )
            points.append(Point(e + 100, n + 100))
    # ``frame`` takes Lambert-93 points.
    return frame("demand", rows, list(gpd.GeoSeries(points, crs=3035).to_crs(2154)))


def with_cells(make_layers, **options):
    demand = make_layers()["demand"]
    cells = grid_around(X, Y, **options)
    elsewhere = demand[demand["commune"] != "42218"]
    return make_layers(replace={"demand": pd.concat([cells, elsewhere], ignore_index=True)})


def test_the_mean_uses_standardised_people_and_headcounts_all_people():
    """METHODS 1.3: APL (2, 3, 5), Pstd (900, 1200, 400), Ptot 1000, 1000, 500 → 2.96 and 0.40."""
    access = np.array([2.0, 3.0, 5.0, 7.0])
    cut = pd.DataFrame(
        {
            "quarter": [0, 0, 0, 1],
            "level": ["cell", "cell", "cell", "point"],
            "population": [1000.0, 1000.0, 500.0, np.nan],
            "people": [900.0, 1200.0, 400.0, 1.0],
        }
    )
    found = quarter_access(cut, access, 3)
    assert found.access[:2] == pytest.approx([2.96, 7.0], abs=1e-12)
    assert np.isnan(found.access[2])  # no piece
    assert found.count.tolist() == [3, 1, 0]
    assert found.level == ["cell", "point", ""]
    shares = share_below(cut, access, np.array([2.5, 2.5, 2.5]), "lt")
    assert shares[0] == pytest.approx(0.40) and np.isnan(shares[1:]).all()
    told = summarise_access(
        access[:3], cut["people"].to_numpy()[:3], cut["population"].to_numpy()[:3], 2.5
    )
    assert (told.mean, told.share_below) == pytest.approx((2.96, 0.40))


def test_a_piece_at_the_threshold_falls_where_the_edge_says():
    cut = pd.DataFrame({"quarter": [0, 0], "population": [300.0, 100.0]})
    access = np.array([2.5, 3.0])
    assert share_below(cut, access, np.array([2.5]), "le").tolist() == [0.75]
    assert share_below(cut, access, np.array([2.5]), "lt").tolist() == [0.0]
    assert np.isnan(share_below(cut, access, np.array([np.nan]), "le")).all()
    nobody = cut.assign(population=0.0)
    assert np.isnan(share_below(nobody, access, np.array([2.5]), "le")).all()
    unknown = np.array([2.5, np.nan])
    assert np.isnan(share_below(cut, unknown, np.array([2.5]), "le")).all()


def test_an_unknown_access_of_one_piece_leaves_the_quarter_unknown():
    cut = pd.DataFrame({"quarter": [0, 0], "level": ["iris", "iris"], "people": [1.0, 1.0]})
    assert np.isnan(quarter_access(cut, np.array([2.0, np.nan]), 1).access).all()


def test_a_quarter_takes_the_share_of_each_iris_that_it_covers(make_layers):
    """QN04201M (600 m) lies in one IRIS of 3,000 m; QN04202M in the next one."""
    cut = cut_of(make_layers()).set_index("code_qp")
    first = cut.loc["QN04201M"]
    assert first["level"] == "iris" and first["area_id"] == "422180101"
    assert first["share_of_area"] == pytest.approx(0.04, rel=1e-3)
    assert first["population"] == pytest.approx(3000 * 0.04, rel=1e-3)
    assert first["people"] == pytest.approx(3000 * 0.04 * 1.02, rel=1e-3)
    assert first["share_of_quarter"] == pytest.approx(1.0, rel=1e-3)
    assert cut.loc["QN04205M", "level"] == "point"
    assert cut.loc["QN04205M", "population"] == 1000 and cut.loc["QN04205M", "people"] == 1
    assert np.isnan(cut.loc["QN04204N", "population"])


def test_a_quarter_across_two_iris_has_two_pieces_and_a_weighted_mean(make_layers):
    layers = make_layers()
    astride = gpd.GeoSeries([box(X + 1000, Y - 200, X + 1800, Y + 200)], crs=2154).to_crs(CRS)
    quarter = only(layers, "QN04201M").set_geometry(astride.to_numpy(), crs=CRS)
    made = make_layers(replace={"qpv": quarter})
    found = gp_access(made, Parameters())
    cut = found.pieces
    assert cut["area_id"].tolist() == ["422180101", "422180102"]
    assert cut["share_of_quarter"].to_numpy() == pytest.approx([500 / 800, 300 / 800], rel=1e-3)
    assert found.quarters["access_pieces"].tolist() == [2]
    expected = np.average(cut["access"], weights=cut["people"])
    assert found.quarters["access"].iloc[0] == pytest.approx(expected, rel=1e-12)
    inside = quarter.geometry.iloc[0]
    assert all(inside.contains(point) for point in cut.geometry)


def test_an_iris_that_covers_too_little_leaves_one_point(make_layers):
    layers = make_layers()
    beside = gpd.GeoSeries([box(X - 1900, Y - 200, X - 1100, Y + 200)], crs=2154).to_crs(CRS)
    quarter = only(layers, "QN04201M").set_geometry(beside.to_numpy(), crs=CRS)
    made = make_layers(replace={"qpv": quarter})
    assert cut_of(made)["level"].tolist() == ["point"]
    assert cut_of(made, min_covered=0.4)["level"].tolist() == ["iris"]


def test_an_iris_without_known_or_any_people_leaves_one_point(make_layers):
    layers = make_layers()
    for people in (np.nan, 0.0):
        iris = layers["iris"].assign(population=people)
        made = make_layers(replace={"iris": iris, "qpv": only(layers, "QN04201M")})
        assert cut_of(made)["level"].tolist() == ["point"]


def test_cells_come_first_and_share_their_people_by_surface(make_layers):
    layers = with_cells(make_layers)
    quarter = only(layers, "QN04201M")
    made = make_layers(replace={"qpv": quarter, "demand": layers["demand"]})
    cut = cut_of(made)
    assert set(cut["level"]) == {"cell"} and len(cut) >= 9
    squares = cell_squares(cut["area_id"], "EPSG:2154")
    outline = quarter.geometry.to_crs(2154).iloc[0]
    shares = squares.intersection(outline).area / squares.area
    assert cut["share_of_area"].to_numpy() == pytest.approx(shares.to_numpy(), rel=1e-9)
    # One person per 400 m² everywhere: 360,000 m² hold 900 people.
    assert cut["population"].sum() == pytest.approx(900, rel=0.01)
    assert cut["share_of_quarter"].sum() == pytest.approx(1.0, rel=1e-9)
    assert gp_access(made, Parameters()).quarters["access_level"].tolist() == ["cell"]


def test_travel_times_start_from_demand_then_pieces_then_the_point_of_each_quarter(make_layers):
    layers = with_cells(make_layers)
    rows = travel_rows(layers, Parameters())
    cut = cut_of(layers)
    ids = piece_ids(cut)
    assert ids.is_unique and rows["id"].is_unique and rows.crs == CRS
    demand = layers["demand"]["demand_id"].tolist()
    assert rows["id"].tolist()[: len(demand) + len(ids)] == [*demand, *ids]
    whole = set(cut.loc[cut["level"] == "point", "code_qp"] + "/point")
    assert whole < set(ids)
    assert set(rows["id"][len(demand) + len(ids) :]) | whole == set(
        layers["qpv"]["code_qp"] + "/point"
    )
    own = rows.set_index("id").loc[ids]
    assert own["commune"].tolist() == [codes[0] for codes in cut["communes"]]
    assert (own.geometry.to_numpy() == cut.geometry.to_numpy()).all()
    # The same tables in another order give the same ids.
    turned = {name: layers[name].iloc[::-1].reset_index(drop=True) for name in ("qpv", "demand")}
    again = make_layers(replace=turned)
    assert set(travel_rows(again, Parameters())["id"]) == set(rows["id"])


def test_a_commune_in_cells_is_not_counted_by_iris_too(make_layers):
    layers = with_cells(make_layers)
    cut = cut_of(layers).set_index("code_qp")
    # QN04202M is 3 km away: no cell there, nobody is known to live in it, and no IRIS is used.
    assert cut.loc["QN04202M", "level"] == "point"
    assert set(cut.loc[["QN04201M"], "level"]) == {"cell"}


def test_a_quarter_astride_cells_and_iris_uses_each_where_it_is(make_layers):
    layers = make_layers()
    demand, iris = layers["demand"], layers.geo("iris")
    cells = grid_around(X, Y, count=10)
    iris.loc[iris["code_iris"] == "422180102", "commune"] = "42207"
    places = layers.geo("communes").copy()
    outline = iris.geometry.iloc[0]
    shapes = [outline if code == "42218" else None for code in places["code"]]
    places = places.set_geometry(gpd.GeoSeries(shapes, crs=CRS), crs=CRS)
    astride = gpd.GeoSeries([box(X + 1000, Y - 200, X + 1800, Y + 200)], crs=2154).to_crs(CRS)
    quarter = only(layers, "QN04201M").assign(communes="42218;42207")
    quarter = quarter.set_geometry(astride.to_numpy(), crs=CRS)
    elsewhere = demand[demand["commune"] != "42218"]
    made = make_layers(
        replace={
            "demand": pd.concat([cells, elsewhere], ignore_index=True),
            "iris": iris,
            "communes": places,
            "qpv": quarter,
        }
    )
    cut = cut_of(made)
    assert set(cut["level"]) == {"cell", "iris"}
    assert cut.loc[cut["level"] == "iris", "area_id"].tolist() == ["422180102"]
    assert gp_access(made, Parameters()).quarters["access_level"].tolist() == ["iris"]


def test_people_are_shared_by_dwellings_where_some_are_known(make_layers):
    layers = make_layers()
    made = make_layers(replace={"qpv": only(layers, "QN04201M")})
    inside, outside = Point(X, Y), Point(X + 1000, Y + 1000)
    homes = gpd.GeoDataFrame(
        {"dwellings": [30.0, 70.0]}, geometry=[inside, outside], crs=2154
    ).to_crs(CRS)
    piece = cut_of(made, dwellings=homes).iloc[0]
    assert piece["share_of_area"] == pytest.approx(0.3)
    assert piece["population"] == pytest.approx(900)
    far = homes.set_geometry(homes.geometry.translate(0.2, 0))
    assert cut_of(made, dwellings=far).iloc[0]["share_of_area"] == pytest.approx(0.04, rel=1e-3)


def test_pieces_hold_all_the_people_of_areas_cut_into_quarters(make_layers):
    """Conservation: QPV that tile an IRIS share all its people, whatever the cut."""
    layers = make_layers()
    quarters = layers["qpv"].iloc[[0, 1]].assign(commune="42218", communes="42218")
    halves = [box(X - 1500, Y - 1500, X, Y + 1500), box(X, Y - 1500, X + 1500, Y + 1500)]
    shapes = gpd.GeoSeries(halves, crs=2154).to_crs(CRS).to_numpy()
    quarters = quarters.set_geometry(shapes, crs=CRS).reset_index(drop=True)
    cut = cut_of(make_layers(replace={"qpv": quarters}))
    assert cut["population"].sum() == pytest.approx(3000, rel=1e-6)


def test_times_held_or_computed_as_they_are_read_give_the_same(make_layers, monkeypatch):
    layers = with_cells(make_layers)
    whole = gp_access(layers, Parameters())
    monkeypatch.setattr("geo.access.journeys.MOST_HELD", 0)
    parts = gp_access(layers, Parameters())
    assert parts.demand == pytest.approx(whole.demand, rel=1e-12)
    assert parts.unreached == whole.unreached
    pd.testing.assert_frame_equal(parts.quarters, whole.quarters)


THRESHOLDS = [("apl_2017", 2.5, 4.0), ("apl_2025", 2.71, 3.98)]


@pytest.mark.parametrize(("rule", "low", "high"), THRESHOLDS)
def test_the_zoning_takes_a_place_at_its_threshold_as_below_it(rule, low, high):
    access = pd.Series([0.0, low, low + 1e-6, high, high + 1e-6, np.nan, low + 1e-12])
    people, regions = access * 0 + 1, pd.Series(["84"] * 7)
    classes, cuts = access_classes(access, people, regions, Parameters(access_classes=rule))
    assert classes.tolist() == ["low", "low", "mid", "mid", "high", "", "low"]
    assert cuts == {"84": (low, high)}


def test_thresholds_hold_for_a_region_of_one_quarter():
    alone = pd.Series([3.0])
    regions = pd.Series(["94"])
    classes, cuts = access_classes(alone, alone, regions, Parameters(access_classes="apl_2017"))
    assert classes.tolist() == ["mid"] and cuts == {"94": (2.5, 4.0)}
    assert access_classes(alone, alone, regions, Parameters())[0].tolist() == [""]
