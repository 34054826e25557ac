"""The isochrone and route services of the Géoplateforme (IGN): few points, never by default.

They send coordinates (nothing else) to an outside service, so they are off until told otherwise.
Requests are spaced to stay under the published limits, kept on disk and resumed; there is no
matrix service: many-to-many times are computed offline on ``osm_roads``. See SOURCES 22.2-22.3.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd

from datasets.catalogue import Source, source
from datasets.download import Client
from datasets.endpoints import Endpoints, Policy
from datasets.fetch_errors import BadDownload, SourceUnreachable
from datasets.navigation_cache import AnswerCache, Kept
from datasets.navigation_checks import (
    REFUSED,
    UNREACHABLE,
    UNUSABLE,
    BadAnswer,
    read_area,
    read_journey,
)
from geo.checks import SHOWN, DuplicatePairs
from geo.errors import BadInput, QpvError

Mode = Literal["car", "walk"]
Direction = Literal["departure", "arrival"]
_PROFILES = {"car": "car", "walk": "pedestrian"}
_MAX_ISOCHRONE_MIN = 600.0  # ceiling used by a public client [secondary]
_SILENT_IN_A_ROW = 3  # [assumption, editable] failures after which the service is left alone
_REFUSED_IN_A_ROW = 20  # [assumption, editable]
_KEPT_OF_A_ROUTE = (
    "start", "end", "distance", "duration", "distanceUnit", "timeUnit", "resource",
    "resourceVersion", "profile", "optimization", "crs",
)  # fmt: skip
_ANSWERED = "answered"


class ServiceOff(QpvError, RuntimeError):
    """Answers are missing from the cache and nobody allowed the service to be asked."""


class ServiceStopped(QpvError, OSError):
    """The service went silent or refuses everything; what it answered is kept."""


@dataclass(frozen=True)
class Navigation:
    """How the services are used.

    ``enabled``: whether anything may be sent (what ``cache_dir`` holds is read in any case).
    ``max_snap_m``: how far a point may be moved to the network [assumption, editable].
    ``max_requests``: beyond, a batch is refused [assumption, editable]. ``geopf`` and ``sleep``
    are given by tests.
    """

    cache_dir: Path
    enabled: bool = False
    max_snap_m: float = 500.0
    max_requests: int = 2000
    geopf: str = Endpoints().geopf
    sleep: Callable[[float], None] = time.sleep
    say: Callable[[str], None] = lambda message: None


@dataclass(frozen=True)
class _Service:
    path: str
    source_id: str
    pause_s: float  # SOURCES 22: 5 requests a second, and one for routes
    kept: tuple[str, ...]  # keys of an answer kept on disk, all when empty


_ISOCHRONE = _Service("/navigation/isochrone", "service_isochrone", 0.2, ())
_ROUTE = _Service("/navigation/itineraire", "service_itineraire", 1.0, _KEPT_OF_A_ROUTE)


def isochrones(
    points: pd.DataFrame,
    minutes: float | Sequence[float],
    settings: Navigation,
    *,
    mode: Mode = "car",
    direction: Direction = "arrival",
    resource: str = "bdtopo-valhalla",
) -> gpd.GeoDataFrame:
    """The area within some minutes of each point, as a polygon in EPSG:4326.

    Parameters
    ----------
    points:
        Columns ``id``, ``lon``, ``lat``; ids are not sent.
    direction:
        ``"arrival"``: from where the point can be reached (access to a practice).

    Returns
    -------
    One row per point and duration: ``id, minutes, mode, direction, status, reason, resource,
    resource_version, snap_m, repaired, received_at, geometry``. ``status`` is ``ok``,
    ``other_engine`` (usable, computed by the engine named in ``resource``), or, with no
    geometry, ``snapped_too_far``, ``unusable``, ``refused``, ``unreachable``.

    Raises
    ------
    BadInput, ServiceOff, ServiceStopped
    """
    limits = [float(limit) for limit in np.atleast_1d(np.asarray(minutes, dtype=np.float64))]
    if not limits or not all(0 < limit <= _MAX_ISOCHRONE_MIN for limit in limits):
        raise BadInput(f"Durées d'isochrone {limits} : attendu de 0 à {_MAX_ISOCHRONE_MIN:g} min.")
    if resource not in ("bdtopo-valhalla", "bdtopo-pgr"):
        raise BadInput(
            f"Moteur « {resource} » : les isochrones ont bdtopo-valhalla et bdtopo-pgr seulement."
        )
    frame = _checked(points, ("id",), (("lon", "lat"),))
    asked = [
        {
            "point": _written(lon, lat),
            "resource": resource,
            "costType": "time",
            # Seconds, so that the cost comes back as the same number in the unit asked or in SI.
            "costValue": f"{limit * 60:g}",
            "timeUnit": "second",
            "distanceUnit": "meter",
            "profile": _PROFILES[mode],
            "direction": direction,
            "geometryFormat": "geojson",
            "crs": "EPSG:4326",
        }
        for lon, lat in frame[["lon", "lat"]].itertuples(index=False)
        for limit in limits
    ]
    columns = ["status", "reason", "resource", "resource_version", "snap_m", "repaired"]
    columns += ["received_at", "geometry"]
    result = _table(_rows(_ISOCHRONE, asked, settings, read_area), columns)
    result["repaired"] = result["repaired"].eq(True)
    result.insert(0, "id", np.repeat(frame["id"].astype(str).to_numpy(object), len(limits)))
    result.insert(1, "minutes", np.tile(limits, len(frame)))
    result.insert(2, "mode", mode)
    result.insert(3, "direction", direction)
    outlines = gpd.GeoSeries(list(result.pop("geometry")), crs="EPSG:4326")
    return gpd.GeoDataFrame(result, geometry=outlines, crs="EPSG:4326")


def itinerary_times(
    pairs: pd.DataFrame,
    settings: Navigation,
    *,
    mode: Mode = "car",
    resource: str = "bdtopo-valhalla",
) -> pd.DataFrame:
    """Minutes from each demand place to each supply place, one request per pair.

    Parameters
    ----------
    pairs:
        Columns ``demand_id, demand_lon, demand_lat, supply_id, supply_lon, supply_lat``; ids are
        not sent.

    Returns
    -------
    One row per pair, in order: ``demand_id, supply_id, minutes, status, reason, resource,
    resource_version, distance_m, start_snap_m, end_snap_m, received_at``; statuses as for
    ``isochrones``, ``minutes`` NaN when unusable. Unknown is not out of reach: look at the failed
    pairs before ``geo.travel.from_table(times.dropna(subset="minutes"), …)``.

    Raises
    ------
    BadInput, DuplicatePairs, ServiceOff, ServiceStopped
    """
    frame = _checked(
        pairs,
        ("demand_id", "supply_id"),
        (("demand_lon", "demand_lat"), ("supply_lon", "supply_lat")),
    )
    asked = [
        {
            "start": _written(start_lon, start_lat),
            "end": _written(end_lon, end_lat),
            "resource": resource,
            "profile": _PROFILES[mode],
            "optimization": "fastest",
            "timeUnit": "second",
            "distanceUnit": "meter",
            "getSteps": "false",
            "getBbox": "false",
            "geometryFormat": "polyline",
            "crs": "EPSG:4326",
        }
        for start_lon, start_lat, end_lon, end_lat in frame[
            ["demand_lon", "demand_lat", "supply_lon", "supply_lat"]
        ].itertuples(index=False)
    ]
    columns = ["minutes", "status", "reason", "resource", "resource_version"]
    columns += ["distance_m", "start_snap_m", "end_snap_m", "received_at"]
    result = _table(_rows(_ROUTE, asked, settings, read_journey), columns)
    result.insert(0, "demand_id", frame["demand_id"].astype(str).to_numpy(object))
    result.insert(1, "supply_id", frame["supply_id"].astype(str).to_numpy(object))
    return result


def _table(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Rows that may lack cells as a table: absent texts are empty, absent numbers NaN."""
    table = pd.DataFrame(rows, columns=columns)
    for name in ("status", "reason", "resource", "resource_version", "received_at"):
        table[name] = table[name].astype("object").where(table[name].notna(), "").astype("str")
    for name in [name for name in columns if name == "minutes" or name.endswith("_m")]:
        table[name] = table[name].astype("float64")
    return table


