"""Réseau: a group of communes that is no QPV, its indicators, its counters, its monthly sheet."""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from datasets.monitoring.group_sheet import group_sheet
from geo.commune_choice import after_presses, at_most, too_many_words
from geo.commune_group import MOST, CommuneGroup, commune_group, neighbours, source_words
from geo.errors import QpvError
from geo.maps.communes import needs_departement
from geo.names import DEPARTEMENTS
from geo.territory import departement_of_commune
from geo.words import number
from geo.workload import counters_in_words, workload_in_words
from screens import html_parts, shared
from screens.address import (
    drop,
    from_address,
    in_address,
    many_from_address,
    to_address,
    view,
)
from screens.address_values import Between, Words, whole
from screens.impersonal import impersonal
from screens.map_component import show_map
from screens.plain import plain
from screens.shared import Opened

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STATUS = {"observed": "observé", "modelled": "modélisé", "missing": "non connu"}
_WHOLE = ("habitants", "lieux")
_RESUME = (
    '<p id="carte_communes-resume" style="margin:0;font-size:14.5px">Sur la carte, un clic ajoute '
    "une commune ou la retire ; les hachures disent celles du groupement. Au clavier : Tab jusqu'à "
    "une commune, les flèches vont à la voisine, Entrée choisit. La liste ci-dessous dit la "
    "même chose.</p>"
)
# Keys of the session, beside "communes", the group, which no widget bears: the last press of the
# map that it holds, what it could not keep, the list last drawn (its turn and its communes), and
# whether the reader has just changed it: what an address says that is older than that is not heard.
_HEARD, _LEFT_OUT, _LIST = "communes_entendu", "communes_en_trop", "communes_liste"
_CHANGED, _NAMED = "communes_changees", "communes_nommees"
_COUNTERS = {
    "solicitations": "Sollicitations en un an",
    "visits": "Visites en un an",
    "people": "Personnes suivies en un an",
}
_MOST_NAME = 80  # letters of its name
_MOST_COUNTED = 10_000_000  # of anything, in a year
_COMMUNE_WIDTH = 340  # pixels: a long name and its code are read whole
_FROM_HERE = 6_000  # names that a list still searches without effort


def draw(opened: Opened) -> None:
    st.header("Un groupement de communes", anchor=False)
    st.write(
        "Pour un territoire qui n'est pas un QPV (coordination micro-locale) : les mêmes "
        "indicateurs, et l'offre à 15 et 20 km."
    )
    codes = _choose(opened)
    if not codes:
        st.info("Choisissez une ou plusieurs communes, dans la liste ou sur la carte.")
        return
    _drop_what_was_of_another(opened.slug, codes)
    with in_address("groupement_nom", Words(_MOST_NAME), ""):
        name = st.text_input(
            "Nom du groupement (facultatif)", max_chars=_MOST_NAME, key="groupement_nom",
            placeholder="Vallée de la Haute Herbasse",
        )  # fmt: skip
    name = impersonal("groupement_nom", name)
    try:
        found = commune_group(opened.analysis, opened.layers, codes, " ".join(name.split()))
    except QpvError as error:
        st.text(str(error))
        return
    _indicators(opened, found)
    _counters(found)
    _sheet(opened, found, codes[0])


def _drop_what_was_of_another(slug: str, codes: list[str]) -> None:
    """Counts are those of a population: another set of communes has none yet. A name may grow."""
    before = st.session_state.get(_NAMED, (slug, codes))
    st.session_state[_NAMED] = (slug, codes)
    if before[0] != slug or set(before[1]) != set(codes):
        drop(*(f"compteur_{name}" for name in _COUNTERS))
    if before[0] != slug or not set(before[1]) & set(codes):
        drop("groupement_nom")


