"""In what state each source of a territory is: fetched, old, failed, brought, unused, not read.

Told from what the build wrote (its tables), from the catalogue and from the raw folder; the day
is given, never read from a clock.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from datasets.catalogue import Source, catalogue
from datasets.raw import RawFolder
from geo.schema import Layers
from geo.words import counted, date_fr

OLD_AFTER_DAYS = 365  # official files are renewed about once a year [assumption, editable]
OLD_VINTAGE_YEARS = 5  # practices and people move; older figures are checked [assumption, editable]
REPORT = ".fetch.report.json"
# Tables that name no source of their own.
_BY_TABLE = {"correspondence": "qpv_2015_2024"}
# Several entries of the catalogue may fill one folder, read as one source.
_WORDS = {
    "fetched": "téléchargé",
    "brought": "apporté à la main",
    "fictional": "fictif",
    "old": "ancien",
    "failed": "échec du téléchargement",
    "unused": "non utilisé",
    "absent": "absent",
    "optional": "facultatif, absent",
    "not_read": "pas encore lu",
}
_ORDER = ("failed", "absent", "old", "unused", "fetched", "brought", "fictional", "optional",
          "not_read")  # fmt: skip


@dataclass(frozen=True)
class SourceState:
    """One source and its state (a key of the words above), told in French by ``why``."""

    source_id: str
    title: str
    publisher: str
    licence: str
    vintage: str
    state: str
    why: str
    fetched_at: str
    files: str
    landing_page: str

    @property
    def words(self) -> str:
        return _WORDS[self.state]


@dataclass(frozen=True)
class Served:
    """Rows that each source gave: kept in all, and of places in the territory itself."""

    kept: Counter[str]
    here: dict[str, int]


def rows_served(layers: Layers) -> Served:
    """Counted in the tables: long for a country, and the same as long as they are."""
    return Served(_rows_kept(layers), _rows_here(layers))


def source_states(
    layers: Layers,
    raw_dir: Path,
    today: date,
    old_after_days: int = OLD_AFTER_DAYS,
    served: Served | None = None,
) -> list[SourceState]:
    """Every source that is read in files, those that need somebody first.

    ``served``: what ``rows_served`` found in these layers, when it was already asked.
    """
    served = served or rows_served(layers)
    rows, here = served.kept, served.here
    failures = _failures(raw_dir)
    used = layers["sources"].set_index("source_id")
    states = []
    for source_id, row in used.iterrows():
        name = str(source_id)
        state, why = _of_used(row, rows[name], here, name, layers.fictional, today, old_after_days)
        if name in failures and not layers.fictional:
            state, why = "failed", f"{failures[name]} Le fichier d'avant a servi."
        states.append(_state(name, row, state, why))
    folders = {str(name) for name in used.index}
    for entry in catalogue():
        if entry.id in used.index or entry.resolver.kind == "service":
            continue
        if entry.folder in folders and entry.folder != entry.id:
            continue  # its file is read under the name of the folder
        state, why = _of_absent(entry, raw_dir, failures, layers.fictional)
        states.append(_absent_state(entry, state, why))
    return sorted(states, key=lambda one: (_ORDER.index(one.state), one.title))


def states_table(states: list[SourceState]) -> pd.DataFrame:
    """The states as a table with French headings."""
    return pd.DataFrame(
        {
            "Source": [one.title for one in states],
            "État": [one.words for one in states],
            "Ce que cela veut dire": [one.why for one in states],
            "Éditeur": [one.publisher for one in states],
            "Millésime": [one.vintage for one in states],
            "Téléchargé le": [date_fr(one.fetched_at, "") for one in states],
            "Licence": [one.licence for one in states],
            "Fichiers": [one.files.replace(";", ", ") for one in states],
            "Page": [one.landing_page for one in states],
        }
    )


def _rows_kept(layers: Layers) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, table in layers.tables.items():
        if name in ("problems", "sources"):
            continue
        if "source_id" in table:
            counts = table["source_id"].value_counts()
            found.update({str(name): int(rows) for name, rows in counts.items()})
        elif name in _BY_TABLE:
            found[_BY_TABLE[name]] += len(table)
    areas = layers.geo("iris")
    found["iris_contours"] += int(areas.geometry.notna().sum())
    return found


def _rows_here(layers: Layers) -> dict[str, int]:
    """Places of the territory itself, by source, for the sources that give places."""
    inside = set(layers["communes"].query("scope == 'territory'")["code"])
    found: dict[str, int] = {}
    for name in ("supply", "help_points"):
        table = layers[name]
        for source_id, group in table.groupby("source_id"):
            unnamed = (group["commune"] == "").sum()
            found[str(source_id)] = int(group["commune"].isin(inside).sum() + unnamed)
    return found


def _of_used(
    row: pd.Series,
    kept: int,
    here: dict[str, int],
    name: str,
    fictional: bool,
    today: date,
    old_after_days: int,
) -> tuple[str, str]:
    if not kept:
        return "unused", "Lu, mais rien n'y concerne ce territoire ni sa région : aucun chiffre."
    told = f"{counted(kept, 'ligne gardée', 'lignes gardées')}."
    if here.get(name) == 0:
        told = f"Rien dans ce territoire : {told[:-1]} alentour, pour les voisins."
    if fictional:
        return "fictional", told
    year = _year_of(str(row["vintage"]))
    # A source named by its year, as the outlines of 2015, is that of the year on purpose.
    if year and str(year) not in name and year < today.year - OLD_VINTAGE_YEARS:
        return "old", (
            f"{told} Données de {year}, il y a plus de {OLD_VINTAGE_YEARS} ans (seuil modifiable) "
            ": cherchez une édition plus récente, ou lisez ces chiffres comme ceux de leur date."
        )
    fetched = str(row["fetched_at"])
    if not fetched:
        return "brought", f"{told} Fichier sans date de téléchargement connue."
    age = (today - date.fromisoformat(fetched[:10])).days
    if age > old_after_days:
        return "old", f"{told} Téléchargé il y a {counted(age, 'jour')} : à télécharger de nouveau."
    return "fetched", told


def _year_of(vintage: str) -> int | None:
    """The latest year that a vintage names; None when it names none."""
    years = re.findall(r"\b(?:19|20)\d\d\b", vintage)
    return max(map(int, years)) if years else None


def _of_absent(
    entry: Source, raw_dir: Path, failures: dict[str, str], fictional: bool
) -> tuple[str, str]:
    if not entry.is_read:
        return (
            "not_read",
            "L'outil ne lit pas encore cette source : aucun chiffre n'en vient.",
        )
    if not fictional and entry.id in failures:
        return "failed", failures[entry.id]
    if not fictional and raw_dir.is_dir() and RawFolder(raw_dir).files(entry.folder):
        return "unused", "Un fichier est là, mais ce territoire a été construit sans lui."
    state = "absent" if entry.needed else "optional"
    if entry.downloadable:
        return state, "Jamais téléchargé pour ce territoire."
    return state, f"{entry.how[0].upper()}{entry.how[1:]}."


def _failures(raw_dir: Path) -> dict[str, str]:
    """What the last download said of the sources that failed; nothing without any."""
    try:
        told = json.loads((raw_dir / REPORT).read_text(encoding="utf-8"))
        return {name: f"{one['at']} : {one['reason']}" for name, one in told.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def note_failures(raw_dir: Path, tried: dict[str, str], day: date) -> None:
    """Keep, for each source tried, why it failed; forget those that came (reason "")."""
    path = raw_dir / REPORT
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    kept = {name: one for name, one in before.items() if name not in tried}
    kept |= {
        name: {"at": date_fr(day.isoformat()), "reason": why} for name, why in tried.items() if why
    }
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _state(name: str, row: pd.Series, state: str, why: str) -> SourceState:
    columns = ("title", "publisher", "licence", "vintage", "fetched_at", "files", "landing_page")
    told = {column: str(row[column]) for column in columns}
    return SourceState(source_id=name, state=state, why=why, **told)


def _absent_state(entry: Source, state: str, why: str) -> SourceState:
    return SourceState(
        entry.id, entry.title, entry.publisher, entry.licence, entry.vintage, state, why,
        "", "", entry.landing_page,
    )  # fmt: skip
