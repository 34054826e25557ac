"""The view in the address bar: a link reopens it, and each screen finds it as the other left it.

Streamlit forgets a widget that is not drawn, and a change of screen empties the address. What was
chosen is therefore also kept in the session under a key of no widget. Back and forward give the
address the last word: what it no longer holds is let go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

VIEW = (
    "territoire", "commune", "qpv", "departement", "couches", "situations", "case",
    "modele", "postes", "poids", "echelle", "agregation",
    "reseau", "communes",
    "aller_but", "aller_nombre", "aller_mediateurs", "aller_passages", "aller_debut",
)  # fmt: skip
# What a reader may have chosen or not; the other names always have a value.
_MAY_BE_EMPTY = frozenset({"commune", "qpv", "situations", "case"})
_ABSENT = object()
# A list that is empty unless the reader chooses: no need to say so.
_UNSAID = frozenset({"situations", "communes"})
_WORDS = {
    "qpv": "le quartier", "commune": "la commune", "departement": "le département",
    "couches": "la couche", "situations": "la situation", "case": "la case",
    "modele": "le modèle d'appel",
    "reseau": "la partie de l'écran", "communes": "la commune",
    "postes": "le nombre de postes", "echelle": "l'échelle", "agregation": "l'agrégation",
}  # fmt: skip
_REFUSED = "adresse_refusee"
# By then a browser has heard of the address written, and nobody has had time to wish for the one
# before; later, the same again is somebody's wish (a link back).
_HEARD_S = 3.0
_Key = frozenset[tuple[str, str]]


@dataclass
class _Run:
    """One run of a screen: what its request asked with, and the address that it prepares."""

    asked: dict[str, str]
    pending: dict[str, str]


# Not in the session: a run that stops would be taken for a screen around the next one, in a thread
# beside it, which would leave the writing to it.
_RUN: ContextVar[_Run | None] = ContextVar("address_run", default=None)


@dataclass
class _Step:
    """What a session is writing in its address: kept aside from the state of Streamlit.

    Each reading or writing of that state may stop the run, for a click that has come: what must
    hold when a run is stopped cannot be told there. ``stale`` holds the addresses that ``written``
    has replaced, and since when: quick clicks ask with them before the browser has heard of it.
    ``run`` is the last run begun, until it is closed: by itself, or by the one that follows, which
    a click starts beside it before it has learnt that it stops.
    """

    written: dict[str, str] = field(default_factory=dict)
    stale: dict[_Key, float] = field(default_factory=dict)
    run: _Run | None = None

    def close(self, run: _Run | None) -> None:
        """Take note of what a stopped run had prepared, unless another one has done so."""
        if run is not None and self.run is run:
            self.write(run.pending, run.asked)
            self.run = None

    def write(self, wanted: dict[str, str], asked: dict[str, str]) -> None:
        """Take note that ``wanted`` replaces what was written, and what the request asked with."""
        now = time.monotonic()
        self.stale = {key: since for key, since in self.stale.items() if now - since < _HEARD_S}
        self.stale |= {_key(self.written): now, _key(asked): now}
        self.stale.pop(_key(wanted), None)
        self.written = dict(wanted)

    def is_stale(self, asked: dict[str, str]) -> bool:
        """Whether a request asked with an address that has just been replaced."""
        since = self.stale.get(_key(asked))
        return since is not None and time.monotonic() - since < _HEARD_S


def _key(address: dict[str, str]) -> _Key:
    return frozenset(address.items())


def from_address(name: str, allowed: Collection[Any], written: Callable[[str], Any] = str) -> None:
    """Give a widget (same key) the value of the address, when the address is what changed.

    Else the widget keeps its own value, or finds the one kept from another screen. ``written``
    turns what people write in an address into the value of the widget.
    """
    given = _newly_given(name)
    if given is not None and written(given) in allowed:
        st.session_state[name] = written(given)
        _accept(name)
    elif given is not None:
        _refuse(name, given)
    elif _let_go(name):
        st.session_state[name] = None
    elif name not in st.session_state and _kept(name) is not None:
        st.session_state[name] = written(str(_kept(name)))
    value = st.session_state.get(name)
    if value is not None and value not in allowed:
        del st.session_state[name]
    _send_again(name)


def many_from_address(name: str, allowed: Collection[str], default: Collection[str]) -> None:
    """The same for a widget of several values, written ``a,b`` (``aucune`` when empty)."""
    given = _newly_given(name)
    if given is not None:
        unknown = [one for one in given.split(",") if one not in allowed and one != "aucune"]
        _refuse(name, ", ".join(unknown)) if unknown else _accept(name)
    elif _let_go(name):
        given = "aucune"
    elif name not in st.session_state:
        given = _kept(name)
    if given is not None:
        st.session_state[name] = [value for value in given.split(",") if value in allowed]
    st.session_state.setdefault(name, list(default))
    _send_again(name)


def to_address(**values: str | list[str] | None) -> None:
    """Write the state of widgets in the address bar, so that the link reopens the same view."""
    wanted = _address()
    texts = {
        name: (",".join(value) or "aucune") if isinstance(value, list) else value
        for name, value in values.items()
    }
    for name, text in texts.items():
        if text:
            wanted[name] = text
        else:
            wanted.pop(name, None)
    run = _RUN.get()
    if run is not None:
        run.pending = wanted
    for name, text in texts.items():
        st.session_state[f"vue_{name}"] = st.session_state[f"adresse_{name}"] = text
    if run is None:
        _write(_step(), wanted)


@contextmanager
def one_step() -> Iterator[None]:
    """Write all that a screen puts in the address at once: one step back undoes one choice.

    A part of a screen that may run alone asks for it too; inside the whole, the whole writes. A run
    that is stopped by a click writes nothing: the next one does, from what was chosen so far.
    """
    if _RUN.get() is not None:
        yield
        return
    step = _step()
    asked = _asked()
    step.close(step.run)
    if step.is_stale(asked) and not _by_history():
        st.query_params.from_dict(step.written)
    run = step.run = _Run(asked, st.query_params.to_dict())
    inside = _RUN.set(run)
    try:
        try:
            yield
        except RerunException:
            raise
        except BaseException:
            _write(step, run.pending)
            raise
        _write(step, run.pending)
        step.run = None
    finally:
        step.close(run)
        _RUN.reset(inside)


def told_in_address(name: str) -> str | None:
    """What the address, else the session, holds under a name that no widget bears."""
    return _newly_given(name) or _kept(name)


def keep(name: str, allowed: Collection[str]) -> None:
    """Carry a choice through a screen that may have no widget for it; drop it when not allowed."""
    given = _address().get(name)
    if given is not None and given != st.session_state.get(f"adresse_{name}"):
        if given in allowed:
            st.session_state[f"vue_{name}"] = given
            _accept(name)
        else:
            _refuse(name, given)
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
        text = (",".join(value) or "aucune") if isinstance(value, list) else value
        if text and (name not in _UNSAID or text != "aucune"):
            found[name] = str(text)
    return found


def refused() -> list[str]:
    """What the address asked for and this territory does not know, in words."""
    told: dict[str, str] = st.session_state.get(_REFUSED, {})
    return list(told.values())


def forget_refused() -> None:
    st.session_state.pop(_REFUSED, None)


def _refuse(name: str, given: str) -> None:
    told = dict(st.session_state.get(_REFUSED, {}))
    what = _WORDS.get(name, f"« {name} »")
    told[name] = (
        f"L'adresse demandait {what} « {given[:80]} », inconnu dans ce territoire : rien d'autre "
        "n'a été choisi à la place."
    )
    st.session_state[_REFUSED] = told


def _accept(name: str) -> None:
    told = st.session_state.get(_REFUSED, {})
    if name in told:
        st.session_state[_REFUSED] = {key: words for key, words in told.items() if key != name}


def _step() -> _Step:
    step: _Step = st.session_state.setdefault("adresse_du_pas", _Step())
    return step


def _address() -> dict[str, str]:
    """The address as it will be once this screen is drawn."""
    run = _RUN.get()
    return dict(st.query_params.to_dict() if run is None else run.pending)


def _write(step: _Step, wanted: dict[str, str]) -> None:
    if wanted != st.query_params.to_dict():
        step.write(wanted, _asked())
        st.query_params.from_dict(wanted)


def _newly_given(name: str) -> str | None:
    given = _address().get(name)
    if given is None or given == st.session_state.get(f"adresse_{name}"):
        return None
    st.session_state[f"adresse_{name}"] = given
    return given


def _let_go(name: str) -> bool:
    """Whether the reader went back (or forward) to an address without this choice."""
    if name not in _MAY_BE_EMPTY or not _by_history():
        return False
    return name not in st.query_params


def _by_history() -> bool:
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _asked() -> dict[str, str]:
    """The address that the browser made its request with."""
    context = get_script_run_ctx()
    return dict(parse_qsl(context.query_string)) if context else {}


def _kept(name: str) -> str | None:
    kept: str | None = st.session_state.get(f"vue_{name}")
    return kept


def _send_again(name: str) -> None:
    """Send the value to the browser with each run: one sent once, while the widget lies in a
    closed popover, would be lost, and the widget would open empty."""
    if name in st.session_state:
        st.session_state[name] = st.session_state[name]
