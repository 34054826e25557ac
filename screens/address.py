"""The view in the address bar: a link reopens it, and each screen finds it as the other left it.

Streamlit forgets a widget that is not drawn, and a change of screen empties the address. What was
chosen is therefore also kept in the session under a key of no widget. Back and forward give the
address the last word: what it no longer holds is let go.

Left out on purpose, and nothing else that is chosen:

- what is nobody else's: the words or the address by which a place is looked for, the files brought
  and what is read in them, the decisions of a call with their motives, what is written for the
  shared workspace, and what is typed in a form until it is sent;
- what a link must not do by itself: ask for the base map of the IGN, build a territory, write files
  to take away (the file of a call, the sheet of a round);
- how the page is held rather than what it shows: what is unfolded of what is already on it, the
  help, where a map was moved to, how a table is sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator
from contextlib import contextmanager
from typing import Any, cast

import streamlit as st

from screens.address_step import address_to_be, by_history, prepare
from screens.address_values import as_text, joined, separate

VIEW = (
    "territoire", "hypotheses", "commune", "qpv", "departement", "couches", "situations", "case",
    "modele", "candidats", "compter", "postes", "budget", "cout", "poids", "echelle", "agregation",
    "reseau", "communes",
    "aller_but", "aller_nombre", "aller_mediateurs", "aller_passages", "aller_debut",
)  # fmt: skip
# What no widget bears on some screens: let go, it is None there rather than not known.
_MAY_BE_NONE = frozenset({"commune", "qpv", "case"})
_ABSENT = object()
# What they hold unless the reader chooses: no need to say so.
_UNSAID = {"situations": "aucune", "communes": "aucune", "candidats": "aucune", "compter": "postes"}
_WORDS = {
    "hypotheses": "les hypothèses",
    "qpv": "le quartier", "commune": "la commune", "departement": "le département",
    "couches": "la couche", "situations": "la situation", "case": "la case",
    "modele": "le modèle d'appel", "candidats": "le filtre des candidats",
    "reseau": "la partie de l'écran", "communes": "la commune",
    "postes": "le nombre de postes", "echelle": "l'échelle", "agregation": "l'agrégation",
    "poids": "les poids", "constats_nature": "la nature des constats",
    "constats_fichier": "le fichier des constats", "apport_nature": "la sorte de fichier",
    "groupement_departement": "le département des communes", "fiche_annee": "l'année de la fiche",
    "compteur_solicitations": "le nombre de sollicitations",
    "compteur_visits": "le nombre de visites", "compteur_people": "le nombre de personnes suivies",
}  # fmt: skip
_REFUSED = "adresse_refusee"


def from_address(
    name: str, allowed: Container[Any], written: Callable[[str], Any] = str, *, usual: Any = _ABSENT
) -> None:
    """Give a widget (same key) the value of the address, when the address is what changed.

    Else the widget keeps its own value, or finds the one kept from another screen. ``written``
    turns what people write in an address into the value of the widget. ``usual``: what it holds
    without any choice; a widget only forgotten would keep, in the browser, what was chosen there.
    """
    given = _newly_given(name)
    if given is not None and written(given) in allowed:
        st.session_state[name] = written(given)
        _accept(name)
    elif given is not None:
        _refuse(name, given)
    elif _let_go(name):
        _forget(name)
    elif name not in st.session_state and _kept(name) is not None:
        st.session_state[name] = written(str(_kept(name)))
    value = st.session_state.get(name)
    if value is not None and value not in allowed:
        del st.session_state[name]
    if usual is not _ABSENT:
        st.session_state.setdefault(name, usual)
    _send_again(name)
    _heed(name, given)


def many_from_address(name: str, allowed: Collection[str], default: Collection[str]) -> None:
    """The same for a widget of several values, written ``a,b`` (``aucune`` when empty)."""
    given = shown = _newly_given(name)
    if given is not None:
        unknown = [one for one in separate(given) if one not in allowed]
        _refuse(name, ", ".join(unknown)) if unknown else _accept(name)
    elif _let_go(name):
        _forget(name)
    elif name not in st.session_state:
        shown = _kept(name)
    if shown is not None:
        known = [value for value in separate(shown) if value in allowed]
        # Nothing known of what is asked is no wish for nothing.
        if known or shown == "aucune":
            st.session_state[name] = known
    st.session_state.setdefault(name, list(default))
    _send_again(name)
    _heed(name, given)


@contextmanager
def in_address(
    name: str, allowed: Container[Any], usual: Any, written: Callable[[str], Any] = str
) -> Iterator[None]:
    """Around a widget (same key) with a usual value: the address holds any other one.

    Such a name is not one of ``VIEW``: it is of its screen alone, which finds it again.
    """
    many = isinstance(usual, list)
    if many:
        many_from_address(name, cast(Collection[str], allowed), usual)
    else:
        from_address(name, allowed, written, usual=usual)
    yield
    value: Any = st.session_state.get(name)
    to_address(**{name: None if value == usual else list(value) if many else as_text(value)})


def to_address(**values: str | list[str] | None) -> None:
    """Write the state of widgets in the address bar, so that the link reopens the same view."""
    wanted = address_to_be()
    texts = {
        name: joined(value) if isinstance(value, list) else value for name, value in values.items()
    }
    for name, text in texts.items():
        if text:
            wanted[name] = text
        else:
            wanted.pop(name, None)
    prepare(wanted)
    for name, text in texts.items():
        st.session_state[f"vue_{name}"] = st.session_state[f"adresse_{name}"] = text


def drop(*names: str) -> None:
    """Forget choices that are about what is no longer in view, but those the address brings."""
    for name in names:
        if _newly_given(name) is None:
            st.session_state.pop(name, None)
            to_address(**{name: None})


def told_in_address(name: str) -> str | None:
    """What the address, else the session, holds under a name that no widget bears."""
    return _newly_given(name) or _kept(name)


def told_anew(name: str) -> str | None:
    """What the address has come to say under a name that no widget bears, None when nothing.

    Empty after a step back to an address without it. It is told until ``to_address`` writes it.
    """
    return "" if _let_go(name) else _newly_given(name)


def keep(name: str, allowed: Container[Any], why: Callable[[str], str] | None = None) -> None:
    """Carry a choice through a screen that may have no widget for it; drop it when not allowed.

    ``why`` tells the reader why what the address gives is refused, when there is more to say.
    """
    given = address_to_be().get(name)
    if given is not None and given != st.session_state.get(f"adresse_{name}"):
        if given in allowed:
            st.session_state[f"vue_{name}"] = given
            _accept(name)
        else:
            _refuse(name, given, why(given) if why else "")
            to_address(**{name: None})
    elif _kept(name) not in allowed or _let_go(name):
        st.session_state[f"vue_{name}"] = None


def view() -> dict[str, str]:
    """The view as the address of another screen carries it."""
    found = {}
    for name in VIEW:
        value = st.session_state.get(name, _ABSENT)
        if value is _ABSENT:
            value = _kept(name)
        text = joined(value) if isinstance(value, list) else value
        if text and text != _UNSAID.get(name):
            found[name] = str(text)
    return found


def refused() -> list[str]:
    """What the address asked for and this territory does not know, in words."""
    told: dict[str, str] = st.session_state.get(_REFUSED, {})
    return list(told.values())


def judge(name: str, wrong: Collection[str]) -> None:
    """Take note of what is wrong in a text that no widget bears and the address has come to say."""
    _refuse(name, "; ".join(wrong)) if wrong else _accept(name)


def forget_refused() -> None:
    st.session_state.pop(_REFUSED, None)


def _refuse(name: str, given: str, why: str = "") -> None:
    told = dict(st.session_state.get(_REFUSED, {}))
    what = _WORDS.get(name, f"« {name} »")
    told[name] = f"L'adresse demandait {what} « {given[:80]} », " + (
        f"ce qui n'est pas possible. {why}"
        if why
        else "inconnu dans ce territoire : rien d'autre n'a été choisi à la place."
    )
    st.session_state[_REFUSED] = told


def _accept(name: str) -> None:
    told = st.session_state.get(_REFUSED, {})
    if name in told:
        st.session_state[_REFUSED] = {key: words for key, words in told.items() if key != name}


def _newly_given(name: str) -> str | None:
    given = address_to_be().get(name)
    return None if given == st.session_state.get(f"adresse_{name}") else given


def _heed(name: str, given: str | None) -> None:
    """Take note of what the address gave, once it is done: a run may be stopped in between."""
    if given is not None:
        st.session_state[f"adresse_{name}"] = given


def _let_go(name: str) -> bool:
    """Whether the reader went back (or forward) to an address without this choice."""
    return by_history() and name not in st.query_params


def _forget(name: str) -> None:
    """Let the widget start again from its first value."""
    if name in _MAY_BE_NONE:
        st.session_state[name] = None
    else:
        st.session_state.pop(name, None)


def _kept(name: str) -> str | None:
    kept: str | None = st.session_state.get(f"vue_{name}")
    return kept


def _send_again(name: str) -> None:
    """Send the value to the browser with each run: one sent once, while the widget lies in a
    closed popover, would be lost, and the widget would open empty."""
    if name in st.session_state:
        st.session_state[name] = st.session_state[name]
