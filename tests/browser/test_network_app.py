"""Réseau in a real browser: points brought, located and given back, nothing outside."""

from __future__ import annotations

import gzip

import pytest

from tests.datasets.web import serving
from tests.serving.server import serve
from tests.serving.watched import serious
from tests.test_locate_command import PATH, answered

pytestmark = pytest.mark.browser

_TAGGED = "(many) => document.querySelectorAll('[data-tag]').length === many"
_ADDRESSED = """(many) => {
  const told = new URLSearchParams(location.search).get("communes") || "";
  return told.split(",").filter(Boolean).length === many;
}"""


def test_points_are_located_and_given_back(served, narrow, tmp_path, demo_layers):
    quarters = demo_layers.geo("qpv")
    row = quarters[quarters["perimeter"] == "2024"].iloc[0]
    at = row.geometry.representative_point()
    points = tmp_path / "points.csv"
    points.write_text(f"id,lon,lat\n=1+1,{at.x:.6f},{at.y:.6f}\n", encoding="utf-8")
    page = narrow.open_still(f"{served}/reseau?territoire=demo&reseau=adresses")
    page.get_by_role("heading", name="À quel quartier appartient").wait_for()
    page.locator("input[type=file]").first.set_input_files(points)
    page.get_by_role("button", name="Situer ces points").click()
    page.get_by_role("heading", name="Réponse").wait_for()
    told = narrow.still().inner_text("body").replace("\u00a0", " ")
    assert "1 point dedans sur 1 placé" in told
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(narrow.still()) == []
    with page.expect_download() as got:
        page.get_by_role("button", name="Télécharger la réponse").click()
    written = got.value.path().read_text(encoding="utf-8").splitlines()
    assert row["code_qp"] in written[1] and not written[1].startswith("=")
    assert narrow.outside == []


