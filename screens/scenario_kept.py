"""The two scenarios of a session: their changes and titles, which the address holds too."""

from __future__ import annotations

import streamlit as st

from datasets.scenario_links import packed_scenario, unpacked_scenario
from geo.errors import QpvError
from geo.scenarios import Change, Scenario
from screens.address import to_address, told_anew
from screens.shared import Opened


def changes_of(opened: Opened, which: int) -> list[Change]:
    found: list[Change] = st.session_state.setdefault(f"changements_{opened.slug}_{which}", [])
    return found


def set_changes(opened: Opened, which: int, changes: list[Change]) -> None:
    st.session_state[f"changements_{opened.slug}_{which}"] = changes


def title_of(opened: Opened, which: int) -> str:
    kept = f"titre_{opened.slug}_{which}"
    return str(st.session_state.get(kept) or f"Scénario {which}")


def scenario_of_screen(opened: Opened, which: int) -> Scenario:
    return Scenario(title_of(opened, which), tuple(changes_of(opened, which)))


def take(opened: Opened, which: int, found: Scenario) -> None:
    set_changes(opened, which, list(found.changes))
    st.session_state[f"titre_{opened.slug}_{which}"] = found.title
    st.session_state.pop(f"titre_ecrit_{opened.slug}_{which}", None)


def reopened(opened: Opened, which: int) -> None:
    """Take the scenario that the address has come to hold; a step back may hold none."""
    told = told_anew(f"scenario_{which}")
    if told is None:
        return
    try:
        found = unpacked_scenario(told) if told else Scenario("", ())
    except QpvError as error:
        st.error(f"Scénario {which} de l'adresse refusé, rien n'a changé.")
        st.text(str(error))
    else:
        take(opened, which, found)


def in_link(opened: Opened, which: int) -> None:
    changes = changes_of(opened, which)
    packed = packed_scenario(scenario_of_screen(opened, which)) if changes else None
    to_address(**{f"scenario_{which}": packed})
    if changes and packed is None:
        st.caption(
            f"Le scénario {which} est trop long pour tenir dans le lien de cette page : gardez-le "
            "en fichier, ou dans l'espace partagé."
        )
