"""Appel and Scénarios in a real browser: nothing outside, no error, and what they give away."""

from __future__ import annotations

import json
import zipfile
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.serving.watched import LONG_MS, serious

pytestmark = pytest.mark.browser


def _heading_levels(page):
    return page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map((one) => Number(one.tagName[1]))"
    )


def _open_call(watched, served):
    watched.open_still(f"{served}/appel?territoire=demo&postes=3")
    watched.page.get_by_role("heading", name="Le dossier à remettre").wait_for()
    watched.page.wait_for_selector(".qpv-map [data-ready='1']")
    watched.page.wait_for_selector("path.qpv-kept", state="attached")
    return watched.page


def _rings(frame, count):
    # Two strokes a ring, white under black.
    frame.wait_for_function(f"document.querySelectorAll('path.qpv-kept').length === {2 * count}")


def test_the_call_follows_the_posts_on_the_map_and_in_the_address(served, watched):
    frame = _open_call(watched, served)
    _rings(frame, 3)
    said = frame.evaluate(
        "document.querySelectorAll(\"path[aria-label*='retenu dans cette liste']\").length"
    )
    assert said == 3
    posts = watched.page.get_by_role("spinbutton", name="Nombre de postes")
    posts.fill("4")
    posts.press("Enter")
    _rings(frame, 4)
    watched.page.wait_for_url("**postes=4**")
    weight = watched.page.get_by_role("slider").first
    before = weight.input_value()
    weight.focus()
    watched.page.keyboard.press("ArrowRight")
    watched.page.wait_for_url("**poids=**")
    watched.still()
    watched.page.go_back()
    watched.still()
    assert "poids=" not in watched.page.url and "postes=4" in watched.page.url
    # The page may rest a moment before the run that the step back asks for.
    expect(weight).to_have_value(before, timeout=LONG_MS)
    levels = _heading_levels(watched.page)
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert watched.outside == []
    assert watched.errors == []


def test_the_file_of_the_call_is_given_away(served, watched):
    _open_call(watched, served)
    watched.page.get_by_role("button", name="Préparer le dossier").click()
    button = watched.page.get_by_text("Télécharger : tout (ZIP)")
    button.wait_for()
    with watched.page.expect_download() as waiting:
        button.click()
    assert waiting.value.suggested_filename == "appel-demo-donnees-fictives.zip"
    with zipfile.ZipFile(waiting.value.path()) as archive:
        told = json.loads(archive.read("dossier.json"))
        assert set(archive.namelist()) == {*told["files"], "dossier.json"}
    assert told["request"]["posts"] == 3
    assert len(told["retained"]) == 3
    assert watched.errors == []


def test_a_scenario_is_opened_from_a_file_and_calculated(served, watched, demo_analysis, tmp_path):
    code = demo_analysis.qpv["code_qp"].iloc[0]
    bad, good = tmp_path / "faux.toml", tmp_path / "bon.toml"
    bad.write_text('version = 1\ntitre = "x"\n[[changement]]\naction = "voler"\n')
    good.write_text(
        'version = 1\ntitre = "Une permanence"\n[[changement]]\naction = "ajouter"\n'
        f'objet = "mediateur"\nqpv = "{code}"\netp = 0.5\n'
    )
    page = watched.open_still(f"{served}/scenarios?territoire=demo")
    page.get_by_role("heading", name="Avant et après").wait_for()
    page.get_by_text("Ouvrir ou garder ce scénario").click()
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_text("Fichier reçu : faux.toml").wait_for()
    page.get_by_role("button", name="Ouvrir comme scénario 1").click()
    page.get_by_text("ligne 4, action").wait_for()
    page.locator("input[type=file]").set_input_files(good)
    page.get_by_text("Fichier reçu : bon.toml").wait_for()
    page.get_by_role("button", name="Ouvrir comme scénario 1").click()
    page.get_by_text("Ajouter un médiateur").wait_for()
    page.get_by_role("button", name="Calculer le scénario").click()
    page.get_by_role("heading", name="Une permanence").wait_for()
    watched.shot("scenarios-calcule")
    assert serious(page) == []
    assert watched.outside == []
    assert watched.errors == []
