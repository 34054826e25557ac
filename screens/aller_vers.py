"""Aller-vers: plan a door-to-door round, take its sheet away, bring it back filled."""

from __future__ import annotations

import base64
import datetime as dt
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import QpvError
from geo.exclusion import ExclusionRules
from geo.outreach import Asked, Assumptions, describe_outreach
from geo.outreach.checklist import CHECKLIST
from geo.outreach.digital import (
    double_exclusion,
    exclusion_frame,
    exclusion_sentence,
)
from geo.outreach.picture import picture_words, round_picture
from geo.outreach.plan import MOST_DAYS, MOST_DWELLINGS, MOST_MEDIATORS, MOST_PEOPLE
from geo.outreach.record import (
    assumption_rows,
    help_lines,
    order_words,
    passes_frame,
    tour_frame,
    weeks_frame,
)
from geo.outreach.round import Round, key_words, round_sentences, shortfall_sentence
from geo.words import number
from screens import aller_vers_retour, shared
from screens.address import from_address, in_address, to_address
from screens.address_values import Between, Days, amount, day, whole, yes_or_no
from screens.aller_vers_tournee import Key, Listed, list_of_streets, made_round, round_key, sheets
from screens.plain import plain
from screens.shared import Opened

AIMS = {
    "personnes": ("Personnes à rencontrer", MOST_PEOPLE, 250),
    "logements": ("Logements à visiter", MOST_DWELLINGS, 541),
    "jours": ("Jours par médiateur", MOST_DAYS, 20),
}
# The least and the most of the thresholds that can be set, by the key of their field.
_THRESHOLDS = {"aller_seuil_100": (11.0, 500.0), "aller_seuil_10": (1.0, 9.5)}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def main() -> None:
    top = st.container()
    choice, search = st.columns([1, 2], vertical_alignment="bottom")
    with choice:
        opened = shared.open_territory()
    with top:
        shared.header("Aller-vers", opened)
    rules = _thresholds()
    excluded = _excluded(opened.slug, opened.build, opened.data_dir, rules)
    with search:
        code = _quarter(opened, excluded)
    settings, results = st.columns([1, 2.2], gap="medium")
    with settings:
        asked, assumptions, listed = _settings(opened)
    with results:
        if code is None:
            st.info("Choisissez un quartier : la tournée, son calendrier et sa fiche s'affichent.")
        elif asked is not None and assumptions is not None:
            _planned(opened, code, asked, assumptions, listed)
    aller_vers_retour.returned(opened, assumptions)
    _exclusion(excluded, rules)
    _checklist()


def _quarter(opened: Opened, excluded: pd.DataFrame) -> str | None:
    names = {code: f"{name} ({code})" for code, name in shared.quarter_names(opened).items()}
    with in_address("aller_filtre", (True, False), False, yes_or_no):
        only = st.toggle(
            "Seulement les quartiers en double exclusion", key="aller_filtre",
            help="Accès aux généralistes faible et fragilité numérique élevée : voir plus bas.",
        )  # fmt: skip
    from_address("qpv", list(names))
    inside = set(excluded.loc[excluded["state"] == "in", "code_qp"])
    chosen = st.session_state.get("qpv")
    shown = [code for code in names if not only or code in inside or code == chosen]
    code = st.selectbox(
        "Quartier", shown, index=None, key="qpv", format_func=lambda value: names[value],
        placeholder="Chercher un nom, une commune, un code",
    )  # fmt: skip
    to_address(qpv=code)
    return code


def _settings(
    opened: Opened,
) -> tuple[Asked | None, Assumptions | None, Listed | None]:
    st.header("La tournée", anchor=False)
    from_address("aller_but", list(AIMS), usual=next(iter(AIMS)))
    aim = str(
        st.selectbox("Je connais", list(AIMS), key="aller_but", format_func=lambda n: AIMS[n][0])
    )
    label, most, usual = AIMS[aim]
    count = _whole("aller_nombre", label, most, usual)
    if count == usual:
        st.caption(f"{number(usual)} est un exemple : écrivez votre nombre.")
    mediators = _whole("aller_mediateurs", "Médiateurs", MOST_MEDIATORS, 1)
    passes = _whole(
        "aller_passages", "Passages sur les mêmes logements", 3, 1,
        "Au deuxième et au troisième passage, seuls les logements non rencontrés sont revus.",
    )  # fmt: skip
    start = _start()
    to_address(aller_but=aim, aller_nombre=str(count), aller_mediateurs=str(mediators),
               aller_passages=str(passes), aller_debut=start or None)  # fmt: skip
    days = count if aim == "jours" else None
    if aim != "jours":
        with in_address("aller_jours", Between(1, MOST_DAYS), None, whole):
            limit = st.number_input(
                "Jours disponibles par médiateur (facultatif)", 1, MOST_DAYS, None,
                key="aller_jours",
            )  # fmt: skip
        days = int(limit) if limit else None
    with st.expander("Hypothèses modifiables"):
        assumptions = _assumptions()
    with st.expander("Votre liste de rues ou d'îlots"):
        listed = list_of_streets()
    asked = Asked(
        people=count if aim == "personnes" else None,
        dwellings=count if aim == "logements" else None,
        days=days, mediators=mediators, passes=passes, start=start,
    )  # fmt: skip
    return asked, assumptions, listed


