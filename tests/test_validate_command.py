"""``qpv validate apl`` as typed in a terminal, on the fictional territory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from commands.validate import register


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    made.callback()(lambda: None)
    register(made)
    return made


def test_the_table_the_gaps_and_the_chart(
    app: typer.Typer, demo_data: Path, tmp_path: Path
) -> None:
    chart = tmp_path / "nuage.svg"
    ran = CliRunner().invoke(
        app, ["validate", "apl", "demo", "--data", str(demo_data), "--chart", str(chart)]
    )
    assert ran.exit_code == 0, ran.output
    for expected in ("données fictives", "référence", "mairie", "Les plus grands écarts"):
        assert expected in ran.stdout
    assert "Graphique écrit" in ran.stderr
    assert "délais" in ran.stderr
    assert chart.read_text(encoding="utf-8").startswith("<svg")


def test_json_alone_on_standard_output(app: typer.Typer, demo_raw: Path) -> None:
    ran = CliRunner().invoke(app, ["validate", "apl", "demo", "--from", str(demo_raw), "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert found["donnees_fictives"] is True
    assert {model["points"] for model in found["modeles"]} == {
        "mairie (chef-lieu)",
        "centre du contour",
    }
    assert found["modeles"][0]["places"] >= 3
    assert all(gap["reason"] for gap in found["ecarts"])
