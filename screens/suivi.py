"""Suivi: what posts did month by month, beside sourced benchmarks; totals, small ones hidden."""

from __future__ import annotations

import base64
from datetime import date
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from datasets.brought.examine import described
from datasets.brought.template import form_bytes
from datasets.built_codes import codes_of
from datasets.demo.monitoring_file import NAME, demo_monitoring
from datasets.monitoring import FORM, MonitoringReading, read_monitoring
from datasets.uploaded import read_uploaded
from geo.errors import QpvError
from geo.monitoring import (
    COUNTERS,
    Followed,
    follow,
    followed_csv,
    month_chart,
    period_table,
    ratio_table,
    trend_table,
)
from geo.monitoring.told import LEVEL_WORDS, kind_table, monthly_units, remarks, unit_fr
from geo.monitoring.units import places_of
from geo.words import counted
from screens import html_parts, shared, shared_files, suivi_avant_apres
from screens.address import in_address
from screens.plain import plain
from screens.shared import Opened

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_MO = 5
GRAINS = {"quarter": "Par trimestre", "month": "Par mois"}
DETAILS = ["structure", "poste", "quartiers", "departement"]


def main() -> None:
    top = st.container()
    choice, _ = st.columns([2, 3])
    with choice:
        opened = shared.open_territory()
    with top:
        shared.header("Suivi", opened)
    st.write(
        "Ce que font les postes de médiation, mois par mois, à côté de repères sourcés qui ne sont "
        "pas des normes. Des totaux seulement, jamais une personne."
    )
    reading = _bring(opened)
    if reading is None:
        st.info(
            "Apportez un fichier de suivi rempli, ou ouvrez-en un de l'espace partagé. Cette page "
            "dira alors ce qu'a fait chaque poste, par mois et par trimestre, à côté de repères "
            "sourcés."
        )
        if shared.is_built("demo"):
            st.page_link(
                "screens/suivi.py", label="Voir un exemple rempli (données fictives)",
                query_params={"territoire": "demo"},
            )  # fmt: skip
        return
    try:
        followed = _followed(opened, reading)
    except QpvError as error:
        st.error(plain(error))
        return
    _benchmarks(followed)
    _counts(followed)
    _trend(followed)
    suivi_avant_apres.draw(opened, reading)
    _take_away(opened, followed)


def _bring(opened: Opened) -> MonitoringReading | None:
    """The file of this session for this territory, else the fictional one of the demo."""
    st.header("Le fichier", anchor=False)
    kept = f"suivi_{opened.slug}"
    template, upload = st.columns([2, 3])
    with template:
        st.download_button(
            "Télécharger le modèle de suivi", data=_template, mime=EXCEL,
            file_name="modele-suivi.xlsx", on_click="ignore", key="modele_suivi",
        )  # fmt: skip
        st.caption(
            "Classeur Excel, une ligne par poste et par mois. Le fichier ne quitte pas votre "
            "session."
        )
    with upload:
        sent = st.file_uploader(
            "Fichier de suivi rempli (CSV ou Excel)", type=["csv", "xlsx"], max_upload_size=MAX_MO,
            key="suivi_fichier",
        )  # fmt: skip
        received = shared.open_received(sent, "Lire ce fichier de suivi")
    if received is not None:
        _read(opened, received.name, received.getvalue())
    shared_files.draw(
        opened,
        "monitoring",
        st.session_state.get(f"{kept}_bonnes"),
        lambda *one: _read(opened, *one),
    )
    if wrong := st.session_state.get(f"{kept}_refus"):
        st.error("Fichier refusé, rien n'en est gardé.")
        st.text(wrong)
    reading: MonitoringReading | None = st.session_state.get(kept)
    if reading is None and opened.analysis.fictional:
        st.write("Exemple montré : le suivi **fictif** de sept postes de l'île, année 2025.")
        reading = _example()
    if reading is not None:
        _told(reading)
    return reading


def _read(opened: Opened, name: str, content: bytes) -> None:
    """Read a file into the session; a refused one leaves what was there and is told."""
    kept = f"suivi_{opened.slug}"
    try:
        reading = read_uploaded(
            name, content, lambda path: _from(path, opened), most=MAX_MO * 1_000_000
        )
    except QpvError as error:
        st.session_state[f"{kept}_refus"] = str(error)
        return
    st.session_state[f"{kept}_refus"] = ""
    st.session_state[kept] = reading
    # What is kept and may be shared is the form, not the file: no other column, no other sheet.
    st.session_state[f"{kept}_bonnes"] = (f"{Path(name).stem or 'suivi'}.csv", reading.good_csv)
    st.session_state.pop(f"{kept}_calcul", None)


def _from(path: Path, opened: Opened) -> MonitoringReading:
    return read_monitoring(path, date.today(), codes_of(opened.layers).qpv)


@st.cache_resource(show_spinner=False)
def _example() -> MonitoringReading:
    return read_uploaded(NAME, demo_monitoring(), lambda path: read_monitoring(path, date.today()))


