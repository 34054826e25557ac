"""Local-knowledge notes on a screen; the ranking with and without them.

Each is read, added, corrected, withdrawn and put back; what it said before stays readable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from datasets.workspace import (
    Conflict,
    Record,
    Workspace,
    add_note,
    correct_note,
    former_notes,
    notes_of,
    put_back_note,
    resolve,
    restore,
    withdraw_note,
    withdrawn_notes,
)
from datasets.workspace.contents import note_of
from datasets.workspace.history import ACTION_WORDS
from geo.components import EFFECTS
from geo.errors import QpvError
from geo.priority.notes import Note, NoteRules, effect_words, side_by_side, with_notes
from geo.priority.overrides import MIN_MOTIVE, Override
from geo.priority.ranking import Ranking
from geo.words import as_written, counted, date_fr
from screens.plain import plain
from screens.workspace_panel import both_sides, opened_workspace, refused, role_input

_WORDS = {
    "aucun": "Aucun : une information",
    "ajouter": "Ajouter le quartier à la liste",
    "retirer": "Retirer le quartier de la liste",
    "points": "Relever ou baisser son score",
}
_ROLE = "note_fonction"
_FIELDS = {
    "motif": "Ce que vous savez",
    "date": "Date du fait",
    "effet": "Effet sur la liste",
    "points": "Points",
}


def quarter_notes(territory: str, code_qp: str, name: str) -> None:
    """The notes on one quarter, for its page."""
    with st.expander("Notes de terrain sur ce quartier", key=f"notes_{code_qp}"):
        workspace = opened_workspace("notes")
        if workspace is None:
            return
        conflict = st.session_state.get(_key("conflit", code_qp))
        if conflict is not None:
            _conflict(workspace, code_qp, conflict)
            return
        try:
            found = notes_of(workspace, territory, code_qp)
            gone = withdrawn_notes(workspace, territory, code_qp)
        except QpvError as error:
            refused(error, "L'espace partagé ne répond pas.")
            return
        if not found:
            st.caption("Aucune note encore.")
        # Not in the form of a note: it signs what the buttons do too.
        role_input(_ROLE)
        seen: dict[str, int] = st.session_state.get(_key("vues", code_qp), {})
        for record, note in found:
            _one_note(workspace, code_qp, record, note, seen.get(record.id, record.version))
        if gone:
            _withdrawn(workspace, code_qp, gone, seen)
        # What is pressed is done to the version that was read, not to one saved since.
        st.session_state[_key("vues", code_qp)] = {
            record.id: record.version for record, _ in [*found, *gone]
        }
        corrected: Record | None = st.session_state.get(_key("corrigee", code_qp))
        if corrected is None:
            _add(workspace, territory, code_qp, name)
        else:
            _correct(workspace, code_qp, name, corrected)


def _key(what: str, code_qp: str) -> str:
    return f"note_{what}_{code_qp}"


def _told(note: Note) -> str:
    return f"{date_fr(note.date)}, {note.role} : {note.motive} (effet : {effect_words(note)})"


def _one_note(workspace: Workspace, code_qp: str, record: Record, note: Note, version: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(_told(note))
        if st.button("Corriger", key=f"corriger_note_{record.id}"):
            st.session_state[_key("corrigee", code_qp)] = record
        if st.button("Retirer cette note", key=f"retirer_note_{record.id}"):
            _signed(code_qp, lambda role: withdraw_note(workspace, record.id, role, version))
        if record.version > 1:
            with st.popover("Ce qu'elle disait avant"):
                _former(workspace, code_qp, record, note, version)


def _former(workspace: Workspace, code_qp: str, record: Record, note: Note, version: int) -> None:
    st.caption(plain(f"Changée le {date_fr(record.changed)}, par {record.role}."))
    former = former_notes(workspace, record.id)
    if not former:
        st.write("La même chose : elle a été retirée, puis rétablie.")
    for line, before in former:
        st.text(
            f"{date_fr(line.at)} {line.at[11:16]} (UTC), {ACTION_WORDS[line.action]} par "
            f"{line.role}\n{_told(before)}"
        )
        if st.button("Revenir à cette version", key=f"revenir_note_{line.line}"):
            _signed(code_qp, partial(_went_back, workspace, line.line, version))


def _withdrawn(
    workspace: Workspace, code_qp: str, gone: list[tuple[Record, Note]], seen: dict[str, int]
) -> None:
    with st.popover(f"Notes retirées ({len(gone)})"):
        for record, note in gone:
            st.text(f"{_told(note)}\nRetirée le {date_fr(record.changed)}, par {record.role}.")
            if st.button("Rétablir", key=f"retablir_note_{record.id}"):
                version = seen.get(record.id, record.version)
                _signed(code_qp, partial(_put_back, workspace, record.id, version))


def _went_back(workspace: Workspace, line: int, version: int, role: str) -> Record:
    return restore(workspace, line, role, version=version)


def _put_back(workspace: Workspace, record: str, version: int, role: str) -> Record:
    return put_back_note(workspace, record, role, version)


def _role() -> str:
    return str(st.session_state.get(_ROLE, "")).strip()


def _signed(code_qp: str, act: Callable[[str], Record]) -> None:
    """Do it in the name of who acts, never of who wrote: the history is a record of people."""
    role = _role()
    if role:
        _attempt(code_qp, lambda: act(role))
    else:
        st.error(
            "Rien n'a changé : écrivez d'abord votre fonction, dans son champ ; l'historique dit "
            "qui a fait quoi."
        )


def _attempt(code_qp: str, act: Callable[[], Record]) -> None:
    """Do it and draw again; or keep the conflict, which takes the place of the notes."""
    try:
        act()
    except Conflict as conflict:
        st.session_state[_key("conflit", code_qp)] = conflict
    except QpvError as error:
        refused(error, "Refusé, rien n'a changé.", _FIELDS)
        return
    else:
        st.session_state.pop(_key("corrigee", code_qp), None)
    st.rerun()


def _conflict(workspace: Workspace, code_qp: str, conflict: Conflict) -> None:
    choice = both_sides(conflict, _key("choix", code_qp))
    if choice is not None:
        del st.session_state[_key("conflit", code_qp)]
        _attempt(code_qp, lambda: resolve(workspace, conflict, choice))


def _add(workspace: Workspace, territory: str, code_qp: str, name: str) -> None:
    with st.form(f"note_{code_qp}", border=False, clear_on_submit=False):
        note = _fields(code_qp, name)
        sent = st.form_submit_button("Garder cette note")
    if not sent:
        return
    try:
        add_note(workspace, territory, note)
    except QpvError as error:
        refused(error, "Note refusée, rien n'est gardé.", _FIELDS)
    else:
        st.rerun()


def _correct(workspace: Workspace, code_qp: str, name: str, record: Record) -> None:
    was = note_of(record.body)
    st.subheader(f"Corriger la note du {date_fr(was.date)}", anchor=False)
    st.caption("Ce qu'elle dit aujourd'hui restera dans son historique.")
    with st.form(f"correction_{record.id}_{record.version}", border=False):
        note = _fields(code_qp, name, was)
        with st.container(horizontal=True):
            sent = st.form_submit_button("Garder la correction")
            left = st.form_submit_button("Ne rien changer")
    if left:
        del st.session_state[_key("corrigee", code_qp)]
        st.rerun()
    if sent:
        _attempt(code_qp, lambda: correct_note(workspace, record.id, note, record.version))


def _fields(code_qp: str, name: str, was: Note | None = None) -> Note:
    """The fields of a note, empty or as it was."""
    bound = NoteRules().max_points
    motive = st.text_area(
        f"Ce que vous savez de {plain(name)} (au moins {MIN_MOTIVE} caractères, aucun nom de "
        "personne)",
        value=was.motive if was else "",
        max_chars=600,
    )
    day = dt.date.fromisoformat(was.date) if was else "today"
    date = st.date_input("Date du fait", value=day, format="DD/MM/YYYY")
    effect = st.selectbox(
        "Effet sur la liste", EFFECTS, index=EFFECTS.index(was.effect) if was else 0,
        format_func=lambda one: _WORDS[one],
    )  # fmt: skip
    points = st.number_input(
        f"Points (de -{as_written(bound)} à {as_written(bound)}, pour « relever ou baisser »)",
        -bound, bound, was.points if was else 0.0, 0.5, format="%.1f",
        help="Borne choisie par le projet : aucune source ne la fixe.",
    )  # fmt: skip
    return Note(code_qp, motive.strip(), str(date), _role(), effect, points)


def ranking_with_notes(
    territory: str, ranking: Ranking, decisions: list[Override], names: Mapping[str, str]
) -> tuple[Note, ...] | None:
    """The list with the notes beside the list without them; it stays that of the calculation.

    Gives back the notes, for the file of the call; None when they cannot be read or counted.
    """
    st.header("Avec et sans les notes de terrain", anchor=False)
    workspace = opened_workspace("notes_classement")
    if workspace is None:
        return None
    try:
        known = set(ranking.table["code_qp"])
        found = tuple(note for _, note in notes_of(workspace, territory) if note.code_qp in known)
        if not found:
            st.caption("Aucune note de terrain sur ces quartiers ; elles s'ajoutent sur la page "
                       "d'un quartier.")  # fmt: skip
            return ()
        table = with_notes(ranking, found, decisions)
    except QpvError as error:
        refused(error, "Les notes ne peuvent pas être comptées.")
        return None
    bound = as_written(NoteRules().max_points)
    st.write(
        f"{counted(len(found), 'note')} de terrain. La liste ci-dessus n'en tient pas compte : "
        "voici ce qu'elles changeraient. Les points des notes d'un quartier vont ensemble de "
        f"-{bound} à {bound} : hypothèse du projet, la même pour tous à l'écran (la personne qui "
        "administre l'outil peut en essayer une autre, en commande : `qpv notes rank "
        "--max-points`)."
    )
    st.dataframe(
        side_by_side(table, names), hide_index=True, placeholder="–",
        alt="Quartiers notés ou déplacés par les notes : score et rang sans et avec",
    )  # fmt: skip
    return found
