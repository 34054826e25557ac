"""The walk drawn around a quarter: the distance the core counts, said with its kind."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.maps.walk import walk_view
from tests.geo.faces_fixture import synthetic_analysis, synthetic_layers


@pytest.fixture(scope="module")
def analysis():
    return synthetic_analysis()


def test_every_point_of_the_outline_is_a_walk_away(analysis):
    row = analysis.qpv.iloc[0]
    view = walk_view(analysis, synthetic_layers(), row["code_qp"])
    shapes = gpd.GeoSeries([row["geometry"], shapely.geometry.shape(view["shape"])], crs=4326)
    quarter, around = shapes.to_crs(2154)
    metres = shapely.distance(shapely.points(shapely.get_coordinates(around)), quarter)
    assert metres == pytest.approx(analysis.parameters.walk_m, abs=17)
    assert around.contains(quarter)
    assert view["reached"] == []


def test_the_words_say_crow_fly_its_detour_and_the_distance(analysis):
    words = walk_view(analysis, synthetic_layers(), analysis.qpv["code_qp"].iloc[0])["words"]
    assert words.startswith("15 min à pied du quartier, à vol d'oiseau × détour 1,3 (")
    assert "rues" not in words


def test_times_along_the_streets_are_said_and_their_doctors_ringed(analysis):
    layers = synthetic_layers()
    supply = layers["supply"]
    code = analysis.qpv["code_qp"].iloc[0]
    pairs = pd.DataFrame({"code_qp": code, "supply_id": supply["supply_id"]})
    near = dataclasses.replace(analysis, practices_in_qpv=pairs)
    view = walk_view(near, dataclasses.replace(layers, travel={"walk": object()}), code)
    assert "les minutes sont comptées par les rues" in view["words"]
    doctors = supply[supply["profession"] == "medecin_generaliste"]
    places = {(round(point.y, 5), round(point.x, 5)) for point in doctors.geometry}
    assert {tuple(at) for at in view["reached"]} == places


def test_an_unknown_quarter_is_an_error(analysis):
    with pytest.raises(KeyError):
        walk_view(analysis, synthetic_layers(), "QN00000N")
