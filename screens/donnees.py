"""Données: where the figures come from, how good they are, and how to build another territory."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from datasets import store
from geo.confidentiality.guard import WHAT_IS_GUARDED_FR
from geo.quality import problems_table, quality_sentences
from geo.report import PARAMETER_HEADINGS, SOURCE_WORDS, parameter_rows
from screens import data_build, data_files, shared


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
    st.write(f"Version des données : `{opened.build.split('+')[0]}`.")
    _sources(opened)
    _quality(opened)
    _parameters(opened)
    data_files.draw(opened)
    data_build.draw()


def _sources(opened: shared.Opened) -> None:
    st.header("Sources", anchor=False)
    sources = opened.analysis.sources.rename(columns=SOURCE_WORDS)
    st.dataframe(
        sources, hide_index=True, alt="Sources du territoire",
        column_config={
            SOURCE_WORDS["landing_page"]: st.column_config.LinkColumn(
                SOURCE_WORDS["landing_page"], display_text="ouvrir"
            )
        },
    )  # fmt: skip
    st.caption(
        "Une date de téléchargement vide : fichier apporté à la main, sans date connue. "
        "L'empreinte (sha256) permet de vérifier que deux personnes ont lu le même fichier."
    )


def _quality(opened: shared.Opened) -> None:
    st.header("Qualité", anchor=False)
    for sentence in quality_sentences(opened.layers, opened.analysis):
        st.markdown(f"- {sentence}")
    for note in opened.analysis.notes:
        st.markdown(f"- {note}")
    st.markdown(f"- {WHAT_IS_GUARDED_FR}")
    problems = problems_table(opened.layers)
    with st.expander(f"Détail des {len(problems)} constats, ligne par ligne"):
        st.dataframe(problems, hide_index=True, placeholder="", alt="Problèmes relevés")


def _parameters(opened: shared.Opened) -> None:
    st.header("Paramètres du calcul", anchor=False)
    st.write(
        "Chaque nombre choisi ou emprunté, avec sa source. « Hypothèse, modifiable » : un choix du "
        "projet, pas une norme."
    )
    rows = parameter_rows(opened.analysis)
    st.dataframe(
        pd.DataFrame(rows, columns=list(PARAMETER_HEADINGS)), hide_index=True,
        alt="Paramètres du calcul",
    )  # fmt: skip


main()
