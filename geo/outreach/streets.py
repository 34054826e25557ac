"""The streets that a territory keeps around its quarters, and what to say when it has none."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from geo.errors import QpvError
from geo.outreach.route import MOST_MIN
from geo.roads.cut import cut_around
from geo.roads.graph import BoxM, RoadGraph
from geo.schema import Layers
from geo.territory import projected_crs

# [assumption, editable] A street or block that the team brings is followed along the streets up to
# so many metres from the box of its quarter; further, it is measured crow-fly, and that is said.
AROUND_M = 300.0

_TO_DO = (
    "Pour suivre les rues : le territoire se reconstruit à l'écran « Données », une fois que la "
    "personne qui administre l'outil a placé l'extrait OpenStreetMap de la région (fichier "
    ".osm.pbf) dans le dossier osm_roads des fichiers officiels (en commande : qpv build avec "
    "--roads)."
)


@dataclass(frozen=True)
class Streets:
    """``graph``: the streets to walk in one quarter; None when unknown, and ``without`` says why
    (``to_do``: what would give them, a sentence or ``""``)."""

    graph: RoadGraph | None
    without: str = ""
    to_do: str = ""


def streets_of(layers: Layers, code_qp: str) -> Streets:
    """The streets kept with the territory around one QPV (``Layers.streets``).

    Kept streets that cannot be read are told: a round is then ordered crow-fly.
    """
    if code_qp in layers.streets:
        try:
            return Streets(layers.streets[code_qp])
        except QpvError:
            return Streets(
                None, "les rues gardées pour ce quartier sont illisibles (fichier abîmé)",
                "À faire : reconstruisez le territoire (écran « Données »).",
            )  # fmt: skip
    if layers.streets:
        return Streets(
            None, "les routes lues à la construction du territoire ne couvrent pas ce quartier",
            _TO_DO,
        )  # fmt: skip
    if layers.travel:
        return Streets(
            None, "ce territoire a été construit avec des routes, mais sans garder ses rues",
            "À faire : reconstruisez-le (écran « Données »).",
        )  # fmt: skip
    return Streets(
        None, "ce territoire n'a pas de réseau de rues", "" if layers.fictional else _TO_DO
    )


def streets_around(layers: Layers, graph: RoadGraph) -> dict[str, RoadGraph]:
    """The part of a walking network to keep around each QPV of the territory, by code.

    Only quarters measured in the system of ``graph`` (an overseas territory has its own), and
    that its roads cover, are in it. Within ``AROUND_M`` of a quarter's box, times are those of
    the whole network up to the longest walk of a round.
    """
    quarters = own_quarters(layers, graph)
    boxes: list[BoxM] = [
        (west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M)
        for west, south, east, north in quarters.bounds.to_numpy().tolist()
    ]
    cut = cut_around(graph, boxes, max_min=MOST_MIN)
    return {
        str(code): part
        for code, part in zip(quarters["code_qp"], cut, strict=True)
        if part is not None
    }


def own_quarters(layers: Layers, graph: RoadGraph) -> gpd.GeoDataFrame:
    """The QPV of the territory that the roads cover, in the system of the graph."""
    quarters = layers.geo("qpv")
    here = (quarters["perimeter"] == "2024") & (quarters["scope"] == "territory")
    here &= quarters["departement"].map(projected_crs) == graph.crs
    placed = quarters[here].to_crs(graph.crs)
    middles = placed.geometry.representative_point()
    return placed[graph.covers(np.column_stack([middles.x, middles.y]))]
