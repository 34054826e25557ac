"""The key figures of Carte, and what each of them means."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.figures import key_figures
from screens.shared import Opened

CARDS = (
    '<div role="list" style="display:grid;gap:6px;'
    'grid-template-columns:repeat(auto-fit,minmax(106px,1fr))">{cards}</div>'
)
CARD = (
    '<div role="listitem" style="{width}border:1px solid #c9ced6;border-radius:4px;padding:6px 9px;'
    'background:#fff;color:#1b1b1f;line-height:1.25"><div style="font-size:13px;font-weight:600">'
    '{label}</div><div><span style="font-size:{size};font-weight:600">{value}</span> '
    '<span style="font-size:13px">{unit}</span></div>'
    '<div style="font-size:12.5px;color:#4a4a55">{status}</div></div>'
)


def show_figures(opened: Opened) -> None:
    figures = key_figures(opened.analysis)
    cards = "".join(
        CARD.format(
            label=escape(f.label), value=escape(f.value), unit=escape(f.unit),
            status=escape(f.status), size="23px" if f.value[:1].isdigit() else "17px",
            width="grid-column:span 2;" if len(f.status) > 70 else "",
        )
        for f in figures
    )  # fmt: skip
    st.html(CARDS.format(cards=cards))


def explain_figures(opened: Opened) -> None:
    with st.popover("Définitions des chiffres"):
        for f in key_figures(opened.analysis):
            unit = f" ({f.unit})" if f.unit else ""
            st.markdown(f"**{f.label}**{unit}. {f.definition}")
            st.caption(f"Statut : {f.status}. Source : {f.source}.")
