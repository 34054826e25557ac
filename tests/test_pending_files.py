"""A file looked at in Données waits in its reader's session, and no longer than it is of use."""

from __future__ import annotations

import pandas as pd
import pytest

from datasets.brought.session import Look
from screens import brought, pending


def look(kind: str, name: str = "lieux.csv") -> Look:
    nothing = pd.DataFrame()
    return Look(kind, name, nothing, nothing, 1, 0, b"a;b\n", b"")


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    kept: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", kept)
    return kept


def test_one_file_a_kind_waits_and_the_last_one_brought_takes_its_place():
    first, second, other = look("practices"), look("practices", "b.csv"), look("mediation")
    for file, one in (("1", first), ("2", other), ("3", second)):
        pending.hold("demo", "b1", file, one)
    assert pending.kinds("demo", "b1") == ["practices", "mediation"]
    assert pending.look_of("demo", "b1", "practices") is second
    # Judged once per file: the one before is judged anew if it comes again.
    assert pending.look_of("demo", "b1", "practices", "3") is second
    assert pending.look_of("demo", "b1", "practices", "1") is None
    pending.let_go("practices")
    assert pending.kinds("demo", "b1") == ["mediation"]


def test_another_territory_or_build_frees_it():
    pending.hold("demo", "b1", "1", look("practices"))
    assert pending.look_of("demo", "b2", "practices") is None
    assert pending.look_of("dep-42", "b1", "practices") is None
    pending.tidy("demo", "b1", leaving=True)
    assert pending.kinds("demo", "b1") == ["practices"]
    pending.tidy("dep-42", "b1", leaving=True)
    assert pending.kinds("demo", "b1") == []


def test_once_used_it_leaves_with_the_screen():
    pending.hold("demo", "b1", "1", look("practices"))
    brought.add("demo", look("practices").accepted)
    pending.tidy("demo", "b1", leaving=False)
    assert pending.kinds("demo", "b1") == ["practices"]
    pending.tidy("demo", "b1", leaving=True)
    assert pending.kinds("demo", "b1") == []
