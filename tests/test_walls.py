"""The walls that the import contract cannot see: two single-file faces, paths in the core, bases.

``datasets/download.py`` alone opens sockets to public servers. The base that an administrator
names for the shared workspace is another thing: ``datasets/workspace/engine.py`` alone opens it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NETWORK = {"requests", "urllib3", "urllib", "http", "socket", "httpx", "aiohttp"}
DATABASES = {"sqlalchemy", "alembic", "psycopg", "sqlite3"}
OPENERS = {"create_engine", "create_async_engine", "engine_from_config", "create_pool"}
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


def test_one_module_opens_databases() -> None:
    sources = [*(ROOT / name for name in ("app.py", "cli.py"))]
    for folder in ("geo", "datasets", "screens", "commands"):
        sources += (ROOT / folder).rglob("*.py")
    # A GeoPackage is a file format: its writer works in memory.
    written = ROOT / "geo" / "report" / "geopackage.py"
    speaking = {path for path in sources if imported(path) & DATABASES} - {written}
    workspace = ROOT / "datasets" / "workspace"
    assert all(path.is_relative_to(workspace) for path in speaking)
    opening = {
        path.relative_to(workspace).as_posix()
        for path in speaking
        if imported(path) & {"psycopg", "sqlite3"} or _names(path) & OPENERS
    }
    assert opening == {"engine.py"}


def _names(path: Path) -> set[str]:
    """Every name that a module imports from another, or reads as an attribute."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def test_no_file_has_outgrown_its_room() -> None:
    crowded = {
        str(path.relative_to(ROOT)): length
        for folder in ("geo", "datasets", "screens")
        for path in (ROOT / folder).rglob("*.py")
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > 380
    }
    assert crowded == {}
