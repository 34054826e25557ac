"""Files that a team keeps together (follow-up, mediation): save the one read, open one kept."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from datasets.workspace import Record, Workspace, file_bytes, files, open_workspace, save_file
from geo.errors import QpvError
from geo.words import date_fr
from screens.shared import Opened

_WORDS = {"monitoring": "de suivi", "mediation": "de médiation"}


def draw(
    opened: Opened,
    kind: str,
    brought: tuple[str, bytes] | None,
    read: Callable[[str, bytes], None],
) -> None:
    """A closed panel: nothing is opened nor made before it is asked for.

    ``kind`` is one of ``datasets.workspace``; ``brought`` the file that may be saved (name and
    content); ``read`` takes a kept file as if it had just been brought.
    """
    with st.expander("Espace partagé de l'équipe"):
        if not st.toggle("Ouvrir l'espace partagé", key=f"partage_{kind}"):
            st.caption("Ce que vous y enregistrez est lu par ceux qui partagent cet espace.")
            return
        try:
            workspace = open_workspace()
            kept = files(workspace, kind, opened.slug)
            _open_one(workspace, kind, kept, read)
            _save(workspace, kind, kept, opened, brought)
        except QpvError as error:
            st.error("Rien n'a changé.")
            st.text(str(error))


def _open_one(
    workspace: Workspace, kind: str, kept: list[Record], read: Callable[[str, bytes], None]
) -> None:
    if not kept:
        st.write(f"Aucun fichier {_WORDS[kind]} n'y est enregistré pour ce territoire.")
        return
    one = st.selectbox(
        "Fichiers enregistrés", kept, key=f"partage_choix_{kind}",
        format_func=lambda record: f"{record.name}, version {record.version}, "
        f"{date_fr(record.changed)}, {record.role}",
    )  # fmt: skip
    if st.button("Ouvrir ce fichier enregistré", key=f"partage_ouvrir_{kind}"):
        read(one.name, file_bytes(workspace, one))


def _save(
    workspace: Workspace,
    kind: str,
    kept: list[Record],
    opened: Opened,
    brought: tuple[str, bytes] | None,
) -> None:
    if brought is None:
        st.caption(f"Pour enregistrer, lisez d'abord un fichier {_WORDS[kind]}.")
        return
    name, content = brought
    role = st.text_input(
        "Votre fonction (jamais un nom)",
        key=f"partage_role_{kind}",
        placeholder="chargée de mission",
    )  # fmt: skip
    st.text(f"Fichier à enregistrer : {name}")
    if st.button("Enregistrer dans l'espace partagé", key=f"partage_garder_{kind}"):
        # The version seen when the list was drawn: somebody's newer one is told, not overwritten.
        version = next((record.version for record in kept if record.name == name), None)
        saved = save_file(workspace, kind, opened.slug, name, content, role, version=version)
        st.success("Enregistré.")
        st.text(f"{saved.name}, version {saved.version}")
