"""How the inner loops are compiled: once, kept on disk, free of the interpreter's lock.

Loops are split among threads by ``in_threads`` rather than by numba's own scheduler, which may
not be called from two threads at once, as the sessions of a web server do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
R = TypeVar("R")


def compiled(function: F) -> F:
    """The function compiled at its first call; the machine code is kept beside the source."""
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # nowhere to write: compiled again in each process
        return cast(F, numba.njit(nogil=True)(function))


def in_threads(work: Callable[[T], R], parts: Iterable[T]) -> list[R]:
    """``work`` on each part, on all the cores of the machine; results in the order of the parts."""
    todo = list(parts)
    cores: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    workers = min(len(todo), cores)
    if workers < 2:
        return [work(part) for part in todo]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, todo))
