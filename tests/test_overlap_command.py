"""``qpv overlap``: classes, situations and margins under the rule that was asked."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli import app
from geo.errors import BadInput
from geo.overlap import SITUATIONS

RUNNER = CliRunner()


def _run(data, *options):
    return RUNNER.invoke(
        app, ["overlap", "demo", "--data", str(data), *options], env={"COLUMNS": "250"}
    )


def test_own_thresholds_are_followed_and_said(demo_data):
    done = _run(demo_data, "--access-cuts", "2,5;4", "--need-cuts", "40;60")
    assert done.exit_code == 0, done.output
    assert "Lecture croisée : Territoire de démonstration (demo)" in done.stdout
    assert "vos seuils 2,5 et 4" in done.stdout and "vos seuils 40 et 60" in done.stdout
    assert "accès 2,50 et 4,00 ; besoin restant 40,0 et 60,0 sur 100" in done.stdout


def test_json_holds_the_grid_and_every_margin(demo_data, demo_analysis):
    told = json.loads(_run(demo_data, "--json").stdout)
    assert told["fictional"] is True
    assert len(told["quarters"]) == len(demo_analysis.qpv)
    counted = sum(sum(row.values()) for row in told["grid"].values())
    known = sum(row["situation"] != "indéterminé" for row in told["quarters"])
    assert counted == known and set(told["meanings"]) == set(SITUATIONS)
    for row in told["quarters"]:
        assert (row["access_to_cut"] is None) == (row["access_class"] == "")
        assert (row["need_to_situation"] is None) == (row["need_class"] == "")


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--access-cuts", "a;b"), "--access-cuts"), (("--need-cuts", "60;40"), "need_cuts"),
     (("--access", "nope"), "access_classes")],
)  # fmt: skip
def test_thresholds_that_cannot_cut_are_refused(demo_data, options, said):
    done = _run(demo_data, *options)
    assert done.exit_code == 1 and isinstance(done.exception, BadInput)
    assert said in str(done.exception)
