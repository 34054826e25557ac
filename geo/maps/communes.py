"""The communes that a group is chosen among, as plain values that the map draws and tells back."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import shapely

from geo.errors import BadInput
from geo.figures import territory_title
from geo.maps.data import (
    POLYGONS_FROM_ZOOM,
    collection,
    commune_names,
    plain_shape,
)
from geo.maps.ground import MOST_COMMUNES, departement_outlines, drawn_communes, simplified
from geo.names import DEPARTEMENTS
from geo.words import counted, number

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

_NAMES_FROM_ZOOM = 9  # a commune is looked for by its name: as soon as some have room
_HATCHED = (
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false">'
    '<defs><pattern id="qpv-groupe" patternUnits="userSpaceOnUse" width="9" height="9">'
    '<rect width="9" height="9" fill="#dbe7f5"/>'
    '<path d="M-2 2L2 -2M0 9L9 0M7 11L11 7" stroke="#1f4e8c" stroke-width="1.6"/>'
    "</pattern></defs></svg>"
)


def needs_departement(layers: Layers) -> bool:
    """Whether the territory has too many communes for one map: a département is then drawn."""
    return len(drawn_communes(layers)) > MOST_COMMUNES


def communes_data(
    analysis: Analysis, layers: Layers, departement: str | None, most: int
) -> dict[str, Any]:
    """The communes of the territory, or of one ``departement`` of it, each with what to say.

    ``most``: how many a group may hold. The other départements of the territory are the ground.

    Raises
    ------
    BadInput
        No commune of the place asked for has an outline.
    """
    every = drawn_communes(layers)
    own = every if departement is None else every[every["departement"] == departement]
    if own.empty:
        raise BadInput("Aucune commune n'a de contour ici : la carte ne peut pas être dessinée.")
    place = DEPARTEMENTS.get(departement or "", "")
    title = f"Communes : {territory_title(analysis)}" + (f", {place}" if place else "")
    sources = analysis.sources["source_id"].isin(set(every["source_id"]))
    publishers = sorted(set(analysis.sources.loc[sources, "publisher"]))
    around = every[every["departement"] != departement] if departement else every.iloc[:0]
    west, south, east, north = own.total_bounds
    return {
        "title": title,
        "fictional": analysis.fictional,
        "bounds": [[float(south), float(west)], [float(north), float(east)]],
        "attribution": escape(f"Sources : {', '.join(publishers)}") if publishers else "",
        "patterns": _HATCHED,
        "polygons_from_zoom": POLYGONS_FROM_ZOOM,
        "names_from_zoom": _NAMES_FROM_ZOOM,
        "ground": collection(list(departement_outlines(around).values())),
        "show_quarters": False,
        "quarters": [],
        "communes": [
            {
                "code": str(code),
                "at": _inside(shape),
                "shape": plain_shape(shape, 0.0, 4),
                "lines": [f"{label} ({code})", _people(population)],
            }
            for code, label, population, shape in zip(
                own["code"], own["label"], own["population"], simplified(own), strict=True
            )
        ],
        "names": commune_names(layers, departement),
        "most": most,
        "most_words": f"{counted(most, 'commune')} au plus dans un groupement.",
    }


def _inside(shape: Any) -> list[float]:
    point = shapely.point_on_surface(shape)
    return [round(point.y, 5), round(point.x, 5)]


def _people(population: float) -> str:
    return f"{number(population)} habitants" if population == population else "population inconnue"
