"""``qpv need`` as typed in a terminal, on the fictional territory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from commands.need import register
from geo.components import NEED_COMPONENTS
from geo.errors import BadInput


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    made.callback()(lambda: None)
    register(made)
    return made


def test_json_is_complete_and_adds_up(app: typer.Typer, demo_data: Path) -> None:
    given = ["--json", "--weights", "poverty_share=2,gp_access=1", "--standardise", "minmax"]
    ran = CliRunner().invoke(app, ["need", "demo", "--data", str(demo_data), *given])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["fictional"] and told["standardisation"]["id"] == "minmax"
    assert told["weights"] == pytest.approx({"poverty_share": 2 / 3, "gp_access": 1 / 3})
    scored = [quarter for quarter in told["quarters"] if quarter["need_score"] is not None]
    assert scored
    for quarter in scored:
        parts = {part["component"]: part for part in quarter["components"]}
        assert set(parts) == set(NEED_COMPONENTS)
        contributions = [part["contribution"] or 0.0 for part in parts.values()]
        assert sum(contributions) == pytest.approx(quarter["need_score"], abs=1e-9)
        assert parts["c2s_share"]["weight"] == 0
        assert {row["level"] for row in quarter["comparison"]} >= {"qpv", "commune", "region"}
    ranks = [quarter["need_rank"] for quarter in scored]
    assert ranks == list(range(1, len(scored) + 1))


def test_the_table_says_fiction_states_and_intervals(app: typer.Typer, demo_data: Path) -> None:
    ran = CliRunner().invoke(app, ["need", "demo", "--data", str(demo_data), "--top", "2"])
    assert ran.exit_code == 0, ran.output
    assert "Besoin des QPV : Territoire de démonstration (demo)" in ran.stdout
    assert "données fictives" in ran.stdout and "indicatif" in ran.stdout
    assert ran.stdout.count(" — points : ") == 2
    assert "fourchette de 1,89" in ran.stderr


@pytest.mark.parametrize(
    ("option", "given"),
    [("--weights", "povrty=1"), ("--weights", "poverty_share=0"), ("--standardise", "rang")],
)
def test_a_wrong_choice_is_refused_before_anything_is_read(
    app: typer.Typer, tmp_path: Path, option: str, given: str
) -> None:
    ran = CliRunner().invoke(app, ["need", "demo", "--data", str(tmp_path), option, given])
    assert isinstance(ran.exception, BadInput)
    assert ran.stdout == ""
