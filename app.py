"""Browser face: the navigation and the wiring of the pages, nothing else."""

from __future__ import annotations

import streamlit as st
from PIL import Image

from screens.loading import load_once

# Said before anything heavy is imported: a fresh server takes seconds for it.
load_once(st.empty())
from screens import frame, guide  # noqa: E402
from screens.address import view  # noqa: E402
from screens.address_step import one_step  # noqa: E402

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
with bar.container(horizontal=True, gap="small", key="navigation", width="content"):
    # A place each, made once: a block drawn twice in a run loses its place when the browser has not
    # yet taken the first one (messages are merged by place), and the page goes white.
    places = [st.empty() for _ in SCREENS]


def draw_links() -> None:
    """Our own links rather than Streamlit's: they carry the view, and a phone shows them too.

    On Carte and Appel a part that runs alone draws them, in each of its runs: there the view
    changes, and Streamlit lets a part write outside itself only where it wrote when the whole page
    ran. Nobody else may draw them there: a place that is an element for one and a block for the
    other is lost.
    """
    carried = st.session_state["vue_des_liens"] = view()
    for place, page in zip(places, SCREENS, strict=True):
        place.page_link(page, label=page.title, query_params=carried)


st.session_state["liens"] = draw_links
st.session_state["vue_des_liens"] = None
drawn_by_part = screen.title in ("Carte", "Appel")
if not drawn_by_part:
    draw_links()
with bar:
    guide.help_bar()
guide.visit()
notices = st.container()
try:
    with one_step(), frame.failures_in_words(screen.title):
        screen.run()
finally:
    frame.notices(notices, screen.title)
    told = st.session_state["vue_des_liens"]
    # A screen that stopped has no such part; any other may have changed the view.
    if told is None or (not drawn_by_part and told != view()):
        draw_links()
