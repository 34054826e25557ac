"""Where a workspace lives: a file by default, a PostgreSQL base by one URL.

The URL may hold a password: it is never written to a message. What people are shown is
``Where.told``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from datasets.store import default_data_dir
from datasets.workspace.errors import BadWorkspace

VARIABLE = "QPV_WORKSPACE"
FILE_NAME = "workspace.db"
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
_EXPECTED = (
    "attendu : un fichier (espace.db, ou sqlite:////dossier/espace.db) ou une base PostgreSQL "
    "(postgresql://compte:motdepasse@serveur:5432/base)"
)


@dataclass(frozen=True)
class Where:
    """The place of a workspace. ``path`` is None for a PostgreSQL base."""

    url: URL = field(repr=False)
    path: Path | None

    @property
    def told(self) -> str:
        """The place in words, without account nor password."""
        if self.path is not None:
            return f"fichier {self.path}"
        host = self.url.host or "cette machine"
        port = f":{self.url.port}" if self.url.port else ""
        return f"base PostgreSQL « {self.url.database} » sur {host}{port}"


def find_workspace(asked: str | None = None) -> Where:
    """The workspace asked for, else that of ``QPV_WORKSPACE``, else a file of the data folder.

    Raises
    ------
    BadWorkspace
        When the address names neither a file nor a PostgreSQL base. It is not repeated.
    """
    text = (asked or os.environ.get(VARIABLE, "")).strip()
    if "\0" in text:
        raise BadWorkspace(f"Adresse de l'espace partagé illisible ; {_EXPECTED}.")
    if not text:
        return _file(default_data_dir() / FILE_NAME)
    if "://" not in text:
        if "@" in text or text == ":memory:":
            raise BadWorkspace(f"Adresse de l'espace partagé illisible ; {_EXPECTED}.")
        return _file(Path(text))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise BadWorkspace(f"Adresse de l'espace partagé illisible ; {_EXPECTED}.") from None
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if not url.database or url.database == ":memory:" or url.query or url.host:
            raise BadWorkspace(f"Adresse de fichier incomplète ; {_EXPECTED}.")
        return _file(Path(url.database))
    if url.drivername not in _POSTGRESQL:
        kind = url.drivername if url.drivername.isascii() else "cette sorte"
        raise BadWorkspace(f"Une base de sorte « {kind} » n'est pas reçue ; {_EXPECTED}.")
    if not url.database:
        raise BadWorkspace(f"L'adresse ne nomme aucune base ; {_EXPECTED}.")
    return Where(url.set(drivername="postgresql+psycopg"), None)


def _file(path: Path) -> Where:
    if path.is_dir():
        raise BadWorkspace(f"{path} est un dossier ; {_EXPECTED}.")
    return Where(URL.create("sqlite+pysqlite", database=str(path)), path)
