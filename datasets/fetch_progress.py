"""How a download tells where it stands: nothing, or a bar with the remaining time."""

from __future__ import annotations

import sys
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
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
    """A bar on standard error, with speed and remaining time, drawn only during a download."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bar: Progress | None = None

    def start(self, label: str, total: int | None) -> None:
        self.done()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TextColumn("reste"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._bar.add_task(label, total=total)
        self._bar.start()

    def advance(self, count: int) -> None:
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0], count)

    def done(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def console_progress() -> FetchProgress:
    """A bar when somebody looks at standard error (a terminal), else silence."""
    return BarProgress() if sys.stderr.isatty() else SilentProgress()
