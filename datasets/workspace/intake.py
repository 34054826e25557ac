"""Bring an archive into a workspace: all of it or nothing, and never over what a team wrote.

A record known on both sides goes forward when one history continues the other. When both have
moved, or when a name belongs to two records, that is a conflict: the import is refused, or the
archive's record is kept beside ours under another name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from datasets.workspace.archive import Archive, BadArchive, Bounds, opened_archive
from datasets.workspace.archive_lines import wrong_lines
from datasets.workspace.blobs import keep_bytes
from datasets.workspace.engine import writing
from datasets.workspace.errors import WorkspaceError
from datasets.workspace.export import history_line
from datasets.workspace.history import append
from datasets.workspace.kinds import KIND_WORDS
from datasets.workspace.opening import Workspace
from datasets.workspace.record import Record, as_json
from datasets.workspace.records import record_of, row_of
from datasets.workspace.resolve import free_name
from datasets.workspace.tables import history, records
from geo.words import counted, number

OnConflict = Literal["refuse", "both"]
IMPORT_ROLE = "import d'une archive"
Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class Imported:
    """How many records were added, brought forward, already there, and kept beside ours."""

    added: int = 0
    forwarded: int = 0
    known: int = 0
    beside: int = 0

    @property
    def changes(self) -> int:
        """How many records an import writes."""
        return self.added + self.forwarded + self.beside

    def told(self) -> list[str]:
        """The four counts in French."""
        return [
            counted(self.added, "fiche nouvelle", "fiches nouvelles"),
            counted(self.forwarded, "mise à jour", "mises à jour"),
            f"{number(self.known)} déjà là",
            f"{number(self.beside)} à côté sous un autre nom",
        ]


@dataclass(frozen=True)
class Preview:
    """What an import would bring; ``conflicts``: the records that each side has in its way."""

    brought: Imported
    conflicts: tuple[str, ...]


class ImportConflicts(WorkspaceError):
    """Records that both sides changed (``conflicts``): nothing was imported."""

    def __init__(self, conflicts: list[str]):
        self.conflicts = tuple(conflicts)
        listed = "\n".join(f"- {text}" for text in conflicts)
        super().__init__(
            "Import refusé, rien n'est importé : l'archive et l'espace ont chacun leur version.\n"
            f"{listed}\nÀ faire : ajoutez --conflicts both pour garder les deux (celle de "
            "l'archive sous un autre nom)."
        )


class _Undone(Exception):
    """Ends a transaction of which nothing must stay."""


def import_workspace(
    workspace: Workspace,
    path: Path,
    on_conflict: OnConflict = "refuse",
    bounds: Bounds | None = None,
) -> Imported:
    """Merge an archive into a workspace, in one transaction.

    Raises
    ------
    BadArchive
        Listing every problem of the archive with its member, line and field.
    ImportConflicts
        Listing every record that both sides changed, unless ``on_conflict`` is ``both``.
    """
    with _checked(workspace, path, bounds) as archive:
        try:
            with writing(workspace.engine, workspace.where) as connection:
                done, conflicts = _merge(connection, archive, on_conflict, workspace.now())
                if conflicts:
                    raise ImportConflicts(conflicts)
        except IntegrityError:
            raise WorkspaceError(
                "Quelqu'un a enregistré pendant l'import : rien n'est importé. À faire : "
                "recommencez l'import."
            ) from None
    return done


def preview_import(workspace: Workspace, path: Path, bounds: Bounds | None = None) -> Preview:
    """What ``import_workspace`` would bring, found by doing it in a transaction that is undone.

    Raises ``BadArchive``, as the import would.
    """
    found = Preview(Imported(), ())
    with _checked(workspace, path, bounds) as archive:
        try:
            with writing(workspace.engine, workspace.where) as connection:
                brought, conflicts = _merge(connection, archive, "refuse", workspace.now())
                found = Preview(brought, tuple(conflicts))
                raise _Undone
        except _Undone:
            pass
        except IntegrityError:
            raise WorkspaceError(
                "Quelqu'un enregistre en ce moment. À faire : recommencez dans un instant."
            ) from None
    return found


@contextmanager
def _checked(workspace: Workspace, path: Path, bounds: Bounds | None) -> Iterator[Archive]:
    """An archive whose every line is right, or ``BadArchive``."""
    with opened_archive(path, bounds) as archive:
        problems = wrong_lines(archive, workspace.today())
        if problems:
            raise BadArchive(path.name, problems)
        yield archive


def _merge(
    connection: Connection, archive: Archive, way: OnConflict, now: str
) -> tuple[Imported, list[str]]:
    """Write what can be; also the records in the way, of which nothing is written."""
    theirs = _histories(archive)
    conflicts: list[str] = []
    done = Imported()
    for digest in archive.files:
        keep_bytes(connection, digest, archive.content(digest))
    for _, line in archive.records:
        record = Record(**line)
        lines = theirs[record.id]
        ours = _ours(connection, record.id)
        named = _named(connection, record)
        mine = _our_lines(connection, record.id) if ours is not None else []
        if ours is not None and mine[: len(lines)] == lines:
            done = replace(done, known=done.known + 1)
        elif ours is not None and lines[: len(mine)] == mine:
            connection.execute(
                update(records).where(records.c.id == record.id).values(**row_of(record))
            )
            _append(connection, record.id, lines[len(mine) :])
            done = replace(done, forwarded=done.forwarded + 1)
        elif ours is None and named is None:
            _add(connection, record, lines)
            done = replace(done, added=done.added + 1)
        elif way == "both":
            fresh = _beside(connection, record, lines, now)
            done = replace(done, beside=done.beside + fresh, known=done.known + (not fresh))
        else:
            conflicts.append(_told(record, ours or named))
    return done, conflicts


def _told(record: Record, ours: Record | None) -> str:
    here = f"version {ours.version} ici (par {ours.role})" if ours is not None else ""
    return (
        f"{KIND_WORDS[record.kind]} « {record.name} », {record.territory} : {here}, version "
        f"{record.version} dans l'archive (par {record.role})"
    )


def _beside(connection: Connection, record: Record, lines: Lines, now: str) -> int:
    """Keep the archive's record under another name; 1, or 0 when an import already did."""
    # The same archive brought twice gives the same number: it is kept once.
    marks = as_json({"id": record.id, "lines": lines})
    own = hashlib.sha256(marks.encode()).hexdigest()[:32]
    if _ours(connection, own) is not None:
        return 0
    taken = connection.scalars(
        select(records.c.name).where(
            records.c.kind == record.kind, records.c.territory == record.territory
        )
    )
    name = free_name(record.name, set(taken))
    made = replace(
        record, id=own, name=name, version=record.version + 1, role=IMPORT_ROLE, changed=now
    )
    _add(connection, made, lines)
    append(connection, own, made.version, "import", IMPORT_ROLE, now, record.state, made.state)
    return 1


