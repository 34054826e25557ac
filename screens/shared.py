"""What every screen shares: the territory chosen, its data, the banner, the files given away."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from datasets import store
from datasets.assets import copy_static, data_uri_assets, served_assets
from datasets.brought.session import analyse_with, kept
from geo import analyse, assumptions
from geo.analysis import Analysis
from geo.commune_group import MOST
from geo.errors import QpvError
from geo.figures import territory_name, territory_title
from geo.maps.communes import communes_data
from geo.maps.data import places_data, quarters_data
from geo.maps.draw import LeafletAssets
from geo.maps.packing import pack
from geo.report import (
    to_csv_bytes,
    to_geopackage_bytes,
    to_indicators_csv_bytes,
    to_xlsx_bytes,
)
from geo.schema import Layers
from geo.territory import parse_territory
from screens import assumed, brought, pending
from screens.address import from_address, keep, to_address
from screens.plain import plain
from screens.shelf import Shelf, made

STATIC = Path(__file__).resolve().parent.parent / "static" / "vendor"
FICTIONAL = (
    "<strong>Données fictives.</strong> Territoire inventé pour la démonstration : "
    "aucun chiffre de cette page ne décrit un lieu réel."
)

T = TypeVar("T")


@dataclass(frozen=True)
class Opened:
    """One built territory, read and analysed once for all sessions. Never modified.

    ``build`` names what was read: the build, and the files and assumptions of this session.
    """

    slug: str
    build: str
    data_dir: str
    manifest: dict[str, Any]
    layers: Layers
    analysis: Analysis
    shelf: Shelf

    @property
    def said_in_file_names(self) -> str:
        """What a file given away must say by its name, as not all kinds of files have a notice."""
        fictional = "-donnees-fictives" if self.analysis.fictional else ""
        changed = assumptions.assumptions_text(self.analysis.parameters)
        return fictional + ("-hypotheses-changees" if changed else "")


def open_territory() -> Opened:
    """Let the reader choose a built territory (``?territoire=``), and open it.

    Stops the page with what to do when none is built or the build cannot be read.
    """
    data_dir = store.default_data_dir()
    built = {entry.slug: entry for entry in store.list_built(data_dir)}
    if not built:
        st.title("Aucun territoire", anchor=False)
        st.warning(
            "Aucun territoire n'est encore construit. À faire : construisez-en un à l'écran "
            "« Données », ou dans un terminal (`qpv build demo` pour la démonstration, "
            "`qpv build dep:42 --fetch` pour un département)."
        )
        st.page_link("screens/donnees.py", label="Ouvrir l'écran « Données »")
        st.stop()
    _refuse_unknown(built)
    from_address("territoire", list(built), written=_slug)
    slug = st.selectbox(
        "Territoire",
        list(built),
        format_func=lambda name: _name(built[name]),
        key="territoire",
    )
    to_address(territoire=slug)
    entry = built[slug]
    build = brought.build_with(slug, entry.manifest["build"], assumed.asked())
    try:
        layers, analysis = read(slug, build, str(data_dir))
    except QpvError as error:
        st.title("Territoire illisible", anchor=False)
        st.error(plain(error))
        brought.banner(slug)
        st.stop()
    shelf = _shelf(slug, build, str(data_dir))
    opened = Opened(slug, build, str(data_dir), entry.manifest, layers, analysis, shelf)
    codes, departements = once(opened, _codes)
    keep("qpv", codes)
    keep("departement", departements)
    return opened


def is_built(territory: str) -> bool:
    """Whether a territory of that name stands in this app's data folder."""
    return any(entry.slug == territory for entry in store.list_built(store.default_data_dir()))


def once(opened: Opened, work: Callable[..., T], *asked: Any) -> T:
    """What ``work(opened, *asked)`` gives, made once for all sessions. Never modify it.

    ``work``: a function that has a name and reads nothing else; ``asked``: plain values.
    """
    key = (work.__module__, work.__qualname__, *asked)
    return cast(T, made(opened.shelf, key, lambda: work(opened, *asked)))


@st.cache_resource(max_entries=12, show_spinner=False)
def _shelf(slug: str, build: str, data_dir: str) -> Shelf:
    return Shelf()


def _codes(opened: Opened) -> tuple[frozenset[str], frozenset[str]]:
    """The quarters of the territory, and their départements."""
    qpv = opened.analysis.qpv
    return frozenset(qpv["code_qp"]), frozenset(qpv["departement"])


def quarter_names(opened: Opened) -> dict[str, str]:
    """Code → name and commune of each quarter of the territory."""
    return once(opened, _quarter_names)


def _quarter_names(opened: Opened) -> dict[str, str]:
    return {
        row.code_qp: f"{row.label}, {row.commune_label}" for row in opened.analysis.qpv.itertuples()
    }


def open_received(sent: UploadedFile | None, words: str) -> UploadedFile | None:
    """The file that this machine has received whole, when the reader presses the button of it.

    The browser names a file as soon as it is chosen; its name is written here once it has come,
    and the button belongs to that very file: pressed too early, it cannot open the one before.
    """
    if sent is None:
        return None
    st.text(f"Fichier reçu : {sent.name}")
    return sent if st.button(words, key=f"ouvrir_{sent.file_id}") else None


