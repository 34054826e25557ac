"""Browser face: the navigation and the wiring of the pages, nothing else."""

from __future__ import annotations

import streamlit as st

st.set_page_config(
    page_title="Accès aux soins dans les quartiers prioritaires",
    page_icon=":material/map:",
    layout="wide",
    initial_sidebar_state="collapsed",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
# Streamlit's page says it is in English; a screen reader would pronounce it so.
st.html("<script>document.documentElement.lang = 'fr';</script>", unsafe_allow_javascript=True)

st.navigation(
    [
        st.Page("pages/carte.py", title="Carte", icon=":material/map:", default=True),
        st.Page("pages/donnees.py", title="Données", icon=":material/database:"),
    ],
    position="top",
).run()
