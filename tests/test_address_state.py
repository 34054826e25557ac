"""The address bar when a click stops a run: nothing is left half-written, nothing is lost."""

from __future__ import annotations

import datetime as dt
from contextvars import Context
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.runtime.scriptrunner import RerunData, RerunException, StopException

from screens import address, address_step
from screens.address_values import (
    Between,
    Days,
    Words,
    amount,
    as_text,
    day,
    joined,
    separate,
    unless_none,
    whole,
    yes_or_no,
)


class _State(dict):
    """A state of Streamlit: once a click waits, each access stops the run."""

    clicked = False

    def _stop(self) -> None:
        if self.clicked:
            raise RerunException(RerunData())

    def __getitem__(self, name):
        self._stop()
        return super().__getitem__(name)

    def __setitem__(self, name, value):
        self._stop()
        super().__setitem__(name, value)

    def setdefault(self, name, default=None):
        self._stop()
        return super().setdefault(name, default)

    def get(self, name, default=None):
        self._stop()
        return super().get(name, default)

    def pop(self, name, *default):
        self._stop()
        return super().pop(name, *default)


class _Query(dict):
    closed = False

    def to_dict(self):
        if self.closed:
            raise StopException
        return dict(self)

    def from_dict(self, wanted):
        self.clear()
        self.update(wanted)


@pytest.fixture
def page(monkeypatch):
    """A session whose browser has asked for ``territoire=demo``."""
    asked = SimpleNamespace(query_string="territoire=demo", is_history_navigation=False)
    fake = SimpleNamespace(session_state=_State(), query_params=_Query(territoire="demo"))
    for module in (address, address_step):
        monkeypatch.setattr(module, "st", fake)
    monkeypatch.setattr(address_step, "get_script_run_ctx", lambda: asked)
    fake.asked = asked
    return fake


def _run(page, choice, *, clicked=False):
    page.query_params.from_dict(dict(parse_qsl(page.asked.query_string)))
    page.session_state.clicked = False
    with address_step.one_step():
        address.from_address("postes", ["4", "5", "6"])
        if choice:
            page.session_state["postes"] = choice
        address.to_address(postes=page.session_state.get("postes"))
        page.session_state.clicked = clicked
        page.session_state.get("anything")


def test_the_address_is_written_after_a_run_that_a_click_stopped(page):
    with pytest.raises(RerunException):
        _run(page, "5", clicked=True)
    _run(page, None)
    assert page.session_state["postes"] == "5"
    assert page.query_params.to_dict() == {"territoire": "demo", "postes": "5"}


def test_a_choice_is_kept_through_runs_stopped_one_after_the_other(page):
    for choice in ("4", "5", "6"):
        with pytest.raises(RerunException):
            _run(page, choice, clicked=True)
    _run(page, None)
    assert page.query_params["postes"] == "6"


def test_a_run_begun_before_the_stopped_one_has_ended_writes_its_own_address(page):
    """Streamlit starts the next run in another thread at once, and tells the one before to stop."""
    stopped, following = Context(), Context()
    step = address_step.one_step()
    stopped.run(step.__enter__)
    stopped.run(address.to_address, postes="4")
    following.run(_run, page, "5")
    assert page.query_params.to_dict() == {"territoire": "demo", "postes": "5"}
    page.session_state.clicked = True
    page.query_params.closed = True
    with pytest.raises(StopException):
        stopped.run(step.__exit__, StopException, StopException(), None)
    page.query_params.closed = False
    following.run(_run, page, None)
    assert page.session_state["postes"] == "5"
    assert page.query_params["postes"] == "5"


def test_an_address_that_the_browser_had_not_heard_of_does_not_undo_the_choice(page):
    _run(page, "5")
    _run(page, None)  # asked with the address of before
    assert page.session_state["postes"] == "5"
    assert page.query_params["postes"] == "5"


def test_nor_does_any_address_written_just_before(page):
    """Quick clicks: the browser asks with an address written between two of them."""
    _run(page, "4")
    _run(page, "5")
    _run(page, "6")
    page.asked.query_string = "territoire=demo&postes=4"
    _run(page, None)
    assert page.session_state["postes"] == "6"


def test_an_address_of_long_ago_is_somebodys_wish(page, monkeypatch):
    _run(page, "4")
    _run(page, "5")
    later = address_step.time.monotonic() + 60
    monkeypatch.setattr(address_step.time, "monotonic", lambda: later)
    page.asked.query_string = "territoire=demo&postes=4"
    _run(page, None)
    assert page.session_state["postes"] == "4"


def test_a_step_back_does(page):
    page.asked.query_string = "territoire=demo&postes=4"
    _run(page, None)
    page.session_state["postes"] = "5"
    _run(page, "5")
    page.asked.is_history_navigation = True
    _run(page, None)
    assert page.session_state["postes"] == "4"


def test_a_step_back_to_an_address_without_a_choice_lets_it_go(page):
    _run(page, None)
    _run(page, "5")
    page.asked.is_history_navigation = True
    page.asked.query_string = "territoire=demo"
    _run(page, None)
    assert "postes" not in page.session_state
    assert page.query_params.to_dict() == {"territoire": "demo"}


def test_what_an_address_gives_is_not_lost_by_a_run_stopped_as_it_is_taken(page, monkeypatch):
    page.asked.query_string = "territoire=demo&postes=4"

    def stopped(self, name, value):
        raise RerunException(RerunData())

    with monkeypatch.context() as patched:
        patched.setattr(_State, "__setitem__", stopped)
        with pytest.raises(RerunException):
            _run(page, None)
    _run(page, None)
    assert page.session_state["postes"] == "4"


@given(st.lists(st.text(min_size=1).filter(lambda one: one != "aucune")))
def test_several_values_survive_the_address_whatever_signs_they_hold(values):
    assert separate(joined(values)) == values


@pytest.mark.parametrize("value", [None, True, False, 0, 12, -4.25, 1e-5, dt.date(2026, 2, 28)])
def test_a_value_survives_the_address(value):
    read = {bool: yes_or_no, int: whole, float: amount, dt.date: day}.get(type(value), whole)
    assert unless_none(read)(as_text(value)) == value


@pytest.mark.parametrize(
    "text", ["lune", "9" * 400, "-1", "NaN", "inf", "1e999", "\"'<b>", "😀", "²", "", " ", "aucun"]
)
@pytest.mark.parametrize(
    ("allowed", "read"),
    [
        (Between(0, 10_000_000), whole),
        (Between(0.5, 100.0), amount),
        (Days(), day),
        ((True, False), yes_or_no),
    ],
)
def test_a_value_that_no_field_can_take_is_told_and_nothing_taken(page, allowed, read, text):
    page.query_params["champ"] = text
    page.asked.query_string = urlencode(page.query_params)
    with address.in_address("champ", allowed, None, read):
        assert page.session_state["champ"] is None
    [told] = address.refused()
    assert f"« champ » « {text[:80]} », inconnu" in told
    assert page.query_params.to_dict() == {"territoire": "demo"}


def test_a_text_too_long_for_its_field_is_told():
    assert "x" * 80 in Words(80)
    assert "x" * 81 not in Words(80)
