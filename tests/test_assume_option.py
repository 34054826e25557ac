"""``--assume``: commands that compute with an assumption take it and say so."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from cli import app
from datasets.demo.monitoring_file import demo_monitoring

SAID = "136 au lieu de 118"


@pytest.mark.parametrize(
    "words",
    [
        ["overlap", "demo"],
        ["explain", "QN09901M"],
        ["regimes", "demo"],
        ["network", "demo"],
        ["outreach", "demo", "QN09901M", "--people", "100"],
        ["monitor", "suivi.csv"],
    ],
    ids=lambda words: words[0],
)
def test_the_change_is_taken_and_told_apart_from_the_results(words, demo_data, tmp_path):
    if "suivi.csv" in words:
        file = tmp_path / "suivi.csv"
        file.write_bytes(demo_monitoring())
        words = ["monitor", str(file)]
    done = CliRunner().invoke(
        app, [*words, "--json", "--assume", "people_per_fte=136", "--data", str(demo_data)]
    )
    assert done.exit_code == 0, done.output
    assert SAID in done.stderr and SAID not in done.stdout.partition('"notes"')[0]


def test_a_wrong_assumption_stops_before_anything_is_computed(demo_data):
    done = CliRunner().invoke(
        app, ["overlap", "demo", "--assume", "people=136", "--data", str(demo_data)]
    )
    assert done.exit_code != 0
    assert "people_per_fte" in str(done.exception)
