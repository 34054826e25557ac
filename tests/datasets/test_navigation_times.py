"""The route service as a builder of travel times: off by default, unknown is not out of reach."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datasets.access_files import Places, read_points
from datasets.navigation import Navigation, ServiceOff
from datasets.navigation_times import service_times
from tests.datasets.test_navigation import ROUTE, route, settings, site, waits
from tests.datasets.web import Asked, Site

__all__ = ["settings", "site", "waits"]  # fixtures


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Places, Places]:
    (tmp_path / "D.csv").write_text("id,lon,lat\nA,4.85,45.75\nB,4.85,45.80\n")
    (tmp_path / "S.csv").write_text("id,lon,lat\nU,4.85,45.76\nV,5.85,45.76\n")
    return read_points(tmp_path / "D.csv"), read_points(tmp_path / "S.csv", supply=True)


def test_nothing_is_asked_unless_allowed(
    tables: tuple[Places, Places], site: Site, tmp_path: Path
) -> None:
    with pytest.raises(ServiceOff, match="éteint"):
        service_times(*tables, Navigation(tmp_path / "c", geopf=site.url), mode="car", max_min=20)
    assert site.asked == []


def test_times_are_those_of_the_service_and_far_pairs_are_not_asked(
    tables: tuple[Places, Places], site: Site, settings: Navigation
) -> None:
    found = service_times(*tables, settings, mode="car", max_min=20)
    # 77 km as the crow flies is beyond 20 min at 130 km/h.
    assert len(site.asked_of(ROUTE)) == 2
    times = found.times.validate()
    assert (times.mode, times.max_min, times.nnz) == ("car", 20, 2)
    assert times.minutes.tolist() == pytest.approx(
        [1111.4 * 1.2 / 600, 4445.9 * 1.2 / 600], rel=1e-3
    )
    assert "Géoplateforme" in times.provenance and "2026-09-01" in times.provenance
    assert found.unknown.empty
    near = service_times(*tables, settings, mode="car", max_min=5).times
    assert (near.nnz, near.shape) == (1, (2, 2))


def test_a_pair_without_an_answer_is_unknown_not_out_of_reach(
    tables: tuple[Places, Places], site: Site, settings: Navigation
) -> None:
    def moved(asked: Asked) -> bytes:
        far = asked.query["start"].endswith("45.800000")
        return json.dumps(route(asked.query, **({"start": "4.9,45.9"} if far else {}))).encode()

    site.put(ROUTE, moved)
    found = service_times(*tables, settings, mode="walk", max_min=60)
    assert found.unknown[["demand_id", "supply_id"]].values.tolist() == [["B", "U"]]
    assert found.unknown["status"].tolist() == ["snapped_too_far"]
    assert found.times.nnz == 1
