"""Carte: where deserts and unmet demand overlap, as a map, in words, and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from geo.figures import filter_in_words, map_summary, situation_counts
from geo.kept import cell_counts
from geo.legend_html import legend_html
from geo.maps.draw import tiles
from geo.maps.town_view import town_view
from geo.maps.walk import walk_view
from geo.report import attributions
from screens import shared
from screens.address_step import one_step
from screens.find import bar, choose_quarter, my_commune
from screens.html_parts import bullets
from screens.map_card import show_card
from screens.map_component import show_legend, show_map
from screens.map_figures import show_figures
from screens.map_settings import Settings, choose_settings, keep_cell, show_all
from screens.map_table import give_files, show_table
from screens.shared import Opened

# Beside the map, the quarter; below, the legend. On a narrow screen the quarter comes right under
# the map, and the figures after it, so that the map is met first.
LAYOUT = (
    "<style>.st-key-vue{display:grid;grid-template-columns:2.4fr 1fr;gap:8px 16px;"
    'grid-template-areas:"carte fiche" "legende fiche";grid-template-rows:auto 1fr;'
    "--qpv-map-height:clamp(340px,calc(100vh - 430px),700px)}"
    ".st-key-vue>div{min-width:0}.st-key-vue_carte{gap:4px}"
    "div:has(>.st-key-vue_carte){grid-area:carte}div:has(>.st-key-vue_fiche){grid-area:fiche}"
    "div:has(>.st-key-vue_legende){grid-area:legende}"
    ".passer{position:absolute;left:-999px}.passer:focus{position:static;display:inline-block;"
    "padding:4px 8px;outline:3px solid #1f4e8c}"
    "@media(max-width:900px){.st-key-vue{grid-template-columns:minmax(0,1fr);"
    'grid-template-areas:"carte" "fiche" "legende";'
    "--qpv-map-height:clamp(300px,56vh,520px)}div:has(>.st-key-chiffres){order:1}"
    "div:has(>.st-key-suite){order:2}}"
    # The map within the first sight of a phone.
    "@media(max-width:640px){div:has(>div>.st-key-vue){gap:.5rem}}"
    ".st-key-page_du_quartier a{border:1px solid #1f4e8c;border-radius:4px}"
    ".st-key-page_du_quartier a *{color:#1f4e8c;font-weight:600}</style>"
)
SKIP = '<a class="passer" href="#tableau-des-quartiers">Passer la carte : aller au tableau</a>'
SUMMARY = '<p id="carte-resume" style="margin:0;font-size:14.5px;color:#1b1b1f">{words}</p>'


@dataclass(frozen=True)
class Told:
    """What the map of a territory says in words, whoever looks at it."""

    summary: str
    legend: str
    sources: str


def _told(opened: Opened) -> Told:
    analysis = opened.analysis
    return Told(
        SUMMARY.format(words=escape(map_summary(analysis))),
        legend_html(
            situation_counts(analysis),
            parameters=analysis.parameters,
            cells=cell_counts(analysis.qpv),
        ),
        bullets(attributions(analysis)),
    )


def main() -> None:
    st.html(LAYOUT)
    title, choice = st.columns([2.4, 1], vertical_alignment="bottom")
    with choice:
        opened = shared.open_territory()
    with title:
        shared.header("Carte", opened)
    with st.container(key="chiffres"):
        show_figures(opened)
    st.session_state["filtre_du_tableau"] = None
    settings = _view(opened)
    with st.container(key="suite"):
        show_table(opened, settings.situations, settings.cell)
        give_files(opened)


@st.fragment
def _view(opened: Opened) -> Settings:
    """The map and all that answers it: a click here runs this part again and nothing else."""
    with one_step():
        ways_in = bar()
        choose_quarter(opened, ways_in)
        with ways_in:
            settings = choose_settings(opened)
    shared.draw_links()
    _run_the_rest_when_filtered(settings)
    _filter_in_words(opened, settings)
    told = shared.once(opened, _told)
    with st.container(key="vue"):
        with st.container(key="vue_carte"):
            st.html(SKIP)
            _map(opened, settings)
            st.html(told.summary)
        with st.container(key="vue_fiche"):
            my_commune(opened, on_map=True)
            show_card(opened, settings, _choose)
        with st.container(key="vue_legende"):
            _legend(told, settings)
    return settings


def _choose(code: str | None) -> None:
    st.session_state["qpv"] = code


def _run_the_rest_when_filtered(settings: Settings) -> None:
    """The table below shows what the map shows: a filter runs the whole page again."""
    kept = (settings.situations, settings.cell)
    before = st.session_state.get("filtre_du_tableau")
    st.session_state["filtre_du_tableau"] = kept
    if before is not None and before != kept:
        st.rerun()


def _filter_in_words(opened: Opened, settings: Settings) -> None:
    words = filter_in_words(opened.analysis, settings.situations, settings.cell)
    # Always there: a place that comes and goes would make the map after it be drawn anew.
    with st.container(key="filtre", horizontal=True, vertical_alignment="center"):
        if words:
            st.markdown(f"**{words}**", width="content")
            st.button("Tout afficher", on_click=show_all)


def _map(opened: Opened, settings: Settings) -> None:
    code, commune = st.session_state.get("qpv"), st.session_state.get("commune")
    which = (opened.slug, opened.build, opened.data_dir)
    quarters = shared.packed_quarters(*which, settings.layers)
    places = shared.packed_places(*which, settings.layers, settings.departement)
    view: dict[str, Any] = {
        "selected": code or "",
        "cell": settings.cell,
        "situations": settings.situations,
        "base": tiles(settings.base_map),
        "walk": walk_view(opened.analysis, opened.layers, code) if code else None,
        "town": town_view(opened.layers, commune) if commune else None,
        "below": "Lire les chiffres du quartier choisi, sous la carte" if code else "",
        "below_at": "#fiche-du-quartier",
    }
    show_map("carte", quarters, places, view, _choose)


def _legend(told: Told, settings: Settings) -> None:
    show_legend(told.legend, settings.cell, keep_cell)
    with st.expander("Sources de la carte et des chiffres"):
        st.html(told.sources)


main()
