"""Browser face: the navigation and the wiring of the pages, nothing else."""

from __future__ import annotations

import streamlit as st
from PIL import Image

from screens.loading import load_once

# Said before anything heavy is imported: a fresh server takes seconds for it.
load_once(st.empty())
from screens import frame, guide  # noqa: E402
from screens.address import one_step, view  # noqa: E402

# A picture made here: a symbol or an emoji would be asked from a font server.
ICON = Image.new("RGB", (2, 2))
ICON.putdata([(190, 100, 172), (59, 73, 148), (232, 232, 232), (90, 200, 200)])
ICON = ICON.resize((32, 32), Image.Resampling.NEAREST)

SCREENS = (
    st.Page("screens/carte.py", title="Carte", default=True),
    st.Page("screens/quartier.py", title="Quartier"),
    st.Page("screens/appel.py", title="Appel"),
    st.Page("screens/scenarios.py", title="Scénarios"),
    st.Page("screens/aller_vers.py", title="Aller-vers"),
    st.Page("screens/suivi.py", title="Suivi"),
    st.Page("screens/reseau.py", title="Réseau"),
    st.Page("screens/pratiques.py", title="Pratiques"),
    st.Page("screens/donnees.py", title="Données"),
)
screen = st.navigation(list(SCREENS), position="hidden")
st.set_page_config(
    page_title=f"{screen.title} · Accès aux soins dans les quartiers prioritaires",
    page_icon=ICON,
    layout="wide",
    initial_sidebar_state="collapsed",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
frame.dress()
bar = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="barre")
carried = st.session_state["vue_des_liens"] = view()
with bar.container(horizontal=True, gap="small", key="navigation", width="content"):
    # Our own links rather than Streamlit's: they carry the view, and a phone shows them too. Each
    # is drawn again in its own place: a block redrawn in the same run loses its place when the
    # browser has not yet taken the first one (its messages are merged by place): a white page.
    links = [st.page_link(page, label=page.title, query_params=carried) for page in SCREENS]


def draw_links() -> None:
    """The links again, with the view as it has become."""
    carried = st.session_state["vue_des_liens"] = view()
    for place, page in zip(links, SCREENS, strict=True):
        place.page_link(page, label=page.title, query_params=carried)


def draw_links_again() -> None:
    """For a part of a screen that runs alone: when it changes the view, and ever after.

    Eight links cost as much as a small page; but Streamlit takes away what a part drew in a run
    and no longer draws in the next.
    """
    if st.session_state["liens_d_une_partie"] or view() != st.session_state["vue_des_liens"]:
        st.session_state["liens_d_une_partie"] = True
        draw_links()


st.session_state["liens"] = draw_links_again
st.session_state["liens_d_une_partie"] = False
with bar:
    guide.help_bar()
guide.visit()
notices = st.container()
try:
    with one_step(), frame.failures_in_words(screen.title):
        screen.run()
finally:
    frame.notices(notices, screen.title)
if view() != st.session_state["vue_des_liens"]:
    draw_links()
