"""The app in a real browser: it opens, draws, asks nothing outside, and gives its table away."""

from __future__ import annotations

import csv
import io

import pytest
from PIL import Image

from geo.report import to_records
from tests.serving.watched import as_read

pytestmark = pytest.mark.browser

DRAWN = "document.querySelector('.qpv-map [data-ready]').qpvMap"
MAP = ".qpv-map [data-ready='1']"


def _open_map(watched, address):
    """The page once whole; the map is an element of it, not a frame."""
    watched.open_still(address).wait_for_selector(MAP)
    return watched.page


def _colours(image_bytes):
    image = Image.open(io.BytesIO(image_bytes)).convert("RGB")
    return image.getcolors(maxcolors=image.width * image.height)


def _zoom(frame, level):
    frame.evaluate(f"{DRAWN}.setZoom({level}, {{animate: false}})")
    frame.wait_for_function(f"{DRAWN}.getZoom() === {level}")


def test_the_map_opens_draws_and_asks_nothing_outside(served, watched, demo_analysis):
    frame = _open_map(watched, served)
    points = frame.evaluate("document.querySelectorAll('path[role=button]').length")
    assert points == len(demo_analysis.qpv)
    assert len(_colours(watched.page.query_selector(".qpv-map").screenshot())) > 100
    _each_figure_says_what_it_means(watched.page)
    assert watched.outside == []
    assert watched.errors == []


def _each_figure_says_what_it_means(page):
    figures = page.locator(".bande > div")
    assert figures.count() == 8
    for place in (0, 7):
        page.get_by_label(f"Définition : {figures.nth(place).locator('dt').inner_text()}").click()
        told = figures.nth(place).locator("details p")
        told.wait_for(timeout=10_000)
        # A line never begins with its colon.
        assert "Statut\u00a0: " in told.inner_text() and "Source\u00a0: " in told.inner_text()
        box = told.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1440


def test_polygons_come_with_their_patterns_from_zoom_ten(served, watched, demo_analysis):
    code = demo_analysis.qpv["code_qp"].iloc[0]
    frame = _open_map(watched, f"{served}/?territoire=demo&qpv={code}")
    frame.wait_for_function(f"{DRAWN}.getZoom() > 10")
    polygons = frame.evaluate("document.querySelectorAll(\"path[fill^='url(#qpv-']\").length")
    assert 0 < polygons <= len(demo_analysis.qpv)
    assert len(_colours(watched.page.query_selector(".qpv-map").screenshot())) > 100
    watched.shot("carte-polygones-1440")
    _zoom(frame, 10)
    polygons = frame.evaluate("document.querySelectorAll(\"path[fill^='url(#qpv-']\").length")
    assert polygons == len(demo_analysis.qpv)
    _zoom(frame, 8)
    assert frame.evaluate("document.querySelectorAll(\"path[fill^='url(#qpv-']\").length") == 0
    assert watched.outside == []
    assert watched.errors == []


def test_choosing_a_quarter_on_the_map_shows_its_sentence_and_its_link(
    served, watched, demo_analysis
):
    frame = _open_map(watched, served)
    row = demo_analysis.qpv.iloc[0]
    shape = frame.query_selector(f"path[aria-label*='{row['code_qp']}']")
    shape.focus()
    assert row["label"] in frame.inner_text(".leaflet-tooltip")
    shape.press("Enter")
    watched.page.get_by_label("Quartier choisi").wait_for()
    card = watched.page.get_by_label("Quartier choisi").inner_text()
    assert as_read(row["sentence"]) in as_read(card)
    watched.page.wait_for_url(f"**qpv={row['code_qp']}**")
    link = watched.page.url
    watched.page.goto("about:blank")
    _open_map(watched, link)
    assert row["label"] in watched.page.get_by_label("Quartier choisi").inner_text()
    assert watched.errors == []


def test_the_downloaded_table_is_the_one_the_command_prints(served, watched, demo_analysis):
    _open_map(watched, served)
    with watched.page.expect_download() as waiting:
        watched.page.get_by_text("Télécharger : CSV").click()
    text = waiting.value.path().read_bytes().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    records = to_records(demo_analysis)
    assert "fictives" in waiting.value.suggested_filename
    assert [line["code_qp"] for line in lines] == [record["code_qp"] for record in records]
    for line, record in zip(lines, records, strict=True):
        for name, key in (("score", "score"), ("acces", "access"), ("rang", "rank")):
            given = float(line[name].replace(",", ".")) if line[name] else None
            assert given == pytest.approx(record[key], abs=0.051)
        assert line["phrase"] == record["sentence"]


