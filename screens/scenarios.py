"""Scénarios: add, move or close a practice, a centre or a mediator, and see who gains or loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from datasets.scenario_files import read_scenario, scenario_text
from datasets.uploaded import read_uploaded
from datasets.workspace.contents import scenario_body, scenario_of
from geo.errors import QpvError
from geo.names import PROFESSION_WORDS
from geo.report.scenario import (
    ACTION_WORDS,
    OBJECT_WORDS,
    change_words,
    compare_frame,
    effects_frame,
    refusal_lines,
    targets,
)
from geo.scenarios import sentences
from geo.scenarios.changes import ACTIONS, MAX_FTE, MAX_PLACES, OBJECTS, from_record
from geo.schema import SUPPLY_PROFESSIONS
from geo.words import counted
from screens import computed, shared
from screens.address import in_address, told_in_address
from screens.address_values import whole
from screens.plain import plain
from screens.scenario_kept import (
    changes_of,
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
    _add(opened, which)
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


def _add(opened: Opened, which: int) -> None:
    st.header("Ajouter un changement", anchor=False)
    first, second, third = st.columns(3)
    action = first.selectbox(
        "Action", ACTIONS, format_func=lambda name: ACTION_WORDS[name], key="sc_action"
    )
    kind = first.selectbox(
        "De quoi", OBJECTS, format_func=lambda name: OBJECT_WORDS[name], key="sc_objet"
    )
    record: dict[str, Any] = {"action": action, "objet": kind}
    names = shared.quarter_names(opened)
    with second:
        record |= _place(names, "Où") if action == "ajouter" else _target(opened, kind, names)
    with third:
        if action == "ajouter":
            record |= _size(kind)
        elif action == "deplacer":
            record |= _place(names, "Nouveau lieu")
    if st.button("Ajouter ce changement", type="primary", key="sc_ajouter"):
        change, wrong = from_record(record)
        if change is None:
            st.error("Changement refusé, rien n'a été ajouté.")
            st.text("\n".join(f"• {line}" for line in refusal_lines(wrong)))
        else:
            set_changes(opened, which, [*changes_of(opened, which), change])
            st.rerun()


def _place(names: dict[str, str], label: str) -> dict[str, Any]:
    way = st.radio(
        label, ("dans un quartier", "à un point"), horizontal=True, key="sc_ou",
        help="Un point se donne en degrés, comme sur un GPS.",
    )  # fmt: skip
    if way == "dans un quartier":
        _prefilled("sc_qpv", names)
        code = st.selectbox(
            "Quartier du lieu", list(names), key="sc_qpv", index=None,
            format_func=lambda value: names[value], placeholder="Chercher un nom",
        )  # fmt: skip
        return {"qpv": code} if code else {}
    lat = st.number_input("Latitude (degrés)", -90.0, 90.0, None, format="%.5f", key="sc_lat")
    lon = st.number_input("Longitude (degrés)", -180.0, 180.0, None, format="%.5f", key="sc_lon")
    return {} if lat is None or lon is None else {"lat": lat, "lon": lon}


def _prefilled(key: str, names: dict[str, str]) -> None:
    """The quarter looked at on another screen (``?qpv=``) is the one meant here."""
    looked_at = told_in_address("qpv")
    if looked_at in names:
        st.session_state.setdefault(key, looked_at)


def _size(kind: str) -> dict[str, Any]:
    record: dict[str, Any] = {}
    if kind == "mediateur":
        capacity = st.number_input(
            "Capacité (personnes par an, sinon le temps de travail)", 0.0, 100_000.0, 0.0, 10.0,
            format="%.0f", key="sc_capacite",
        )  # fmt: skip
        if capacity:
            return {"capacite": capacity}
        fte = st.number_input("Temps de travail (ETP)", 0.1, MAX_FTE, 0.5, 0.1,
                              format="%.3g", key="sc_etp")  # fmt: skip
        return {"etp": float(fte)}
    if kind == "cabinet":
        record["profession"] = st.selectbox(
            "Profession", SUPPLY_PROFESSIONS, key="sc_profession",
            index=list(SUPPLY_PROFESSIONS).index("medecin_generaliste"),
            format_func=lambda name: PROFESSION_WORDS[name][0],
        )  # fmt: skip
    words = {"lieux": "lieux d'exercice", "etp": "temps de travail (ETP)",
             "capacite": "consultations par an"}  # fmt: skip
    unit = st.selectbox("Taille exprimée en", list(words), key="sc_unite",
                        format_func=lambda name: words[name])  # fmt: skip
    if unit == "lieux":
        size: float = st.number_input("Lieux d'exercice", 1, int(MAX_PLACES), 1, 1, key="sc_lieux")
    elif unit == "etp":
        size = st.number_input("ETP", 0.1, MAX_FTE, 1.0, 0.1, format="%.3g", key="sc_etp_cabinet")
    else:
        size = st.number_input("Consultations par an", 1.0, 300_000.0, 5_000.0, 100.0,
                               format="%.0f", key="sc_consultations")  # fmt: skip
    return {**record, unit: float(size)}


def _target(opened: Opened, kind: str, names: dict[str, str]) -> dict[str, Any]:
    _prefilled("sc_pres", names)
    near = st.selectbox(
        "Près de quel quartier", list(names), key="sc_pres", format_func=lambda value: names[value]
    )
    found = targets(opened.layers, kind, near)
    if not found:
        st.warning("Rien de tel n'est connu dans les données de ce territoire.")
        return {}
    chosen = st.selectbox(
        "Lequel", list(found), key="sc_cible", format_func=lambda value: found.get(value, value),
        help="Les plus proches du quartier, à vol d'oiseau. Aucun nom de personne.",
    )  # fmt: skip
    return {"cible": chosen}


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
        st.caption("Rien à calculer encore.")
        return
    words = "Calculer le scénario" if len(ready) == 1 else "Calculer et comparer les deux scénarios"
    if st.button(words, type="primary", key="sc_calculer"):
        st.session_state["sc_demande"] = ready
    st.caption(
        f"{counted(len(ready), 'analyse complète', 'analyses complètes')} du territoire : quelques "
        "secondes pour un département, une demi-minute pour une région."
    )
    if st.session_state.get("sc_demande") != ready:
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
