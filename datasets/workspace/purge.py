"""Erase for good what a team no longer keeps, after a whole export of it.

Nothing else erases: a withdrawn record stays in the base with its history. The archive written
before holds all that goes; importing it brings everything back.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, func, or_, select
from sqlalchemy.engine import Connection

from datasets.workspace.archive import RECORDS
from datasets.workspace.engine import compact_sqlite, reading, writing
from datasets.workspace.errors import RefusedRecord
from datasets.workspace.export import export_workspace
from datasets.workspace.opening import Workspace
from datasets.workspace.record import Record
from datasets.workspace.records import record_of
from datasets.workspace.tables import files, history, records

_AT_ONCE = 500  # values of one statement: under the least limit of both databases


@dataclass(frozen=True)
class Purge:
    """What goes: ``records``, their ``history`` lines, and ``files`` that nothing else holds."""

    records: tuple[Record, ...]
    history: int
    files: int


def purge_plan(workspace: Workspace, everything: bool = False) -> Purge:
    """What a purge would erase: the withdrawn records, or all of them."""
    with reading(workspace.engine, workspace.where) as connection:
        return _plan(connection, everything)


def purge_workspace(workspace: Workspace, keep: Path, everything: bool = False) -> Purge:
    """Export the whole workspace to ``keep``, then erase; all of it or nothing.

    Raises
    ------
    RefusedRecord
        When ``keep`` exists already, or somebody changed what goes after the export.
    WorkspaceUnreachable
        When the base does not answer: nothing is erased.
    """
    if keep.exists():
        raise RefusedRecord(
            f"{keep} existe déjà : une archive n'est jamais remplacée. Donnez un autre nom."
        )
    export_workspace(workspace, keep)
    saved = _saved(keep)
    with writing(workspace.engine, workspace.where) as connection:
        found = _plan(connection, everything)
        late = [one.name for one in found.records if (one.id, one.version) not in saved]
        if late:
            raise RefusedRecord(
                f"Changé pendant l'export : {', '.join(late[:5])}. Rien n'a été effacé. À faire : "
                "relancez la commande avec un autre nom d'archive."
            )
        ids = [one.id for one in found.records]
        for part in _parts(ids):
            connection.execute(delete(history).where(history.c.record_id.in_(part)))
            connection.execute(delete(records).where(records.c.id.in_(part)))
        for part in _parts(_unused(connection, ())):
            connection.execute(delete(files).where(files.c.sha256.in_(part)))
    if workspace.where.path is not None:
        compact_sqlite(workspace.where.path)
    return found


def _plan(connection: Connection, everything: bool) -> Purge:
    wanted = select(records).order_by(records.c.kind, records.c.name)
    if not everything:
        wanted = wanted.where(records.c.withdrawn)
    gone = tuple(record_of(row) for row in connection.execute(wanted))
    ids = [one.id for one in gone]
    lines = 0
    for part in _parts(ids):
        counted = select(func.count()).select_from(history).where(history.c.record_id.in_(part))
        lines += int(connection.execute(counted).scalar_one())
    return Purge(gone, lines, len(_unused(connection, ids)))


def _unused(connection: Connection, without: Sequence[str]) -> list[str]:
    """The files that no record nor history line names, those of ``without`` aside."""
    away = set(without)
    free = []
    for digest in connection.scalars(select(files.c.sha256)):
        own = select(records.c.id).where(records.c.body.contains(digest))
        told = or_(history.c.before.contains(digest), history.c.after.contains(digest))
        past = select(history.c.record_id).where(told)
        holders = {*connection.scalars(own), *connection.scalars(past)}
        if holders <= away:
            free.append(digest)
    return free


def _saved(archive: Path) -> set[tuple[str, int]]:
    with zipfile.ZipFile(archive) as opened:
        lines = opened.read(RECORDS).decode().splitlines()
    found = (json.loads(line) for line in lines)
    return {(one["id"], one["version"]) for one in found}


def _parts(values: Sequence[str]) -> list[Sequence[str]]:
    return [values[first : first + _AT_ONCE] for first in range(0, len(values), _AT_ONCE)]
