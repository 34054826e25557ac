"""The stops in the order to walk them: along the streets with a road graph, else crow-fly."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geo.errors import BadInput
from geo.measure import Floats
from geo.outreach.stops import Stops
from geo.outreach.tour import path_length, shortest_order
from geo.parameters import Parameters
from geo.roads.between import times_between
from geo.roads.graph import RoadGraph
from geo.words import counted, date_fr

# A quarter is crossed on foot in much less; beyond, a stop is on an island of the network.
MOST_MIN = 120.0


@dataclass(frozen=True)
class Route:
    """``order``: rows of the stops; ``minutes``: walked from the previous one (0 for the first,
    NaN when unknown); ``total_min``; ``along``: ``streets``, ``crow`` or ``listed``; ``how``: the
    method in one sentence."""

    order: tuple[int, ...]
    minutes: tuple[float, ...]
    total_min: float
    along: str
    how: str


def route(
    stops: Stops,
    parameters: Parameters,
    graph: RoadGraph | None = None,
    without: str = "ce territoire n'a pas de réseau de rues",
) -> Route:
    """The order of the stops: ``geo.outreach.tour`` on walking minutes; as listed without places.

    ``graph`` is a walking network in ``stops.system``; a stop that it cannot join to the others
    is measured crow-fly, and that is said. ``without``: why there is no ``graph``. The end with
    more dwellings is the first.
    """
    places = stops.xy_m
    if np.isnan(places).any():
        count = len(places)
        return Route(
            tuple(range(count)), (np.nan,) * count, np.nan, "listed",
            "Ordre de la liste apportée : des rues ou îlots n'ont pas de position.",
        )  # fmt: skip
    crow = _crow_fly_min(places, parameters)
    table, missing = (crow, 0) if graph is None else _street_min(graph, stops, places, crow)
    order = shortest_order(table)
    heavy = np.nan_to_num(stops.frame["dwellings"].to_numpy(float))
    if heavy[order[-1]] > heavy[order[0]]:
        order = order[::-1]
    steps = (0.0, *(float(table[a, b]) for a, b in pairwise(order)))
    return Route(
        tuple(order), steps, path_length(order, table), "crow" if graph is None else "streets",
        _how(parameters, graph, missing, without),
    )  # fmt: skip


def _crow_fly_min(places: Floats, parameters: Parameters) -> Floats:
    gaps = places[:, None, :] - places[None, :, :]
    metres = np.hypot(gaps[..., 0], gaps[..., 1]) * parameters.walk_detour
    return np.asarray(metres / (parameters.walk_speed_kmh * 1000 / 60))


def _street_min(graph: RoadGraph, stops: Stops, places: Floats, crow: Floats) -> tuple[Floats, int]:
    """Minutes along the streets both ways alike, and how many pairs had to be crow-fly."""
    if graph.mode != "walk":
        raise BadInput("Réseau routier : des rues à pied (walk) sont attendues pour une tournée.")
    ids = np.arange(len(places)).astype(str).astype(object)
    found = times_between(graph, ids, places, ids, places, max_min=MOST_MIN).times
    table = np.full(crow.shape, np.nan)
    rows = found.demand_ids.astype(int)
    columns = found.supply_ids.astype(int)
    for at, row in enumerate(rows):
        pairs = slice(found.indptr[at], found.indptr[at + 1])
        table[row, columns[found.indices[pairs]]] = found.minutes[pairs]
    table = (table + table.T) / 2
    np.fill_diagonal(table, 0.0)
    unknown = np.isnan(table)
    return np.where(unknown, crow, table), int(unknown.sum()) // 2


def _how(parameters: Parameters, graph: RoadGraph | None, missing: int, without: str) -> str:
    crow = (
        f"à vol d'oiseau, détour {parameters.walk_detour:g} et {parameters.walk_speed_kmh:g} km/h"
    ).replace(".", ",")
    kind = "au plus court (voisin le plus proche, puis échanges deux à deux)"
    if graph is None:
        return f"Ordre {kind}, {crow} : {without} ; une voie ferrée ou une rivière n'est pas vue."
    left = f" ; {counted(missing, 'trajet')} sans rue connue, {crow}" if missing else ""
    return f"Ordre {kind}, le long des rues à pied ({graph.source}, {_dated(graph)}){left}."


def _dated(graph: RoadGraph) -> str:
    try:
        return f"données du {date_fr(graph.dated[:10])}" if graph.dated else "données sans date"
    except ValueError:  # the header of an extract says what its maker wrote
        return "données sans date lisible"
