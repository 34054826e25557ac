"""Scénarios: add, move or close a practice, a centre or a mediator, and see who gains or loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from datasets.scenario_files import read_scenario, scenario_text
from datasets.uploaded import read_uploaded
from datasets.workspace.contents import scenario_body, scenario_of
from geo.errors import QpvError
from geo.report.scenario import change_words, compare_frame, effects_frame
from geo.scenarios import sentences
from geo.words import counted
from screens import computed, scenario_form, shared
from screens.address import in_address
from screens.address_values import whole
from screens.plain import plain
from screens.scenario_kept import (
    changes_of,
    effects_asked,
    in_link,
    reopened,
    scenario_of_screen,
    set_changes,
    take,
    title_of,
)
from screens.shared import Opened
from screens.workspace_panel import Shared, workspace_panel

NUMBERS = (1, 2)


def main() -> None:
    top = st.container()
    choice, _ = st.columns([2, 3])
    with choice:
        opened = shared.open_territory()
    with top:
        shared.header("Scénarios", opened)
    st.write(
        "Que se passerait-il si un cabinet, un centre de santé ou un médiateur arrivait, "
        "déménageait ou fermait ? Chaque scénario est une suite de changements ; le territoire "
        "entier est recalculé, avant et après. Tous les effets sont **modélisés**."
    )
    for number in NUMBERS:
        reopened(opened, number)
    with in_address("scenario_choisi", NUMBERS, 1, whole):
        which = st.radio(
            "Scénario à écrire", NUMBERS, horizontal=True, key="scenario_choisi",
            format_func=lambda number: f"Scénario {number}",
            help="Un second scénario peut être comparé au premier.",
        )  # fmt: skip
    _written(opened, which)
    scenario_form.add(opened, which)
    _file(opened, which)
    _team(opened, which)
    for number in NUMBERS:
        in_link(opened, number)
    _results(opened)


def _written(opened: Opened, which: int) -> None:
    st.header(f"Changements du scénario {which}", anchor=False)
    kept, shown = f"titre_{opened.slug}_{which}", f"titre_ecrit_{opened.slug}_{which}"
    st.session_state.setdefault(shown, title_of(opened, which))
    st.session_state[kept] = st.text_input("Titre du scénario", max_chars=120, key=shown)
    changes = changes_of(opened, which)
    if not changes:
        st.info("Aucun changement encore : ajoutez-en un ci-dessous, ou ouvrez un fichier.")
    for place, change in enumerate(changes):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{place + 1}. {change_words(change, shared.quarter_names(opened))}")
            st.button(
                f"Enlever le changement {place + 1}", key=f"enlever_{which}_{place}",
                on_click=_remove, args=(opened, which, place),
            )  # fmt: skip


def _remove(opened: Opened, which: int, place: int) -> None:
    kept = changes_of(opened, which)
    set_changes(opened, which, kept[:place] + kept[place + 1 :])


def _file(opened: Opened, which: int) -> None:
    with st.expander("Ouvrir ou garder ce scénario (fichier TOML lisible)"):
        sent = st.file_uploader(
            "Fichier de scénario", type="toml", max_upload_size=1, key=f"sc_fichier_{which}"
        )
        received = shared.open_received(sent, f"Ouvrir comme scénario {which}")
        if received is not None:
            try:
                found = read_uploaded(received.name, received.getvalue(), read_scenario)
            except QpvError as error:
                st.error("Fichier refusé, rien n'a changé.")
                st.text(str(error))
            else:
                take(opened, which, found)
                st.rerun()
        if changes_of(opened, which):
            st.download_button(
                f"Télécharger le scénario {which} (TOML)",
                data=scenario_text(scenario_of_screen(opened, which)), mime="application/toml",
                file_name=f"scenario-{which}.toml", on_click="ignore", key="sc_garder",
            )  # fmt: skip


def _team(opened: Opened, which: int) -> None:
    def open_saved(body: Mapping[str, Any]) -> None:
        take(opened, which, scenario_of(body))

    own = scenario_of_screen(opened, which)
    content = scenario_body(own) if own.changes else None
    workspace_panel(
        Shared("scenario", opened.slug, f"equipe_{opened.slug}_{which}", title_of(opened, which),
               content, open_saved)
    )  # fmt: skip


def _results(opened: Opened) -> None:
    st.header("Avant et après", anchor=False)
    ready = [scenario_of_screen(opened, which) for which in NUMBERS if changes_of(opened, which)]
    if not ready:
        effects_asked(ready, pressed=False)
        st.caption("Rien à calculer encore.")
        return
    words = "Calculer le scénario" if len(ready) == 1 else "Calculer et comparer les deux scénarios"
    pressed = st.button(words, type="primary", key="sc_calculer")
    st.caption(
        f"{counted(len(ready), 'analyse complète', 'analyses complètes')} du territoire : quelques "
        "secondes pour un département, une demi-minute pour une région."
    )
    if not effects_asked(ready, pressed=pressed):
        return
    try:
        found = [
            computed.scenario_effects(opened.slug, opened.build, opened.data_dir, one)
            for one in ready
        ]
    except QpvError as error:
        st.error("Scénario refusé, rien n'est calculé.")
        st.text(str(error))
        return
    for one in found:
        st.subheader(plain(one.scenario.title), anchor=False)
        st.text("\n".join(f"• {line}" for line in (*sentences(one), *one.notes)))
        table = effects_frame(one)
        if table.empty:
            st.info("Aucun quartier prioritaire ne change assez pour que cela se remarque.")
        else:
            st.dataframe(table, hide_index=True, alt=f"Avant et après, {one.scenario.title}")
    if len(found) == 2:
        st.subheader("Les deux scénarios côte à côte", anchor=False)
        st.caption("Dans chaque case : aujourd'hui | scénario 1 | scénario 2.")
        st.dataframe(compare_frame(*found), hide_index=True, alt="Les deux scénarios côte à côte")


main()
