"""The order of the stops of a round on foot: nearest neighbour, then 2-opt, always the same.

An open path (nobody has to come back to the first stop). Croes 1958 for the 2-opt exchange.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measure import Floats

# Gains below this are rounding: without it two orders of equal length would chase each other.
_GAIN = 1e-9
# Every stop is tried as the first up to so many; beyond, so many of them, evenly spread.
_MOST_STARTS = 40


def shortest_order(lengths: Floats, first: int | None = None) -> list[int]:
    """An order of the stops that is short, each visited once; deterministic.

    Parameters
    ----------
    lengths : (n, n) symmetric, metres or minutes, all known.
    first : the stop to begin with; without it the best of several is kept.

    Raises
    ------
    ValueError
        When the table is not square, not symmetric, or holds an unknown or negative length.
    """
    table = np.asarray(lengths, dtype=np.float64)
    stops = len(table)
    if table.shape != (stops, stops):
        raise ValueError(f"{table.shape} is not a square table")
    if not np.isfinite(table).all() or (table < 0).any() or not np.allclose(table, table.T):
        raise ValueError("lengths must be known, not negative and the same both ways")
    if stops < 2:
        return list(range(stops))
    starts = [first] if first is not None else _starts(stops)
    orders = [_improved(_nearest(table, start), table, first is not None) for start in starts]
    return min(orders, key=lambda order: (round(path_length(order, table), 6), order))


def path_length(order: list[int], lengths: Floats) -> float:
    """The length of the path through the stops in this order."""
    at = np.asarray(order)
    return float(lengths[at[:-1], at[1:]].sum())


def _starts(stops: int) -> list[int]:
    if stops <= _MOST_STARTS:
        return list(range(stops))
    return [int(at) for at in np.unique(np.linspace(0, stops - 1, _MOST_STARTS).round())]


def _nearest(table: Floats, start: int) -> npt.NDArray[np.int64]:
    left = np.ones(len(table), dtype=bool)
    order = [start]
    left[start] = False
    while left.any():
        # argmin takes the first of equals: the same table always gives the same order.
        following = int(np.where(left, table[order[-1]], np.inf).argmin())
        order.append(following)
        left[following] = False
    return np.array(order, dtype=np.int64)


def _improved(order: npt.NDArray[np.int64], table: Floats, fixed_first: bool) -> list[int]:
    """Turn round the part of the path that gains most, until none does."""
    stops = len(order)
    while True:
        best, move = _GAIN, None
        for i in range(1 if fixed_first else 0, stops - 1):
            ends = np.arange(i + 1, stops)
            before = table[order[i - 1], order[i]] if i else 0.0
            joined = table[order[i - 1], order[ends]] if i else np.zeros(len(ends))
            last = np.append(order[i + 2 :], -1)
            after = np.where(last >= 0, table[order[ends], last], 0.0)
            turned = np.where(last >= 0, table[order[i], last], 0.0)
            gains = before + after - joined - turned
            at = int(gains.argmax())
            if gains[at] > best:
                best, move = float(gains[at]), (i, int(ends[at]))
        if move is None:
            return [int(stop) for stop in order]
        i, j = move
        order[i : j + 1] = order[i : j + 1][::-1].copy()
