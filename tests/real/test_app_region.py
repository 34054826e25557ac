"""The app on Auvergne-Rhône-Alpes in a real browser: opened, searched, linked to, taken away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageStat
from typer.testing import CliRunner

import cli
from geo import Analysis
from tests.serving.server import ROOT, Server, serve
from tests.serving.watched import VISITED, Watched, as_read

pytestmark = [pytest.mark.real, pytest.mark.browser]

SCREENS = {
    "" if file == "carte" else file: title
    for file, title in re.findall(
        r'st\.Page\("screens/(\w+)\.py", title="([^"]+)"', (ROOT / "app.py").read_text("utf-8")
    )
}
ROANNE = "QN04217M"
MAP = ".qpv-map [data-ready='1']"
SEARCH = "Chercher un quartier ou ma commune"


@pytest.fixture(scope="module")
def region_server(region_data: Path) -> Iterator[Server]:
    with serve(region_data) as running:
        yield running


@pytest.fixture
def reader(chromium) -> Iterator[Watched]:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 1000}, accept_downloads=True, locale="fr-FR"
    )
    context.add_cookies([VISITED])
    yield Watched(context.new_page())
    context.close()


def _searched(page, words: str) -> str:
    box = page.get_by_label(SEARCH)
    box.fill(words)
    box.press("Enter")
    answers = page.locator(".st-key-reponses")
    answers.get_by_text(f"pour « {words} »").wait_for()
    return answers.inner_text()


def _view(page) -> list[float]:
    """Where the map looks: longitude and latitude of its middle, zoom."""
    return page.evaluate(
        "(() => { const map = document.querySelector('.qpv-map [data-ready]').qpvMap;"
        " const at = map.getCenter(); return [at.lng, at.lat, map.getZoom()]; })()"
    )


def _decimal(written: str) -> float | None:
    return float(written.replace(",", ".")) if written else None


def test_every_screen_opens_on_the_region(region_server, reader):
    for screen, title in SCREENS.items():
        page = reader.open_still(
            f"{region_server.address}/{screen}?territoire=region:84&qpv={ROANNE}"
        )
        assert page.inner_text("h1").startswith(title)
        assert "Auvergne-Rhône-Alpes" in page.inner_text("h1")
        assert page.locator("[data-testid=stException]").count() == 0
        assert "erreur imprévue" not in page.inner_text("body"), title
        assert page.get_by_role("note").filter(has_text="Données fictives").count() == 0
        reader.shot(f"region-{screen or 'carte'}")
    assert reader.outside == []
    assert reader.errors == []


def test_a_planner_finds_a_quarter_opens_it_goes_back_and_sends_the_link(
    region_server, reader, chromium, region: Analysis
):
    page = reader.open_still(f"{region_server.address}/?territoire=region:84")
    page.wait_for_selector(MAP)
    shapes = page.locator(".qpv-map path[role=button]")
    assert shapes.count() == len(region.qpv)
    pixels = Image.open(io.BytesIO(page.locator(".qpv-map").screenshot())).convert("L")
    assert ImageStat.Stat(pixels).var[0] > 50

    for words in ("roanne bourgogne", ROANNE):
        assert "Bourgogne, quartier prioritaire (Roanne" in _searched(page, words)
    assert "Saint-Étienne, commune" in _searched(page, "saint etienne")
    page.get_by_role("button", name="Effacer la recherche").click()

    # A click, where the point of that quarter is drawn: another may lie over its middle.
    row = region.qpv.set_index("code_qp").loc[ROANNE]
    shape = page.locator(f".qpv-map path[aria-label*='{ROANNE}']")
    shape.evaluate("(one) => one.parentNode.appendChild(one)")
    shape.scroll_into_view_if_needed()
    box = shape.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**qpv={ROANNE}**")
    card = page.get_by_label("Quartier choisi")
    card.get_by_text(row["label"]).first.wait_for()
    assert as_read(row["sentence"]) in as_read(card.inner_text())

    page.get_by_role("link", name="Ouvrir la page du quartier").click()
    page.get_by_text("Sources de cette page").wait_for()
    assert ROANNE in page.inner_text("h2 >> nth=0")
    page.go_back()
    card.get_by_text(row["label"]).first.wait_for()
    reader.still().wait_for_selector(MAP)

    elsewhere = chromium.new_context(viewport=page.viewport_size, locale="fr-FR")
    elsewhere.add_cookies([VISITED])
    other = Watched(elsewhere.new_page())
    again = other.open_still(page.url)
    again.wait_for_selector(MAP)
    assert as_read(row["sentence"]) in as_read(again.get_by_label("Quartier choisi").inner_text())
    # Within a pixel of the map at that zoom: a view is placed on whole pixels.
    assert _view(again) == pytest.approx(_view(page), abs=1.7e-4)
    assert again.url == page.url
    elsewhere.close()
    assert reader.outside == other.outside == []
    assert reader.errors == other.errors == []


def test_the_downloaded_table_is_the_one_that_the_command_prints(
    region_server, reader, region_data: Path
):
    page = reader.open_still(f"{region_server.address}/?territoire=region:84")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Télécharger : CSV").click()
    text = waiting.value.path().read_bytes().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    words = ["show", "region:84", "--json", "--data", str(region_data)]
    records = json.loads(CliRunner().invoke(cli.app, words).stdout)
    assert len(lines) == len(records) == 145
    for line, record in zip(lines, records, strict=True):
        assert line["code_qp"] == record["code_qp"]
        for name, key in (("rang", "rank"), ("score", "score"), ("acces", "access")):
            # A file carries one decimal where the command carries all of them.
            assert _decimal(line[name]) == pytest.approx(record[key], abs=0.051)
