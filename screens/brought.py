"""The files that this reader brought: kept in this session alone, said on every screen."""

from __future__ import annotations

import streamlit as st

from datasets.brought.session import KIND_WORDS, BroughtFile, digest
from geo.words import counted

SEPARATOR, _CHANGED = "+", "~"


def files_of(slug: str) -> tuple[BroughtFile, ...]:
    """The accepted files of this session for one territory, in the order they came."""
    found: tuple[BroughtFile, ...] = st.session_state.get(f"apports_{slug}", ())
    return found


def build_with(slug: str, build: str, changed: str = "") -> str:
    """The build as the caches name it: its own name, and that of what this session joins to it.

    ``changed``: the assumptions of this session (``geo.assumptions``).
    """
    name = digest(files_of(slug))
    return f"{build}{SEPARATOR}{name}{_CHANGED}{changed}" if name or changed else build


def parts(build: str) -> tuple[str, str, str]:
    """The build on disk, the files joined to it (their digest) and the assumptions changed."""
    own, _, joined = build.partition(SEPARATOR)
    files, _, changed = joined.partition(_CHANGED)
    return own, files, changed


def own_build(build: str) -> str:
    """The name of the build on disk, whatever this session joins to it."""
    return parts(build)[0]


def read_from(build: str) -> str:
    """The build as a record names what was read: the assumptions are in its request."""
    own, files, _ = parts(build)
    return f"{own}{SEPARATOR}{files}" if files else own


def add(slug: str, file: BroughtFile) -> None:
    """Join a file; one of the same kind and name takes the place of the one before."""
    others = [one for one in files_of(slug) if (one.kind, one.name) != (file.kind, file.name)]
    st.session_state[f"apports_{slug}"] = (*others, file)


def remove_all(slug: str) -> None:
    """Forget every file of this session for this territory."""
    st.session_state.pop(f"apports_{slug}", None)


def banner(slug: str) -> None:
    """Say that these figures rest on the reader's own files, and offer to take them away."""
    files = files_of(slug)
    if not files:
        return
    told = ", ".join(
        f"{file.name} ({KIND_WORDS[file.kind]}, {counted(file.lines, 'ligne')})" for file in files
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.text(f"Vos fichiers : {told} — visibles de vous seul, jusqu'à la fermeture de la page.")
        st.button("Retirer", key="retirer_apports", on_click=remove_all, args=(slug,))
