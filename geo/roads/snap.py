"""Points put on the nearest road, never further than said.

A point goes to the nearest position *along* a road, not to the nearest crossing: once chains are
merged, crossings may be kilometres apart. The straight line to the road is walked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.checks import require_unique
from geo.compiled import compiled
from geo.errors import BadInput
from geo.measure import Floats
from geo.roads.graph import Flags, RoadGraph
from geo.roads.ways import Positions

# [assumption, editable] Further from any road, a place is said to be off the network.
MAX_SNAP_M = 500.0
ACCESS_KMH = 5.0  # [assumption, editable] walking, between the point and the road
_ON_NODE_M = 0.01  # a point so near the end of a piece is at that end
_CELL_M = 200.0


@dataclass(frozen=True, eq=False)
class Snapped:
    """Points on the roads of one graph.

    ``edge`` (n,): position in the graph's edges, -1 when no road is near enough; ``off_min``:
    minutes from the beginning of the edge to the point; ``metres``: straight distance to the
    road (NaN when unknown or beyond the limit); ``access_min``: minutes to walk it.
    """

    ids: npt.NDArray[Any]
    edge: Positions
    off_min: Floats
    metres: Floats
    access_min: Floats

    @property
    def on_road(self) -> Flags:
        """(n,) bool."""
        return self.edge >= 0

    @property
    def unsnapped(self) -> npt.NDArray[Any]:
        """The ids of the points left out: no position, or no road near enough."""
        return self.ids[~self.on_road]


def snap(
    graph: RoadGraph,
    xy_m: Floats,
    *,
    ids: Sequence[Any] | npt.NDArray[Any] | None = None,
    max_m: float = MAX_SNAP_M,
    access_kmh: float = ACCESS_KMH,
) -> Snapped:
    """Put points on the nearest road where a trip may begin or end (no motorway, no trunk road).

    Parameters
    ----------
    xy_m : (n, 2) metres in ``graph.crs``; a row with NaN is a place without position.
    ids : unique; positions when not given. max_m : limit, included.

    Raises
    ------
    BadInput
        When coordinates look like degrees, or ids do not match the points.
    """
    xy = np.ascontiguousarray(xy_m, dtype=np.float64)
    if xy.ndim != 2 or xy.shape[1] != 2:
        raise BadInput("Points à rattacher au réseau : deux colonnes x, y en mètres attendues.")
    known = np.isfinite(xy).all(axis=1)
    if known.any() and (np.abs(xy[known]) <= (180.0, 90.0)).all():
        raise BadInput(
            "Points à rattacher au réseau : les coordonnées ressemblent à des degrés. "
            f"Attendu : des mètres dans le système {graph.crs}."
        )
    names = np.arange(len(xy)) if ids is None else np.asarray(ids)
    if len(names) != len(xy):
        raise BadInput(f"Points à rattacher : {len(xy)} lieux, {len(names)} identifiants.")
    require_unique(names, "Lieux à rattacher au réseau")
    known &= graph.serves(xy)
    pieces = graph.pieces
    piece = np.full(len(xy), -1, np.int64)
    along = np.zeros(len(xy))
    metres = np.full(len(xy), np.nan)
    if len(pieces.a) and known.any():
        x0, y0 = float(pieces.x.min()), float(pieces.y.min())
        span = (float(np.ptp(pieces.x)), float(np.ptp(pieces.y)))
        # Never more cells than twice the pieces, however sparse the roads.
        cell = max(_CELL_M, float(np.sqrt(span[0] * span[1] / (2 * len(pieces.a)))))
        shape = (int(span[0] // cell) + 1, int(span[1] // cell) + 1)
        starts, held = _cells(pieces.x, pieces.y, pieces.a, pieces.b, x0, y0, cell, *shape)
        piece, along, metres = _nearest(
            xy, known, pieces.x, pieces.y, pieces.a, pieces.b,
            starts, held, x0, y0, cell, *shape, float(max_m),
        )  # fmt: skip
    found = piece >= 0
    edge = np.full(len(xy), -1, np.int32)
    edge[found] = pieces.edge[piece[found]]
    off = np.full(len(xy), np.nan)
    off[found] = pieces.start_min[piece[found]] + along[found] * pieces.minutes[piece[found]]
    # The sums of a chain may pass its end by a rounding.
    off[found] = np.minimum(off[found], graph.edge_minutes[edge[found]])
    return Snapped(names, edge, off, metres, metres * 60 / (1000 * access_kmh))


@compiled
def _cells(
    x: Any, y: Any, a: Any, b: Any, x0: float, y0: float, cell: float, wide: int, high: int
) -> Any:
    """(starts, pieces): the pieces whose box touches each cell of the grid."""
    starts = np.zeros(wide * high + 1, np.int64)
    held = np.empty(0, np.int32)
    free = starts
    for filling in range(2):
        for piece in range(len(a)):
            ax, bx, ay, by = x[a[piece]], x[b[piece]], y[a[piece]], y[b[piece]]
            for column in range(
                int((min(ax, bx) - x0) // cell), int((max(ax, bx) - x0) // cell) + 1
            ):
                for row in range(
                    int((min(ay, by) - y0) // cell), int((max(ay, by) - y0) // cell) + 1
                ):
                    place = column * high + row
                    if filling:
                        held[free[place]] = piece
                        free[place] += 1
                    else:
                        starts[place + 1] += 1
        if not filling:
            starts = np.cumsum(starts)
            free = starts[:-1].copy()
            held = np.empty(starts[-1], np.int32)
    return starts, held


@compiled
def _nearest(
    xy: Any, known: Any, x: Any, y: Any, a: Any, b: Any, starts: Any, held: Any,
    x0: float, y0: float, cell: float, wide: int, high: int, max_m: float,
) -> Any:  # fmt: skip
    """(piece or -1, share of the piece from its beginning, metres or NaN) of each point."""
    count = len(xy)
    piece_of = np.full(count, -1, np.int64)
    along = np.zeros(count)
    metres = np.full(count, np.nan)
    rings = int(np.ceil(max_m / cell)) + 1
    for point in range(count):
        if not known[point]:
            continue
        px, py = xy[point, 0], xy[point, 1]
        column, row = int((px - x0) // cell), int((py - y0) // cell)
        best = np.inf
        for ring in range(rings + 1):
            # All that lies within (ring - 1) cells has been seen by now.
            if best <= (ring - 1) * cell or (ring - 1) * cell > max_m:
                break
            for i in range(max(column - ring, 0), min(column + ring, wide - 1) + 1):
                edge_of_ring = abs(i - column) == ring
                step = 1 if edge_of_ring else max(2 * ring, 1)
                for j in range(row - ring, row + ring + 1, step):
                    if j < 0 or j >= high:
                        continue
                    place = i * high + j
                    for slot in range(starts[place], starts[place + 1]):
                        piece = held[slot]
                        ax, ay = x[a[piece]], y[a[piece]]
                        dx, dy = x[b[piece]] - ax, y[b[piece]] - ay
                        squared = dx * dx + dy * dy
                        share = 0.0
                        if squared > 0:
                            share = ((px - ax) * dx + (py - ay) * dy) / squared
                            share = min(max(share, 0.0), 1.0)
                        away = np.hypot(px - ax - share * dx, py - ay - share * dy)
                        if away < best or (away == best and piece < piece_of[point]):
                            length = np.sqrt(squared)
                            if share * length < _ON_NODE_M:
                                share = 0.0
                            elif (1 - share) * length < _ON_NODE_M:
                                share = 1.0
                            best = away
                            piece_of[point] = piece
                            along[point] = share
        if best <= max_m:
            metres[point] = best
        else:
            piece_of[point] = -1
    return piece_of, along, metres