def test_filters_keep_the_layers_and_say_themselves(served, watched, demo_analysis):
    """Pills set while their popover is closed opened empty, and the next click hid all."""
    code = demo_analysis.qpv["code_qp"].iloc[0]
    frame = _open_map(watched, served)
    frame.query_selector(f"path[aria-label*='{code}']").press("Enter")
    watched.page.get_by_label("Quartier choisi").wait_for()
    watched.page.wait_for_url(f"**qpv={code}**")
    watched.page.get_by_text("Couches et filtres").click()
    chosen = watched.page.get_by_role("toolbar", name="Couches dessinées")
    chosen.wait_for()
    assert chosen.locator("[aria-pressed=true]").count() == 3
    watched.page.get_by_role("button", name="double peine", exact=True).click()
    watched.page.get_by_text("Filtre actif : double peine").wait_for()
    assert "aucune" not in watched.page.url
    assert chosen.locator("[aria-pressed=true]").count() == 3
    kept = int((demo_analysis.qpv["situation"] == "double peine").sum())
    assert f"({kept} sur {len(demo_analysis.qpv)})" in watched.page.inner_text("body")
    watched.page.wait_for_function(
        f"document.querySelectorAll('path[role=button]').length === {kept}"
    )
    watched.page.keyboard.press("Escape")
    watched.page.get_by_role("button", name="Tout afficher").click()
    watched.page.get_by_text("Filtre actif").wait_for(state="detached")
    assert "situations" not in watched.page.url
    assert watched.errors == []


def test_the_view_is_kept_from_one_screen_to_the_other(served, watched, demo_analysis):
    row = demo_analysis.qpv.iloc[1]
    _open_map(watched, f"{served}/?territoire=demo&qpv={row['code_qp']}")
    link = watched.page.get_by_role("link", name="Données")
    assert f"qpv={row['code_qp']}" in link.get_attribute("href")
    link.click()
    watched.page.get_by_role("heading", name="Qualité").wait_for()
    watched.page.wait_for_url(f"**/donnees?**qpv={row['code_qp']}**")
    watched.page.get_by_role("link", name="Carte").click()
    watched.page.get_by_label("Quartier choisi").wait_for()
    assert row["label"] in watched.page.get_by_label("Quartier choisi").inner_text()
    assert watched.errors == []


def test_a_screen_opens_by_its_address_with_the_same_navigation(served, watched):
    """A folder named ``pages`` made Streamlit open the screen alone, without ``app.py``."""
    address = served.rstrip("/") + "/donnees?territoire=demo"
    watched.open_still(address)
    watched.page.get_by_role("heading", name="Qualité").wait_for()
    watched.page.get_by_role("heading", name="Paramètres du calcul").wait_for()
    # The last section of the page arrives after its headings.
    watched.page.get_by_role("heading", name="Construire un autre territoire").wait_for()
    watched.page.get_by_role("link", name="Carte").wait_for()
    assert watched.page.get_by_role("link", name="Carte").count() == 1
    assert watched.page.get_by_role("link", name="shared").count() == 0
    assert watched.outside == []


def test_a_phone_meets_the_map_then_the_quarter_then_the_legend(served, narrow, demo_analysis):
    code = demo_analysis.qpv["code_qp"].iloc[0]
    _open_map(narrow, f"{served}/?territoire=demo&qpv={code}")
    order = (".qpv-map", "section[aria-label='Quartier choisi']",
             "section[aria-label='Légende de la carte']", ".st-key-chiffres")  # fmt: skip
    tops = [narrow.page.locator(place).bounding_box()["y"] for place in order]
    assert tops == sorted(tops)
    # The search fills the width above it: the map still begins on the first screen of 844 px.
    assert tops[0] < 700


def test_the_keyboard_meets_quarters_only_and_may_skip_the_map(served, watched, demo_analysis):
    frame = _open_map(watched, served)
    focusable = frame.evaluate("document.querySelectorAll('path[tabindex=\"0\"]').length")
    assert focusable == len(demo_analysis.qpv)
    titles = frame.evaluate(
        "[...document.querySelectorAll('.qpv-map a[title]')].map((a) => a.title)"
    )
    assert titles == ["Agrandir", "Réduire"]
    skip = watched.page.get_by_role("link", name="Passer la carte")
    skip.focus()
    assert skip.is_visible()
    skip.press("Enter")
    watched.page.wait_for_function("document.activeElement.id === 'tableau-des-quartiers'")
    assert watched.errors == []


def test_communes_are_named_from_zoom_eleven_and_the_reading_is_said(served, watched):
    frame = _open_map(watched, served)
    _zoom(frame, 9)
    assert frame.locator(".qpv-name").count() == 0
    assert "Vue d'ensemble" in frame.inner_text("body")
    _zoom(frame, 11)
    assert frame.locator(".qpv-name").count() > 0
    assert "Vue rapprochée" in frame.inner_text("body")
    assert watched.errors == []
