"""Travel times along the roads, by car or on foot, from every demand place to every supply site.

``geo.roads.graph`` makes the graph, ``geo.roads.snap`` puts the points on it; this searches from
the fewer side: from demand along the roads, or from supply along the roads led backwards. Either
way the times are those of the journey from demand to supply, one-way streets included.
"""

from __future__ import annotations

import math
import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np

from geo.compiled import compiled
from geo.errors import BadInput
from geo.roads.core import core_of, worth_a_core
from geo.roads.graph import RoadGraph, build_graph
from geo.roads.report import MODE_FR
from geo.roads.rules import CAR_RULES, WALK_RULES, RoadRules
from geo.roads.search import (
    Workspace,
    doors_in,
    doors_out,
    doors_renumbered,
    search,
    targets_of,
)
from geo.roads.snap import ACCESS_KMH, MAX_SNAP_M, Snapped, snap
from geo.roads.ways import OSM_ATTRIBUTION, RoadWays
from geo.times.matrix import TravelTimes

__all__ = [
    "ACCESS_KMH",
    "CAR_RULES",
    "MAX_SNAP_M",
    "OSM_ATTRIBUTION",
    "WALK_RULES",
    "RoadGraph",
    "RoadRules",
    "RoadWays",
    "Snapped",
    "build_graph",
    "road_times",
    "snap",
]

_BATCH = 16


def road_times(
    graph: RoadGraph,
    demand: Snapped,
    supply: Snapped,
    *,
    max_min: float,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    core: bool | None = None,
) -> TravelTimes:
    """Minutes from each demand place to each supply site at most ``max_min`` away.

    Parameters
    ----------
    demand, supply : points put on ``graph`` by ``snap``; those that are on no road have no time
        at all, and are listed by their ``unsnapped``.
    max_min : limit, included (decided on the float32 that is kept), walks to the road included.
    threads : searches at once; all cores when ``None``.
    progress : called with (searches done, searches in all).
    core : whether to pass over the crossings where nobody stands (``geo.roads.core``): when it
        should pay, unless told.

    Memory: the graph, its core, 12 bytes a node and thread, and 8 bytes a pair found (16 at most
    while the last ones are put in place), whatever the number of places.

    Raises
    ------
    BadInput
        When ``max_min`` is not a finite number above or equal to zero.
    """
    if not math.isfinite(max_min) or max_min < 0:
        raise BadInput(f"Durée maximale refusée : {max_min}. Attendu : un nombre de minutes ≥ 0.")
    forward = len(demand.ids) <= len(supply.ids)
    sources, others = (demand, supply) if forward else (supply, demand)
    if core is None:
        core = worth_a_core(graph, len(sources.ids), max_min)
    found = _all_found(graph, sources, others, max_min, forward, threads, progress, core)
    starts, columns, minutes = (_rows if forward else _turned)(found, len(demand.ids))
    return TravelTimes(
        starts,
        columns,
        minutes,
        demand.ids,
        supply.ids,
        graph.mode,
        float(max_min),
        _provenance(graph, demand, supply),
    )


_Found = list[tuple[Any, Any, Any]]


def _all_found(
    graph: RoadGraph,
    sources: Snapped,
    others: Snapped,
    max_min: float,
    forward: bool,
    threads: int | None,
    progress: Callable[[int, int], None] | None,
    core: bool,
) -> _Found:
    """What each batch of sources found, in the order of the sources."""
    arcs = graph.arcs if forward else graph.reversed_arcs
    doors = (doors_out if forward else doors_in)(graph, sources)
    others_doors = (doors_in if forward else doors_out)(graph, others)
    if core:
        needed = np.zeros(graph.shape[0], np.bool_)
        for joined in (doors, others_doors):
            needed[joined.node[np.isfinite(joined.minutes)]] = True
        arcs, number = core_of(arcs, needed, max_min)
        doors, others_doors = (doors_renumbered(one, number) for one in (doors, others_doors))
    targets = targets_of(graph, others, others_doors, len(arcs.indptr) - 1)
    count = len(sources.ids)
    firsts = range(0, count, _BATCH)
    workers = min(threads or int(numba.get_num_threads()), max(len(firsts), 1))
    spaces: queue.SimpleQueue[Workspace] = queue.SimpleQueue()
    for _ in range(workers):
        spaces.put(Workspace.for_search(arcs, len(others.ids), max_min))

    def one_batch(first: int) -> tuple[Any, Any, Any]:
        work = spaces.get()
        try:
            return search(
                arcs,
                sources,
                doors,
                targets,
                graph.edge_two_way,
                first=first,
                last=min(first + _BATCH, count),
                max_min=max_min,
                forward=forward,
                work=work,
            )
        finally:
            spaces.put(work)

    found: _Found = []
    pool = ThreadPoolExecutor(workers)
    try:
        for batch in pool.map(one_batch, firsts):
            found.append(batch)
            if progress is not None:
                progress(min(len(found) * _BATCH, count), count)
    finally:
        pool.shutdown(cancel_futures=True)
    return found


def _rows(found: _Found, rows: int) -> tuple[Any, Any, Any]:
    """Each source is a row: batches laid end to end, each one freed once copied."""
    starts = np.zeros(rows + 1, np.int64)
    counts = [counts for counts, _, _ in found]
    if counts:
        np.cumsum(np.concatenate(counts), out=starts[1:])
    columns, minutes = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    at = 0
    found.reverse()
    while found:
        _, target, spent = found.pop()
        columns[at : at + len(target)] = target
        minutes[at : at + len(target)] = spent
        at += len(target)
    return starts, columns, minutes


def _turned(found: _Found, rows: int) -> tuple[Any, Any, Any]:
    """Each source is a column: each row is filled in the order of the columns."""
    starts = np.zeros(rows + 1, np.int64)
    for _, target, _ in found:
        starts[1:] += np.bincount(target, minlength=rows)
    np.cumsum(starts, out=starts)
    columns, minutes = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    free = starts[:-1].copy()
    source = 0
    found.reverse()
    while found:
        counts, target, spent = found.pop()
        _put(counts, target, spent, source, free, columns, minutes)
        source += len(counts)
    return starts, columns, minutes


@compiled
def _put(
    counts: Any, target: Any, spent: Any, source: int, free: Any, columns: Any, minutes: Any
) -> None:
    pair = 0
    for one in range(len(counts)):
        for _ in range(counts[one]):
            place = free[target[pair]]
            columns[place] = source + one
            minutes[place] = spent[pair]
            free[target[pair]] = place + 1
            pair += 1


def _provenance(graph: RoadGraph, demand: Snapped, supply: Snapped) -> str:
    dated = f", données du {graph.dated[:10]}" if graph.dated else ", données sans date"
    off = [len(points.unsnapped) for points in (demand, supply)]
    left_out = ""
    if any(off):
        left_out = f" ; hors réseau : {off[0]} lieux de demande et {off[1]} lieux d'offre"
    return (
        f"Temps {MODE_FR[graph.mode]} par les routes ({graph.source}{dated}), vitesses moyennes "
        f"par catégorie de voie, sans embouteillages{left_out}"
    )