def _followed(opened: Opened, reading: MonitoringReading) -> Followed:
    """Computed once a file: what a user brought stays in the session, never in a shared cache."""
    key = f"suivi_{opened.slug}_calcul"
    kept = st.session_state.get(key)
    if kept is None or kept[0] is not reading or kept[1] != opened.build:
        codes, departements = places_of(opened.layers)
        with st.spinner("Calcul et protection des petits effectifs…"):
            found = follow(
                reading.lines, reading.workshops, parameters=opened.analysis.parameters,
                codes=codes, departements=departements, refused=reading.refused_months,
                fictional=opened.analysis.fictional,
            )  # fmt: skip
        kept = st.session_state[key] = (reading, opened.build, found)
    told: Followed = kept[2]
    return told


def _told(reading: MonitoringReading) -> None:
    good = counted(len(reading.lines), "ligne lue", "lignes lues")
    refused = counted(reading.refused, "refusée")
    if reading.refused:
        st.warning(
            f"{good}, {refused} : les chiffres de cette page ne comptent pas les lignes refusées. "
            "À faire : corrigez-les dans votre fichier, puis apportez-le de nouveau."
        )
    label = f"{good}, {refused} ; {counted(len(reading.problems), 'constat')}"
    with st.expander(label, expanded=reading.refused > 0):
        for problem in reading.problems:
            heading = "Refusé" if problem.kind == "rejected" else "À savoir"
            st.text(f"{heading} — {described(problem)}")
        if not reading.problems:
            st.write("Aucun problème relevé.")


def _benchmarks(followed: Followed) -> None:
    st.header("À côté des repères", anchor=False)
    words = {one.id: one for one in followed.benchmarks}
    for ratio in followed.ratios:
        if ratio.level == "territoire":
            st.markdown(f"**{plain(words[ratio.ratio].label_fr)}** : {plain(ratio.reading_fr)}")
    for one in followed.benchmarks:
        st.caption(plain(f"Repère « {one.label_fr} », {one.told} : {one.source}."))


def _counts(followed: Followed) -> None:
    st.header("Ce qui a été fait", anchor=False)
    st.html(html_parts.bullets(remarks(followed)))
    whole = period_table(followed, "territoire").T.reset_index()
    whole.columns = pd.Index(["Compteur", "Ensemble"])
    left, right = st.columns(2, gap="medium")
    left.dataframe(
        whole.iloc[1:], hide_index=True, alt="Compteurs de l'ensemble des postes", height=460,
    )  # fmt: skip
    kinds = kind_table(followed)
    if len(kinds):
        right.dataframe(kinds, hide_index=True, alt="Ateliers par type", placeholder="non déclaré")
    with in_address("suivi_niveau", DETAILS, DETAILS[0]):
        level = st.selectbox(
            "Détailler par", DETAILS, format_func=LEVEL_WORDS.__getitem__, key="suivi_niveau"
        )
    st.dataframe(
        period_table(followed, level), hide_index=True, alt=f"Compteurs par {LEVEL_WORDS[level]}"
    )
    st.html(html_parts.table(ratio_table(followed, level), "À côté des repères"))


def _trend(followed: Followed) -> None:
    st.header("Dans le temps", anchor=False)
    first, second, third = st.columns(3)
    with in_address("suivi_compteur", list(COUNTERS), "accompanied"):
        counter = first.selectbox(
            "Compteur", list(COUNTERS), key="suivi_compteur",
            format_func=lambda name: COUNTERS[name].label_fr,
            help=COUNTERS["accompanied"].meaning_fr,
        )  # fmt: skip
    units = {":".join(one): one for one in monthly_units(followed)}
    with in_address("suivi_unite", list(units), next(iter(units))):
        level, unit = units[
            second.selectbox(
                "De qui", list(units), key="suivi_unite",
                format_func=lambda name: unit_fr(*units[name]),
            )
        ]  # fmt: skip
    with in_address("suivi_pas", list(GRAINS), next(iter(GRAINS))):
        grain = third.radio(
            "Pas de temps", list(GRAINS), horizontal=True, key="suivi_pas",
            format_func=GRAINS.__getitem__,
        )  # fmt: skip
    svg, words = month_chart(followed, counter, level, unit, grain)
    drawn = base64.b64encode(svg.encode()).decode()
    st.html(
        '<div role="region" tabindex="0" aria-label="Graphique du suivi" style="overflow-x:auto">'
        f'<img src="data:image/svg+xml;base64,{drawn}" alt="{escape(words)}" '
        'style="max-width:none"></div>'
    )
    st.caption(
        "Barre pleine : chiffre complet ; barre rayée et ≥ : il manque des lignes ; s : caché ; "
        "? : non déclaré. Le même contenu en tableau :"
    )
    st.dataframe(
        trend_table(followed, counter, level, unit, grain), hide_index=True,
        alt="Le graphique en tableau",
    )  # fmt: skip


def _take_away(opened: Opened, followed: Followed) -> None:
    st.header("Emporter", anchor=False)
    st.write("Les chiffres cachés ici le sont aussi dans le fichier.")
    fiction = "-donnees-fictives" if followed.fictional else ""
    st.download_button(
        "Télécharger les chiffres du suivi (CSV)", mime="text/csv",
        data=lambda: followed_csv(followed),
        file_name=f"suivi-{opened.slug}{fiction}.csv", on_click="ignore", key="suivi_csv",
    )  # fmt: skip


@st.cache_data(show_spinner=False)
def _template() -> bytes:
    return form_bytes(FORM)


main()
