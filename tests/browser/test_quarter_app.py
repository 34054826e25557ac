"""The page of a quarter in a real browser: read, seen on a phone, printed, taken away."""

from __future__ import annotations

import io
import unicodedata
from itertools import pairwise

import pytest
from pypdf import PdfReader

from geo.explain import explain
from tests.serving.watched import as_read

pytestmark = pytest.mark.browser

CODE = "QN09902I"
LEVELS = "Array.from(document.querySelectorAll('h1,h2,h3,h4')).map(found => +found.tagName[1])"
BROKEN = (
    "Array.from(document.querySelectorAll('.quartier img')).filter(found => !found.naturalWidth)"
    ".length"
)

NO_CLIPBOARD = """() => {
  Object.defineProperty(navigator, "clipboard", { value: undefined });
  document.execCommand = () => false;
}"""


def _open(watched, served, code=CODE):
    return watched.open_still(f"{served}/quartier?territoire=demo&qpv={code}")


def _pages(pdf: bytes) -> list[str]:
    # Fonts join « ff » and « fi » in one sign.
    read = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return [" ".join(unicodedata.normalize("NFKC", text).split()) for text in read]


def _text(pdf: bytes) -> str:
    return " ".join(_pages(pdf))


def test_a_person_reads_prints_and_takes_the_page_away(served, watched, demo_analysis, demo_layers):
    told = explain(demo_analysis, demo_layers, CODE)
    page = _open(watched, served)
    assert as_read(told.text) in as_read(page.inner_text("body"))
    levels = page.evaluate(LEVELS)
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    assert page.locator(".quartier img.trace").count() > 8
    assert page.evaluate(BROKEN) == 0
    assert page.locator(".semaine tbody tr").count() == 7

    with page.expect_download() as waiting:
        page.get_by_text("Télécharger la fiche d'une page (PDF)").click()
    assert waiting.value.suggested_filename == f"quartier-{CODE}-donnees-fictives.pdf"
    assert len(PdfReader(waiting.value.path()).pages) == 1

    link = f"{served}/quartier?territoire=demo&qpv={CODE}"
    page.get_by_role("button", name="Lien vers cette page").click()
    copy, told_of_it = page.get_by_role("button", name="Copier le lien"), page.locator(".lien span")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    copy.press("Enter")
    told_of_it.get_by_text("Lien copié").wait_for()
    assert page.evaluate("window.copied") == link
    # Served by plain http, a page has no clipboard: the link is selected, and that is said.
    page.evaluate(NO_CLIPBOARD)
    copy.click()
    told_of_it.get_by_text("Le lien est sélectionné").wait_for()
    assert page.evaluate("getSelection().toString()") == link
    page.keyboard.press("Escape")

    printed = _text(page.pdf(format="A4"))
    assert unicodedata.normalize("NFKC", told.text) in printed
    for heading in ("Qui travaille ici, et quand", "Ce qui manque", "Les régimes côte à côte"):
        assert heading in printed
    for widget in ("Chercher", "Télécharger", "Lien vers", "Scénarios", "Définition et source"):
        assert widget not in printed
    # Wherever its table falls, a row of headings never ends a page.
    heads = [" ".join(row.split()) for row in page.locator(".quartier thead tr").all_inner_texts()]
    page.add_style_tag(content="@media print{.quartier{padding-top:360px}}")
    laid = _pages(page.pdf(format="A4"))
    assert any(text.startswith(heads[0]) for text in laid)
    assert [text for text in laid if text.endswith(tuple(filter(None, heads)))] == []
    assert watched.outside == []
    assert watched.errors == []


def test_the_page_holds_in_the_width_of_a_phone_and_opens_a_quarter_without_figures(
    served, narrow, demo_analysis
):
    unknown = demo_analysis.qpv.loc[demo_analysis.qpv["population"].isna(), "code_qp"].iloc[0]
    page = _open(narrow, served, unknown)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "Ce n'est pas zéro" in page.inner_text("body")
    page.locator(".quartier ol a, .quartier h2").first.wait_for()
    assert narrow.errors == []
