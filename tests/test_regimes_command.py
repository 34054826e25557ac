"""``qpv regimes`` as a person or a program meets it."""

from __future__ import annotations

import json
import re

from typer.testing import CliRunner

from cli import app
from geo.regimes import REGIMES, STATE_WORDS

RUNNER = CliRunner()


def test_one_line_a_quarter_then_the_disagreements(demo_data, demo_analysis):
    done = RUNNER.invoke(
        app, ["regimes", "demo", "--data", str(demo_data), "--detail"], env={"COLUMNS": "250"}
    )
    assert done.exit_code == 0, done.output
    for row in demo_analysis.qpv.itertuples():
        assert row.code_qp in done.stdout
    for regime in REGIMES.values():
        assert regime.label_fr in done.stdout and regime.rule_fr in done.stdout
    assert "Désaccords : " in done.stdout and "données fictives" in done.stdout
    assert "QPV 2024 retient, QPV 2015 ne retient pas : 3" in done.stdout
    assert STATE_WORDS["unknown"] in done.stdout
    assert "(4) oui : quartier de la politique de la ville" in done.stdout


def test_a_terminal_of_80_signs_breaks_no_word(demo_data):
    for command in ("regimes", "overlap"):
        done = RUNNER.invoke(
            app, [command, "demo", "--data", str(demo_data)], env={"COLUMNS": "80"}
        )
        table = [line for line in done.stdout.splitlines() if line.startswith(("┃", "│"))]
        words = {word for line in table for word in re.split(r"[\s┃│]+", line)}
        assert max(map(len, table)) <= 80
        assert {"Quartier", "Filature", "Brisants"} <= words, command
        own = {"regimes": {"Décret", "AURA"}, "overlap": {"Situation", "non-recours", "d'un"}}
        assert own[command] <= words


def test_json_holds_every_verdict_with_its_reason(demo_data, demo_analysis):
    done = RUNNER.invoke(app, ["regimes", "demo", "--data", str(demo_data), "--json"])
    told = json.loads(done.stdout)
    assert told["fictional"] is True and told["territory"] == "demo"
    assert len(told["quarters"]) == len(demo_analysis.qpv) * len(REGIMES)
    first = told["quarters"][0]
    assert set(first) == {
        "code_qp", "regime", "state", "reason_fr", "date", "source_id", "status",
    }  # fmt: skip
    assert {row["state"] for row in told["quarters"]} <= {"in", "out", "unknown"}
    assert all(pair["keeps_reason_fr"] for pair in told["disagreements"])
    assert [regime["id"] for regime in told["regimes"]] == list(REGIMES)


def test_a_territory_that_is_not_built_says_what_to_do(tmp_path):
    done = RUNNER.invoke(app, ["regimes", "dep:42", "--data", str(tmp_path)])
    assert done.exit_code == 1 and "qpv build dep:42" in str(done.exception)
