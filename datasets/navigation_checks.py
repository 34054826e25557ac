"""Whether an answer of the routing services answers what was asked, and from where it was asked.

HTTP 200 proves little: a point off the network is moved in silence (up to 27 km), another engine
than the one asked may answer, and units are whatever was not asked. Each check has a status.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from pyproj import Geod
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

OK, OTHER_ENGINE = "ok", "other_engine"
SNAPPED, UNUSABLE, REFUSED, UNREACHABLE = "snapped_too_far", "unusable", "refused", "unreachable"

_WGS84 = Geod(ellps="WGS84")
_MAX_KMH = 200.0  # [assumption, editable] faster means that minutes were taken for seconds
_LENGTH_SLACK = 0.95  # a road may be this much shorter than the geodesic of its rounded ends

Point = tuple[float, float]  # longitude, latitude


class BadAnswer(Exception):
    """An answer that cannot be used; ``status`` says the kind and the message why, in French."""

    def __init__(self, status: str, reason: str):
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Journey:
    """One usable route: ``status`` is ``ok`` or ``other_engine`` (then ``reason`` names it)."""

    minutes: float
    distance_m: float
    start_snap_m: float
    end_snap_m: float
    resource: str
    resource_version: str
    status: str
    reason: str


@dataclass(frozen=True)
class Area:
    """One usable isochrone, in longitude and latitude; ``repaired`` when its outline was mended."""

    geometry: BaseGeometry
    snap_m: float
    resource: str
    resource_version: str
    status: str
    reason: str
    repaired: bool


def metres_between(start: Point, end: Point) -> float:
    """Metres along the ellipsoid."""
    return float(_WGS84.inv(*start, *end)[2])


def read_journey(answer: Mapping[str, Any], asked: Mapping[str, str], max_snap_m: float) -> Journey:
    """A route asked in seconds and metres.

    Raises
    ------
    BadAnswer
        ``unusable`` (no duration, other units or profile, impossible speed) or
        ``snapped_too_far``.
    """
    _same(answer, asked, ("timeUnit", "distanceUnit", "profile", "optimization"))
    status, reason, resource = _engine(answer, asked)
    seconds, metres = _number(answer, "duration"), _number(answer, "distance")
    start_snap_m = _snap(answer, asked, "start", "le départ", max_snap_m)
    end_snap_m = _snap(answer, asked, "end", "l'arrivée", max_snap_m)
    straight = metres_between(_point(answer, "start"), _point(answer, "end"))
    if metres < straight * _LENGTH_SLACK - 1:
        raise BadAnswer(
            UNUSABLE,
            f"{metres:g} m, moins que le vol d'oiseau ({straight:.0f} m) : unité ?",
        )
    if metres > 100 and metres > seconds * _MAX_KMH / 3.6:
        raise BadAnswer(
            UNUSABLE, f"{metres:.0f} m en {seconds:g} s dépassent {_MAX_KMH:g} km/h : unité ?"
        )
    version = str(answer.get("resourceVersion", ""))
    return Journey(
        seconds / 60, metres, start_snap_m, end_snap_m, resource, version, status, reason
    )


def read_area(answer: Mapping[str, Any], asked: Mapping[str, str], max_snap_m: float) -> Area:
    """An isochrone, whose geometry stands at the top level of the answer.

    Raises
    ------
    BadAnswer
        ``unusable`` (no polygon, another cost, profile or direction) or ``snapped_too_far``
        (the point returned, or the outline itself, is away from the point asked).
    """
    _same(answer, asked, ("costType", "profile", "direction"))
    if "costValue" in answer and not math.isclose(
        _number(answer, "costValue"), float(asked["costValue"]), rel_tol=1e-6
    ):
        raise BadAnswer(
            UNUSABLE, f"réponse pour {answer['costValue']} s et non {asked['costValue']} s"
        )
    status, reason, resource = _engine(answer, asked)
    snap_m = _snap(answer, asked, "point", "le point", max_snap_m)
    outline = _polygon(answer.get("geometry"))
    repaired = not outline.is_valid
    if repaired:
        outline = shapely.make_valid(outline)
    lon, lat = _point(asked, "point")
    near, _ = nearest_points(outline, shapely.Point(lon, lat))
    away = metres_between((near.x, near.y), (lon, lat))
    if away > max_snap_m:
        raise BadAnswer(SNAPPED, f"le contour reçu est à {away:.0f} m du point demandé")
    version = str(answer.get("resourceVersion", ""))
    return Area(outline, snap_m, resource, version, status, reason, repaired)


def _same(answer: Mapping[str, Any], asked: Mapping[str, str], names: tuple[str, ...]) -> None:
    for name in names:
        if name in answer and str(answer[name]) != asked[name]:
            raise BadAnswer(
                UNUSABLE, f"réponse pour {name}={answer[name]} et non {asked[name]}, demandé"
            )


def _engine(answer: Mapping[str, Any], asked: Mapping[str, str]) -> tuple[str, str, str]:
    resource = answer.get("resource")
    if not isinstance(resource, str) or not resource:
        raise BadAnswer(UNUSABLE, "la réponse ne dit pas quel moteur l'a calculée (resource)")
    if resource == asked["resource"]:
        return OK, "", resource
    return OTHER_ENGINE, f"{asked['resource']} demandé, {resource} a répondu", resource


def _snap(
    answer: Mapping[str, Any], asked: Mapping[str, str], name: str, words: str, max_snap_m: float
) -> float:
    moved = metres_between(_point(asked, name), _point(answer, name))
    if moved > max_snap_m:
        raise BadAnswer(
            SNAPPED,
            f"{words} a été déplacé de {moved:.0f} m jusqu'au réseau (toléré : {max_snap_m:g} m)",
        )
    return moved


def _point(holder: Mapping[str, Any], name: str) -> Point:
    """``"lon,lat"``, or a list of two numbers."""
    value = holder.get(name)
    parts = value.split(",") if isinstance(value, str) else value
    try:
        lon, lat = (float(part) for part in parts)  # type: ignore[union-attr]
    except (TypeError, ValueError):
        raise BadAnswer(UNUSABLE, f"la réponse ne donne pas {name}") from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadAnswer(UNUSABLE, f"{name} n'est pas une position ({value})")
    return lon, lat


def _number(answer: Mapping[str, Any], name: str) -> float:
    value = answer.get(name)
    try:
        number = float("nan") if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = float("nan")
    if not (math.isfinite(number) and number >= 0):
        raise BadAnswer(UNUSABLE, f"la réponse ne donne pas {name} (lu : {value})")
    return number


def _polygon(content: object) -> BaseGeometry:
    if not isinstance(content, Mapping) or content.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadAnswer(UNUSABLE, "la réponse n'a pas de polygone dans geometry")
    try:
        outline: BaseGeometry = shapely.geometry.shape(content)
    except (ShapelyError, TypeError, ValueError, KeyError, IndexError, AttributeError):
        raise BadAnswer(UNUSABLE, "le polygone reçu est illisible") from None
    if outline.is_empty:
        raise BadAnswer(UNUSABLE, "le polygone reçu est vide")
    return outline