def _choose(opened: Opened) -> list[str]:
    names: dict[str, str] = shared.once(opened, _names)
    large: bool = shared.once(opened, _is_large)
    if not st.session_state.get(_CHANGED):
        many_from_address("communes", names, [])
    kept = _keep([code for code in st.session_state["communes"] if code in names], names)
    departement = _departement(opened, names, kept, drawn=large)
    # Above the list, which grows: the map stays under the pointer.
    _map(opened, kept, departement, names)
    shown = list(names)
    if len(names) > _FROM_HERE:
        own = [code for code in names if departement_of_commune(code) == departement]
        shown = [*kept, *(code for code in own if code not in kept)]
    key = _list_key(kept)
    codes = st.multiselect(
        "Communes du groupement", shown, key=key, format_func=lambda one: names[one],
        placeholder="Tapez un nom ou un code Insee", max_selections=MOST, select_all=False,
        on_change=_listed, args=(key, tuple(kept)),
    )  # fmt: skip
    left_out = st.session_state.get(_LEFT_OUT)
    if left_out and left_out[0] == codes:
        st.warning(plain(left_out[1]))
    near = [code for code in neighbours(opened.layers, codes) if code in names] if codes else []
    if near:
        with st.popover("Ajouter des communes voisines"):
            for code in near:
                st.button(
                    plain(names[code]), key=f"voisine_{code}", on_click=_add, args=(code,),
                    type="tertiary",
                )  # fmt: skip
    to_address(communes=codes or None)
    st.session_state[_CHANGED] = False
    return codes


def _keep(codes: list[str], names: dict[str, str]) -> list[str]:
    """As many as a group may hold; the others are told as long as the group stays the same."""
    kept, others = at_most(codes, MOST)
    if others:
        st.session_state[_LEFT_OUT] = kept, too_many_words([names[code] for code in others], MOST)
    st.session_state["communes"] = kept
    return kept


def _list_key(codes: list[str]) -> str:
    """The key of the list: another one when something else than the list changed the group.

    A browser sends the value of each widget with each click. That of a list which it has not seen
    change yet would undo what was pressed on the map meanwhile; under another key it is not read.
    """
    turn, drawn = st.session_state.get(_LIST, (0, None))
    if drawn != codes:
        turn += 1
    st.session_state[_LIST] = turn, codes
    key = f"{_LIST}_{turn}"
    st.session_state[key] = codes
    return key


def _map(opened: Opened, codes: list[str], departement: str | None, names: dict[str, str]) -> None:
    try:
        drawn = shared.packed_communes(opened.slug, opened.build, opened.data_dir, departement)
    except QpvError as error:
        st.caption(plain(error))
        return
    st.html(_RESUME)
    shown = {"group": codes, "heard": st.session_state.get(_HEARD, 0)}
    show_map("carte_communes", drawn, None, shown, partial(_press, frozenset(names)))


def _press(known: frozenset[str], told: object) -> None:
    """Communes pressed on the map go in the group, or out of it."""
    chosen, heard = st.session_state.get("communes", []), st.session_state.get(_HEARD, 0)
    chosen, st.session_state[_HEARD] = after_presses(chosen, heard, told, known)
    _change(chosen)


def _add(code: str) -> None:
    _change([*st.session_state.get("communes", []), code])


def _change(codes: list[str]) -> None:
    st.session_state["communes"] = codes
    st.session_state[_CHANGED] = True


def _listed(key: str, before: tuple[str, ...]) -> None:
    """What the list adds or removes; the map goes to the département of a commune it adds."""
    now, group = st.session_state[key], st.session_state.get("communes", [])
    added = [code for code in now if code not in before]
    kept = [code for code in group if code in now or code not in before]
    _change(list(dict.fromkeys([*kept, *added])))
    turn, _ = st.session_state[_LIST]
    if key == f"{_LIST}_{turn}":
        st.session_state[_LIST] = turn, now
    if added and "groupement_departement" in st.session_state:
        st.session_state["groupement_departement"] = departement_of_commune(added[-1])


def _departement(
    opened: Opened, names: dict[str, str], kept: list[str], *, drawn: bool
) -> str | None:
    """The département drawn: at first that of the group, else of the quarter chosen.

    None where one map holds all the communes: an address that asks for one is not heeded.
    """
    found = sorted({departement_of_commune(code) for code in names}) if drawn else []
    from_address("groupement_departement", found)
    if not drawn:
        to_address(groupement_departement=None)
        return None
    if st.session_state.get("groupement_departement") not in found:
        quarter = shared.once(opened, _quarter_departements).get(view().get("qpv", ""))
        first = departement_of_commune(kept[-1]) if kept else quarter
        st.session_state["groupement_departement"] = first if first in found else found[0]
    chosen: str = st.selectbox(
        "Département des communes", found, key="groupement_departement",
        format_func=lambda one: f"{DEPARTEMENTS.get(one, 'département')} ({one})",
    )  # fmt: skip
    to_address(groupement_departement=chosen)
    return chosen


