"""A purge: what goes is told and kept in an archive, nothing else moves, nothing is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets.workspace import (
    RefusedRecord,
    Workspace,
    file_bytes,
    files,
    history_of,
    import_workspace,
    open_workspace,
    purge_plan,
    purge_workspace,
    records_of,
    save,
    save_file,
    withdraw,
)
from tests.workspace.test_exchange import LATER, fill
from tests.workspace.test_records import BODY, ROLE


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    return fill(workspace)


def test_a_purge_erases_what_was_withdrawn_and_its_archive_brings_it_back(
    filled: Workspace, tmp_path: Path
) -> None:
    gone = [one for one in records_of(filled, withdrawn=True) if one.withdrawn]
    # A file whose record goes is erased with it; one that another record names is not.
    [shared] = files(filled, "monitoring", "demo")
    withdraw(filled, shared.id, ROLE, version=shared.version)
    save_file(filled, "monitoring", "dep:42", "mars.csv", LATER, ROLE)
    planned = purge_plan(filled)
    assert {one.id for one in planned.records} == {gone[0].id, shared.id}
    assert (planned.history, planned.files) == (2 + 3, 1)
    before = {one.id: one for one in records_of(filled, withdrawn=True)}
    keep = tmp_path / "avant.zip"
    assert purge_workspace(filled, keep) == planned
    left = records_of(filled, withdrawn=True)
    assert {one.id for one in left} == set(before) - {gone[0].id, shared.id}
    assert history_of(filled, shared.id) == []
    [other] = files(filled, "monitoring", "dep:42")
    assert file_bytes(filled, other)
    with pytest.raises(RefusedRecord, match="existe déjà"):
        purge_workspace(filled, keep, everything=True)
    assert purge_plan(filled).records == ()
    import_workspace(filled, keep)
    assert {one.id: one for one in records_of(filled, withdrawn=True)} == before
    purge_workspace(filled, tmp_path / "tout.zip", everything=True)
    assert records_of(filled, withdrawn=True) == []


def test_what_a_purge_erases_is_no_longer_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "espace.db"
    opened = open_workspace(str(path))
    made = save(opened, "scenario", "demo", "Zébulon effacé", BODY, ROLE)
    withdraw(opened, made.id, ROLE, version=1)
    word = "Zébulon".encode()
    held = [path, path.with_name("espace.db-wal")]
    assert any(word in one.read_bytes() for one in held if one.exists())
    purge_workspace(opened, tmp_path / "avant.zip")
    assert not any(word in one.read_bytes() for one in held if one.exists())
