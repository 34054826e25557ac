"""What a reader of the table can deduce of its hidden cells: the range each one is bound to.

The reader is taken to know every figure shown, every sum that ties them, that a figure is never
negative and a count is whole, and that an observed zero is always shown: a hidden count is at
least 1. A cell nobody publishes is unknown to the reader too. What the reader may learn from
other files is not covered here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from geo.confidentiality.solver import TOLERANCE, Program, Vector
from geo.confidentiality.tables import AdditiveTable, Key
from geo.errors import QpvError


class NotProtected(QpvError, RuntimeError):
    """A table could not be checked or protected, so it must not be shown."""


@dataclass(frozen=True)
class Deduction:
    """The range to which the shown figures bind one hidden cell. ``high`` may be infinite."""

    key: Key
    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def recoverable(self) -> bool:
        """Whether only one value is possible: the hidden figure is known."""
        return self.width <= TOLERANCE * max(1.0, abs(self.value))


def audit(table: AdditiveTable, hidden: Collection[int]) -> list[Key]:
    """The hidden cells (places in ``table.keys``) that a reader can recover exactly.

    Exact for counts: a range is that of whole solutions, found by integer programming when the
    linear one is not whole.
    """
    return [found.key for found in deductions(table, hidden) if found.recoverable]


def deductions(table: AdditiveTable, hidden: Collection[int]) -> list[Deduction]:
    """The range of each hidden cell, in the table's order.

    Raises
    ------
    NotProtected
        When the solver gives no answer: an unchecked table must not be shown.
    """
    reader = Reader(table, frozenset(hidden))
    return [reader.deduce(cell) for cell in sorted(hidden)]


@dataclass
class Reader:
    """Somebody who holds the table as shown, and every table that fits it found so far.

    ``seen`` are such tables (whole cells, in the order of ``table.keys``): each one blurs every
    cell where it differs from the truth, so that few programs need to be solved.
    """

    table: AdditiveTable
    hidden: frozenset[int]
    seen: list[Vector] = field(default_factory=list)

    @cached_property
    def cap(self) -> float:
        """Far above any figure of the table: a range that reaches it has no upper end."""
        return 10 * float(np.nansum(self.table.values)) + 1000

    @cached_property
    def unknown(self) -> list[int]:
        return sorted({*self.hidden, *map(int, np.flatnonzero(self.table.missing))})

    @cached_property
    def program(self) -> Program:
        known = np.where(self.table.missing, 0.0, self.table.values)
        known[list(self.hidden)] = 0.0
        secret = np.isin(self.unknown, list(self.hidden))
        equations = self.table.equations
        return Program(
            matrix=csr_array(equations[:, self.unknown]),
            sides=-(equations @ known),
            lower=np.where(secret & self.table.integral, 1.0, 0.0),
            upper=np.where(secret, self.cap, np.inf),
            whole=self.table.integral,
        )

    def deduce(self, cell: int) -> Deduction:
        """The exact range of one hidden cell."""
        low, high = self._extreme(cell, 1.0), self._extreme(cell, -1.0)
        return Deduction(
            self.table.keys[cell],
            float(self.table.values[cell]),
            low,
            float("inf") if high >= self.cap - TOLERANCE else high,
        )

    def too_narrow(self, least: Mapping[int, float]) -> list[tuple[int, float]]:
        """The cells with less room than ``least`` asks, and how far each should be able to rise.

        Exact, mostly without solving. The room of a count is its whole range; that of an amount
        is what lies above it, since rivals estimate the main unit from above.
        """
        values, whole = self.table.values, self.table.integral
        seen = np.array([values, *self.seen])
        low, high = seen.min(axis=0), seen.max(axis=0)
        narrow = []
        for cell, room in least.items():
            for sense in (-1.0, 1.0) if whole else (-1.0,):
                if high[cell] - (low if whole else values)[cell] < room - TOLERANCE:
                    self._extreme(cell, sense)
                    low, high = np.minimum(low, self.seen[-1]), np.maximum(high, self.seen[-1])
            short = room - (high - (low if whole else values))[cell]
            if short > TOLERANCE:
                narrow.append((cell, float(high[cell] - values[cell] + short)))
        return narrow

    def without(self, cell: int) -> Reader:
        """The same reader, once ``cell`` is shown."""
        value = self.table.values[cell]
        still = [one for one in self.seen if abs(one[cell] - value) <= TOLERANCE]
        return Reader(self.table, self.hidden - {cell}, still)

    def _extreme(self, cell: int, sense: float) -> float:
        costs = np.zeros(len(self.unknown))
        costs[self.unknown.index(cell)] = sense
        found = self.program.minimise(costs)
        if found is None:
            raise NotProtected(
                "La protection de ce tableau n'a pas pu être vérifiée (le calcul n'a pas abouti) ; "
                "il ne doit pas être publié."
            )
        fitting = self.table.values.copy()
        fitting[self.unknown] = found
        self.seen.append(fitting)
        return float(fitting[cell])
