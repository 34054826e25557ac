"""What the reader of Carte shows or keeps: layers, département, situations, ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from geo.kept import CELL_WORDS
from geo.maps.draw import LAYER_WORDS, LAYERS_SHOWN
from geo.names import DEPARTEMENTS
from geo.overlap import SITUATIONS
from screens.address import from_address, many_from_address, to_address, told_anew
from screens.address_step import by_history
from screens.shared import Opened


@dataclass(frozen=True)
class Settings:
    """``layers`` and ``departement`` change what is sent to the map; the rest only its view."""

    layers: tuple[str, ...]
    departement: str | None
    situations: tuple[str, ...] | None
    base_map: bool
    cell: str


def choose_settings(opened: Opened) -> Settings:
    many_from_address("couches", list(LAYER_WORDS), LAYERS_SHOWN)
    many_from_address("situations", list(SITUATIONS), ())
    from_address("case", list(CELL_WORDS))
    with st.popover("Couches et filtres"):
        shown = st.pills(
            "Couches dessinées", list(LAYER_WORDS), selection_mode="multi",
            format_func=lambda name: LAYER_WORDS[name], wrap=True, **_borne_by("couches"),
        )  # fmt: skip
        departement = _choose_departement(opened)
        kept = st.pills(
            "Situations montrées (aucune choisie : toutes)", list(SITUATIONS),
            selection_mode="multi", wrap=True, **_borne_by("situations"),
        )  # fmt: skip
        base_map = st.toggle("Fond de carte IGN (demande internet)", key="fond")
    cell = st.session_state.get("case") or ""
    to_address(couches=list(shown), situations=list(kept) or None, case=cell or None)
    ordered = tuple(name for name in LAYER_WORDS if name in shown)
    return Settings(ordered, departement, tuple(kept) or None, base_map, cell)


def _borne_by(name: str) -> dict[str, Any]:
    """The key of the widget that bears a choice: another one when something else changed it.

    A browser sends the value of each widget with each click. A widget of the closed popover has not
    seen the change: its own would undo it, and under another key is not read.
    """
    turn, shown = st.session_state.get(f"{name}_montre", (0, None))
    value = st.session_state[name]
    if value != shown:
        turn += 1
    st.session_state[f"{name}_montre"] = turn, value
    key = f"{name}_{turn}"
    st.session_state[key] = value
    return {"key": key, "on_change": _chosen, "args": (name, turn)}


def _chosen(name: str, turn: int) -> None:
    if st.session_state.get(f"{name}_montre", (0, None))[0] != turn:
        return
    st.session_state[name] = value = st.session_state[f"{name}_{turn}"]
    st.session_state[f"{name}_montre"] = turn, value


def show_all() -> None:
    """Take every filter of the map off."""
    st.session_state["situations"] = []
    st.session_state["case"] = ""


def keep_cell(cell: str) -> None:
    """Keep the quarters of one cell of the legend only; all of them when empty."""
    st.session_state["case"] = cell


def _choose_departement(opened: Opened) -> str | None:
    found = sorted(set(opened.analysis.qpv["departement"]))
    if len(found) < 2:
        return found[0] if found else None
    by_address = told_anew("departement") in found or by_history()
    from_address("departement", found)
    # Without a choice, the places around the quarter of the highest priority.
    st.session_state.setdefault("departement", opened.analysis.qpv["departement"].iloc[0])
    _follow_choice(opened, found, by_address=by_address)
    chosen = st.selectbox(
        "Lieux de soins du département", found, **_borne_by("departement"),
        format_func=lambda code: f"{DEPARTEMENTS.get(code, '')} ({code})".strip(),
        help="Les cabinets, la médiation et les aides de ce département sont dessinés.",
    )  # fmt: skip
    to_address(departement=chosen)
    return chosen


def _follow_choice(opened: Opened, departements: list[str], *, by_address: bool) -> None:
    """A quarter, else a commune, just chosen brings the places of its own département.

    Not when the address says which: the reader who sent it had chosen another one since.
    """
    selected, commune = st.session_state.get("qpv"), st.session_state.get("commune")
    about = selected or commune
    if not about or st.session_state.get("departement_de") == about:
        return
    st.session_state["departement_de"] = about
    if by_address:
        return
    frame, key = (
        (opened.analysis.qpv, "code_qp") if selected else (opened.layers["communes"], "code")
    )
    own = frame.loc[frame[key] == about, "departement"]
    # A commune of a département without quarters has no places to be drawn.
    if len(own) and str(own.iloc[0]) in departements:
        st.session_state["departement"] = str(own.iloc[0])
