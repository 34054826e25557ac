"""The map packed for the browser: nothing lost, the same bytes each time, small."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.errors import BadInput
from geo.maps.communes import communes_data
from geo.maps.data import LAYER_WORDS, map_data, places_data, quarters_data
from geo.maps.packing import pack
from tests.geo.faces_fixture import HOSTILE, synthetic_analysis, synthetic_layers


def _ring(steps):
    points, x, y = [], 0, 0
    for at in range(0, len(steps), 2):
        x, y = x + steps[at], y + steps[at + 1]
        points.append([x / 100_000, y / 100_000])
    return points


def _shape(packed):
    kind, polygons = packed
    found = [[_ring(ring) for ring in polygon] for polygon in polygons]
    if kind == "M":
        return {"type": "MultiPolygon", "coordinates": found}
    return {"type": "Polygon", "coordinates": found[0]}


def unpacked(content):
    """What ``UNPACK`` does in the page, in Python."""
    data = json.loads(gzip.decompress(content))
    words = data.pop("words")
    for name in ("ground", "near_ground"):
        if name in data:
            features = [
                {"type": "Feature", "properties": {}, "geometry": _shape(one)} for one in data[name]
            ]
            data[name] = {"type": "FeatureCollection", "features": features}
    for one in (*data.get("quarters", []), *data.get("communes", [])):
        one["shape"] = _shape(one["shape"])
        one["lines"] = [words[at] for at in one["lines"]]
    for group in data.get("groups", []):
        for item in group["items"]:
            item[3] = [words[at] for at in item[3]]
    return data


def _plain(data):
    """Tuples as lists, as JSON holds them."""
    return json.loads(json.dumps(data))


@pytest.fixture(scope="module")
def drawn():
    return map_data(synthetic_analysis(), synthetic_layers(), list(LAYER_WORDS))


def test_what_is_packed_comes_back_whole(drawn):
    before = json.dumps(drawn)
    assert unpacked(pack(drawn)) == _plain(drawn)
    assert json.dumps(drawn) == before
    assert HOSTILE in json.dumps(unpacked(pack(drawn)), ensure_ascii=False).replace('\\"', '"')


def test_the_halves_are_the_whole(drawn):
    analysis, layers = synthetic_analysis(), synthetic_layers()
    halves = {
        **quarters_data(analysis, layers, list(LAYER_WORDS)),
        **places_data(analysis, layers, list(LAYER_WORDS)),
    }
    assert halves == drawn
    for half in (quarters_data(analysis, layers), places_data(analysis, layers)):
        assert unpacked(pack(half)) == _plain(half)


def test_the_communes_of_a_group_come_back_whole(demo_analysis, demo_layers):
    communes = demo_layers.geo("communes")
    held = communes[(communes["scope"] == "territory") & communes.geometry.notna()]
    drawn = communes_data(demo_analysis, demo_layers, None, 200)
    assert unpacked(pack(drawn)) == _plain(drawn)
    assert [one["code"] for one in drawn["communes"]] == held["code"].tolist()
    for one, (_, row) in zip(drawn["communes"], held.iterrows(), strict=True):
        assert row.geometry.buffer(0.001).contains(Point(one["at"][::-1]))
        assert one["lines"][0] == f"{row['label']} ({row['code']})"
    # One département of a large territory: the others are its ground.
    some = held["departement"].iloc[0]
    assert communes_data(demo_analysis, demo_layers, some, 200)["ground"]["features"] == []
    with pytest.raises(BadInput, match="contour"):
        communes_data(demo_analysis, demo_layers, "01", 200)


def test_the_same_data_give_the_same_bytes(drawn):
    assert pack(drawn) == pack(dict(drawn))


def test_a_value_json_cannot_hold_is_refused(drawn):
    with pytest.raises(ValueError, match="JSON compliant"):
        pack({**drawn, "bounds": [[float("nan"), 0.0], [1.0, 1.0]]})


_DEGREES = st.tuples(st.integers(-18_000_000, 18_000_000), st.integers(-9_000_000, 9_000_000)).map(
    lambda at: [at[0] / 100_000, at[1] / 100_000]
)


@given(st.lists(st.lists(_DEGREES, min_size=4, max_size=9), min_size=1, max_size=4))
def test_every_outline_comes_back(rings):
    for kind, coordinates in (("Polygon", rings), ("MultiPolygon", [[ring] for ring in rings])):
        shape = {"type": kind, "coordinates": coordinates}
        feature = {"type": "Feature", "properties": {}, "geometry": shape}
        packed = pack({"ground": {"type": "FeatureCollection", "features": [feature]}})
        [back] = unpacked(packed)["ground"]["features"]
        assert back["geometry"]["type"] == kind
        assert back["geometry"]["coordinates"] == coordinates
