"""Travel times along the roads for the tables of a territory, when an extract is at hand.

From every place that access is measured from (``geo.access.gp.travel_rows``) to every supply, by
car and on foot. A place too far from any road has no time: it is listed, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from datasets.layers.intake import Intake
from datasets.reading import UnreadableFile
from datasets.roads import MODES, RoadFiles, box_around
from geo.access.gp import travel_rows
from geo.catchments.decay import KERNELS
from geo.errors import BadInput
from geo.measure import Floats, crs_of_communes, xy_m
from geo.outreach.streets import streets_around
from geo.parameters import Parameters
from geo.roads.between import Between, stacked, times_between
from geo.roads.graph import RoadGraph
from geo.roads.report import MODE_FR
from geo.roads.rules import Mode
from geo.roads.snap import MAX_SNAP_M
from geo.roads.ways import OSM_SOURCE
from geo.schema import Layers
from geo.territory import projected_crs
from geo.times.matrix import TravelTimes
from geo.words import counted

# Roads may lead out of the box of the places and back.
ROAD_MARGIN_M = 10_000.0  # [assumption, editable]
WALK_MAX_MIN = 30.0  # [assumption, editable] twice the walk of the indicators
MIDWIFE = "sage_femme"
_SHOWN = 20


@dataclass(frozen=True)
class _Asked:
    """One matrix to make: for one mode, up to a limit, to some of the supply."""

    key: str
    mode: Mode
    max_min: float
    profession: str = ""


@dataclass(frozen=True, eq=False)
class _Ends:
    """Where journeys start and end: ids and positions, metres in the system of the graph."""

    demand: gpd.GeoDataFrame
    supply: gpd.GeoDataFrame
    demand_xy: Floats
    supply_xy: Floats


def _asked(parameters: Parameters) -> tuple[_Asked, ...]:
    midwives = KERNELS["drees_midwives"].reach_min
    return (
        _Asked("car", "car", parameters.reach_min),
        _Asked(f"car:{MIDWIFE}", "car", midwives, MIDWIFE),
        _Asked("walk", "walk", WALK_MAX_MIN),
    )


def read_travel(
    intake: Intake, layers: Layers, roads: RoadFiles, parameters: Parameters
) -> tuple[dict[str, TravelTimes], dict[str, RoadGraph]]:
    """``Layers.travel`` and ``Layers.streets``; what is off the roads is noted in
    ``intake.problems``.

    Raises
    ------
    UnreadableFile, BadInput
        For an extract that cannot be read, or that holds no road of the territory.
    """
    found: dict[str, list[TravelTimes]] = {}
    streets: dict[str, RoadGraph] = {}
    graphs: list[RoadGraph] = []
    roadless: list[BadInput] = []
    for system, here, there in _by_system(layers, parameters):
        points = pd.concat([here.geometry, there.geometry])
        box = box_around(points.x, points.y, ROAD_MARGIN_M)
        ends = _Ends(
            here, there, *(xy_m(places.geometry.to_crs(system)) for places in (here, there))
        )
        for mode in MODES:
            try:
                graph = roads.graph(mode, system, box)
            except UnreadableFile:
                raise
            except BadInput as error:  # an island that the extract does not hold
                roadless.append(error)
                continue
            graphs.append(graph)
            if mode == "walk":
                roads.say("Rues à pied autour des quartiers, pour les tournées")
                streets |= streets_around(layers, graph)
            for asked in (one for one in _asked(parameters) if one.mode == mode):
                between = _between(graph, ends, asked, roads)
                found.setdefault(asked.key, []).append(between.times)
                if not asked.profession:
                    _note_off(intake, graph, ends, between)
    if roadless and not graphs:
        raise roadless[0]
    for reason in roadless:
        intake.note("missing", OSM_SOURCE, str(reason))
    _note_graphs(intake, roads, graphs)
    return {key: stacked(parts) for key, parts in found.items()}, streets


def _by_system(
    layers: Layers, parameters: Parameters
) -> Iterator[tuple[str, gpd.GeoDataFrame, gpd.GeoDataFrame]]:
    """Starts and supplies with a position, by the projected system they are measured in."""
    rows = travel_rows(layers, parameters)
    rows_in = crs_of_communes(rows["commune"].where(rows["commune"] != "", rows["id"]))
    supply = layers.geo("supply").rename(columns={"supply_id": "id"})
    supply = supply[~(supply.geometry.isna() | supply.geometry.is_empty)]
    supply_in = supply["departement"].map(projected_crs).astype("str")
    for system in sorted(set(rows_in)):
        yield system, rows[rows_in == system], supply[supply_in == system]


def _between(graph: RoadGraph, ends: _Ends, asked: _Asked, roads: RoadFiles) -> Between:
    kept = np.ones(len(ends.supply), bool)
    if asked.profession:
        kept = (ends.supply["profession"] == asked.profession).to_numpy(bool)
    roads.say(
        f"Temps de trajet {MODE_FR[asked.mode]}, {asked.max_min:g} min au plus : "
        f"{counted(len(ends.demand), 'départ')}, {counted(int(kept.sum()), 'arrivée')}"
    )
    with roads.counting(asked.key) as tell:
        return times_between(
            graph,
            ends.demand["id"].to_numpy(object),
            ends.demand_xy,
            ends.supply["id"].to_numpy(object)[kept],
            ends.supply_xy[kept],
            max_min=asked.max_min,
            progress=partial(tell, "recherches"),
        )


def _note_off(intake: Intake, graph: RoadGraph, ends: _Ends, between: Between) -> None:
    """One problem for each place off the roads, one for all those beyond the extract."""
    for what, places, xy, on in (
        (
            "lieu de résidence ou morceau de quartier",
            ends.demand,
            ends.demand_xy,
            between.demand_on,
        ),
        ("lieu de soins", ends.supply, ends.supply_xy, between.supply_on),
    ):
        ids = places["id"].to_numpy(object)
        within = graph.covers(xy, MAX_SNAP_M)
        for name in ids[~on & within]:
            intake.note(
                "unmatched",
                OSM_SOURCE,
                f"{what} à plus de {MAX_SNAP_M:g} m de toute route ouverte {MODE_FR[graph.mode]} : "
                "aucun temps par la route",
                column=graph.mode,
                value=str(name),
                expected="un lieu près d'une route",
            )
        beyond = ids[~on & ~within]
        if len(beyond):
            shown = ", ".join(map(str, beyond[:_SHOWN])) + (" …" if len(beyond) > _SHOWN else "")
            intake.note(
                "unmatched",
                OSM_SOURCE,
                f"{what} hors de l'extrait de routes ({MODE_FR[graph.mode]}) : aucun temps par la "
                "route",
                column=graph.mode,
                value=shown,
                expected="un extrait qui couvre le territoire et son pourtour",
                count=len(beyond),
            )


def _note_graphs(intake: Intake, roads: RoadFiles, graphs: list[RoadGraph]) -> None:
    """What the network is made of, its date, and where the extract cuts it."""
    for file in roads.files:
        intake.used.append(file)
    names = ", ".join(file.path.name for file in roads.files)
    dated = min(graph.dated for graph in graphs)[:10]
    intake.vintages[OSM_SOURCE] = dated or "sans date"
    if not dated:
        intake.note(
            "missing",
            OSM_SOURCE,
            "le fichier ne dit pas de quand datent ses données",
            file=names,
            column="osmosis_replication_timestamp",
            expected="une date dans l'en-tête",
        )
    for sentence in dict.fromkeys(one for graph in graphs for one in graph.report.sentences()):
        roads.say(sentence)
    for graph in graphs:
        if graph.report.nodes_absent:
            intake.note(
                "missing",
                OSM_SOURCE,
                f"points de voies absents de l'extrait ({MODE_FR[graph.mode]}) : les voies y sont "
                "coupées (bord de l'extrait)",
                file=names,
                column="node",
                expected="un extrait dont les voies sont complètes",
                count=graph.report.nodes_absent,
            )
