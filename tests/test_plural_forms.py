"""No message leaves the plural to its reader: « ligne(s) » is agreed by ``geo.words``."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_LEFT_OPEN = re.compile(r"\w\((?:s|x|e|es|ne|aux)\)")
_CLEAN = (
    "datasets/readers",
    "datasets/mediation",
    "geo/access",
    "geo/allocation",
    "geo/mediation",
    "geo/priority",
    "geo/times",
    "commands",
)


def _texts(tree: ast.Module) -> set[str]:
    """Every text of a module but its docstrings, which no user reads."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    hidden = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden
    }


@pytest.mark.parametrize("folder", _CLEAN)
def test_plurals_are_agreed(folder: str) -> None:
    modules = sorted((ROOT / folder).rglob("*.py"))
    assert modules
    left = {
        f"{path.name}: {text}"
        for path in modules
        for text in _texts(ast.parse(path.read_text(encoding="utf-8")))
        if _LEFT_OPEN.search(text)
    }
    assert left == set()
