"""Open a workspace at the revision of this program, or say what to do.

A file is created, or brought to the revision of today after a whole copy beside it. A PostgreSQL
base belongs to its administrator: it is changed by ``qpv workspace upgrade`` only. A base newer
than the program is refused. The revision is that of the last migration that ran.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import func, inspect, select
from sqlalchemy.engine import Connection, Engine

from datasets.workspace.engine import copy_sqlite, engine_for, keep_ahead_log, reading, writing
from datasets.workspace.errors import BadWorkspace, NewerWorkspace, NotUpgraded
from datasets.workspace.tables import VERSION_TABLE, records
from datasets.workspace.where import Where, find_workspace

State = Literal["empty", "older", "current"]
COMMAND = "qpv workspace upgrade"
_UPGRADE_LOCK = 0x715076  # any number, the same for all programs of this kind
_MIGRATIONS = Path(__file__).parent / "migrations"


def now_utc() -> dt.datetime:
    """The usual clock of a workspace."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Workspace:
    """An opened workspace: where it is, and the clock that dates what is written to it."""

    where: Where
    engine: Engine = field(repr=False)
    clock: Callable[[], dt.datetime] = now_utc

    def now(self) -> str:
        """The date of a change, in UTC to the second."""
        return self.clock().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def today(self) -> dt.date:
        """The day of ``clock``."""
        return self.clock().date()


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did: revisions ('' for an empty base) and the copy made before, if any."""

    before: str
    after: str
    copy: Path | None


def open_workspace(
    asked: str | None = None, *, clock: Callable[[], dt.datetime] = now_utc
) -> Workspace:
    """Open the workspace asked for (else ``QPV_WORKSPACE``, else a file of the data folder).

    Raises
    ------
    BadWorkspace
        When the address is wrong, or names a base of something else.
    NotUpgraded
        When a PostgreSQL base is empty or older than the program.
    NewerWorkspace
        When the base is newer than the program.
    WorkspaceUnreachable
        When the base does not answer.
    """
    where = find_workspace(asked)
    if where.path is not None:
        _make_room(where.path)
        if not where.path.exists() or where.path.stat().st_size == 0:
            upgrade_workspace(where, clock)
    workspace = Workspace(where, engine_for(where), clock)
    state, revision = state_of(workspace)
    if state == "current":
        return workspace
    if where.path is None:
        what = "est vide" if state == "empty" else f"est à la révision {revision}"
        raise NotUpgraded(
            f"Espace partagé ({where.told}) : la base {what}, ce programme attend la révision "
            f"{head()}. À faire, par qui administre la base : {COMMAND}"
        )
    upgrade_workspace(where, clock)
    return workspace


def upgrade_workspace(where: Where, clock: Callable[[], dt.datetime] = now_utc) -> Upgrade:
    """Bring a base to the revision of this program; a file is copied whole beside it first.

    Raises as ``open_workspace``, but for ``NotUpgraded``.
    """
    workspace = Workspace(where, engine_for(where), clock)
    if where.path is None:
        with writing(workspace.engine, where) as connection:
            # Two administrators at once: the second waits, then finds nothing to do.
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            before = _revision(connection, where)
            _migrate(connection)
        return Upgrade(before, head(), None)
    _make_room(where.path)
    with FileLock(f"{where.path}.lock"):
        fresh = not where.path.exists()
        if fresh:
            where.path.touch(mode=0o600)
        state, before = state_of(workspace)
        if state == "current":
            return Upgrade(before, before, None)
        copy = None if state == "empty" else _copy(where.path, before, workspace.now())
        keep_ahead_log(where.path)
        with writing(workspace.engine, where) as connection:
            _migrate(connection)
    return Upgrade(before, head(), copy)


def state_of(workspace: Workspace) -> tuple[State, str]:
    """Whether a base is empty, older or current, and its revision ('' when empty).

    Raises as ``open_workspace``, but for ``NotUpgraded``.
    """
    with reading(workspace.engine, workspace.where) as connection:
        revision = _revision(connection, workspace.where)
    if not revision:
        return "empty", ""
    return ("current" if revision == head() else "older"), revision


@functools.cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


@functools.cache
def head() -> str:
    """The revision that this program writes."""
    return str(_scripts().get_current_head())


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _revision(connection: Connection, where: Where) -> str:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    found = context.get_current_revision()
    if found is None:
        tables = inspect(connection).get_table_names()
        if records.name in tables or (where.path is not None and tables):
            raise BadWorkspace(
                f"Espace partagé ({where.told}) : cette base est celle d'un autre programme. "
                "À faire : donnez une base vide, ou un autre nom de fichier."
            )
        return ""
    if found not in _known():
        raise NewerWorkspace(
            f"Espace partagé ({where.told}) : la base est à la révision {found}, plus récente que "
            f"ce programme (révision {head()}). Rien n'a été lu ni changé. À faire : mettez le "
            "programme à jour."
        )
    return found


def _migrate(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    # Percent signs are the configuration's own; a folder may hold one.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _copy(path: Path, revision: str, now: str) -> Path:
    stamp = now.replace(":", "").replace("-", "")
    copy = path.with_name(f"{path.stem}.avant-revision-{revision}-{stamp}{path.suffix}")
    copy.touch(mode=0o600)
    copy_sqlite(path, copy)
    return copy


def _make_room(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
