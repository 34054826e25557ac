"""Times between places of anybody, with what could not be put on the roads.

Places that stand at the same point (a health centre, a town hall that stands for a commune) are
searched once. A place on no road is left out of the ids of the result: its times are unknown, and
are not to be read as a place that reaches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled
from geo.errors import BadInput
from geo.measure import Floats
from geo.roads.graph import Flags, RoadGraph
from geo.roads.snap import MAX_SNAP_M, Snapped, snap
from geo.roads.times import road_times
from geo.times.matrix import TravelTimes


@dataclass(frozen=True, eq=False)
class Between:
    """``times`` of the places on the roads; ``demand_on``, ``supply_on``: which ones these are."""

    times: TravelTimes
    demand_on: Flags
    supply_on: Flags


def times_between(
    graph: RoadGraph,
    demand_ids: npt.NDArray[Any],
    demand_xy: Floats,
    supply_ids: npt.NDArray[Any],
    supply_xy: Floats,
    *,
    max_min: float,
    max_snap_m: float = MAX_SNAP_M,
    progress: Callable[[int, int], None] | None = None,
) -> Between:
    """Minutes along the roads between two sets of places.

    Parameters
    ----------
    demand_xy, supply_xy : (n, 2), (m, 2) metres in ``graph.crs``; a row with NaN has no position.
    max_min : limit, included. max_snap_m : how far from a road a place may stand.

    Raises
    ------
    BadInput
        As ``snap`` and ``road_times``.
    """
    rows, row_of = _points(graph, demand_xy, max_snap_m)
    columns, column_of = _points(graph, supply_xy, max_snap_m)
    demand_on, supply_on = row_of >= 0, column_of >= 0
    found = road_times(graph, rows, columns, max_min=max_min, progress=progress)
    starts, indices, minutes = _spread(
        found.indptr, found.indices, found.minutes, row_of[demand_on],
        *_members(column_of[supply_on], len(columns.ids)),
    )  # fmt: skip
    off = [int((~on).sum()) for on in (demand_on, supply_on)]
    left_out = f" ; hors réseau : {off[0]} lieux de demande et {off[1]} lieux d'offre"
    times = TravelTimes(
        starts,
        indices,
        minutes,
        demand_ids[demand_on],
        supply_ids[supply_on],
        found.mode,
        found.max_min,
        found.provenance + (left_out if any(off) else ""),
    )
    return Between(times, demand_on, supply_on)


def stacked(parts: Sequence[TravelTimes]) -> TravelTimes:
    """Matrices that share no place (islands) as one; nobody goes from one to another.

    Raises
    ------
    BadInput
        Without any matrix, or when their modes or limits differ.
    """
    if len({(part.mode, part.max_min) for part in parts}) != 1:
        raise BadInput("Temps de trajet à réunir : un seul mode et une seule limite attendus.")
    if len(parts) == 1:
        return parts[0]
    pairs = np.cumsum([0, *(part.nnz for part in parts)])
    sites = np.cumsum([0, *(part.shape[1] for part in parts)])
    return TravelTimes(
        np.concatenate(
            [[0], *(part.indptr[1:] + before for part, before in zip(parts, pairs, strict=False))]
        ).astype(np.int64),
        np.concatenate(
            [part.indices + before for part, before in zip(parts, sites, strict=False)]
        ).astype(np.int32),
        np.concatenate([part.minutes for part in parts]),
        np.concatenate([part.demand_ids for part in parts]),
        np.concatenate([part.supply_ids for part in parts]),
        parts[0].mode,
        parts[0].max_min,
        " | ".join(dict.fromkeys(part.provenance for part in parts)),
    )


def _points(
    graph: RoadGraph, xy_m: Floats, max_snap_m: float
) -> tuple[Snapped, npt.NDArray[np.int64]]:
    """The distinct points on the roads, and which one each place is (-1: none)."""
    distinct, which = np.unique(xy_m, axis=0, return_inverse=True)
    put = snap(graph, distinct, max_m=max_snap_m)
    on = put.on_road
    rank = np.where(on, np.cumsum(on) - 1, -1)
    kept = Snapped(put.ids[on], put.edge[on], put.off_min[on], put.metres[on], put.access_min[on])
    return kept, rank[which.ravel()]


def _members(
    column_of: npt.NDArray[np.int64], columns: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """(starts, places): the places that stand at each point."""
    starts = np.zeros(columns + 1, np.int64)
    np.cumsum(np.bincount(column_of, minlength=columns), out=starts[1:])
    return starts, np.argsort(column_of, kind="stable").astype(np.int32)


@compiled
def _spread(
    indptr: Any, indices: Any, minutes: Any, row_of: Any, member_starts: Any, members: Any
) -> Any:
    """The times between points, given to each of the places that stand there."""
    starts = np.zeros(len(row_of) + 1, np.int64)
    for place in range(len(row_of)):
        pairs = 0
        for slot in range(indptr[row_of[place]], indptr[row_of[place] + 1]):
            pairs += member_starts[indices[slot] + 1] - member_starts[indices[slot]]
        starts[place + 1] = starts[place] + pairs
    columns = np.empty(starts[-1], np.int32)
    spent = np.empty(starts[-1], np.float32)
    at = 0
    for place in range(len(row_of)):
        for slot in range(indptr[row_of[place]], indptr[row_of[place] + 1]):
            point = indices[slot]
            for member in range(member_starts[point], member_starts[point + 1]):
                columns[at] = members[member]
                spent[at] = minutes[slot]
                at += 1
    return starts, columns, spent
