"""Local-knowledge notes on a screen: read, add, withdraw; the ranking with and without them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from datasets.workspace import Conflict, Workspace, add_note, notes_of, withdraw_note
from geo.errors import QpvError
from geo.priority.notes import EFFECTS, Note, NoteRules, effect_words, side_by_side, with_notes
from geo.priority.overrides import MIN_MOTIVE, Override
from geo.priority.ranking import Ranking
from geo.words import as_written, counted, date_fr
from screens.plain import plain
from screens.workspace_panel import opened_workspace, refused, role_input

_WORDS = {
    "aucun": "Aucun : une information",
    "ajouter": "Ajouter le quartier à la liste",
    "retirer": "Retirer le quartier de la liste",
    "points": "Relever ou baisser son score",
}
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
        try:
            found = notes_of(workspace, territory, code_qp)
        except QpvError as error:
            refused(error, "L'espace partagé ne répond pas.")
            return
        if not found:
            st.caption("Aucune note encore.")
        for record, note in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(
                    f"{date_fr(note.date)}, {note.role} : {note.motive} "
                    f"(effet : {effect_words(note)})"
                )
                if st.button("Retirer cette note", key=f"retirer_note_{record.id}"):
                    try:
                        role = st.session_state.get("note_fonction", "") or note.role
                        withdraw_note(workspace, record.id, role, record.version)
                    except Conflict as error:
                        refused(error, "Quelqu'un a changé cette note entre-temps.")
                    except QpvError as error:
                        refused(error, "Refusé, rien n'a changé.")
                    else:
                        st.rerun()
        _form(workspace, territory, code_qp, name)


def _form(workspace: Workspace, territory: str, code_qp: str, name: str) -> None:
    bound = NoteRules().max_points
    with st.form(f"note_{code_qp}", border=False, clear_on_submit=False):
        motive = st.text_area(
            f"Ce que vous savez de {plain(name)} (au moins {MIN_MOTIVE} caractères, aucun nom de "
            "personne)",
            max_chars=600,
        )
        date = st.date_input("Date du fait", format="DD/MM/YYYY")
        effect = st.selectbox("Effet sur la liste", EFFECTS, format_func=lambda one: _WORDS[one])
        points = st.number_input(
            f"Points (de -{as_written(bound)} à {as_written(bound)}, pour « relever ou baisser »)",
            -bound, bound, 0.0, 0.5, format="%.1f",
            help="Borne choisie par le projet : aucune source ne la fixe.",
        )  # fmt: skip
        role = role_input("note_fonction")
        sent = st.form_submit_button("Garder cette note")
    if not sent:
        return
    note = Note(code_qp, motive.strip(), str(date), role.strip(), effect, points)
    try:
        add_note(workspace, territory, note)
    except QpvError as error:
        refused(error, "Note refusée, rien n'est gardé.", _FIELDS)
    else:
        st.rerun()


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
