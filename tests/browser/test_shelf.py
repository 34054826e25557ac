"""What is made once for all sessions: one makes, the others wait; a failure is not kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from screens.shelf import MOST, Shelf, made


def test_many_who_ask_at_once_are_given_the_one_thing_made():
    shelf, together, calls = Shelf(), Barrier(8), []

    def make():
        calls.append(1)
        return object()

    def ask(_):
        together.wait(timeout=10)
        return made(shelf, "thing", make)

    with ThreadPoolExecutor(8) as readers:
        given = list(readers.map(ask, range(8)))
    assert len(calls) == 1 and len({id(one) for one in given}) == 1


def test_a_failure_reaches_its_maker_and_who_waited_makes_it():
    shelf, making, fail = Shelf(), Event(), Event()

    class Stopped(BaseException):
        """As Streamlit stops a run: no ordinary exception."""

    def stopped():
        making.set()
        fail.wait(timeout=10)
        raise Stopped

    with ThreadPoolExecutor(2) as readers:
        first = readers.submit(made, shelf, "thing", stopped)
        making.wait(timeout=10)
        second = readers.submit(made, shelf, "thing", lambda: "made")
        fail.set()
        assert second.result(timeout=10) == "made"
        with pytest.raises(Stopped):
            first.result(timeout=10)
    assert made(shelf, "thing", stopped) == "made"


def test_the_oldest_thing_goes():
    shelf = Shelf()
    for number in range(MOST + 5):
        made(shelf, number, lambda: None)
    assert len(shelf.things) == MOST and 4 not in shelf.things and 5 in shelf.things
