"""``qpv workspace`` and ``qpv notes``: what a terminal says of the shared workspace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from datasets.workspace import Conflict, open_workspace, save
from geo.errors import QpvError

RUNNER = CliRunner()
ROLE = "chargée de mission"
MOTIVE = "Le seul cabinet du quartier ferme en septembre"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QPV_WORKSPACE", str(tmp_path / "espace.db"))

    def told(*words: str):
        done = RUNNER.invoke(app, [*words], env={"COLUMNS": "250"}, input="non\n")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return told


def test_notes_are_added_listed_ranked_and_withdrawn(run, demo_data, demo_analysis) -> None:
    data = ("--data", str(demo_data))
    code = demo_analysis.qpv["code_qp"].iloc[-1]  # far from the first three
    run("notes", "add", "demo", code, "--motive", MOTIVE, "--role", ROLE, "--date", "2026-01-15",
        "--effect", "ajouter", *data)  # fmt: skip
    found = json.loads(run("notes", "list", "demo", "--json").stdout)["notes"]
    assert [(one["code_qp"], one["date"], one["role"]) for one in found] == [
        (code, "2026-01-15", ROLE)
    ]
    told = json.loads(run("notes", "rank", "demo", "--posts", "3", "--json", *data).stdout)
    assert told["fictional"] and told["status"] == "modelled" and told["max_points"] == 5
    row = next(row for row in told["rows"] if row["code_qp"] == code)
    assert (row["selected"], row["selected_with"], row["note_motives"]) == (False, True, MOTIVE)
    assert sum(row["selected_with"] for row in told["rows"]) == 3
    assert MOTIVE in run("notes", "list", "demo").stdout
    one = found[0]["id"]
    told = run("notes", "correct", one, "--motive", f"{MOTIVE} prochain", "--role", ROLE).stderr
    assert "version 2" in told and f"qpv workspace history {one}" in told
    assert f"{MOTIVE} prochain" in run("notes", "list", "demo").stdout
    told = run("notes", "withdraw", one, "--role", ROLE).stderr
    assert f"qpv notes restore {one} --role" in told
    assert run("notes", "list", "demo").stdout == "Rien.\n"
    assert f"{MOTIVE} prochain" in run("notes", "list", "demo", "--withdrawn").stdout
    assert "Note rétablie" in run("notes", "restore", one, "--role", ROLE).stderr
    [back] = json.loads(run("notes", "list", "demo", "--json").stdout)["notes"]
    assert (back["motif"], back["effet"]) == (f"{MOTIVE} prochain", "ajouter")
    with pytest.raises(QpvError, match="de ce territoire"):
        run("notes", "add", "demo", "QN01001M", "--motive", MOTIVE, "--role", ROLE, *data)


def test_the_workspace_tells_lists_restores_exports_and_imports(run, tmp_path: Path) -> None:
    body = {"titre": "Un [b]poste[/b]", "changements": [
        {"action": "ajouter", "objet": "mediateur", "qpv": "QN09901M", "etp": 0.5}]}  # fmt: skip
    opened = open_workspace()
    made = save(opened, "scenario", "demo", "Un [b]poste[/b]", body, ROLE)
    with pytest.raises(Conflict):
        save(opened, "scenario", "demo", made.name, {**body, "titre": "Autre"}, ROLE)
    assert "scénario : 1" in run("workspace", "status").stdout
    told = json.loads(run("workspace", "status", "--json").stdout)
    assert told["records"]["scenario"] == 1 and told["withdrawn"] == 0
    shown = run("workspace", "list", "demo", "--kind", "scenario").stdout
    assert "Un [b]poste[/b]" in shown and ROLE in shown
    lines = json.loads(run("workspace", "history", made.id, "--json").stdout)["history"]
    assert [line["action"] for line in lines] == ["create"]
    assert "créé" in run("workspace", "history").stdout
    line = str(lines[0]["line"])
    assert "retiré" in run("workspace", "restore", line, "--role", ROLE, "--before").stderr
    assert run("workspace", "list").stdout == "Rien.\n"
    assert "(retiré)" in run("workspace", "list", "--withdrawn").stdout
    out = tmp_path / "tout.zip"
    assert "1 fiche" in run("workspace", "export", str(out)).stderr.replace("\u00a0", " ")
    kept = str(tmp_path / "garde.zip")
    refused = run("workspace", "purge", "--keep", kept)
    assert refused.exit_code == 1 and "« Un [b]poste[/b] »" in refused.stderr
    assert "Rien n'a été effacé" in refused.stderr and not Path(kept).exists()
    assert "Effacé : 1" in run("workspace", "purge", "--keep", kept, "--yes").stderr
    assert run("workspace", "list", "--withdrawn").stdout == "Rien.\n"
    assert "Rien à effacer" in run("workspace", "purge", "--keep", kept, "--yes").stderr
    elsewhere = str(tmp_path / "autre.db")
    said = run("workspace", "import", str(out), "--workspace", elsewhere).stderr
    assert "1 fiche nouvelle" in said.replace("\u00a0", " ")
    assert "déjà à la révision" in run("workspace", "upgrade").stderr
    with pytest.raises(QpvError, match="refuse ou both"):
        run("workspace", "import", str(out), "--conflicts", "écraser")
    with pytest.raises(QpvError, match="scenario, overrides"):
        run("workspace", "list", "--kind", "photo")
