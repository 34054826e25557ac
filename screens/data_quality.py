"""Where the figures come from, and what limits them, in plain words before any table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from datasets.raw import DEMO_FOLDER
from datasets.source_states import (
    REPORT,
    Served,
    SourceState,
    rows_served,
    source_states,
    states_table,
)
from geo.confidentiality.guard import WHAT_IS_GUARDED_FR
from geo.quality import QualityGroup, problems_table, quality_groups
from geo.words import counted
from screens.address import in_address
from screens.brought import SEPARATOR
from screens.folded import unfolded
from screens.plain import plain
from screens.shared import Opened, once

_NEEDS_SOMEBODY = ("failed", "absent", "old", "unused")
_LINK = st.column_config.LinkColumn("Page", display_text="ouvrir")


def draw_sources(opened: Opened) -> None:
    """Each source and its state; those that are not read yet apart."""
    st.header("Sources", anchor=False)
    states = _states(opened)
    read = [one for one in states if one.state != "not_read"]
    later = [one for one in states if one.state == "not_read"]
    serving = [one for one in read if one.files and one.state != "unused"]
    waiting = [one for one in read if one.state in _NEEDS_SOMEBODY]
    st.write(
        f"{counted(len(serving), 'source sert', 'sources servent')} aux chiffres de ce "
        f"territoire. À regarder (échec, absence, ancienneté, fichier non utilisé) : "
        f"{len(waiting) or 'aucune'}. La colonne « État » le dit pour chacune."
    )
    st.dataframe(
        states_table(read), hide_index=True, alt="Sources du territoire et leur état",
        column_config={"Page": _LINK},
    )  # fmt: skip
    st.caption(
        f"Version des données : {opened.build.split(SEPARATOR)[0]}. Deux personnes qui lisent "
        "cette même version lisent les mêmes fichiers."
    )
    label = f"{len(later)} sources connues, que l'outil ne lit pas encore"
    with unfolded(label, "sources_a_venir") as coming:
        if coming:
            st.dataframe(
                states_table(later)[["Source", "Éditeur", "Millésime", "Licence", "Page"]],
                hide_index=True, alt="Sources que l'outil ne lit pas encore",
                column_config={"Page": _LINK},
            )  # fmt: skip
    label = "Empreintes des fichiers lus (sha256)"
    with unfolded(label, "empreintes") as prints:
        if prints:
            st.dataframe(
                opened.analysis.sources[["title", "files", "sha256"]].rename(
                    columns={"title": "Source", "files": "Fichiers", "sha256": "Empreinte (sha256)"}
                ),
                hide_index=True, alt="Empreintes des fichiers lus",
            )  # fmt: skip


def draw(opened: Opened) -> None:
    """What limits the figures first, then the doubts, then the details line by line."""
    st.header("Qualité", anchor=False)
    groups, problems, natures, files = once(opened, _quality)
    for group in groups:
        _folded(group.heading, group.sentences)
    _folded("À savoir avant d'utiliser les chiffres", (*opened.analysis.notes, WHAT_IS_GUARDED_FR))
    label = f"Détail : {counted(len(problems), 'constat')}, ligne par ligne"
    # Around the folded part: what is filtered stays so while it is folded.
    with (
        in_address("constats_nature", natures, []),
        in_address("constats_fichier", files, []),
        unfolded(label, "constats") as details,
    ):
        if details:
            _details(problems, natures, files)


def _details(problems: pd.DataFrame, natures: list[str], files: list[str]) -> None:
    kinds = st.multiselect(
        "Nature", natures, key="constats_nature", placeholder="toutes", select_all=False
    )
    names = st.multiselect(
        "Fichier", files, key="constats_fichier", placeholder="tous", select_all=False
    )
    shown = problems[
        (problems["Nature"].isin(kinds) | (not kinds))
        & (problems["Fichier"].isin(names) | (not names))
    ]
    st.dataframe(shown, hide_index=True, placeholder="", alt="Problèmes relevés")


def _folded(heading: str, sentences: Sequence[str]) -> None:
    with st.expander(f"{plain(heading)} ({len(sentences)})"):
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))


def _states(opened: Opened) -> list[SourceState]:
    """The states today, asked again when anything is written in the raw folder."""
    raw = Path(opened.data_dir) / (DEMO_FOLDER if opened.layers.territory == "demo" else "raw")
    folders = sorted(path for path in raw.glob("*") if path.is_dir())
    watched = (raw, raw / REPORT, *folders)
    written = tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in watched)
    return once(opened, _states_on, date.today().isoformat(), str(raw), written)


def _states_on(opened: Opened, day: str, raw: str, written: tuple[int, ...]) -> list[SourceState]:
    del written  # part of the key
    served = once(opened, _served)
    return source_states(opened.layers, Path(raw), date.fromisoformat(day), served=served)


def _served(opened: Opened) -> Served:
    return rows_served(opened.layers)


def _quality(
    opened: Opened,
) -> tuple[tuple[QualityGroup, ...], pd.DataFrame, list[str], list[str]]:
    problems = problems_table(opened.layers)
    natures, files = (sorted(set(problems[name]) - {""}) for name in ("Nature", "Fichier"))
    return quality_groups(opened.layers, opened.analysis), problems, natures, files
