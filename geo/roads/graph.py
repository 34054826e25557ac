"""From ways to a directed graph of minutes, by car or on foot.

Ways become pieces between two nodes; only the largest part where everything can be reached from
everywhere is kept (what is left out is counted); chains without a crossing become one edge.
"Turn" here means turning ways into a graph: no turn is charged, none is forbidden.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from geo.errors import BadInput
from geo.measure import Floats
from geo.roads.chains import incident_pieces, merge_chains, passed_through
from geo.roads.report import RoadReport
from geo.roads.rules import CAR_RULES, Mode, RoadRules, Use, use_of
from geo.roads.ways import Ids, Positions, RoadWays
from geo.territory import METROPOLITAN_CRS

Flags = npt.NDArray[np.bool_]
BoxM = tuple[float, float, float, float]  # west, south, east, north, in metres

_WGS84_A = 6_378_137.0
_WGS84_E2 = 0.006_694_379_990_14


@dataclass(frozen=True)
class Arcs:
    """A directed graph in compressed rows: arcs ``indptr[i]:indptr[i + 1]`` leave node ``i``.

    ``minutes`` are float32, or float64 where arcs are sums of others (``geo.roads.core``).
    """

    indptr: Ids
    heads: Positions
    minutes: npt.NDArray[np.floating]
    metres: npt.NDArray[np.float32]

    def reversed(self) -> Arcs:
        """The same arcs, each led backwards."""
        nodes = len(self.indptr) - 1
        tails = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(self.indptr))
        return arcs_of(nodes, self.heads, tails, self.minutes, self.metres)


@dataclass(frozen=True)
class Pieces:
    """The straight pieces of road on which a point can be put.

    ``x``, ``y`` (v,): vertices in metres; ``a``, ``b`` (p,): the ends of each piece, in the
    order of its edge; ``edge``: that edge; ``start_min``: minutes from the edge's beginning to
    ``a``; ``minutes``: minutes from ``a`` to ``b``.
    """

    x: Floats
    y: Floats
    a: Positions
    b: Positions
    edge: Positions
    start_min: Floats
    minutes: Floats


@dataclass(frozen=True)
class RoadGraph:
    """A road network for one mode.

    ``arcs``: minutes and metres between kept nodes; ``osm_node``, ``x``, ``y`` (n,): these
    nodes, metres in ``crs``. Edges are the roads between two kept nodes: ``edge_from``,
    ``edge_to``, ``edge_minutes``, ``edge_two_way``; a loop is an edge but no arc.

    ``within``: of a graph cut from another (``geo.roads.cut``), the box (west, south, east, north,
    metres) whose points it serves as the whole would; ``None`` for a whole graph.
    """

    mode: Mode
    crs: str
    osm_node: Ids
    x: Floats
    y: Floats
    arcs: Arcs
    edge_from: Positions
    edge_to: Positions
    edge_minutes: Floats
    edge_two_way: Flags
    pieces: Pieces
    report: RoadReport
    dated: str
    source: str
    within: BoxM | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(nodes, arcs)."""
        return len(self.osm_node), len(self.arcs.heads)

    def covers(self, xy_m: Floats, margin_m: float = 0.0) -> Flags:
        """(n,) bool: the points inside the box of the roads, so many metres wider."""
        low, high = (np.array([end(self.pieces.x), end(self.pieces.y)]) for end in (np.min, np.max))
        inside = (xy_m >= low - margin_m) & (xy_m <= high + margin_m)
        return np.asarray(inside.all(axis=1), dtype=np.bool_)

    def serves(self, xy_m: Floats) -> Flags:
        """(n,) bool: the points that may be put on these roads; none outside ``within``."""
        if self.within is None:
            return np.ones(len(xy_m), np.bool_)
        west, south, east, north = self.within
        inside = (xy_m >= (west, south)) & (xy_m <= (east, north))
        return np.asarray(inside.all(axis=1), dtype=np.bool_)

    @cached_property
    def reversed_arcs(self) -> Arcs:
        """The arcs led backwards: what is needed to ask who can reach a place."""
        return self.arcs.reversed()


@dataclass
class _Network:
    """Pieces of open road between way nodes, before simplification (positions in RoadWays)."""

    a: Positions
    b: Positions
    two_way: Flags
    stop: Flags
    metres: Floats
    minutes: Floats

    def only(self, kept: Flags) -> _Network:
        return _Network(**{name: values[kept] for name, values in vars(self).items()})


