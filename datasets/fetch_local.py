"""Filling the raw folder from another folder of the same layout, where there is no internet.

Nothing is asked of the network. Each file is checked like a downloaded one, copied aside and put in
place at once; what the folder tells of its origin (``F.provenance.json``) comes along.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from datasets.answers import check_content
from datasets.catalogue import Source, needed_sources, source
from datasets.fetch import FetchReport, Outcome, Status
from datasets.fetch_lock import fetch_lock
from datasets.files import sha256_of, write_atomically
from datasets.provenance import provenance_path
from datasets.raw import RawFolder
from datasets.readers.files import Kind
from datasets.reading import UnreadableFile
from geo.territory import Territory

_KIND_OF_SUFFIX: dict[str, Kind] = {
    ".zip": "zip",
    ".xlsx": "xlsx",
    ".json": "json",
    ".geojson": "json",
    ".gz": "gzip",
    ".csv": "text",
}


def fetch_from(
    origin: Path,
    territory: Territory,
    data_dir: Path,
    *,
    only: Collection[str] | None = None,
    wait: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> FetchReport:
    """Bring the files of ``origin`` into ``data_dir/raw``; a bad one is reported, others go on.

    Raises
    ------
    BadInput
        When ``origin`` is not a folder.
    """
    there = RawFolder(origin)
    chosen = needed_sources() if only is None else tuple(source(each) for each in only)
    outcomes = []
    with fetch_lock(data_dir, str(territory), wait=wait, say=say) as raw_dir:
        for folder in dict.fromkeys(entry.folder for entry in chosen):
            entry = next(one for one in chosen if one.folder == folder)
            outcome = _bring(there, entry, raw_dir)
            outcomes.append(outcome)
            say(outcome.line)
    return FetchReport(str(territory), raw_dir, (), tuple(outcomes))


def _bring(there: RawFolder, entry: Source, raw_dir: Path) -> Outcome:
    brought: list[Path] = []
    statuses: set[Status] = set()
    troubles: list[str] = []
    for file in there.files(entry.folder):
        destination = raw_dir / entry.folder / file.path.name
        try:
            if file.path.suffix in _KIND_OF_SUFFIX:
                check_content(file.path, _KIND_OF_SUFFIX[file.path.suffix], entry.landing_page)
        except UnreadableFile as error:
            troubles.append(str(error))
            continue
        same = destination.is_file() and sha256_of(destination) == file.sha256
        if not same:
            write_atomically(destination, file.path.read_bytes())
            told = provenance_path(file.path)
            provenance_path(destination).unlink(missing_ok=True)
            if told.is_file():
                write_atomically(provenance_path(destination), told.read_bytes())
        statuses.add("unchanged" if same else "fetched")
        brought.append(destination)
    reason = " ; ".join(troubles)
    if not brought and not troubles:
        reason = f"aucun fichier dans {there.root / entry.folder}"
    status: Status = "fetched" if "fetched" in statuses else "unchanged"
    if troubles:
        status = "failed"
    elif not brought:
        status = "manual"
    return Outcome(entry.id, entry.title, status, tuple(brought), reason, entry.landing_page)
