"""``qpv coverage`` and ``qpv network``: the help, the pages, the JSON, a wrong date."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    return runner("coverage", demo_data, monkeypatch, capsys)


@pytest.fixture
def run_network(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    return runner("network", demo_data, monkeypatch, capsys)


def runner(
    command: str,
    demo_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    def qpv(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qpv", command, *words])
        monkeypatch.setenv("QPV_DATA", str(demo_data))
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = capsys.readouterr()
        code = left.value.code
        return code if isinstance(code, int) else 0, told.out, told.err

    return qpv


def spaced(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_help_tells_the_published_programme_and_its_source(run: Run) -> None:
    _, out, _ = run("--help")
    for fact in ("85 postes", "4 500 000 €", "10 000 personnes", "118 personnes", "52 941 €",
                 "450 €", "70 % des QPV", "75 % de leurs habitants",
                 "auvergne-rhone-alpes.ars.sante.fr"):  # fmt: skip
        assert fact in spaced(out)


def test_the_page_tells_every_figure_with_its_meaning(run: Run) -> None:
    code, out, err = run("demo")
    assert code == 0
    shown = spaced(out)
    for words in ("données fictives", "Quartiers avec médiation", "Habitants avec médiation",
                  "Quartiers couverts", "Habitants couverts", "11 sur 18 quartiers",
                  "État « inconnu »", "aller-vers", "Par département", "Si une structure",
                  ):  # fmt: skip
        assert words in shown
    assert "présence partielle" in err


def test_the_json_and_the_date(run: Run) -> None:
    code, out, _ = run("demo", "--json", "--date", "2028-01-01")
    record = json.loads(out)
    assert (code, record["fictional"], record["as_of"]) == (0, True, "2028-01-01")
    assert record["need"]["status"] == "modelled"
    now = json.loads(run("demo", "--json")[1])
    assert record["states"]["non couvert"] > now["states"]["non couvert"]
    assert record["need"]["residual_people"] > now["need"]["residual_people"]
    assert {kind["kind"] for kind in now["kinds"]} == {
        "permanence", "aller-vers", "action collective", "coordination"
    }  # fmt: skip


@pytest.mark.parametrize("date", ["2024-02-31", "31/12/2024", "demain"])
def test_a_wrong_date_is_said(run: Run, date: str) -> None:
    code, _, err = run("demo", "--date", date)
    assert code == 1
    assert date in err and "AAAA-MM-JJ" in err


def test_the_network_in_words_and_in_json(run_network: Run) -> None:
    code, out, _ = run_network("demo")
    assert code == 0
    for words in ("Qui travaille où", "données fictives", "Avec qui", "QN09902I", "au moins",
                  "Financé par qui", "non précisé", "vélo (1)", "ASV"):  # fmt: skip
        assert words in spaced(out)
    record = json.loads(run_network("demo", "--json")[1])
    assert record["fictional"] is True
    shares = [row["share"] for row in record["funders"] if row["share"] is not None]
    assert abs(sum(shares) - 1) < 1e-9
    code, out, _ = run_network("demo", "--date", "2040-01-01")
    assert code == 0 and "Centre social du Pays" not in spaced(out)
