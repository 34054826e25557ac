"""The two scenarios of a session: their changes, titles and whether their effects were asked for,
which the address holds too."""

from __future__ import annotations

import streamlit as st

from datasets.mediation.personal import personal_content
from datasets.scenario_links import packed_scenario, unpacked_scenario
from geo.errors import QpvError
from geo.scenarios import Change, Scenario
from screens.address import in_address, to_address, told_anew
from screens.address_step import by_history
from screens.address_values import yes_or_no
from screens.plain import plain
from screens.shared import Opened

_ASKED = "scenario_calcule"  # in the session and in the address; no widget bears it


def changes_of(opened: Opened, which: int) -> list[Change]:
    found: list[Change] = st.session_state.setdefault(f"changements_{opened.slug}_{which}", [])
    return found


def set_changes(opened: Opened, which: int, changes: list[Change]) -> None:
    st.session_state[f"changements_{opened.slug}_{which}"] = changes


def title_of(opened: Opened, which: int) -> str:
    kept = f"titre_{opened.slug}_{which}"
    return str(st.session_state.get(kept) or _usual_title(which))


def _usual_title(which: int) -> str:
    return f"Scénario {which}"


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
    own = scenario_of_screen(opened, which)
    written = own != Scenario(_usual_title(which), ())
    someone = personal_content(own.title)
    packed = packed_scenario(own) if written and not someone else None
    to_address(**{f"scenario_{which}": packed})
    if someone:
        st.caption(
            f"Le scénario {which} n'est pas dans le lien de cette page : son titre contient "
            f"{plain(someone)}. À faire : changez ce titre."
        )
    elif written and packed is None:
        st.caption(
            f"Le scénario {which} est trop long pour tenir dans le lien de cette page : gardez-le "
            "en fichier, ou dans l'espace partagé."
        )


def effects_asked(ready: list[Scenario], *, pressed: bool) -> bool:
    """Whether the effects of these very scenarios are asked for: by the button, or by a link."""
    told = told_anew(_ASKED)
    with in_address(_ASKED, (True, False), False, yes_or_no):
        by_link = st.session_state[_ASKED] and (bool(told) or by_history())
        if pressed or by_link:
            st.session_state["sc_demande"] = ready
        elif told == "":
            st.session_state["sc_demande"] = None
        asked = bool(ready) and st.session_state.get("sc_demande") == ready
        st.session_state[_ASKED] = asked
    return asked
