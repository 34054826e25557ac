"""What surrounds every screen: style, French page, help, and words for what goes wrong."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from geo.errors import QpvError
from screens import shared
from screens.address import forget_refused, refused
from screens.plain import plain

# Less empty space above, so that the map is on the first screen of an office machine.
_STYLE = (
    "<style>.stMainBlockContainer{padding-top:1.5rem;padding-bottom:2rem}"
    "@media(max-width:640px){.stMainBlockContainer{padding-top:.5rem}"
    ".stMainBlockContainer h1{font-size:1.3rem;padding:0 0 .4rem}"
    ".fictif{font-size:13px;line-height:1.3}"
    ".st-key-barre{gap:.4rem}.st-key-navigation{gap:.25rem}"
    ".st-key-aide button{min-height:2.1rem;padding-top:0;padding-bottom:0}"
    # Side by side, the name of a quarter and what to type would both be cut; two buttons are not.
    ".st-key-chercher{gap:.5rem}.st-key-chercher>*{flex:1 1 100%!important}"
    ".st-key-chercher>div:has(.stPopover){flex:1 1 40%!important}"
    # Short labels beside their boxes, so that what the screen is for comes sooner.
    ".st-key-territoire .stSelectbox,.st-key-chercher .st-key-qpv .stSelectbox"
    "{display:grid;grid-template-columns:5rem minmax(0,1fr);align-items:center}"
    ".st-key-territoire label,.st-key-chercher .st-key-qpv label{margin:0}}"
    ".stAppHeader{pointer-events:none;background:transparent}"
    ".st-key-aide{flex-wrap:nowrap!important;min-width:max-content}"
    # A link is told from a text without its colour.
    ".stPageLink a *,.stButton button[kind=tertiary] *{text-decoration:underline}"
    ".stPageLink a,.stPageLink a *{white-space:normal!important;height:auto}"
    ".st-key-navigation a *{text-decoration:none!important}"
    # Where nothing hovers, the tools of a table are always drawn, over what stands above it.
    "@media(hover:none){.stElementContainer:has(.stDataFrame){margin-top:1.75rem}}"
    ".st-key-navigation a{border-bottom:3px solid transparent;border-radius:0}"
    ".st-key-navigation a[aria-current=page]{border-bottom-color:#1f4e8c}"
    ".st-key-navigation a:focus-visible{outline:3px solid #1f4e8c;outline-offset:1px}"
    # The browser says why a file is refused in a bubble only: said in the page too.
    "[data-testid=stFileUploader]:has([aria-invalid=true])::after{color:#8a1c1c;content:"
    "'Fichier refusé : trop lourd, ou d’une sorte qui n’est pas attendue ici. Envoyez le modèle "
    "rempli.'}</style>"
)
# Streamlit's page says it is in English; a screen reader would pronounce it so.
_SCRIPT = Path(__file__).with_name("page.js").read_text(encoding="utf-8")


def dress() -> None:
    """The style of the pages, and the script that puts Streamlit's own words in French."""
    st.html(_STYLE)
    st.html(f"<script>{_soon()}{_SCRIPT}</script>", unsafe_allow_javascript=True)


@cache
def _soon() -> str:
    """Asks for Leaflet with the page itself: the map's own script comes after all the rest."""
    assets = shared.leaflet_assets()
    files = [(assets.css[0][1], "style"), (assets.js[0][1], "script")]
    return "".join(
        f"document.head.append(Object.assign(document.createElement('link'),"
        f"{{rel:'preload',href:{json.dumps(address)},as:'{kind}'}}));"
        for address, kind in files
        if not address.startswith("data:")
    )


@contextmanager
def failures_in_words(title: str) -> Iterator[None]:
    """Tell what failed and what to do; the details go to the error output, never to the page."""
    try:
        yield
    except QpvError as error:
        st.error(f"L'écran « {title} » ne peut pas s'afficher.")
        st.text(str(error))
    except Exception:
        traceback.print_exc(file=sys.stderr)
        st.error(
            f"L'écran « {title} » s'est arrêté sur une erreur imprévue ; rien n'a été enregistré "
            "ni modifié. À faire : rechargez la page ; si cela recommence, choisissez un autre "
            "territoire ou construisez de nouveau celui-ci (écran « Données »), et signalez "
            "l'heure et l'adresse de cette page à qui administre la machine : le détail est dans "
            "le journal du serveur."
        )


def notices(place: Any, title: str) -> None:
    """Above the screen: what the address asked for and could not be given."""
    if st.session_state.get("ecran") != title:
        if "ecran" in st.session_state:
            forget_refused()
        st.session_state["ecran"] = title
    told = refused()
    if not told:
        return
    with place.container(horizontal=True, vertical_alignment="center", key="refus"):
        st.warning("\n\n".join(map(plain, told)))
        st.button("Fermer ce message", on_click=forget_refused, key="fermer_refus")
