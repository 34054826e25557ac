"""Our own map and legend in a page of Streamlit: mounted here, drawn by ``geo.maps.component``.

The quarters are one element whose bytes change only with the territory, the places of a
département another; what a click changes (the quarter chosen, the filter) is one of a few bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from geo.maps import component
from screens import shared

HIDDEN = "<style>div:has(>.st-key-{name}_etat){{position:absolute;width:0;height:0}}</style>"


def show_map(
    name: str,
    quarters: bytes,
    places: bytes | None,
    view: dict[str, Any],
    clicked: Callable[[Any], None],
) -> None:
    """Draw quarters and places, packed, seen as ``view`` says; ``clicked`` gets the code.

    On a map of communes it gets what ``geo.commune_choice.after_presses`` reads.

    ``view`` holds what ``VIEW`` of ``geo.maps.component`` reads: ``selected``, ``cell``,
    ``situations``, ``base``, ``walk``, ``town``, ``whole``, ``retained`` with
    ``retained_words``, ``below``, ``group`` (codes of the communes chosen on a map of communes)
    with ``heard`` (the number of the last press that it holds).
    """

    def told() -> None:
        what = st.session_state[name]["clicked"]
        if what:
            clicked(what if "group" in view else str(what))

    st.html(HIDDEN.format(name=name))
    _map(name)(key=name, data=quarters, on_clicked_change=told)
    with st.container(key=f"{name}_etat"):
        if places is not None:
            _places(name)(key=f"{name}_lieux", data=places)
        _view(name)(key=f"{name}_vue", data=view)


def show_legend(html: str, pressed: str, chosen: Callable[[str], None]) -> None:
    """The legend whose cells filter; ``chosen`` gets the key of the cell, empty for none."""

    def told() -> None:
        cell = st.session_state["legende"]["cell"]
        if cell is not None:
            chosen(str(cell))

    _legend()(key="legende", data={"html": html, "pressed": pressed}, on_cell_change=told)


@cache
def _map(name: str) -> Any:
    return st.components.v2.component(
        f"qpv_map_{name}",
        html=component.MAP_HTML,
        css=component.MAP_CSS,
        js=component.map_script(shared.leaflet_assets(), name),
        isolate_styles=False,
    )


@cache
def _places(name: str) -> Any:
    return st.components.v2.component(
        f"qpv_places_{name}", js=component.places_script(name), isolate_styles=False
    )


@cache
def _view(name: str) -> Any:
    return st.components.v2.component(
        f"qpv_view_{name}", js=component.view_script(name), isolate_styles=False
    )


@cache
def _legend() -> Any:
    return st.components.v2.component(
        "qpv_legend",
        html=component.LEGEND_HTML,
        css=component.LEGEND_CSS,
        js=component.LEGEND,
        isolate_styles=False,
    )
