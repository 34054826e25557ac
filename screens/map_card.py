"""The quarter chosen on Carte: what it is, its figures, who works there."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo import columns
from geo.figures import quarter_facts
from geo.quarter import (
    Rate,
    access_dates,
    coarse_practices,
    near_classes,
    official_apl,
    other_care,
    rates,
    regime_lines,
    without_workers,
    workers,
)
from screens.shared import Opened


def show_quarter(opened: Opened) -> None:
    code = st.session_state.get("qpv")
    if not code:
        st.info("Cliquez sur un quartier, ou cherchez-le par son nom, pour lire ses chiffres.")
        return
    row = opened.analysis.qpv.set_index("code_qp", drop=False).loc[code]
    about_access = (official_apl(row), access_dates(opened.layers))
    facts = "".join(
        f'<div style="color:#4a4a55">{escape(heading)}</div><div style="font-weight:600">'
        f"{escape(text)}</div>"
        + (_beside(about_access) if heading == columns.BY_ID["access"].heading else "")
        for heading, text in quarter_facts(row)
    )
    notes = _beside((coarse_practices(opened.analysis, opened.layers, code),))
    st.html(
        f'<section aria-label="Quartier choisi" style="border:1px solid #c9ced6;border-radius:4px;'
        f'padding:10px 12px;color:#1b1b1f;overflow-wrap:anywhere"><h2 style="font-size:19px;'
        f'margin:0;padding:0">{escape(row["label"])}</h2><p style="margin:0 0 6px 0">'
        f"{escape(row['commune_label'])} · {escape(code)}</p>"
        f'<p style="margin:0 0 8px 0">{escape(row["sentence"])}</p>'
        f'<div style="display:grid;grid-template-columns:1fr 1fr;gap:2px 10px;line-height:1.3;'
        f'font-size:14px">{facts}{notes}</div>{_classes(opened, code)}{_rates(opened, code)}'
        f"{_care(opened, code)}{_workers(opened, row)}{_regimes(opened, code)}"
        "</section>"
    )


def _beside(lines: Iterable[str]) -> str:
    return "".join(
        f'<div style="grid-column:1/-1;font-size:13px">{escape(line)}</div>'
        for line in lines if line
    )  # fmt: skip


def _classes(opened: Opened, code: str) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in near_classes(opened.analysis, code))
    return _listed("Distance aux seuils", lines) if lines else ""


def _regimes(opened: Opened, code: str) -> str:
    items = "".join(
        f'<li style="margin:0 0 4px 0"><strong>{escape(said)}</strong><div>{escape(why)}</div></li>'
        for said, why in regime_lines(opened.analysis, code)
    )
    return _listed("Les régimes côte à côte", items)


def _rates(opened: Opened, code: str) -> str:
    return _figures_listed("Ce qui fait le besoin", rates(opened.analysis, code))


def _care(opened: Opened, code: str) -> str:
    return _figures_listed("Les autres soins", other_care(opened.analysis, code))


def _figures_listed(heading: str, found: list[Rate]) -> str:
    items = "".join(
        f'<li style="margin:0 0 4px 0"><strong>{escape(rate.heading)} : {escape(rate.value)}'
        f"</strong>{' · ' if rate.rank else ''}{escape(rate.rank)}"
        f'<div style="color:#4a4a55">{escape(rate.about)}</div></li>'
        for rate in found
    )
    return _listed(heading, items) if items else ""


def _workers(opened: Opened, row: pd.Series[Any]) -> str:
    found = workers(opened.analysis, opened.layers, row["code_qp"])
    items = "".join(
        f'<li style="margin:0 0 4px 0"><strong>{escape(worker.structure)}</strong>'
        + "".join(f"<div>{escape(line)}</div>" for line in worker.lines)
        + "</li>"
        for worker in found
    )
    return _listed("Qui travaille ici", items or f"<li>{escape(without_workers(row))}</li>")


def _listed(heading: str, items: str) -> str:
    return (
        f'<h3 style="font-size:15px;margin:10px 0 4px 0;padding:0">{heading}</h3>'
        f'<ul style="margin:0;padding-left:18px;font-size:13px;line-height:1.35">{items}</ul>'
    )
