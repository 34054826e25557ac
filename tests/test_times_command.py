"""``qpv times`` and ``qpv access --roads``: anybody's places along the roads of an extract."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import cli
from datasets.access_files import read_points, read_times
from datasets.road_places import write_times
from geo.times.matrix import TravelTimes
from tests.datasets.test_reader_roads import write_pbf

# A street of about 730 m at 60 km/h, then a one-way street of as much; far away, nothing.
NODES = {1: (3.0, 49.0), 2: (3.01, 49.0), 3: (3.02, 49.0), 4: (3.01, 49.01)}
STREET = {"highway": "unclassified", "maxspeed": "75"}
WAYS = {
    1: ([1, 2, 3], STREET),
    2: ([2, 4], {**STREET, "oneway": "yes"}),
    3: ([4, 3], {**STREET, "oneway": "yes"}),
}
D = "id,lon,lat,population\nouest,3.0,49.0,100\nnord,3.01,49.01,50\nloin,3.01,49.03,10\n"
S = "id,lon,lat,capacity\nest,3.02,49.0,2\nmilieu,3.01,49.0,1\n"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def qpv(*words: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["qpv", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
            raise SystemExit(0)
        told = capsys.readouterr()
        return Ran(int(left.value.code or 0), told.out, told.err)

    return qpv


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "D.csv").write_text(D)
    (tmp_path / "S.csv").write_text(S)
    write_pbf(tmp_path / "ville.osm.pbf", NODES, WAYS)
    return tmp_path


def words(here: Path, command: str = "times", **other: str | Path) -> list[str | Path]:
    chosen: dict[str, str | Path] = {
        "demand": here / "D.csv",
        "supply": here / "S.csv",
        "roads": here / "ville.osm.pbf",
        "data": here,
        "out": here / "T.csv",
    }
    chosen |= {"max": "30"} if command == "times" else {"kernel": "2sfca", "catchment": "30"}
    chosen |= other
    return [command, *(word for name, value in chosen.items() for word in (f"--{name}", value))]


def minutes(text: str) -> dict[tuple[str, str], float]:
    rows = csv.DictReader(io.StringIO(text))
    return {(row["demand_id"], row["supply_id"]): float(row["minutes"]) for row in rows}


def test_by_car_the_one_way_streets_count_and_on_foot_they_do_not(
    run: Callable[..., Ran], here: Path
) -> None:
    assert run(*words(here)).code == 0
    car = minutes((here / "T.csv").read_text())
    assert run(*words(here, mode="walk")).code == 0
    walk = minutes((here / "T.csv").read_text())
    side, rise = 0.7315, 1.1122  # km, on the ellipsoid
    slope = float(np.hypot(side, rise))
    expected = {
        ("ouest", "est"): 2 * side,
        ("ouest", "milieu"): side,
        ("nord", "est"): slope,
        ("nord", "milieu"): slope + side,
    }
    assert car == pytest.approx(expected, rel=2e-3)
    expected[("nord", "milieu")] = rise  # straight down, against the traffic
    assert walk == pytest.approx({pair: 12 * km for pair, km in expected.items()}, rel=2e-3)


def test_a_place_off_the_roads_is_listed_with_its_line(run: Callable[..., Ran], here: Path) -> None:
    done = run(*words(here), "--json")
    assert "D.csv, ligne 4 : « loin » est hors de l'extrait de routes" in done.err
    assert "OpenStreetMap" in done.err and "ODbL 1.0" in done.err
    report = json.loads(done.out)
    assert report["off_road"] == [
        {
            "file": "D.csv",
            "line": 4,
            "id": "loin",
            "reason": "est hors de l'extrait de routes",
        }
    ]
    assert (report["mode"], report["status"], report["pairs"]) == ("car", "modelled", 4)
    (here / "D.csv").write_text("id,lon,lat\nprès,3.0,49.0\ndécalé,3.001,49.009\n")
    done = run(*words(here))
    assert "ligne 3 : « décalé » est à plus de 500 m de toute route ouverte en voiture" in done.err


def test_the_limit_is_included_and_the_second_run_reads_no_extract(
    run: Callable[..., Ran], here: Path
) -> None:
    first = run(*words(here))
    longest = max(minutes((here / "T.csv").read_text()).values())
    again = run(*words(here, max=repr(longest)))
    assert len(minutes((here / "T.csv").read_text())) == 4
    run(*words(here, max=repr(longest * (1 - 1e-6))))
    assert len(minutes((here / "T.csv").read_text())) == 3
    assert "Lecture des routes" in first.err
    assert "Lecture des routes" not in again.err


def test_times_given_back_to_access_are_those_of_access_along_the_roads(
    run: Callable[..., Ran], here: Path
) -> None:
    (here / "D.csv").write_text("".join(D.splitlines(keepends=True)[:3]))
    assert run(*words(here)).code == 0
    given = ["access", "--demand", here / "D.csv", "--supply", here / "S.csv", "--times"]
    given += [here / "T.csv", "--kernel", "2sfca", "--catchment", "30", "--out", here / "A.csv"]
    assert run(*given).code == 0
    assert run(*words(here, "access", out=here / "B.csv")).code == 0
    assert (here / "A.csv").read_text() == (here / "B.csv").read_text()


def test_access_of_a_place_off_the_roads_is_missing_not_zero(
    run: Callable[..., Ran], here: Path
) -> None:
    done = run(*words(here, "access"), "--json")
    assert done.code == 0, done.err
    rows = (here / "T.csv").read_text().splitlines()
    assert rows[0] == "id,access"
    assert rows[3] == "loin,"
    assert float(rows[1].split(",")[1]) == pytest.approx(3 / 150)
    report = json.loads(done.out)
    assert report["times"] == "car"
    assert [one["id"] for one in report["off_road"]] == ["loin"]
    assert "3\u00a0lignes" in done.err


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"mode": "velo"}, "--mode « velo » : attendu car"),
        ({"max": "0"}, "attendu plus de 0"),
        ({"max": "nan"}, "attendu plus de 0"),
        ({"max": "1e9"}, "au plus 240"),
        ({"roads": "nulle-part.osm.pbf"}, "introuvable : nulle-part.osm.pbf"),
        ({"demand": "nulle-part.csv"}, "nulle-part.csv"),
        ({"crs": "EPSG:2227"}, "EPSG:2227"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    run: Callable[..., Ran], here: Path, other: dict[str, str], said: str
) -> None:
    done = run(*words(here, **other))
    assert done.code == 1
    assert said in done.err
    assert not (here / "T.csv").exists()


def test_options_that_do_not_go_together_are_refused(run: Callable[..., Ran], here: Path) -> None:
    assert "écraserait" in run(*words(here, out=here / "ville.osm.pbf")).err
    both = run(*words(here, "access", times=here / "D.csv"))
    assert "--roads ne sert pas avec --times" in both.err
    speedy = run(*words(here, "access", **{"speed-kmh": "50"}))
    assert "--speed-kmh ne sert pas avec --roads" in speedy.err
    straight = words(here, "access", mode="walk")
    at = straight.index("--roads")
    assert "--mode ne sert qu'avec --roads" in run(*straight[:at], *straight[at + 2 :]).err
    plain = words(here)
    at = plain.index("--roads")
    assert "--roads manque" in run(*plain[:at], *plain[at + 2 :]).err


def test_every_place_off_the_roads_is_an_error(run: Callable[..., Ran], here: Path) -> None:
    (here / "S.csv").write_text("id,lon,lat\nloin,3.4,49.4\n")
    done = run(*words(here))
    assert done.code == 1
    assert "S.csv : aucun lieu n'est près d'une route" in done.err
    assert "ligne 2 : « loin »" in done.err


@pytest.mark.parametrize("name", ["plain", 'with "quotes", commas'])
def test_written_times_are_read_back_to_the_last_bit(tmp_path: Path, name: str) -> None:
    spent = np.array([0.1, 1 / 3, 29.999998], np.float32)
    times = TravelTimes(
        np.array([0, 2, 3], np.int64),
        np.array([0, 1, 1], np.int32),
        spent,
        np.array([name, "é"], object),
        np.array(["01", name], object),
        "car",
        30.0,
    )
    write_times(times, tmp_path / "T.csv")
    for file, ids in (("D.csv", times.demand_ids), ("S.csv", times.supply_ids)):
        with (tmp_path / file).open("w", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["id", "lon", "lat"])
            rows.writerows([one, 3, 49] for one in ids)
    places, sites = read_points(tmp_path / "D.csv"), read_points(tmp_path / "S.csv", supply=True)
    read = read_times(tmp_path / "T.csv", places, sites).frame
    assert read["demand_id"].tolist() == [name, name, "é"]
    assert read["supply_id"].tolist() == ["01", name, name]
    assert np.array_equal(read["minutes"].to_numpy().astype(np.float32), spent)
