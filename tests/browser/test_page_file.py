"""The self-contained file in a real browser, opened from the disk, with hostile names in it."""

from __future__ import annotations

import pytest

from datasets.assets import data_uri_assets
from geo.maps.draw import LAYER_WORDS, self_contained_html, territory_map
from tests.geo.faces_fixture import HOSTILE, synthetic_analysis, synthetic_layers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    drawn = territory_map(
        synthetic_analysis(),
        synthetic_layers(),
        data_uri_assets(),
        layers_shown=list(LAYER_WORDS),
    )
    place = tmp_path_factory.mktemp("carte") / "carte.html"
    place.write_text(self_contained_html(drawn), encoding="utf-8")
    return place


@pytest.fixture
def opened(watched, written):
    watched.page.on("dialog", lambda dialog: watched.errors.append(f"dialog {dialog.message}"))
    watched.page.goto(written.as_uri())
    watched.page.wait_for_selector("path.leaflet-interactive")
    return watched


def test_the_file_draws_with_no_request_and_no_error(opened):
    # Five quarters, two places of care, one of mediation, one of help.
    assert opened.page.locator("path.leaflet-interactive").count() == 9
    opened.shot("fichier-1440")
    assert opened.outside == []
    assert opened.errors == []


def test_a_hostile_name_is_shown_as_text(opened):
    shape = opened.page.locator("path[role=button]").first
    shape.focus()
    tooltip = opened.page.locator(".leaflet-tooltip")
    assert '<img src=x onerror="alert(1)">' in tooltip.inner_text()
    assert tooltip.locator("img").count() == 0
    assert opened.page.locator("img[onerror]").count() == 0
    cell = opened.page.locator("table.twin td").nth(1).text_content()
    assert cell.startswith(HOSTILE[:30])
    assert opened.errors == []


def test_the_cells_of_the_legend_filter_the_page_alone(opened):
    cell = opened.page.locator("button[data-case='low-high']")
    cell.click()
    assert opened.page.locator("path[role=button]").count() == 1
    assert cell.get_attribute("aria-pressed") == "true"
    cell.press("Enter")
    assert opened.page.locator("path[role=button]").count() == 5
    assert opened.errors == []


def test_one_finger_scrolls_the_page_and_two_move_the_map(chromium, written):
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(written.as_uri())
    page.wait_for_selector("path.leaflet-interactive")
    box = page.locator(".leaflet-container").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # Where a quarter stands in the map: what two fingers move and one does not.
    at = (
        "(document.querySelector('path[role=button]').getBoundingClientRect().x"
        " - document.querySelector('.leaflet-container').getBoundingClientRect().x)"
    )
    before = page.evaluate(at)
    devtools = context.new_cdp_session(page)

    def touch(kind, *points):
        devtools.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": a, "y": b, "id": n} for n, a, b in points]},
        )

    touch("touchStart", (0, x, y))
    for step in range(1, 9):
        touch("touchMove", (0, x, y - 25 * step))
    touch("touchEnd")
    page.wait_for_function("window.scrollY > 60")
    page.get_by_text("Deux doigts pour déplacer la carte").wait_for()
    assert page.evaluate(at) == before

    page.evaluate("window.scrollTo(0, 0)")
    touch("touchStart", (0, x - 40, y), (1, x + 40, y))
    for step in range(1, 9):
        touch("touchMove", (0, x - 40 + 6 * step, y), (1, x + 40 + 6 * step, y))
    page.wait_for_function(f"Math.abs({at} - {before}) > 20")
    touch("touchEnd")
    assert page.get_by_text("Deux doigts pour déplacer la carte").is_hidden()
    context.close()
