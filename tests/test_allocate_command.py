"""``qpv allocate``: the table of METHODS 5.2 through the command, and every bad table refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import cli

D = "id,weight\nQ1,150\nQ2,200\nQ3,50\nQ4,90\nQ5,60\n"
S = "id,departement\ns1,A\ns2,A\ns3,B\ns4,B\n"
T = (
    "demand_id,site_id,minutes\nQ1,s1,3\nQ2,s1,15\nQ2,s2,2\nQ3,s2,4\nQ4,s3,1\nQ5,s4,1\n"
    "Q3,s4,15.0\nQ4,s1,15.01\n"
)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Write the tables (D, S, T unless given), run the command on them."""

    def qpv_allocate(*words: str, **texts: str) -> Ran:
        for name, text in {"D": D, "S": S, "T": T, **texts}.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        named = [str(tmp_path / word[1:]) if word.startswith("@") else word for word in words]
        tables = []
        for option, name in (("--demand", "D"), ("--sites", "S"), ("--times", "T")):
            tables += [option, str(tmp_path / f"{name}.csv")]
        monkeypatch.setattr(sys, "argv", ["qpv", "allocate", *tables, "--reach", "15", *named])
        with pytest.raises(SystemExit) as left:
            cli.main()
            raise SystemExit(0)
        told = capsys.readouterr()
        return Ran(int(left.value.code or 0), told.out, told.err.replace("\xa0", " "))

    return qpv_allocate


FIXED = "site_id,posts\ns1,1\n"


@pytest.mark.parametrize(("posts", "served"), [(0, 118), (1, 236), (2, 354), (3, 460), (4, 550)])
def test_table_of_methods(run: Run, posts: int, served: float) -> None:
    told = run("--posts", str(posts), "--capacity", "118", "--fixed", "@F.csv", "--json", F=FIXED)
    found = json.loads(told.out)
    assert found["objective"] == pytest.approx(served, abs=1e-6)
    assert found["bound"] == pytest.approx(served, abs=1e-6)
    assert found["status"] == "optimum prouvé"


def test_floor_of_methods(run: Run) -> None:
    words = ["--posts", "1", "--capacity", "118", "--fixed", "@F.csv", "--floor", "@P.csv"]
    told = run(*words, "--losses", "--json", F=FIXED, P="departement,posts\nB,1\n")
    found = json.loads(told.out)
    assert found["objective"] == pytest.approx(228)
    assert [site["site_id"] for site in found["sites"] if site["new_posts"]] == ["s4"]
    assert found["losses"]["total"] == pytest.approx(8)


def test_without_capacity_it_is_a_maximal_cover_and_reach_is_included(run: Run) -> None:
    found = json.loads(run("--posts", "1", "--json").out)
    assert found["capacity"] is None
    assert found["objective"] == 350  # Q2 is at 15 minutes, Q4 at 15.01
    assert {row["demand_id"] for row in found["assignment"]} == {"Q1", "Q2"}


def test_written_whole_and_said(run: Run, tmp_path: Path) -> None:
    told = run("--budget", "110000", "--capacity", "118", "--step", "0.1", "--out", "@deep/o.json")
    assert told.code == 0
    found = json.loads((tmp_path / "deep" / "o.json").read_text(encoding="utf-8"))
    assert found["posts"]["used"] == pytest.approx(2.0)
    assert "optimum prouvé" in told.out
    assert "maximale" not in told.err


def test_gains(run: Run) -> None:
    told = run(
        "--posts", "4", "--capacity", "118", "--fixed", "@F.csv", "--gains", "--json", F=FIXED
    )
    gains = [row["gain"] for row in json.loads(told.out)["gains"]]
    assert gains == [None, 118, 118, 106, 90]


BAD = {
    "negative": ({"D": "id,weight\nQ1,-150\nQ2,2\n"}, "ligne 2 (« -150 », négatif)"),
    "nan": ({"D": "id,weight\nQ1,nan\nQ2,2\n"}, "colonne « weight »"),
    "text": ({"D": "id,weight\nQ1,beaucoup\n"}, "« beaucoup », pas un nombre"),
    "twice": ({"D": D + "Q1,3\n"}, "« Q1 » (lignes 2, 7)"),
    "site twice": ({"S": S + "s1,A\n"}, "« s1 » (lignes 2, 6)"),
    "unknown site": ({"T": T + "Q1,s9,3\n"}, "colonne « site_id » : 1 ligne"),
    "unknown place": ({"T": T + "Q9,s1,3\n"}, "ligne 10 (« Q9 »)"),
    "pair twice": ({"T": T + "Q1,s1,4\n"}, "Q1 → s1"),
    "minutes": ({"T": T + "Q1,s3,-4\n"}, "ligne 10 (« -4 », négatif)"),
    "empty D": ({"D": "id,weight\n"}, "aucune ligne"),
    "empty S": ({"S": "id\n"}, "aucune ligne"),
    "empty T": ({"T": "demand_id,site_id,minutes\n"}, "aucune ligne"),
    "column": ({"D": "id,people\nQ1,3\n"}, "« weight »"),
    "flag": ({"D": "id,weight,double_peine\nQ1,3,peut-être\n"}, "« peut-être »"),
    "cost": ({"S": "id,cost\ns1,-4\ns2,\ns3,\ns4,\n"}, "« -4 »"),
}


@pytest.mark.parametrize(("texts", "words"), BAD.values(), ids=BAD)
def test_bad_tables(run: Run, tmp_path: Path, texts: dict[str, str], words: str) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("mine", encoding="utf-8")
    told = run("--posts", "1", "--capacity", "118", "--out", "@kept.json", **texts)
    assert told.code == 1
    assert words in told.err
    assert "À faire" in told.err
    assert kept.read_text(encoding="utf-8") == "mine"


def test_everything_wrong_is_told_at_once(run: Run) -> None:
    told = run("--posts", "1", D="id,weight\nQ1,-1\nQ1,2\n", S=S + "s2,B\n", T=T + "Q1,s9,1\n")
    for words in ("« -1 »", "« Q1 » (lignes", "« s2 » (lignes", "« s9 »"):
        assert words in told.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--posts", "5"), "5 postes à placer, et 4 sites candidats"),
        (("--posts", "2", "--capacity", "118", "--floor", "@P.csv"), "Plancher impossible"),
        (("--posts", "nan"), "nombre de postes"),
        ((), "nombre de postes ou un budget"),
        (("--posts", "1", "--step", "0.1"), "sans capacité"),
        (("--posts", "1", "--force", "s9"), "absents des candidats"),
        (("--posts", "1", "--force", "s1=x"), "attendu ID ou ID=POSTES"),
        (("--posts", "1", "--objective", "worst-off"), "le rang de chaque quartier"),
        (("--posts", "1", "--reach", "-3"), "--reach"),
        (("--posts", "1", "--fixed", "@F9.csv"), "« s9 »"),
        (("--posts", "1", "--fixed", "@absent.csv"), "absent.csv : fichier introuvable"),
        (("--posts", "1", "--out", "@D.csv"), "écraserait"),
    ],
)
def test_bad_rules(run: Run, tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    told = run(*options, P="departement,posts\nB,3\n", F9="site_id,posts\ns9,1\n")
    assert told.code == 1
    assert words in told.err
    assert (tmp_path / "D.csv").read_text(encoding="utf-8") == D
