"""Roads as OpenStreetMap writes them: ways, each a chain of nodes with tags.

No graph yet: this is the plain shape that the PBF reader gives and ``geo.roads.graph`` takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.measure import Floats

Ids = npt.NDArray[np.int64]
Positions = npt.NDArray[np.int32]

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
