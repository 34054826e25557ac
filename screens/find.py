"""The ways in, shared by the screens: typed words, the list, a commune, an address."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from datasets.address_search import find_address
from geo.errors import QpvError
from geo.locate import EDGE, PLACED, Precision, locate_in
from geo.nearest import distance_words, nearest_quarters
from geo.search import COMMUNE, Found, Hit, SearchIndex, search, search_index
from geo.town import Town, town
from geo.words import counted
from screens import shared
from screens.address import from_address, to_address, view
from screens.plain import plain
from screens.shared import Opened

_MOST_HITS, _ALL_HITS = 10, 200
# On a phone the words of an answer are longer than the screen: cut, they would lose the rank.
_STYLE = (
    "<style>.st-key-reponses button,.st-key-reponses button *{white-space:normal;text-align:left;"
    "overflow-wrap:anywhere}"
    # Under all the ways in on a wide screen, right under the words typed on a phone.
    "@media(min-width:641px){.st-key-chercher>div:has(>.st-key-reponses){order:9;"
    "flex:1 1 100%!important}}div:has(>.st-key-reponses:empty){display:none}"
    ".st-key-ma_commune a *{text-decoration:underline;color:#1f4e8c}</style>"
)


def bar() -> DeltaGenerator:
    """Where the ways in stand side by side."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="chercher")


def choose_quarter(opened: Opened, beside_map: DeltaGenerator | None = None) -> str | None:
    """The search box, the list of quarters, the address; the QPV chosen.

    The commune in use follows, but beside the map, where ``my_commune`` has a place of its own and
    the bar given holds the settings too.
    """
    st.html(_STYLE)
    index = _index(opened.slug, opened.build, opened.data_dir)
    names, communes = shared.once(opened, _choices)
    from_address("commune", communes)
    from_address("qpv", list(names))
    with beside_map or bar():
        asked = st.text_input(
            "Chercher un quartier ou ma commune", key="recherche", max_chars=120,
            placeholder="Nom, commune ou code postal",
        )  # fmt: skip
        whole = st.session_state.get("recherche_entiere") == asked
        # Always there: one that comes and goes would make what follows be drawn anew.
        with st.container(key="reponses", gap="small"):
            _hits(search(index, asked, _ALL_HITS if whole else _MOST_HITS), asked)
        code = st.selectbox(
            "Quartier", list(names), index=None, key="qpv", format_func=lambda value: names[value],
            placeholder="Choisir dans la liste",
        )  # fmt: skip
        with st.popover("Par adresse"):
            _by_address(opened)
    to_address(qpv=code, commune=st.session_state.get("commune"))
    if beside_map is None:
        my_commune(opened, on_map=False)
    return code


def my_commune(opened: Opened, *, on_map: bool) -> None:
    """The commune in use, if any, in plain words; unfolded until a quarter is chosen."""
    chosen = st.session_state.get("commune")
    if chosen:
        told = town(opened.analysis, opened.layers, chosen)
        _my_commune(opened, told, unfolded=not st.session_state.get("qpv"), on_map=on_map)


def _choices(opened: Opened) -> tuple[dict[str, str], frozenset[str]]:
    """Code → the words of the list, for each quarter; the codes of the communes."""
    index = _index(opened.slug, opened.build, opened.data_dir)
    names = {code: f"{name} ({code})" for code, name in shared.quarter_names(opened).items()}
    return names, frozenset(entry.code for entry in index.entries if entry.kind == COMMUNE)


@st.cache_resource(max_entries=6, show_spinner=False)
def _index(slug: str, build: str, data_dir: str) -> SearchIndex:
    layers, analysis = shared.read(slug, build, data_dir)
    return search_index(analysis, layers)


def _hits(found: Found, asked: str) -> None:
    """What answers, as buttons: the kind, the commune and the rank are said, not drawn."""
    if not asked.strip():
        return
    hidden = found.total - len(found.hits)
    first = f", les {len(found.hits)} premières" if hidden else ""
    told = f"{counted(found.total, 'réponse')} pour « {asked} »{first}. {found.note}"
    st.text(told.strip())
    with st.container(horizontal=True, gap="small"):
        for hit in found.hits:
            kind = "commune" if hit.kind == COMMUNE else "quartier prioritaire"
            st.button(
                plain(f"{hit.label}, {kind} ({hit.about})"), key=f"trouve_{hit.code}",
                on_click=_take, args=(hit,),
            )  # fmt: skip
        if hidden and len(found.hits) < _ALL_HITS:
            st.button(
                f"Tout montrer ({found.total})", on_click=_show_whole, args=(asked,),
                key="recherche_tout",
            )  # fmt: skip
        st.button("Effacer la recherche", on_click=_forget_words, key="effacer_recherche")


