"""What a build tells while it runs, one JSON line an event, for whoever shows it elsewhere.

Kinds: ``plan`` (how many steps), ``step`` (one more begins, in words), ``file`` (what is being read
or downloaded, with bytes when they are known), ``said`` (a sentence to keep), ``done``, ``error``.
No line names a folder of the machine: visitors of the app read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

KINDS = ("plan", "step", "file", "said", "done", "error")
# Bytes received between two lines about one file: enough to see it move, few enough to read.
_BYTES_PER_LINE = 2_000_000
# A path of at least two folders, but neither the address of a page nor « 15/01/2025 ».
_PATH = re.compile(r"(?<![\w:/.])(?:[A-Za-z]:)?[/\\](?:[^\s/\\«»]+[/\\])+([^\s/\\«»]*)")


@dataclass(frozen=True)
class Event:
    """One thing told: ``words`` in French; ``received`` and ``total`` in bytes, or in steps."""

    kind: str
    words: str = ""
    received: int = 0
    total: int = 0
    build: str = ""

    def line(self) -> str:
        """The event as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


Emit = Callable[[Event], None]


def parse_event(line: str) -> Event | None:
    """The event of one line; None for a line cut short by a killed process, or of another kind."""
    try:
        event = Event(**json.loads(line))
    except (ValueError, TypeError):
        return None
    return event if event.kind in KINDS else None


def without_paths(text: str, folders: Mapping[Path, str]) -> str:
    """The text with each known folder under its own name, and of any other path its last part."""
    for folder, name in sorted(folders.items(), key=lambda pair: -len(str(pair[0]))):
        text = text.replace(str(folder), name)
    return _PATH.sub(lambda found: found[1] or "(dossier)", text)


class EventProgress:
    """A ``FetchProgress`` that tells which file comes, and how much of it has."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._label, self._total, self._received, self._told = "", 0, 0, 0

    def start(self, label: str, total: int | None) -> None:
        self._label, self._total, self._received, self._told = label, total or 0, 0, 0
        self._tell()

    def advance(self, count: int) -> None:
        self._received += count
        if self._received - self._told >= _BYTES_PER_LINE:
            self._told = self._received
            self._tell()

    def done(self) -> None:
        return None

    def _tell(self) -> None:
        self._emit(Event("file", self._label, self._received, self._total))
