"""Ready travel times put in the order asked, completed by crow-fly ones where they say nothing.

A place that is absent from the ready times is off the network (its point was on no road): its pairs
are crow-fly. A pair that is absent between two places on the network is out of reach.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.times.matrix import Ids, Reach, TravelTimes

Ints = npt.NDArray[np.int64]


def positions(ready: TravelTimes, ids: Ids, side: str) -> Ints:
    """Where each id stands in the rows (``side`` ``"demand"``) or columns; -1 off the network."""
    known = ready.demand_ids if side == "demand" else ready.supply_ids
    found = pd.Index(known.astype(str)).get_indexer(pd.Index(np.asarray(ids).astype(str)))
    return np.asarray(found, dtype=np.int64)


def completed(ready: TravelTimes, straight: Reach, rows: Ints, columns: Ints) -> TravelTimes:
    """The times of the places of ``straight``, whose rows and columns stand at these positions.

    ``rows`` (n,), ``columns`` (m,): as ``positions`` gives them, no position twice in ``columns``.
    """
    own_starts, own_columns, own_minutes = _aligned(ready, rows, columns)
    far_starts, far_columns, far_minutes = _unknown_pairs(straight, rows < 0, columns < 0)
    starts = own_starts + far_starts
    indices = np.empty(starts[-1], np.int32)
    minutes = np.empty(starts[-1], np.float32)
    # In each row, what is known first: each part is shifted by what the other one has before it.
    for here, before, part_columns, part_minutes in (
        (own_starts, far_starts[:-1], own_columns, own_minutes),
        (far_starts, own_starts[1:], far_columns, far_minutes),
    ):
        at = np.arange(len(part_columns)) + np.repeat(before, np.diff(here))
        indices[at] = part_columns
        minutes[at] = part_minutes
    return TravelTimes(
        starts,
        indices,
        minutes,
        straight.demand_ids,
        straight.supply_ids,
        ready.mode,
        min(ready.max_min, straight.max_min) if far_starts[-1] else ready.max_min,
        ready.provenance,
    )


def _aligned(ready: TravelTimes, rows: Ints, columns: Ints) -> tuple[Any, Any, Any]:
    column_of = np.full(len(ready.supply_ids), -1, np.int32)
    used = np.flatnonzero(columns >= 0)
    column_of[columns[used]] = used
    # Position -1, a row off the network, reads the last one: no journey.
    lengths = np.append(np.diff(ready.indptr), 0)[rows]
    firsts = ready.indptr[rows]
    ends = np.cumsum(lengths)
    at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(firsts - (ends - lengths), lengths)
    found = column_of[ready.indices[at]]
    kept = found >= 0
    before = np.concatenate([[0], np.cumsum(kept)])
    starts = before[np.concatenate([[0], ends]).astype(np.int64)]
    return starts, found[kept], ready.minutes[at][kept]


def _unknown_pairs(straight: Reach, rows: Any, columns: Any) -> tuple[Any, Any, Any]:
    """The crow-fly pairs of which one end at least is off the network."""
    lengths, found, times = [np.zeros(1, np.int64)], [np.zeros(0, np.int32)], [np.zeros(0, "f4")]
    for block in straight.blocks(0, len(rows)):
        counts = np.diff(block.starts)
        row = np.repeat(np.arange(block.first, block.first + len(counts)), counts)
        kept = rows[row] | columns[block.columns]
        lengths.append(np.bincount(row[kept] - block.first, minlength=len(counts)))
        found.append(block.columns[kept])
        times.append(block.minutes[kept])
    return np.cumsum(np.concatenate(lengths)), np.concatenate(found), np.concatenate(times)