def _take(hit: Hit) -> None:
    st.session_state["commune" if hit.kind == COMMUNE else "qpv"] = hit.code
    _forget_words()


def _show_whole(asked: str) -> None:
    st.session_state["recherche_entiere"] = asked


def _forget_words() -> None:
    st.session_state["recherche"] = ""


def _choose(code: str) -> None:
    st.session_state["qpv"] = code


def _close_commune() -> None:
    st.session_state["commune"] = None


def _my_commune(opened: Opened, told: Town, *, unfolded: bool, on_map: bool) -> None:
    names = shared.quarter_names(opened)
    with (
        st.container(key="ma_commune"),
        st.expander(plain(f"Ma commune : {told.label}"), expanded=unfolded),
    ):
        st.text("\n".join(told.lines))
        for code, sentence in told.quarters:
            st.text(sentence)
            with st.container(horizontal=True, gap="small"):
                st.button(
                    plain(f"Choisir {names[code]}"), key=f"commune_{code}",
                    on_click=_choose, args=(code,),
                )  # fmt: skip
                st.page_link(
                    "screens/quartier.py", label=plain(f"La page de {names[code]}"),
                    query_params={**view(), "qpv": code},
                )  # fmt: skip
        for near in told.nearest:
            words = f"{near.label}, {near.commune} ({distance_words(near.distance_m)})"
            st.button(
                plain(words), key=f"proche_{near.code_qp}",
                on_click=_choose, args=(near.code_qp,),
            )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            if not on_map:
                st.page_link("screens/carte.py", label="Voir la carte", query_params=view())
            st.button("Fermer la commune", on_click=_close_commune, key="fermer_commune")


def _by_address(opened: Opened) -> None:
    st.caption(
        "L'adresse est envoyée au géocodeur national (IGN), et n'est gardée nulle part. "
        "N'écrivez ni nom de personne, ni étage."
    )
    asked = st.text_input(
        "Adresse", key="adresse_cherchee", max_chars=200, placeholder="12 rue des Lilas, Roanne"
    )
    if st.button("Chercher cette adresse (demande internet)", key="demander_adresse"):
        st.session_state.pop("autour", None)
        try:
            with st.spinner("Demande au géocodeur national…"):
                found = find_address(asked)
        except QpvError as error:
            st.warning("L'adresse n'a pas été placée.")
            st.text(str(error))
            return
        st.text(f"Trouvée {_AT[found.kind]} : {found.label}")
        st.session_state["autour"] = (
            opened.slug, _told_of(opened, found.lon, found.lat, found.precision_m),
            nearest_quarters(opened.analysis.qpv, found.lon, found.lat, found.departement),
        )  # fmt: skip
    slug, words, near = st.session_state.get("autour", ("", "", ()))
    if slug == opened.slug:
        st.text(words)
        for one in near:
            st.button(
                plain(f"{one.label}, {one.commune} ({distance_words(one.distance_m)})"),
                key=f"autour_{one.code_qp}", on_click=_choose, args=(one.code_qp,),
            )  # fmt: skip


_AT = {"numéro": "au numéro", "voie": "à la voie", "lieu-dit": "au lieu-dit"}


def _told_of(opened: Opened, lon: float, lat: float, precision_m: float) -> str:
    """In which quarter, or in none, and when nobody should rule on it."""
    point = pd.DataFrame({"id": ["adresse"], "lon": [lon], "lat": [lat],
                          "precision_m": [precision_m]})  # fmt: skip
    found = locate_in(point, opened.layers, Precision()).iloc[0]
    if found["statut"] not in (PLACED, EDGE):
        return f"Adresse {found['statut']} : rien ne peut en être dit ici."
    if found["code_qp"]:
        where = f"Dans le quartier prioritaire {found['label']} ({found['code_qp']})."
    else:
        where = (
            "Hors de tout quartier prioritaire. Les plus proches de ce territoire, à vol d'oiseau :"
        )
    if found["limite"]:
        where += (
            " Limite : trop près d'un contour pour trancher ; l'avis officiel se demande sur "
            "sig.ville.gouv.fr."
        )
    return where
