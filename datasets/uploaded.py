"""A file that somebody sends through the browser, read by the reader of the same file on disk."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from geo.errors import BadInput

Read = TypeVar("Read")
MAX_BYTES = 1_000_000
_LONGEST_NAME = 60


def read_uploaded(
    name: str, content: bytes, read: Callable[[Path], Read], most: int = MAX_BYTES
) -> Read:
    """Give ``content`` to a reader of paths, under a harmless form of its own name.

    Raises
    ------
    BadInput
        When it is larger than ``most`` bytes; or as the reader.
    """
    if len(content) > most:
        raise BadInput(
            f"Fichier de {len(content) / 1_000_000:.1f} Mo refusé : {most / 1_000_000:g} Mo au "
            "plus sont attendus. À faire : envoyez le fichier du modèle, sans autre contenu."
        )
    plain = re.sub(r"[^\w.-]+", "_", name)[-_LONGEST_NAME:].lstrip(".") or "fichier"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / plain
        path.write_bytes(content)
        return read(path)