def _quarter_departements(opened: Opened) -> dict[str, str]:
    qpv = opened.analysis.qpv
    return dict(zip(qpv["code_qp"], qpv["departement"], strict=True))


def _is_large(opened: Opened) -> bool:
    return needs_departement(opened.layers)


def _names(opened: Opened) -> dict[str, str]:
    places = opened.layers["communes"]
    held = places[places["scope"] != "halo"].sort_values(["label", "code"])
    return {
        code: f"{label} ({code})" for code, label in zip(held["code"], held["label"], strict=True)
    }


def _indicators(opened: Opened, found: CommuneGroup) -> None:
    st.subheader(plain(found.name), anchor=False)
    st.html(html_parts.bullets(found.remarks))
    figures = [
        {
            "Indicateur": row["label"],
            "Valeur": number(row["value"], 0 if row["unit"] in _WHOLE else 1),
            "Unité": row["unit"],
            "Statut": _STATUS[row["status"]],
            "Année": row["vintage"],
            "Source": source_words(opened.analysis, row["source"]),
            "Précision": row["about"],
        }
        for row in found.figures.to_dict("records")
    ]
    st.html(html_parts.table(pd.DataFrame(figures), "Ensemble du groupement"))
    communes = [
        {
            "Commune": f"{row['label']} ({row['code']})",
            "Habitants": number(row["population"]),
            "Lieux d'exercice de généralistes": number(row["gp_places"]),
            "Généraliste le plus proche (km)": "dans la commune"
            if row["gp_places"]
            else number(row["nearest_gp_km"], 1),
            "Accès (calcul du projet)": number(row["access"], 1),
            "APL officielle": number(row["apl_gp"], 1),
        }
        for row in found.communes.to_dict("records")
    ]
    st.dataframe(
        pd.DataFrame(communes), hide_index=True, alt="Communes du groupement",
        column_config={"Commune": st.column_config.Column(width=_COMMUNE_WIDTH)},
    )  # fmt: skip
    quarters = shared.quarter_names(opened)
    inside = [f"{quarters.get(code, code)} ({code})" for code in found.quarters]
    if inside:
        st.text(f"Quartiers prioritaires du groupement : {' ; '.join(inside)}.")


def _counters(found: CommuneGroup) -> None:
    st.header("Trois compteurs, à côté de Valherbasse", anchor=False)
    st.html(html_parts.bullets(workload_in_words(found)))
    typed = {}
    for place, (name, label) in zip(st.columns(3), _COUNTERS.items(), strict=True):
        key = f"compteur_{name}"
        with in_address(key, Between(0, _MOST_COUNTED), None, whole):
            typed[name] = place.number_input(
                label, 0, _MOST_COUNTED, None, 1, key=key, placeholder="non compté"
            )
    people = found.figures.set_index("id")["value"]["population"]
    try:
        st.html(html_parts.bullets(counters_in_words(people, typed)))
    except QpvError as error:
        st.error(plain(error))
    st.caption(
        "Trois compteurs : ils ne s'additionnent pas. Ces totaux ne sont écrits que dans l'adresse "
        "de cette page : qui reçoit le lien les lit."
    )


def _sheet(opened: Opened, found: CommuneGroup, commune: str) -> None:
    st.header("La fiche mensuelle du comité de pilotage", anchor=False)
    today = date.today()
    first = today.year - 5
    with in_address("fiche_annee", Between(first, today.year), today.year, whole):
        year = st.number_input("Année de la fiche", first, today.year, step=1, key="fiche_annee")
    fiction = "-donnees-fictives" if opened.analysis.fictional else ""
    st.download_button(
        "Télécharger la fiche mensuelle (Excel)", mime=_EXCEL,
        data=lambda: group_sheet(found.name, commune, int(year), today),
        file_name=f"suivi-groupement-{commune}-{year}{fiction}.xlsx", on_click="ignore",
        key="fiche_groupement",
    )  # fmt: skip
    st.caption(
        "Une ligne par mois, au nom du groupement : des totaux, jamais une personne. Remplie, elle "
        "se relit à l'écran « Suivi »."
    )
