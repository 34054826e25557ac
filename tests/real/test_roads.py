"""A small real extract, cut to a box: what is read, what is kept, and times that make sense."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from datasets.access_files import read_points
from datasets.raw import RawFile
from datasets.readers.roads import RoadsReading, read_roads
from datasets.road_places import journeys
from datasets.roads import RoadFiles
from geo.roads.graph import build_graph
from geo.roads.times import CAR_RULES, WALK_RULES, road_times, snap

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def villeurbanne(mirror: Path) -> RoadsReading:
    return read_roads(mirror / "osm" / "villeurbanne.osm.pbf")


def test_every_way_with_a_highway_is_read(villeurbanne: RoadsReading) -> None:
    assert villeurbanne.ways.shape == (255, 1185)
    lon, lat = villeurbanne.ways.lon, villeurbanne.ways.lat
    assert np.isfinite(lon).all()
    assert 4.8 < lon.min() < lon.max() < 5.0
    assert 45.7 < lat.min() < lat.max() < 45.8
    # The extract was converted from another format, which lost the date of the data.
    assert villeurbanne.dated == ""
    assert [problem.kind for problem in villeurbanne.problems] == ["missing"]


def test_the_driving_nodes_are_those_that_are_known(villeurbanne: RoadsReading) -> None:
    car = build_graph(villeurbanne.ways, CAR_RULES)
    # 733 nodes open to cars, bends included. The box cuts one-way streets, which nobody can then
    # leave or reach: the strongly connected part holds fewer, and bends are no crossings.
    assert car.report.nodes_open == 733
    assert car.report.ways_open == 123
    assert build_graph(villeurbanne.ways, CAR_RULES, simplify=False).shape[0] == 573
    assert car.shape[0] == 89
    assert car.report.nodes_dropped == 160


def test_walkers_lose_almost_nothing(villeurbanne: RoadsReading) -> None:
    walk = build_graph(villeurbanne.ways, WALK_RULES)
    assert walk.report.nodes_open == 1145
    assert walk.report.nodes_dropped == 17
    assert walk.report.km_dropped < 0.01 * walk.report.km_open


def test_times_across_the_box_are_those_of_a_town(villeurbanne: RoadsReading) -> None:
    walk, car = (build_graph(villeurbanne.ways, rules) for rules in (WALK_RULES, CAR_RULES))
    xy = np.column_stack([walk.x, walk.y])
    places = snap(walk, xy)
    assert places.on_road.all()
    times = road_times(walk, places, places, max_min=90).validate()
    rows = np.repeat(np.arange(len(xy)), np.diff(times.indptr))
    straight = np.hypot(*(xy[rows] - xy[times.indices]).T)
    far = straight > 200
    pace = times.minutes[far] / straight[far] * 1000
    # No one walks faster than 5 km/h; roads are a quarter to a half longer than a straight line.
    assert pace.min() > 12 * 0.998
    assert 13 < np.median(pace) < 20
    driven = road_times(car, snap(car, xy), snap(car, xy), max_min=90)
    assert np.median(driven.minutes) < np.median(times.minutes) / 2


def test_anybody_s_places_by_car_are_asymmetric_and_on_foot_are_not(
    mirror: Path, tmp_path: Path
) -> None:
    """One-way streets of the real box: some journeys back take longer; none does on foot."""
    extract = RoadFiles((RawFile("osm_roads", mirror / "osm" / "villeurbanne.osm.pbf"),), tmp_path)
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(4.868, 4.894, 40), rng.uniform(45.7635, 45.7755, 40)
    lines = [f"p{row},{x:.6f},{y:.6f}" for row, (x, y) in enumerate(zip(lon, lat, strict=True))]
    (tmp_path / "P.csv").write_text("\n".join(["id,lon,lat", *lines, "loin,4.95,45.80"]))
    places, sites = (read_points(tmp_path / "P.csv", supply=supply) for supply in (False, True))
    found = {
        mode: journeys(places, sites, extract, mode=mode, max_min=60.0) for mode in ("car", "walk")
    }
    assert all("loin" in {one.id for one in each.off} for each in found.values())
    there = found["car"].times.validate().matrix()
    back = there.T.tocsr()
    gap = np.abs((there - back).toarray())
    assert gap.max() > 2
    walked = found["walk"].times.validate().matrix()
    assert np.abs((walked - walked.T.tocsr()).toarray()).max() < 1e-3
    assert len(list(tmp_path.glob("*.npz"))) == 2
