"""Appel: choose N territories, see how firm the list is, decide otherwise, take the file away."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.errors import QpvError
from geo.legend_html import scores_html
from geo.pack.request import Request
from geo.report.call import (
    LIST_WORDS,
    change_lines,
    edge_codes,
    edge_lines,
    outside_frame,
    quarter_lines,
)
from geo.robustness.study import Study
from geo.words import counted
from screens import computed, shared
from screens.address import from_address, to_address
from screens.address_step import one_step
from screens.appel_reglages import request_asked
from screens.computed import Call
from screens.decisions import decisions
from screens.folded import unfolded
from screens.html_parts import table
from screens.map_component import show_map
from screens.notes_panel import ranking_with_notes
from screens.plain import plain
from screens.shared import Opened

MODELLED = (
    "Scores, points, rangs et variantes sont **modélisés** : calculés à partir de données "
    "publiques, jamais comptés sur place."
)
# Pixels of one row of a table, and the most rows shown without scrolling.
ROW, MOST_ROWS = 35, 26
# Pixels of the columns whose texts are long, so that a name is read whole.
WIDTHS = {
    "Liste": 210, "Rang": 50, "Quartier": 368, "Département": 110, "Retenu dans": 140,
    "Solidité": 152, "Rangs à 90 %": 100, "Code": 100,
}  # fmt: skip


def main() -> None:
    top = st.container()
    choice, _ = st.columns([2, 3])
    with choice:
        opened = shared.open_territory()
    with top:
        shared.header("Appel à candidatures", opened)
    _call(opened)


@st.fragment
def _call(opened: Opened) -> None:
    """All that the settings change: a slider runs this part again and nothing else."""
    with one_step():
        _settings_and_list(opened)


def _settings_and_list(opened: Opened) -> None:
    settings, results = st.columns([1, 2.2], gap="medium")
    with settings:
        request = request_asked(opened)
    shared.draw_links()
    if request is None:
        return
    try:
        call = computed.call(opened.slug, opened.build, opened.data_dir, request)
    except QpvError as error:
        with results:
            st.error(plain(error))
            if request.overrides:
                decisions(opened)
        return
    with settings:
        st.caption(plain(call.weights))
    found = call.study
    with results:
        placed = _summary(call)
        _map(opened, call)
    _list(call)
    _placed(opened, request, placed)
    _quarter(opened, found)
    decisions(opened)
    notes = ranking_with_notes(
        opened.slug, found.ranking, list(found.overrides), shared.quarter_names(opened)
    )
    _regimes(call)
    _pack(opened, replace(request, notes=notes or ()), read=notes is not None)


def _summary(call: Call) -> DeltaGenerator:
    """Draws what the list says, and gives back the place for what the posts would do."""
    st.header("La liste en bref", anchor=False)
    st.markdown(plain(call.summary))
    placed = st.empty()
    with st.container(horizontal=True, vertical_alignment="center"):
        variants = call.study.robustness.variants
        with st.popover("Comment lire la solidité"):
            varied = "\n".join(f"- {plain(line)}" for line in call.study.varied)
            st.markdown(
                "Poids, échelle, agrégation, mesure de l'accès, seuils et capacité d'un poste se "
                "discutent. Le calcul est donc refait un grand nombre de fois en les tirant au "
                "sort autour des réglages choisis. Un quartier retenu dans presque toutes ces "
                "**variantes** ne doit pas sa place à un réglage.\n\n"
                f"{counted(variants.draws, 'variante')}. « Au hasard près » : d'autres variantes "
                "donneraient une part voisine, entre les deux bornes dites dans 95 cas sur 100 "
                "(intervalle à 95 % ; il ne dit rien de l'incertitude des données). Pour refaire "
                f"les mêmes variantes : graine {variants.seed}. Ce qui varie :\n\n{varied}"
            )
        st.markdown(MODELLED)
    return placed


def _placed(opened: Opened, request: Request, place: DeltaGenerator) -> None:
    """Said first, worked out after the map and the list, which need not wait for it."""
    try:
        told = computed.posts_placed(opened.slug, opened.build, opened.data_dir, request)
    except QpvError as error:
        place.error(plain(error))
    else:
        place.markdown("\n".join(f"- {plain(line)}" for line in told))


def _map(opened: Opened, call: Call) -> None:
    quarters = shared.packed_quarters(opened.slug, opened.build, opened.data_dir, ("quartiers",))
    view = {
        "selected": st.session_state.get("qpv") or "",
        "retained": list(call.retained),
        "retained_words": "retenu dans cette liste",
        "whole": True,
    }
    show_map("carte_appel", quarters, None, view, _clicked)
    st.html(scores_html())
    st.caption(
        "Grand cercle noir : quartier retenu dans cette liste. Cliquez sur un quartier pour lire "
        "ce qui le ferait entrer ou sortir. La même liste est en tableau ci-dessous."
    )


def _clicked(code: str) -> None:
    st.session_state["qpv"] = code


def _list(call: Call) -> None:
    st.header("Quartiers retenus, puis les suivants", anchor=False)
    st.dataframe(
        call.listed, hide_index=True, placeholder="–", key="liste_appel",
        height=ROW * (min(call.lines, MOST_ROWS) + 1) + 3,
        alt="Quartiers retenus puis les suivants, avec rang, points et solidité",
        column_config={
            name: st.column_config.Column(name, help=words, width=WIDTHS.get(name))
            for name, words in LIST_WORDS.items()
        },
    )  # fmt: skip
    if call.stray:
        st.caption(plain(call.stray))
    if call.outside:
        label = f"{counted(call.outside, 'quartier')} hors classement : pourquoi"
        with unfolded(label, "hors_classement") as left_out:
            if left_out:
                st.dataframe(
                    outside_frame(call.study),
                    hide_index=True,
                    alt="Quartiers hors classement et raison",
                )


def _quarter(opened: Opened, found: Study) -> None:
    st.header("Ce qui ferait entrer ou sortir un quartier", anchor=False)
    names = shared.quarter_names(opened)
    from_address("qpv", list(names))
    code = st.selectbox(
        "Quartier", list(names), index=None, key="qpv", format_func=lambda value: names[value],
        placeholder="Chercher un nom, ou cliquer sur la carte",
    )  # fmt: skip
    to_address(qpv=code)
    if code:
        for line in quarter_lines(found, code):
            st.text(line)
    label = "Au bord de la liste : les derniers retenus et les premiers suivants"
    with unfolded(label, "bord_de_la_liste") as edge:
        if edge:
            for heading, lines in change_lines(found, edge_codes(found)):
                st.text(heading + "\n" + "\n".join(f"  • {line}" for line in lines))
            st.text("\n".join(edge_lines(found)))


def _regimes(call: Call) -> None:
    st.header("Ce que diraient d'autres règles", anchor=False)
    st.write(
        "Chaque règle connue, appliquée aux mêmes quartiers. « Indéterminé » : la règle lit une "
        "donnée absente ; ce n'est ni oui ni non."
    )
    # The rules are sentences: a grid would cut them. The counts leave them the room.
    with st.container(key="regimes"):
        st.html(
            "<style>.st-key-regimes .apporte :is(td,th){min-width:4.5em}</style>"
            + table(call.regimes, "Régimes d'éligibilité côte à côte")
        )


def _pack(opened: Opened, request: Request, *, read: bool) -> None:
    """``read``: whether the field notes could be."""
    st.header("Le dossier à remettre", anchor=False)
    st.write(
        "Classeur, document PDF avec la carte et une ligne de justification par quartier, carte "
        "(GeoPackage), table (CSV), et de quoi tout refaire à l'identique (dossier.json)."
    )
    if not read:
        st.caption("Les notes de terrain ne peuvent être lues ou comptées (voir plus haut) : le "
                   "dossier n'en aura pas.")  # fmt: skip
    elif request.notes:
        st.caption(f"{counted(len(request.notes), 'note')} de terrain y seront, avec le classement "
                   "sans et avec elles.")  # fmt: skip
    if st.button("Préparer le dossier", type="primary", key="preparer"):
        st.session_state["dossier_demande"] = request
    # A place of its own, emptied first: the sign of what is being written is drawn after it.
    before = st.empty()
    if st.session_state.get("dossier_demande") != request:
        before.caption("Une dizaine de secondes. À refaire après tout changement de réglage.")
        return
    before.empty()
    try:
        files = computed.packed(opened.slug, opened.build, opened.data_dir, request)
    except QpvError as error:
        st.error(plain(error))
        return
    name = f"appel-{opened.slug}{opened.said_in_file_names}"
    with st.container(horizontal=True):
        for own, words, mime in (
            ("dossier.zip", "tout (ZIP)", "application/zip"),
            ("dossier.pdf", "document (PDF)", "application/pdf"),
            ("dossier.xlsx", "classeur (XLSX)",
             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ):  # fmt: skip
            st.download_button(
                f"Télécharger : {words}", data=files[own], mime=mime, on_click="ignore",
                file_name=f"{name}.{own.rpartition('.')[2]}", key=f"fichier_{own}",
            )  # fmt: skip


main()
