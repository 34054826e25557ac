"""The walking network around one quarter, from OpenStreetMap extracts that the user has."""

from __future__ import annotations

import numpy as np

from datasets.roads import RoadFiles, box_around
from geo.errors import BadInput
from geo.roads.graph import RoadGraph
from geo.schema import Layers
from geo.territory import projected_crs

# Streets outside the outline that join two of its blocks [assumption, editable].
_MARGIN_M = 1_000.0


def walking_graph(layers: Layers, code_qp: str, roads: RoadFiles | None) -> RoadGraph | None:
    """The streets to walk around a QPV, in the projected system of its département.

    None without extracts (``geo.outreach.streets`` then takes what the territory keeps), or for a
    QPV that is not in the territory (told by the plan itself).

    Raises
    ------
    UnreadableFile, BadInput
        As ``RoadFiles.graph``.
    """
    quarters = layers.geo("qpv")
    own = quarters[quarters["code_qp"] == code_qp]
    if roads is None or own.empty:
        return None
    west, south, east, north = own.total_bounds
    box = box_around([west, east], [south, north], _MARGIN_M)
    graph = roads.graph("walk", projected_crs(str(own["departement"].iloc[0])), box)
    xy = own.geometry.representative_point().to_crs(graph.crs)
    if not graph.covers(np.column_stack([xy.x, xy.y])).any():
        raise BadInput(
            f"L'extrait de routes ne couvre pas le quartier {code_qp}. À faire : prenez l'extrait "
            "de sa région."
        )
    return graph
