"""The form that adds a change to a scenario; what it holds so far is in the address."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

from geo.names import PROFESSION_WORDS
from geo.report.scenario import ACTION_WORDS, OBJECT_WORDS, refusal_lines, targets
from geo.scenarios.changes import ACTIONS, MAX_FTE, MAX_PLACES, OBJECTS, from_record
from geo.schema import SUPPLY_PROFESSIONS
from screens import shared
from screens.address import in_address, told_in_address
from screens.address_values import Between, amount, unless_none, whole
from screens.scenario_kept import changes_of, set_changes
from screens.shared import Opened

_WAYS = {"quartier": "dans un quartier", "point": "à un point"}
_UNITS = {"lieux": "lieux d'exercice", "etp": "temps de travail (ETP)",
          "capacite": "consultations par an"}  # fmt: skip


def add(opened: Opened, which: int) -> None:
    """Draw the form; its button adds the change to the scenario of that number."""
    st.header("Ajouter un changement", anchor=False)
    first, second, third = st.columns(3)
    with first:
        action = _one_of("sc_action", "Action", ACTIONS, ACTIONS[0], ACTION_WORDS.__getitem__)
        kind = _one_of("sc_objet", "De quoi", OBJECTS, OBJECTS[0], OBJECT_WORDS.__getitem__)
    record: dict[str, Any] = {"action": action, "objet": kind}
    names = shared.quarter_names(opened)
    with second:
        record |= _place(names, "Où") if action == "ajouter" else _target(opened, kind, names)
    with third:
        if action == "ajouter":
            record |= _size(kind)
        elif action == "deplacer":
            record |= _place(names, "Nouveau lieu")
    if st.button("Ajouter ce changement", type="primary", key="sc_ajouter"):
        change, wrong = from_record(record)
        if change is None:
            st.error("Changement refusé, rien n'a été ajouté.")
            st.text("\n".join(f"• {line}" for line in refusal_lines(wrong)))
        else:
            set_changes(opened, which, [*changes_of(opened, which), change])
            st.rerun()


def _place(names: dict[str, str], label: str) -> dict[str, Any]:
    with in_address("sc_ou", _WAYS, "quartier"):
        way = st.radio(
            label, list(_WAYS), horizontal=True, key="sc_ou", format_func=_WAYS.__getitem__,
            help="Un point se donne en degrés, comme sur un GPS.",
        )  # fmt: skip
    if way == "quartier":
        with in_address("sc_qpv", {None, *names}, _looked_at(names), unless_none(str)):
            code = st.selectbox(
                "Quartier du lieu", list(names), key="sc_qpv", index=None,
                format_func=lambda value: names[value], placeholder="Chercher un nom",
            )  # fmt: skip
        return {"qpv": code} if code else {}
    degrees = {}
    for name, words, most in (("lat", "Latitude", 90.0), ("lon", "Longitude", 180.0)):
        with in_address(f"sc_{name}", Between(-most, most), None, amount):
            degrees[name] = st.number_input(
                f"{words} (degrés)", -most, most, None, format="%.5f", key=f"sc_{name}"
            )
    return {} if None in degrees.values() else degrees


def _looked_at(names: dict[str, str]) -> str | None:
    """The quarter looked at on another screen (``?qpv=``) is the one meant here."""
    looked_at = told_in_address("qpv")
    return looked_at if looked_at in names else None


def _size(kind: str) -> dict[str, Any]:
    record: dict[str, Any] = {}
    if kind == "mediateur":
        capacity = _figure(
            "sc_capacite", "Capacité (personnes par an, sinon le temps de travail)", 0.0,
            100_000.0, 0.0, 10.0, "%.0f",
        )  # fmt: skip
        if capacity:
            return {"capacite": capacity}
        return {"etp": _figure("sc_etp", "Temps de travail (ETP)", 0.1, MAX_FTE, 0.5, 0.1, "%.3g")}
    if kind == "cabinet":
        record["profession"] = _one_of(
            "sc_profession", "Profession", SUPPLY_PROFESSIONS, "medecin_generaliste",
            lambda name: PROFESSION_WORDS[name][0],
        )  # fmt: skip
    unit = _one_of("sc_unite", "Taille exprimée en", _UNITS, "lieux", _UNITS.__getitem__)
    if unit == "lieux":
        most = int(MAX_PLACES)
        with in_address("sc_lieux", Between(1, most), 1, whole):
            size = float(st.number_input("Lieux d'exercice", 1, most, step=1, key="sc_lieux"))
    elif unit == "etp":
        size = _figure("sc_etp_cabinet", "ETP", 0.1, MAX_FTE, 1.0, 0.1, "%.3g")
    else:
        size = _figure("sc_consultations", "Consultations par an", 1.0, 300_000.0, 5_000.0, 100.0,
                       "%.0f")  # fmt: skip
    return {**record, unit: size}


def _target(opened: Opened, kind: str, names: dict[str, str]) -> dict[str, Any]:
    usual = _looked_at(names) or next(iter(names))
    near = _one_of("sc_pres", "Près de quel quartier", names, usual, names.__getitem__)
    found = targets(opened.layers, kind, near)
    if not found:
        st.warning("Rien de tel n'est connu dans les données de ce territoire.")
        return {}
    chosen = _one_of(
        "sc_cible", "Lequel", found, next(iter(found)), lambda one: found.get(one, one),
        "Les plus proches du quartier, à vol d'oiseau. Aucun nom de personne.",
    )  # fmt: skip
    return {"cible": chosen}


def _one_of(
    key: str, label: str, known: Collection[str], usual: str, words: Callable[[str], str],
    about: str | None = None,
) -> str:  # fmt: skip
    with in_address(key, known, usual):
        chosen = st.selectbox(label, list(known), key=key, format_func=words, help=about)
    return str(chosen)


def _figure(
    key: str, label: str, least: float, most: float, usual: float, step: float, written: str
) -> float:
    with in_address(key, Between(least, most), usual, amount):
        return float(st.number_input(label, least, most, step=step, format=written, key=key))
