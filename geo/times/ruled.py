"""Times some of which are set by a rule rather than measured, read block after block.

Inside a commune a place known to its commune only stands at the town hall: the distance to it is
unknown, and a rule says how long the journey takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled
from geo.times.matrix import Block, Ids, Reach

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Couples (row, column) whose time is set by a rule; a couple may be written twice."""

    row: Ints
    column: Ints
    minutes: float


class Ruled:
    """The times of ``base``, those of some pairs replaced (or added) by a rule: a ``Reach``.

    The rule holds even for a place without position and beyond ``base.max_min``.
    """

    def __init__(self, base: Reach, fixed: Pairs) -> None:
        self.base = base
        self.demand_ids: Ids = base.demand_ids
        self.supply_ids: Ids = base.supply_ids
        self.max_min = base.max_min
        width = max(len(self.supply_ids), 1)
        keys = np.unique(fixed.row * width + fixed.column)
        rows = keys // width
        self._starts = np.searchsorted(rows, np.arange(len(self.demand_ids) + 1))
        self._columns = (keys % width).astype(np.int32)
        self._minutes = np.float32(fixed.minutes)

    def cuts(self, parts: int) -> list[tuple[int, int]]:
        """Row ranges as those of ``base``."""
        return self.base.cuts(parts)

    def blocks(self, first: int, last: int) -> Iterator[Block]:
        """The blocks of ``base``, the rule applied to each."""
        seen = np.full(len(self.supply_ids), -1, np.int64)
        for block in self.base.blocks(first, last):
            own = self._starts[block.first : block.first + len(block.starts)]
            room = len(block.columns) + int(own[-1] - own[0])
            starts = np.zeros(len(block.starts), np.int64)
            columns, minutes = np.empty(room, np.int32), np.empty(room, np.float32)
            _replace(
                block.starts, block.columns, block.minutes, own, self._columns, self._minutes,
                block.first, seen, starts, columns, minutes,
            )  # fmt: skip
            yield Block(block.first, starts, columns[: starts[-1]], minutes[: starts[-1]])


@compiled
def _replace(
    starts: Any, columns: Any, minutes: Any, own: Any, own_columns: Any, own_min: Any,
    first: int, seen: Any, out_starts: Any, out_columns: Any, out_minutes: Any,
) -> None:  # fmt: skip
    at = 0
    for row in range(len(starts) - 1):
        for k in range(own[row], own[row + 1]):
            seen[own_columns[k]] = first + row
            out_columns[at] = own_columns[k]
            out_minutes[at] = own_min
            at += 1
        for k in range(starts[row], starts[row + 1]):
            if seen[columns[k]] != first + row:
                out_columns[at] = columns[k]
                out_minutes[at] = minutes[k]
                at += 1
        out_starts[row + 1] = at


@dataclass(frozen=True, eq=False)
class Columns:
    """The times of ``base`` to some of its sites only (``kept``, one flag a site): a ``Reach``."""

    base: Reach
    kept: npt.NDArray[np.bool_]

    @property
    def demand_ids(self) -> Ids:
        return self.base.demand_ids

    @property
    def supply_ids(self) -> Ids:
        return self.base.supply_ids

    @property
    def max_min(self) -> float:
        return self.base.max_min

    def cuts(self, parts: int) -> list[tuple[int, int]]:
        """Row ranges as those of ``base``."""
        return self.base.cuts(parts)

    def blocks(self, first: int, last: int) -> Iterator[Block]:
        """The blocks of ``base`` without the pairs of the sites left out."""
        for block in self.base.blocks(first, last):
            flags = self.kept[block.columns]
            before = np.concatenate([[0], np.cumsum(flags)])
            starts = before[block.starts]
            yield Block(block.first, starts, block.columns[flags], block.minutes[flags])
