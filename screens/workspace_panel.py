"""« Espace partagé » on a screen: save, open, be told when somebody saved meanwhile.

What a session opened is remembered with its version; saving over a version that has moved shows
both sides and asks. The panel belongs to a screen, which says what its content is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from datasets.workspace import (
    Conflict,
    Record,
    RefusedRecord,
    Workspace,
    history_of,
    open_workspace,
    records_of,
    resolve,
    restore,
    save,
    withdraw,
)
from datasets.workspace.conflict import CHOICE_WORDS, Choice
from datasets.workspace.history import ACTION_WORDS
from datasets.workspace.resolve import choices_for, told
from geo.errors import QpvError
from geo.words import date_fr
from screens import html_parts
from screens.folded import once_open
from screens.plain import plain

_CLOSED = "espace_ferme"
_LABELS = {"role": "Votre fonction", "name": "Nom dans l'espace partagé"}
ROLE_KEY = "espace_fonction"


@dataclass(frozen=True)
class Shared:
    """What a screen shares.

    Attributes
    ----------
    kind, territory : of its records.
    key : of the widgets and of the session; one panel of a page.
    name : proposed for something new.
    content : the body to save, or None when there is nothing to save yet.
    take : puts the body of a record on the screen; a ``QpvError`` says why it cannot.
    """

    kind: str
    territory: str
    key: str
    name: str
    content: Mapping[str, Any] | None
    take: Callable[[Mapping[str, Any]], None]


def workspace_panel(shared: Shared) -> None:
    """The panel: save, open, history. A conflict takes its place, never folded away."""
    _last_word(shared)
    conflict = st.session_state.get(f"{shared.key}_conflit")
    unfolded = f"{shared.key}_panneau"
    if conflict is not None:
        st.session_state[unfolded] = True
        workspace = opened_workspace(shared.key)
        if workspace is not None:
            _conflict(workspace, shared, conflict)
        return
    label = "Espace partagé : enregistrer, ouvrir"
    with st.expander(label, key=unfolded, on_change="rerun") as panel:
        # The base is asked for when somebody looks, not at each slider moved above.
        if not once_open(panel, unfolded):
            return
        workspace = opened_workspace(shared.key)
        if workspace is None:
            return
        saving, opening = st.columns(2, gap="large")
        with saving:
            _save(workspace, shared)
        with opening:
            _open(workspace, shared)


def opened_workspace(key: str) -> Workspace | None:
    """The workspace of this machine, or None with the reason on the screen.

    A base that does not answer is asked again only when the reader wishes: each run would wait.
    """
    told = st.session_state.get(_CLOSED)
    if told is not None:
        st.warning("L'espace partagé ne s'ouvre pas ; le reste de la page marche.")
        st.text(told)
        if not st.button("Essayer de nouveau", key=f"{key}_essayer"):
            return None
    try:
        found = open_workspace()
    except (QpvError, OSError) as error:
        st.session_state[_CLOSED] = str(error)
    else:
        st.session_state.pop(_CLOSED, None)
    if told is not None or _CLOSED in st.session_state:
        st.rerun()
    return found


def role_input(key: str) -> str:
    """The function of who writes, the same on all panels of the session."""
    st.session_state.setdefault(key, st.session_state.get(ROLE_KEY, ""))
    given = st.text_input(
        "Votre fonction (jamais un nom)", key=key, max_chars=120,
        help="Elle signe ce que vous enregistrez. Exemple : chargée de mission.",
    )  # fmt: skip
    st.session_state[ROLE_KEY] = given
    return given


def refused(error: Exception, words: str, labels: Mapping[str, str] | None = None) -> None:
    """An error in its own words, under what did not happen; each field by its label here."""
    st.error(words)
    if isinstance(error, RefusedRecord) and error.problems:
        called = {**_LABELS, **(labels or {})}
        lines = [f"• {called.get(field, field)} : {what}" for field, what in error.problems]
        st.text("\n".join(lines))
        return
    st.text(str(error))


def _save(workspace: Workspace, shared: Shared) -> None:
    st.subheader("Enregistrer", anchor=False)
    if shared.content is None:
        st.caption("Rien à enregistrer encore.")
        return
    known: Record | None = st.session_state.get(f"{shared.key}_ouvert")
    if known is not None and known.territory == shared.territory:
        st.caption(plain(f"Ouvert ici : {told(known)}, par {known.role}."))
    proposed = known.name if known is not None else shared.name
    st.session_state.setdefault(f"{shared.key}_nom", proposed)
    name = st.text_input("Nom dans l'espace partagé", key=f"{shared.key}_nom", max_chars=120)
    role = role_input(f"{shared.key}_fonction")
    if st.button("Enregistrer dans l'espace partagé", key=f"{shared.key}_enregistrer"):
        same = known is not None and known.name == name.strip()
        version = known.version if known is not None and same else None
        _attempt(
            shared,
            lambda: save(
                workspace, shared.kind, shared.territory, name, shared.content or {}, role, version
            ),
            "Enregistré",
        )


def _open(workspace: Workspace, shared: Shared) -> None:
    st.subheader("Ouvrir", anchor=False)
    try:
        found = {one.id: one for one in records_of(workspace, shared.kind, shared.territory)}
    except QpvError as error:
        refused(error, "L'espace partagé ne répond pas.")
        return
    if not found:
        st.caption("Rien encore pour ce territoire.")
        return
    chosen = st.selectbox(
        "Ce que l'équipe a enregistré", list(found), key=f"{shared.key}_choix",
        format_func=lambda one: _line(found[one]) if one in found else str(one),
    )  # fmt: skip
    if chosen is None:
        return
    record = found[chosen]
    # What is done is done to the version that was shown, not to one saved since.
    kept = f"{shared.key}_vu"
    seen_id, seen = st.session_state.get(kept, (record.id, record.version))
    version = seen if seen_id == record.id else record.version
    with st.container(horizontal=True):
        if st.button("Ouvrir ici", key=f"{shared.key}_ouvrir"):
            _attempt(shared, lambda: record, "Ouvert", take=True)
        if st.button("Retirer", key=f"{shared.key}_retirer", help="L'historique le garde."):
            role = st.session_state.get(ROLE_KEY, "")
            _attempt(shared, lambda: withdraw(workspace, record.id, role, version), "Retiré")
    _history(workspace, shared, record, version)
    st.session_state[kept] = (record.id, record.version)


def _history(workspace: Workspace, shared: Shared, record: Record, version: int) -> None:
    lines = {line.line: line for line in history_of(workspace, record.id)[::-1]}
    chosen = st.selectbox(
        "Historique : revenir à", list(lines), key=f"{shared.key}_ligne", index=None,
        placeholder="Choisir une version",
        format_func=lambda one: (
            f"{date_fr(lines[one].at)} {lines[one].at[11:16]} (UTC) : "
            f"{ACTION_WORDS[lines[one].action]} par {lines[one].role}"
            if one in lines
            else str(one)
        ),
    )  # fmt: skip
    if chosen is not None and st.button("Revenir à cette version", key=f"{shared.key}_revenir"):
        role = st.session_state.get(ROLE_KEY, "")
        _attempt(
            shared, lambda: restore(workspace, chosen, role, version=version), "Remis", take=True
        )


def _conflict(workspace: Workspace, shared: Shared, conflict: Conflict) -> None:
    choice = both_sides(conflict, shared.key)
    if choice is not None:
        del st.session_state[f"{shared.key}_conflit"]
        _attempt(
            shared, lambda: resolve(workspace, conflict, choice), "Fait", take=choice == "theirs"
        )


def both_sides(conflict: Conflict, key: str) -> Choice | None:
    """What each of two people wrote, and the choice pressed, if any."""
    st.error("Quelqu'un a enregistré entre-temps : rien n'est perdu, rien n'a changé.")
    st.text(conflict.lines()[0])
    both = pd.DataFrame(conflict.compared(), columns=["Où", "La mienne", "La leur"])
    st.html(html_parts.table(both, "Les deux versions"))
    pressed: Choice | None = None
    with st.container(horizontal=True):
        for choice in choices_for(conflict):
            if st.button(CHOICE_WORDS[choice].capitalize(), key=f"{key}_choix_{choice}"):
                pressed = choice
    return pressed


def _attempt(shared: Shared, act: Callable[[], Record], words: str, *, take: bool = False) -> None:
    """Do it, remember what is open now, and say so at the next run; or keep the conflict."""
    try:
        record = act()
        if take and not record.withdrawn:
            shared.take(record.body)
    except Conflict as conflict:
        st.session_state[f"{shared.key}_conflit"] = conflict
        st.rerun()
    except QpvError as error:
        refused(error, "Refusé, rien n'a changé.")
        return
    said = f"{words} : {told(record)}."
    st.session_state[f"{shared.key}_ouvert"] = None if record.withdrawn else record
    st.session_state[f"{shared.key}_dit"] = said
    if not record.withdrawn:
        # A widget already drawn cannot be written: it is made anew at the next run.
        st.session_state.pop(f"{shared.key}_nom", None)
    st.rerun()


def _last_word(shared: Shared) -> None:
    said = st.session_state.pop(f"{shared.key}_dit", None)
    if said:
        st.success(plain(said))


def _line(record: Record) -> str:
    return f"{record.name}, version {record.version}, {date_fr(record.changed)}, par {record.role}"
