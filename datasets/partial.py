"""A download under way: the bytes received so far and what is needed to ask for the rest.

``F.part`` holds the bytes; ``.F.resume.json`` the address, validator and total size announced,
so that a run killed half-way is resumed by the next one. Without a validator (ETag, or
Last-Modified) two answers cannot be told to be of one file, so nothing is resumed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from datasets.raw import PARTIAL_SUFFIX


@dataclass(frozen=True)
class Announced:
    """What the server said of the file whose first bytes are in the ``.part``."""

    url: str
    etag: str
    last_modified: str
    total: int | None

    @property
    def validator(self) -> str:
        """What to send as If-Range: a strong ETag, else the date, else nothing."""
        if self.etag:
            return "" if self.etag.startswith("W/") else self.etag
        return self.last_modified


@dataclass(frozen=True)
class Partial:
    """The unfinished file beside ``destination``."""

    destination: Path

    @property
    def path(self) -> Path:
        return self.destination.with_name(self.destination.name + PARTIAL_SUFFIX)

    @property
    def _state_path(self) -> Path:
        return self.destination.with_name(f".{self.destination.name}.resume.json")

    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def announced(self, url: str) -> Announced | None:
        """What is known of the bytes at hand, when they can be completed from ``url``."""
        try:
            known = Announced(**json.loads(self._state_path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        usable = known.url == url and known.validator and self.size() > 0
        return known if usable else None

    def remember(self, announced: Announced) -> None:
        self._state_path.write_text(json.dumps(asdict(announced)), encoding="utf-8")

    def cut_to(self, size: int) -> None:
        with self.path.open("r+b") as stream:
            stream.truncate(size)

    def forget(self) -> None:
        """Drop the note only (the bytes are about to be published)."""
        self._state_path.unlink(missing_ok=True)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.forget()
