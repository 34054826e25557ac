"""Crow-fly times as a scipy matrix, with the pairs whose time a rule sets; nearest sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.spatial import KDTree

from geo.measure import Floats
from geo.times.crow_fly import Straight, crow_fly, minutes_per_metre

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Couples (row, column) whose time is set by a rule rather than measured."""

    row: Ints
    column: Ints
    minutes: float


def crow_fly_minutes(
    demand_xy_m: Floats,
    supply_xy_m: Floats,
    *,
    speed_kmh: float,
    detour: float,
    max_min: float,
    fixed: Pairs | None = None,
) -> csr_matrix:
    """Minutes from each demand place to each supply at most ``max_min`` away.

    Parameters
    ----------
    demand_xy_m, supply_xy_m : as in ``CrowFly``.
    fixed : pairs whose time replaces the crow-fly one, even beyond ``max_min`` metres.

    Returns an (n, m) CSR matrix, float32 minutes, int32 indices, sorted, no duplicate; the limit
    itself is included (a time of exactly ``max_min`` is kept).
    """
    shape = (len(demand_xy_m), len(supply_xy_m))
    model = Straight(speed_kmh, detour)
    times = crow_fly(demand_xy_m, supply_xy_m, max_min=max_min, minutes_of=model)
    row = np.repeat(np.arange(shape[0]), np.diff(times.indptr))
    column, minutes = times.indices.astype(np.int64), times.minutes
    if fixed is not None and len(fixed.row):
        key = row * shape[1] + column
        own_key = np.unique(fixed.row * shape[1] + fixed.column)
        free = ~np.isin(key, own_key)
        row = np.concatenate([row[free], own_key // shape[1]])
        column = np.concatenate([column[free], own_key % shape[1]])
        own = np.full(len(own_key), fixed.minutes, dtype=np.float32)
        minutes = np.concatenate([minutes[free], own])
    return csr_from_triplets(row, column, minutes, shape)


def csr_from_triplets(
    row: Ints, column: Ints, minutes: npt.NDArray[np.float32], shape: tuple[int, int]
) -> csr_matrix:
    """A CSR matrix that keeps its zero-minute entries (int32 indices, sorted)."""
    order = np.lexsort((column, row))
    starts = np.zeros(shape[0] + 1, dtype=np.int32)
    np.cumsum(np.bincount(row, minlength=shape[0]), out=starts[1:])
    indices = column[order].astype(np.int32)
    return csr_matrix((minutes[order], indices, starts), shape=shape)


def nearest_minutes(
    demand_xy_m: Floats, supply_xy_m: Floats, *, speed_kmh: float, detour: float
) -> tuple[Floats, Ints]:
    """Crow-fly minutes to the nearest supply and its position; NaN and -1 when there is none."""
    minutes = np.full(len(demand_xy_m), np.nan)
    nearest = np.full(len(demand_xy_m), -1, dtype=np.int64)
    rows, columns = _known(demand_xy_m), _known(supply_xy_m)
    if len(rows) and len(columns):
        metres, position = KDTree(supply_xy_m[columns]).query(demand_xy_m[rows])
        minutes[rows] = metres * minutes_per_metre(speed_kmh, detour)
        nearest[rows] = columns[position]
    return minutes, nearest


def _known(xy_m: Floats) -> Ints:
    return np.flatnonzero(~np.isnan(xy_m).any(axis=1))
