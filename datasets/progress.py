"""How a long computation tells where it stands: nothing, or a line with a bar for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from geo.words import number

Tell = Callable[[str, int, int | None], None]  # what is counted, how many so far, of how many
Counting = Callable[[str], AbstractContextManager[Tell]]


@contextmanager
def _silent(label: str) -> Iterator[Tell]:
    del label
    yield lambda what, count, total: None


SILENT: Counting = _silent


@contextmanager
def bar(label: str) -> Iterator[Tell]:
    """A bar on standard error: a label, a count, the time spent and left (when a total is told)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
        TextColumn("reste"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(label, total=None, said="")

        def tell(what: str, count: int, total: int | None) -> None:
            shown.update(task, completed=count, total=total, said=f"{number(count)} {what}")

        yield tell


def console_counting() -> Counting:
    """A bar when somebody looks at standard error (a terminal), else silence."""
    return bar if sys.stderr.isatty() else SILENT
