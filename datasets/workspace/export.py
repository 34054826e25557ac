"""Write a whole workspace as one archive (``datasets.workspace.archive`` says its form)."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from datasets.files import opened_atomically
from datasets.workspace.archive import FILES, FORMAT, HISTORY, MANIFEST, RECORDS
from datasets.workspace.engine import reading
from datasets.workspace.history import line_of
from datasets.workspace.opening import Workspace, head
from datasets.workspace.record import as_json
from datasets.workspace.records import record_of
from datasets.workspace.tables import files, history, records

# The oldest date that a ZIP can hold: the same content gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Counts:
    """How much an archive holds."""

    records: int
    history: int
    files: int


def export_workspace(workspace: Workspace, out: Path) -> Counts:
    """Write records (withdrawn ones too), their history and their files; whole or not at all.

    Everything is read in one transaction: the archive is one state of the workspace.
    """
    with (
        opened_atomically(out) as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written,
        reading(workspace.engine, workspace.where) as connection,
    ):
        members: dict[str, dict[str, Any]] = {}
        kept = [record_line(row) for row in connection.execute(_in_order(records, "id"))]
        lines = [history_line(row) for row in connection.execute(_in_order(history, "line"))]
        _add(written, members, RECORDS, _jsonl(kept))
        _add(written, members, HISTORY, _jsonl(lines))
        count = _files(written, members, connection)
        manifest = {
            "format": FORMAT,
            "programme": "qpv-acces-sante",
            "revision": head(),
            "exporte_le": workspace.now(),
            "membres": members,
        }
        _add(written, {}, MANIFEST, _text(manifest, indent=1))
    return Counts(len(kept), len(lines), count)


def record_line(row: Any) -> dict[str, Any]:
    """A row of ``qpv_record`` as the archive writes it."""
    return dict(vars(record_of(row)))


def history_line(row: Any) -> dict[str, Any]:
    """A row of ``qpv_history`` as the archive writes it: its number is that of one base only."""
    found = dict(vars(line_of(row)))
    del found["line"]
    return found


def _files(
    written: zipfile.ZipFile, members: dict[str, dict[str, Any]], connection: Connection
) -> int:
    digests = list(connection.scalars(select(files.c.sha256).order_by(files.c.sha256)))
    for digest in digests:
        wanted = select(files.c.content).where(files.c.sha256 == digest)
        _add(written, members, FILES + digest, bytes(connection.execute(wanted).scalar_one()))
    return len(digests)


def _in_order(table: Any, column: str) -> Any:
    return select(table).order_by(table.c[column])


def _jsonl(lines: Iterable[dict[str, Any]]) -> bytes:
    return "".join(as_json(line) + "\n" for line in lines).encode()


def _text(content: dict[str, Any], indent: int) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=indent, sort_keys=True).encode()


def _add(
    written: zipfile.ZipFile, members: dict[str, dict[str, Any]], name: str, content: bytes
) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    written.writestr(info, content)
    members[name] = {"sha256": hashlib.sha256(content).hexdigest(), "octets": len(content)}
