import dataclasses

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from geo.access.gp import gp_access, quarter_communes, travel_rows
from geo.access.journeys import journeys
from geo.measure import xy_m
from geo.parameters import Parameters
from geo.travel import Straight, TravelTimes, crow_fly
from tests.geo.conftest import CRUDE


def with_roads(layers, speed_kmh, left_out=(), max_min=30.0):
    """The same layers with car times along imaginary straight roads, some places on none."""
    rows, supply = travel_rows(layers, Parameters()), layers.geo("supply")
    rows, supply = rows[~rows["id"].isin(left_out)], supply[~supply["supply_id"].isin(left_out)]
    times = crow_fly(
        xy_m(rows.geometry.to_crs(2154)),
        xy_m(supply.geometry.to_crs(2154)),
        max_min=max_min,
        minutes_of=Straight(speed_kmh, 1.3),
        demand_ids=rows["id"].to_numpy(object),
        supply_ids=supply["supply_id"].to_numpy(object),
        provenance="Temps en voiture par des routes imaginaires",
    )
    car = dataclasses.replace(times, mode="car")
    # Nothing may depend on the order of the columns inside a row.
    return dataclasses.replace(layers, travel={"car": _turned(car)})


def _turned(times):
    columns, minutes = times.indices.copy(), times.minutes.copy()
    for start, stop in zip(times.indptr[:-1], times.indptr[1:], strict=True):
        columns[start:stop], minutes[start:stop] = (
            part[start:stop][::-1].copy() for part in (columns, minutes)
        )
    return TravelTimes(
        times.indptr, columns, minutes, times.demand_ids, times.supply_ids, "car", times.max_min,
        times.provenance,
    )  # fmt: skip


def test_ready_road_times_take_the_place_of_crow_fly_ones(make_layers):
    layers = make_layers()
    crude = Parameters(**CRUDE)
    expected, same = gp_access(layers, crude), gp_access(with_roads(layers, 45.0), crude)
    assert same.demand == pytest.approx(expected.demand)
    columns = ["access", "nearest_gp_min"]
    assert same.quarters[columns].to_numpy() == pytest.approx(
        expected.quarters[columns].to_numpy(), nan_ok=True
    )
    assert any("OpenStreetMap" in note for note in same.notes)
    assert not any("OpenStreetMap" in note for note in expected.notes)
    slow = gp_access(with_roads(layers, 15.0), crude)
    assert not np.allclose(slow.demand, expected.demand)
    # The setting decides, not what is there.
    crow = gp_access(with_roads(layers, 15.0), Parameters(**CRUDE, travel_mode_source="crow_fly"))
    assert crow.demand == pytest.approx(expected.demand)
    assert crow.notes == expected.notes


def test_places_on_no_road_get_crow_fly_times_and_are_counted(make_layers):
    layers = make_layers()
    crude = Parameters(**CRUDE)
    rows = set(travel_rows(layers, crude)["id"])
    lost = {"42207", "s3", next(name for name in rows if name.startswith("QN04202M/iris"))}
    whole = gp_access(with_roads(layers, 45.0), crude)
    found = gp_access(with_roads(layers, 45.0, left_out=lost), crude)
    assert found.demand == pytest.approx(whole.demand)
    told = next(note for note in found.notes if "Hors du réseau" in note)
    assert "2\u00a0lieux de départ" in told and "1\u00a0lieu de soins" in told
    assert not any("Hors du réseau" in note for note in whole.notes)


def test_road_times_that_do_not_reach_far_enough_are_left_aside_and_said(make_layers):
    layers = make_layers()
    crude = Parameters(**CRUDE)
    found = gp_access(with_roads(layers, 15.0, max_min=12.0), crude)
    assert found.demand == pytest.approx(gp_access(layers, crude).demand)
    assert any("jusqu'à 12\u00a0min" in note for note in found.notes)


