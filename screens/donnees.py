"""Données: where the figures come from, how good they are, and how to build another territory."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from datasets import store
from geo.report import PARAMETER_HEADINGS, parameter_rows
from screens import data_build, data_files, data_quality, shared


def main() -> None:
    if not store.list_built(store.default_data_dir()):
        st.title("Données", anchor=False)
        st.info("Aucun territoire n'est encore construit. Choisissez le premier ci-dessous.")
        data_build.draw()
        return
    top = st.container()
    choice, _ = st.columns([1, 2])
    with choice:
        opened = shared.open_territory()
    with top:
        shared.header("Données", opened)
    data_quality.draw_sources(opened)
    data_quality.draw(opened)
    data_files.draw(opened)
    data_build.draw()
    _parameters(opened)


def _parameters(opened: shared.Opened) -> None:
    st.header("Paramètres du calcul", anchor=False)
    st.write(
        "Chaque nombre choisi ou emprunté, avec sa source. « Hypothèse, modifiable » : un choix du "
        "projet, pas une norme."
    )
    st.dataframe(
        shared.once(opened, _parameters_table), hide_index=True, alt="Paramètres du calcul"
    )


def _parameters_table(opened: shared.Opened) -> pd.DataFrame:
    return pd.DataFrame(parameter_rows(opened.analysis), columns=list(PARAMETER_HEADINGS))


main()
