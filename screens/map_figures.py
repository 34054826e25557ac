"""The key figures of Carte as a narrow band, and what each of them means."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.figures import KeyFigure, key_figures
from screens import shared
from screens.plain import plain
from screens.shared import Opened

STYLE = (
    "<style>dl.bande{margin:0;padding:0;display:grid;gap:4px 14px;color:#1b1b1f;line-height:1.2;"
    "grid-template-columns:repeat(8,minmax(0,1fr))}.bande>div{border-left:3px solid #1f4e8c;"
    "padding:0 0 0 7px}.bande dt{font-size:12.5px;font-weight:400}.bande dd{margin:0}"
    ".bande strong{font-size:19px}.bande span{font-size:12.5px}"
    ".bande small{display:block;font-size:12px;color:#4a4a55}"
    "@media(max-width:1100px){dl.bande{grid-template-columns:repeat(4,minmax(0,1fr))}}"
    "@media(max-width:640px){dl.bande{grid-template-columns:repeat(2,minmax(0,1fr))}}</style>"
)
FIGURE = (
    "<div><dt>{label}</dt><dd><strong>{value}</strong> <span>{unit}</span>"
    "<small>{brief}</small></dd></div>"
)


def _figures(opened: Opened) -> list[KeyFigure]:
    return key_figures(opened.analysis)


def show_figures(opened: Opened) -> None:
    figures = "".join(
        FIGURE.format(
            label=escape(f.label), value=escape(f.value), unit=escape(f.unit),
            brief=escape(f.brief),
        )
        for f in shared.once(opened, _figures)
    )  # fmt: skip
    st.html(f'{STYLE}<dl class="bande" aria-label="Chiffres du territoire">{figures}</dl>')


def explain_figures(opened: Opened) -> None:
    with st.popover("Définitions des chiffres"):
        for f in shared.once(opened, _figures):
            unit = f" ({f.unit})" if f.unit else ""
            st.markdown(f"**{plain(f.label)}**{plain(unit)}. {plain(f.definition)}")
            st.caption(f"Statut : {plain(f.status)}. Source : {plain(f.source)}.")
