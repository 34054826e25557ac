"""What every screen shares: the territory chosen, its data, the address bar, the banner."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from datasets import store
from datasets.assets import copy_static, data_uri_assets, served_assets
from geo import analyse
from geo.analysis import Analysis
from geo.errors import QpvError
from geo.figures import territory_name, territory_title
from geo.maps import LeafletAssets, map_data
from geo.report import to_csv_bytes, to_geopackage_bytes, to_xlsx_bytes
from geo.schema import Layers
from geo.territory import parse_territory

STATIC = Path(__file__).resolve().parent.parent / "static" / "vendor"
FICTIONAL = (
    "<strong>Données fictives.</strong> Territoire inventé pour la démonstration : "
    "aucun chiffre de cette page ne décrit un lieu réel."
)


@dataclass(frozen=True)
class Opened:
    """One built territory, read and analysed once for all sessions. Never modified."""

    slug: str
    build: str
    data_dir: str
    manifest: dict[str, Any]
    layers: Layers
    analysis: Analysis


def open_territory() -> Opened:
    """Let the reader choose a built territory (``?territoire=``), and open it.

    Stops the page with what to do when none is built or the build cannot be read.
    """
    data_dir = store.default_data_dir()
    built = {entry.slug: entry for entry in store.list_built(data_dir)}
    if not built:
        st.warning(
            f"Aucun territoire construit dans « {data_dir} ». À faire, dans un terminal : "
            "`qpv build demo` pour la démonstration, ou `qpv fetch dep:42` puis `qpv build dep:42`."
        )
        st.stop()
    from_address("territoire", list(built))
    slug = st.selectbox(
        "Territoire",
        list(built),
        format_func=lambda name: _name(built[name]),
        key="territoire",
    )
    to_address(territoire=slug)
    entry = built[slug]
    try:
        layers, analysis = _read(slug, entry.manifest["build"], str(data_dir))
    except QpvError as error:
        st.error(str(error))
        st.stop()
    return Opened(slug, entry.manifest["build"], str(data_dir), entry.manifest, layers, analysis)


def header(title: str, opened: Opened) -> None:
    """The title of the page, the territory in words, and the banner when its data are fictional."""
    if opened.analysis.fictional:
        st.html(
            '<div role="note" style="border:2px solid #8a1c1c;border-radius:4px;padding:6px 12px;'
            f'color:#1b1b1f;background:#fdf3f3">{FICTIONAL}</div>'
        )
    st.title(f"{title} : {territory_title(opened.analysis)}", anchor=False)


def from_address(name: str, allowed: Collection[str]) -> None:
    """Give a widget (same key) the value of the address bar, when the address is what changed."""
    given = st.query_params.get(name)
    if given is not None and given != st.session_state.get(f"adresse_{name}"):
        st.session_state[f"adresse_{name}"] = given
        if given in allowed:
            st.session_state[name] = given
    if name in st.session_state and st.session_state[name] not in allowed:
        del st.session_state[name]


def many_from_address(name: str, allowed: Collection[str], default: Collection[str]) -> None:
    """The same for a widget of several values, written ``a,b`` (``aucune`` when empty)."""
    given = st.query_params.get(name)
    if given is not None and given != st.session_state.get(f"adresse_{name}"):
        st.session_state[f"adresse_{name}"] = given
        st.session_state[name] = [value for value in given.split(",") if value in allowed]
    st.session_state.setdefault(name, list(default))


def to_address(**values: str | list[str] | None) -> None:
    """Write the state of widgets in the address bar, so that the link reopens the same view."""
    for name, value in values.items():
        text = (",".join(value) or "aucune") if isinstance(value, list) else value
        if text:
            if st.query_params.get(name) != text:
                st.query_params[name] = text
        elif name in st.query_params:
            del st.query_params[name]
        st.session_state[f"adresse_{name}"] = text


@st.cache_resource(max_entries=6, show_spinner="Lecture du territoire…")
def _read(slug: str, build: str, data_dir: str) -> tuple[Layers, Analysis]:
    """``build`` is part of the key: a territory built again is read again, by all sessions."""
    layers = store.load(slug, Path(data_dir))
    return layers, analyse(layers)


@st.cache_resource(max_entries=24, show_spinner="Préparation de la carte…")
def drawn_data(
    slug: str,
    build: str,
    data_dir: str,
    shown: tuple[str, ...],
    departement: str | None,
    situations: tuple[str, ...] | None,
) -> dict[str, Any]:
    """What the map draws, prepared once per view and shared by all sessions (never modified)."""
    layers, analysis = _read(slug, build, data_dir)
    return map_data(analysis, layers, shown, departement, situations)


@st.cache_data(max_entries=12, show_spinner="Préparation du fichier…")
def export(slug: str, build: str, data_dir: str, kind: str) -> bytes:
    """The table as a file: ``csv``, ``xlsx`` or ``gpkg``."""
    _, analysis = _read(slug, build, data_dir)
    writers = {"csv": to_csv_bytes, "xlsx": to_xlsx_bytes, "gpkg": to_geopackage_bytes}
    return writers[kind](analysis)


@st.cache_resource(show_spinner=False)
def leaflet_assets() -> LeafletAssets:
    """Leaflet served by this app, or carried by the page when its folder cannot be written."""
    try:
        copy_static(STATIC)
    except OSError:
        return data_uri_assets()
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return served_assets(f"/{base}/app/static/vendor" if base else "/app/static/vendor")


def _name(entry: store.BuiltTerritory) -> str:
    fictional = " (données fictives)" if entry.manifest.get("fictional") else ""
    return f"{territory_name(parse_territory(entry.territory))}{fictional}"