def _rows(
    service: _Service,
    asked: list[dict[str, str]],
    settings: Navigation,
    read: Callable[[Mapping[str, Any], Mapping[str, str], float], Any],
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for params, (kept, status, reason) in zip(
        asked, _answers(service, asked, settings), strict=True
    ):
        if kept is None:
            rows.append({"status": status, "reason": reason, "geometry": None})
            continue
        try:
            found = vars(read(kept.answer, params, settings.max_snap_m))
        except BadAnswer as bad:
            found = {"status": bad.status, "reason": str(bad), "geometry": None}
        rows.append({**found, "received_at": kept.received_at})
    return rows


def _answers(
    service: _Service, asked: list[dict[str, str]], settings: Navigation
) -> Iterator[tuple[Kept | None, str, str]]:
    """The answer to each request, kept or received now; else a status and a reason."""
    entry, cache = source(service.source_id), AnswerCache(settings.cache_dir)
    url = settings.geopf + service.path
    missing = {_key(params) for params in asked if cache.get(url, params) is None}
    _allow(entry, url, len(missing), settings, service.pause_s)
    failed: dict[str, tuple[str, str]] = {}
    refused, silent, received = 0, 0, 0
    policy = Policy(pause_s=service.pause_s, longest_wait_s=900.0)
    with Client(policy, sleep=settings.sleep) as client:
        for params in asked:
            kept = cache.get(url, params)
            if kept is not None or _key(params) in failed:
                yield (kept, *failed.get(_key(params), (_ANSWERED, "")))
                continue
            try:
                kept = cache.put(url, params, _asked(client, url, entry, params, service.kept))
                received, refused, silent = received + 1, 0, 0
                yield kept, _ANSWERED, ""
                continue
            except (SourceUnreachable, BadAnswer) as error:
                status, reason = _failure(error)
            settings.sleep(service.pause_s)  # the client only spaces what was answered
            refused = refused + 1 if status == REFUSED else refused
            silent = silent + 1 if status != REFUSED else 0
            if silent >= _SILENT_IN_A_ROW or refused >= _REFUSED_IN_A_ROW:
                raise ServiceStopped(
                    f"{entry.title} : arrêt après {received} réponse(s) sur {len(missing)} "
                    f"({reason}). Ce qui a été reçu est gardé dans {settings.cache_dir}. "
                    "À faire : relancez plus tard, le calcul reprendra où il en était."
                )
            failed[_key(params)] = status, reason
            yield None, status, reason


def _asked(
    client: Client, url: str, entry: Source, params: dict[str, str], kept: tuple[str, ...]
) -> dict[str, Any]:
    answer = client.get_json(url, entry, params)
    if not isinstance(answer, dict) or "resource" not in answer:
        raise BadAnswer(UNUSABLE, "la réponse n'est pas celle du service attendu")
    return {name: answer[name] for name in (kept or answer) if name in answer}


def _failure(error: SourceUnreachable | BadAnswer) -> tuple[str, str]:
    if isinstance(error, BadAnswer):
        return error.status, str(error)
    if isinstance(error, BadDownload):
        return UNUSABLE, error.reason
    # 400 and 404 speak of this request (no route, point outside the network).
    return (REFUSED if error.status in (400, 404, 422) else UNREACHABLE), error.reason


def _allow(entry: Source, url: str, missing: int, settings: Navigation, pause_s: float) -> None:
    if not missing:
        return
    host = urlsplit(url).netloc
    if not settings.enabled:
        raise ServiceOff(
            f"{entry.title} : service éteint. {missing} réponse(s) manquent dans "
            f"{settings.cache_dir} ; les demander enverrait autant de positions à {host}. "
            "À faire : autorisez-le (enabled=True), ou calculez les temps sans réseau."
        )
    if missing > settings.max_requests:
        raise BadInput(
            f"{entry.title} : {missing} demandes, plus que les {settings.max_requests} admises. Ce "
            "service ne calcule pas de matrice. À faire : calculez ces temps sur le réseau "
            "OpenStreetMap (osm_roads), ou réduisez les couples."
        )
    settings.say(
        f"{entry.title} : {missing} demande(s) à {host}, au moins {missing * pause_s / 60:.0f} min."
    )


def _key(params: Mapping[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in params.items())


def _written(lon: float, lat: float) -> str:
    return f"{lon:.6f},{lat:.6f}"  # 0.1 m


def _checked(
    frame: pd.DataFrame, ids: tuple[str, ...], positions: tuple[tuple[str, str], ...]
) -> pd.DataFrame:
    wanted = [*ids, *(name for pair in positions for name in pair)]
    absent = [name for name in wanted if name not in frame]
    if absent:
        raise BadInput(f"Colonnes absentes : {', '.join(absent)}. Attendu : {', '.join(wanted)}.")
    repeated = frame.duplicated(list(ids))
    if repeated.any():
        shown = " ; ".join(
            " → ".join(map(str, row)) for row in frame.loc[repeated, list(ids)].head(SHOWN).values
        )
        raise DuplicatePairs(f"{int(repeated.sum())} ligne(s) en double : {shown}.")
    for lon, lat in positions:
        wrong = ~(frame[lon].between(-180, 180) & frame[lat].between(-90, 90))
        if wrong.any():
            shown = ", ".join(
                f"{row[0]} ({row[1]} ; {row[2]})"
                for row in frame.loc[wrong, [ids[0], lon, lat]].head(SHOWN).values
            )
            raise BadInput(
                f"{int(wrong.sum())} position(s) absente(s) ou hors limites dans {lon}, {lat} : "
                f"{shown}. Attendu : des degrés (EPSG:4326)."
            )
    return frame.reset_index(drop=True)
