"""What can be wrong in the tables of ``qpv access``: named errors with their first offenders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo import checks
from geo.errors import BadInput
from geo.words import counted

SHOWN = 5  # offenders quoted in a message; the rest is counted


@dataclass(frozen=True)
class Offender:
    """One guilty line (1-based, 0 when the error is not on a line) and what it says."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"ligne {self.line} ({self.what})" if self.line else self.what


class AccessFileError(BadInput):
    """A table of demand, supply or times that cannot be used; the output file is left alone.

    ``count`` is how many offenders there are, of which ``offenders`` holds the first ones.
    """

    def __init__(
        self,
        file: str,
        wrong: str,
        expected: str,
        todo: str,
        *,
        column: str = "",
        offenders: Sequence[Offender] = (),
        count: int = 0,
    ):
        self.file, self.column, self.offenders = file, column, tuple(offenders[:SHOWN])
        self.count = count or len(offenders)
        where = f"{file}, colonne « {column} »" if column else file
        listed = ", ".join(map(str, self.offenders))
        more = self.count - len(self.offenders)
        if more > 0:
            listed += f" et {counted(more, 'autre')}"
        super().__init__(
            f"{where} : {wrong}{' : ' + listed if listed else ''}. "
            f"Attendu : {expected}. À faire : {todo}."
        )


class DuplicateIds(AccessFileError, checks.DuplicateIds):
    """The same identifier names two places."""


class DuplicatePairs(AccessFileError, checks.DuplicatePairs):
    """Two lines give the time of the same journey."""


class UnknownIds(AccessFileError, checks.UnknownIds):
    """A journey starts or ends at a place that is in neither table."""


class BadMinutes(AccessFileError, checks.BadMinutes):
    """A time is negative, absent or no number: unknown is not zero."""


class BadCounts(AccessFileError, checks.BadCounts):
    """A population or a capacity is negative, absent or no number."""


class BadPosition(AccessFileError):
    """A position is absent, out of range, swapped, far from the others or written twice."""


class MissingCrs(AccessFileError):
    """x and y were given without the system they are in."""


class EmptyTable(AccessFileError):
    """A table of places or times has a header and no line."""


class EmptySupply(EmptyTable, checks.EmptySupply):
    """The table of supply has a header and no line."""


class BadLines(AccessFileError):
    """Some lines have too few or too many cells, or no identifier."""
