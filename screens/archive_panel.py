"""Données: the whole shared workspace taken away as one archive, or an archive brought into it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from datasets.uploaded import read_uploaded
from datasets.workspace import (
    ImportConflicts,
    OnConflict,
    Preview,
    Workspace,
    export_workspace,
    import_workspace,
    preview_import,
)
from datasets.workspace.archive import Bounds
from geo.errors import QpvError
from geo.words import counted
from screens import html_parts
from screens.folded import once_open
from screens.plain import plain
from screens.workspace_panel import opened_workspace, refused

KEY = "archive_panneau"
_SENT, _SAID, _LOOKED = "archive_envois", "archive_dit", "archive_regardee"
_MOST_MB = 50
# Everybody shares this server: an archive opens to less here than by the command.
_BOUNDS = Bounds(
    members=5_000, total=200_000_000, manifest=2_000_000, lines=20_000_000, line=1_000_000
)


def draw() -> None:
    """A closed panel: the base is asked for when somebody opens it."""
    label = "Espace partagé : tout emporter, apporter une archive"
    with st.expander(label, key=KEY, on_change="rerun") as panel:
        if not once_open(panel, KEY):
            return
        workspace = opened_workspace("archive")
        if workspace is None:
            return
        away, back = st.columns(2, gap="large")
        with away:
            _take_away(workspace)
        with back:
            _bring(workspace)


def _take_away(workspace: Workspace) -> None:
    st.subheader("Tout emporter", anchor=False)
    st.write(
        "Une archive de tout ce que l'équipe partage : scénarios, décisions, notes et fichiers de "
        "tous les territoires, avec leur historique. Elle se garde comme ces fichiers eux-mêmes."
    )
    if not st.button("Préparer l'archive", key="archive_preparer"):
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "espace.zip"
            export_workspace(workspace, path)
            content = path.read_bytes()
    except QpvError as error:
        refused(error, "L'archive n'a pas été faite.")
        return
    st.download_button(
        "Télécharger l'archive (ZIP)", content, "espace-partage.zip", "application/zip",
        on_click="ignore", key="archive_zip",
    )  # fmt: skip


def _bring(workspace: Workspace) -> None:
    st.subheader("Apporter une archive", anchor=False)
    st.write(
        "Rien de ce que l'équipe a écrit n'est effacé : une fiche avance quand l'archive la "
        "continue, et l'historique garde ce qu'elle disait."
    )
    count = st.session_state.get(_SENT, 0)
    sent = st.file_uploader(
        "Archive (.zip) faite ici ou par « qpv workspace export »", ["zip"],
        max_upload_size=_MOST_MB, key=f"archive_fichier_{count}",
    )  # fmt: skip
    if sent is None:
        said = st.session_state.pop(_SAID, None)
        if said:
            st.success(plain(said))
        return
    content = sent.getvalue()
    try:
        way = _asked(_looked_at(workspace, sent.file_id, sent.name, content))
        if way is None:
            return
        done = read_uploaded(
            sent.name, content, lambda path: import_workspace(workspace, path, way, _BOUNDS),
            most=_MOST_MB * 1_000_000,
        )  # fmt: skip
    except ImportConflicts as error:
        st.session_state.pop(_LOOKED, None)
        st.error("Quelqu'un a enregistré entre-temps : rien n'est apporté. Regardez de nouveau.")
        st.text("\n".join(error.conflicts))
    except QpvError as error:
        refused(error, "Cette archive n'est pas apportée ; rien n'a changé.")
    else:
        st.session_state[_SENT] = count + 1  # the file is done with: an empty place for another
        st.session_state[_SAID] = "Archive apportée : " + ", ".join(done.told()) + "."
        st.rerun()


def _looked_at(workspace: Workspace, file_id: str, name: str, content: bytes) -> Preview:
    """Read once a file: looking takes the place of who writes, and the page runs at each click.

    What is saved in the meantime is met when the archive is brought, and said.
    """
    held: tuple[str, Preview] | None = st.session_state.get(_LOOKED)
    if held is None or held[0] != file_id:
        found = read_uploaded(
            name, content, lambda path: preview_import(workspace, path, _BOUNDS),
            most=_MOST_MB * 1_000_000,
        )  # fmt: skip
        held = st.session_state[_LOOKED] = (file_id, found)
    return held[1]


def _asked(found: Preview) -> OnConflict | None:
    """What the archive would bring, then the consent of the reader; None without it."""
    st.write("**Ce que cette archive apporterait** (rien n'est encore écrit) :")
    st.html(html_parts.bullets(found.brought.told()))
    way: OnConflict = "refuse"
    if found.conflicts:
        st.warning(
            f"{counted(len(found.conflicts), 'fiche')} ont chacune leur version ici et dans "
            "l'archive."
            if len(found.conflicts) > 1
            else "Une fiche a sa version ici et une autre dans l'archive."
        )
        st.text("\n".join(f"• {one}" for one in found.conflicts))
        if st.checkbox(
            "Garder les deux : celle de l'archive sous un autre nom", key="archive_les_deux"
        ):
            way = "both"
    stopped = bool(found.conflicts) and way == "refuse"
    nothing = not found.conflicts and not found.brought.changes
    if nothing:
        st.caption("Tout y est déjà : il n'y a rien à apporter.")
    pressed = st.button(
        "Apporter cette archive", key="archive_apporter", disabled=stopped or nothing
    )
    return way if pressed and not stopped and not nothing else None