def test_times_made_for_one_profession_serve_it_alone(make_layers):
    layers = with_roads(make_layers(), 45.0)
    slow = with_roads(make_layers(), 15.0).travel["car"]
    both = dataclasses.replace(layers, travel={**layers.travel, "car:medecin_generaliste": slow})
    own = journeys(both, Parameters(), ("medecin_generaliste",), 20.0)
    all_of_them = journeys(both, Parameters(), ("medecin_generaliste", "infirmier"), 20.0)
    minutes = [found.parts[0].from_quarters.base for found in (own, all_of_them)]
    assert minutes[0].nnz < minutes[1].nnz


def test_uncertain_times_soften_the_steps_and_conserve_the_supply(make_layers):
    layers = make_layers()
    steps, soft = (
        gp_access(layers, Parameters(**CRUDE, time_spread=spread)) for spread in (0.0, 0.15)
    )
    assert not np.allclose(steps.demand, soft.demand)
    for found in (steps, soft):
        assert (found.people * found.demand).sum() == pytest.approx(334 * 5400)


def test_practices_known_to_the_commune_are_at_zero_minutes_of_it(make_layers):
    """42207 has 20 practices at its town hall only: its people and its QPV are 0 min away."""
    layers = make_layers()
    supply = layers["supply"]
    only = make_layers(replace={"supply": supply[supply["commune"] == "42207"]})
    people = layers["demand"].set_index("commune")["standardised_population"]
    found = gp_access(only, Parameters(**CRUDE))
    access = found.quarters.set_index("code_qp")["access"]
    # From 42218 the crow-fly time is 12.5 min: band 10-15, weight 2/3.
    reached = people["42207"] + people["42218"] * 2 / 3
    assert access["QN04203I"] == pytest.approx(20 * 5400 / reached)
    assert access["QN04201M"] == pytest.approx(20 * 5400 / reached * 2 / 3)


def test_supply_that_nobody_reaches_is_listed_and_not_shared(make_layers):
    layers = make_layers()
    demand = layers["demand"]
    found = gp_access(
        make_layers(replace={"demand": demand[demand["commune"] != "31555"]}), Parameters()
    )
    assert found.unreached == ("s5", "s6")
    assert any("Offre sans population à portée : 305" in note for note in found.notes)


def test_unknown_people_and_unknown_practices_are_said(make_layers):
    layers = make_layers()
    demand, supply = layers["demand"].copy(), layers["supply"].copy()
    demand.loc[0, ["population", "standardised_population"]] = np.nan
    demand.loc[1, "standardised_population"] = np.nan
    supply.loc[0, "practices"] = np.nan
    found = gp_access(make_layers(replace={"demand": demand, "supply": supply}), Parameters())
    told = " ".join(found.notes)
    assert "sans population connue" in told and "sans population standardisée" in told
    assert "sans nombre de praticiens" in told
    assert np.isfinite(found.demand).all() and np.isnan(found.people[0])


def test_the_precision_is_the_coarsest_behind_the_figure(make_layers):
    layers = make_layers()
    demand = layers["demand"].assign(precision="iris")
    found = gp_access(make_layers(replace={"demand": demand}), Parameters())
    precision = found.quarters.set_index("code_qp")["access_precision"]
    assert precision["QN04201M"] == "commune"  # s3, in the next commune, is at its town hall
    assert precision["QN04205M"] == "iris"  # s4 has coordinates, its people an IRIS
    assert precision["QN03101M"] == "iris"


@pytest.mark.parametrize("table", ["communes", "iris"])
def test_a_quarter_of_a_big_city_finds_its_arrondissement(make_layers, table):
    layers = make_layers()
    quarters = layers.geo("qpv").iloc[[0]].assign(commune="69123", communes="69123")
    around = gpd.GeoSeries([box(0, 40, 10, 50)], crs=4326)
    areas = layers.geo(table).iloc[[0]].set_geometry(around.to_numpy(), crs=4326)
    areas = areas.assign(**{"code" if table == "communes" else "commune": "69383"})
    city = make_layers(replace={"qpv": quarters.reset_index(drop=True), table: areas})
    assert quarter_communes(city).tolist() == [("69123", "69383")]
