"""Files looked at in Données, not yet used: kept in this session, so that a reader may come back.

One a kind, of the territory in view, in memory only; what is kept is the judgement of the file
(``Look``), never more than the size limit of a file allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from datasets.brought.session import Look
from screens import brought

_KEPT = "fichiers_en_attente"


@dataclass(frozen=True)
class _Waiting:
    """``file``: the file of the browser it was read from; ``build``: what it was judged by."""

    file: str
    slug: str
    build: str
    look: Look


def look_of(slug: str, build: str, kind: str, file: str | None = None) -> Look | None:
    """The file of that kind that waits; with ``file``, only if it is that very one."""
    found = _all().get(kind)
    if found is None or (found.slug, found.build) != (slug, build):
        return None
    return found.look if file in (None, found.file) else None


def hold(slug: str, build: str, file: str, look: Look) -> None:
    """Keep a file just judged, in the stead of the one of its kind."""
    st.session_state[_KEPT] = {**_all(), look.kind: _Waiting(file, slug, build, look)}


def let_go(kind: str) -> None:
    """Forget the file of that kind."""
    st.session_state[_KEPT] = {name: one for name, one in _all().items() if name != kind}


def kinds(slug: str, build: str) -> list[str]:
    """The kinds of which a file waits."""
    return [kind for kind in _all() if look_of(slug, build, kind)]


def tidy(slug: str, build: str, *, leaving: bool) -> None:
    """Forget those judged for another territory or build and, on ``leaving``, those used."""
    used = brought.files_of(slug)
    kept = {
        kind: one for kind, one in _all().items()
        if (one.slug, one.build) == (slug, build) and not (leaving and one.look.accepted in used)
    }  # fmt: skip
    if len(kept) != len(_all()):
        st.session_state[_KEPT] = kept


def _all() -> dict[str, _Waiting]:
    found: dict[str, _Waiting] = st.session_state.get(_KEPT, {})
    return found
