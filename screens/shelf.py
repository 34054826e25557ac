"""Things made once for all sessions: the first who asks makes one, the others wait for it.

Streamlit's own cache does the same, but looks at every argument at every call; a page asks for
many small things of one territory, which are kept together here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

# Things kept of one territory; past it, the oldest goes.
MOST = 192


@dataclass(frozen=True, eq=False)
class Shelf:
    things: dict[Hashable, Future[Any]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def made(shelf: Shelf, key: Hashable, make: Callable[[], Any]) -> Any:
    """What ``make`` gives, made once under that key. Never modify it.

    What it raises is raised to who was making it, and nothing is kept: who waited tries in turn.
    """
    while True:
        with shelf.lock:
            found = shelf.things.get(key)
            first = found is None
            if found is None:
                found = shelf.things[key] = Future()
                if len(shelf.things) > MOST:
                    del shelf.things[next(iter(shelf.things))]
        if first:
            return _make(shelf, key, make, found)
        try:
            return found.result()
        except CancelledError:
            continue


def _make(shelf: Shelf, key: Hashable, make: Callable[[], Any], found: Future[Any]) -> Any:
    try:
        thing = make()
    except BaseException:
        with shelf.lock:
            shelf.things.pop(key, None)
        found.cancel()
        raise
    found.set_result(thing)
    return thing
