"""``qpv rank``: the list of a call, its robustness and its overrides, and what it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import cli
from geo import Analysis

WIDTH = "200"


@pytest.fixture
def run(monkeypatch, capsys, demo_data: Path):
    def command(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qpv", *map(str, words), "--data", str(demo_data)])
        monkeypatch.setenv("COLUMNS", WIDTH)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


FEW = ("--draws", 500, "--vary", "echelles,agregations,capacite")


def test_json_holds_the_ranking_its_robustness_and_the_overrides(
    run, demo_analysis: Analysis, tmp_path: Path
) -> None:
    first, last = demo_analysis.qpv["code_qp"].iloc[[0, 8]]
    decided = tmp_path / "d.csv"
    decided.write_text(
        "code_qp;action;motif;date;role\n"
        f"{last};ajouter;Ouverture attendue d'une maison de santé;2026-01-15;délégué territorial\n",
        encoding="utf-8",
    )
    code, out, err = run("rank", "demo", "--posts", 4, *FEW, "--overrides", decided, "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["fictional"] and told["posts"] == 4 and told["seed"] == 7
    used = {one["id"]: one["effective_weight"] for one in told["criteria"]}
    assert sum(used.values()) == pytest.approx(1)
    parts = {key for row in told["quarters"] for key, v in row["contributions"].items() if v}
    assert {key for key, weight in used.items() if weight} >= parts
    own = {row["code_qp"]: row for row in told["quarters"]}
    analysed = demo_analysis.qpv.set_index("code_qp")
    for key, row in own.items():
        if row["rank"] is not None:
            assert row["score"] == pytest.approx(analysed.loc[key, "score"], abs=1e-9)
            assert row["rank"] == analysed.loc[key, "rank"]
            assert sum(v or 0 for v in row["contributions"].values()) == pytest.approx(row["score"])
            assert row["points"] == int((round(row["score"], 9) + 2.5) // 5)
        else:
            assert row["reason"]
    assert sum(row["kept"] or 0 for row in told["quarters"]) == 4 * 500
    assert sum(row["selected"] for row in told["quarters"]) == 4
    assert own[last]["decision"] == "ajouté par dérogation" and own[last]["motive"]
    assert own[first]["sentence"].startswith("retenu dans 100")
    assert any(change["needed"] is None for row in told["quarters"] for change in row["changes"])


def test_a_person_reads_the_list_the_draws_and_what_would_change(run) -> None:
    code, out, err = run("rank", "demo", "--posts", 3, "--aggregate", "geometrique", *FEW)
    assert code == 0, err
    for text in ("données fictives", "Retenu dans", "500 variantes", "tirages, graine 7",
                 "logarithme du score",
                 "Candidats : QPV du territoire choisi", "Points sur 20 : ", "avant"):  # fmt: skip
        assert text in out


def test_eighty_signs_hold_each_code_in_one_piece(run, monkeypatch, demo_analysis) -> None:
    known = demo_analysis.qpv["code_qp"]
    monkeypatch.setattr("tests.test_rank_command.WIDTH", "80")
    code, out, err = run("rank", "demo", "--posts", 3, *FEW)
    assert code == 0, err
    table = [line for line in out.splitlines() if line.startswith("│")]
    assert max(map(len, table)) <= 80
    codes = [line.split("│")[3].strip() for line in table]
    assert [one for one in codes if one] == [one for one in codes if one in set(known)] != []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--posts", 4, "--weights", "need=0,access_deficit=0"), "tous nuls"),
        (("--posts", 4, "--weights", "need=-1,access_deficit=1"), "need = -1"),
        (("--posts", 4, "--weights", "besoin=1"), "Critères possibles : access_deficit"),
        (("--posts", 4, "--weights", "need"), "critère=poids"),
        (("--posts", 400), "demandez au plus"),
        (("--posts", 4, "--standardise", "log"), "--standardise : « log » reçu, rang"),
        (("--posts", 4, "--filter", "fdep-4-5"), "« qpv build … --fdep FICHIER »"),
        (("--posts", 4, "--vary", "meteo"), "meteo inconnue"),
    ],
)
def test_what_cannot_be_ranked_is_said_in_words(run, words, said) -> None:
    code, out, err = run("rank", "demo", *words)
    assert (code, out) == (1, "")
    assert err.startswith("Erreur : ") and said in err