def _whole(key: str, label: str, most: int, usual: int, words: str | None = None) -> int:
    from_address(key, Between(1, most), whole, usual=usual)
    return int(st.number_input(label, 1, most, step=1, key=key, help=words))


def _start() -> str:
    from_address("aller_debut", Days(), day, usual=None)
    chosen = st.date_input(
        "Premier jour (facultatif)", None, format="DD/MM/YYYY", key="aller_debut",
        help="Sans lui, la durée est donnée sans dates. Week-ends et jours fériés exclus.",
    )  # fmt: skip
    return chosen.isoformat() if isinstance(chosen, dt.date) else ""


def _assumptions() -> Assumptions | None:
    st.caption("Par défaut : le résultat de Roanne (2017). Votre propre résultat le remplace.")
    usual = Assumptions()
    typed: dict[str, Any] = {
        "met": _counted("met", "Personnes rencontrées (résultat passé)", 100_000, usual.met),
        "visited": _counted("visited", "Logements visités (résultat passé)", 100_000,
                            usual.visited),
        "people_per_door": _measured("porte", "Personnes par logement qui ouvre", 0.5, 10.0,
                                     usual.people_per_door, 0.1),
        "own_pace": _measured("rythme", "Logements par jour et par médiateur (vide : Roanne, 6,2)",
                              0.5, 100.0, None, 0.5),
        "days_per_week": _counted("semaine", "Jours de tournée par semaine", 5,
                                  usual.days_per_week),
        "people_per_dwelling": _measured("habitants", "Habitants par logement", 1.0, 10.0,
                                         usual.people_per_dwelling, 0.1),
    }  # fmt: skip
    try:
        return Assumptions(**typed)
    except QpvError as error:
        st.error(plain(error))
        return None


def _counted(name: str, label: str, most: int, usual: int) -> int:
    key = f"aller_{name}"
    with in_address(key, Between(1, most), usual, whole):
        return int(st.number_input(label, 1, most, step=1, key=key))


def _measured(
    name: str, label: str, least: float, most: float, usual: float | None, step: float
) -> float | None:
    key = f"aller_{name}"
    with in_address(key, Between(least, most), usual, amount):
        return st.number_input(label, least, most, usual if usual is None else "min", step,
                               format="%.1f", key=key)  # fmt: skip


@st.cache_resource(max_entries=12, show_spinner="Fragilité numérique des quartiers…")
def _excluded(slug: str, build: str, data_dir: str, rules: ExclusionRules) -> pd.DataFrame:
    layers, analysis = shared.read(slug, build, data_dir)
    return double_exclusion(analysis, layers, rules)


