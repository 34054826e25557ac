"""The outline of the commune that the map goes to."""

from __future__ import annotations

import shapely

from geo.maps.town_view import town_view
from geo.schema import Layers


def _with(layers, communes):
    return Layers(layers.territory, {**layers.tables, "communes": communes})


def test_the_outline_is_that_of_the_commune_within_thirty_metres(demo_layers):
    communes = demo_layers.geo("communes")
    row = communes.iloc[0]
    view = town_view(demo_layers, row["code"])
    drawn = shapely.geometry.shape(view["shape"])
    both = communes.iloc[[0, 0]].geometry.reset_index(drop=True)
    both.iloc[1] = drawn
    own, seen = both.to_crs(2154)
    assert shapely.hausdorff_distance(own, seen) < 35
    assert view["words"] == row["label"]


def test_a_commune_without_outline_is_not_drawn(demo_layers):
    communes = demo_layers.geo("communes").copy()
    code = communes["code"].iloc[0]
    communes.loc[communes["code"] == code, "geometry"] = None
    assert town_view(_with(demo_layers, communes), code) is None
