import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from geo.access.gp import gp_access, quarter_communes
from geo.parameters import Parameters


def test_practices_known_to_the_commune_are_at_zero_minutes_of_it(make_layers):
    """42207 has 20 practices at its town hall only: its people and its QPV are 0 min away."""
    layers = make_layers()
    supply = layers["supply"]
    only = make_layers(replace={"supply": supply[supply["commune"] == "42207"]})
    people = layers["demand"].set_index("commune")["standardised_population"]
    found = gp_access(only, Parameters())
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
