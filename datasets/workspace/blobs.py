"""Bytes under their own sha256: kept once, whatever the number of files that hold them."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from datasets.workspace.tables import files as table


def keep_bytes(connection: Connection, digest: str, content: bytes) -> None:
    """Keep bytes under their sha256, once."""
    if connection.execute(select(table.c.size).where(table.c.sha256 == digest)).first() is None:
        connection.execute(insert(table).values(sha256=digest, size=len(content), content=content))


def stored_bytes(connection: Connection, digest: str) -> bytes | None:
    """The bytes under a sha256, or None."""
    found = connection.execute(select(table.c.content).where(table.c.sha256 == digest))
    value = found.scalar_one_or_none()
    return None if value is None else bytes(value)
