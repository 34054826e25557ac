"""``qpv outreach`` from the plan to the filled sheet, as a person or a program meets it."""

from __future__ import annotations

import json

import openpyxl
import pytest
from typer.testing import CliRunner

from cli import app

RUNNER = CliRunner()
CODE = "QN09901M"


def _run(*arguments):
    return RUNNER.invoke(app, [str(one) for one in arguments], env={"COLUMNS": "220"})


def test_from_the_plan_to_the_filled_sheet_and_its_result(demo_data, tmp_path):
    sheet, plan = tmp_path / "fiche.xlsx", tmp_path / "plan.json"
    done = _run(
        "outreach", "demo", CODE, "--people", 250, "--mediators", 2, "--start", "2026-12-01",
        "--data", demo_data, "--json", "--out", sheet,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["fictional"] is True and told["dwellings"] == 535
    assert told["rate"]["value"] == pytest.approx(0.467652, abs=1e-6)
    assert [one["share"]["value"] for one in told["passes"]] == pytest.approx(
        [0.467652, 0.716606, 0.849136], abs=1e-6
    )
    assert "médiateur" not in json.dumps(told["round"])
    plan.write_text(done.stdout, "utf-8")
    book = openpyxl.load_workbook(sheet)
    lines = book["Relevé"]
    planned = [row[3].value for row in lines.iter_rows(min_row=2)]
    assert sum(planned) == 535
    for row in lines.iter_rows(min_row=2):
        visits = row[3].value
        row[4].value, row[5].value, row[6].value = visits, visits // 2, visits // 2 + 1
        row[7].value, row[8].value = visits // 4, 0
    book.save(sheet)
    checked = _run("check", "outreach", sheet, "--plan", plan, "--json")
    assert checked.exit_code == 0, checked.output
    result = json.loads(checked.stdout)
    assert result["totals"]["visited"]["total"]["value"] == 535
    # A zero typed in the workbook is a figure.
    assert result["totals"]["refusals"]["total"] == {"value": 0.0, "status": "observed"}
    assert result["rate"]["value"] == pytest.approx(0.5, abs=0.01)
    assert result["reference"]["value"] == pytest.approx(0.467652, abs=1e-6)
    shown = _run("check", "outreach", sheet)
    assert "Premier passage (observé)" in shown.stdout


def test_the_text_says_the_essential_and_its_assumptions(demo_data, tmp_path):
    done = _run("outreach", "demo", CODE, "--dwellings", 541, "--passes", 3, "--data", demo_data,
                "--out", tmp_path / "fiche.pdf")  # fmt: skip
    assert (tmp_path / "fiche.pdf").read_bytes().startswith(b"%PDF")
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.replace("\u00a0", " ").replace("\u202f", " ").split())
    for words in (
        "46,8 %", "42,6 % à 51,0 %", "données fictives", "indépendants", "21,7",
        "terminal mobile", "Roannais", "hypothèse, modifiable", "vol d'oiseau",
    ):  # fmt: skip
        assert words in said, words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--people", 5, "--dwellings", 5], "pas les deux"),
        ([], "donnez les personnes"),
        (["--people", 5, "--met", 3], "vont ensemble"),
        (["--people", 5, "--out", "fiche.doc"], ".xlsx ou .pdf"),
        (["--people", 5, "--stops", "absent.csv"], "absent.csv"),
        (["--people", 5, "--roads", "absent.osm.pbf"], "introuvable"),
    ],
)
def test_what_cannot_be_done_is_said(demo_data, options, words):
    done = _run("outreach", "demo", CODE, "--data", demo_data, *options)
    assert done.exit_code == 1 and words in str(done.exception)


def test_an_unknown_quarter_is_said(demo_data):
    done = _run("outreach", "demo", "QN00000X", "--people", 5, "--data", demo_data)
    assert done.exit_code == 1 and "introuvable" in str(done.exception)


def test_the_templates_pass_their_own_check(tmp_path, demo_data):
    for name in ("outreach", "ilots"):
        path = tmp_path / f"{name}.xlsx"
        assert _run("template", name, "--out", path).exit_code == 0
    streets = tmp_path / "rues.csv"
    streets.write_text("rue;logements\nRue haute;48\nTour B;120\n", "utf-8")
    assert _run("check", "ilots", streets).exit_code == 0
    done = _run("outreach", "demo", CODE, "--dwellings", 60, "--stops", streets, "--json",
                "--data", demo_data)  # fmt: skip
    told = json.loads(done.stdout)
    assert [stop["planned"] for stop in told["round"]["stops"]] == [48, 12]
    assert told["quarter_dwellings_status"] == "brought"
    bad = tmp_path / "nominatif.csv"
    bad.write_text("ilot;passage;logements_visites;nom\nA1;1;4;x\n", "utf-8")
    refused = _run("check", "outreach", bad)
    assert refused.exit_code == 1 and "désigne des personnes" in refused.stderr
