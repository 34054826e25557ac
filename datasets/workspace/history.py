"""Every change that was ever made: appended, never rewritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection, Row

from datasets.workspace.engine import reading
from datasets.workspace.errors import NotInWorkspace
from datasets.workspace.opening import Workspace
from datasets.workspace.record import as_json
from datasets.workspace.tables import history

Action = Literal["create", "change", "withdraw", "restore", "set_aside", "import"]
ACTIONS: tuple[Action, ...] = get_args(Action)
_MOST_LINES = 2**31 - 1
ACTION_WORDS: dict[str, str] = {
    "create": "créé",
    "change": "modifié",
    "withdraw": "retiré",
    "restore": "remis",
    "set_aside": "version écartée",
    "import": "importé sous un autre nom",
}


@dataclass(frozen=True)
class Line:
    """One change. ``before`` is None for a creation; a state holds name, withdrawn and body.

    ``set_aside`` changed nothing: ``after`` is what somebody gave up when another had saved first.
    """

    line: int
    record_id: str
    version: int
    action: str
    role: str
    at: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


def history_of(workspace: Workspace, record_id: str) -> list[Line]:
    """Every change of one record, oldest first; [] for an unknown record."""
    wanted = select(history).where(history.c.record_id == record_id).order_by(history.c.line)
    with reading(workspace.engine, workspace.where) as connection:
        return [line_of(row) for row in connection.execute(wanted)]


def last_lines(workspace: Workspace, count: int) -> list[Line]:
    """The last changes of the whole workspace, latest first."""
    wanted = select(history).order_by(history.c.line.desc()).limit(count)
    with reading(workspace.engine, workspace.where) as connection:
        return [line_of(row) for row in connection.execute(wanted)]


def find_line(connection: Connection, line: int) -> Line:
    """One line of history, or ``NotInWorkspace``."""
    row = None
    # A database refuses in its own words a number that no column of it can hold.
    if 0 < line <= _MOST_LINES:
        row = connection.execute(select(history).where(history.c.line == line)).one_or_none()
    if row is None:
        raise NotInWorkspace(
            f"Aucune ligne {line} dans l'historique. À faire : qpv workspace history"
        )
    return line_of(row)


def append(
    connection: Connection,
    record_id: str,
    version: int,
    action: Action,
    role: str,
    at: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    """Add one change, in the transaction of the change itself."""
    connection.execute(
        insert(history).values(
            record_id=record_id,
            version=version,
            action=action,
            role=role,
            at=at,
            before=None if before is None else as_json(before),
            after=as_json(after),
        )
    )


def count_lines(connection: Connection) -> int:
    """How many changes were ever made."""
    return int(connection.execute(select(func.count()).select_from(history)).scalar_one())


def line_of(row: Row[Any]) -> Line:
    """A row of the table as a ``Line``."""
    known = row._asdict()
    before = known.pop("before")
    after = json.loads(known.pop("after"))
    return Line(**known, before=None if before is None else json.loads(before), after=after)
