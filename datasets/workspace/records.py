"""Save, read, withdraw and put back what a team shares, without ever losing what someone wrote.

Each record has a version. Who saves says which version was read; when the record has moved since,
nothing is written and ``Conflict`` shows both sides (``datasets.workspace.conflict``).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import IntegrityError

from datasets.workspace.blobs import keep_bytes
from datasets.workspace.conflict import Conflict
from datasets.workspace.contents import wrong_with_body
from datasets.workspace.engine import reading, writing
from datasets.workspace.errors import NotInWorkspace, RefusedRecord
from datasets.workspace.history import Action, append, find_line
from datasets.workspace.kinds import (
    KIND_WORDS,
    plain_name,
    territory_slug,
    wrong_with_label,
    wrong_with_role,
)
from datasets.workspace.opening import Workspace
from datasets.workspace.record import Record, as_json
from datasets.workspace.tables import records


@dataclass(frozen=True)
class _Draft:
    """What somebody wants to save, checked."""

    kind: str
    territory: str
    name: str
    body: Mapping[str, Any]
    role: str
    content: bytes | None = None


def save(
    workspace: Workspace,
    kind: str,
    territory: str,
    name: str,
    body: Mapping[str, Any],
    role: str,
    version: int | None = None,
    content: bytes | None = None,
) -> Record:
    """Save a record under its kind, territory and name; return it as it is kept.

    Parameters
    ----------
    body : its content (``datasets.workspace.contents`` says what each kind holds).
    role : the function of who saves, never a person's name.
    version : the version that was read and is changed; None for something new.
    content : the bytes of a file, kept in the same transaction (``datasets.workspace.files``).

    Raises
    ------
    RefusedRecord
        Listing everything wrong in it; nothing is kept.
    Conflict
        When the record has moved since that version, or the name is taken; nothing is kept.
        Saving again what is already there is no conflict.
    """
    draft = _checked(kind, territory, name, body, role, content)
    try:
        with writing(workspace.engine, workspace.where) as connection:
            return _save(connection, workspace.now(), draft, version)
    except IntegrityError:
        # Somebody took the name between the look and the write: now it can be looked at.
        with writing(workspace.engine, workspace.where) as connection:
            return _save(connection, workspace.now(), draft, version)


def find(workspace: Workspace, record_id: str) -> Record:
    """One record, withdrawn or not. Raises ``NotInWorkspace``."""
    with reading(workspace.engine, workspace.where) as connection:
        return _found(connection, record_id)


def find_named(workspace: Workspace, kind: str, territory: str, name: str) -> Record | None:
    """The record of that name, or None; a withdrawn one is told by its ``withdrawn``."""
    with reading(workspace.engine, workspace.where) as connection:
        slug = territory_slug(territory)
        return _named(connection, kind, slug, plain_name(name), for_update=False)


def records_of(
    workspace: Workspace,
    kind: str | None = None,
    territory: str | None = None,
    *,
    withdrawn: bool = False,
) -> list[Record]:
    """The records of a kind and a territory (all by default), by kind, territory and name."""
    wanted = select(records).order_by(records.c.kind, records.c.territory, records.c.name)
    if kind is not None:
        wanted = wanted.where(records.c.kind == kind)
    if territory is not None:
        wanted = wanted.where(records.c.territory == territory_slug(territory))
    if not withdrawn:
        wanted = wanted.where(~records.c.withdrawn)
    with reading(workspace.engine, workspace.where) as connection:
        return [record_of(row) for row in connection.execute(wanted)]


def withdraw(workspace: Workspace, record_id: str, role: str, version: int) -> Record:
    """Take a record out of the lists; it stays in the base, and can be put back.

    Raises ``NotInWorkspace``, ``RefusedRecord`` (role), ``Conflict`` (it has moved).
    """
    role = _role(role)
    with writing(workspace.engine, workspace.where) as connection:
        found = _found(connection, record_id, for_update=True)
        draft = _Draft(found.kind, found.territory, found.name, found.body, role)
        if found.version != version:
            raise Conflict(found, draft.name, found.body, role, withdrawing=True)
        return _write(connection, workspace.now(), found, draft, "withdraw", withdrawn=True)


def restore(
    workspace: Workspace,
    line: int,
    role: str,
    side: Literal["after", "before"] = "after",
    version: int | None = None,
) -> Record:
    """Put a record back as a line of its history left it (or found it: ``before``).

    This is one more change, which can be taken back too. Undoing a creation withdraws the record.
    ``version``: the one that was looked at; None to put back whatever came since.
    Raises ``NotInWorkspace``, ``RefusedRecord`` (role), ``Conflict`` (it has moved).
    """
    role = _role(role)
    with writing(workspace.engine, workspace.where) as connection:
        told = find_line(connection, line)
        found = _found(connection, told.record_id, for_update=True)
        state = told.after if side == "after" else told.before
        if state is None:
            state = {**told.after, "withdrawn": True}
        draft = _Draft(found.kind, found.territory, found.name, state["body"], role)
        gone: bool = state["withdrawn"]
        if version is not None and found.version != version:
            raise Conflict(found, draft.name, draft.body, role, withdrawing=gone)
        return _write(connection, workspace.now(), found, draft, "restore", withdrawn=gone)


def set_aside(workspace: Workspace, conflict: Conflict) -> None:
    """Keep in the history what its author gives up, so that it can still be put back."""
    with writing(workspace.engine, workspace.where) as connection:
        found = _found(connection, conflict.theirs.id, for_update=True)
        if conflict.content is not None:
            keep_bytes(connection, conflict.mine["sha256"], conflict.content)
        state = {"name": found.name, "withdrawn": False, "body": conflict.mine}
        append(connection, found.id, found.version, "set_aside", conflict.role, workspace.now(),
               found.state, state)  # fmt: skip


def record_of(row: Row[Any]) -> Record:
    """A row of the table as a ``Record``."""
    known = row._asdict()
    return Record(**{**known, "body": json.loads(known["body"])})


def _checked(
    kind: str,
    territory: str,
    name: str,
    body: Mapping[str, Any],
    role: str,
    content: bytes | None,
) -> _Draft:
    name, role = plain_name(name), plain_name(role)
    wrong = wrong_with_label(kind, name, role)
    if not any(field == "kind" for field, _ in wrong):
        # A note holds the role that signs it: one problem is told once.
        told = {field for field, _ in wrong}
        wrong += [one for one in wrong_with_body(kind, body) if one[0] not in told]
    slug = territory_slug(territory)
    if wrong:
        listed = "\n".join(f"- {field} : {what}" for field, what in wrong)
        raise RefusedRecord(f"Enregistrement refusé, rien n'est gardé.\n{listed}", wrong)
    return _Draft(kind, slug, name, body, role, content)


def _role(role: str) -> str:
    role = plain_name(role)
    wrong = wrong_with_role(role)
    if wrong:
        raise RefusedRecord("\n".join(f"{field} : {what}" for field, what in wrong), wrong)
    return role


def _save(connection: Connection, now: str, draft: _Draft, version: int | None) -> Record:
    found = _named(connection, draft.kind, draft.territory, draft.name)
    if found is None:
        if version is not None:
            raise NotInWorkspace(
                f"{KIND_WORDS[draft.kind].capitalize()} « {draft.name} » : introuvable dans "
                "l'espace partagé. À faire : enregistrez-le comme nouveau."
            )
        return _create(connection, now, draft)
    same = as_json(found.body) == as_json(draft.body)
    if same and not found.withdrawn:
        return found
    if version == found.version or (version is None and found.withdrawn):
        return _write(connection, now, found, draft, "change", withdrawn=False)
    raise Conflict(found, draft.name, draft.body, draft.role, content=draft.content)


def _create(connection: Connection, now: str, draft: _Draft) -> Record:
    _keep(connection, draft)
    made = Record(
        uuid.uuid4().hex, draft.kind, draft.territory, draft.name, 1, draft.role, now, now, False,
        draft.body,
    )  # fmt: skip
    connection.execute(insert(records).values(**row_of(made)))
    append(connection, made.id, 1, "create", draft.role, now, None, made.state)
    return made


def _write(
    connection: Connection,
    now: str,
    found: Record,
    draft: _Draft,
    action: Action,
    *,
    withdrawn: bool,
) -> Record:
    _keep(connection, draft)
    made = Record(
        found.id, found.kind, found.territory, found.name, found.version + 1, draft.role,
        found.created, now, withdrawn, draft.body,
    )  # fmt: skip
    connection.execute(update(records).where(records.c.id == found.id).values(**row_of(made)))
    append(
        connection, made.id, made.version, action, draft.role, now, found.state, made.state
    )  # fmt: skip
    return made


def _keep(connection: Connection, draft: _Draft) -> None:
    if draft.content is not None:
        keep_bytes(connection, draft.body["sha256"], draft.content)


def row_of(record: Record) -> dict[str, Any]:
    """A record as a row of the table."""
    return {**vars(record), "body": as_json(record.body)}


def _found(connection: Connection, record_id: str, *, for_update: bool = False) -> Record:
    wanted = select(records).where(records.c.id == record_id)
    row = connection.execute(wanted.with_for_update() if for_update else wanted).one_or_none()
    if row is None:
        raise NotInWorkspace(
            f"Rien sous le numéro « {record_id[:40]} » dans l'espace partagé. "
            "À faire : qpv workspace list"
        )
    return record_of(row)


def _named(
    connection: Connection, kind: str, territory: str, name: str, *, for_update: bool = True
) -> Record | None:
    wanted = select(records).where(
        records.c.kind == kind, records.c.territory == territory, records.c.name == name
    )
    row = connection.execute(wanted.with_for_update() if for_update else wanted).one_or_none()
    return None if row is None else record_of(row)
