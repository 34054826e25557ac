"""Nothing acknowledged is lost: two writers, a client killed, a server killed in the middle."""

from __future__ import annotations

import pytest

from datasets.workspace import (
    Workspace,
    WorkspaceUnreachable,
    last_lines,
    open_workspace,
    records_of,
    upgrade_workspace,
)
from datasets.workspace.where import find_workspace
from tests.workspace.postgresql import PASSWORD, Cluster
from tests.workspace.writer import TOLD, Writer, body

ENOUGH = 25


def assert_kept(workspace: Workspace, names: list[str]) -> None:
    """Each name is there, whole, with one line of history; nothing there is half a record."""
    kept = {one.name: one for one in records_of(workspace)}
    assert {*names} <= {*kept}
    lines = last_lines(workspace, len(kept) + 1)
    assert {line.record_id: line.after for line in lines} == {
        one.id: one.state for one in kept.values()
    }
    for one in kept.values():
        assert one.body == body(int(one.name.rpartition("-")[2]))


def test_two_writers_and_one_killed_in_the_middle(workspace: Workspace, address: str) -> None:
    killed = Writer(address, "tué", 100_000)
    other = Writer(address, "autre", ENOUGH)
    names = killed.acknowledged(ENOUGH)
    killed.process.kill()
    names += killed.rest() + other.rest()
    assert killed.process.exitcode == -9 and other.process.exitcode == 0
    assert len(names) >= 2 * ENOUGH
    assert_kept(workspace, names)


def test_a_server_killed_in_the_middle_loses_nothing_acknowledged(cluster: Cluster) -> None:
    address = cluster.url()
    upgrade_workspace(find_workspace(address))
    workspace = open_workspace(address)
    writer = Writer(address, "avant", 100_000)
    names = writer.acknowledged(ENOUGH)
    cluster.kill()
    try:
        names += writer.rest()
        assert writer.process.exitcode == TOLD  # an error it could tell, and no acknowledgement
        with pytest.raises(WorkspaceUnreachable) as told:
            records_of(workspace)
    finally:
        cluster.start()
    assert "127.0.0.1" in str(told.value) and PASSWORD not in str(told.value)
    assert_kept(workspace, names)
    assert len(records_of(workspace)) - len(names) in (0, 1)  # one may have been under way
