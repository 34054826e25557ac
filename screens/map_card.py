"""Beside the map of Carte: the first quarters of the list, or the one chosen, in short."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from geo import columns
from geo.figures import quarter_facts
from geo.kept import kept
from geo.mediation.cited import cited_for_quarter
from screens.address import view
from screens.map_settings import Settings
from screens.plain import plain
from screens.shared import Opened, once

FIRST_RANKS = 8
SHORT = ("rank", "score", "situation", "access", "need_people", "residual_fte", "population")
STYLE = (
    "<style>.st-key-premiers button,.st-key-premiers button *{justify-content:flex-start;"
    "text-align:left}.st-key-premiers button{min-height:0;"
    "padding:3px 6px}.st-key-premiers{gap:0}</style>"
)


def show_card(opened: Opened, settings: Settings, choose: Callable[[str | None], None]) -> None:
    """The quarter of ``st.session_state["qpv"]``, else the first ones that the filter keeps.

    ``choose`` takes the code of the quarter pressed, or None to let go of the one chosen.
    """
    code = st.session_state.get("qpv")
    st.html('<div id="fiche-du-quartier" tabindex="-1"></div>')
    if code:
        _chosen(opened, code)
        with st.container(key="page_du_quartier"):
            st.page_link(
                "screens/quartier.py", label="Ouvrir la page du quartier", query_params=view()
            )
        st.button("Ne plus choisir ce quartier", on_click=choose, args=(None,), type="tertiary")
    else:
        _first_ones(opened, settings, choose)


def _first_ones(opened: Opened, settings: Settings, choose: Callable[[str | None], None]) -> None:
    ranked = once(opened, _ranked, settings.situations, settings.cell)
    if not ranked:
        st.info("Aucun quartier classé parmi ceux que le filtre garde.")
        return
    st.html(
        f'{STYLE}<h2 style="font-size:17px;margin:0;padding:0">Les plus prioritaires</h2>'
        '<p style="margin:0;font-size:14px">Choisissez un quartier ici, sur la carte ou par son '
        "nom, pour lire ses chiffres.</p>"
    )
    with st.container(key="premiers"):
        for code, words in ranked.items():
            st.button(
                words, key=f"premier_{code}", on_click=choose, args=(code,), type="tertiary",
                width="stretch",
            )  # fmt: skip


def _ranked(opened: Opened, situations: tuple[str, ...] | None, cell: str) -> dict[str, str]:
    """Code → the words of its button, for the first quarters that the filter keeps."""
    qpv = opened.analysis.qpv
    shown = qpv[kept(qpv, situations, cell)]
    ranked = shown[shown["rank"].notna()].head(FIRST_RANKS)
    return {
        str(row["code_qp"]): plain(
            f"{row['rank']:.0f} · {row['label']}, {row['commune_label']} ({row['situation']})"
        )
        for _, row in ranked[["code_qp", "rank", "label", "commune_label", "situation"]].iterrows()
    }


def _chosen(opened: Opened, code: str) -> None:
    row = opened.analysis.qpv.set_index("code_qp", drop=False).loc[code]
    headings = {columns.BY_ID[name].heading for name in SHORT}
    facts = "".join(
        f'<div style="color:#4a4a55">{escape(heading)}</div>'
        f'<div style="font-weight:600">{escape(text)}</div>'
        for heading, text in quarter_facts(row)
        if heading in headings
    )
    cited = "".join(
        f'<p style="margin:0 0 8px 0;font-size:14px">{escape(line)}</p>'
        for line in cited_for_quarter(opened.layers, row)
    )
    st.html(
        f'<section aria-label="Quartier choisi" style="border:1px solid #c9ced6;border-radius:4px;'
        f'padding:10px 12px;color:#1b1b1f;overflow-wrap:anywhere"><h2 style="font-size:19px;'
        f'margin:0;padding:0">{escape(row["label"])}</h2><p style="margin:0 0 6px 0">'
        f"{escape(row['commune_label'])} · {escape(code)}</p>"
        f'<p style="margin:0 0 8px 0">{escape(row["sentence"])}</p>{cited}'
        f'<div style="display:grid;grid-template-columns:1fr 1fr;gap:2px 10px;line-height:1.3;'
        f'font-size:14px">{facts}</div></section>'
    )
