"""``--assume``: commands that compute with an assumption take it and say so."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli import app

SAID = "136 au lieu de 118"


@pytest.mark.parametrize(
    "words",
    [
        ["overlap", "demo"],
        ["explain", "QN09901M"],
        ["regimes", "demo"],
        ["network", "demo"],
        ["outreach", "demo", "QN09901M", "--people", "100"],
    ],
    ids=lambda words: words[0],
)
def test_the_change_is_taken_and_told(words, demo_data):
    done = CliRunner().invoke(
        app, [*words, "--json", "--assume", "people_per_fte=136", "--data", str(demo_data)]
    )
    assert done.exit_code == 0, done.output
    assert SAID in done.stderr
    if words[0] == "overlap":
        assert any(SAID in line for line in json.loads(done.stdout)["assumptions"])


def test_a_wrong_assumption_stops_before_anything_is_computed(demo_data):
    done = CliRunner().invoke(
        app, ["overlap", "demo", "--assume", "people=136", "--data", str(demo_data)]
    )
    assert done.exit_code != 0
    assert "people_per_fte" in str(done.exception)
