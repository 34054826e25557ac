"""The only module that opens databases.

The wall: ``datasets/download.py`` alone opens sockets to public servers. A workspace is another
thing, the file or the base that the administrator names; nothing but this module opens it.

A write takes its lock when it begins (SQLite) or on the rows it reads (PostgreSQL), and is
acknowledged only once it is on disk: ``synchronous=FULL`` here, ``synchronous_commit`` there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from datasets.workspace.errors import BadWorkspace, WorkspaceError, WorkspaceUnreachable
from datasets.workspace.where import Where

# How long a write waits for another one, and a server is waited for [assumptions, editable].
BUSY_S = 20
CONNECT_S = 5
_WRITES = "qpv_writes"
_NOTHING_KEPT = "Ce qui n'a pas été confirmé n'est pas tenu pour enregistré."
_SQLITE_WORDS = {
    "SQLITE_BUSY": f"un autre poste écrit depuis plus de {BUSY_S} s : réessayez",
    "SQLITE_FULL": "le disque est plein : faites de la place, puis réessayez",
    "SQLITE_READONLY": "le fichier ne peut pas être écrit : vérifiez les droits",
    "SQLITE_CANTOPEN": "le fichier ne peut pas être ouvert : vérifiez le chemin et les droits",
    "SQLITE_CORRUPT": "le fichier est abîmé : reprenez une copie ou un export",
    "SQLITE_NOTADB": "ce n'est pas un espace partagé : vérifiez le chemin",
    "SQLITE_IOERR": "le disque ne répond pas : vérifiez-le, puis réessayez",
}


def engine_for(where: Where) -> Engine:
    """The engine of a workspace; nothing is opened before the first transaction.

    No pool: a server started again, or a process that was forked, never meets a dead connection.
    """
    if where.path is not None:
        engine = create_engine(
            where.url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": BUSY_S}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        where.url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_S},
    )
    event.listen(engine, "begin", _begin_postgresql)
    return engine


@contextmanager
def reading(engine: Engine, where: Where) -> Iterator[Connection]:
    """A transaction that sees one state of the whole workspace."""
    options = {} if where.path is not None else {"isolation_level": "REPEATABLE READ"}
    with _told(where), engine.execution_options(**options).begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, where: Where) -> Iterator[Connection]:
    """A transaction that is whole and on disk when the block ends, or did not happen."""
    with _told(where), engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


def keep_ahead_log(path: Path) -> None:
    """Make a SQLite file write ahead (WAL): readers never wait for a writer."""
    with closing(sqlite3.connect(path, timeout=BUSY_S)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def copy_sqlite(source: Path, copy: Path) -> None:
    """A whole copy of a base that others may be using."""
    with (
        closing(sqlite3.connect(source, timeout=BUSY_S)) as opened,
        closing(sqlite3.connect(copy)) as target,
    ):
        opened.backup(target)


def compact_sqlite(path: Path) -> None:
    """Write a base anew: what was deleted no longer stands in its free pages nor in its log."""
    with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _told(where: Where) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # a name taken meanwhile: the caller tells whose it is
    except DBAPIError as error:
        raise _in_french(error, where) from None


def _in_french(error: DBAPIError, where: Where) -> WorkspaceError:
    """The error without its statement, its values, nor the words of the server."""
    name = getattr(error.orig, "sqlite_errorname", "")
    for start, words in _SQLITE_WORDS.items():
        if name.startswith(start):
            kind = BadWorkspace if start == "SQLITE_NOTADB" else WorkspaceUnreachable
            return kind(f"Espace partagé ({where.told}) : {words}. {_NOTHING_KEPT}")
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith("42501"):
        return WorkspaceUnreachable(
            f"Espace partagé ({where.told}) : le compte n'a pas les droits attendus. "
            "À faire : demandez à l'administrateur de la base."
        )
    code = f" (code {state or name})" if state or name else ""
    return WorkspaceUnreachable(
        f"Espace partagé ({where.told}) : la base ne répond pas ou refuse{code}. {_NOTHING_KEPT} "
        "À faire : vérifiez qu'elle est démarrée, l'adresse, le compte et le mot de passe, puis "
        "réessayez."
    )


def _prepare_sqlite(opened: Any, _record: Any) -> None:
    # The driver would begin by itself, and too late to take the lock of a write.
    opened.isolation_level = None
    opened.execute("PRAGMA synchronous=FULL")
    opened.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        # A server set to acknowledge before its disk does would break the promise made here.
        connection.exec_driver_sql(
            "SELECT set_config('synchronous_commit', 'on', true) "
            "WHERE current_setting('synchronous_commit') = 'off'"
        )
