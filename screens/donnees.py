"""Données: where the figures come from, how good they are, and how to build another territory."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from datasets import store
from geo.report import PARAMETER_HEADINGS, parameter_rows
from screens import archive_panel, assumed, data_build, data_files, data_quality, shared

# Where each part of this long page begins, in its order.
PARTS = {
    "sources": "Sources",
    "apporter": "Apporter vos fichiers",
    "construire": "Construire un territoire",
    "qualite": "Qualité",
    "parametres": "Paramètres du calcul",
}
CONTENTS = (
    '<nav aria-label="Sur cette page" style="color:#1b1b1f">Sur cette page : '
    + " · ".join(
        f'<a href="#{name}" target="_self" style="color:#1f4e8c;text-decoration:underline">{words}'
        "</a>"
        for name, words in PARTS.items()
    )
    + "</nav>"
)


def main() -> None:
    if not store.list_built(store.default_data_dir()):
        st.title("Données", anchor=False)
        st.info("Aucun territoire n'est encore construit. Choisissez le premier ci-dessous.")
        data_build.draw()
        return
    top = st.container()
    choice, _ = st.columns([2, 3])
    with choice:
        opened = shared.open_territory()
    with top:
        shared.header("Données", opened)
        st.html(CONTENTS)
    _anchor("sources")
    data_quality.draw_sources(opened)
    _anchor("apporter")
    data_files.draw(opened)
    archive_panel.draw()
    _anchor("construire")
    data_build.draw()
    _anchor("qualite")
    data_quality.draw(opened)
    _anchor("parametres")
    _parameters(opened)


def _anchor(name: str) -> None:
    st.html(f'<div id="{name}" tabindex="-1"></div>')


def _parameters(opened: shared.Opened) -> None:
    st.header("Paramètres du calcul", anchor=False)
    st.write(
        "Chaque nombre choisi ou emprunté, avec sa source. « Hypothèse, modifiable » : un choix du "
        "projet, pas une norme."
    )
    assumed.draw(opened.analysis.parameters)
    st.dataframe(
        shared.once(opened, _parameters_table), hide_index=True, alt="Paramètres du calcul"
    )


def _parameters_table(opened: shared.Opened) -> pd.DataFrame:
    return pd.DataFrame(parameter_rows(opened.analysis), columns=list(PARAMETER_HEADINGS))


main()
