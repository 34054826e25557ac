"""The routing services, against a local server that answers as the real ones are known to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from datasets.navigation import (
    Navigation,
    ServiceOff,
    ServiceStopped,
    isochrones,
    itinerary_times,
)
from datasets.navigation_checks import metres_between
from geo.checks import DuplicatePairs
from geo.errors import BadInput
from geo.travel import from_table
from tests.datasets.web import Asked, Site, serving

ISOCHRONE, ROUTE = "/navigation/isochrone", "/navigation/itineraire"
LYON = (4.85, 45.75)
Answer = dict[str, Any]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as opened:
        opened.put(ROUTE, page(route))
        opened.put(ISOCHRONE, page(square))
        yield opened


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def settings(site: Site, waits: list[float], tmp_path: Path) -> Navigation:
    return Navigation(tmp_path / "cache", enabled=True, geopf=site.url, sleep=waits.append)


def page(answer: Callable[[dict[str, str]], Answer]) -> Callable[[Asked], bytes]:
    return lambda asked: json.dumps(answer(asked.query)).encode()


def lonlat(text: str) -> tuple[float, float]:
    lon, lat = map(float, text.split(","))
    return lon, lat


def route(query: dict[str, str], **changes: object) -> Answer:
    """Ten metres a second along the straight line, in the units asked, as SOURCES 22.3 says."""
    metres = metres_between(lonlat(query["start"]), lonlat(query["end"])) * 1.2
    by_unit = {"second": metres / 10, "minute": metres / 600}
    return {
        "start": query["start"],
        "end": query["end"],
        "geometry": "x" * 5000,
        "distance": metres if query["distanceUnit"] == "meter" else metres / 1000,
        "duration": by_unit[query["timeUnit"]],
        "distanceUnit": query["distanceUnit"],
        "timeUnit": query["timeUnit"],
        "bbox": [0, 0, 1, 1],
        "resource": query["resource"],
        "resourceVersion": "2026-09-01",
        "profile": query["profile"],
        "optimization": query["optimization"],
        "crs": query["crs"],
        "portions": [{"steps": []}],
        **changes,
    }


def square(query: dict[str, str], **changes: object) -> Answer:
    """A square around the point, its half side 0.001° a minute; geometry at the top level."""
    lon, lat = lonlat(query["point"])
    half = float(query["costValue"]) / 60 * 0.001
    ring = [[lon + dx * half, lat + dy * half] for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return {
        "point": query["point"],
        "resource": query["resource"],
        "resourceVersion": "2026-09-01",
        "costType": query["costType"],
        "costValue": float(query["costValue"]),
        "profile": query["profile"],
        "direction": query["direction"],
        "crs": query["crs"],
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "constraints": [],
        "alerts": [],
        **changes,
    }


def pairs(count: int = 1) -> pd.DataFrame:
    steps = np.arange(1, count + 1) * 0.01
    return pd.DataFrame(
        {
            "demand_id": [f"D{row}" for row in range(count)],
            "demand_lon": LYON[0],
            "demand_lat": LYON[1],
            "supply_id": "S",
            "supply_lon": LYON[0],
            "supply_lat": LYON[1] + steps,
        }
    )


def points(count: int = 1) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": [f"P{row}" for row in range(count)], "lon": LYON[0] + np.arange(count), "lat": 45.75}
    )


def test_nothing_is_sent_unless_allowed(site: Site, settings: Navigation, tmp_path: Path) -> None:
    off = Navigation(tmp_path / "cache", geopf=site.url)
    with pytest.raises(ServiceOff, match=r"éteint. 3 réponse\(s\) manquent"):
        itinerary_times(pairs(3), off)
    with pytest.raises(ServiceOff, match="éteint"):
        isochrones(points(), 10, off)
    assert site.asked == []
    told = itinerary_times(pairs(3), settings)
    pd.testing.assert_frame_equal(itinerary_times(pairs(3), off), told)


def test_a_route_gives_minutes_from_demand_to_supply(site: Site, settings: Navigation) -> None:
    times = itinerary_times(pairs(2), settings)
    straight = metres_between(LYON, (LYON[0], LYON[1] + 0.01))
    assert times["minutes"].tolist() == pytest.approx(
        [straight * 1.2 / 600, straight * 2.4 / 600], rel=1e-4
    )
    assert times["status"].tolist() == ["ok", "ok"]
    asked = site.asked_of(ROUTE)[0].query
    assert asked["start"] == "4.850000,45.750000"
    assert asked["end"] == "4.850000,45.760000"
    assert (asked["timeUnit"], asked["distanceUnit"]) == ("second", "meter")
    assert asked["profile"] == "car"
    assert not any("D0" in value for value in asked.values())
    matrix = from_table(times.dropna(subset="minutes"), ["D0", "D1"], ["S"])
    assert matrix.nnz == 2


def test_walking_asks_for_the_pedestrian_profile(site: Site, settings: Navigation) -> None:
    itinerary_times(pairs(), settings, mode="walk")
    assert site.asked_of(ROUTE)[0].query["profile"] == "pedestrian"


def test_requests_keep_under_the_published_limits(
    site: Site, settings: Navigation, waits: list[float]
) -> None:
    itinerary_times(pairs(3), settings)
    assert waits == [1.0, 1.0, 1.0]
    waits.clear()
    isochrones(points(3), 10, settings)
    assert waits == [0.2, 0.2, 0.2]
    waits.clear()
    isochrones(points(3), 10, settings)
    assert waits == []
    assert len(site.asked) == 6


def test_refused_requests_are_spaced_too(
    site: Site, settings: Navigation, waits: list[float]
) -> None:
    site.put(ROUTE, b"", always="404")
    itinerary_times(pairs(2), settings)
    assert waits == [1.0, 1.0]


def test_a_block_lasts_what_retry_after_says(
    site: Site, settings: Navigation, waits: list[float]
) -> None:
    site.pages[ROUTE].faults += ["429:5", "429:300"]
    times = itinerary_times(pairs(), settings)
    assert times["status"].tolist() == ["ok"]
    assert waits == [5.0, 300.0, 1.0]


def test_an_interrupted_batch_goes_on_where_it_was(
    site: Site, settings: Navigation, waits: list[float]
) -> None:
    site.pages[ROUTE].faults += ["", ""] + ["reset"] * 100
    with pytest.raises(ServiceStopped, match=r"après 2 réponse\(s\) sur 6") as stopped:
        itinerary_times(pairs(6), settings)
    assert "relancez" in str(stopped.value)
    site.pages[ROUTE].faults.clear()
    site.asked.clear()
    times = itinerary_times(pairs(6), settings)
    assert times["minutes"].notna().all()
    assert len(site.asked) == 4


def test_a_damaged_cache_file_is_asked_again(site: Site, settings: Navigation) -> None:
    first = itinerary_times(pairs(2), settings)
    damaged = sorted(settings.cache_dir.rglob("*.json"))[0]
    damaged.write_bytes(damaged.read_bytes()[:40])
    site.asked.clear()
    again = itinerary_times(pairs(2), settings)
    assert len(site.asked) == 1
    assert again["minutes"].equals(first["minutes"])
    assert [path.name for path in settings.cache_dir.rglob(".*")] == []


def test_the_cache_holds_no_route_geometry(settings: Navigation) -> None:
    itinerary_times(pairs(), settings)
    (kept,) = settings.cache_dir.rglob("*.json")
    assert "geometry" not in json.loads(kept.read_text(encoding="utf-8"))["answer"]


def test_a_point_moved_by_27_km_is_refused_despite_http_200(
    site: Site, settings: Navigation
) -> None:
    moved = f"{LYON[0]},{LYON[1] + 0.243}"
    site.put(ROUTE, page(lambda query: route(query, start=moved, distance=40_000, duration=4000)))
    times = itinerary_times(pairs(), settings)
    assert times["status"].tolist() == ["snapped_too_far"]
    assert times["minutes"].isna().all()
    assert "le départ a été déplacé de 27" in times["reason"][0]
    site.put(ROUTE, page(lambda query: route(query, end=moved, distance=40_000, duration=4000)))
    elsewhere = pairs().assign(supply_lat=LYON[1] + 0.02)
    assert "l'arrivée a été déplacé" in itinerary_times(elsewhere, settings)["reason"][0]


@pytest.mark.parametrize(("moved_m", "status"), [(499.0, "ok"), (501.0, "snapped_too_far")])
def test_the_tolerance_is_500_m(
    site: Site, settings: Navigation, moved_m: float, status: str
) -> None:
    per_degree = metres_between(LYON, (LYON[0], LYON[1] - 0.01)) / 0.01
    start = f"{LYON[0]},{LYON[1] - moved_m / per_degree}"
    site.put(ROUTE, page(lambda query: route(query, start=start, distance=9000, duration=900)))
    times = itinerary_times(pairs(), settings)
    assert times["status"].tolist() == [status]


def test_another_engine_is_named(site: Site, settings: Navigation) -> None:
    site.put(ROUTE, page(lambda query: route(query, resource="bdtopo-valhalla")))
    times = itinerary_times(pairs(), settings, resource="bdtopo-pgr")
    assert times["status"].tolist() == ["other_engine"]
    assert times["resource"].tolist() == ["bdtopo-valhalla"]
    assert times["minutes"].notna().all()
    assert "bdtopo-pgr demandé, bdtopo-valhalla a répondu" in times["reason"][0]


UNUSABLE: list[dict[str, object]] = [
    {"timeUnit": "minute"},
    {"duration": 1.9},  # minutes passed off as seconds
    {"duration": None},
    {"duration": -3},
    {"duration": True},
    {"distance": 1.3},  # kilometres passed off as metres
    {"start": None},
    {"end": "partout"},
    {"start": "45.75,400"},
    {"profile": "pedestrian"},
]


@pytest.mark.parametrize("changes", UNUSABLE, ids=str)
def test_an_answer_that_does_not_hold_gives_no_time(
    site: Site, settings: Navigation, changes: dict[str, object]
) -> None:
    site.put(ROUTE, page(lambda query: route(query, **changes)))
    times = itinerary_times(pairs(), settings)
    assert times["status"].tolist() == ["unusable"]
    assert times["minutes"].isna().all()
    assert times["reason"][0] != ""


def test_failed_pairs_are_listed_and_the_others_kept(site: Site, settings: Navigation) -> None:
    site.pages[ROUTE].faults += ["", "404", "html", "", "shorter:100"]
    times = itinerary_times(pairs(5), settings)
    assert times["status"].tolist() == ["ok", "refused", "unusable", "ok", "unusable"]
    assert times["minutes"].notna().tolist() == [True, False, False, True, False]
    assert itinerary_times(pairs(5), settings)["status"].tolist() == ["ok"] * 5


@pytest.mark.parametrize("fault", ["500", "503", "cut:40", "reset", "429:5"])
def test_a_passing_failure_is_insisted_on(site: Site, settings: Navigation, fault: str) -> None:
    site.pages[ROUTE].faults += [fault]
    assert itinerary_times(pairs(), settings)["status"].tolist() == ["ok"]
    assert len(site.asked) == 2


def test_a_service_down_is_left_alone(site: Site, settings: Navigation) -> None:
    site.put(ROUTE, b"", always="500")
    with pytest.raises(ServiceStopped, match="code HTTP 500"):
        itinerary_times(pairs(50), settings)
    assert len(site.asked) == 3 * 6


def test_a_service_that_refuses_everything_is_left_alone(site: Site, settings: Navigation) -> None:
    site.put(ROUTE, b"", always="404")
    with pytest.raises(ServiceStopped, match="code HTTP 404"):
        itinerary_times(pairs(50), settings)
    assert len(site.asked) == 20


def test_a_closed_door_is_not_insisted_on(site: Site, settings: Navigation) -> None:
    site.put(ROUTE, b"", always="403")
    with pytest.raises(ServiceStopped, match="code HTTP 403"):
        itinerary_times(pairs(50), settings)
    assert len(site.asked) == 3


def test_a_matrix_is_refused(site: Site, settings: Navigation) -> None:
    with pytest.raises(BadInput, match="osm_roads"):
        itinerary_times(pairs(2001), settings)
    assert site.asked == []


def test_bad_pairs_name_the_first_offenders(site: Site, settings: Navigation) -> None:
    with pytest.raises(DuplicatePairs, match="D0 → S"):
        itinerary_times(pd.concat([pairs(), pairs()]), settings)
    with pytest.raises(BadInput, match=r"D1 \(nan"):
        itinerary_times(pairs(2).assign(demand_lon=[4.85, np.nan]), settings)
    with pytest.raises(BadInput, match="supply_lat"):
        itinerary_times(pairs().drop(columns="supply_lat"), settings)
    assert site.asked == []


def test_no_pair_is_no_request(site: Site, settings: Navigation) -> None:
    assert itinerary_times(pairs(0), settings).empty
    assert isochrones(points(0), 10, settings).empty
    assert site.asked == []


def test_an_isochrone_is_a_polygon_around_its_point(site: Site, settings: Navigation) -> None:
    areas = isochrones(points(2), [10, 15], settings)
    assert areas[["id", "minutes"]].values.tolist() == [
        ["P0", 10.0], ["P0", 15.0], ["P1", 10.0], ["P1", 15.0],
    ]  # fmt: skip
    assert areas.crs == "EPSG:4326"
    assert areas.total_bounds == pytest.approx([4.835, 45.735, 5.865, 45.765])
    assert set(areas["status"]) == {"ok"}
    asked = site.asked_of(ISOCHRONE)[0].query
    assert asked["direction"] == "arrival"
    assert (asked["costType"], asked["costValue"], asked["timeUnit"]) == ("time", "600", "second")
    assert asked["distanceUnit"] == "meter"
    assert asked["resource"] == "bdtopo-valhalla"


BAD_AREAS: list[tuple[dict[str, object], str]] = [
    ({"geometry": None}, "unusable"),
    ({"geometry": {"type": "FeatureCollection", "features": []}}, "unusable"),
    ({"geometry": {"type": "Polygon", "coordinates": []}}, "unusable"),
    ({"geometry": {"type": "Polygon", "coordinates": [[["a", 1]]]}}, "unusable"),
    ({"costValue": 60}, "unusable"),
    ({"direction": "departure"}, "unusable"),
    ({"point": "4.85,45.99"}, "snapped_too_far"),
    (
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[5, 46], [5.1, 46], [5, 46.1], [5, 46]]],
            }
        },
        "snapped_too_far",
    ),
]


@pytest.mark.parametrize(("changes", "status"), BAD_AREAS, ids=str)
def test_an_isochrone_that_does_not_hold_is_listed(
    site: Site, settings: Navigation, changes: dict[str, object], status: str
) -> None:
    site.put(ISOCHRONE, page(lambda query: square(query, **changes)))
    areas = isochrones(points(), 10, settings)
    assert areas["status"].tolist() == [status]
    assert areas.geometry.isna().all()
    assert areas["reason"][0] != ""


def test_a_crossed_outline_is_repaired_and_said(site: Site, settings: Navigation) -> None:
    ring = [[4.8, 45.7], [4.9, 45.8], [4.9, 45.7], [4.8, 45.8], [4.8, 45.7]]
    crossed = {"type": "Polygon", "coordinates": [ring]}
    site.put(ISOCHRONE, page(lambda query: square(query, geometry=crossed)))
    areas = isochrones(points(), 10, settings)
    assert areas.geometry.is_valid.all()
    assert areas["repaired"].tolist() == [True]


def test_an_isochrone_of_another_engine_is_named(site: Site, settings: Navigation) -> None:
    site.put(ISOCHRONE, page(lambda query: square(query, resource="bdtopo-valhalla")))
    areas = isochrones(points(), 10, settings, resource="bdtopo-pgr")
    assert areas["status"].tolist() == ["other_engine"]
    assert not areas.geometry.isna().any()


@pytest.mark.parametrize("minutes", [0, -5, 601, float("nan"), []])
def test_impossible_durations_are_refused(site: Site, settings: Navigation, minutes: float) -> None:
    with pytest.raises(BadInput, match="600 min"):
        isochrones(points(), minutes, settings)
    assert site.asked == []


def test_isochrones_have_no_osrm(settings: Navigation) -> None:
    with pytest.raises(BadInput, match="bdtopo-valhalla"):
        isochrones(points(), 10, settings, resource="bdtopo-osrm")
