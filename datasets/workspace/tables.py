"""The tables of a workspace, as its latest migration leaves them.

``qpv_record`` holds what is shared, ``qpv_history`` every change that was ever made to it, and
``qpv_file`` the bytes of files under their sha256. Dates are UTC texts (``2026-01-15T09:30:00Z``):
they read and sort the same in both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData()
VERSION_TABLE = "qpv_migration"
NAME_LENGTH = 120
ROLE_LENGTH = 120
# SQLite numbers by itself a column of this very type only.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

records = Table(
    "qpv_record",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("territory", String(80), nullable=False),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("version", Integer, nullable=False),
    Column("role", String(ROLE_LENGTH), nullable=False),
    Column("created", String(20), nullable=False),
    Column("changed", String(20), nullable=False),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
    Column("body", Text, nullable=False),
    UniqueConstraint("kind", "territory", "name", name="qpv_record_name"),
)
history = Table(
    "qpv_history",
    metadata,
    Column("line", _NUMBER, primary_key=True, autoincrement=True),
    Column("record_id", String(32), ForeignKey("qpv_record.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("action", String(20), nullable=False),
    Column("role", String(ROLE_LENGTH), nullable=False),
    Column("at", String(20), nullable=False),
    Column("before", Text),
    Column("after", Text, nullable=False),
)
files = Table(
    "qpv_file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
