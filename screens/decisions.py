"""Overrides on a screen: add or strike a quarter in writing, or bring the file of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from datasets.override_files import overrides_csv, problems_of, read_overrides
from datasets.uploaded import read_uploaded
from datasets.workspace.contents import overrides_body, overrides_of
from geo.errors import BadInput, QpvError
from geo.priority.overrides import ACTIONS, MIN_MOTIVE, Override
from geo.words import date_fr, listed
from screens.folded import once_open
from screens.plain import plain
from screens.shared import Opened, open_received, quarter_names
from screens.taken import take, taken
from screens.workspace_panel import Shared, workspace_panel

_WORDS = {"ajouter": "Ajouter à la liste", "retirer": "Retirer de la liste"}
_FIELDS = {
    "code_qp": "Quartier concerné",
    "action": "Décision",
    "motif": "Motif",
    "date": "Date de la décision",
    "role": "Fonction de qui décide",
}
# Key of the session: how many decisions the form has taken.
_TURN = "derogation_tour"


def decisions(opened: Opened) -> None:
    """The section where decisions are taken, listed, taken back, brought and saved."""
    if st.session_state.pop("derogation_annulee", False):
        st.rerun()  # only this part runs after that button; the link above must hear of it too
    st.header("Dérogations", anchor=False)
    st.write(
        "Ajouter ou retirer un quartier, contre le calcul : le motif écrit, la date et la fonction "
        "figurent au dossier, à côté de ce que le calcul disait. Un ajout prend un des postes."
    )
    names = quarter_names(opened)
    for place, one in enumerate(taken(opened.slug)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(
                f"{_WORDS[one.action]} : {names[one.code_qp]} ({one.code_qp}), le "
                f"{date_fr(one.date)}, par {one.role}. Motif : {one.motive}"
            )
            st.button(
                f"Annuler la décision sur {plain(names[one.code_qp])}",
                key=f"annuler_{one.code_qp}", on_click=_take_back, args=(opened, place),
            )  # fmt: skip
    # Drawn once opened: a changed slider draws this page again, and these are most of its fields.
    label = "Décider une dérogation"
    with st.expander(label, key="derogation_a_decider", on_change="rerun") as deciding:
        if once_open(deciding, "derogation_a_decider"):
            _form(opened)
    label = "Apporter ou garder le fichier des dérogations (CSV)"
    with st.expander(label, key="derogations_en_fichier", on_change="rerun") as filed:
        if once_open(filed, "derogations_en_fichier"):
            _file(opened)
    _team(opened)


def _team(opened: Opened) -> None:
    def opened_again(body: Mapping[str, Any]) -> None:
        found = overrides_of(body)
        absent = [one.code_qp for one in found if one.code_qp not in quarter_names(opened)]
        if absent:
            raise BadInput(f"{listed(absent)} : hors de ce territoire, tel qu'il est construit.")
        take(opened.slug, found)

    own = taken(opened.slug)
    workspace_panel(
        Shared("overrides", opened.slug, f"equipe_appel_{opened.slug}", "Dérogations de l'appel",
               overrides_body(own) if own else None, opened_again)
    )  # fmt: skip


def _form(opened: Opened) -> None:
    names = quarter_names(opened)
    # Other keys after each decision taken: the fields are empty again; one refused keeps them.
    turn = st.session_state.setdefault(_TURN, 0)
    with st.form("derogation", border=False):
        code = st.selectbox(
            _FIELDS["code_qp"], list(names), index=None, format_func=lambda value: names[value],
            placeholder="Chercher un nom", key=f"derogation_code_{turn}",
        )  # fmt: skip
        action = st.radio(
            _FIELDS["action"], ACTIONS, format_func=lambda name: _WORDS[name],
            key=f"derogation_action_{turn}",
        )  # fmt: skip
        motive = st.text_area(
            f"{_FIELDS['motif']} (au moins {MIN_MOTIVE} caractères, aucun nom de personne)",
            max_chars=600, key=f"derogation_motif_{turn}",
        )  # fmt: skip
        date = st.date_input(_FIELDS["date"], format="DD/MM/YYYY", key=f"derogation_date_{turn}")
        role = st.text_input(
            f"{_FIELDS['role']} (jamais un nom)", max_chars=120, key=f"derogation_role_{turn}"
        )
        sent = st.form_submit_button("Enregistrer la décision")
    if not sent:
        return
    one = Override(code or "", action, motive.strip(), str(date), role.strip())
    wrong = problems_of(one, names if code else None, _FIELDS)
    if not code:
        wrong.insert(0, f"{_FIELDS['code_qp']} : aucun choisi, choisissez-le dans la liste")
    if code and any(code == other.code_qp for other in taken(opened.slug)):
        wrong.append(
            f"{_FIELDS['code_qp']} : {names[code]}, déjà décidé ; annulez d'abord l'autre décision"
        )
    if wrong:
        st.error("Décision refusée, rien n'a changé.")
        st.text("\n".join(f"• {line}" for line in wrong))
        return
    take(opened.slug, [*taken(opened.slug), one])
    st.session_state[_TURN] = turn + 1
    st.rerun()


def _file(opened: Opened) -> None:
    sent = st.file_uploader(
        "Fichier des dérogations", type="csv", max_upload_size=1, key="derogations_fichier",
        help="Colonnes code_qp, action, motif, date, role. Il remplace les décisions ci-dessus.",
    )  # fmt: skip
    received = open_received(sent, "Remplacer les décisions par ce fichier")
    if received is not None:
        known = set(opened.analysis.qpv["code_qp"])
        try:
            found = read_uploaded(
                received.name, received.getvalue(), lambda path: read_overrides(path, known)
            )
        except QpvError as error:
            st.error("Fichier refusé, rien n'a changé.")
            st.text(str(error))
        else:
            take(opened.slug, found)
            st.rerun()
    st.download_button(
        "Télécharger les décisions (CSV)", data=overrides_csv(taken(opened.slug)), mime="text/csv",
        file_name=f"derogations-{opened.slug}.csv", on_click="ignore", key="derogations_csv",
    )  # fmt: skip


def _take_back(opened: Opened, place: int) -> None:
    kept = taken(opened.slug)
    take(opened.slug, kept[:place] + kept[place + 1 :])
    st.session_state["derogation_annulee"] = True
