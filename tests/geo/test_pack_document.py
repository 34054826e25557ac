"""The printed file: tagged under PDF/UA-1, in French, read in order, and text is never markup."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from geo.errors import BadInput
from geo.maps.picture import legend_marks
from geo.pack.document import to_pdf_bytes

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 40 40">'
    '<circle cx="20" cy="20" r="9"/></svg>'
)
HOSTILE = '#panic("x") *gras* $x$ <label> @ref =SOMME(A1) \\ "'


def content(**changes):
    return {
        "title": "Appel à candidatures : médiation en santé",
        "subtitle": "Territoire d'essai",
        "running": "Dossier d'appel à candidatures",
        "fictional": True,
        "fiction": "Territoire inventé.",
        "attribution": "Sources : ANCT (01/01/2026)",
        "summary": ["Douze quartiers retenus.", HOSTILE],
        "map_alt": "Carte de 3 quartiers prioritaires.",
        "map_caption": "Quartiers par situation",
        "legend": [name for name, _ in legend_marks()],
        "how": ["Comment lire."],
        "departements": [
            {
                "heading": "Loire (42)",
                "sentence": "Un quartier retenu.",
                "caption": "Quartiers retenus, Loire",
                "rows": [["1", HOSTILE, "double peine", "18", "retenu dans 94 %", "1"]],
                "quarters": [{"heading": "Bourgogne (QN04217M)", "text": "Pourquoi ce quartier."}],
            }
        ],
        "territory_headings": ["Rang", "Quartier", "Situation", "Points", "Robustesse", "Postes"],
        "overrides": [],
        "overrides_sentence": "",
        "override_headings": ["Code", "Quartier", "Décision", "Motif", "Date"],
        "notes": [],
        "annex_sentence": "Tous les quartiers.",
        "annex_headings": ["Rang", "Code", "Quartier", "Dép.", "Score", "Points", "Situation"],
        "annex": [["1", "QN04217M", "Bourgogne", "42", "88", "18", "double peine"]] * 90,
        "parameters_sentence": "Chaque réglage.",
        "parameter_headings": ["Paramètre", "Valeur", "Unité", "Source", "Nature"],
        "parameters": [["a", "b", "c", "d", "e"]],
        "sources_sentence": "D'où viennent les chiffres.",
        "sources": ["ANCT, contours"],
        **changes,
    }


NOTED = {
    "notes_sentence": "Une note de terrain.",
    "note_headings": ["Date", "Quartier", "Points", "Fonction", "Effet", "Mots"],
    "notes": [["01/01/2026", "Bourgogne", "+1", "élu", "retenu avec", HOSTILE]],
    "noted_headings": ["Code", "Quartier", "Sans", "Avec", "Sans", "Avec", "Effet"],
    "noted": [["QN04217M", "Bourgogne", "1", "1", "88", "88", "inchangé"]],
}


@pytest.fixture(scope="module")
def document() -> bytes:
    return to_pdf_bytes(content(), _SVG)


def _structure(node, found):
    """The tags of the structure tree in reading order."""
    if isinstance(node, IndirectObject):
        node = node.get_object()
    if isinstance(node, ArrayObject):
        for child in node:
            _structure(child, found)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            found.append(node)
        if "/K" in node:
            _structure(node["/K"], found)
    return found


def test_the_file_declares_its_standard_language_and_title(document):
    reader = PdfReader(io.BytesIO(document))
    root = reader.trailer["/Root"]
    assert root["/Lang"].lower().startswith("fr")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Appel à candidatures : médiation en santé"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()


def test_tags_are_in_reading_order_with_headers_and_words_for_the_map(document):
    tree = PdfReader(io.BytesIO(document)).trailer["/Root"]["/StructTreeRoot"]
    nodes = _structure(tree["/K"], [])
    tags = [str(node["/S"]) for node in nodes]
    for wanted in ("/Title", "/H1", "/H2", "/H3", "/Figure", "/Table", "/TH", "/TD", "/L"):
        assert wanted in tags, wanted
    assert tags.index("/Title") < tags.index("/H1") < tags.index("/Figure") < tags.index("/Table")
    alternatives = [node["/Alt"] for node in nodes if node["/S"] == "/Figure" and "/Alt" in node]
    assert "Carte de 3 quartiers prioritaires." in alternatives
    headers = [node for node in nodes if node["/S"] == "/TH"]
    assert len(headers) == 18


def test_text_is_read_in_order_and_is_never_markup(document):
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    plain = " ".join(text.split())
    order = [
        plain.index(words)
        for words in ("L’essentiel", "Territoires retenus", "Loire (42)", "Annexe", "Paramètres")
    ]
    assert order == sorted(order)
    assert "*gras* $x$ <label> @ref =SOMME(A1)" in plain


def test_each_page_names_its_sources_and_says_that_it_is_fictional(document):
    pages = PdfReader(io.BytesIO(document)).pages
    assert len(pages) > 2
    for page in pages:
        text = " ".join(page.extract_text().split())
        assert "ANCT (01/01/2026)" in text
        assert "Données fictives" in text


@pytest.mark.parametrize("sentences", [1, 16, 24, 36])
def test_the_map_stands_with_its_legend_on_a_page_with_text(sentences):
    """Short, middling and long summaries: in its place, shrunk, or at the head of the next page."""
    made = to_pdf_bytes(content(summary=["Une ligne de l'essentiel."] * sentences), _SVG)
    texts = [
        " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages[:2]
    ]
    (held,) = [text for text in texts if "Quartiers par situation" in text]
    assert all(name in held for name, _ in legend_marks())
    assert all("L’essentiel" in text or "QN04217M" in text for text in texts)


def test_the_same_content_gives_the_same_bytes(document):
    assert to_pdf_bytes(content(), _SVG) == document


def test_a_content_that_cannot_be_set_says_so():
    with pytest.raises(BadInput, match="composé"):
        to_pdf_bytes(content(legend=None), _SVG)


def test_field_notes_have_their_tables_and_stay_text():
    text = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(to_pdf_bytes(content(**NOTED), _SVG))).pages
    )
    assert "Une note de terrain." in text and "#panic" in text
