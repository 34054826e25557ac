"""Suivi and Pratiques in a real browser: one page each, nothing outside."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def test_the_follow_up_of_the_demo_then_a_hostile_file(served, watched, tmp_path):
    page = watched.open_still(f"{served}/suivi?territoire=demo")
    page.get_by_role("heading", name="Emporter").wait_for()
    assert "données fictives" in page.inner_text("body").lower()
    assert "se recouvrent, l'écart peut tenir au hasard" in page.inner_text("body")
    assert page.locator("img[alt*='personnes accompagnées']").count() == 1
    # The demo's own series: the start proposed is that of the first agreement in the quarter.
    page.get_by_text("Exemple montré : un indicateur").wait_for()
    told = page.inner_text("body").replace("\u00a0", " ")
    assert "17,3 en moyenne avant 2023 (2 périodes), 15,1 ensuite (3 périodes)" in told
    assert "soit \u22122,2 points" in told and "QN09902I, «" not in told
    assert "quartiers comparables sans poste" in told and "Description, pas preuve" in told
    # What Streamlit says of a table or of a choice by name is French as well.
    labels = page.evaluate(
        "[...document.querySelectorAll('[aria-label]')].map(one => one.getAttribute('aria-label'))"
    )
    english = ("Remove", "Show/hide", "Search", "Download", "Selected values", "file upload")
    assert not [one for one in labels if one.startswith(english)]
    assert any(one.startswith("Retirer ") for one in labels)
    assert "Montrer ou cacher des colonnes : Compteurs de l'ensemble des postes" in labels
    bad = tmp_path / "suivi.csv"
    bad.write_text(
        "poste;structure;mois;nom\n![x](http://example.org/x.png);S;2025-01;x\n", encoding="utf-8"
    )
    page.locator("input[type=file]").first.set_input_files(bad)
    page.get_by_text("Fichier reçu : suivi.csv").wait_for()
    page.get_by_role("button", name="Lire ce fichier de suivi").click()
    page.get_by_text("désigne des personnes").wait_for()
    assert watched.outside == []
    assert watched.errors == []


def test_cards_are_searched_and_compared_on_a_phone(served, narrow):
    page = narrow.open_still(f"{served}/pratiques?territoire=demo")
    page.get_by_role("heading", name="Ajouter des fiches").wait_for()
    # The browser fetches what draws HTML after the headings.
    page.locator("article.fiche").nth(4).wait_for()
    assert page.locator("article.fiche").count() == 5
    assert "échelle non précisée par la source" in page.inner_text("body")
    page.get_by_label("Chercher des mots").fill("porte à porte 4G")
    page.get_by_label("Chercher des mots").press("Enter")
    page.get_by_role("heading", name="1\u00a0fiche").wait_for()
    assert narrow.outside == []
