"""Crow-fly travel times: pairs found by a grid in compiled code, held in memory or not.

Coordinates are metres of one projected CRS: a territory that spans several (overseas) is built
part by part by the caller, since no road joins them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from geo.catchments.loops import Grid, bound_pairs, count_pairs, fill_pairs
from geo.checks import require_unique
from geo.compiled import in_threads
from geo.errors import BadInput
from geo.measure import Floats
from geo.times.matrix import Block, Ids, TravelTimes, even_cuts

Ints = npt.NDArray[np.int64]
_PARTS = 32
_BLOCK_PAIRS = 1 << 15


class TimeModel(Protocol):
    """Minutes of a journey of so many crow-fly metres, from a row to a column."""

    def minutes(self, metres: Floats, rows: Ints, columns: npt.NDArray[np.int32]) -> Floats:
        """Minutes of each pair (same length); NaN or infinite for a journey not made."""

    def within_m(self, max_min: float) -> float:
        """Metres beyond which no journey takes ``max_min`` or less."""


@dataclass(frozen=True)
class Straight:
    """One speed, one detour, and minutes that every journey takes before it starts."""

    speed_kmh: float
    detour: float = 1.0
    start_min: float = 0.0

    def minutes(self, metres: Floats, rows: Ints, columns: npt.NDArray[np.int32]) -> Floats:
        """``start_min + metres × detour / speed``."""
        return metres * minutes_per_metre(self.speed_kmh, self.detour) + self.start_min

    def within_m(self, max_min: float) -> float:
        """The metres that ``max_min`` allow."""
        return (max_min - self.start_min) / minutes_per_metre(self.speed_kmh, self.detour)


def minutes_per_metre(speed_kmh: float, detour: float) -> float:
    """Minutes that one crow-fly metre takes."""
    return detour * 60 / (speed_kmh * 1000)


@dataclass(frozen=True, eq=False)
class CrowFly:
    """Crow-fly times that are computed each time they are read, and never held.

    It answers the same questions as ``TravelTimes`` (both are a ``Reach``), in the memory of the
    coordinates alone; ``times()`` holds them once for all.

    Parameters
    ----------
    demand_xy_m, supply_xy_m : (n, 2) and (m, 2) metres in one projected CRS; a row with NaN is a
        place without position, out of everyone's reach.
    max_min : limit, included. minutes_of : the time model.
    demand_ids, supply_ids : unique; positions when not given.
    """

    demand_xy_m: Floats
    supply_xy_m: Floats
    max_min: float
    minutes_of: TimeModel
    demand_ids: Ids = field(default_factory=lambda: np.zeros(0, dtype=object))
    supply_ids: Ids = field(default_factory=lambda: np.zeros(0, dtype=object))

    def __post_init__(self) -> None:
        for side in ("demand", "supply"):
            xy = np.ascontiguousarray(getattr(self, f"{side}_xy_m"), dtype=np.float64)
            ids = np.asarray(getattr(self, f"{side}_ids"))
            if xy.ndim != 2 or xy.shape[1] != 2:
                raise BadInput(f"Coordonnées ({side}) : deux colonnes x, y en mètres attendues.")
            if not len(ids):
                ids = np.arange(len(xy))
            elif len(ids) != len(xy):
                raise BadInput(f"Coordonnées ({side}) : {len(xy)} lieux, {len(ids)} identifiants.")
            else:
                require_unique(ids, "Lieux de demande" if side == "demand" else "Lieux d'offre")
            object.__setattr__(self, f"{side}_xy_m", xy)
            object.__setattr__(self, f"{side}_ids", ids)

    @property
    def most_pairs(self) -> int:
        """No more pairs than this: the sites to look at, from all the rows."""
        return int(self._bounds[-1])

    def cuts(self, parts: int) -> list[tuple[int, int]]:
        """Row ranges with about as many sites to look at."""
        return even_cuts(self._bounds, parts)

    def blocks(self, first: int, last: int) -> Iterator[Block]:
        """The pairs of a range of rows, computed about ``_BLOCK_PAIRS`` at a time."""
        exact = isinstance(self.minutes_of, Straight)
        room = -1
        row = first
        while row < last:
            goal = self._bounds[row] + _BLOCK_PAIRS
            stop = min(max(int(np.searchsorted(self._bounds, goal, "right")) - 1, row + 1), last)
            need = int(self._bounds[stop] - self._bounds[row])
            if need > room:
                room = max(need, _BLOCK_PAIRS)
                columns = np.empty(room, np.int32)
                minutes: npt.NDArray[Any] = np.empty(room, np.float32 if exact else np.float64)
            starts = np.zeros(stop - row + 1, np.int64)
            self._fill(row, stop, starts, columns, minutes)
            found = Block(row, starts, columns[: starts[-1]], minutes[: starts[-1]])
            yield found if exact else self._timed(found)
            row = stop

    def times(self, provenance: str = "") -> TravelTimes:
        """All the times, held in memory: 8 bytes a pair."""
        exact = isinstance(self.minutes_of, Straight)
        starts, columns, minutes = self._hold_exact() if exact else self._hold_timed()
        return TravelTimes(
            starts,
            columns,
            minutes,
            self.demand_ids,
            self.supply_ids,
            "crow-fly",
            self.max_min,
            provenance,
        )

    def _hold_exact(
        self,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        starts = np.zeros(len(self.demand_ids) + 1, np.int64)
        grid, far, limit2, *_ = self._search
        x, y = self.demand_xy_m.T

        def count(part: tuple[int, int]) -> None:
            rows = slice(*part)
            count_pairs(x[rows], y[rows], grid, far, limit2, starts[1:][rows])

        parts = even_cuts(np.arange(len(starts)), _PARTS, 1 << 14)
        in_threads(count, parts)
        np.cumsum(starts, out=starts)
        columns = np.empty(starts[-1], np.int32)
        minutes = np.empty(starts[-1], np.float32)
        in_threads(
            lambda part: self._fill(*part, starts[part[0] : part[1] + 1], columns, minutes),
            even_cuts(starts, _PARTS),
        )
        return starts, columns, minutes

    def _hold_timed(
        self,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        found = in_threads(lambda part: list(self.blocks(*part)), self.cuts(_PARTS))
        blocks = [block for part in found for block in part]
        lengths = np.concatenate([np.zeros(1, np.int64), *(np.diff(b.starts) for b in blocks)])
        columns = np.concatenate([np.zeros(0, np.int32), *(b.columns for b in blocks)])
        minutes = np.concatenate([np.zeros(0, np.float32), *(b.minutes for b in blocks)])
        return np.cumsum(lengths), columns, minutes

    def _timed(self, found: Block) -> Block:
        lengths = np.diff(found.starts)
        rows = np.repeat(np.arange(found.first, found.first + len(lengths)), lengths)
        metres = found.minutes.astype(np.float64)
        minutes = self.minutes_of.minutes(metres, rows, found.columns).astype(np.float32)
        kept = minutes <= np.float32(self.max_min)
        before = np.concatenate([[0], np.cumsum(kept)])
        return Block(found.first, before[found.starts], found.columns[kept], minutes[kept])

    def _fill(self, first: int, last: int, starts: Any, columns: Any, minutes: Any) -> None:
        grid, far, limit2, per_metre, start_min = self._search
        x, y = self.demand_xy_m[first:last].T
        fill_pairs(x, y, grid, far, limit2, per_metre, start_min, starts, columns, minutes)

    @cached_property
    def _bounds(self) -> npt.NDArray[np.int64]:
        bounds = np.zeros(len(self.demand_ids) + 1, np.int64)
        grid, far, *_ = self._search
        x, y = self.demand_xy_m.T

        def bound(part: tuple[int, int]) -> None:
            bound_pairs(x[slice(*part)], y[slice(*part)], grid, far, bounds[1:][slice(*part)])

        in_threads(bound, even_cuts(np.arange(len(bounds)), _PARTS, 1 << 14))
        return np.cumsum(bounds)

    @cached_property
    def _search(self) -> tuple[Grid, float, float, float, float]:
        model = self.minutes_of
        within = max(model.within_m(self.max_min), 0.0)
        corners = np.array([_corner(np.fmin, self), _corner(np.fmax, self)])
        span = float(np.hypot(*(corners[1] - corners[0])))
        # A little above the limit, for the rounding of large coordinates.
        far = min(within, span) * (1 + 1e-9) + 1e-9 * (1 + float(np.abs(corners).max()))
        grid = _grid(self.supply_xy_m, far)
        if isinstance(model, Straight):
            per_metre = minutes_per_metre(model.speed_kmh, model.detour)
            limit2 = _largest_square(self.max_min, per_metre, model.start_min, far)
            return grid, far, limit2, per_metre, model.start_min
        return grid, far, far * far, 1.0, 0.0


def crow_fly(
    demand_xy_m: Floats,
    supply_xy_m: Floats,
    *,
    max_min: float,
    minutes_of: TimeModel,
    demand_ids: Sequence[Any] | Ids = (),
    supply_ids: Sequence[Any] | Ids = (),
    provenance: str = "vol d'oiseau",
) -> TravelTimes:
    """Crow-fly times of every pair at most ``max_min`` away (limit included).

    Parameters as in ``CrowFly``. ``minutes_of`` is ``Straight(speed, detour)`` or any
    ``TimeModel`` (detour and speed that depend on distance and density).

    Raises
    ------
    DuplicateIds, BadInput
        Ids met twice, or arrays of the wrong shape.
    """
    demand_ids, supply_ids = np.asarray(demand_ids), np.asarray(supply_ids)
    straight = CrowFly(demand_xy_m, supply_xy_m, max_min, minutes_of, demand_ids, supply_ids)
    return straight.times(provenance)


def _corner(extreme: np.ufunc, places: CrowFly) -> Floats:
    """Least or greatest x and y of all the places, those without position left out."""
    ends = [
        [extreme.reduce(xy[:, 0]), extreme.reduce(xy[:, 1])]
        for xy in (places.demand_xy_m, places.supply_xy_m)
        if len(xy)
    ]
    return np.nan_to_num(extreme.reduce(ends, axis=0)) if ends else np.zeros(2)


def _grid(supply_xy_m: Floats, cell: float) -> Grid:
    """Sites by cell; cells are made larger when far outliers would make too many of them."""
    known = np.flatnonzero(~np.isnan(supply_xy_m).any(axis=1))
    x, y = supply_xy_m[known].T
    left, bottom = float(x.min(initial=np.inf)), float(y.min(initial=np.inf))
    if not len(known):
        left = bottom = 0.0
    width, height = (float(np.ptp(axis)) if len(known) else 0.0 for axis in (x, y))
    cell = max(cell, np.sqrt(width * height / (4 * len(known) + 1024)), 1e-9)
    cell = max(cell, max(width, height) / (4 * len(known) + 1024))
    wide, high = int(width / cell) + 1, int(height / cell) + 1
    per_m = 1 / cell  # the same product as in the loops, so that both round alike
    across = np.minimum(((x - left) * per_m).astype(np.int64), wide - 1)
    along = np.minimum(((y - bottom) * per_m).astype(np.int64), high - 1)
    place = along * wide + across
    order = np.argsort(place, kind="stable")
    starts = np.zeros(wide * high + 1, np.int64)
    np.cumsum(np.bincount(place, minlength=wide * high), out=starts[1:])
    column = known[order].astype(np.int32)
    return Grid(x[order], y[order], column, starts, left, bottom, cell, per_m, wide, high)


def _largest_square(max_min: float, per_metre: float, start_min: float, far: float) -> float:
    """The largest squared distance whose stored minutes (float32) are still within the limit.

    Found by bisection on the stored value itself, so that a site at exactly ``max_min`` is kept
    and the count of pairs is that of the pairs written.
    """
    limit = np.float32(max_min)

    def fits(square: float) -> bool:
        return bool(np.float32(np.sqrt(square) * per_metre + start_min) <= limit)

    if not fits(0.0):
        return -1.0
    low, high = 0.0, far * far
    if fits(high):
        return high
    while True:
        middle = low + (high - low) / 2
        if middle in (low, high):
            return low
        low, high = (middle, high) if fits(middle) else (low, middle)