def build_graph(
    ways: RoadWays,
    rules: RoadRules = CAR_RULES,
    *,
    crs: str = METROPOLITAN_CRS,
    simplify: bool = True,
    min_part_nodes: int | None = None,
) -> RoadGraph:
    """The road graph of ``ways`` under ``rules``.

    Parameters
    ----------
    crs : projected system of the points that will be put on the roads (metres).
    simplify : merge chains without a crossing (times between kept nodes do not change).
    min_part_nodes : besides the largest, keep every strongly connected part of at least so many
        nodes (islands).

    Raises
    ------
    BadInput
        When no way is open to the mode.
    """
    uses, which = _uses(ways, rules)
    network, absent = _open_pieces(ways, uses, which)
    if not len(network.a):
        raise BadInput(
            f"Réseau routier : aucune voie ouverte au mode « {rules.mode} » parmi "
            f"{len(ways.way_id)} voies lues. Attendu : des voies « highway » carrossables ou "
            "piétonnes. À faire : vérifiez que l'extrait couvre le territoire."
        )
    node_count = len(ways.node_id)
    in_part, parts = _connected(network, node_count, min_part_nodes)
    kept = network.only(in_part[network.a] & in_part[network.b])
    nodes_open = np.unique(np.concatenate([network.a, network.b]))
    report = RoadReport(
        mode=rules.mode,
        ways_read=len(ways.way_id),
        ways_closed=_closed_counts(uses, which),
        limits_unread=_unread_limits(uses, which),
        nodes_absent=absent,
        nodes_open=len(nodes_open),
        parts_dropped=parts,
        nodes_dropped=int((~in_part[nodes_open]).sum()),
        km_open=float(network.metres.sum() / 1000),
        km_dropped=float((network.metres.sum() - kept.metres.sum()) / 1000),
    )
    return _simplified(ways, kept, rules, crs, simplify, report)


def arcs_of(
    nodes: int,
    tails: Positions,
    heads: Positions,
    minutes: npt.NDArray[np.floating],
    metres: npt.NDArray[np.floating],
    kept_as: type[np.floating] = np.float32,
) -> Arcs:
    """Arcs sorted by tail, then head (a counting sort keeps the given order for equals)."""
    order = np.lexsort((heads, tails))
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=nodes), out=indptr[1:])
    return Arcs(
        indptr,
        heads[order].astype(np.int32),
        minutes[order].astype(kept_as),
        metres[order].astype(np.float32),
    )


def _uses(ways: RoadWays, rules: RoadRules) -> tuple[list[Use], Ids]:
    """The use of each distinct set of tags, and which one each way has."""
    names = ["highway", "oneway", "oneway:foot", "maxspeed", "junction", "area"]
    names += [name for name in rules.access_tags if name not in names]
    which = np.zeros(len(ways.way_id), np.int64)
    for name in names:
        codes = ways.tags[name].cat.codes.to_numpy().astype(np.int64)
        which = which * (len(ways.tags[name].cat.categories) + 1) + codes
        which = np.unique(which, return_inverse=True)[1].astype(np.int64)
    first = np.unique(which, return_index=True)[1]
    kinds = ways.tags[names].iloc[first].astype("str").to_dict("records")
    return [use_of({str(k): str(v) for k, v in kind.items()}, rules) for kind in kinds], which


def _closed_counts(uses: list[Use], which: Ids) -> dict[str, int]:
    counts = np.bincount(which, minlength=len(uses))
    total: Counter[str] = Counter()
    for use, count in zip(uses, counts, strict=True):
        if use.closed:
            total[use.closed] += int(count)
    return dict(total)


def _unread_limits(uses: list[Use], which: Ids) -> dict[str, int]:
    counts = np.bincount(which, minlength=len(uses))
    total: Counter[str] = Counter()
    for use, count in zip(uses, counts, strict=True):
        if use.unread_limit:
            total[use.unread_limit] += int(count)
    return dict(total.most_common())


def _open_pieces(ways: RoadWays, uses: list[Use], which: Ids) -> tuple[_Network, int]:
    """Each pair of successive nodes of an open way; ``a`` to ``b`` is always allowed."""
    of_use = {
        "open": np.array([not use.closed for use in uses], bool),
        "kmh": np.array([use.kmh for use in uses], float),
        "two_way": np.array([use.direction == "both" for use in uses], bool),
        "backward": np.array([use.direction == "backward" for use in uses], bool),
        "stop": np.array([use.stop for use in uses], bool),
    }
    way_of = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.indptr))
    use_of_node = which[way_of]
    pair = np.flatnonzero((way_of[1:] == way_of[:-1]) & of_use["open"][use_of_node[1:]])
    a, b, use = ways.nodes[pair], ways.nodes[pair + 1], use_of_node[pair]
    absent = np.isnan(ways.lon)
    known = ~absent[a] & ~absent[b] & (a != b)
    named = np.unique(ways.nodes[of_use["open"][use_of_node]])
    a, b, use = a[known], b[known], use[known]
    backward = of_use["backward"][use]
    a, b = np.where(backward, b, a), np.where(backward, a, b)
    metres = ground_metres(ways.lon[a], ways.lat[a], ways.lon[b], ways.lat[b])
    minutes = metres * 60 / (1000 * of_use["kmh"][use])
    network = _Network(a, b, of_use["two_way"][use], of_use["stop"][use], metres, minutes)
    return network, int(absent[named].sum())


