"""The inner loops of accessibility, compiled: pairs found by a grid, and sums over pairs."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Floats = npt.NDArray[np.float64]
_LANE = 1024
_ROOM = 8192


class Grid(NamedTuple):
    """Sites sorted by square cell, row of cells after row of cells.

    The sites of the cells ``a`` … ``b`` of one row are one slice of ``x``, ``y`` and ``column``.
    """

    x: Floats
    y: Floats
    column: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    left: float
    bottom: float
    cell: float
    per_m: float
    wide: int
    high: int


@compiled
def _rows_of_cells(y: float, far: float, grid: Grid) -> tuple[int, int]:
    first, last = (y - far - grid.bottom) * grid.per_m, (y + far - grid.bottom) * grid.per_m
    if not (last >= 0 and first < grid.high):  # also a place without position
        return 0, 0
    return int(max(first, 0.0)), int(min(last, grid.high - 1.0)) + 1


@compiled
def _slice_of_row(x: float, y: float, cy: int, far: float, grid: Grid) -> tuple[int, int]:
    under = grid.bottom + cy * grid.cell
    gap = max(under - y, y - under - grid.cell, 0.0)
    half = math.sqrt(max(far * far - gap * gap, 0.0))
    first, last = (x - half - grid.left) * grid.per_m, (x + half - grid.left) * grid.per_m
    if not (last >= 0 and first < grid.wide):
        return 0, 0
    row = cy * grid.wide
    return (
        grid.starts[row + int(max(first, 0.0))],
        grid.starts[row + int(min(last, grid.wide - 1.0)) + 1],
    )


@compiled
def count_pairs(x: Floats, y: Floats, grid: Grid, far: float, limit2: float, counts: Any) -> None:
    """``counts[i]``: sites whose squared distance to place i is at most ``limit2``.

    ``far`` is the same limit as a distance, a little above: it chooses the cells to look at.
    """
    for row in range(len(x)):
        found = 0
        low, high = _rows_of_cells(y[row], far, grid)
        for cy in range(low, high):
            start, stop = _slice_of_row(x[row], y[row], cy, far, grid)
            for site in range(np.uint64(start), np.uint64(stop)):
                across, along = grid.x[site] - x[row], grid.y[site] - y[row]
                found += across * across + along * along <= limit2
        counts[row] = found


@compiled
def bound_pairs(x: Floats, y: Floats, grid: Grid, far: float, counts: Any) -> None:
    """``counts[i]``: sites of the cells to look at, at least those that ``count_pairs`` counts."""
    for row in range(len(x)):
        found = 0
        low, high = _rows_of_cells(y[row], far, grid)
        for cy in range(low, high):
            start, stop = _slice_of_row(x[row], y[row], cy, far, grid)
            found += stop - start
        counts[row] = found


@compiled
def fill_pairs(
    x: Floats,
    y: Floats,
    grid: Grid,
    far: float,
    limit2: float,
    per_metre: float,
    start_min: float,
    starts: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int32],
    minutes: npt.NDArray[Any],
) -> None:
    """The pairs that ``count_pairs`` counts, written from ``starts[0]`` on.

    ``starts[i + 1]`` is set to where place i ends, ``minutes`` to metres × ``per_metre`` +
    ``start_min``. ``columns`` and ``minutes`` must have room for all.
    """
    near = np.empty(_LANE, np.int32)
    square = np.empty(_LANE, np.float64)
    out = np.uint64(starts[0])
    for row in range(len(x)):
        low, high = _rows_of_cells(y[row], far, grid)
        for cy in range(low, high):
            start, stop = _slice_of_row(x[row], y[row], cy, far, grid)
            for lane in range(start, stop, _LANE):
                found = np.uint64(0)
                for site in range(np.uint64(lane), np.uint64(min(lane + _LANE, stop))):
                    across, along = grid.x[site] - x[row], grid.y[site] - y[row]
                    far2 = across * across + along * along
                    near[found] = grid.column[site]
                    square[found] = far2
                    found += np.uint64(far2 <= limit2)
                for k in range(found):
                    columns[out + k] = near[k]
                    minutes[out + k] = math.sqrt(square[k]) * per_metre + start_min
                out += found
        starts[row + 1] = out


@compiled
def step_weights(
    minutes: npt.NDArray[np.float32],
    limits: npt.NDArray[np.float32],
    weights: Floats,
    out: Floats,
) -> None:
    """``out[k]``: the weight of the first band with ``minutes[k]`` <= its limit, else 0."""
    last = len(limits) - 1
    for lane in range(0, len(minutes), _LANE):
        here = minutes[lane : lane + _LANE]
        there = out[lane : lane + len(here)]
        limit, weight = limits[last], weights[last]
        for k in range(len(here)):
            there[k] = weight if here[k] <= limit else 0.0
        for band in range(last - 1, -1, -1):
            limit, weight = limits[band], weights[band]
            for k in range(len(here)):
                there[k] = weight if here[k] <= limit else there[k]


# Positions below are unsigned: a position that could be negative costs a test, and the loop its
# vector instructions.


@compiled
def _rows_that_fit(starts: npt.NDArray[np.uint64], row: int, room: int) -> int:
    stop = row + 1
    while stop < len(starts) - 1 and starts[stop + 1] - starts[row] <= np.uint64(room):
        stop += 1
    return stop


@compiled
def _bands(
    minutes: npt.NDArray[np.float32], limits: npt.NDArray[np.float32], out: npt.NDArray[np.uint8]
) -> None:
    # Three at once: a kernel rarely has more.
    never = np.float32(np.inf)
    one = limits[0]
    two = limits[1] if len(limits) > 1 else never
    three = limits[2] if len(limits) > 2 else never
    for k in range(len(minutes)):
        time = minutes[k]
        out[k] = np.uint8(time > one) + np.uint8(time > two) + np.uint8(time > three)
    for band in range(3, len(limits)):
        limit = limits[band]
        for k in range(len(minutes)):
            out[k] += np.uint8(minutes[k] > limit)


@compiled
def spread_steps(
    starts: npt.NDArray[np.uint64],
    columns: npt.NDArray[np.uint32],
    minutes: npt.NDArray[np.float32],
    limits: npt.NDArray[np.float32],
    steps: Floats,
    on_rows: Floats,
    out: Floats,
) -> None:
    """Adds to ``out[j]`` the sum over rows i of step_ij × on_rows_i.

    ``steps`` has the weight of each band, then 0. The bands of a few thousand pairs at a time are
    written as bytes in memory that never leaves the nearest cache.
    """
    bands = np.empty(_ROOM, np.uint8)
    row = 0
    while row < len(starts) - 1:
        stop = _rows_that_fit(starts, row, _ROOM)
        base, end = starts[row], starts[stop]
        if end - base > np.uint64(len(bands)):
            bands = np.empty(end - base, np.uint8)
        _bands(minutes[base:end], limits, bands)
        near = columns[base:end]
        first = np.uint64(0)
        for r in range(row, stop):
            last = starts[r + 1] - base
            here = on_rows[r]
            for k in range(first, last):
                out[near[k]] += steps[bands[k]] * here
            first = last
        row = stop


@compiled
def collect_steps(
    starts: npt.NDArray[np.uint64],
    columns: npt.NDArray[np.uint32],
    minutes: npt.NDArray[np.float32],
    limits: npt.NDArray[np.float32],
    steps: Floats,
    on_columns: Floats,
    out: Floats,
) -> None:
    """``out[i]``: the sum over columns j of step_ij × on_columns_j, as ``spread_steps`` goes."""
    bands = np.empty(_ROOM, np.uint8)
    row = 0
    while row < len(starts) - 1:
        stop = _rows_that_fit(starts, row, _ROOM)
        base, end = starts[row], starts[stop]
        if end - base > np.uint64(len(bands)):
            bands = np.empty(end - base, np.uint8)
        _bands(minutes[base:end], limits, bands)
        near = columns[base:end]
        first = np.uint64(0)
        for r in range(row, stop):
            last = starts[r + 1] - base
            total = 0.0
            for k in range(first, last):
                total += steps[bands[k]] * on_columns[near[k]]
            out[r] = total
            first = last
        row = stop


@compiled
def spread_weights(
    starts: npt.NDArray[np.uint64],
    columns: npt.NDArray[np.uint32],
    weights: Floats,
    on_rows: Floats,
    out: Floats,
) -> None:
    """Adds to ``out[j]`` the sum over rows i of weight_ij × on_rows_i."""
    for row in range(len(starts) - 1):
        here = on_rows[row]
        if here != 0.0:
            for k in range(starts[row], starts[row + 1]):
                out[columns[k]] += weights[k] * here


@compiled
def collect_weights(
    starts: npt.NDArray[np.uint64],
    columns: npt.NDArray[np.uint32],
    weights: Floats,
    on_columns: Floats,
    out: Floats,
) -> None:
    """``out[i]``: the sum over columns j of weight_ij × on_columns_j."""
    for row in range(len(starts) - 1):
        total = 0.0
        for k in range(starts[row], starts[row + 1]):
            total += weights[k] * on_columns[columns[k]]
        out[row] = total


@compiled
def nearest_in_rows(
    starts: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int32],
    minutes: npt.NDArray[np.float32],
    best: npt.NDArray[np.float32],
    position: npt.NDArray[np.int64],
) -> None:
    """Least minutes of each row and its column; the lowest column among equals."""
    for row in range(len(starts) - 1):
        for k in range(starts[row], starts[row + 1]):
            closer = minutes[k] < best[row]
            if closer or (minutes[k] == best[row] and columns[k] < position[row]):
                best[row] = minutes[k]
                position[row] = columns[k]


@compiled
def first_pair_twice(
    starts: npt.NDArray[np.int64], columns: npt.NDArray[np.int32], width: int
) -> int:
    """Position of the first pair whose column was already met in its row; -1 when none is."""
    seen = np.full(width, -1, np.int64)
    for row in range(len(starts) - 1):
        for k in range(starts[row], starts[row + 1]):
            if seen[columns[k]] == row:
                return int(k)
            seen[columns[k]] = row
    return -1
