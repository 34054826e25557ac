"""Travel times along the roads between anybody's places, for ``qpv times`` and ``qpv access``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from datasets.access_errors import MissingCrs
from datasets.access_files import Places
from datasets.access_places import placed_in
from datasets.files import opened_atomically
from datasets.roads import RoadFiles, box_around
from geo.errors import BadInput
from geo.roads.between import times_between
from geo.roads.graph import Flags, RoadGraph
from geo.roads.report import MODE_FR
from geo.roads.rules import Mode
from geo.roads.snap import MAX_SNAP_M
from geo.times.matrix import TravelTimes

# Roads may lead out of the box of the places and back.
ROAD_MARGIN_M = 10_000.0  # [assumption, editable]
MOST_MIN = 240.0  # [assumption, editable] beyond, a search would settle the whole network
_PAIRS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class OffRoad:
    """A place without any time: its table, its line there (1-based), its id and why."""

    file: str
    line: int
    id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, ligne {self.line} : « {self.id} » {self.reason}"


@dataclass(frozen=True, eq=False)
class Journeys:
    """``times`` between the places on the roads, which ``demand`` and ``supply`` are cut to.

    ``off``: the places left out, in the order of the tables. ``crs``: the system measured in.
    ``told``: what the network is made of, in French.
    """

    times: TravelTimes
    demand: Places
    supply: Places
    off: tuple[OffRoad, ...]
    crs: str
    told: tuple[str, ...]


def journeys(
    demand: Places,
    supply: Places,
    roads: RoadFiles,
    *,
    mode: Mode,
    max_min: float,
    crs: str = "",
    max_snap_m: float = MAX_SNAP_M,
) -> Journeys:
    """Minutes along the roads from each place of ``demand`` to those of ``supply``.

    Parameters
    ----------
    max_min : limit, included. max_snap_m : how far from a road a place may stand.
    crs : as ``datasets.access_places.place_in_metres``; its unit must be the metre.

    Raises
    ------
    AccessFileError, UnreadableFile, BadInput
        Positions, or extracts, that cannot be used; no place at all on the roads.
    """
    if not 0 < max_min <= MOST_MIN:
        raise BadInput(f"{max_min:g} min : attendu plus de 0 et au plus {MOST_MIN:g} minutes.")
    placed = placed_in(demand, supply, crs)
    if placed.crs.axis_info[0].unit_conversion_factor != 1:
        raise MissingCrs(
            "--crs",
            f"le système {crs} n'est pas en mètres",
            "un système projeté en mètres",
            "prenez par exemple --crs EPSG:2154, ou donnez lon et lat",
        )
    degrees = np.concatenate(placed.lonlat)
    box = box_around(degrees[:, 0], degrees[:, 1], ROAD_MARGIN_M)
    graph = roads.graph(mode, placed.crs.to_string(), box)
    here, there = placed.xy_m
    with roads.counting(f"Temps {MODE_FR[mode]}") as tell:
        found = times_between(
            graph,
            demand.frame["id"].to_numpy(object),
            here,
            supply.frame["id"].to_numpy(object),
            there,
            max_min=max_min,
            max_snap_m=max_snap_m,
            progress=partial(tell, "recherches"),
        )
    off = (
        *_off(demand, graph, found.demand_on, graph.covers(here, max_snap_m), max_snap_m),
        *_off(supply, graph, found.supply_on, graph.covers(there, max_snap_m), max_snap_m),
    )
    for table, on in ((demand, found.demand_on), (supply, found.supply_on)):
        if not on.any():
            raise BadInput(
                f"{table.file} : aucun lieu n'est près d'une route de l'extrait ; par exemple "
                f"{next(str(one) for one in off if one.file == table.file)}. "
                "À faire : prenez l'extrait qui couvre ces lieux."
            )
    return Journeys(
        found.times,
        _only(demand, found.demand_on),
        _only(supply, found.supply_on),
        off,
        placed.name,
        (*graph.report.sentences(), found.times.provenance),
    )


def write_times(times: TravelTimes, path: Path) -> None:
    """Write ``demand_id, supply_id, minutes``, one line a pair, so many at once, or nothing."""
    demand, supply = (
        pa.array([str(one) for one in ids], pa.string())
        for ids in (times.demand_ids, times.supply_ids)
    )
    schema = pa.schema(
        [("demand_id", pa.string()), ("supply_id", pa.string()), ("minutes", pa.float32())]
    )
    odd = any(pc.any(pc.match_substring_regex(ids, '[",\r\n]')).as_py() for ids in (demand, supply))
    # Bare ids are read ten times sooner; pyarrow quotes all of them or none.
    options = csv.WriteOptions(quoting_style="needed" if odd else "none", quoting_header="none")
    with (
        opened_atomically(path) as stream,
        csv.CSVWriter(stream, schema, write_options=options) as rows,
    ):
        for first in range(0, times.nnz, _PAIRS_AT_ONCE):
            pairs = slice(first, min(first + _PAIRS_AT_ONCE, times.nnz))
            row = np.searchsorted(times.indptr, np.arange(pairs.start, pairs.stop), "right") - 1
            columns = [
                demand.take(pa.array(row)),
                supply.take(pa.array(times.indices[pairs])),
                pa.array(times.minutes[pairs]),
            ]
            rows.write(pa.table(columns, schema=schema))


def _off(
    places: Places, graph: RoadGraph, on: Flags, within: Flags, max_snap_m: float
) -> Sequence[OffRoad]:
    near = f"est à plus de {max_snap_m:g} m de toute route ouverte {MODE_FR[graph.mode]}"
    frame = places.frame
    return [
        OffRoad(
            places.file,
            int(frame["line"].iloc[place]),
            str(frame["id"].iloc[place]),
            near if within[place] else "est hors de l'extrait de routes",
        )
        for place in np.flatnonzero(~on)
    ]


def _only(places: Places, on: Flags) -> Places:
    return replace(places, frame=places.frame[on].reset_index(drop=True))
