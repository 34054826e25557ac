"""What every command prints of data: names come from anybody's file, and are never markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WHOLE = {"Code"}  # a code in two pieces can be neither read nor copied
_UNSHOWN = "\N{REPLACEMENT CHARACTER}"


class PlainTable(Table):
    """A table whose title, headings and cells are shown as they are written.

    A rich table reads ``[/x]`` in a cell as markup, and ends the command when it closes nothing.
    """

    def __init__(self, title: str, headings: Iterable[object]):
        super().__init__(title=plain(title) if title else None)
        for heading in headings:
            self.add_column(plain(heading), overflow="fold", no_wrap=heading in _WHOLE)

    def add_row(self, *cells: object, **about: Any) -> None:
        """One line; a number, a date or None is written with ``str``."""
        super().add_row(*(plain(cell) for cell in cells), **about)


def plain(value: object) -> Text:
    """``value`` as a text without markup; what would command the terminal shows as a mark."""
    return Text("".join(sign if _is_shown(sign) else _UNSHOWN for sign in str(value)))


def _is_shown(sign: str) -> bool:
    return sign in "\n\t" or unicodedata.category(sign) != "Cc"


def say(shown: Table | str, width_when_piped: int | None = None) -> None:
    """Print a table or a sentence on standard output.

    ``width_when_piped``: characters of a line where no terminal says its own.
    """
    console = Console(highlight=False)
    if width_when_piped and not console.is_terminal:
        console = Console(highlight=False, width=width_when_piped)
    console.print(shown if isinstance(shown, Table) else plain(shown))
