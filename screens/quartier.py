"""Quartier: one page for one quarter, words first, then its figures, its workers, its gaps."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geo.need.comparison import comparison
from geo.portrait import Portrait, portrait
from geo.portrait.printed import quarter_pdf
from geo.report import attributions
from geo.similar import criteria_points
from screens import assumed, quartier_style, shared
from screens import quartier_parts as parts
from screens.address import view
from screens.find import choose_quarter
from screens.html_parts import bullets
from screens.link import link_popover
from screens.notes_panel import quarter_notes
from screens.plain import plain
from screens.pratiques_parts import near_quarter
from screens.schemes_panel import quarter_html
from screens.shared import Opened

FIRST_RANKS = 10


def main() -> None:
    st.html(quartier_style.STYLE)
    st.html(quartier_style.PRINT)
    top = st.container()
    with st.container(key="outils"):
        choice, search = st.columns([1, 2], vertical_alignment="bottom")
        with choice:
            opened = shared.open_territory()
        with search:
            code = choose_quarter(opened)
    with top:
        shared.header("Quartier", opened)
    if code is None:
        _nobody_chosen(opened)
        return
    _page(opened, code)


def _nobody_chosen(opened: Opened) -> None:
    st.info(
        "Choisissez un quartier ci-dessus, par son nom, sa commune ou son code ; ou ouvrez l'un "
        "de ceux-ci."
    )
    st.header("Les premiers quartiers par rang de priorité", anchor=False)
    for row in opened.analysis.qpv.head(FIRST_RANKS).itertuples():
        st.page_link(
            "screens/quartier.py",
            label=plain(f"{row.label}, {row.commune_label} ({row.code_qp})"),
            query_params=_view(opened, str(row.code_qp)),
        )


@st.cache_resource(max_entries=6, show_spinner="Comparaison des quartiers…")
def _compared(slug: str, build: str, data_dir: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What every page of a territory shares: figures of all places, criteria of all quarters."""
    layers, analysis = shared.read(slug, build, data_dir)
    return comparison(layers), criteria_points(analysis)


@st.cache_resource(max_entries=128, show_spinner="Lecture du quartier…")
def _portrait(slug: str, build: str, data_dir: str, code: str) -> Portrait:
    layers, analysis = shared.read(slug, build, data_dir)
    compared, points = _compared(slug, build, data_dir)
    return portrait(analysis, layers, code, compared, points)


@st.cache_data(max_entries=64, show_spinner="Écriture de la fiche…")
def _sheet(slug: str, build: str, data_dir: str, code: str) -> bytes:
    _, analysis = shared.read(slug, build, data_dir)
    return quarter_pdf(analysis, _portrait(slug, build, data_dir, code), build)


def _page(opened: Opened, code: str) -> None:
    told = _portrait(opened.slug, opened.build, opened.data_dir, code)
    st.html(parts.words_first(told))
    st.html(parts.contents())
    _take_away(opened, told)
    st.html(parts.figures(told))
    st.html(parts.who_works(told))
    if told.week.silence:
        _go("donnees", "Remplir et apporter le modèle « médiation » (écran « Données »)")
    st.html(parts.what_lacks(told))
    st.html(parts.access(told))
    here = shared.quarter_names(opened)
    links = {one.code_qp: _link(opened, one.code_qp) for one in told.similar if one.code_qp in here}
    st.html(quarter_html(opened, code))
    st.html(parts.similar(told, links))
    st.html(near_quarter(opened, code, _compared(opened.slug, opened.build, opened.data_dir)[1]))
    _go("pratiques", "Lire les fiches entières (écran « Pratiques »)")
    st.html(parts.rules(told))
    quarter_notes(opened.slug, code, here[code])
    with st.expander("Sources de cette page"):
        st.html(bullets(attributions(opened.analysis)))


def _go(screen: str, words: str) -> None:
    """To another screen, in the same session, with the territory and the quarter in view."""
    st.page_link(f"screens/{screen}.py", label=words, query_params=view())


def _take_away(opened: Opened, told: Portrait) -> None:
    code = told.code_qp
    with st.container(key="emporter", horizontal=True, gap="small"):
        st.download_button(
            "Télécharger la fiche d'une page (PDF)",
            data=lambda: _sheet(opened.slug, opened.build, opened.data_dir, code),
            file_name=f"quartier-{code}{opened.said_in_file_names}.pdf", mime="application/pdf",
            on_click="ignore", key="fiche",
        )  # fmt: skip
        link_popover("Lien vers cette page", "cette page", _view(opened, code))
        with st.popover("D'où vient chaque chiffre du texte"):
            for fact in told.explanation.facts:
                st.text(parts.origin(fact))


def _link(opened: Opened, code: str) -> str:
    return f"?{urlencode(_view(opened, code))}"


def _view(opened: Opened, code: str) -> dict[str, str]:
    """The address of a quarter's page, with what its figures rest on."""
    return {"territoire": opened.slug, "qpv": code, **assumed.in_link(opened.analysis.parameters)}


main()
