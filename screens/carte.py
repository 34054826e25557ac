"""Carte: where deserts and unmet demand overlap, as a map, in words, and as a table."""

from __future__ import annotations

import streamlit as st
from streamlit_folium import st_folium

from geo.figures import filter_in_words, map_summary, situation_counts
from geo.legend import legend_html
from geo.maps.draw import LAYER_WORDS, LAYERS_SHOWN, draw, selection_group
from geo.names import DEPARTEMENTS
from geo.overlap import SITUATIONS
from geo.report import attributions
from screens import shared
from screens.address import from_address, many_from_address, to_address
from screens.map_card import show_quarter
from screens.map_figures import explain_figures, show_figures
from screens.map_table import give_files, show_table
from screens.shared import Opened

MAP_HEIGHT = 560
# Beside the map, the quarter; below, the legend. On a phone the quarter comes right under the map,
# and the figures after it, so that the map is met first.
LAYOUT = (
    "<style>.st-key-vue{display:grid;grid-template-columns:2.2fr 1fr;gap:8px 16px;"
    'grid-template-areas:"carte fiche" "legende fiche";grid-template-rows:auto 1fr}'
    ".st-key-vue>div{min-width:0}"
    "div:has(>.st-key-vue_carte){grid-area:carte}div:has(>.st-key-vue_fiche){grid-area:fiche}"
    "div:has(>.st-key-vue_legende){grid-area:legende}"
    ".passer{position:absolute;left:-999px}.passer:focus{position:static;display:inline-block;"
    "padding:4px 8px;outline:3px solid #1f4e8c}"
    "@media(max-width:640px){.st-key-vue{grid-template-columns:minmax(0,1fr);"
    'grid-template-areas:"carte" "fiche" "legende"}div:has(>.st-key-chiffres),'
    "div:has(>.st-key-resume){order:1}div:has(>.st-key-suite){order:2}}</style>"
)
SKIP = '<a class="passer" href="#apres-la-carte">Passer la carte</a>'
AFTER_MAP = '<div id="apres-la-carte" tabindex="-1"></div>'


def main() -> None:
    st.html(LAYOUT)
    top = st.container()
    choice, search = st.columns([1, 2], vertical_alignment="bottom")
    with choice:
        opened = shared.open_territory()
    with search:
        _choose_quarter(opened)
    with top:
        shared.header("Carte", opened)
    with st.container(key="chiffres"):
        show_figures(opened)
    with st.container(horizontal=True, gap="small"):
        explain_figures(opened)
        with st.popover("Couches et filtres"):
            shown, departement, situations, base_map = _settings(opened)
    _filter_in_words(opened, situations)
    with st.container(key="resume"):
        st.write(map_summary(opened.analysis))
    with st.container(key="vue"):
        with st.container(key="vue_carte"):
            st.html(SKIP)
            _map(opened, shown, departement, situations, base_map)
        with st.container(key="vue_fiche"):
            st.html(AFTER_MAP)
            show_quarter(opened)
        with st.container(key="vue_legende"):
            st.html(
                legend_html(
                    situation_counts(opened.analysis), parameters=opened.analysis.parameters
                )
            )
            with st.expander("Sources de la carte et des chiffres"):
                for line in attributions(opened.analysis):
                    st.text(line)
    with st.container(key="suite"):
        show_table(opened, situations)
        give_files(opened)


def _choose_quarter(opened: Opened) -> None:
    qpv = opened.analysis.qpv
    names = {
        row.code_qp: f"{row.label}, {row.commune_label} ({row.code_qp})" for row in qpv.itertuples()
    }
    from_address("qpv", list(names))
    code = st.selectbox(
        "Quartier", list(names), index=None, key="qpv", format_func=lambda value: names[value],
        placeholder="Chercher un nom, une commune, un code, ou cliquer sur la carte",
    )  # fmt: skip
    to_address(qpv=code)


def _choose_departement(opened: Opened) -> str | None:
    found = sorted(set(opened.analysis.qpv["departement"]))
    if len(found) < 2:
        return found[0] if found else None
    from_address("departement", found)
    selected = st.session_state.get("qpv")
    if selected and st.session_state.get("departement_de") != selected:
        # A quarter just chosen brings the places of its own département.
        st.session_state["departement_de"] = selected
        st.session_state["departement"] = dict(
            opened.analysis.qpv[["code_qp", "departement"]].itertuples(index=False)
        )[selected]
    chosen = st.selectbox(
        "Lieux de soins du département", found, key="departement",
        format_func=lambda code: f"{DEPARTEMENTS.get(code, '')} ({code})".strip(),
        help="Les cabinets, la médiation et les aides de ce département sont dessinés.",
    )  # fmt: skip
    to_address(departement=chosen)
    return chosen


def _settings(
    opened: Opened,
) -> tuple[tuple[str, ...], str | None, tuple[str, ...] | None, bool]:
    many_from_address("couches", list(LAYER_WORDS), LAYERS_SHOWN)
    many_from_address("situations", list(SITUATIONS), ())
    shown = st.pills(
        "Couches dessinées", list(LAYER_WORDS), selection_mode="multi", key="couches",
        format_func=lambda name: LAYER_WORDS[name], wrap=True,
    )  # fmt: skip
    departement = _choose_departement(opened)
    kept = st.pills(
        "Situations montrées (aucune choisie : toutes)", list(SITUATIONS),
        selection_mode="multi", key="situations", wrap=True,
    )  # fmt: skip
    base_map = st.toggle("Fond de carte IGN (demande internet)", key="fond")
    to_address(couches=list(shown), situations=list(kept) or None)
    ordered = tuple(name for name in LAYER_WORDS if name in shown)
    return ordered, departement, tuple(kept) or None, base_map


def _filter_in_words(opened: Opened, situations: tuple[str, ...] | None) -> None:
    words = filter_in_words(opened.analysis, situations)
    if words:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words}**", width="content")
            st.button("Tout afficher", on_click=_show_all)


def _show_all() -> None:
    st.session_state["situations"] = []


def _map(
    opened: Opened,
    shown: tuple[str, ...],
    departement: str | None,
    situations: tuple[str, ...] | None,
    base_map: bool,
) -> None:
    data = shared.drawn_data(
        opened.slug, opened.build, opened.data_dir, shown, departement, situations
    )
    st_folium(
        draw(data, shared.leaflet_assets(), base_map=base_map),
        key="carte",
        height=MAP_HEIGHT,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=selection_group(st.session_state.get("qpv")),
        on_change=_clicked,
    )


def _clicked() -> None:
    drawing = (st.session_state.get("carte") or {}).get("last_active_drawing") or {}
    code = (drawing.get("properties") or {}).get("code_qp")
    if code:
        st.session_state["qpv"] = code


main()
