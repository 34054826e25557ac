"""Browser face: the navigation and the wiring of the pages, nothing else."""

from __future__ import annotations

import streamlit as st
from PIL import Image

from screens.address import view

# A picture made here: a symbol or an emoji would be asked from a font server.
ICON = Image.new("RGB", (2, 2))
ICON.putdata([(190, 100, 172), (59, 73, 148), (232, 232, 232), (90, 200, 200)])
ICON = ICON.resize((32, 32), Image.Resampling.NEAREST)

st.set_page_config(
    page_title="Accès aux soins dans les quartiers prioritaires",
    page_icon=ICON,
    layout="wide",
    initial_sidebar_state="collapsed",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
# Less empty space above, so that the map is on the first screen of an office machine.
st.html(
    "<style>.stMainBlockContainer{padding-top:1.5rem;padding-bottom:2rem}"
    "@media(max-width:640px){.stMainBlockContainer h1{font-size:1.3rem;padding:0}}"
    ".stAppHeader{pointer-events:none;background:transparent}</style>"
)
# Streamlit's page says it is in English; a screen reader would pronounce it so.
st.html("<script>document.documentElement.lang = 'fr';</script>", unsafe_allow_javascript=True)

SCREENS = (
    st.Page("screens/carte.py", title="Carte", default=True),
    st.Page("screens/quartier.py", title="Quartier"),
    st.Page("screens/appel.py", title="Appel"),
    st.Page("screens/scenarios.py", title="Scénarios"),
    st.Page("screens/donnees.py", title="Données"),
)
screen = st.navigation(list(SCREENS), position="hidden")
links = st.empty()


def draw_links() -> None:
    """Our own links rather than Streamlit's: they carry the view, and a phone shows them too."""
    with links.container(horizontal=True, gap="small"):
        for page in SCREENS:
            st.page_link(page, label=page.title, query_params=view())


# A part of a screen that runs alone draws the links again when it changes the view.
st.session_state["liens"] = draw_links
before = view()
draw_links()
screen.run()
if view() != before:
    draw_links()
