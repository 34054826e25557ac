"""Where a workspace is, what is said of it, and how an older or a newer base is met."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from datasets.workspace import (
    BadWorkspace,
    NewerWorkspace,
    NotUpgraded,
    Workspace,
    WorkspaceUnreachable,
    find,
    history_of,
    open_workspace,
    records_of,
    upgrade_workspace,
)
from datasets.workspace.engine import engine_for, reading, writing
from datasets.workspace.opening import _config, head
from datasets.workspace.where import find_workspace
from tests.workspace.postgresql import PASSWORD, Cluster

BODY = '{"changements":[{"action":"fermer","cible":"c","objet":"cabinet"}],"titre":"Ancien"}'
STATE = f'{{"body":{BODY},"name":"A","withdrawn":false}}'


def at_first_revision(address: str) -> Workspace:
    """A base as the first revision made it, with a record and its history."""
    where = find_workspace(address)
    workspace = Workspace(where, engine_for(where))
    with writing(workspace.engine, where) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO qpv_record VALUES (:id, 'scenario', 'demo', 'A', 1, "
                 "'chargée de mission', :at, :at, :body)"),
            {"id": "a" * 32, "at": "2026-01-15T09:30:00Z", "body": BODY},
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO qpv_history (record_id, version, action, role, at, after) VALUES "
                 "(:id, 1, 'create', 'chargée de mission', :at, :state)"),
            {"id": "a" * 32, "at": "2026-01-15T09:30:00Z", "state": STATE},
        )  # fmt: skip
    return workspace


def test_an_older_base_comes_to_the_present_with_its_data(database: str, address: str) -> None:
    old = at_first_revision(address)
    if database == "postgresql":
        with pytest.raises(NotUpgraded, match="qpv workspace upgrade") as told:
            open_workspace(address)
        assert "0001" in str(told.value) and PASSWORD not in str(told.value)
        done = upgrade_workspace(old.where)
        assert (done.before, done.after, done.copy) == ("0001", head(), None)
    workspace = open_workspace(address)
    found = find(workspace, "a" * 32)
    assert (found.name, found.version, found.withdrawn) == ("A", 1, False)
    assert [line.after for line in history_of(workspace, found.id)] == [found.state]


def test_a_file_is_copied_whole_before_it_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "espace.db"
    at_first_revision(str(path))
    clock = lambda: dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)  # noqa: E731
    done = upgrade_workspace(find_workspace(str(path)), clock)
    assert done.copy is not None
    assert done.copy.name == "espace.avant-revision-0001-20260301T080000Z.db"
    copied = find_workspace(str(done.copy))
    with reading(engine_for(copied), copied) as connection:
        kept = connection.execute(text("SELECT body FROM qpv_record")).scalar_one()
        assert kept == BODY
        assert connection.execute(text("SELECT * FROM qpv_migration")).scalar_one() == "0001"
    assert upgrade_workspace(find_workspace(str(path)), clock).copy is None


def test_a_newer_base_is_refused_and_left_alone(workspace: Workspace, address: str) -> None:
    with writing(workspace.engine, workspace.where) as connection:
        connection.execute(text("UPDATE qpv_migration SET version_num = '9999'"))
    for opening in (open_workspace, lambda one: upgrade_workspace(find_workspace(one))):
        with pytest.raises(NewerWorkspace, match="plus récente que ce programme") as told:
            opening(address)
        assert PASSWORD not in str(told.value)


def test_an_empty_postgresql_base_waits_for_its_administrator(cluster: Cluster) -> None:
    address = cluster.url()
    with pytest.raises(NotUpgraded, match="est vide"):
        open_workspace(address)
    upgrade_workspace(find_workspace(address))
    assert records_of(open_workspace(address)) == []


def test_a_file_is_private_and_made_when_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QPV_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("QPV_WORKSPACE", raising=False)
    opened = open_workspace()
    assert opened.where.path == tmp_path / "data" / "workspace.db"
    assert opened.where.path.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("QPV_WORKSPACE", f"sqlite:///{tmp_path}/autre.db")
    assert open_workspace().where.path == tmp_path / "autre.db"


@pytest.mark.parametrize(
    "address",
    [
        "equipe:très-secret@serveur/base",
        "mysql://equipe:très-secret@serveur/base",
        "postgresql://equipe:très-secret@serveur:port/base",
        "postgresql://equipe:très-secret@serveur",
        "sqlite://",
        ":memory:",
        "sqlite:///x.db?mode=ro",
        "/",
    ],
)
def test_a_bad_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(BadWorkspace, match="attendu") as told:
        find_workspace(address)
    assert "très-secret" not in str(told.value) and "equipe" not in str(told.value)


def test_a_password_is_in_no_message_nor_repr(cluster: Cluster, caplog, capfd) -> None:
    address = cluster.url()
    upgrade_workspace(find_workspace(address))
    workspace = open_workspace(address)
    wrong = address.replace(PASSWORD, "faux-" + PASSWORD)
    with pytest.raises(WorkspaceUnreachable) as told:
        open_workspace(wrong)
    shown = [str(told.value), repr(workspace), repr(workspace.engine), workspace.where.told]
    written = capfd.readouterr()
    for words in (*shown, caplog.text, written.out, written.err):
        assert PASSWORD not in words
    assert told.value.__cause__ is None and told.value.__suppress_context__


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"ceci n'est pas une base" * 100)
    with pytest.raises(BadWorkspace, match="pas un espace partagé"):
        open_workspace(str(path))
    assert path.read_bytes() == b"ceci n'est pas une base" * 100
    other = find_workspace(str(tmp_path / "autre.db"))
    with writing(engine_for(other), other) as connection:
        connection.execute(text("CREATE TABLE photos (id INTEGER)"))
    with pytest.raises(BadWorkspace, match="autre programme"):
        open_workspace(str(tmp_path / "autre.db"))