def ground_metres(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Metres between near points (degrees), on the WGS 84 ellipsoid at their mean latitude."""
    middle = np.radians((lat_a + lat_b) / 2)
    squash = 1 - _WGS84_E2 * np.sin(middle) ** 2
    north = np.radians(lat_b - lat_a) * _WGS84_A * (1 - _WGS84_E2) / squash**1.5
    east = np.radians(lon_b - lon_a) * _WGS84_A / np.sqrt(squash) * np.cos(middle)
    return np.hypot(north, east)


def _connected(network: _Network, nodes: int, min_part_nodes: int | None) -> tuple[Flags, int]:
    """(n,) bool: the nodes kept; and how many parts with at least one road are left out."""
    back = network.two_way
    tails = np.concatenate([network.a, network.b[back]])
    heads = np.concatenate([network.b, network.a[back]])
    links = csr_matrix((np.ones(len(tails), np.int8), (tails, heads)), shape=(nodes, nodes))
    _, part = connected_components(links, directed=True, connection="strong")
    on_road = np.zeros(nodes, bool)
    on_road[tails] = on_road[heads] = True
    size = np.bincount(part[on_road], minlength=part.max() + 1)
    chosen = size >= (np.inf if min_part_nodes is None else max(min_part_nodes, 1))
    chosen[int(np.argmax(size))] = True
    return chosen[part] & on_road, int((size > 0).sum() - chosen[size > 0].sum())


def _simplified(
    ways: RoadWays,
    network: _Network,
    rules: RoadRules,
    crs: str,
    simplify: bool,
    report: RoadReport,
) -> RoadGraph:
    used, position = np.unique(np.concatenate([network.a, network.b]), return_inverse=True)
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(
        ways.lon[used], ways.lat[used]
    )
    # Neighbours on the ground become neighbours in memory: the search runs faster.
    order = _along_a_curve(x, y)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    used, x, y = used[order], x[order], y[order]
    a, b = np.split(rank[position], 2)
    starts, touching = incident_pieces(len(used), a, b)
    passed = passed_through(a, b, network.two_way, starts, touching)
    passed &= simplify
    (
        edge_from,
        edge_to,
        edge_minutes,
        edge_metres,
        edge_two_way,
        piece_edge,
        start_min,
        flipped,
    ) = merge_chains(
        a, b, network.two_way, network.metres, network.minutes, starts, touching, passed
    )
    ends = np.unique(np.concatenate([edge_from, edge_to]))
    edge_from = np.searchsorted(ends, edge_from).astype(np.int32)
    edge_to = np.searchsorted(ends, edge_to).astype(np.int32)
    through = edge_from != edge_to
    back = through & edge_two_way
    arcs = arcs_of(
        len(ends),
        np.concatenate([edge_from[through], edge_to[back]]),
        np.concatenate([edge_to[through], edge_from[back]]),
        np.concatenate([edge_minutes[through], edge_minutes[back]]),
        np.concatenate([edge_metres[through], edge_metres[back]]),
    )
    on = network.stop
    first, last = np.where(flipped, b, a)[on], np.where(flipped, a, b)[on]
    pieces = Pieces(x, y, first, last, piece_edge[on], start_min[on], network.minutes[on])
    return RoadGraph(
        mode=rules.mode,
        crs=crs,
        osm_node=ways.node_id[used[ends]],
        x=x[ends],
        y=y[ends],
        arcs=arcs,
        edge_from=edge_from,
        edge_to=edge_to,
        edge_minutes=edge_minutes,
        edge_two_way=edge_two_way,
        pieces=pieces,
        report=report.finished(nodes=len(ends), edges=len(edge_from), loops=int((~through).sum())),
        dated=ways.dated,
        source=ways.source,
    )


def _along_a_curve(x: Floats, y: Floats) -> Ids:
    """An order of the points along a Morton curve (about 65,000 steps on each axis)."""
    span = max(np.ptp(x), np.ptp(y), 1.0)
    code = np.zeros(len(x), np.uint64)
    for values, shift in ((x, 0), (y, 1)):
        step = ((values - values.min()) / span * 65_535).astype(np.uint64)
        for bit in range(16):
            code |= ((step >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + shift)
    return np.argsort(code, kind="stable")
