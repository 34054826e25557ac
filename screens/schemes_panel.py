"""Local schemes (CLS, ASV, CLSM, CPTS, France services): of a territory, and of one quarter."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from datasets.brought.schemes import FORM
from datasets.brought.template import form_bytes
from geo.local_schemes import (
    NATIONAL,
    SchemeCoverage,
    counts_in_words,
    scheme_coverage,
    schemes_in_words,
    share_in_words,
    without_scheme,
)
from geo.words import counted, number
from screens import html_parts, shared
from screens.address import view
from screens.shared import Opened

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADINGS = {"code_qp": "Code", "label": "Quartier", "commune_label": "Commune",
             "population": "Habitants"}  # fmt: skip


def draw(opened: Opened) -> None:
    """The part of Réseau: counts, quarters without, population covered, the form to fill."""
    found: SchemeCoverage = shared.once(opened, _covered)
    st.header("Démarches territoriales", anchor=False)
    st.write(
        "« sans » n'est dit que là où une liste se dit complète ; ailleurs c'est « non connu », "
        "jamais une absence."
    )
    st.html(html_parts.bullets((share_in_words(found), *counts_in_words(found))))
    st.header("QPV sans CLS, ASV ni CLSM", anchor=False)
    without = without_scheme(found)
    if without.empty:
        st.write("Aucun quartier n'est connu pour n'avoir ni CLS, ni ASV, ni CLSM.")
    else:
        people = without["population"]
        st.write(
            f"{counted(len(without), 'quartier')}, "
            f"{'au moins ' if people.isna().any() else ''}{counted(people.sum(), 'habitant')}."
        )
        _frame(without[list(_HEADINGS)], "QPV sans CLS, ASV ni CLSM")
    with st.expander("Tous les quartiers, démarche par démarche"):
        _frame(found.quarters, "Démarches de chaque quartier")
    _bring(opened)
    st.html(html_parts.bullets(_national()))


def quarter_html(opened: Opened, code: str) -> str:
    """The section of the page of a quarter."""
    found: SchemeCoverage = shared.once(opened, _covered)
    own = found.schemes[found.schemes["code_qp"] == code]
    sources = "".join(
        f"<li>{escape(row['kind'])}, {escape(row['label'])} : {_link(row['link'])}"
        f"{escape(row['source_label'])}</li>"
        for row in own.to_dict("records")
        if row["link"] or row["source_label"]
    )
    told = f"<h4>Pages publiques et sources</h4><ul>{sources}</ul>" if sources else ""
    return (
        '<div class="quartier"><h3>Démarches territoriales</h3>'
        f"<ul>{_items(schemes_in_words(found, code))}</ul>{told}"
        "<details><summary>Repères nationaux, avec leur année</summary>"
        f"<ul>{_items(_national())}</ul></details></div>"
    )


def _covered(opened: Opened) -> SchemeCoverage:
    return scheme_coverage(opened.analysis, opened.layers)


def _national() -> list[str]:
    return [f"Repère national : {one.text} ({one.year} ; {one.source})." for one in NATIONAL]


def _items(lines: tuple[str, ...] | list[str]) -> str:
    return "".join(f"<li>{escape(line)}</li>" for line in lines)


def _link(address: str) -> str:
    """A public page by https; any other address is words."""
    shown = escape(address)
    if not address.startswith("https://"):
        return f"{shown} " if shown else ""
    return f'<a href="{shown}" target="_blank" rel="noopener noreferrer">{shown}</a> '


def _frame(table: pd.DataFrame, words: str) -> None:
    shown = table.assign(population=table["population"].map(number))
    st.dataframe(
        shown.rename(columns={**_HEADINGS, "coordination": "CLS, ASV ou CLSM"}),
        hide_index=True, alt=words,
    )  # fmt: skip


def _bring(opened: Opened) -> None:
    st.download_button(
        "Télécharger le modèle « démarches » (Excel)", data=_template, mime=_EXCEL,
        file_name="modele-demarches.xlsx", on_click="ignore", key="modele_demarches",
    )  # fmt: skip
    if opened.layers["local_schemes"].empty:
        st.write("Aucune liste de démarches n'est lue pour ce territoire.")
    st.write(
        "Rempli, il s'apporte à l'écran « Données » (démarches territoriales), pour vous seul. "
        "Pour tous, donnez-le à la personne qui administre l'outil : elle le vérifie et le joint à "
        "la construction du territoire (dans un terminal : `qpv check demarches FICHIER`, puis "
        "`qpv build TERRITOIRE --schemes FICHIER`)."
    )
    st.page_link(
        "screens/donnees.py", label="Apporter ce fichier : écran « Données »", query_params=view()
    )


@st.cache_data(show_spinner=False)
def _template() -> bytes:
    return form_bytes(FORM)
