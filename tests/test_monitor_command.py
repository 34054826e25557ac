"""``qpv monitor``, its template and its check as a person runs them."""

from __future__ import annotations

import csv
import json

from typer.testing import CliRunner

from cli import app
from datasets.demo.monitoring_file import demo_monitoring
from datasets.demo.series_file import demo_series

RUNNER = CliRunner()


def test_from_the_template_to_the_follow_up(demo_data, tmp_path):
    model, file, out = tmp_path / "m.xlsx", tmp_path / "suivi.csv", tmp_path / "chiffres.csv"
    assert RUNNER.invoke(app, ["template", "monitoring", "--out", str(model)]).exit_code == 0
    assert model.stat().st_size > 5000
    file.write_bytes(demo_monitoring())
    data = ["--data", str(demo_data)]
    checked = RUNNER.invoke(app, ["check", "monitoring", str(file), *data])
    assert checked.exit_code == 0 and "82\u00a0lignes utilisables" not in checked.stderr
    assert "78\u00a0lignes utilisables" in checked.stderr
    series = tmp_path / "series.csv"
    series.write_text(
        "code_qp;indicateur;periode;valeur;source\n"
        + "".join(
            f"{code};Sans médecin traitant (%);{year};{value};fictif\n"
            for code, values in {"QN09911M": (14, 12), "QN09910M": (13, 13)}.items()
            for year, value in zip((2023, 2025), values, strict=True)
        ),
        encoding="utf-8",
    )
    done = RUNNER.invoke(
        app,
        ["monitor", str(file), "--territory", "demo", "--json", "--out", str(out), "--series",
         str(series), "--qpv", "QN09911M", "--since", "2024", *data],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["fictional"] is True and told["threshold"] == 11
    assert {row["status"] for row in told["figures"]} == {"observed", "suppressed", "missing"}
    assert all((row["value"] is None) != (row["status"] == "observed") for row in told["figures"])
    compared = told["before_after"][0]
    assert compared["gap"] == -2 and compared["proves_an_effect"] is False
    series.write_bytes(demo_series())
    asked = ["monitor", str(file), "--territory", "demo", "--series", str(series), *data]
    done = RUNNER.invoke(app, [*asked, "--qpv", "QN09916M", "--since", "2024"])
    # 57.5 over three years, then 32.9 over two; nobody who has a post is a comparator.
    told_of = " ".join(done.stdout.split())
    assert "19,2 en moyenne avant 2024" in told_of and "16,5 ensuite" in told_of
    assert "sans poste (QN09910M, QN09914M, QN09913I, QN09901M et QN09918M)" in told_of
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert {"valeur", "valeur_statut", "source_id", "millesime", "perimetre"} <= set(rows[0])
    assert {row["donnees"] for row in rows} == {"fictives"}


def test_words_for_a_person(demo_data, tmp_path):
    file = tmp_path / "suivi.csv"
    file.write_bytes(demo_monitoring())
    done = RUNNER.invoke(
        app, ["monitor", str(file), "--territory", "demo", "--data", str(demo_data)],
        env={"COLUMNS": "220"},
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    for words in ("données fictives", "118 (de 100 à 150)", "450\u00a0€", "46,8\u00a0%",
                  "pas une norme", "ne s'additionnent pas", "2\u00a0mois sans ligne"):  # fmt: skip
        assert words in done.stdout, words


def test_faults_end_the_check_and_nominative_files_are_refused(demo_data, tmp_path):
    file = tmp_path / "suivi.csv"
    file.write_text("poste;structure;mois;nom\nA;Phare;2025-01;x\n", encoding="utf-8")
    data = ["--data", str(demo_data)]
    checked = RUNNER.invoke(app, ["check", "monitoring", str(file), "--json", *data])
    assert checked.exit_code == 1
    assert any(row["column"] == "nom" for row in json.loads(checked.stdout))
    done = RUNNER.invoke(app, ["monitor", str(file), *data])
    assert done.exit_code == 1 and "désigne des personnes" in str(done.exception)


def test_without_values_over_time_the_command_says_what_to_bring(demo_data, tmp_path):
    file = tmp_path / "suivi.csv"
    file.write_bytes(demo_monitoring())
    done = RUNNER.invoke(
        app,
        ["monitor", str(file), "--territory", "demo", "--qpv", "QN09911M", "--since", "2024",
         "--data", str(demo_data)],
    )  # fmt: skip
    assert done.exit_code == 1 and "qpv template series" in str(done.exception)
