"""Roads as OpenStreetMap writes them: ways, each a chain of nodes with tags.

No graph yet: this is the plain shape that the PBF reader gives and ``geo.roads.graph`` takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

from geo.measure import Floats

Ids = npt.NDArray[np.int64]
Positions = npt.NDArray[np.int32]
Box = tuple[float, float, float, float]  # west, south, east, north, in degrees

OSM_SOURCE = "osm_roads"  # its id in the catalogue
OSM_ATTRIBUTION = "© les contributeurs d'OpenStreetMap, sous licence ODbL 1.0"
WAY_TAGS = (
    "highway",
    "oneway",
    "oneway:foot",
    "maxspeed",
    "junction",
    "area",
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "foot",
    "bicycle",
)


@dataclass(frozen=True)
class RoadWays:
    """Ways and the nodes they pass through.

    ``node_id``, ``lon``, ``lat`` (n,): each node once, degrees EPSG:4326; NaN for a node that a
    way names and the extract lacks. ``way_id`` (w,), ``indptr`` (w + 1,) and ``nodes``: the
    nodes of way ``i`` are the positions ``nodes[indptr[i]:indptr[i + 1]]``. ``tags``: one row
    per way, one categorical column per name of ``WAY_TAGS``, ``""`` where the tag is absent.
    ``dated`` is the date of the data (ISO), ``""`` when the file does not say.
    """

    node_id: Ids
    lon: Floats
    lat: Floats
    way_id: Ids
    indptr: Ids
    nodes: Positions
    tags: pd.DataFrame
    dated: str = ""
    source: str = OSM_ATTRIBUTION

    def __post_init__(self) -> None:
        ways = len(self.way_id)
        if len(self.indptr) != ways + 1 or len(self.tags) != ways:
            raise ValueError("indptr, way_id and tags do not hold the same ways")
        if int(self.indptr[-1]) != len(self.nodes):
            raise ValueError("indptr does not end with the last node of the last way")

    @property
    def shape(self) -> tuple[int, int]:
        """(ways, nodes)."""
        return len(self.way_id), len(self.node_id)


def way_tags(columns: dict[str, list[str]], ways: int) -> pd.DataFrame:
    """The ``tags`` of ``RoadWays`` from some columns; the tags not given are ``""``."""
    blank = [""] * ways
    return pd.DataFrame({name: pd.Categorical(columns.get(name, blank)) for name in WAY_TAGS})


def cropped(ways: RoadWays, box: Box) -> RoadWays:
    """The ways that pass a node inside the box, each one whole."""
    west, south, east, north = box
    inside = (ways.lon >= west) & (ways.lon <= east) & (ways.lat >= south) & (ways.lat <= north)
    way_of = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.indptr))
    kept = np.bincount(way_of, weights=inside[ways.nodes], minlength=len(ways.way_id)) > 0
    return _only(ways, kept)


def merged(parts: Sequence[RoadWays]) -> RoadWays:
    """Neighbouring extracts as one: a way that several hold is kept once, nodes are shared.

    A node that one extract lacks is taken from another one that has it.
    The date is that of the oldest extract, ``""`` when one does not say.
    """
    if len(parts) == 1:
        return parts[0]
    kept: list[RoadWays] = []
    for part in parts:
        seen = [np.isin(part.way_id, before.way_id) for before in kept]
        kept.append(_only(part, ~np.any(seen, axis=0)) if seen else part)
    node_id = np.unique(np.concatenate([part.node_id for part in kept]))
    lon, lat = np.full(len(node_id), np.nan), np.full(len(node_id), np.nan)
    for part in parts:
        known = ~np.isnan(part.lon) & np.isin(part.node_id, node_id)
        place = np.searchsorted(node_id, part.node_id[known])
        lon[place], lat[place] = part.lon[known], part.lat[known]
    lengths = np.concatenate([np.diff(part.indptr) for part in kept])
    return RoadWays(
        node_id=node_id,
        lon=lon,
        lat=lat,
        way_id=np.concatenate([part.way_id for part in kept]),
        indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        nodes=np.concatenate(
            [np.searchsorted(node_id, part.node_id[part.nodes]) for part in kept]
        ).astype(np.int32),
        tags=pd.DataFrame(
            {name: union_categoricals([part.tags[name] for part in kept]) for name in WAY_TAGS}
        ),
        dated=min(part.dated for part in kept),
        source=" ; ".join(dict.fromkeys(part.source for part in kept)),
    )


def _only(ways: RoadWays, kept: npt.NDArray[np.bool_]) -> RoadWays:
    """Some of the ways, and the nodes they pass through."""
    if kept.all():
        return ways
    lengths = np.diff(ways.indptr)
    named = ways.nodes[np.repeat(kept, lengths)]
    used, nodes = np.unique(named, return_inverse=True)
    return replace(
        ways,
        node_id=ways.node_id[used],
        lon=ways.lon[used],
        lat=ways.lat[used],
        way_id=ways.way_id[kept],
        indptr=np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int64),
        nodes=nodes.astype(np.int32),
        tags=ways.tags[kept].reset_index(drop=True),
    )