def test_addresses_are_placed_by_a_file_or_by_the_service_and_nothing_is_kept(
    demo_data, demo_layers, watched, tmp_path, monkeypatch
):
    quarters = demo_layers.geo("qpv").query("perimeter == '2024'")
    first, second = quarters.iloc[0], quarters.iloc[1]
    near, far = (one.geometry.representative_point() for one in (first, second))
    secret = "Venelle des Sept Merles"
    asked, base = tmp_path / "adresses.csv", tmp_path / "adresses-99.csv.gz"
    asked.write_text(f"id,address,postcode,city\npersonne-7,3 {secret},99999,Portmarance\n")
    line = f"3;;{secret};99999;Portmarance;{near.x};{near.y}"
    base.write_bytes(
        gzip.compress(f"numero;rep;nom_voie;code_postal;nom_commune;lon;lat\n{line}\n".encode())
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    with serving() as ign, serve(demo_data, services=ign.url) as app:
        page = watched.open_still(f"{app.address}/reseau?territoire=demo&reseau=adresses")
        page.locator("input[type=file]").first.set_input_files(asked)
        page.get_by_role("button", name="Envoyer ces adresses à l'IGN").wait_for()
        assert page.get_by_role("button", name="Situer avec ce fichier").is_disabled()
        assert ign.asked == []
        page.locator("input[type=file]").nth(1).set_input_files(base)
        _press(watched, "Situer avec ce fichier")
        assert _answered(watched, first) and ign.asked == []

        # Silent, then down, then answering.
        service = ign.put(PATH, always="delay:5")
        for fault in ("delay:5", "reset"):
            service.always = fault
            _press(watched, "Envoyer ces adresses à l'IGN")
            page.get_by_text("n'a pas répondu : aucune adresse n'est située").wait_for()
            assert page.get_by_role("heading", name="Réponse").count() == 0
        ign.put(PATH, lambda one: answered(one.body, at=(far.x, far.y)))
        _press(watched, "Envoyer ces adresses à l'IGN")
        assert _answered(watched, second)
        # The last: tries of before may still have been on their way.
        one = ign.asked[-1]
        assert secret.encode() in one.body and b"personne-7" not in one.body
        assert serious(page) == []
        held = [
            str(path)
            for folder in (demo_data, scratch)
            for path in folder.rglob("*")
            if path.is_file() and secret.encode() in path.read_bytes()
        ]
    assert held == []
    assert watched.outside == [] and watched.errors == []


def _press(watched, name):
    watched.at_rest().get_by_role("button", name=name).click()
    watched.at_rest()


def _answered(watched, quarter):
    """The table and the file name that quarter."""
    page = watched.page
    page.get_by_role("heading", name="Réponse").wait_for()
    watched.still()
    # The cells that the canvas keeps for screen readers.
    cell = page.locator("[data-testid=stDataFrame] [role=gridcell]")
    cell.get_by_text(quarter["code_qp"], exact=True).first.wait_for(state="attached")
    with page.expect_download() as got:
        page.get_by_role("button", name="Télécharger la réponse").click()
    written = got.value.path().read_text(encoding="utf-8").splitlines()
    return len(written) == 2 and quarter["code_qp"] in written[1]


def test_communes_are_chosen_on_the_map_by_mouse_and_by_keyboard(served, watched, demo_layers):
    own = demo_layers.geo("communes")
    codes = own[(own["scope"] == "territory") & own.geometry.notna()]["code"].tolist()
    page = watched.open_still(f"{served}/reseau?territoire=demo&reseau=groupement")
    shapes = page.locator(".qpv-map path[role=button]")
    assert shapes.count() == len(codes)
    # One stop of the keyboard for all of them.
    assert page.locator(".qpv-map path[tabindex='0']").count() == 1
    page.locator(".qpv-map path[tabindex='0']").focus()
    page.keyboard.press("Enter")
    page.locator("[data-tag]").nth(0).wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    page.locator("[data-tag]").nth(1).wait_for()
    watched.still()
    pressed = page.locator(".qpv-map path[aria-pressed=true]")
    assert pressed.count() == page.locator(".qpv-map path.qpv-grouped").count() == 2
    # Told by a pattern, an outline and words; the list and the table say the same.
    assert {one.get_attribute("fill") for one in pressed.all()} == {"url(#qpv-groupe)"}
    assert page.locator(".qpv-map pattern#qpv-groupe path").count() == 1
    words = [one.get_attribute("aria-label") for one in pressed.all()]
    assert all(one.endswith("dans le groupement") for one in words)
    tags = [one.inner_text() for one in page.locator("[data-tag]").all()]
    assert {one.split(",")[0] for one in words} == {tag.strip() for tag in tags}
    assert serious(page) == []
    kept = pressed.nth(1).get_attribute("aria-label").split(",")[0]
    pressed.nth(0).click()
    page.locator("[data-tag]").nth(1).wait_for(state="detached")
    watched.still()
    assert page.locator("[data-tag]").inner_text().strip() == kept
    for left in (2, 1, 0):
        page.go_back()
        page.wait_for_function(_TAGGED, arg=left)
        page.wait_for_function(_ADDRESSED, arg=left)
        watched.still()
    assert watched.outside == [] and watched.errors == []


_PRESS_ALL = """async ([places, gap]) => {
  const shapes = [...document.querySelectorAll('.qpv-map path[role=button]')];
  for (const place of places) {
    shapes[place].dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await new Promise((done) => setTimeout(done, gap));
  }
}"""


def test_quick_presses_are_all_kept_and_the_map_stays_under_the_pointer(served, watched):
    page = watched.open_still(f"{served}/reseau?territoire=demo&reseau=groupement")
    shapes = page.locator(".qpv-map path[role=button]")
    before = page.locator(".qpv-map").bounding_box()
    group: list[int] = []
    # No wait at all, then as quick as a hand; the last ones take three away again.
    for gap, places in ((0, [0, 1, 2, 3, 4]), (60, [5, 6, 7]), (0, [1, 6, 3])):
        page.evaluate(_PRESS_ALL, [places, gap])
        group = [one for one in group if one not in places] + [
            one for one in places if one not in group
        ]
        page.wait_for_function(_TAGGED, arg=len(group))
        watched.still()
        page.wait_for_function(_ADDRESSED, arg=len(group))
        pressed = page.locator(".qpv-map path[aria-pressed=true]")
        words = {shapes.nth(one).get_attribute("aria-label").split(",")[0] for one in group}
        assert {one.get_attribute("aria-label").split(",")[0] for one in pressed.all()} == words
        tags = [one.inner_text().strip() for one in page.locator("[data-tag]").all()]
        assert set(tags) == words and len(tags) == len(words)
        assert page.locator(".qpv-map").bounding_box() == before
    assert watched.outside == [] and watched.errors == []