def _add(connection: Connection, record: Record, lines: Lines) -> None:
    connection.execute(insert(records).values(**row_of(record)))
    _append(connection, record.id, lines)


def _append(connection: Connection, record_id: str, lines: Lines) -> None:
    for line in lines:
        append(connection, record_id, line["version"], line["action"], line["role"], line["at"],
               line["before"], line["after"])  # fmt: skip


def _histories(archive: Archive) -> dict[str, Lines]:
    found: dict[str, Lines] = {line["id"]: [] for _, line in archive.records}
    for _, line in archive.history:
        found[line["record_id"]].append(_content(line))
    return found


def _our_lines(connection: Connection, record_id: str) -> Lines:
    wanted = select(history).where(history.c.record_id == record_id).order_by(history.c.line)
    return [_content(history_line(row)) for row in connection.execute(wanted)]


def _content(line: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != "record_id"}


def _ours(connection: Connection, record_id: str) -> Record | None:
    wanted = select(records).where(records.c.id == record_id).with_for_update()
    row = connection.execute(wanted).one_or_none()
    return None if row is None else record_of(row)


def _named(connection: Connection, record: Record) -> Record | None:
    wanted = select(records).where(
        records.c.kind == record.kind,
        records.c.territory == record.territory,
        records.c.name == record.name,
    )
    row = connection.execute(wanted.with_for_update()).one_or_none()
    return None if row is None else record_of(row)
