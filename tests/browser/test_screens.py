"""Every screen of the demo, wide, narrow, enlarged, on a phone and in grey: it holds and is read.

The pictures are kept under ``artifacts/`` for people to look at.
"""

from __future__ import annotations

import json
import re

import pytest

from tests.serving.server import ROOT
from tests.serving.watched import SHOTS, VISITED, Watched, serious

pytestmark = pytest.mark.browser

CODE = "QN09902I"
TITLES = {
    "" if file == "carte" else file: title
    for file, title in re.findall(
        r'st\.Page\("screens/(\w+)\.py", title="([^"]+)"', (ROOT / "app.py").read_text("utf-8")
    )
}
GREY = "document.documentElement.style.filter = 'grayscale(1)'"
WIDTH = "document.documentElement.scrollWidth"
# Streamlit scrolls a part of the page: seen whole, the window must be as tall as that part.
TALL = "Math.ceil(document.querySelector('[data-testid=stMain]').scrollHeight)"
# What a reader meets with Tab, in order, by what each place is for.
FOCUSED = """() => {
  const here = document.activeElement;
  if (here.closest('.qpv-map')) return here.tagName === 'path' ? 'map' : 'around';
  if (here.closest('[data-testid=stDataFrame]')) return 'table';
  if (here.id === 'tableau-des-quartiers') return 'table';
  return here.getAttribute('aria-label') || here.innerText || here.tagName;
}"""


def _whole(page, name: str) -> None:
    """The page from top to bottom, in its own width."""
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": min(page.evaluate(TALL), 9_000)})
    page.wait_for_timeout(150)
    page.screenshot(path=SHOTS / f"{name}.png")
    page.set_viewport_size(size)


@pytest.fixture(scope="module")
def reader(chromium):
    """One reader of all the screens, whose window changes."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    context.add_cookies([VISITED])
    SHOTS.mkdir(exist_ok=True)
    yield Watched(context.new_page())
    context.close()


def _address(served: str, screen: str) -> str:
    return f"{served}/{screen}?territoire=demo&qpv={CODE}"


@pytest.mark.parametrize(("screen", "title"), TITLES.items(), ids=TITLES.values())
def test_a_screen_holds_at_every_width_and_is_read_by_all(served, reader, screen, title):
    name = screen or "carte"
    page = reader.open_still(_address(served, screen))
    page.screenshot(path=SHOTS / f"{name}-1440.png")
    _whole(page, f"{name}-1440-entier")
    assert page.evaluate(WIDTH) <= 1440
    assert page.locator("h1").count() == 1
    assert page.inner_text("h1").startswith(title)
    page.wait_for_function("(words) => document.title.startsWith(words)", arg=title)
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert "données fictives" in page.inner_text("body").lower()
    assert serious(page) == [], json.dumps(serious(page), indent=1)
    page.evaluate(GREY)
    page.screenshot(path=SHOTS / f"{name}-gris.png")
    page.evaluate("document.documentElement.style.filter = ''")
    # 720 px wide is what 1,440 px hold when letters are twice as large.
    for width, height in ((768, 1024), (720, 450)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        assert page.evaluate(WIDTH) <= width
        if width == 768:
            _whole(page, f"{name}-768-entier")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert reader.outside == []
    assert reader.errors == []


@pytest.mark.parametrize(("screen", "title"), TITLES.items(), ids=TITLES.values())
def test_a_phone_scrolls_down_only(served, narrow, screen, title):
    name = screen or "carte"
    page = narrow.open_still(_address(served, screen))
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-390.png")
    _whole(page, f"{name}-390-entier")
    assert page.evaluate(WIDTH) <= 390
    if not screen:
        # The map takes what is left of the first sight, and no words lie upon it.
        drawn = page.locator(".leaflet-container").bounding_box()
        said = page.locator(".qpv-said").bounding_box()
        assert drawn["y"] < page.viewport_size["height"] * 0.6
        assert said["y"] >= drawn["y"] + drawn["height"]
        assert page.inner_text(".qpv-said").startswith("Vue rapprochée")
    assert narrow.outside == []
    assert narrow.errors == []


def test_tab_goes_from_the_skip_link_to_the_search_the_map_and_the_table(
    served, reader, demo_analysis
):
    page = reader.open_still(f"{served}/?territoire=demo")
    met = []
    for _ in range(90):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUSED))
        if met[-1] == "table":
            break
    order = [met.index("Aller au contenu principal"), met.index("Carte"),
             met.index("Chercher un quartier ou ma commune"), met.index("map"),
             met.index("table")]  # fmt: skip
    assert order == sorted(order)
    # Quarters are reached one by one; the hundreds of practices around them are not.
    assert met.count("map") == len(demo_analysis.qpv)
    assert reader.errors == []
