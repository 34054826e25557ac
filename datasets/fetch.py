"""Bring in all that a territory needs, one source after the other, whatever some of them do.

QPV are compared with those of their region: the départements of the whole region(s) are fetched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from datasets.catalogue import Source, needed_sources, source
from datasets.download import Client
from datasets.endpoints import Endpoints
from datasets.fetch_errors import SourceUnreachable
from datasets.fetch_lock import fetch_lock
from datasets.fetch_progress import FetchProgress, SilentProgress
from datasets.provenance import Fetched, known_provenance
from datasets.resolve import addresses
from datasets.services import (
    COMMUNES_LIST,
    fetch_arrondissements,
    fetch_communes_list,
    fetch_communes_of,
    fetch_wfs,
)
from datasets.source_states import note_failures
from geo.errors import BadTerritory
from geo.territory import Territory
from geo.words import counted

Status = Literal["fetched", "unchanged", "failed", "manual"]
_STATUS_WORDS = {
    "fetched": "téléchargée",
    "unchanged": "inchangée",
    "failed": "en échec",
    "manual": "à apporter vous-même",
}


@dataclass(frozen=True)
class Outcome:
    """What came of one source; ``reason`` is a French text when there is something to say."""

    source_id: str
    title: str
    status: Status
    files: tuple[Path, ...] = ()
    reason: str = ""
    landing_page: str = ""

    @property
    def line(self) -> str:
        told = f" : {self.reason}" if self.reason else ""
        return f"{self.source_id} — {_STATUS_WORDS[self.status]}{told}"


@dataclass(frozen=True)
class FetchReport:
    """What came of each source of a territory, in the order they were tried."""

    territory: str
    raw_dir: Path
    departements: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    def of(self, status: Status) -> tuple[Outcome, ...]:
        return tuple(each for each in self.outcomes if each.status == status)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The sources that could not be brought (those to bring by hand are not failures)."""
        return self.of("failed")

    def in_words(self) -> str:
        """The report in French, one line a source, then a summary."""
        return "\n".join([*(each.line for each in self.outcomes), self.summary()])

    def summary(self) -> str:
        """One line: how many sources came, stayed, failed, or wait to be brought by hand."""
        fetched, unchanged = len(self.of("fetched")), len(self.of("unchanged"))
        return (
            f"{self.territory} : {counted(fetched, 'source téléchargée', 'sources téléchargées')}, "
            f"{counted(unchanged, 'inchangée')}, {len(self.failed)} en échec, "
            f"{len(self.of('manual'))} à apporter vous-même. Fichiers : {self.raw_dir}"
        )


@dataclass(frozen=True)
class _Run:
    raw_dir: Path
    client: Client
    endpoints: Endpoints
    progress: FetchProgress

    def folder(self, entry: Source) -> Path:
        return self.raw_dir / entry.folder


