"""One download run at a time in a data folder; the second waits, or says who holds it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from datasets.fetch_errors import FetchBusy
from datasets.provenance import cannot_write

_LOCK = ".fetch.lock"
_HOLDER = ".fetch.holder.json"


@contextmanager
def fetch_lock(
    data_dir: Path, territory: str, *, wait: bool, say: Callable[[str], None]
) -> Iterator[Path]:
    """Hold ``data_dir/raw`` for one run, and give its path.

    The lock is freed by the system when its process dies, so a killed run never blocks the next.

    Raises
    ------
    FetchBusy
        When another run holds it and ``wait`` is False.
    """
    raw_dir = data_dir / "raw"
    try:
        raw_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(raw_dir, error) from error
    lock = FileLock(raw_dir / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        busy = f"Un autre téléchargement est en cours dans {raw_dir}{_holder(raw_dir)}"
        if not wait:
            raise FetchBusy(
                f"{busy}. À faire : attendez qu'il finisse, ou choisissez un autre dossier "
                "avec --data."
            ) from None
        say(f"{busy} : j'attends qu'il finisse.")
        lock.acquire()
    try:
        _note_holder(raw_dir, territory)
        yield raw_dir
    finally:
        (raw_dir / _HOLDER).unlink(missing_ok=True)
        lock.release()


def _note_holder(raw_dir: Path, territory: str) -> None:
    since = datetime.now().astimezone().strftime("%d/%m/%Y à %H:%M")
    holder = {"pid": os.getpid(), "territory": territory, "since": since}
    (raw_dir / _HOLDER).write_text(json.dumps(holder), encoding="utf-8")


def _holder(raw_dir: Path) -> str:
    """Who holds the folder, in words; nothing when the note is not there (yet, or any more)."""
    try:
        holder = json.loads((raw_dir / _HOLDER).read_text(encoding="utf-8"))
        told = f"{holder['territory']}, processus {holder['pid']}, depuis le {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f" ({told})"
