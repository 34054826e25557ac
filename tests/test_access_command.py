"""``qpv access``: the oracles of METHODS 1.5 through the command, and every bad table refused."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import cli
from geo.catchments.decay import KERNELS

ROOT = Path(__file__).resolve().parents[1]
DREES_STEPS = "10:1,15:2/3,20:1/3"
D2 = "id,population\nA,3000\nB,5000\nC,2000\n"
S2 = "id,capacity\nU,6000\nV,9000\n"
T2 = """demand_id,supply_id,minutes
A,U,5
A,V,18
B,U,12
B,V,8
C,U,25
C,V,14
"""
D3 = "id,population\nA,4000\nB,2500\nC,1500\n"
S3 = "id,capacity\nU,5\nV,3\nW,2\n"
T3 = """demand_id,supply_id,minutes
A,U,0
A,V,10
A,W,24
B,U,16
B,V,0
B,W,30
C,U,31
C,V,12
C,W,0
"""
PLACES_D = "id,lon,lat,population\nA,4.85,45.75,1000\nB,4.90,45.80,2000\n"
PLACES_S = "id,lon,lat,capacity\nU,4.86,45.76,10\nV,5.86,45.76,7\n"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def qpv_access(*words: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["qpv", "access", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
            raise SystemExit(0)
        told = capsys.readouterr()
        return Ran(int(left.value.code or 0), told.out, told.err)

    return qpv_access


@dataclass(frozen=True)
class Desk:
    """A folder with the tables of one run; ``words()`` are the options of the command."""

    folder: Path

    def put(self, **texts: str | bytes) -> Desk:
        for name, text in texts.items():
            data = text if isinstance(text, bytes) else text.encode("utf-8")
            (self.folder / f"{name}.csv").write_bytes(data)
        return self

    @property
    def out(self) -> Path:
        return self.folder / "out.csv"

    def words(self, *more: str) -> list[str | Path]:
        words: list[str | Path] = ["--demand", self.folder / "D.csv"]
        words += ["--supply", self.folder / "S.csv", "--out", self.out]
        if (self.folder / "T.csv").exists():
            words += ["--times", self.folder / "T.csv"]
        return words + list(more)

    def access(self) -> dict[str, float]:
        with self.out.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        assert rows[0] == ["id", "access"]
        return {name: float(value) for name, value in rows[1:]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


ORACLE_2 = [
    (["--kernel", "drees"], [1.356459, 1.858852, 0.818182], 15000.0),
    (["--kernel", "e2sfca", "--steps", DREES_STEPS, "--edge", "lt"],
     [1.356459, 1.858852, 0.818182], 15000.0),
    (["--kernel", "2sfca", "--catchment", "20", "--edge", "lt"], [1.65, 1.65, 0.9], 15000.0),
    (["--kernel", "3sfca", "--steps", DREES_STEPS, "--edge", "lt"],
     [1.419450, 1.624693, 1.309091], 15000.0),
    (["--kernel", "m2sfca", "--steps", DREES_STEPS, "--edge", "lt"],
     [1.083732, 1.648325, 0.545455], 12583.732057),
    (["--kernel", "bfca", "--steps", DREES_STEPS, "--edge", "lt"],
     [1.107928, 1.347315, 0.521739], 11103.836317),
    (["--kernel", "drees2012"], [1.285714, 2.016807, 0.529412], 15000.0),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected", "total"), ORACLE_2, ids=lambda value: str(value))
def test_oracle_2(
    run: Run, desk: Desk, words: list[str], expected: list[float], total: float
) -> None:
    desk.put(D=D2, S=S2, T=T2)
    ran = run(*desk.words(*words, "--json"))
    assert ran.code == 0, ran.err
    assert list(desk.access().values()) == pytest.approx(expected, abs=1e-6)
    report = json.loads(ran.out)
    # The oracle's totals are printed to 6 decimals of the accesses.
    assert report["sum_population_access"] == pytest.approx(total, abs=1e-5)
    assert report["reachable_supply"] == 15000
    if "m2sfca" in words:
        assert report["conservation_gap"] is None
    else:
        assert report["conservation_gap"] < 1e-9


ORACLE_3 = [
    ("le", [142.629980, 114.559805, 95.387045]),
    ("lt", [138.899001, 107.726046, 116.725921]),
]


@pytest.mark.parametrize(("edge", "per_100k"), ORACLE_3, ids=["le", "lt"])
def test_oracle_3_asymmetric_times(run: Run, desk: Desk, edge: str, per_100k: list[float]) -> None:
    desk.put(D=D3, S=S3, T=T3)
    ran = run(*desk.words("--kernel", "e2sfca", "--edge", edge, "--json"))
    assert ran.code == 0, ran.err
    found = [value * 100_000 for value in desk.access().values()]
    assert found == pytest.approx(per_100k, abs=1e-6)
    report = json.loads(ran.out)
    assert report["sum_population_access"] == pytest.approx(10, rel=1e-9)
    assert report["edge"] == edge


def test_the_default_edge_of_e2sfca_is_le(run: Run, desk: Desk) -> None:
    desk.put(D=D3, S=S3, T=T3)
    assert run(*desk.words("--kernel", "e2sfca")).code == 0
    assert desk.access()["A"] * 100_000 == pytest.approx(142.629980, abs=1e-6)


def test_zero_oracle_says_who_is_left_out(run: Run, desk: Desk) -> None:
    desk.put(
        D="id,population\nA,1000\nB,2000\nC,500\n",
        S="id,capacity\nU,3000\nV,4000\nW,0\n",
        T="demand_id,supply_id,minutes\nA,U,4\nA,V,50\nA,W,3\nB,U,12\nB,V,50\nB,W,40\nC,U,60\n"
        "C,V,60\nC,W,60\n",
    )
    ran = run(*desk.words("--kernel", "drees", "--json"))
    assert list(desk.access().values()) == pytest.approx([1.285714, 0.857143, 0], abs=1e-6)
    report = json.loads(ran.out)
    assert report["unreachable_supply_ids"] == ["V"]
    assert report["reachable_supply"] == 3000
    assert (report["demand_without_supply"], report["population_without_supply"]) == (1, 500)
    reach = {place["id"]: place for place in report["reach"]}
    # W is nearest to A although it offers nothing; U is 12 min from B, beyond the first band.
    assert (reach["A"]["nearest_id"], reach["A"]["nearest_min"]) == ("W", 3)
    assert (reach["B"]["count_10_min"], reach["B"]["count_15_min"]) == (0, 1)
    assert (reach["B"]["capacity_10_min"], reach["B"]["capacity_20_min"]) == (0, 3000)
    assert report["mean_access"] == pytest.approx(3000 / 3500)
    assert report["pairs"] == 3
    assert "Offre sans population à portée" in ran.err
    assert "(V)" in ran.err
    assert "accès 0" in ran.err


EDGES = [
    ("9.999999", "lt", 1.0),
    ("9.999999", "le", 1.0),
    ("10", "lt", 2 / 3),
    ("10", "le", 1.0),
    ("15", "lt", 1 / 3),
    ("15", "le", 2 / 3),
    ("20", "lt", 0.0),
    ("20", "le", 1 / 3),
]


@pytest.mark.parametrize(("minutes", "edge", "weight"), EDGES)
def test_times_on_the_edges(run: Run, desk: Desk, minutes: str, edge: str, weight: float) -> None:
    # A is at 0 min: with P = 1 each, B's access is S·w / (1 + w).
    times = f"demand_id,supply_id,minutes\nA,U,0\nB,U,{minutes}\n"
    desk.put(D="id,population\nA,1\nB,1\n", S="id,capacity\nU,1\n", T=times)
    assert run(*desk.words("--kernel", "drees", "--edge", edge)).code == 0
    assert desk.access()["B"] == pytest.approx(weight / (1 + weight), abs=1e-12)


def test_the_order_of_the_lines_changes_nothing(run: Run, desk: Desk) -> None:
    def turned(text: str) -> str:
        header, *rows = text.splitlines()
        return "\n".join([header, *rows[::-1]]) + "\n"

    words = ("--kernel", "3sfca")
    assert run(*desk.put(D=D3, S=S3, T=T3).words(*words)).code == 0
    first = desk.access()
    assert run(*desk.put(D=turned(D3), S=turned(S3), T=turned(T3)).words(*words)).code == 0
    assert list(desk.access()) == ["C", "B", "A"]
    assert desk.access() == pytest.approx(first, rel=1e-12)


def test_without_times_they_are_crow_fly_in_lambert_93(run: Run, desk: Desk) -> None:
    desk.put(D=PLACES_D, S=PLACES_S)
    ran = run(*desk.words("--kernel", "drees", "--json"))
    assert ran.code == 0, ran.err
    report = json.loads(ran.out)
    assert report["times"] == "crow-fly"
    assert report["crs"].startswith("EPSG:2154")
    assert (report["speed_kmh"], report["detour"]) == (45, 1.3)
    # U is 1.4 km from A and 5.4 km from B (under 10 min); V is 75 km away.
    assert desk.access() == pytest.approx({"A": 10 / 3000, "B": 10 / 3000})
    assert report["unreachable_supply_ids"] == ["V"]
    assert "vol d'oiseau (modèle)" in ran.err


def test_a_supply_out_of_everyone_s_reach_is_said(run: Run, desk: Desk) -> None:
    desk.put(D=PLACES_D, S="id,lon,lat,capacity\nU,5.86,45.76,10\n")
    ran = run(*desk.words("--kernel", "drees", "--json"))
    assert ran.code == 0, ran.err
    assert desk.access() == {"A": 0.0, "B": 0.0}
    report = json.loads(ran.out)
    assert report["unreachable_supply_ids"] == ["U"]
    assert (report["reachable_supply"], report["demand_without_supply"]) == (0, 2)
    assert report["pairs"] == 0


def test_slower_journeys_reach_less(run: Run, desk: Desk) -> None:
    desk.put(D=PLACES_D, S=PLACES_S)
    words = ("--kernel", "2sfca", "--catchment", "15", "--speed-kmh", "10", "--detour", "1")
    assert run(*desk.words(*words)).code == 0
    assert desk.access() == pytest.approx({"A": 10 / 1000, "B": 0})


def test_the_standardised_population_is_the_demand_when_given(run: Run, desk: Desk) -> None:
    demand = "id,population,standardised_population\nA,100,200\nB,300,200\n"
    times = "demand_id,supply_id,minutes\nA,U,5\n"
    desk.put(D=demand, S="id,capacity\nU,50\n", T=times)
    ran = run(*desk.words("--kernel", "drees", "--json"))
    report = json.loads(ran.out)
    assert desk.access() == {"A": 0.25, "B": 0.0}
    assert report["demand_column"] == "standardised_population"
    assert report["unit"] == "capacity par habitant standardisé"
    assert report["mean_access"] == pytest.approx(50 / 400)
    assert report["population_without_supply"] == 300
    assert (report["population"], report["demand"]) == (400, 400)


def test_french_tables_and_ids_come_back_as_written(run: Run, desk: Desk) -> None:
    desk.put(
        D='IDENTIFIANT;Nom;Population\n01001;L’Abergement;1 000,5\n"a,b";Été;2\u202f000\n'.encode(
            "cp1252", errors="ignore"
        ),
        S="﻿id\tcapacity\nU\t3\n",
        T="demand_id;supply_id;minutes\n01001;U;9,5\n",
    )
    ran = run(*desk.words("--kernel", "drees"))
    assert ran.code == 0, ran.err
    assert desk.access() == {"01001": 3 / 1000.5, "a,b": 0.0}
    assert ran.out == ""
    assert "Windows-1252" in ran.err
    assert desk.out.read_bytes().startswith(b"id,access\n01001,0.00")


def test_json_stands_alone_on_standard_output(run: Run, desk: Desk) -> None:
    desk.put(D=D2, S=S2, T=T2)
    ran = run(*desk.words("--kernel", "drees", "--json"))
    wanted = {
        "kernel", "edge", "unit", "sum_population_access", "reachable_supply",
        "unreachable_supply_ids", "demand_without_supply", "mean_access", "pairs", "times",
        "conservation_gap", "bands_min", "statement",
    }  # fmt: skip
    assert wanted <= set(json.loads(ran.out))
    assert "Écrit" in ran.err


def test_nobody_at_all_is_no_division(run: Run, desk: Desk) -> None:
    desk.put(D="id,population\nA,0\n", S="id,capacity\nU,0\n")
    desk.put(T="demand_id,supply_id,minutes\nA,U,1\n")
    ran = run(*desk.words("--kernel", "bfca", "--json"))
    assert ran.code == 0, ran.err
    assert desk.access() == {"A": 0.0}
    assert json.loads(ran.out)["mean_access"] is None
    assert "capacités sont à zéro" in ran.err


HEAD_T = "demand_id,supply_id,minutes\n"
BAD_TABLES: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("duplicate id in D", {"D": "id,population\nA,1\nB,1\nA,2\n"},
     ("D.csv", "« id »", "« A » (lignes 2, 4)")),
    ("duplicate id in S", {"S": "id,capacity\nU,1\nU,1\n"}, ("S.csv", "« U » (lignes 2, 3)")),
    ("negative minutes", {"T": HEAD_T + "A,U,5\nA,V,-3\n"},
     ("T.csv", "« minutes »", "ligne 3 (« -3 », négatif)")),
    ("NaN minutes", {"T": HEAD_T + "A,U,NaN\n"}, ("T.csv", "ligne 2 (« NaN », absent)")),
    ("empty minutes", {"T": HEAD_T + "A,U,\n"}, ("T.csv", "ligne 2 (vide)", "pas zéro")),
    ("infinite minutes", {"T": HEAD_T + "A,U,inf\n"}, ("T.csv", "« inf », pas un nombre")),
    ("unknown demand", {"T": HEAD_T + "A,U,5\nZ,U,5\n"},
     ("T.csv", "demand_id", "ligne 3 (« Z »)", "D.csv")),
    ("unknown supply", {"T": HEAD_T + "A,X,5\n"},
     ("T.csv", "supply_id", "ligne 2 (« X »)", "S.csv")),
    ("duplicate pair", {"T": HEAD_T + "A,U,5\nB,U,5\nA,U,6\n"}, ("T.csv", "ligne 4 (A → U)")),
    ("capacity below zero", {"S": "id,capacity\nU,1\nV,-2\n"},
     ("S.csv", "« capacity »", "ligne 3 (« -2 », négatif)")),
    ("population below zero", {"D": "id,population\nA,-1\nB,1\nC,1\n"},
     ("D.csv", "« population »", "ligne 2 (« -1 », négatif)")),
    ("population unknown", {"D": "id,population\nA,\nB,ns\nC,beaucoup\n"},
     ("ligne 2 (vide)", "ligne 3 (« ns », absent)", "ligne 4 (« beaucoup », pas un nombre)")),
    ("standardised population below zero",
     {"D": "id,population,standardised_population\nA,1,-1\nB,1,1\nC,1,1\n"},
     ("« standardised_population »", "ligne 2")),
    ("empty supply", {"S": "id,capacity\n"}, ("S.csv", "aucune ligne")),
    ("empty demand", {"D": "id,population\n"}, ("D.csv", "aucune ligne")),
    ("empty times", {"T": HEAD_T}, ("T.csv", "aucune ligne")),
    ("empty file", {"S": ""}, ("S.csv", "vide")),
    ("missing column", {"S": "id,places\nU,1\n"}, ("S.csv", "« capacity »", "places")),
    ("missing times column", {"T": "demand_id,minutes\nA,1\n"}, ("T.csv", "« supply_id »")),
    ("no id", {"D": "id,population\n,1\nB,1\n"}, ("D.csv", "ligne 2", "identifiant")),
    ("ragged line", {"D": "id,population\nA,1,5\nB,1\n"}, ("D.csv", "ligne 2 (3 cellules)")),
    ("web page", {"D": "<!DOCTYPE html><html></html>"}, ("D.csv", "HTML")),
]  # fmt: skip


def refused(run: Run, desk: Desk, words: list[str], expected: tuple[str, ...]) -> None:
    """One message, exit code 1, nothing on standard output, and the output file untouched."""
    desk.out.write_text("ancien\n", encoding="utf-8")
    before = sorted(path.name for path in desk.folder.iterdir())
    ran = run(*desk.words(*words))
    assert ran.code == 1, ran.err
    assert ran.out == ""
    assert ran.err.count("Erreur :") == 1
    assert "Traceback" not in ran.err
    for word in expected:
        assert word in ran.err
    assert desk.out.read_text(encoding="utf-8") == "ancien\n"
    assert sorted(path.name for path in desk.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("texts", "expected"),
    [case[1:] for case in BAD_TABLES],
    ids=[case[0] for case in BAD_TABLES],
)
def test_a_bad_table_is_refused(
    run: Run, desk: Desk, texts: dict[str, str], expected: tuple[str, ...]
) -> None:
    refused(run, desk.put(**{"D": D2, "S": S2, "T": T2, **texts}), ["--kernel", "drees"], expected)


def test_only_the_first_offenders_are_listed(run: Run, desk: Desk) -> None:
    rows = "".join(f"P{row},-1\n" for row in range(12))
    desk.put(D="id,population\n" + rows, S=S2, T=T2)
    refused(run, desk, ["--kernel", "drees"], ("12\u00a0valeurs", "ligne 6", "et 7\u00a0autres"))


BAD_PLACES: list[tuple[str, dict[str, str], list[str], tuple[str, ...]]] = [
    ("x, y without CRS", {"D": "id,x,y,population\nA,842000,6519000,1\n"}, [],
     ("D.csv", "« x, y »", "--crs EPSG:2154")),
    ("x, y with degrees", {"D": "id,x,y,population\nA,4.8,45.7,1\n"}, ["--crs", "EPSG:4326"],
     ("D.csv", "EPSG:4326", "lon et lat")),
    ("degrees said to be metres", {"D": "id,x,y,population\nA,4.8,45.7,1\n"},
     ["--crs", "EPSG:2154"], ("D.csv", "hors de la zone", "ligne 2 (4.8 ; 45.7)")),
    ("unknown CRS", {}, ["--crs", "EPSG:1"], ("--crs", "EPSG:1")),
    ("metres said to be degrees", {"D": "id,lon,lat,population\nA,842000,6519000,1\n"}, [],
     ("D.csv", "« lon, lat »", "ligne 2 (842000 ; 6519000)", "--crs")),
    ("swapped", {"D": "id,lon,lat,population\nA,45.75,4.85,1\nB,45.8,4.9,1\n"}, [],
     ("D.csv", "inversées", "ligne 2")),
    ("one place swapped", {"D": PLACES_D + "C,45.75,4.85,1\n"}, [],
     ("D.csv", "ligne 4 (45.75 ; 4.85)", "loin des autres")),
    ("two worlds", {"S": "id,lon,lat,capacity\nU,4.86,45.76,1\nR,55.45,-20.88,1\n"}, [],
     ("S.csv", "ligne 3 (55.45 ; -20.88)", "chaque zone à part")),
    ("no position", {"D": "id,lon,lat,population\nA,4.85,45.75,1\nB,,,1\n"}, [],
     ("D.csv", "« lon »", "ligne 3 (vide)")),
    ("no position column", {"S": "id,capacity\nU,1\n"}, [], ("S.csv", "--times")),
    ("half a position", {"S": "id,lon,capacity\nU,4.8,1\n"}, [], ("S.csv", "trouvée : lon")),
    ("positions twice", {"S": "id,lon,lat,x,y,capacity\nU,4.8,45.7,1,1,1\n"}, [],
     ("S.csv", "deux fois")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "words", "expected"),
    [case[1:] for case in BAD_PLACES],
    ids=[case[0] for case in BAD_PLACES],
)
def test_a_bad_position_is_refused(
    run: Run, desk: Desk, texts: dict[str, str], words: list[str], expected: tuple[str, ...]
) -> None:
    desk.put(**{"D": PLACES_D, "S": PLACES_S, **texts})
    refused(run, desk, ["--kernel", "drees", *words], expected)


BAD_OPTIONS: list[tuple[list[str], tuple[str, ...]]] = [
    (["--kernel", "apl"], ("« apl »", "drees", "bfca")),
    (["--kernel", "drees", "--edge", "eq"], ("--edge", "lt")),
    (["--kernel", "drees", "--catchment", "30"], ("DREES", "--catchment")),
    (["--kernel", "drees2012", "--steps", "10:1"], ("DREES", "--steps")),
    (["--kernel", "2sfca", "--steps", "10:1"], ("--catchment",)),
    (["--kernel", "2sfca", "--catchment", "0"], ("--catchment 0",)),
    (["--kernel", "2sfca", "--catchment", "nan"], ("--catchment nan",)),
    (["--kernel", "e2sfca", "--steps", "10:1;20:0.5"], ("--steps", "10:1,20:0.68")),
    (["--kernel", "e2sfca", "--steps", "10:1,5:0.5"], ("croissantes",)),
    (["--kernel", "e2sfca", "--steps", "10:1,20:2"], ("entre 0 et 1",)),
    (["--kernel", "e2sfca", "--catchment", "60"], ("60",)),
    (["--kernel", "drees", "--speed-kmh", "30"], ("--speed-kmh", "--times")),
    (["--kernel", "drees", "--crs", "EPSG:2154"], ("--crs", "--times")),
]


@pytest.mark.parametrize(("words", "expected"), BAD_OPTIONS, ids=lambda value: " ".join(value))
def test_a_bad_option_is_refused(
    run: Run, desk: Desk, words: list[str], expected: tuple[str, ...]
) -> None:
    refused(run, desk.put(D=D2, S=S2, T=T2), words, expected)


@pytest.mark.parametrize("words", [["--speed-kmh", "0"], ["--detour", "0.5"]], ids=" ".join)
def test_an_impossible_journey_is_refused(run: Run, desk: Desk, words: list[str]) -> None:
    desk.put(D=PLACES_D, S=PLACES_S)
    refused(run, desk, ["--kernel", "drees", *words], (words[0],))


def test_a_table_read_is_never_overwritten(run: Run, desk: Desk) -> None:
    desk.put(D=D2, S=S2, T=T2)
    ran = run(*desk.words("--kernel", "drees"), "--out", desk.folder / "." / "D.csv")
    assert ran.code == 1
    assert "écraserait" in ran.err
    assert (desk.folder / "D.csv").read_text(encoding="utf-8") == D2


def test_an_absent_table_is_named(run: Run, desk: Desk) -> None:
    desk.put(D=D2, T=T2)
    refused(run, desk, ["--kernel", "drees"], ("S.csv", "introuvable"))


def test_the_help_tells_the_defaults_of_each_kernel(run: Run) -> None:
    ran = run("--help")
    assert ran.code == 0
    for name in KERNELS:
        assert f"{name} :" in ran.out


def test_the_installed_command_runs(desk: Desk) -> None:
    desk.put(D=D2, S=S2, T=T2)
    words = ["access", *desk.words("--kernel", "drees", "--json")]
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "cli", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["kernel"] == "drees"
    assert desk.access()["A"] == pytest.approx(1.356459, abs=1e-6)


@pytest.mark.parametrize(
    ("more", "texts", "words"),
    [
        ([], {"D": "id,population\nA,1e308\n"}, "population"),
        ([], {"S": "id,capacity\nU,1e13\n"}, "capacity"),
        ([], {"T": "demand_id,supply_id,minutes\nA,U,2e6\n"}, "minutes"),
        (["--steps", "1e300:1"], {}, "--steps"),
        (["--steps", "10:1,20:1e-300"], {}, "--steps"),
        (["--catchment", "1e6"], {}, "--catchment"),
        (["--demand", "."], {}, "dossier"),
    ],
)
def test_figures_beyond_sense_are_refused_before_anything_is_written(
    run: Run, desk: Desk, more: list[str], texts: dict[str, str], words: str
) -> None:
    desk.put(D="id,population\nA,1\n", S="id,capacity\nU,1\n")
    desk.put(T="demand_id,supply_id,minutes\nA,U,1\n").put(**texts)
    ran = run(*desk.words("--kernel", "e2sfca", "--json", *more))
    assert ran.code == 1 and ran.out == ""
    assert words in ran.err and "Attendu" in ran.err.replace("attendu", "Attendu")
    assert "Warning" not in ran.err and "sans population" not in ran.err
    assert not desk.out.exists()


def test_the_largest_figures_allowed_give_a_finite_answer(run: Run, desk: Desk) -> None:
    desk.put(D="id,population\nA,1e-9\nB,1e12\n", S="id,capacity\nU,1e12\nV,1e12\n")
    desk.put(T="demand_id,supply_id,minutes\nA,U,1\nB,U,1e5\nA,V,1e5\n")
    for kernel in ("e2sfca", "3sfca", "m2sfca", "bfca"):
        ran = run(*desk.words("--kernel", kernel, "--steps", "1:1,1e5:0.000001", "--json"))
        assert ran.code == 0, ran.err
        json.loads(ran.out, parse_constant=lambda name: pytest.fail(name))
