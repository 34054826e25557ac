"""Read a GeoJSON as longitudes and latitudes one can trust, and repair its polygons.

Read with the standard JSON parser and shapely: a file brought by somebody is never handed to a
library that guesses its format.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError
from shapely.geometry import shape

from datasets.readers.tabular import check_magic, content, found_kind
from datasets.reading import Problem, UnreadableFile
from geo.vocabulary import CRS
from geo.words import counted

# Boxes (west, south, east, north) where the French territories lie, with a wide Atlantic margin
# for the fictional demo island. Only used to recognise swapped coordinates.
_FRANCE = (
    (-12.0, 40.0, 10.5, 52.0),
    (-64.0, 14.0, -60.0, 18.6),
    (-55.5, 1.5, -51.0, 6.5),
    (-57.0, 46.0, -55.5, 48.0),
    (55.0, -22.0, 56.5, -20.0),
    (44.0, -14.0, 46.5, -12.0),
    (-156.0, -29.0, -133.0, -6.0),
    (-180.0, -16.0, -175.0, -12.0),
    (157.0, -24.0, 174.0, -17.0),
)

_AGAIN = "téléchargez de nouveau le fichier depuis la page de la source"


def read_json(path: Path, pattern: str = "*.json") -> Any:
    """The JSON held by ``path``, bare or as the single zip member matching ``pattern``.

    Raises
    ------
    UnreadableFile
        For a file that is absent, empty, a web page, cut short or not JSON (with the line).
    """
    if not path.is_file():
        check_magic(path, "json")
    data, name = content(path, pattern)
    if found_kind(data[:4096]) != "json":
        check_magic(path, "json")
        raise UnreadableFile(name, "le membre de l'archive n'est pas du JSON", "un JSON", _AGAIN)
    try:
        # NaN and Infinity are no JSON: an absent value is what their writers meant.
        return json.loads(data.decode("utf-8-sig"), parse_constant=lambda _: None)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            name, "le texte n'est pas en UTF-8", "un JSON en UTF-8", _AGAIN
        ) from error
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            name,
            f"le JSON est coupé ou abîmé (caractère {error.colno})",
            "un JSON complet",
            _AGAIN,
            line=error.lineno,
        ) from error
    except RecursionError as error:
        raise UnreadableFile(name, "le JSON est trop imbriqué", "un GeoJSON", _AGAIN) from error


def features_frame(
    document: Any, file: str, source_id: str, code: Sequence[str]
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """The features of a GeoJSON document, in EPSG:4326, properties named in lower case.

    ``code`` lists the spellings of the property that names a feature in messages. A feature whose
    geometry cannot even be built keeps its row with no geometry, and is listed as rejected.

    Raises
    ------
    UnreadableFile
        When the document has no feature, declares an unknown CRS, or when its coordinates are
        not degrees (Lambert-93 without a CRS) or are swapped.
    """
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise UnreadableFile(
            file, "aucun objet géographique", "une FeatureCollection GeoJSON non vide", _AGAIN
        )
    properties: list[dict[str, Any]] = []
    geometries: list[Any] = []
    problems: list[Problem] = []
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            raise UnreadableFile(
                file, f"l'objet n° {number} n'est pas une Feature", "un GeoJSON", _AGAIN
            )
        given = feature.get("properties")
        named = given if isinstance(given, dict) else {}
        kept = {str(key).lower(): value for key, value in named.items()}
        properties.append(kept)
        try:
            with np.errstate(all="ignore"):
                geometry = shape(feature["geometry"]) if feature.get("geometry") else None
        except (
            ValueError,
            TypeError,
            KeyError,
            IndexError,
            AttributeError,
            shapely.errors.ShapelyError,
        ):
            geometry = None
            name = next((str(kept[key]) for key in code if kept.get(key)), f"n° {number}")
            problems.append(
                Problem(
                    "rejected",
                    source_id,
                    file,
                    f"Géométrie illisible pour {name} : elle est laissée de côté.",
                    column="geometry",
                    value=name,
                    expected="des coordonnées [lon, lat]",
                )
            )
        geometries.append(geometry)
    series = gpd.GeoSeries(geometries, crs=_declared_crs(document, file))
    series = gpd.GeoSeries(shapely.force_2d(series.array), crs=series.crs)
    if series.crs != CRS:
        series = series.to_crs(CRS)
    shapes = np.asarray(series.array, dtype=object)
    bounds = shapely.bounds(shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)])
    if not np.isfinite(bounds).all():
        raise UnreadableFile(file, "coordonnées infinies ou non numériques", "des degrés", _AGAIN)
    halves = bounds / 2
    check_degrees(halves[:, 0] + halves[:, 2], halves[:, 1] + halves[:, 3], file)
    frame = gpd.GeoDataFrame(pd.DataFrame(properties, dtype=object), geometry=series)
    return frame, problems


def _declared_crs(document: dict[str, Any], file: str) -> str | pyproj.CRS:
    declared = document.get("crs")
    inside = declared.get("properties") if isinstance(declared, dict) else None
    name = inside.get("name", "") if isinstance(inside, dict) else ""
    # Whatever the register says of axis order, GeoJSON is written lon, lat.
    if not name or "CRS84" in str(name).upper() or str(name).endswith(":4326"):
        return CRS
    try:
        return pyproj.CRS.from_user_input(name)
    except CRSError as error:
        raise UnreadableFile(
            file,
            f"système de coordonnées inconnu « {name} »",
            "des longitudes et latitudes WGS 84 (EPSG:4326)",
            "exportez le fichier en EPSG:4326",
        ) from error


def check_degrees(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], file: str) -> None:
    """Check that ``x`` and ``y`` (finite) are longitudes and latitudes, in this order.

    Raises
    ------
    UnreadableFile
        When some are not degrees, or fall in France only once swapped.
    """
    outside = (np.abs(x) > 180) | (np.abs(y) > 90)
    if outside.any():
        first = int(np.argmax(outside))
        guess = (
            " ; ce sont sans doute des mètres en Lambert-93 (EPSG:2154) sans que le fichier le dise"
            if 0 < x[first] < 1.4e6 and 5.9e6 < y[first] < 7.3e6
            else ""
        )
        raise UnreadableFile(
            file,
            f"les coordonnées ne sont pas des degrés (par exemple {x[first]:.0f}, "
            f"{y[first]:.0f}){guess}",
            "des longitudes (-180 à 180) et latitudes (-90 à 90) WGS 84, EPSG:4326",
            "exportez le fichier en EPSG:4326, ou ajoutez-y la déclaration de son CRS",
        )
    swapped = ~_in_france(x, y) & _in_france(y, x)
    if swapped.any():
        first = int(np.argmax(swapped))
        raise UnreadableFile(
            file,
            f"longitude et latitude sont inversées pour {counted(int(swapped.sum()), 'objet')} sur "
            f"{len(x)} (par exemple {x[first]:.4f}, {y[first]:.4f})",
            "la longitude d'abord, la latitude ensuite : [4.39, 45.43] pour Saint-Étienne",
            "inversez les deux coordonnées à l'export",
        )


def _in_france(lon: np.ndarray[Any, Any], lat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    inside = np.zeros(len(lon), dtype=bool)
    for west, south, east, north in _FRANCE:
        inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def repair_polygons(
    geometries: gpd.GeoSeries, codes: pd.Series, file: str, source_id: str
) -> tuple[gpd.GeoSeries, np.ndarray[Any, Any], list[Problem]]:
    """Make every polygon valid, keep the polygonal parts alone, and list each repair.

    Points and lines left by a collapsed ring are dropped (no width is invented for them). A
    geometry with no polygonal part at all becomes ``None``, listed as rejected: the caller
    decides what becomes of the row. Returns geometries, the mask of repaired rows, problems.
    """
    shapes = np.array(geometries.array, dtype=object)
    present = ~shapely.is_missing(shapes)
    polygonal = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    invalid = present & polygonal & ~shapely.is_valid(shapes)
    reasons = shapely.is_valid_reason(shapes[invalid])
    shapes[invalid] = [_polygons_only(fixed) for fixed in _made_valid(shapes[invalid])]
    lost = present & (~polygonal | shapely.is_missing(shapes))
    shapes[lost] = None
    why = dict(zip(np.flatnonzero(invalid).tolist(), reasons, strict=True))
    names = codes.astype("str").to_numpy()
    problems = [
        Problem(
            "repaired",
            source_id,
            file,
            f"Polygone invalide de {names[row]} réparé ({_in_french(why[row])}).",
            column="geometry",
            value=str(names[row]),
            expected="un polygone valide",
        )
        for row in np.flatnonzero(invalid & ~lost).tolist()
    ]
    problems += [
        Problem(
            "rejected",
            source_id,
            file,
            f"La géométrie de {names[row]} n'a aucune surface : elle est laissée de côté.",
            column="geometry",
            value=str(names[row]),
            expected="un polygone",
        )
        for row in np.flatnonzero(lost)
    ]
    return gpd.GeoSeries(shapes, index=geometries.index, crs=CRS), invalid & ~lost, problems


def _made_valid(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """``shapely.make_valid``, by as many threads as there are processors: it is the slow part."""
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(shapely.make_valid, np.array_split(shapes, threads))
        return np.concatenate(list(parts))


def _polygons_only(geometry: Any) -> Any:
    """The (Multi)Polygon inside what ``make_valid`` gave, or None."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    kept = parts[shapely.get_type_id(parts) == 3]
    if not len(kept):
        return None
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


def _in_french(reason: str) -> str:
    kind, _, place = reason.partition("[")
    words = {
        "Self-intersection": "le contour se croise",
        "Ring Self-intersection": "le contour se touche lui-même",
        "Too few points in geometry component": "un anneau est réduit à une ligne ou un point",
    }
    return words.get(kind, kind) + (f", vers {place.rstrip(']')}" if place else "")