def draw_links() -> None:
    """Draw the links to the screens: for a part that runs alone (see ``app.py``)."""
    again = st.session_state.get("liens")
    if again:
        again()


def _slug(asked: str) -> str:
    """``region:84`` and ``region-84`` name the same folder."""
    try:
        return parse_territory(asked).slug
    except QpvError:
        return asked


def _refuse_unknown(built: dict[str, store.BuiltTerritory]) -> None:
    """An address that names a territory not built here stops: another would be taken for it."""
    asked = st.query_params.get("territoire")
    if asked is None or _slug(asked) in built:
        return
    st.title("Territoire introuvable", anchor=False)
    st.error(
        f"Territoire « {plain(asked)} » introuvable ici. Choisissez l'un des territoires "
        "construits, ou construisez celui-ci (écran « Données », ou, dans un "
        "terminal, `qpv build dep:42 --fetch`)."
    )
    for slug, entry in built.items():
        st.button(
            f"Ouvrir : {plain(_name(entry))}",
            key=f"ouvrir_{slug}",
            on_click=open_instead,
            args=(slug,),
        )
    st.stop()


def open_instead(slug: str) -> None:
    """Open another built territory (for the button that offers it)."""
    st.query_params["territoire"] = slug
    st.session_state["territoire"] = slug


def header(title: str, opened: Opened) -> None:
    """The title of the page, the territory in words, and the banner when its data are fictional."""
    if opened.analysis.fictional:
        st.html(
            '<div role="note" class="fictif" style="border:2px solid #8a1c1c;border-radius:4px;'
            f'padding:6px 12px;color:#1b1b1f;background:#fdf3f3">{FICTIONAL}</div>'
        )
    st.title(f"{title} : {plain(territory_title(opened.analysis))}", anchor=False)
    assumed.banner(opened.analysis.parameters)
    brought.banner(opened.slug)
    pending.tidy(opened.slug, brought.own_build(opened.build), leaving=title != "Données")


def read(slug: str, build: str, data_dir: str) -> tuple[Layers, Analysis]:
    """The layers and their analysis, with the files and assumptions that ``build`` names."""
    own, files, changed = brought.parts(build)
    if files or changed:
        return _read_with(slug, own, data_dir, files, changed)
    return _read(slug, own, data_dir)


# As many as the readers who may work at once with assumptions of their own.
@st.cache_resource(max_entries=12, show_spinner="Calcul avec vos fichiers ou vos hypothèses…")
def _read_with(
    slug: str, build: str, data_dir: str, files: str, changed: str
) -> tuple[Layers, Analysis]:
    """Keyed by the content brought: only a session that brought the same reads it."""
    layers, _ = _read(slug, build, data_dir)
    return analyse_with(layers, kept(files) if files else (), assumptions.assumed(changed))


def settle() -> None:
    """Take what has just been read out of the collector's rounds.

    Streamlit runs a whole collection after each run of a page. On what all sessions share, which
    lives as long as the server, it finds nothing and takes longer than most pages.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@st.cache_resource(max_entries=6, show_spinner="Lecture du territoire…")
def _read(slug: str, build: str, data_dir: str) -> tuple[Layers, Analysis]:
    """``build`` is part of the key: a territory built again is read again, by all sessions."""
    layers = store.load(slug, Path(data_dir))
    analysis = analyse(layers)
    settle()
    return layers, analysis


@st.cache_resource(max_entries=12, show_spinner="Préparation de la carte…")
def packed_quarters(slug: str, build: str, data_dir: str, shown: tuple[str, ...]) -> bytes:
    """The quarters as the map draws them, packed once per territory for all sessions."""
    layers, analysis = read(slug, build, data_dir)
    return pack(quarters_data(analysis, layers, shown))


@st.cache_resource(max_entries=24, show_spinner="Préparation de la carte…")
def packed_places(
    slug: str, build: str, data_dir: str, shown: tuple[str, ...], departement: str | None
) -> bytes:
    """The places of one département, packed once for all sessions."""
    layers, analysis = read(slug, build, data_dir)
    return pack(places_data(analysis, layers, shown, departement))


@st.cache_resource(max_entries=12, show_spinner="Préparation de la carte…")
def packed_communes(slug: str, build: str, data_dir: str, departement: str | None) -> bytes:
    """The communes that a group is chosen among, packed once for all sessions."""
    layers, analysis = read(slug, build, data_dir)
    return pack(communes_data(analysis, layers, departement, MOST))


@st.cache_data(max_entries=12, show_spinner="Préparation du fichier…")
def export(slug: str, build: str, data_dir: str, kind: str) -> bytes:
    """The table as a file: ``csv``, ``indicateurs.csv``, ``xlsx`` or ``gpkg``."""
    _, analysis = read(slug, build, data_dir)
    writers = {
        "csv": to_csv_bytes,
        "indicateurs.csv": to_indicators_csv_bytes,
        "xlsx": to_xlsx_bytes,
        "gpkg": to_geopackage_bytes,
    }
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
