"""Réseau: who works where and for whom, the local schemes, groups of communes, addresses."""

from __future__ import annotations

import streamlit as st

from screens import (
    commune_group_panel,
    locate_panel,
    network_panel,
    schemes_panel,
    shared,
)
from screens.address import from_address, to_address

PARTS = {
    "mediation": "Qui travaille où",
    "demarches": "Démarches territoriales",
    "groupement": "Groupement de communes",
    "adresses": "Adresses et points",
}
_DRAWN = {
    "mediation": network_panel.draw,
    "demarches": schemes_panel.draw,
    "groupement": commune_group_panel.draw,
    "adresses": locate_panel.draw,
}


def main() -> None:
    top = st.container()
    choice, part = st.columns([2, 3])
    with choice:
        opened = shared.open_territory()
    with top:
        shared.header("Réseau", opened)
    # A link that names communes is a link to their group.
    if "communes" in st.query_params and "reseau" not in st.query_params:
        st.session_state.setdefault("reseau", "groupement")
    from_address("reseau", list(PARTS), usual=next(iter(PARTS)))
    with part:
        chosen = st.radio(
            "Partie", list(PARTS), format_func=PARTS.__getitem__, horizontal=True, key="reseau"
        )
    to_address(reseau=chosen)
    _DRAWN[chosen](opened)


main()
