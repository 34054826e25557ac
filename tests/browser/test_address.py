"""The address bar in a real browser: back, forward, reload, reopen; the page speaks French."""

from __future__ import annotations

import pytest

from tests.serving.watched import VISITED, Watched, serious

pytestmark = pytest.mark.browser


def _titled(page, words):
    """The title of the tab follows the screen by a message of its own."""
    page.wait_for_function("(words) => document.title.startsWith(words)", arg=words)


def _choose(page, row):
    page.get_by_role("combobox", name="Quartier").fill(row["code_qp"])
    page.get_by_role("option").filter(has_text=row["label"]).first.click()
    page.wait_for_url(f"**qpv={row['code_qp']}**")
    _shown(page, row)


def _shown(page, row):
    card = page.get_by_label("Quartier choisi")
    card.get_by_role("heading", name=row["label"], exact=True).wait_for()


def _a_filter_is_a_step_and_stays_off_once_taken_off(watched, row):
    """The menu is closed then: the browser still holds what was chosen in it."""
    page = watched.still()
    page.get_by_role("button", name="Couches et filtres").click()
    page.get_by_role("checkbox", name=row["situation"]).or_(
        page.get_by_role("button", name=row["situation"], exact=True)
    ).last.click()
    page.wait_for_url("**situations=**")
    page.keyboard.press("Escape")
    said = page.get_by_text("Filtre actif")
    said.wait_for()
    watched.still()
    page.get_by_role("button", name="Tout afficher").click()
    said.wait_for(state="detached")
    watched.still()
    page.get_by_role("button", name="Ne plus choisir ce quartier").click()
    page.wait_for_url(lambda address: "qpv=" not in address)
    watched.still()
    assert "situations" not in page.url
    page.go_back()
    _shown(page, row)
    page.go_back()
    said.wait_for()
    page.reload()
    said.wait_for()


def test_back_forward_reload_and_reopen_show_what_the_address_says(
    served, watched, chromium, demo_analysis
):
    page = watched.open_still(f"{served}/?territoire=demo")
    first, second = (demo_analysis.qpv.iloc[place] for place in (0, 1))
    empty = page.url
    _choose(page, first)
    _choose(page, second)
    page.go_back()
    _shown(page, first)
    assert f"qpv={first['code_qp']}" in page.url
    page.go_back()
    page.get_by_label("Quartier choisi").wait_for(state="detached")
    assert page.url == empty
    page.go_forward()
    _shown(page, first)
    page.reload()
    _shown(page, first)
    page.get_by_role("link", name="Données").click()
    page.get_by_role("heading", name="Qualité").wait_for()
    marked = page.get_by_role("navigation", name="Écrans").locator("[aria-current=page]")
    marked.get_by_text("Données").wait_for()
    assert marked.count() == 1
    _titled(page, "Données")
    page.go_back()
    _shown(page, first)
    _titled(page, "Carte")
    # A screen that completes its own address leaves no second step back.
    page.get_by_role("link", name="Aller-vers").click()
    page.wait_for_url("**/aller_vers**aller_passages=1**")
    page.go_back()
    page.wait_for_url(f"{served}/?**")
    _shown(page, first)
    elsewhere = Watched(chromium.new_context(locale="fr-FR").new_page()).open_still(page.url)
    _shown(elsewhere, first)
    elsewhere.context.close()
    _a_filter_is_a_step_and_stays_off_once_taken_off(watched, first)
    assert watched.outside == []
    assert watched.errors == []


def test_words_with_a_typing_error_find_the_quarter(served, watched, demo_analysis):
    page, row = watched.open_still(f"{served}/?territoire=demo"), demo_analysis.qpv.iloc[0]
    box = page.get_by_label("Chercher un quartier ou ma commune")
    box.fill(f"{row['commune_label'].upper()} {row['label'][:-1]}")
    box.press("Enter")
    answers = page.locator(".st-key-reponses")
    answers.get_by_text("pour «").wait_for()
    assert serious(page) == []
    answers.get_by_role("button", name=row["label"]).first.click()
    _shown(page, row)
    page.wait_for_function("(box) => box.value === ''", arg=box.element_handle())
    assert watched.outside == []
    assert watched.errors == []


def test_what_the_address_asks_and_is_not_known_is_said(served, watched):
    page = watched.open_still(f"{served}/?territoire=demo&qpv=QN00000N&couches=lune")
    said = page.get_by_text("« QN00000N », inconnu dans ce territoire")
    said.wait_for()
    # A guillemet is held by what it quotes: no line begins or ends with one alone.
    assert "«\u00a0lune\u00a0», inconnu" in page.inner_text("body")
    page.wait_for_url(lambda address: "QN00000N" not in address)
    page.get_by_role("button", name="Fermer ce message").click()
    said.wait_for(state="detached")


def test_the_page_of_streamlit_speaks_french(served, watched):
    page = watched.open_still(f"{served}/?territoire=demo")
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.get_by_role("combobox", name="Quartier").fill("zzzz")
    page.get_by_text("Aucune réponse").wait_for()
    page.keyboard.press("Escape")
    skip = page.get_by_text("Aller au contenu principal")
    assert skip.count() == 1
    for english in ("Skip to main content", "No results", "Choose an option"):
        assert english not in page.inner_text("body")


def test_a_link_touched_while_a_field_is_typed_in_takes_what_was_typed_along(served, chromium):
    """The change of screen was sent first: the field's own run then emptied the new screen."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", has_touch=True
    )
    context.add_cookies([VISITED])
    phone = Watched(context.new_page())
    page = phone.open_still(f"{served}/appel?territoire=demo")
    posts = page.get_by_role("spinbutton", name="Nombre de postes")
    posts.fill("6")
    page.get_by_role("link", name="Pratiques", exact=True).tap()
    page.wait_for_url("**/pratiques?**postes=6**")
    _titled(page, "Pratiques")
    phone.still()
    page.get_by_role("textbox", name="Chercher des mots").fill("porte")
    page.get_by_role("link", name="Données", exact=True).tap()
    page.get_by_role("heading", name="Qualité").wait_for()
    page.go_back()
    page.wait_for_url("**/pratiques?**pratiques_mots=porte**")
    # A choice is a step of its own, also when it adds a name to the address.
    page.go_back()
    page.wait_for_function("!location.search.includes('pratiques_mots')")
    phone.still()
    words = page.get_by_role("textbox", name="Chercher des mots")
    assert words.input_value() == ""
    # Another link pressed at once, while the first waits or just after it: the last one is heeded.
    words.fill("porte")
    page.get_by_role("link", name="Données", exact=True).tap()
    page.get_by_role("link", name="Suivi", exact=True).tap()
    page.wait_for_url("**/suivi?**")
    phone.still()
    page.wait_for_timeout(600)
    assert "/suivi?" in page.url
    assert phone.errors == []
    context.close()
