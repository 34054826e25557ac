"""Complementary suppression: hide a few more cells so that no sum gives the first ones away.

For each cell at risk, the cheapest set of cells whose figures can move together, every sum kept,
far enough to blur it, is found by linear programming (whole tables for counts) and hidden; this
is the path heuristic of the statistical-disclosure literature (Kelly, Golden and Assad 1992;
Fischetti and Salazar 2000). Cells hidden for nothing are then shown again. The result is not the
fewest possible; it is always audited, and what the audit finds is hidden in turn until nothing
is left to find.

Protection: every hidden cell, first or complementary, can take two values or more; the range of
each first count is at least as wide as its rule asks (the threshold itself), and that of a first
amount goes at least so far above it. A reader who knows this algorithm, or holds another file,
may deduce more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, hstack

from geo.confidentiality.audit import Deduction, NotProtected, Reader, deductions
from geo.confidentiality.rules import HIDDEN
from geo.confidentiality.solver import TOLERANCE, Program
from geo.confidentiality.tables import AdditiveTable, Key


@dataclass(frozen=True)
class Protection:
    """A table that may be shown: what is hidden first, what for its sake, and what remains known.

    ``ranges`` gives, for each hidden cell, what a reader can still deduce of it.
    """

    table: AdditiveTable
    primary: frozenset[Key]
    secondary: frozenset[Key]
    ranges: tuple[Deduction, ...]

    @property
    def hidden(self) -> frozenset[Key]:
        return self.primary | self.secondary

    def shown(self) -> dict[Key, float | str | None]:
        """Each cell as it may be published: its figure, ``s`` when hidden, None when unknown."""
        return {
            key: HIDDEN if key in self.hidden else None if np.isnan(value) else float(value)
            for key, value in zip(self.table.keys, self.table.values, strict=True)
        }


def protect(
    table: AdditiveTable, primary: Mapping[Key, float], public: Collection[Key] = ()
) -> Protection:
    """Hide the ``primary`` cells, and the others that sums would need, zeros never.

    ``primary`` maps each cell to hide to the room its range must keep (``rule.width``);
    ``public`` are cells known elsewhere, that cannot be hidden any more.

    Raises
    ------
    NotProtected
        Naming the cells that public figures give away whatever is hidden.
    """
    asked = {table.place[key]: width for key, width in primary.items()}
    first = {cell: width for cell, width in asked.items() if table.values[cell] > 0}
    closed = frozenset(table.place[key] for key in public) - set(first)
    paths = _Paths(table, closed)
    hidden = frozenset(first)
    for cell in sorted(first, key=lambda cell: (-table.values[cell], cell)):
        hidden |= paths.blur(hidden, cell, first[cell])
    reader = Reader(table, hidden)
    while weak := reader.too_narrow(_least(reader, first)):
        for cell, rise in weak:
            more = paths.blur(hidden, cell, rise) - hidden
            # A path of cells hidden already, that the audit denies: too fine for the solver.
            hidden |= more or _next_cell(table, hidden, closed)
        reader = Reader(table, hidden, reader.seen)
    reader = _tidied(reader, first)
    return Protection(
        table,
        frozenset(table.keys[cell] for cell in first),
        frozenset(table.keys[cell] for cell in reader.hidden - set(first)),
        tuple(deductions(table, reader.hidden)),
    )


def _least(reader: Reader, first: Mapping[int, float]) -> dict[int, float]:
    """How wide the range of each hidden cell must be: its rule's width, else two values."""
    values = reader.table.values
    other = 1.0 if reader.table.integral else 10 * TOLERANCE
    return {
        cell: max(first.get(cell, 0.0), other * (1.0 if reader.table.integral else values[cell]))
        for cell in sorted(reader.hidden)
    }


@dataclass
class _Paths:
    """The cells that can move together, every sum kept: rises, falls, and unknown cells."""

    table: AdditiveTable
    closed: frozenset[int]

    @cached_property
    def known(self) -> list[int]:
        return [int(cell) for cell in np.flatnonzero(~self.table.missing)]

    @cached_property
    def program(self) -> Program:
        equations = self.table.equations
        moving, free = equations[:, self.known], equations[:, np.flatnonzero(self.table.missing)]
        size = 2 * len(self.known) + free.shape[1]
        return Program(
            matrix=csr_array(hstack([moving, -moving, free])),
            sides=-(moving @ self.table.values[self.known]),
            lower=np.zeros(size),
            upper=np.full(size, np.inf),
            whole=self.table.integral,
            gap=0.1,
        )

    def blur(self, hidden: frozenset[int], cell: int, rise: float) -> frozenset[int]:
        """The hidden cells and the cheapest others that let ``cell`` rise so much."""
        values = self.table.values[self.known]
        movable = (values > 0) & ~np.isin(self.known, list(self.closed))
        at = self.known.index(cell)
        least = np.zeros(len(values))
        least[at] = np.ceil(rise) if self.table.integral else rise
        up = np.where(movable, np.inf, 0.0)
        down = np.where(movable, values - (1.0 if self.table.integral else 0.0), 0.0)
        down[at] = 0.0
        # Hiding a large figure costs more; moving a cell hidden already, next to nothing.
        cost = np.where(np.isin(self.known, list(hidden)), 1e-6, np.log1p(values) + 1)
        free = np.zeros(len(self.program.lower) - 2 * len(values))
        self.program.bound(
            np.concatenate([least, 0 * least, free]), np.concatenate([up, down, free + np.inf])
        )
        moved = self.program.minimise(np.concatenate([cost, cost, free]))
        if moved is None:
            raise NotProtected(
                f"« {' × '.join(self.table.keys[cell])} » ne peut pas être caché : des totaux "
                "déjà publics le donnent. Ne publiez pas les parties de ce total."
            )
        size = len(values)
        used = (moved[:size] > TOLERANCE) | (moved[size : 2 * size] > TOLERANCE)
        return hidden | {self.known[place] for place in np.flatnonzero(used)}


def _next_cell(
    table: AdditiveTable, hidden: frozenset[int], closed: frozenset[int]
) -> frozenset[int]:
    left = [
        cell
        for cell in range(len(table.keys))
        if table.values[cell] > 0 and cell not in hidden and cell not in closed
    ]
    if not left:
        raise NotProtected(
            "Ce tableau ne peut pas être protégé : tout ce qui pouvait l'être est déjà caché."
        )
    return frozenset({min(left, key=lambda cell: (table.values[cell], cell))})


def _tidied(reader: Reader, first: Mapping[int, float]) -> Reader:
    """Show again, the largest figure first, each complementary cell that nothing needed."""
    values = reader.table.values
    for cell in sorted(reader.hidden - set(first), key=lambda cell: (-values[cell], cell)):
        shown = reader.without(cell)
        if not shown.too_narrow(_least(shown, first)):
            reader = shown
    return reader
