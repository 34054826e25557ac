"""How a download tells where it stands: nothing, or a bar with the remaining time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


class FetchProgress(Protocol):
    """What a download calls. Sizes are in bytes; ``total`` is None when the server says none."""

    def start(self, label: str, total: int | None) -> None: ...

    def advance(self, count: int) -> None: ...

    def done(self) -> None: ...


class SilentProgress:
    """Says nothing: for tests, notebooks and outputs that nobody watches."""

    def start(self, label: str, total: int | None) -> None:
        del label, total

    def advance(self, count: int) -> None:
        del count

    def done(self) -> None:
        return None


class BarProgress:
    """A bar on standard error, with speed and remaining time; use it as a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TextColumn("reste"),
            TimeRemainingColumn(),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> BarProgress:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def start(self, label: str, total: int | None) -> None:
        self.done()
        self._task = self._bars.add_task(label, total=total)

    def advance(self, count: int) -> None:
        if self._task is not None:
            self._bars.advance(self._task, count)

    def done(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None


@contextmanager
def open_progress() -> Iterator[FetchProgress]:
    """A bar when somebody looks at standard error (a terminal), else silence."""
    if not sys.stderr.isatty():
        yield SilentProgress()
        return
    with BarProgress() as bars:
        yield bars
