"""The decisions taken in a session, by territory: no address carries them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.priority.overrides import Override


def taken(slug: str) -> list[Override]:
    """The decisions of this session for the territory called ``slug``; [] when there are none."""
    found: list[Override] = st.session_state.get(_key(slug), [])
    return found


def take(slug: str, found: Sequence[Override]) -> None:
    """Put ``found`` in their place."""
    st.session_state[_key(slug)] = list(found)


def _key(slug: str) -> str:
    return f"derogations_{slug}"
