"""What is in reach, in plain figures: the nearest site, how many sites, how much capacity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.access.settings import Edge
from geo.catchments.decay import Kernel
from geo.catchments.loops import nearest_in_rows
from geo.catchments.methods import collect
from geo.checks import TooShort, require_counts
from geo.compiled import in_threads
from geo.measure import Floats
from geo.times.matrix import Reach

Ints = npt.NDArray[np.int64]


def nearest(times: Reach) -> tuple[Floats, Ints]:
    """Minutes to the nearest site and its position (the first of equals).

    NaN and -1 where none is within ``times.max_min``: the time is then unknown, not zero.
    """
    n = len(times.demand_ids)
    best = np.full(n, np.inf, np.float32)
    position = np.full(n, -1, np.int64)

    def part(rows: tuple[int, int]) -> None:
        for block in times.blocks(*rows):
            here = slice(block.first, block.first + len(block.starts) - 1)
            nearest_in_rows(block.starts, block.columns, block.minutes, best[here], position[here])

    in_threads(part, times.cuts(8))
    return np.where(position < 0, np.nan, best.astype(np.float64)), position


def count_within(times: Reach, limit_min: float, edge: Edge = "le") -> Ints:
    """Sites within ``limit_min`` of each place, the limit itself included when ``edge="le"``.

    Raises
    ------
    TooShort
        When the times were built up to fewer minutes.
    """
    return np.rint(collect(times, _within(times, limit_min, edge))).astype(np.int64)


def capacity_within(
    times: Reach, capacity: npt.ArrayLike, limit_min: float, edge: Edge = "le"
) -> Floats:
    """Capacity within ``limit_min`` of each place, whoever else can reach it.

    Raises
    ------
    TooShort, BadCounts
    """
    supply = require_counts(capacity, times.supply_ids, "Capacité de l'offre")
    return collect(times, _within(times, limit_min, edge), supply)


def reach_statistics(
    times: Reach, capacity: npt.ArrayLike, limits_min: Sequence[float], edge: Edge = "le"
) -> pd.DataFrame:
    """One row a place (index ``demand_id``): nearest_min, nearest_id, then for each limit
    ``count_<limit>_min`` and ``capacity_<limit>_min``.

    Raises
    ------
    TooShort, BadCounts
    """
    minutes, position = nearest(times)
    ids = np.append(np.asarray(times.supply_ids).astype(object), "")
    table = pd.DataFrame(
        {"nearest_min": minutes, "nearest_id": ids[position]},
        index=pd.Index(np.asarray(times.demand_ids), name="demand_id"),
    )
    for limit in limits_min:
        table[f"count_{limit:g}_min"] = count_within(times, limit, edge)
        table[f"capacity_{limit:g}_min"] = capacity_within(times, capacity, limit, edge)
    return table


def _within(times: Reach, limit_min: float, edge: Edge) -> Kernel:
    if np.float32(times.max_min) < np.float32(limit_min):
        raise TooShort(
            f"Temps calculés jusqu'à {times.max_min:g} min : rien ne peut être dit à "
            f"{limit_min:g} min. Recalculez les temps plus loin."
        )
    return Kernel("within", ((limit_min, 1.0),), edge)
