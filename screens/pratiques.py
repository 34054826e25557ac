"""Pratiques: cards of what was done elsewhere, to search, filter, compare, read beside a QPV."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from datasets.brought.examine import FormExamination, described
from datasets.brought.template import form_bytes
from datasets.practices import FICHES_FORM, packaged_cards, read_cards
from datasets.uploaded import read_uploaded
from geo.errors import QpvError
from geo.practices import PROBLEMS, Card, Suggestion, compared, search_cards, suggestions
from geo.practices.cards import NEVER_MEAN_FR, PAIRED_BY_US_FR, SCALE_UNKNOWN_FR
from geo.practices.near import NOT_ADVICE_FR
from geo.words import counted
from screens import html_parts, shared
from screens.address import from_address, in_address, to_address
from screens.address_values import Words
from screens.impersonal import impersonal
from screens.pratiques_parts import STYLE, cards_html
from screens.shared import Opened

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = "fiches_apportees"
_MOST_WORDS = 200  # letters searched


def main() -> None:
    st.html(STYLE)
    top = st.container()
    choice, quarter = st.columns([1, 2], vertical_alignment="bottom")
    with choice:
        opened = shared.open_territory()
    with quarter:
        code = _quarter(opened)
    with top:
        shared.header("Pratiques", opened)
    cards = [*packaged_cards(), *st.session_state.get(KEPT, ())]
    st.write(
        "Ce qui a été fait ailleurs, en fiches. Résumés écrits pour ce projet ; ce que la source "
        "ne dit pas est « non précisé »."
    )
    st.caption(
        f"Notes : {SCALE_UNKNOWN_FR} ; {PAIRED_BY_US_FR}. {NEVER_MEAN_FR} Les fiches décrivent des "
        "lieux réels, même à côté de données fictives."
    )
    found = _filtered(cards)
    told = [Suggestion(card, ()) for card in found]
    if code:
        told = suggestions(found, opened.analysis, code)
        st.write(NOT_ADVICE_FR)
    st.header(counted(len(told), "fiche"), anchor=False)
    if not told:
        st.info("Aucune fiche ne correspond. Retirez un mot, un filtre ou le quartier.")
    else:
        st.html(cards_html(told))
    _side_by_side(cards)
    _bring()


def _quarter(opened: Opened) -> str | None:
    names = {code: f"{name} ({code})" for code, name in shared.quarter_names(opened).items()}
    from_address("qpv", list(names))
    code: str | None = st.selectbox(
        "Pratiques voisines d'un quartier", list(names), index=None, key="qpv",
        format_func=lambda one: names[one], placeholder="Tous : choisir un quartier pour trier",
    )  # fmt: skip
    to_address(qpv=code)
    return code


def _filtered(cards: list[Card]) -> list[Card]:
    words, where, what = st.columns([2, 1, 2])
    with in_address("pratiques_mots", Words(_MOST_WORDS), ""):
        text = words.text_input(
            "Chercher des mots", key="pratiques_mots", placeholder="porte-à-porte",
            max_chars=_MOST_WORDS,
        )  # fmt: skip
    text = impersonal("pratiques_mots", text)
    known = sorted({card.departement for card in cards if card.departement})
    with in_address("pratiques_dep", ["", *known], ""):
        departement = where.selectbox(
            "Département de la fiche", ["", *known], key="pratiques_dep",
            format_func=lambda one: one or "Tous",
        )  # fmt: skip
    with in_address("pratiques_problemes", list(PROBLEMS), []):
        problems = what.multiselect(
            "Problèmes traités", list(PROBLEMS), key="pratiques_problemes", select_all=False,
            format_func=lambda one: PROBLEMS[one], placeholder="Tous",
        )  # fmt: skip
    return search_cards(cards, text, departement, problems)


def _side_by_side(cards: list[Card]) -> None:
    st.header("Deux fiches côte à côte", anchor=False)
    titles = {card.id: f"{card.title} ({card.place})" for card in cards}
    first, second = st.columns(2)
    names = list(titles)
    with in_address("pratiques_une", names, names[0]):
        one = first.selectbox("Première fiche", names, key="pratiques_une",
                              format_func=lambda name: titles[name])  # fmt: skip
    with in_address("pratiques_autre", names, names[1]):
        other = second.selectbox("Seconde fiche", names, key="pratiques_autre",
                                 format_func=lambda name: titles[name])  # fmt: skip
    if one == other:
        st.info("Choisissez deux fiches différentes.")
        return
    by_id = {card.id: card for card in cards}
    st.html(html_parts.table(compared([by_id[one], by_id[other]]), "Les deux fiches"))


def _bring() -> None:
    st.header("Ajouter des fiches", anchor=False)
    st.write(
        "Vos fiches restent dans votre session. Ni nom de personne, ni téléphone, ni courriel."
    )
    st.download_button(
        "Télécharger le modèle de fiches (Excel)", data=_template, mime=EXCEL,
        file_name="modele-fiches.xlsx", on_click="ignore", key="modele_fiches",
    )  # fmt: skip
    sent = st.file_uploader(
        "Fichier de fiches rempli (CSV ou Excel)", type=["csv", "xlsx"], max_upload_size=2,
        key="fiches_fichier",
    )  # fmt: skip
    received = shared.open_received(sent, "Ajouter ces fiches")
    if received is not None:
        _read(received.name, received.getvalue())
    for line in st.session_state.get(f"{KEPT}_constats", ()):
        st.text(line)


def _read(name: str, content: bytes) -> None:
    def read(path: Path) -> tuple[list[Card], FormExamination]:
        return read_cards(path, [card.id for card in packaged_cards()])

    try:
        found, examination = read_uploaded(name, content, read, most=2_000_000)
    except QpvError as error:
        st.error("Fichier refusé, rien n'a changé.")
        st.text(str(error))
        return
    st.session_state[KEPT] = found
    st.session_state[f"{KEPT}_constats"] = [described(one) for one in examination.problems]
    st.rerun()


@st.cache_data(show_spinner=False)
def _template() -> bytes:
    return form_bytes(FICHES_FORM)


main()
