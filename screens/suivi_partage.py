"""Follow-up files that a team keeps together: save the one read, open one kept."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from datasets.workspace import Record, Workspace, file_bytes, files, open_workspace, save_file
from geo.errors import QpvError
from geo.words import date_fr
from screens.shared import Opened

KIND = "monitoring"


def draw(
    opened: Opened, brought: tuple[str, bytes] | None, read: Callable[[str, bytes], None]
) -> None:
    """A closed panel: nothing is opened nor made before it is asked for."""
    with st.expander("Espace partagé de l'équipe"):
        if not st.toggle("Ouvrir l'espace partagé", key="suivi_partage"):
            st.caption("Ce que vous y enregistrez est lu par ceux qui partagent cet espace.")
            return
        try:
            workspace = open_workspace()
            kept = files(workspace, KIND, opened.slug)
            _open_one(workspace, kept, read)
            _save(workspace, kept, opened, brought)
        except QpvError as error:
            st.error("Rien n'a changé.")
            st.text(str(error))


def _open_one(workspace: Workspace, kept: list[Record], read: Callable[[str, bytes], None]) -> None:
    if not kept:
        st.write("Aucun fichier de suivi n'y est enregistré pour ce territoire.")
        return
    one = st.selectbox(
        "Fichiers enregistrés", kept, key="suivi_partage_choix",
        format_func=lambda record: f"{record.name}, version {record.version}, "
        f"{date_fr(record.changed)}, {record.role}",
    )  # fmt: skip
    if st.button("Ouvrir ce fichier enregistré", key="suivi_partage_ouvrir"):
        read(one.name, file_bytes(workspace, one))


def _save(
    workspace: Workspace, kept: list[Record], opened: Opened, brought: tuple[str, bytes] | None
) -> None:
    if brought is None:
        st.caption("Pour enregistrer, lisez d'abord un fichier de suivi.")
        return
    name, content = brought
    role = st.text_input(
        "Votre fonction (jamais un nom)", key="suivi_partage_role", placeholder="chargée de mission"
    )
    st.text(f"Fichier à enregistrer : {name}")
    if st.button("Enregistrer dans l'espace partagé", key="suivi_partage_garder"):
        # The version seen when the list was drawn: somebody's newer one is told, not overwritten.
        version = next((record.version for record in kept if record.name == name), None)
        saved = save_file(workspace, KIND, opened.slug, name, content, role, version=version)
        st.success("Enregistré.")
        st.text(f"{saved.name}, version {saved.version}")
