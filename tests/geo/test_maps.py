"""The map: what it draws, that it asks nothing outside, and that hostile names stay text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from datasets.assets import copy_static, data_uri_assets, served_assets
from geo.maps.draw import (
    LAYER_WORDS,
    draw,
    map_data,
    self_contained_html,
    territory_map,
)
from tests.geo.faces_fixture import HOSTILE, synthetic_analysis, synthetic_layers


@pytest.fixture(scope="module")
def analysis():
    return synthetic_analysis()


@pytest.fixture(scope="module")
def layers():
    return synthetic_layers()


@pytest.fixture(scope="module")
def page(analysis, layers):
    drawn = territory_map(analysis, layers, data_uri_assets(), layers_shown=list(LAYER_WORDS))
    return self_contained_html(drawn)


class _Fetched(HTMLParser):
    """Collects what a browser would fetch, and every element it would build."""

    def __init__(self):
        super().__init__()
        self.addresses, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.addresses += [value for name, value in attrs if name in ("src", "href")]


def _read(page):
    reader = _Fetched()
    reader.feed(page)
    reader.close()
    return reader


def test_every_quarter_is_drawn_with_its_cell(analysis, layers):
    quarters = map_data(analysis, layers)["quarters"]
    assert [quarter["key"] for quarter in quarters] == [
        "low-high", "low-mid", "mid-high", "high-low", "unknown",
    ]  # fmt: skip
    assert quarters[-1]["scored"] is False
    assert "données insuffisantes" in " ".join(quarters[-1]["lines"])
    assert "population non connue" in quarters[-1]["lines"]
    assert quarters[0]["shape"]["type"] == "Polygon"


def test_a_quarter_without_situation_never_takes_a_class_colour(analysis, layers):
    qpv = analysis.qpv.copy()
    qpv.loc[0, "situation"] = "indéterminé"
    changed = type(analysis)(**{**vars(analysis), "qpv": qpv})
    assert map_data(changed, layers)["quarters"][0]["key"] == "unknown"


def test_the_data_hold_no_nan(analysis, layers):
    json.dumps(map_data(analysis, layers, list(LAYER_WORDS)), allow_nan=False)


def test_layers_and_situations_are_those_asked_for(analysis, layers):
    data = map_data(analysis, layers, ["mediation"], situations=["double peine"])
    assert [group["id"] for group in data["groups"]] == ["mediation"]
    assert data["show_quarters"] is False
    assert [quarter["code"] for quarter in data["quarters"]] == ["QN09901N"]


def test_practices_at_one_place_are_counted_together_with_their_precision(analysis, layers):
    groups = map_data(analysis, layers, ["medecins_generalistes", "autres_soins"])["groups"]
    [[_, _, _, lines, _, stood_for]] = groups[0]["items"]
    assert (
        stood_for
        == layers["supply"].query("profession == 'medecin_generaliste'")["practices"].sum()
        > 1
    )
    assert lines[0].replace("\u00a0", " ") == "3 médecins généralistes"
    assert lines[-1] == "position connue à l'IRIS (2018)"
    assert HOSTILE in groups[1]["items"][0][3]


def test_a_place_known_at_the_commune_only_is_hollow(analysis, layers):
    supply = layers.geo("supply").copy()
    supply["precision"] = ["commune", "commune", "coordinates"]
    coarse = type(layers)(layers.territory, {**layers.tables, "supply": supply}, fictional=True)
    groups = map_data(analysis, coarse, ["medecins_generalistes", "autres_soins"])["groups"]
    assert [group["items"][0][4] for group in groups] == [True, False]
    assert "position connue à la commune" in groups[0]["items"][0][3][-1]
    drawn = map_data(analysis, layers, ["medecins_generalistes"])["groups"]
    assert drawn[0]["items"][0][4] is False


def test_communes_are_named_and_a_limit_to_one_departement_is_said(analysis, layers):
    data = map_data(analysis, layers)
    assert data["names"] == [[47.0, -3.95, "Port-Brume"]]
    assert data["places_note"] == ""
    qpv = analysis.qpv.copy()
    qpv.loc[1, "departement"] = "42"
    wide = type(analysis)(**{**vars(analysis), "qpv": qpv})
    limited = map_data(wide, layers, departement="42")
    assert limited["places_note"] == "Médecins affichés : Loire (42)"
    assert limited["names"] == []
    assert map_data(wide, layers, ["quartiers"], departement="42")["places_note"] == ""


def test_only_the_chosen_departement_has_its_places(analysis, layers):
    shown = [name for name in LAYER_WORDS if name != "quartiers"]
    elsewhere = map_data(analysis, layers, shown, departement="42")["groups"]
    assert [len(group["items"]) for group in elsewhere] == [0, 0, 0, 0]
    here = map_data(analysis, layers, shown, departement="99")["groups"]
    assert [len(group["items"]) for group in here] == [1, 1, 1, 1]


def test_the_page_holds_everything_and_asks_nothing_outside(page):
    assert page.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert "<title>" in page
    addresses = _read(page).addresses
    assert len(addresses) > 10
    assert [address for address in addresses if not address.startswith("data:")] == []
    for banned in ("cdn.", "jquery", "bootstrap", "awesome", "d3js", "geopf.fr"):
        assert banned not in page.lower()


def test_a_hostile_name_never_becomes_markup(page):
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert "\\u003cimg src=x" in page
    assert all("onerror" not in attributes for _, attributes in _read(page).tags)


def test_fictional_data_say_so(analysis, layers, page):
    assert "Données fictives" in page
    assert map_data(analysis, layers)["fictional"] is True
    real = synthetic_analysis(fictional=False)
    drawn = territory_map(real, layers, data_uri_assets())
    assert "Données fictives" not in self_contained_html(drawn)


def test_the_base_map_comes_only_when_asked(analysis, layers):
    def script(base_map):
        drawn = territory_map(analysis, layers, data_uri_assets(), base_map=base_map)
        root = drawn.get_root()
        root.render()
        return root.script.render()

    assert "data.geopf.fr" not in script(False)
    assert "data.geopf.fr" in script(True)


def test_the_map_names_only_the_files_it_was_given(analysis, layers):
    drawn = draw(map_data(analysis, layers), served_assets("/app/static/vendor"))
    root = drawn.get_root()
    root.render()
    header = root.header.render()
    found = re.findall(r'(?:src|href)="([^"]+)"', header)
    assert found
    assert all(address.startswith("/app/static/vendor/leaflet-") for address in found)


def test_drawing_leaves_the_shared_data_as_they_were(analysis, layers):
    data = map_data(analysis, layers)
    before = json.dumps(data)
    draw(data, data_uri_assets(), base_map=True, selected="QN09901N")
    assert json.dumps(data) == before


def test_leaflet_is_copied_whole_and_needs_no_other_file(tmp_path):
    folder = copy_static(tmp_path / "vendor")
    assert (folder / "leaflet.js").stat().st_size > 100_000
    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    assert "url(images" not in style
    assert sorted(path.name for path in folder.iterdir()) == ["leaflet.css", "leaflet.js"]
    first = (folder / "leaflet.js").stat().st_mtime_ns
    copy_static(tmp_path / "vendor")
    assert (folder / "leaflet.js").stat().st_mtime_ns == first


def test_a_territory_without_quarters_still_draws(analysis, layers):
    empty = type(analysis)(**{**vars(analysis), "qpv": analysis.qpv.iloc[:0]})
    data = map_data(empty, layers)
    assert data["quarters"] == []
    assert data["bounds"] is not None
    page = self_contained_html(territory_map(empty, layers, data_uri_assets()))
    assert "aucun quartier prioritaire" in page
