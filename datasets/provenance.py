"""Fetched files on disk: published whole or not at all, with a note of where they come from."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datasets.catalogue import Source
from datasets.fetch_errors import CannotWrite
from datasets.files import sha256_of, write_atomically
from datasets.raw import PARTIAL_SUFFIX, PROVENANCE_SUFFIX
from datasets.system_errors import system_fr


@dataclass(frozen=True)
class Provenance:
    """Where a file comes from: what ``F.provenance.json`` holds, key for key.

    ``size`` in bytes, ``fetched_at`` in ISO 8601 UTC: when these bytes were first received.
    """

    source_id: str
    url: str
    final_url: str
    fetched_at: str
    size: int
    sha256: str
    etag: str
    last_modified: str
    vintage: str
    licence: str
    publisher: str


@dataclass(frozen=True)
class Fetched:
    """What came of one file: ``changed`` is False when the file in place was already this one."""

    path: Path
    provenance: Provenance
    changed: bool


def provenance_path(path: Path) -> Path:
    return path.with_name(path.name + PROVENANCE_SUFFIX)


def known_provenance(path: Path) -> Provenance | None:
    """The provenance of the file in place, or None when it is absent or speaks of other bytes."""
    try:
        content = json.loads(provenance_path(path).read_text(encoding="utf-8"))
        noted = Provenance(**content)
        in_place = path.stat().st_size == noted.size and sha256_of(path) == noted.sha256
    except (OSError, ValueError, TypeError):
        return None
    return noted if in_place else None


def make_provenance(
    entry: Source,
    path: Path,
    url: str,
    *,
    final_url: str = "",
    etag: str = "",
    last_modified: str = "",
) -> Provenance:
    """Describe the bytes of ``path``, received now."""
    return Provenance(
        source_id=entry.id,
        url=url,
        final_url=final_url or url,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        size=path.stat().st_size,
        sha256=sha256_of(path),
        etag=etag,
        last_modified=last_modified,
        vintage=entry.vintage,
        licence=entry.licence,
        publisher=entry.publisher,
    )


def publish(finished: Path, destination: Path, noted: Provenance) -> Fetched:
    """Put a finished, flushed file in place of ``destination`` in one step, then note its origin.

    When the file in place holds the same bytes it is left alone, with the date it came.
    """
    try:
        before = known_provenance(destination)
        if before is not None and before.sha256 == noted.sha256:
            finished.unlink()
            noted = replace(noted, fetched_at=before.fetched_at)
            _note(destination, noted)
            return Fetched(destination, noted, changed=False)
        finished.replace(destination)
        _flush_folder(destination.parent)
        _note(destination, noted)
    except OSError as error:
        raise cannot_write(destination, error) from error
    return Fetched(destination, noted, changed=True)


def publish_json(content: Any, destination: Path, entry: Source, url: str) -> Fetched:
    """Write ``content`` as JSON and publish it (for files put together from several answers)."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    aside = destination.with_name(destination.name + PARTIAL_SUFFIX)
    try:
        write_atomically(aside, text.encode("utf-8"))
    except OSError as error:
        raise cannot_write(destination, error) from error
    return publish(aside, destination, make_provenance(entry, aside, url))


def cannot_write(path: Path, error: OSError) -> CannotWrite:
    why = system_fr(error)
    return CannotWrite(
        f"Le fichier {path} ne peut pas être écrit : {why}. "
        "À faire : vérifiez la place libre et les droits du dossier, ou choisissez-en un autre "
        "avec --data."
    )


def _note(path: Path, noted: Provenance) -> None:
    text = json.dumps(asdict(noted), ensure_ascii=False, indent=1) + "\n"
    write_atomically(provenance_path(path), text.encode("utf-8"))
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
