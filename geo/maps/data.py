"""Everything the map draws, as plain values that any component could draw.

Far away, a quarter is a point whose colour and size say its score; from zoom 10 it is a polygon
filled with its cell of the 3 × 3 reading.
"""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import mapping

from geo import legend
from geo.column_words import STATUS_WORDS
from geo.figures import territory_title
from geo.kept import kept, quarter_cells
from geo.maps.ground import MOST_COMMUNES, ground, near_ground
from geo.maps.places import place_groups
from geo.names import DEPARTEMENTS
from geo.roads.ways import OSM_SOURCE
from geo.words import number

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

POLYGONS_FROM_ZOOM = 10
NAMES_FROM_ZOOM = 11
LAYERS_SHOWN = ("quartiers", "medecins_generalistes", "mediation")
LAYER_WORDS = {
    "quartiers": "Quartiers prioritaires",
    **{name: words for name, _, _, words in legend.SYMBOLS},
}
_TABLE_OF = {
    "quartiers": "qpv",
    "medecins_generalistes": "supply",
    "autres_soins": "supply",
    "mediation": "mediation",
    "aide": "help_points",
}
_MOST_DEPARTEMENTS = 13


def map_data(
    analysis: Analysis,
    layers: Layers,
    layers_shown: Collection[str] = LAYERS_SHOWN,
    departement: str | None = None,
    situations: Collection[str] | None = None,
) -> dict[str, Any]:
    """Everything the map draws, as values that JSON can hold (no NaN): both halves together."""
    return {
        **quarters_data(analysis, layers, layers_shown, situations),
        **places_data(analysis, layers, layers_shown, departement),
    }


def quarters_data(
    analysis: Analysis,
    layers: Layers,
    layers_shown: Collection[str] = LAYERS_SHOWN,
    situations: Collection[str] | None = None,
) -> dict[str, Any]:
    """The half that no département changes: the ground, the quarters, the words of the map."""
    qpv = analysis.qpv
    qpv = qpv.assign(cell=quarter_cells(qpv))[kept(qpv, situations)]
    drawn = analysis.sources["source_id"].isin(list(_sources_drawn(layers, layers_shown)))
    publishers = sorted(set(analysis.sources.loc[drawn, "publisher"]))
    sources = f"Sources : {', '.join(publishers)} (titres et dates sous la carte)"
    return {
        "title": f"Carte : {territory_title(analysis)}",
        "fictional": analysis.fictional,
        "bounds": _bounds(analysis, layers),
        "attribution": escape(sources) if publishers else "",
        "patterns": legend.pattern_definitions("qpv"),
        "polygons_from_zoom": POLYGONS_FROM_ZOOM,
        "names_from_zoom": NAMES_FROM_ZOOM,
        "ground": collection(ground(layers)),
        "show_quarters": "quartiers" in layers_shown,
        "quarters_words": LAYER_WORDS["quartiers"],
        "quarters": [_quarter(row) for _, row in qpv.iterrows()],
        "far_words": "Vue d'ensemble : ronds = score de priorité",
        "near_words": "Vue rapprochée : contours = accès × besoin restant",
    }


def places_data(
    analysis: Analysis,
    layers: Layers,
    layers_shown: Collection[str] = LAYERS_SHOWN,
    departement: str | None = None,
) -> dict[str, Any]:
    """The half of one département: its communes, their names, practices, mediation and help."""
    one = _one_departement(analysis, departement)
    return {
        "near_ground": collection(near_ground(layers, departement)),
        "groups": place_groups(layers, layers_shown, one),
        "places_note": _places_note(analysis, layers_shown, one),
        "names": commune_names(layers, one),
    }


def _quarter(row: pd.Series[Any]) -> dict[str, Any]:
    point = row["geometry"].representative_point()
    score = None if pd.isna(row["score"]) else float(row["score"])
    colour, radius = legend.score_style(score)
    return {
        "code": row["code_qp"],
        "at": [round(point.y, 5), round(point.x, 5)],
        "shape": plain_shape(row["geometry"], 0.00005, 5),
        "key": row["cell"],
        "situation": row["situation"],
        "scored": score is not None,
        "colour": colour,
        "radius": radius,
        "lines": _lines(row),
    }


_NO_POPULATION = "population non connue"


