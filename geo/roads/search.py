"""Who can be reached within a time limit, along the roads: compiled, in bounded memory.

Dijkstra's algorithm from one point at a time, stopped at the limit. Nodes wait in buckets of
equal width (Dial 1969) instead of a heap; a node found sooner is put in again and its former entry
passed over, so that the times are exact whatever the width. The work arrays are as long as the
graph, belong to one thread, and only what a search touched is wiped afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled
from geo.measure import Floats
from geo.roads.graph import Arcs, RoadGraph
from geo.roads.snap import Snapped
from geo.roads.ways import Ids, Positions

_NONE = -1  # no entry in the bucket
_ROOM = 1 << 14  # entries of the buckets at first
_MOST_BUCKETS = 1 << 16


@dataclass(frozen=True, eq=False)
class Doors:
    """How points are joined to the graph: two nodes each, with minutes (infinite: no way).

    ``node`` (n, 2), ``minutes`` (n, 2), the walk to the road included.
    """

    node: Positions
    minutes: Floats


def doors_out(graph: RoadGraph, points: Snapped) -> Doors:
    """From each point to the two ends of its edge."""
    return _doors(graph, points, out=True)


def doors_in(graph: RoadGraph, points: Snapped) -> Doors:
    """From the two ends of its edge to each point."""
    return _doors(graph, points, out=False)


def _doors(graph: RoadGraph, points: Snapped, *, out: bool) -> Doors:
    node = np.zeros((len(points.edge), 2), np.int32)
    minutes = np.full((len(points.edge), 2), np.inf)
    on = np.flatnonzero(points.on_road)
    edge = points.edge[on]
    node[on, 0], node[on, 1] = graph.edge_from[edge], graph.edge_to[edge]
    after = points.off_min[on]
    before = graph.edge_minutes[edge] - after
    # Against a one-way street, only a point that stands at its very end is joined to it.
    if out:
        after = np.where(graph.edge_two_way[edge] | (after == 0), after, np.inf)
    else:
        before = np.where(graph.edge_two_way[edge] | (before == 0), before, np.inf)
    minutes[on, 0] = after + points.access_min[on]
    minutes[on, 1] = before + points.access_min[on]
    return Doors(node, minutes)


def doors_renumbered(doors: Doors, number: Positions) -> Doors:
    """The same doors once nodes have other numbers; a node left out had no door."""
    node = np.where(np.isfinite(doors.minutes), number[doors.node], 0).astype(np.int32)
    return Doors(node, doors.minutes)


@dataclass(frozen=True, eq=False)
class Targets:
    """The points looked for: listed by node (with their minutes from it) and by edge."""

    node_starts: Ids
    node_target: Positions
    node_minutes: Floats
    edge_starts: Ids
    edge_target: Positions
    off_min: Floats
    access_min: Floats


def targets_of(graph: RoadGraph, points: Snapped, doors: Doors, nodes: int) -> Targets:
    """The points as the search wants them, in a graph of so many nodes."""
    slots = np.flatnonzero(np.isfinite(doors.minutes.ravel()))
    node = doors.node.ravel()[slots]
    order = slots[np.argsort(node, kind="stable")]
    on = np.flatnonzero(points.on_road).astype(np.int32)
    by_edge = on[np.argsort(points.edge[on], kind="stable")]
    return Targets(
        _starts(node, nodes),
        (order // 2).astype(np.int32),
        doors.minutes.ravel()[order],
        _starts(points.edge[on], len(graph.edge_from)),
        by_edge,
        points.off_min,
        points.access_min,
    )


def _starts(rows: Positions, count: int) -> Ids:
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=count), out=starts[1:])
    return starts


@dataclass(frozen=True, eq=False)
class Workspace:
    """The arrays of one thread: 12 bytes a node and 12 bytes a target.

    ``spent`` (n,): minutes, infinite for a node not seen; ``touched`` (n,): the nodes seen;
    ``first``: the first entry of each bucket of ``width`` minutes; ``best`` (m,), ``found`` (m,):
    minutes to each target, and the targets reached. Entries (16 bytes each, about twice as many
    as nodes seen) last a batch of searches.
    """

    spent: Floats
    touched: Positions
    first: Positions
    width: float
    best: Floats
    found: Positions

    @classmethod
    def for_search(cls, arcs: Arcs, targets: int, max_min: float) -> Workspace:
        """Arrays as a search leaves them, with buckets about as wide as an arc."""
        nodes = len(arcs.indptr) - 1
        usual = float(np.median(arcs.minutes)) if len(arcs.minutes) else 1.0
        width = max(usual, max_min / _MOST_BUCKETS, 1e-6)
        return cls(
            np.full(nodes, np.inf),
            np.empty(nodes, np.int32),
            np.full(int(max_min * (1 + 1e-5) / width) + 2, _NONE, np.int32),
            width,
            np.full(targets, np.inf),
            np.empty(targets, np.int32),
        )


def search(
    arcs: Arcs,
    sources: Snapped,
    doors: Doors,
    targets: Targets,
    two_way: npt.NDArray[np.bool_],
    *,
    first: int,
    last: int,
    max_min: float,
    forward: bool,
    work: Workspace,
) -> tuple[Ids, Positions, npt.NDArray[np.float32]]:
    """(counts, targets, minutes) of the sources ``first`` … ``last - 1``, targets in order.

    ``forward``: journeys leave the sources and follow ``arcs``; else they arrive at the sources
    and ``arcs`` are those of the reversed graph.
    """
    found: tuple[Ids, Positions, npt.NDArray[np.float32]] = _search(
        arcs.indptr, arcs.heads, arcs.minutes,
        sources.edge, sources.off_min, sources.access_min, doors.node, doors.minutes,
        targets.node_starts, targets.node_target, targets.node_minutes,
        targets.edge_starts, targets.edge_target, targets.off_min, targets.access_min,
        two_way, first, last, np.float32(max_min), forward,
        work.spent, work.touched, work.first, work.width, work.best, work.found,
    )  # fmt: skip
    return found


@compiled
def _wider(values: Any, room: int) -> Any:
    """The same values with room for more."""
    found = np.empty(room, values.dtype)
    found[: len(values)] = values
    return found


@compiled
def _search(
    indptr: Any, heads: Any, arc_minutes: Any,
    source_edge: Any, source_off: Any, source_access: Any, door_node: Any, door_minutes: Any,
    node_starts: Any, node_target: Any, node_minutes: Any,
    edge_starts: Any, edge_target: Any, target_off: Any, target_access: Any,
    two_way: Any, first: int, last: int, max_min: Any, forward: bool,
    spent: Any, touched: Any, first_of: Any, width: float, best: Any, found: Any,
) -> Any:  # fmt: skip
    # The limit is decided on the float32 that is kept; the search goes a rounding further.
    horizon = np.float64(max_min) * (1 + 1e-6)
    per_minute = 1 / width
    counts = np.zeros(last - first, np.int64)
    out_target = np.empty(256, np.int32)
    out_minutes = np.empty(256, np.float32)
    # The entries of the buckets: a node, its minutes then, and the next entry of its bucket.
    entry_node = np.empty(_ROOM, np.int32)
    entry_minutes = np.empty(_ROOM, np.float64)
    entry_after = np.empty(_ROOM, np.int32)
    total = 0
    for source in range(first, last):
        edge = source_edge[source]
        if edge < 0:
            continue
        seen = 0
        hits = 0
        furthest = 0
        entries = 0
        for side in range(2):
            minutes, node = door_minutes[source, side], door_node[source, side]
            if minutes <= horizon and minutes < spent[node]:
                if spent[node] == np.inf:
                    touched[seen] = node
                    seen += 1
                spent[node] = minutes
                bucket = int(minutes * per_minute)
                entry_node[entries], entry_minutes[entries] = node, minutes
                entry_after[entries] = first_of[bucket]
                first_of[bucket] = entries
                entries += 1
                furthest = max(furthest, bucket)
        at = 0
        while at <= furthest:
            entry = first_of[at]
            if entry == _NONE:
                at += 1
                continue
            first_of[at] = entry_after[entry]
            node, minutes = entry_node[entry], entry_minutes[entry]
            if minutes > spent[node]:
                continue
            if entries + indptr[node + 1] - indptr[node] > len(entry_node):
                room = 2 * entries + indptr[node + 1] - indptr[node]
                entry_node = _wider(entry_node, room)
                entry_minutes = _wider(entry_minutes, room)
                entry_after = _wider(entry_after, room)
            for arc in range(indptr[node], indptr[node + 1]):
                head = heads[arc]
                reached = minutes + arc_minutes[arc]
                before = spent[head]
                if reached < before and reached <= horizon:
                    if before == np.inf:
                        touched[seen] = head
                        seen += 1
                    spent[head] = reached
                    bucket = int(reached * per_minute)
                    entry_node[entries], entry_minutes[entries] = head, reached
                    entry_after[entries] = first_of[bucket]
                    first_of[bucket] = entries
                    entries += 1
                    furthest = max(furthest, bucket)
        for step in range(seen):
            node = touched[step]
            minutes = spent[node]
            spent[node] = np.inf
            for slot in range(node_starts[node], node_starts[node + 1]):
                target = node_target[slot]
                total_min = minutes + node_minutes[slot]
                if total_min < best[target]:
                    if best[target] == np.inf:
                        found[hits] = target
                        hits += 1
                    best[target] = total_min
        # Straight along the street that both stand on, without passing by either end.
        for slot in range(edge_starts[edge], edge_starts[edge + 1]):
            target = edge_target[slot]
            along = target_off[target] - source_off[source]
            if not forward:
                along = -along
            if along >= 0 or two_way[edge]:
                total_min = abs(along) + source_access[source] + target_access[target]
                if total_min < best[target]:
                    if best[target] == np.inf:
                        found[hits] = target
                        hits += 1
                    best[target] = total_min
        found[:hits].sort()
        if total + hits > len(out_target):
            room = max(2 * len(out_target), total + hits)
            out_target, out_minutes = _wider(out_target, room), _wider(out_minutes, room)
        for hit in range(hits):
            target = found[hit]
            kept = np.float32(best[target])
            best[target] = np.inf
            if kept <= max_min:
                out_target[total] = target
                out_minutes[total] = kept
                total += 1
                counts[source - first] += 1
    return counts, out_target[:total].copy(), out_minutes[:total].copy()
