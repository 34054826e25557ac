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
    NaN when unknown); ``steps``: along what each was measured (``streets``, ``crow``, ``""`` for
    the first and when unknown); ``total_min``; ``along``: ``streets``, ``crow`` or ``listed``;
    ``how``: the method in one sentence."""

    order: tuple[int, ...]
    minutes: tuple[float, ...]
    steps: tuple[str, ...]
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
            tuple(range(count)), (np.nan,) * count, ("",) * count, np.nan, "listed",
            "Ordre de la liste apportée : des rues ou îlots n'ont pas de position.",
        )  # fmt: skip
    crow = _crow_fly_min(places, parameters)
    table = np.full_like(crow, np.nan) if graph is None else _street_min(graph, places)
    by_street = ~np.isnan(table)
    table = np.where(by_street, table, crow)
    if graph is not None and len(places) > 1 and not by_street[np.triu_indices_from(crow, 1)].any():
        graph, without = None, "aucune rue lue n'y joint deux îlots"
    order = shortest_order(table)
    heavy = np.nan_to_num(stops.frame["dwellings"].to_numpy(float))
    if heavy[order[-1]] > heavy[order[0]]:
        order = order[::-1]
    walks = list(pairwise(order))
    along = ["streets" if by_street[a, b] else "crow" for a, b in walks]
    return Route(
        tuple(order), (0.0, *(float(table[a, b]) for a, b in walks)), ("", *along),
        path_length(order, table), "crow" if graph is None else "streets",
        _how(parameters, graph, along.count("crow"), len(along), without),
    )  # fmt: skip


def _crow_fly_min(places: Floats, parameters: Parameters) -> Floats:
    gaps = places[:, None, :] - places[None, :, :]
    metres = np.hypot(gaps[..., 0], gaps[..., 1]) * parameters.walk_detour
    return np.asarray(metres / (parameters.walk_speed_kmh * 1000 / 60))


def _street_min(graph: RoadGraph, places: Floats) -> Floats:
    """(n, n) minutes along the streets both ways alike, NaN where none is known."""
    if graph.mode != "walk":
        raise BadInput("Réseau routier : des rues à pied (walk) sont attendues pour une tournée.")
    ids = np.arange(len(places)).astype(str).astype(object)
    found = times_between(graph, ids, places, ids, places, max_min=MOST_MIN).times
    table = np.full((len(places), len(places)), np.nan)
    rows = found.demand_ids.astype(int)
    columns = found.supply_ids.astype(int)
    for at, row in enumerate(rows):
        pairs = slice(found.indptr[at], found.indptr[at + 1])
        table[row, columns[found.indices[pairs]]] = found.minutes[pairs]
    table = (table + table.T) / 2
    np.fill_diagonal(table, 0.0)
    return np.asarray(table)


def _how(
    parameters: Parameters, graph: RoadGraph | None, off: int, walks: int, without: str
) -> str:
    crow = (
        f"à vol d'oiseau, détour {parameters.walk_detour:g} et {parameters.walk_speed_kmh:g} km/h"
    ).replace(".", ",")
    kind = "au plus court (voisin le plus proche, puis échanges deux à deux)"
    if graph is None:
        return f"Ordre {kind}, {crow} : {without} ; une voie ferrée ou une rivière n'est pas vue."
    left = f" ; faute de rue connue, {off} des {counted(walks, 'trajet')} {crow}" if off else ""
    return f"Ordre {kind}, le long des rues à pied ({graph.source}, {_dated(graph)}){left}."


def _dated(graph: RoadGraph) -> str:
    try:
        return f"données du {date_fr(graph.dated[:10])}" if graph.dated else "données sans date"
    except ValueError:  # the header of an extract says what its maker wrote
        return "données sans date lisible"