def _lines(row: pd.Series[Any]) -> list[str]:
    place = f"{row['commune_label']} ({row['departement']})"
    population = f"{number(row['population'])} habitants"
    if row["population_perimeter"] and row["population_perimeter"] != row["perimeter"]:
        population += f" (périmètre {row['population_perimeter']})"
    if pd.isna(row["population"]):
        hidden = row["population_status"] == "suppressed"
        population = f"population : {STATUS_WORDS['suppressed']}" if hidden else _NO_POPULATION
    access = "accès au généraliste non connu"
    if not pd.isna(row["access"]):
        access = f"accès modélisé : {number(row['access'], 1)} consult./an/hab."
    score = "score de priorité : données insuffisantes"
    if not pd.isna(row["score"]):
        score = f"score de priorité : {number(row['score'])} sur 100"
    need = "besoin : données insuffisantes"
    if not pd.isna(row["need_score"]):
        need = f"besoin modélisé : {number(row['need_score'])} sur 100"
    people = "personnes à accompagner : non connu"
    if not pd.isna(row["need_people"]):
        bounds = f"{number(row['need_people_low'])} à {number(row['need_people_high'])}"
        people = f"à accompagner (estimé) : {bounds} personnes par an"
    return [
        row["label"],
        f"{place} · {row['code_qp']}",
        row["situation"],
        score,
        access,
        need,
        people,
        population,
    ]


def collection(found: list[Any]) -> dict[str, Any]:
    """Shapes (degrees) as a GeoJSON that the map draws without a word."""
    features = [
        {"type": "Feature", "properties": {}, "geometry": plain_shape(shape, 0.0, 4)}
        for shape in found
    ]
    return {"type": "FeatureCollection", "features": features}


def commune_names(layers: Layers, departement: str | None) -> list[list[Any]]:
    """``[lat, lon, name]`` of the communes of the territory, or of one département of it."""
    communes = layers["communes"]
    kept = communes[(communes["scope"] == "territory") & communes["seat_lon"].notna()]
    if departement is not None:
        kept = kept[kept["departement"] == departement]
    # A long list would cover the map: without a département, only small territories are named.
    if departement is None and len(kept) > MOST_COMMUNES:
        return []
    # The largest first: where names would overlap, the map keeps the first ones.
    kept = kept.sort_values(["population", "code"], ascending=[False, True])
    rows = zip(kept["seat_lat"].round(4), kept["seat_lon"].round(4), kept["label"], strict=True)
    return [[float(lat), float(lon), str(label)] for lat, lon, label in rows]


def _places_note(analysis: Analysis, shown: Collection[str], departement: str | None) -> str:
    """``Médecins affichés : Loire (42)`` when the places of the rest are not drawn."""
    if departement is None or analysis.qpv["departement"].nunique() < 2:
        return ""
    if set(shown) <= {"quartiers"}:
        return ""
    what = "Médecins affichés" if "medecins_generalistes" in shown else "Lieux affichés"
    return f"{what} : {DEPARTEMENTS.get(departement, 'département')} ({departement})"


def plain_shape(shape: Any, tolerance: float, digits: int) -> dict[str, Any]:
    """``shape`` (degrees) as GeoJSON, simplified unless ``tolerance`` is 0, with few decimals."""
    kept = shape.simplify(tolerance) if tolerance else shape
    rounded = shapely.transform(kept, lambda points: np.round(points, digits))
    return dict(mapping(rounded))


def _bounds(analysis: Analysis, layers: Layers) -> list[list[float]] | None:
    communes = layers.geo("communes")
    inside = communes[(communes["scope"] == "territory") & communes.geometry.notna()]
    boxes = [frame.total_bounds for frame in (inside, analysis.qpv) if len(frame)]
    # The hexagone and the overseas territories do not fit one view: open on the former.
    boxes = [box for box in boxes if np.isfinite(box).all()]
    if not boxes:
        return None
    west, south = np.min([box[:2] for box in boxes], axis=0)
    east, north = np.max([box[2:] for box in boxes], axis=0)
    if east - west > 60:
        west, south, east, north = -5.2, 41.3, 9.6, 51.1
    return [[float(south), float(west)], [float(north), float(east)]]


def _sources_drawn(layers: Layers, shown: Collection[str]) -> set[str]:
    """The sources of what is drawn, and the roads behind the access of the quarters.

    Those of the other figures are listed below the map.
    """
    tables = {"communes", *(table for name, table in _TABLE_OF.items() if name in shown)}
    roads = {OSM_SOURCE} if layers.travel and "quartiers" in shown else set()
    return roads | {source for table in tables for source in layers[table]["source_id"].unique()}


def _one_departement(analysis: Analysis, chosen: str | None) -> str | None:
    """Beyond the size of a region, places of one département only: the one asked for, else that
    of the quarter with the highest priority."""
    if chosen is not None or analysis.qpv["departement"].nunique() <= _MOST_DEPARTEMENTS:
        return chosen
    return str(analysis.qpv["departement"].iloc[0])
