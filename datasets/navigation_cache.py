"""Answers of the routing services kept on disk, one small file each, so that a batch resumes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datasets.files import write_atomically
from datasets.provenance import cannot_write


@dataclass(frozen=True)
class Kept:
    """An answer and when it was received (ISO 8601 UTC)."""

    answer: dict[str, Any]
    received_at: str


@dataclass(frozen=True)
class AnswerCache:
    """Answers under ``folder``, found again by the whole request (address and parameters)."""

    folder: Path

    def get(self, url: str, params: Mapping[str, str]) -> Kept | None:
        """The kept answer; None when there is none, or when its file is damaged."""
        try:
            content = json.loads(self._path(url, params).read_text(encoding="utf-8"))
            if content["url"] == url and content["params"] == dict(params):
                return Kept(dict(content["answer"]), str(content["received_at"]))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None

    def put(self, url: str, params: Mapping[str, str], answer: dict[str, Any]) -> Kept:
        """Keep an answer, whole or not at all.

        Raises
        ------
        CannotWrite
            The folder refuses to be written.
        """
        received_at = datetime.now(UTC).isoformat(timespec="seconds")
        content = {
            "url": url,
            "params": dict(params),
            "received_at": received_at,
            "answer": answer,
        }
        path = self._path(url, params)
        try:
            write_atomically(path, json.dumps(content, ensure_ascii=False).encode())
        except OSError as error:
            raise cannot_write(path, error) from error
        return Kept(answer, received_at)

    def _path(self, url: str, params: Mapping[str, str]) -> Path:
        request = json.dumps([url, dict(params)], sort_keys=True)
        key = hashlib.sha256(request.encode()).hexdigest()
        return self.folder / key[:2] / f"{key}.json"
