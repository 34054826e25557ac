"""Réseau, first part: coverage, who works where, with whom, paid by whom, and when."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from geo.column_words import STATUS_WORDS
from geo.completeness import user_posts
from geo.mediation import Network, network
from geo.mediation.network_words import (
    brought_table,
    funders_table,
    losses_table,
    partners_table,
    place_names,
    seen_table,
    work_table,
)
from geo.mediation.overview import Overview, overview
from geo.portrait.week import Week, structure_week
from geo.programme import AURA_2024, AURA_SOURCE, programme_in_words
from geo.words import counted, euros, number, percent
from screens import html_parts, quartier_style, shared
from screens.address import in_address, view
from screens.shared import Opened
from screens.week_parts import week_html

_ABOUT_BROUGHT = (
    "Aucun fichier ne dit jusqu'où va le territoire d'un financeur : c'est ici celui des "
    "interventions qu'il paie dans un département. Heures et ETP sont ceux de ces interventions "
    "entières, que d'autres paient aussi : d'un financeur à l'autre, seule la colonne « dont "
    "payés par lui » s'additionne."
)


def draw(opened: Opened) -> None:
    told, found, names = shared.once(opened, _read)
    _coverage(told)
    if found.work.empty:
        st.info(
            "Aucune intervention connue : le réseau est inconnu, ce qui ne veut pas dire absent. "
            "Le modèle à remplir est à l'écran « Données » (médiation)."
        )
        st.page_link("screens/donnees.py", label="Ouvrir l'écran « Données »", query_params=view())
        return
    st.header("Qui travaille où", anchor=False)
    _frame(work_table(found, names), "Qui travaille où")
    st.header("Avec qui, et vu comment", anchor=False)
    _frame(partners_table(found, names), "Structures qui partagent un quartier, un lieu, un réseau",
           "Aucune structure n'en croise une autre dans ces fichiers.")  # fmt: skip
    _frame(seen_table(found), "Moyens d'être vu et temps d'échange, par structure")
    st.caption("Entre parenthèses : le nombre d'interventions. « non dit » : le fichier se tait.")
    st.header("Qui finance", anchor=False)
    _frame(funders_table(found), "Parts des financeurs, par département")
    st.caption(
        "Aucun fichier ne donne de montant : le coût d'une intervention est supposé proportionnel "
        "à ses ETP. Ce que personne n'a dit reste à part, « non précisé », jamais réparti."
    )
    st.header("Ce que chaque structure apporte à chaque financeur", anchor=False)
    st.write(_ABOUT_BROUGHT)
    _frame(brought_table(found, names), "Ce que chaque structure apporte à chaque financeur")
    st.header("Si une structure s'arrêtait", anchor=False)
    _frame(losses_table(told.losses, names), "Ce qui serait perdu si une structure s'arrêtait",
           "Aucune structure n'intervient dans les quartiers de ce territoire.")  # fmt: skip
    st.caption("Personnes : un calcul. Les autres structures sont supposées rester comme elles "
               "sont, et reprendre ce qu'elles peuvent.")  # fmt: skip
    _week(opened)


def _read(opened: Opened) -> tuple[Overview, Network, dict[str, str]]:
    layers, analysis = opened.layers, opened.analysis
    return (
        overview(analysis, layers),
        network(layers, analysis.parameters),
        place_names(layers),
    )


def _coverage(told: Overview) -> None:
    st.header("La couverture, en deux fois deux chiffres", anchor=False)
    for line, place in zip(told.headlines, st.columns(len(told.headlines)), strict=True):
        place.metric(line.label, line.written, help=line.meaning)
        if line.part is not None:
            place.caption(f"{number(line.part)} sur {number(line.total)} {line.of}, "
                          f"{STATUS_WORDS[line.status]}")  # fmt: skip
    st.html(html_parts.bullets(told.remarks))
    with st.popover("Le programme régional publié (2024)"):
        st.html(html_parts.table(_programme(), "Auvergne-Rhône-Alpes, 2024"))
        st.text(programme_in_words())


def _programme() -> pd.DataFrame:
    one = AURA_2024
    rows = (
        ("Postes", number(one.posts), "publié"),
        ("Coût par an", f"{number(one.cost_eur / 1e6, 1)}\u00a0M€", "publié"),
        ("Personnes par an", number(one.people), "publié"),
        ("QPV qui ont un médiateur", f"environ {percent(one.qpv_share, 0)}", "publié"),
        (
            "Habitants des QPV qui ont un médiateur",
            f"environ {percent(one.inhabitants_share, 0)}",
            "publié",
        ),
        ("Personnes par poste", number(one.people_per_post), "calculé sur des arrondis"),
        ("Coût par poste", euros(one.cost_per_post_eur), "calculé sur des arrondis"),
        ("Coût par personne", euros(one.cost_per_person_eur), "calculé sur des arrondis"),
    )
    return pd.DataFrame(rows, columns=["Chiffre", "Valeur", f"Statut ({AURA_SOURCE})"])


def _week(opened: Opened) -> None:
    st.header("La semaine d'une structure", anchor=False)
    structures = sorted(set(user_posts(opened.layers["mediation"])["structure"]))
    if not structures:
        st.write("Aucune structure n'est connue dans ce territoire.")
        return
    with in_address("reseau_structure", structures, structures[0]):
        chosen = st.selectbox("Structure", structures, key="reseau_structure")
    found: Week = shared.once(opened, _week_of, chosen)
    st.html(f'{quartier_style.STYLE}<div class="quartier">{week_html(found)}</div>')


def _week_of(opened: Opened, structure: str) -> Week:
    return structure_week(opened.analysis, opened.layers, structure)


def _frame(table: pd.DataFrame, words: str, empty: str = "") -> None:
    if table.empty:
        st.write(empty)
        return
    shown: dict[str, Any] = {"height": 420} if len(table) > 11 else {}
    st.dataframe(table, hide_index=True, alt=f"{words} ({counted(len(table), 'ligne')})", **shown)
