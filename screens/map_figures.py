"""The key figures of Carte as a narrow band; each opens what it means, without any script."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.figures import KeyFigure, key_figures
from screens import shared
from screens.shared import Opened

STYLE = (
    "<style>dl.bande{margin:0;padding:0;display:grid;gap:4px 14px;color:#1b1b1f;line-height:1.2;"
    "grid-template-columns:repeat(8,minmax(0,1fr))}.bande>div{border-left:3px solid #1f4e8c;"
    "padding:0 0 0 7px;position:relative}"
    ".bande dt{font-size:12.5px;font-weight:400;padding-right:28px}.bande dd{margin:0}"
    ".bande strong{font-size:19px}.bande span{font-size:12.5px}"
    ".bande small{display:block;font-size:12px;color:#4a4a55}"
    ".bande summary{position:absolute;top:0;right:0;width:24px;height:24px;cursor:pointer;"
    "list-style:none;border:1px solid #6b7280;border-radius:50%;text-align:center;"
    "font:600 13px/22px sans-serif;color:#1f4e8c;background:#fff}"
    ".bande summary::-webkit-details-marker{display:none}"
    ".bande summary:focus-visible{outline:3px solid #1f4e8c;outline-offset:1px}"
    ".bande details[open] summary{background:#1f4e8c;color:#fff}"
    ".bande details p{position:absolute;z-index:30;top:calc(100% + 2px);left:0;"
    "width:min(360px,86vw);margin:0;padding:10px 12px;background:#fff;"
    "border:1px solid #1f4e8c;border-radius:4px;box-shadow:0 4px 14px rgba(0,0,0,.25);"
    "font-size:14px;line-height:1.4}"
    ".bande details p small{margin-top:6px}"
    # Over the map, and never past the edge of the page.
    ".st-key-chiffres,.st-key-chiffres *{overflow:visible!important}"
    ".st-key-chiffres{position:relative;z-index:2}"
    ".bande>div:nth-child(n+5) details p{left:auto;right:0}"
    "@media(max-width:1100px){dl.bande{grid-template-columns:repeat(4,minmax(0,1fr))}"
    ".bande>div:nth-child(4n+1) details p,.bande>div:nth-child(4n+2) details p"
    "{left:0;right:auto}"
    ".bande>div:nth-child(4n+3) details p,.bande>div:nth-child(4n) details p"
    "{left:auto;right:0}}"
    "@media(max-width:640px){dl.bande{grid-template-columns:repeat(2,minmax(0,1fr))}"
    ".bande>div:nth-child(odd) details p{left:0;right:auto}"
    ".bande>div:nth-child(even) details p{left:auto;right:0}}"
    "@media print{.bande summary{display:none}}</style>"
)
FIGURE = (
    "<div><dt>{label}</dt><dd><strong>{value}</strong> <span>{unit}</span>"
    "<small>{brief}</small>"
    '<details name="definition"><summary aria-label="Définition : {label}">?</summary>'
    "<p>{meaning}<small>Statut : {status}.<br>Source : {source}.</small></p></details></dd></div>"
)


def _figures(opened: Opened) -> str:
    figures = "".join(map(_figure, key_figures(opened.analysis)))
    return f'{STYLE}<dl class="bande" aria-label="Chiffres du territoire">{figures}</dl>'


def _figure(figure: KeyFigure) -> str:
    unit = f" ({figure.unit})" if figure.unit else ""
    return FIGURE.format(
        label=escape(figure.label), value=escape(figure.value), unit=escape(figure.unit),
        brief=escape(figure.brief), status=escape(figure.status), source=escape(figure.source),
        meaning=f"<b>{escape(figure.label)}</b>{escape(unit)}. {escape(figure.definition)}",
    )  # fmt: skip


def show_figures(opened: Opened) -> None:
    """The band, the same for every reader of the territory: written once."""
    st.html(shared.once(opened, _figures))
