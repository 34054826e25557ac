"""Before and after a post beside similar QPV without one: values that the user brings."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from datasets.brought.template import form_bytes
from datasets.demo.series_file import NAME, demo_series
from datasets.monitoring import SERIES_FORM, MonitoringReading, read_series
from datasets.uploaded import read_uploaded
from geo.errors import QpvError
from geo.monitoring import (
    before_after,
    indicator_series,
    quarters_with_posts,
    served_codes,
    similar_without_post,
    since_first_post,
)
from geo.monitoring.before_after import NOT_A_PROOF_FR
from screens import html_parts
from screens.address import in_address
from screens.shared import Opened, open_received, quarter_names

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(opened: Opened, reading: MonitoringReading) -> None:
    """The section: what exists over time, the file to bring, then the comparison in words."""
    st.header("Avant et après l'arrivée d'un poste", anchor=False)
    st.write(NOT_A_PROOF_FR)
    series = _series(opened)
    if series.empty:
        st.write(
            "Les fichiers officiels lus pour ce territoire n'ont qu'un millésime par indicateur : "
            "aucun avant-après n'en sort. Apportez dans le modèle ci-dessous le même indicateur, "
            "d'au moins une période avant le poste et d'une après : une ligne par période, pour le "
            "quartier suivi et pour quelques quartiers sans poste."
        )
    _bring(opened)
    if series.empty:
        return
    told = served_codes(reading.lines)
    served = told | quarters_with_posts(opened.layers)
    names = quarter_names(opened)
    followed = sorted(set(series["code_qp"]) & told) or sorted(set(series["code_qp"]))
    left, middle, right = st.columns(3)
    with in_address("avant_qpv", followed, followed[0]):
        code = left.selectbox(
            "Quartier suivi", followed, key="avant_qpv",
            format_func=lambda one: f"{names.get(one, one)} ({one})",
        )  # fmt: skip
    known = sorted(series["indicator"].unique())
    with in_address("avant_indicateur", known, known[0]):
        indicator = middle.selectbox("Indicateur", known, key="avant_indicateur")
    periods = sorted(series["period"].unique())
    later, first = periods[1:] or periods, since_first_post(opened.layers, code, periods)
    proposed = first if first in later else later[0]
    with in_address(f"avant_depuis_{code}", later, proposed):
        since = right.selectbox(
            "Le poste est là à partir de", later, key=f"avant_depuis_{code}",
            help="Proposé : le début de la première convention connue dans ce quartier.",
        )  # fmt: skip
    others = [one for one in sorted(set(series["code_qp"]) - served) if one != code]
    near = similar_without_post(opened.analysis, code, served, len(names))
    nearest = [one for one in near if one in others][:5] or others[:5]
    with in_address(f"avant_autres_{code}", others, nearest):
        chosen = st.multiselect(
            "Quartiers comparables, sans poste déclaré", others, key=f"avant_autres_{code}",
            select_all=False, format_func=lambda one: f"{names.get(one, one)} ({one})",
            help="Proposés du plus ressemblant au moins ressemblant.",
        )  # fmt: skip
    try:
        found = before_after(series, indicator, code, chosen, since, names)
    except QpvError as error:
        st.text(str(error))
        return
    st.html(html_parts.bullets(found.sentences[:-1]))


def _series(opened: Opened) -> pd.DataFrame:
    brought: pd.DataFrame | None = st.session_state.get(f"series_{opened.slug}")
    if brought is not None:
        return brought
    read = indicator_series(opened.layers["indicators"])
    if read.empty and opened.analysis.fictional:
        st.write("Exemple montré : un indicateur **fictif**, de 2021 à 2025.")
        return _example()
    return read


@st.cache_data(show_spinner=False)
def _example() -> pd.DataFrame:
    return read_uploaded(NAME, demo_series(), read_series)


def _bring(opened: Opened) -> None:
    st.download_button(
        "Télécharger le modèle de séries (Excel)", data=lambda: form_bytes(SERIES_FORM),
        mime=EXCEL, file_name="modele-series.xlsx", on_click="ignore", key="modele_series",
    )  # fmt: skip
    sent = st.file_uploader(
        "Valeurs dans le temps (CSV ou Excel)", type=["csv", "xlsx"], max_upload_size=5,
        key="series_fichier",
    )  # fmt: skip
    received = open_received(sent, "Lire ces valeurs")
    if received is None:
        return
    try:
        found = read_uploaded(received.name, received.getvalue(), read_series, most=5_000_000)
    except QpvError as error:
        st.error("Fichier refusé, rien n'a changé.")
        st.text(str(error))
        return
    st.session_state[f"series_{opened.slug}"] = found
    st.rerun()
