"""The table twin of the map, its files, and the link that reopens the view."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from geo import columns
from geo.report import in_french, screen_frame
from geo.words import counted
from screens import shared
from screens.address import in_address
from screens.shared import Opened


def show_table(opened: Opened, situations: tuple[str, ...] | None, cell: str) -> None:
    st.html('<div id="tableau-des-quartiers" tabindex="-1"></div>')
    st.subheader("Les mêmes quartiers, en tableau", anchor=False)
    known = shared.once(opened, _communes)
    with in_address("communes_du_tableau", known, []):
        communes = st.multiselect(
            "Communes du tableau", known, key="communes_du_tableau", select_all=False,
            placeholder="Toutes ; choisissez-en une ou plusieurs",
        )  # fmt: skip
    frame, written = shared.once(opened, _table, situations, cell, tuple(communes))
    total = len(opened.analysis.qpv)
    if len(frame) < total:
        st.caption(f"{counted(len(frame), 'quartier montré', 'quartiers montrés')} sur {total}.")
    st.dataframe(
        written,
        hide_index=True,
        column_config={name: _configured(name) for name in frame.columns},
        placeholder="–",
        on_select=_picked,
        selection_mode="single-row",
        key="tableau",
        alt="Quartiers du territoire, triés par rang de priorité",
    )
    st.session_state["tableau_codes"] = list(frame["code_qp"])
    st.caption(
        "« – » : valeur non connue ou cachée ; la colonne « Statut » voisine dit laquelle. "
        "Trié par rang de priorité, comme dans les fichiers à télécharger."
    )


def _communes(opened: Opened) -> list[str]:
    return sorted(set(opened.analysis.qpv["commune_label"]))


def _table(
    opened: Opened, situations: tuple[str, ...] | None, cell: str, communes: tuple[str, ...]
) -> tuple[pd.DataFrame, Styler]:
    frame = screen_frame(opened.analysis, situations, cell, communes)
    return frame, in_french(frame)


def _configured(name: str) -> object:
    column = columns.definition(name)
    about = f"{column.definition} Source : {column.method}."
    if column.kind in ("number", "rank"):
        return st.column_config.NumberColumn(
            column.table_heading, help=about, width="small" if column.kind == "rank" else None
        )
    return st.column_config.TextColumn(column.table_heading, help=about)


def _picked() -> None:
    rows = st.session_state["tableau"]["selection"]["rows"]
    codes = st.session_state.get("tableau_codes", [])
    if rows and rows[0] < len(codes):
        st.session_state["qpv"] = codes[rows[0]]


def give_files(opened: Opened) -> None:
    kinds = (
        ("csv", "CSV", "text/csv"),
        (
            "xlsx",
            "Excel (XLSX)",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("gpkg", "GeoPackage", "application/geopackage+sqlite3"),
        ("indicateurs.csv", "indicateurs (CSV)", "text/csv"),
    )
    # Each as wide as its words, on the next line when there is no room: cut, all would read alike.
    place = st.container(horizontal=True, gap="small", key="fichiers")
    name = f"qpv-{opened.slug}{opened.said_in_file_names}"
    for kind, words, mime in kinds:
        place.download_button(
            f"Télécharger : {words}",
            data=lambda kind=kind: shared.export(opened.slug, opened.build, opened.data_dir, kind),
            file_name=f"{name}.{kind}", mime=mime, on_click="ignore", key=f"fichier_{kind}",
        )  # fmt: skip