def _planned(
    opened: Opened, code: str, asked: Asked, assumptions: Assumptions,
    listed: Listed | None,
) -> None:  # fmt: skip
    key = round_key(opened, code, asked, assumptions)
    try:
        made = made_round(key, listed)
    except QpvError as error:
        st.error(plain(error))
        return
    st.header(plain(made.name), anchor=False)
    if made.shortfall:
        st.warning(plain(shortfall_sentence(made)))
    st.markdown(
        "  \n".join(f"**{plain(value)}** {plain(words)}" for value, words in key_words(made))
    )
    st.text("\n".join(f"• {line}" for line in round_sentences(made)[bool(made.shortfall) :]))
    st.subheader("Ce que donnent les passages (modélisé)", anchor=False)
    st.dataframe(passes_frame(made), hide_index=True, alt="Un, deux ou trois passages")
    st.subheader("L'ordre de la tournée", anchor=False)
    st.caption(order_words(made))
    drawn = base64.b64encode(round_picture(made).encode()).decode()
    st.html(
        # Never smaller than drawn: its words would be too small to read; it scrolls instead.
        "<style>.plan{container-type:inline-size}.plan p{display:none}"
        "@container(max-width:639px){.plan p{display:block;font-size:14px;margin:0 0 4px}}</style>"
        '<div class="plan"><p>Le plan est plus large que l\'écran : faites-le glisser de côté.</p>'
        '<div role="region" tabindex="0" aria-label="Plan de la tournée" style="overflow-x:auto">'
        f'<img alt="{escape(picture_words(made))}" src="data:image/svg+xml;base64,{drawn}" '
        'style="width:100%;min-width:640px;max-width:900px;border:1px solid #c9ced6"></div></div>'
    )
    st.dataframe(tour_frame(made), hide_index=True, alt="Îlots dans l'ordre de la tournée")
    with st.expander("Semaine par semaine"):
        st.dataframe(weeks_frame(made), hide_index=True, alt="Visites par semaine et médiateur")
    _take_away(opened, made, key, listed)
    st.subheader("Où orienter, à pied", anchor=False)
    st.text(made.help_words)
    st.text("\n".join(f"• {line}" for line in help_lines(made)))
    st.text(f"Double exclusion : {made.exclusion['reason']}.")
    with st.expander("Hypothèses de ce plan et leurs sources"):
        told = assumption_rows(describe_outreach(assumptions))
        st.dataframe(told, hide_index=True, alt="Hypothèses du plan")


def _take_away(opened: Opened, made: Round, key: Key, listed: Listed | None) -> None:
    st.subheader("La fiche à remplir", anchor=False)
    st.write("Des totaux par îlot et par passage ; ni nom, ni adresse d'un logement, ni santé.")
    if st.button("Préparer la fiche", key="aller_preparer", type="primary"):
        st.session_state["aller_fiche"] = key
    if st.session_state.get("aller_fiche") != key:
        return
    workbook, printed = sheets(key, opened.analysis, made, listed)
    name = f"porte-a-porte-{made.code_qp}" + ("-donnees-fictives" if made.fictional else "")
    with st.container(horizontal=True):
        st.download_button("Télécharger la fiche (XLSX)", workbook, f"{name}.xlsx", XLSX,
                           on_click="ignore", key="aller_xlsx")  # fmt: skip
        st.download_button("Télécharger la fiche à imprimer (PDF)", printed, f"{name}.pdf",
                           "application/pdf", on_click="ignore", key="aller_pdf")  # fmt: skip


def _thresholds() -> ExclusionRules:
    """The thresholds chosen below on the page, which the list of quarters above obeys."""
    usual = ExclusionRules()
    for key, (least, most) in _THRESHOLDS.items():
        from_address(key, Between(least, most), amount)
    return ExclusionRules(
        float(st.session_state.get("aller_seuil_100") or usual.around_100),
        float(st.session_state.get("aller_seuil_10") or usual.one_to_ten),
    )


def _exclusion(excluded: pd.DataFrame, rules: ExclusionRules) -> None:
    st.header("Double exclusion : soins et numérique", anchor=False)
    st.write(plain(exclusion_sentence(excluded, rules)))
    usual = ExclusionRules()
    with st.expander("Seuils de fragilité numérique, selon l'édition de l'indice"):
        _threshold("aller_seuil_100", "Indice de 2020 (100 = région) : fragile au-dessus de",
                   usual.around_100, 5.0, "%.0f")  # fmt: skip
        _threshold("aller_seuil_10", "Indice depuis 2023 (de 1 à 10) : fragile au-dessus de",
                   usual.one_to_ten, 0.5, "%.1f")  # fmt: skip
        st.caption("Les deux échelles ne se mélangent jamais : seul l'indice lu ici compte.")
    with st.expander("La liste des quartiers, avec la raison"):
        st.dataframe(exclusion_frame(excluded), hide_index=True, placeholder="non connu",
                     alt="Quartiers et double exclusion")  # fmt: skip


def _threshold(key: str, label: str, usual: float, step: float, written: str) -> None:
    least, most = _THRESHOLDS[key]
    with in_address(key, Between(least, most), usual, amount):
        st.number_input(label, least, most, step=step, format=written, key=key)


def _checklist() -> None:
    st.header("Avant la première porte", anchor=False)
    st.markdown(
        "\n".join(f"- **{item.subject}** : {item.text} *({item.source})*" for item in CHECKLIST)
    )


main()
