"""Quartier: one page for one quarter, words first, then its figures, its workers, its gaps."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.explain import explain
from geo.quarter import (
    near_classes,
    other_care,
    rates,
    regime_lines,
    without_workers,
    workers,
)
from screens import shared
from screens.address import from_address, to_address
from screens.shared import Opened

FIRST_RANKS = 10


def main() -> None:
    top = st.container()
    choice, search = st.columns([1, 2], vertical_alignment="bottom")
    with choice:
        opened = shared.open_territory()
    with search:
        code = _choose(opened)
    with top:
        shared.header("Quartier", opened)
    if code is None:
        _nobody_chosen(opened)
        return
    _page(opened, code)


def _choose(opened: Opened) -> str | None:
    names = {code: f"{name} ({code})" for code, name in shared.quarter_names(opened).items()}
    from_address("qpv", list(names))
    code = st.selectbox(
        "Quartier", list(names), index=None, key="qpv", format_func=lambda value: names[value],
        placeholder="Chercher un nom, une commune, un code",
    )  # fmt: skip
    to_address(qpv=code)
    return code


def _nobody_chosen(opened: Opened) -> None:
    st.info("Choisissez un quartier ci-dessus, par son nom, sa commune ou son code.")
    st.header("Les premiers quartiers par rang de priorité", anchor=False)
    for row in opened.analysis.qpv.head(FIRST_RANKS).itertuples():
        st.page_link(
            "screens/quartier.py",
            label=f"{row.label}, {row.commune_label} ({row.code_qp})",
            query_params={"territoire": opened.slug, "qpv": str(row.code_qp)},
        )


def _page(opened: Opened, code: str) -> None:
    analysis, layers = opened.analysis, opened.layers
    row = analysis.qpv.set_index("code_qp", drop=False).loc[code]
    st.header(f"{row['label']}, {row['commune_label']} ({code})", anchor=False)
    st.text(explain(analysis, layers, code).text)
    _listed("Ce qui fait le besoin", [_told(*rate) for rate in rates(analysis, code)])
    found = workers(analysis, layers, code)
    _listed(
        "Qui travaille ici",
        [_told(worker.structure, "", "", " ; ".join(worker.lines)) for worker in found]
        or [escape(without_workers(row))],
    )
    _listed("Les autres soins", [_told(*care) for care in other_care(analysis, code)])
    _listed("Distance aux seuils", [escape(line) for line in near_classes(analysis, code)])
    _listed(
        "Les régimes côte à côte",
        [_told(said, "", "", why) for said, why in regime_lines(analysis, code)],
    )


def _told(heading: str, value: str, place: str, about: str) -> str:
    figure = f" : {value}" if value else ""
    told = [f"<strong>{escape(heading + figure)}</strong>", escape(place), escape(about)]
    return " · ".join(part for part in told if part)


def _listed(heading: str, items: list[str]) -> None:
    if items:
        st.header(heading, anchor=False)
        st.html(f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>")


main()
