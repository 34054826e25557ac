"""Hand-made and random roads, in metres around a point where Lambert-93 keeps lengths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from pyproj import Transformer

from geo.roads.graph import RoadGraph
from geo.roads.ways import RoadWays, way_tags

LAMBERT = "EPSG:2154"
_TO_DEGREES = Transformer.from_crs(LAMBERT, "EPSG:4326", always_xy=True)
# 49° N is a standard parallel: one Lambert metre is one metre on the ground.
ORIGIN = np.array(Transformer.from_crs("EPSG:4326", LAMBERT, always_xy=True).transform(3.0, 49.0))
Way = tuple[Sequence[int], Mapping[str, str]]


def at(*points: tuple[float, float]) -> np.ndarray:
    """Lambert-93 coordinates of points given in metres from the origin."""
    return ORIGIN + np.array(points, dtype=float).reshape(-1, 2)


def ways_of(nodes: Mapping[int, tuple[float, float]], ways: Sequence[Way]) -> RoadWays:
    """Ways between nodes given in metres; a node that ways name and ``nodes`` lacks is absent."""
    named = sorted({*nodes, *(node for refs, _ in ways for node in refs)})
    xy = at(*(nodes.get(node, (np.nan, np.nan)) for node in named))
    lon, lat = _TO_DEGREES.transform(xy[:, 0], xy[:, 1])
    absent = np.isnan(xy[:, 0])
    lon, lat = np.where(absent, np.nan, lon), np.where(absent, np.nan, lat)
    refs = [node for nodes_of_way, _ in ways for node in nodes_of_way]
    names = {name for _, tags in ways for name in tags}
    return RoadWays(
        node_id=np.array(named, np.int64),
        lon=lon,
        lat=lat,
        way_id=np.arange(1, len(ways) + 1, dtype=np.int64),
        indptr=np.cumsum([0, *(len(nodes_of_way) for nodes_of_way, _ in ways)]),
        nodes=np.searchsorted(named, refs).astype(np.int32),
        tags=way_tags(
            {name: [tags.get(name, "") for _, tags in ways] for name in names}, len(ways)
        ),
    )


def street(*nodes: int, **tags: str) -> Way:
    """A street at 60 km/h by car (1 km a minute), unless told otherwise."""
    return nodes, {"highway": "unclassified", "maxspeed": "75", **tags}


def random_town(seed: int) -> tuple[dict[int, tuple[float, float]], list[Way]]:
    """Up to 25 nodes and some 40 streets between them, a third of them one-way; bends included."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 26))
    nodes = {
        node: (float(x), float(y))
        for node, (x, y) in enumerate(rng.uniform(-4000, 4000, (count, 2)), start=1)
    }
    pairs = rng.integers(1, count + 1, (int(rng.integers(1, 45)), 2))
    links = sorted({tuple(sorted(pair)) for pair in pairs.tolist() if pair[0] != pair[1]})
    classes = ["primary", "tertiary", "residential", "service"]
    ways: list[Way] = [
        (
            link,
            {
                "highway": str(rng.choice(classes)),
                "oneway": str(rng.choice(["", "", "yes", "-1"])),
            },
        )
        for link in links
    ]
    # A chain hung on the first node, ending in a loop: bends, a dead end, a self-loop.
    for step in range(4):
        nodes[100 + step] = (5000.0 + 300 * step, 500.0 * (step % 2))
    ways.append(((1, 100, 101, 102, 103, 101), {"highway": "residential"}))
    return nodes, ways


def node_position(graph: RoadGraph, node: int) -> int:
    """Where an OSM node stands among the nodes kept."""
    return int(np.flatnonzero(graph.osm_node == node)[0])
