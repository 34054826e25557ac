"""Folded parts: not drawn until somebody opens them, and drawn from then on."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def once_open(part: DeltaGenerator, key: str) -> bool:
    """Whether the expander ``key`` is open or was opened in this session.

    A field that is not drawn loses what was typed in it: folding must not take fields away.
    """
    seen = f"{key}_vu"
    if getattr(part, "open", False):
        st.session_state[seen] = True
    return bool(st.session_state.get(seen))
