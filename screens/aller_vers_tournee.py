"""The round of Aller-vers, made once: shared when it rests on the data alone, else kept here.

A round of streets that somebody brought stays in that session, by the sha256 of the file: a cache
of the server would hold one person's list for all, under a key that samples long tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import pandas as pd
import streamlit as st

from datasets.outreach import check_stops, stops_table
from datasets.streets_store import StoredStreets
from datasets.uploaded import read_uploaded
from geo.analysis import Analysis
from geo.errors import QpvError
from geo.outreach import Asked, Assumptions
from geo.outreach.printed import sheet_pdf_bytes
from geo.outreach.round import Round, make_round
from geo.outreach.sheet import sheet_xlsx_bytes
from screens import shared
from screens.aller_vers_retour import problems
from screens.plain import plain
from screens.shared import Opened

T = TypeVar("T")
Key = tuple[str, str, str, str, Asked, Assumptions, str]


class Listed(NamedTuple):
    """The streets that somebody brought, and the sha256 of their file."""

    digest: str
    table: pd.DataFrame


def list_of_streets() -> Listed | None:
    """Ask for a list of streets; its problems are told, and nothing comes of a refused one."""
    st.caption("Des rues ou des îlots et leurs logements, sans personne.")
    sent = st.file_uploader(
        "Liste (.csv ou .xlsx)", ["csv", "xlsx"], key="aller_liste", max_upload_size=1
    )
    if sent is None:
        return None
    content = sent.getvalue()
    try:
        examination = read_uploaded(sent.name, content, check_stops)
    except QpvError as error:
        st.error(plain(error))
        return None
    problems(examination)
    if examination.refused:
        return None
    return Listed(hashlib.sha256(content).hexdigest(), stops_table(examination))


def round_key(opened: Opened, code: str, asked: Asked, assumptions: Assumptions) -> Key:
    """What a round rests on; the state of its street file too.

    A build mended has the name that it had: what was made of a damaged file must not outlive it.
    """
    streets = opened.layers.streets
    state = streets.state(code) if isinstance(streets, StoredStreets) else ""
    return opened.slug, opened.build, opened.data_dir, code, asked, assumptions, state


@st.cache_resource(max_entries=64, show_spinner="Préparation de la tournée…")
def _round(
    slug: str, build: str, data_dir: str, code: str, asked: Asked, assumptions: Assumptions,
    streets_state: str,
) -> Round:  # fmt: skip
    layers, analysis = shared.read(slug, build, data_dir)
    return make_round(analysis, layers, code, asked, assumptions)


def made_round(key: Key, listed: Listed | None) -> Round:
    """The round; one of brought streets stays in the session, never in a shared cache."""
    if listed is None:
        return _round(*key)
    slug, build, data_dir, code, asked, assumptions, _state = key
    layers, analysis = shared.read(slug, build, data_dir)
    with st.spinner("Préparation de la tournée…"):
        return _kept_here(
            "aller_tournee", (*key, listed.digest),
            lambda: make_round(
                analysis, layers, code, asked, assumptions, listed=listed.table
            ),
        )  # fmt: skip


@st.cache_data(max_entries=16, show_spinner="Écriture de la fiche…")
def _sheets(
    slug: str, build: str, data_dir: str, code: str, asked: Asked, assumptions: Assumptions,
    streets_state: str,
) -> tuple[bytes, bytes]:  # fmt: skip
    made = _round(slug, build, data_dir, code, asked, assumptions, streets_state)
    return _written(made, shared.read(slug, build, data_dir)[1])


def sheets(key: Key, analysis: Analysis, made: Round, listed: Listed | None) -> tuple[bytes, bytes]:
    """The sheet to fill, as a workbook and to be printed."""
    if listed is None:
        return _sheets(*key)
    return _kept_here("aller_fiches", (*key, listed.digest), lambda: _written(made, analysis))


def _written(made: Round, analysis: Analysis) -> tuple[bytes, bytes]:
    return sheet_xlsx_bytes(made, analysis), sheet_pdf_bytes(made, analysis)


def _kept_here(name: str, key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """The last thing of this name made in this session, made anew when its key changes."""
    kept = st.session_state.get(name)
    if kept is None or kept[0] != key:
        kept = st.session_state[name] = (key, make())
    return cast(T, kept[1])
