"""Limited one-to-many times along the roads, beside scipy's csgraph, on made-up networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.roads.synthetic import synthetic_roads
from geo.roads.times import RoadGraph, Snapped, build_graph, road_times, snap
from tests.benchmarks.child import Stopwatch, measured
from tests.benchmarks.report import seconds, show

LIMIT_MIN = 20.0
DEPARTEMENT_SIDE, REGION_SIDE = 226, 714  # about 50,000 and 500,000 nodes
DEMAND, SUPPLY = 35_000, 3_000
PEER_CHUNK = 50  # dense rows: 200 MB at a time on the region


def places(graph: RoadGraph, demand: int, supply: int) -> tuple[Snapped, Snapped]:
    """Nodes of the graph drawn at random, as points: the peer knows nothing else than nodes."""
    rng = np.random.default_rng(11)
    node = rng.permutation(graph.shape[0])
    every = snap(graph, np.column_stack([graph.x, graph.y])[node], ids=node)
    # Crossings of trunk roads are no place to stop: the point would be moved.
    node = node[every.metres < 1e-3]
    demand = min(demand, len(node) // 2)
    xy = np.column_stack([graph.x, graph.y])
    ours = node[:demand], node[demand : demand + supply]
    first, second = (snap(graph, xy[chosen], ids=chosen) for chosen in ours)
    return first, second


def ours(watch: Stopwatch, side: int, supply: int, threads: int | None = None) -> dict[str, Any]:
    """Ways to graph, points to roads, then the search from every supply site."""
    compile_first()
    ways = synthetic_roads(side)
    with watch("graph"):
        graph = build_graph(ways)
    raw = len(ways.node_id)
    del ways
    with watch("snap"):
        demand, sites = places(graph, DEMAND, supply)
    with watch("search"):
        times = road_times(graph, demand, sites, max_min=LIMIT_MIN, threads=threads)
    return {
        "raw": raw,
        "nodes": graph.shape[0],
        "sources": len(sites.ids),
        "pairs": times.nnz,
        "sum": float(times.minutes.sum(dtype=np.float64)),
    }


def idle(watch: Stopwatch, side: int) -> dict[str, Any]:
    """All but the search: what the search adds is counted from here."""
    compile_first()
    graph = build_graph(synthetic_roads(side))
    places(graph, DEMAND, SUPPLY)
    return {"arcs": len(graph.reversed_arcs.heads)}


def peer(watch: Stopwatch, side: int, supply: int) -> dict[str, Any]:
    """scipy, a chunk of dense rows at a time, on the same reversed graph and the same places."""
    compile_first()
    graph = build_graph(synthetic_roads(side))
    demand, sites = places(graph, DEMAND, supply)
    arcs = graph.reversed_arcs
    links = csr_matrix(
        (arcs.minutes.astype(float), arcs.heads, arcs.indptr), shape=(graph.shape[0],) * 2
    )
    pairs, total, settled = 0, 0.0, 0
    with watch("search"):
        for first in range(0, len(sites.ids), PEER_CHUNK):
            chunk = sites.ids[first : first + PEER_CHUNK]
            rows = dijkstra(links, indices=chunk, limit=LIMIT_MIN)
            settled += int(np.isfinite(rows).sum())
            minutes = rows[:, demand.ids]
            reached = minutes[np.isfinite(minutes)]
            pairs, total = pairs + len(reached), total + float(reached.sum())
    return {
        "nodes": graph.shape[0],
        "sources": len(sites.ids),
        "pairs": pairs,
        "sum": total,
        "settled": settled,
    }


def compile_first() -> None:
    """The first call compiles: it is not what is measured."""
    graph = build_graph(synthetic_roads(12))
    first, second = places(graph, 40, 20)
    for core in (False, True):
        road_times(graph, first, second, max_min=5.0, core=core)
        road_times(graph, second, first, max_min=5.0, core=core)


def run(*, full: bool) -> None:
    """Département and region; the peer on some of the sources unless ``full``."""
    runs = [("département", DEPARTEMENT_SIDE, SUPPLY), ("region", REGION_SIDE, SUPPLY)]
    if full:
        runs.append(("region", REGION_SIDE, 4 * SUPPLY))
    rows = []
    for label, side, supply in runs:
        at_rest = measured(idle, side=side)["peak_mb"]
        found = measured(ours, side=side, supply=supply)
        rows.append([label, *_row(found, at_rest)])
    show(
        f"Road times by car, from {DEMAND:,} places to the sites in reach, {LIMIT_MIN:g} min, "
        "all cores",
        [
            "network",
            "nodes (ways)",
            "graph",
            "snap",
            "sites",
            "search",
            "CPU",
            "sites a second",
            "pairs",
            "peak",
            "search adds",
        ],
        rows,
    )
    _beside_peer(SUPPLY)


def _row(found: dict[str, Any], at_rest_mb: float) -> list[str]:
    parts = found["parts"]
    search = parts["search"]
    return [
        f"{found['nodes']:,} ({found['raw']:,})",
        seconds(parts["graph"]["wall"]),
        seconds(parts["snap"]["wall"]),
        f"{found['sources']:,}",
        seconds(search["wall"]),
        seconds(search["cpu"]),
        f"{found['sources'] / search['wall']:,.0f}",
        f"{found['pairs']:,}",
        f"{found['peak_mb']:,.0f} MB",
        f"{max(found['peak_mb'] - at_rest_mb, 0):,.0f} MB",
    ]


def _beside_peer(supply: int) -> None:
    mine = measured(ours, side=REGION_SIDE, supply=supply)
    alone = measured(ours, side=REGION_SIDE, supply=supply, threads=1)
    other = measured(peer, side=REGION_SIDE, supply=supply)
    rows = []
    for name, found in (
        ("this project, all cores", mine),
        ("this project, one core", alone),
        (f"scipy csgraph, {PEER_CHUNK} rows at a time", other),
    ):
        search = found["parts"]["search"]
        rows.append(
            [
                name,
                seconds(search["wall"]),
                seconds(search["cpu"]),
                f"{found['sources'] / search['wall']:,.0f}",
                f"{other['settled'] / search['wall'] / 1e6:.1f} M",
                f"{found['pairs']:,}",
                f"{found['peak_mb']:,.0f} MB",
                f"{other['parts']['search']['wall'] / search['wall']:.1f}",
                f"{other['parts']['search']['cpu'] / search['cpu']:.1f}",
            ]
        )
    gap = abs(mine["sum"] - other["sum"]) / other["sum"]
    show(
        f"The same search beside scipy: region, {supply:,} sites, {LIMIT_MIN:g} min "
        f"(sums of minutes differ by {gap:.1e})",
        [
            "",
            "wall",
            "CPU",
            "sites a second",
            "nodes in reach a second",
            "pairs",
            "peak",
            "× wall",
            "× CPU",
        ],
        rows,
    )
