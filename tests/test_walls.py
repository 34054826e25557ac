"""The walls that the import contract cannot see: two single-file faces, and paths in the core."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NETWORK = {"requests", "urllib3", "urllib", "http", "socket", "httpx", "aiohttp"}
OUTSIDE_WORLD = NETWORK | {"os", "pathlib", "io.open", "streamlit", "datasets", "screens"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("name", ["app.py", "cli.py"])
def test_faces_open_no_socket(name: str) -> None:
    assert not imported(ROOT / name) & NETWORK


@pytest.mark.parametrize("path", sorted((ROOT / "geo").glob("*.py")), ids=lambda path: path.stem)
def test_the_core_reads_no_path_and_no_environment(path: Path) -> None:
    assert not imported(path) & OUTSIDE_WORLD


def test_no_file_has_outgrown_its_room() -> None:
    crowded = {
        str(path.relative_to(ROOT)): length
        for folder in ("geo", "datasets", "screens")
        for path in (ROOT / folder).rglob("*.py")
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > 380
    }
    assert crowded == {}
