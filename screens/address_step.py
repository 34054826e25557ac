"""One writing of the address for each run of a screen, whatever stops the run.

Streamlit stops a run at any of its calls when a click has come, and starts the next one at once, in
a thread beside it: neither must lose, or undo, what the other has chosen.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

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
    if step.is_stale(asked) and not by_history():
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


def prepare(wanted: dict[str, str]) -> None:
    """Have ``wanted`` written: at the end of the step, or at once outside any."""
    run = _RUN.get()
    if run is None:
        _write(_step(), wanted)
    else:
        run.pending = wanted


def _step() -> _Step:
    step: _Step = st.session_state.setdefault("adresse_du_pas", _Step())
    return step


def address_to_be() -> dict[str, str]:
    """The address as it will be once this screen is drawn, so far."""
    run = _RUN.get()
    return dict(st.query_params.to_dict() if run is None else run.pending)


def by_history() -> bool:
    """Whether the reader comes by the buttons back or forward of the browser."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _asked() -> dict[str, str]:
    """The address that the browser made its request with."""
    context = get_script_run_ctx()
    return dict(parse_qsl(context.query_string)) if context else {}


def _write(step: _Step, wanted: dict[str, str]) -> None:
    if wanted != st.query_params.to_dict():
        step.write(wanted, _asked())
        st.query_params.from_dict(wanted)