def fetch_territory(
    territory: Territory,
    data_dir: Path,
    *,
    endpoints: Endpoints | None = None,
    client: Client | None = None,
    progress: FetchProgress | None = None,
    only: Collection[str] | None = None,
    wait: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> FetchReport:
    """Fetch into ``data_dir/raw`` what ``territory`` needs (or the sources named by ``only``).

    A source that fails is reported and the others go on; the files in place stay. ``say`` gets
    one French line after each source, and while waiting for another run.

    Raises
    ------
    BadTerritory
        For the demo, or a code that no commune of the official list carries.
    UnknownSource
        When ``only`` names a source the catalogue does not hold.
    FetchBusy
        When another run holds the folder and ``wait`` is False.
    CannotWrite
        When the data folder refuses to be written.
    """
    if territory.is_demo:
        raise BadTerritory(
            "Le territoire demo est fictif : il n'y a rien à télécharger. "
            "À faire : lancez « qpv build demo »."
        )
    chosen = needed_sources() if only is None else tuple(source(each) for each in only)
    with (
        fetch_lock(data_dir, str(territory), wait=wait, say=say) as raw_dir,
        client or Client() as opened,
    ):
        run = _Run(raw_dir, opened, endpoints or Endpoints(), progress or SilentProgress())
        departements: tuple[str, ...] = ()
        trouble = ""
        lists: list[Fetched] = []
        if any(entry.resolver.per_departement for entry in chosen):
            lists, trouble = _communes_lists(run)
            departements = _departements(territory, run.raw_dir)
        outcomes = []
        for entry in chosen:
            outcome = _fetch_source(entry, departements, run, lists, trouble)
            outcomes.append(outcome)
            say(outcome.line)
        tried = {one.source_id: one.reason if one.status == "failed" else "" for one in outcomes}
        note_failures(raw_dir, tried, datetime.now(UTC).date())
    return FetchReport(str(territory), raw_dir, departements, tuple(outcomes))


def _communes_lists(run: _Run) -> tuple[list[Fetched], str]:
    """Fetch the national lists; what failed is told in words."""
    entry = source("communes")
    got: list[Fetched] = []
    try:
        for fetch in (fetch_communes_list, fetch_arrondissements):
            got.append(fetch(entry, run.folder(entry), run.client, run.endpoints))
    except SourceUnreachable as error:
        return got, error.reason
    return got, ""


def _departements(territory: Territory, raw_dir: Path) -> tuple[str, ...]:
    """All départements of the region(s) the territory is in, from the list of communes at hand.

    Empty when no list could ever be fetched. Overseas collectivities belong to no region.
    """
    path = raw_dir / source("communes").folder / COMMUNES_LIST
    try:
        communes = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    inside = [row for row in communes if _belongs(row, territory)]
    if not inside:
        raise BadTerritory(
            f"Aucune commune de la liste officielle n'est dans « {territory} ». "
            "À faire : vérifiez le code (dep:42, region:84, epci:244200770, commune:42218)."
        )
    regions = {row.get("codeRegion") for row in inside} - {None}
    own = {row.get("codeDepartement") for row in inside}
    around = {row.get("codeDepartement") for row in communes if row.get("codeRegion") in regions}
    return tuple(sorted(str(code) for code in own | around if code))


def _belongs(row: dict[str, object], territory: Territory) -> bool:
    field = {
        "dep": "codeDepartement",
        "region": "codeRegion",
        "epci": "codeEpci",
        "commune": "code",
    }.get(territory.kind)
    return field is None or row.get(field) == territory.code


def _fetch_source(
    entry: Source,
    departements: tuple[str, ...],
    run: _Run,
    lists: list[Fetched],
    trouble: str,
) -> Outcome:
    if not entry.downloadable:
        return _brought_by_hand(entry, run.folder(entry))
    if entry.resolver.per_departement:
        before = lists if entry.id == "communes" else []
        return _fetch_areas(entry, departements, run, before, trouble)
    try:
        return _outcome(entry, [_fetch_one(entry, run)])
    except SourceUnreachable as error:
        return _failed(entry, run, error.reason, [entry.file])


def _fetch_one(entry: Source, run: _Run) -> Fetched:
    """The single file of a national source, from the first address that gives it."""
    if entry.resolver.kind == "ign_wfs":
        return fetch_wfs(entry, run.folder(entry), "", run.client, run.endpoints)
    destination = run.folder(entry) / entry.file
    failures: list[SourceUnreachable] = []
    found = addresses(entry, run.client, run.endpoints)
    while True:
        try:
            url = next(found)
        except StopIteration:
            break
        except SourceUnreachable as error:
            failures.append(error)
            break
        try:
            return run.client.download(url, destination, entry, progress=run.progress)
        except SourceUnreachable as error:
            failures.append(error)
    reason = " ; puis ".join(dict.fromkeys(error.reason for error in failures))
    raise SourceUnreachable(entry, failures[-1].url, reason, entry.file) from failures[-1]


def _fetch_areas(
    entry: Source,
    departements: tuple[str, ...],
    run: _Run,
    before: list[Fetched],
    trouble: str,
) -> Outcome:
    """One file a département; those that fail do not stop the others."""
    if not departements:
        reason = f"les départements du territoire ne peuvent pas être connus ({trouble})"
        return _failed(entry, run, reason, [])
    fetch = fetch_communes_of if entry.resolver.kind == "geo_api" else fetch_wfs
    got, failures = list(before), {}
    for departement in departements:
        run.progress.start(f"{entry.title}, département {departement}", None)
        try:
            got.append(fetch(entry, run.folder(entry), departement, run.client, run.endpoints))
        except SourceUnreachable as error:
            failures[departement] = error.reason
        finally:
            run.progress.done()
    if trouble and entry.resolver.kind == "geo_api":
        failures["liste nationale"] = trouble
    if not failures:
        return _outcome(entry, got)
    told = ", ".join(failures)
    reason = f"{told} : {' ; '.join(dict.fromkeys(failures.values()))}"
    return _failed(entry, run, reason, [entry.file_for(each) for each in failures])


def _outcome(entry: Source, got: Iterable[Fetched]) -> Outcome:
    files = list(got)
    status: Status = "fetched" if any(each.changed for each in files) else "unchanged"
    return Outcome(
        entry.id,
        entry.title,
        status,
        tuple(each.path for each in files),
        landing_page=entry.landing_page,
    )


def _failed(entry: Source, run: _Run, reason: str, names: list[str]) -> Outcome:
    kept = [run.folder(entry) / name for name in names if (run.folder(entry) / name).is_file()]
    noted = [known_provenance(path) for path in kept]
    dates = sorted({each.fetched_at[:10] for each in noted if each is not None})
    stays = f" Le fichier déjà présent ({', '.join(dates) or 'sans date'}) reste." if kept else ""
    todo = (
        f" À faire : réessayez plus tard, ou déposez {entry.file_for('*')} dans "
        f"{run.folder(entry)} (page : {entry.landing_page})."
    )
    return Outcome(
        entry.id, entry.title, "failed", tuple(kept), f"{reason}.{stays}{todo}", entry.landing_page
    )


def _brought_by_hand(entry: Source, folder: Path) -> Outcome:
    there = sorted(path for path in folder.glob("[!.]*") if path.is_file())
    reason = (
        f"déjà là ({', '.join(path.name for path in there)})"
        if there
        else f"{entry.how}. Dossier : {folder}"
    )
    return Outcome(entry.id, entry.title, "manual", tuple(there), reason, entry.landing_page)
