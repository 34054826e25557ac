"""Folded parts: not drawn until somebody opens them, and drawn from then on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from screens.address import in_address
from screens.address_values import yes_or_no


@contextmanager
def unfolded(label: str, key: str) -> Iterator[bool]:
    """An expander that the address says to be open; gives whether it is: what few open is made and
    sent when they do."""
    with (
        in_address(key, (True, False), False, yes_or_no),
        st.expander(label, key=key, on_change="rerun") as part,
    ):
        yield bool(part.open)


def once_open(part: DeltaGenerator, key: str) -> bool:
    """Whether the expander ``key`` is open or was opened in this session.

    A field that is not drawn loses what was typed in it: folding must not take fields away.
    """
    seen = f"{key}_vu"
    if getattr(part, "open", False):
        st.session_state[seen] = True
    return bool(st.session_state.get(seen))
