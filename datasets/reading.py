"""What every reader gives back: a typed frame, and each problem met on the way.

A reader never drops a row in silence: what it repaired, refused, found hidden or found missing
is a ``Problem`` with file, line, column, value and what was expected. A file that cannot be
read at all raises ``UnreadableFile`` with the same care.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import pandas as pd

from geo.errors import BadInput

PROBLEM_KINDS = ("repaired", "rejected", "suppressed", "missing", "extra", "suspect", "unmatched")
PROBLEM_COLUMNS = (
    "kind",
    "source_id",
    "file",
    "line",
    "column",
    "value",
    "expected",
    "message",
    "count",
)


class UnreadableFile(BadInput):
    """A file that cannot be used: wrong kind, cut short, empty, or lacking a mandatory column."""

    def __init__(self, file: str, wrong: str, expected: str, todo: str, line: int | None = None):
        where = f"{file}, ligne {line}" if line else file
        super().__init__(f"{where} : {wrong}. Attendu : {expected}. À faire : {todo}.")
        self.file, self.wrong, self.expected, self.todo = file, wrong, expected, todo
        self.line = line


@dataclass(frozen=True)
class Problem:
    """One thing a reader met, in words for a person.

    ``line`` is the 1-based line of the file (0 when a file has no lines, such as one feature
    of a GeoJSON, whose code is then in ``value``). ``count`` is how many cells the entry
    stands for when the same thing happened many times (extra columns, suppressed cells).
    """

    kind: str
    source_id: str
    file: str
    message: str
    line: int = 0
    column: str = ""
    value: str = ""
    expected: str = ""
    count: int = 1

    def __post_init__(self) -> None:
        if self.kind not in PROBLEM_KINDS:
            raise ValueError(f"kind {self.kind!r} is not one of {PROBLEM_KINDS}")


@dataclass(frozen=True)
class Reading:
    """A typed frame and the problems met while reading it."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...] = field(default_factory=tuple)


def problems_frame(problems: list[Problem] | tuple[Problem, ...]) -> pd.DataFrame:
    """The problems as a table (columns ``PROBLEM_COLUMNS``), in the order they were met."""
    rows = [asdict(problem) for problem in problems]
    frame = pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS))
    return frame.astype(
        {name: ("int64" if name in ("line", "count") else "str") for name in PROBLEM_COLUMNS}
    )
