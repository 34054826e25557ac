"""The guided visit and the glossary in a real browser."""

from __future__ import annotations

import pytest

from screens.guide import STEPS
from tests.serving.watched import Watched, serious

pytestmark = pytest.mark.browser


def test_the_visit_is_closed_for_good_and_comes_back_when_asked(served, chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    watched = Watched(context.new_page())
    page, visit = watched.page, watched.page.get_by_label("Visite guidée", exact=True)
    watched.open_still(f"{served}/?territoire=demo")
    for place, (title, _) in enumerate(STEPS, start=1):
        visit.get_by_text(f"étape {place} sur 4 : {title}").wait_for()
        if place == 1:
            assert serious(page) == []
        if place < len(STEPS):
            page.get_by_role("button", name="Étape suivante").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Ne plus montrer").click()
    visit.wait_for(state="detached")
    page.wait_for_function("document.cookie.includes('qpv_visite')")
    page.reload()
    watched.still()
    assert visit.count() == 0
    page.get_by_role("button", name="Visite guidée").click()
    visit.get_by_text("étape 1 sur 4").wait_for()
    page.get_by_role("button", name="Glossaire").click()
    page.get_by_label("Chercher un mot").fill("apl")
    page.get_by_label("Chercher un mot").press("Enter")
    words = page.get_by_label("Mots du glossaire")
    words.get_by_text("QPV", exact=True).wait_for(state="detached")
    assert "accessibilité potentielle localisée" in words.inner_text()
    assert serious(page) == []
    assert watched.outside == []
    assert watched.errors == []
    context.close()
