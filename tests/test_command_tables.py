"""What commands print of data: names are shown as written, whatever signs they hold."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from commands.tables import PlainTable, plain, say

HOSTILE = ("[/x]", "\\[/y]", "[bold]z", "[link=a]b[/link]", ":smile:", "[", "\\")
COMMANDS = sorted((Path(__file__).parent.parent / "commands").glob("*.py"))


@pytest.mark.parametrize("name", [*HOSTILE, " ".join(HOSTILE)])
def test_title_headings_cells_and_sentences_are_printed_as_they_are(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    table = PlainTable(f"titre {name}", (f"colonne {name}", "nombre"))
    table.add_row(f"cellule {name}", 3)
    say(table)
    say(f"phrase {name}")
    shown = capsys.readouterr().out
    for part in ("titre", "colonne", "cellule", "phrase"):
        assert f"{part} {name}" in shown


def test_a_name_does_not_command_the_terminal():
    assert plain("a\x1b[2Jb\x07\nc").plain == "a\ufffd[2Jb\ufffd\nc"


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.stem)
def test_one_module_alone_calls_the_library_that_reads_markup(path):
    imported = [
        f"{getattr(node, 'module', '')} {alias.name}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    drawn = [name for name in imported if "rich" in name.split()[0].split(".")]
    assert path.stem == "tables" or not drawn
