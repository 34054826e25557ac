"""The map of Carte in a real browser: filter, choice, tooltip, and what is not sent again."""

from __future__ import annotations

import base64
import json

import pytest

from geo.kept import quarter_cells
from geo.maps.data import LAYER_WORDS, LAYERS_SHOWN, map_data, quarters_data
from geo.maps.packing import UNPACK, pack
from tests.geo.faces_fixture import synthetic_analysis, synthetic_layers

pytestmark = pytest.mark.browser

READY = ".qpv-map [data-ready='1']"
SHAPES = ".qpv-map path[role=button]"


def _shapes(page, count):
    page.wait_for_function(f'document.querySelectorAll("{SHAPES}").length === {count}')


def test_a_click_sends_no_map_again_and_a_cell_of_the_legend_filters(
    served, watched, demo_analysis, demo_layers
):
    page, frames = watched.page, []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)),
    )
    packed = pack(quarters_data(demo_analysis, demo_layers, LAYERS_SHOWN))

    def sent():
        return sum(packed in frame for frame in frames if isinstance(frame, bytes))

    watched.open_still(f"{served}/?territoire=demo").wait_for_selector(READY)
    assert sent() == 1

    # Chosen by keyboard: the tooltip holds every word and stays inside the map.
    row = demo_analysis.qpv.iloc[0]
    shape = page.locator(f"{SHAPES}[aria-label*='{row['code_qp']}']")
    shape.focus()
    tooltip = page.locator(".qpv-tip")
    assert row["label"] in tooltip.inner_text()
    map_box, tip_box = page.locator(READY).bounding_box(), tooltip.bounding_box()
    assert tip_box["y"] >= map_box["y"]
    assert tip_box["y"] + tip_box["height"] <= map_box["y"] + map_box["height"] + 1
    shape.press("Enter")
    page.get_by_label("Quartier choisi").wait_for()
    page.get_by_role("link", name="Ouvrir la page du quartier").wait_for()
    page.wait_for_url(f"**qpv={row['code_qp']}**")
    assert page.evaluate("document.activeElement.tagName") == "path"

    # A cell of the legend keeps its quarters, by mouse then by keyboard.
    cells = quarter_cells(demo_analysis.qpv)
    key = cells.iloc[0]
    button = page.locator(f"button[data-case='{key}']")
    button.click()
    _shapes(page, int((cells == key).sum()))
    page.get_by_text("Filtre actif : case").wait_for()
    page.wait_for_url(f"**case={key}**")
    page.locator(f"button[data-case='{key}'][aria-pressed='true']").wait_for()
    button.press("Enter")
    _shapes(page, len(cells))
    page.get_by_text("Filtre actif").wait_for(state="detached")
    assert sent() == 1

    # Nobody chosen: the first quarters of the list stand beside the map.
    page.get_by_role("button", name="Ne plus choisir ce quartier").click()
    page.get_by_role("heading", name="Les plus prioritaires").wait_for()
    assert watched.outside == []
    assert watched.errors == []


def test_a_phone_says_where_the_figures_of_the_chosen_quarter_are(served, narrow, demo_analysis):
    code = demo_analysis.qpv["code_qp"].iloc[0]
    narrow.open_still(f"{served}/?territoire=demo&qpv={code}").wait_for_selector(READY)
    link = narrow.page.get_by_role("link", name="Lire les chiffres du quartier choisi")
    link.wait_for()
    assert link.get_attribute("href") == "#fiche-du-quartier"
    assert narrow.page.locator("#fiche-du-quartier").count() == 1
    assert narrow.page.get_by_text("15 min à pied du quartier, à vol d'oiseau").is_visible()


def test_the_browser_unpacks_what_was_packed(watched):
    drawn = map_data(synthetic_analysis(), synthetic_layers(), list(LAYER_WORDS))
    text = base64.b64encode(pack(drawn)).decode()
    found = watched.page.evaluate(
        f"(text) => {{ {UNPACK}\nreturn unpack(Uint8Array.from(atob(text), "
        "(letter) => letter.charCodeAt(0))); }",
        text,
    )
    assert found == json.loads(json.dumps(drawn))


def test_the_base_map_is_asked_only_when_wanted_and_its_silence_is_said(served, watched):
    page = watched.page
    page.route("**/data.geopf.fr/**", lambda route: route.abort())
    watched.open_still(f"{served}/?territoire=demo").wait_for_selector(READY)
    assert watched.outside == []
    page.get_by_text("Couches et filtres").click()
    page.get_by_text("Fond de carte IGN").click()
    page.get_by_text("Le fond de carte IGN ne répond pas").wait_for()
    assert watched.outside
    assert all(address.startswith("https://data.geopf.fr/") for address in watched.outside)


def test_the_map_goes_to_the_commune_asked_for(served, watched, demo_analysis):
    """Its outline is drawn, the map is upon it, and its words stand beside the map."""
    code = demo_analysis.qpv["communes"].iloc[0].split(";")[0]
    page = watched.open_still(f"{served}/?territoire=demo&commune={code}")
    page.wait_for_function("document.querySelectorAll('path.qpv-town').length === 2")
    page.wait_for_function("document.querySelector('.qpv-map [data-ready]').qpvMap.getZoom() >= 10")
    beside = page.locator(".st-key-vue_fiche .st-key-ma_commune").bounding_box()
    drawn = page.locator(".qpv-map").bounding_box()
    assert beside["x"] > drawn["x"] + drawn["width"]
    assert watched.errors == []
