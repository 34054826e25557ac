"""The view in the address bar: a link reopens it, and each screen finds it as the other left it.

Streamlit forgets a widget that is not drawn, and a change of screen empties the address. What was
chosen is therefore also kept in the session under a key of no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

VIEW = (
    "territoire", "qpv", "departement", "couches", "situations", "case",
    "modele", "postes", "poids", "echelle", "agregation",
)  # fmt: skip


def from_address(name: str, allowed: Collection[Any], written: Callable[[str], Any] = str) -> None:
    """Give a widget (same key) the value of the address, when the address is what changed.

    Else the widget keeps its own value, or finds the one kept from another screen. ``written``
    turns what people write in an address into the value of the widget.
    """
    given = _newly_given(name)
    if given is not None and written(given) in allowed:
        st.session_state[name] = written(given)
    elif name not in st.session_state and _kept(name) is not None:
        st.session_state[name] = written(str(_kept(name)))
    if name in st.session_state and st.session_state[name] not in allowed:
        del st.session_state[name]
    _send_again(name)


def many_from_address(name: str, allowed: Collection[str], default: Collection[str]) -> None:
    """The same for a widget of several values, written ``a,b`` (``aucune`` when empty)."""
    given = _newly_given(name)
    if given is None and name not in st.session_state:
        given = _kept(name)
    if given is not None:
        st.session_state[name] = [value for value in given.split(",") if value in allowed]
    st.session_state.setdefault(name, list(default))
    _send_again(name)


def to_address(**values: str | list[str] | None) -> None:
    """Write the state of widgets in the address bar, so that the link reopens the same view."""
    for name, value in values.items():
        text = (",".join(value) or "aucune") if isinstance(value, list) else value
        st.session_state[f"vue_{name}"] = st.session_state[f"adresse_{name}"] = text
        if text and st.query_params.get(name) != text:
            st.query_params[name] = text
        elif not text and name in st.query_params:
            del st.query_params[name]


def told_in_address(name: str) -> str | None:
    """What the address, else the session, holds under a name that no widget bears."""
    return _newly_given(name) or _kept(name)


def keep(name: str, allowed: Collection[str]) -> None:
    """Carry a choice through a screen that may have no widget for it; drop it when not allowed."""
    given = st.query_params.get(name)
    if given in allowed and given != st.session_state.get(f"adresse_{name}"):
        st.session_state[f"vue_{name}"] = given
    elif _kept(name) not in allowed:
        st.session_state[f"vue_{name}"] = None


def view() -> dict[str, str]:
    """The view as the address of another screen carries it."""
    found = {}
    for name in VIEW:
        value = st.session_state.get(name, _kept(name))
        text = (",".join(value) or "aucune") if isinstance(value, list) else value
        if text and (name != "situations" or text != "aucune"):
            found[name] = str(text)
    return found


def _newly_given(name: str) -> str | None:
    given = st.query_params.get(name)
    if given is None or given == st.session_state.get(f"adresse_{name}"):
        return None
    st.session_state[f"adresse_{name}"] = given
    return given


def _kept(name: str) -> str | None:
    kept: str | None = st.session_state.get(f"vue_{name}")
    return kept


def _send_again(name: str) -> None:
    """Send the value to the browser with each run: one sent once, while the widget lies in a
    closed popover, would be lost, and the widget would open empty."""
    if name in st.session_state:
        st.session_state[name] = st.session_state[name]
