"""What can be found in a territory, and under which words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.search.letters import letters_held, quarter_code, words
from geo.territory import parent_commune
from geo.words import counted

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

QPV, COMMUNE = "quartier", "commune"
# Words that people add or leave out: never required when others are there.
SMALL_WORDS = frozenset(
    ("a", "au", "aux", "commune", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les",
     "mairie", "qpv", "quartier", "sous", "sur")
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One thing to find: a QPV or a commune of the territory.

    ``names``: the words of its own name; ``towns``: those of each of its communes (of a QPV);
    ``rank``: of priority, None for a commune and for a QPV without score; ``quarters``: how many
    QPV a commune holds.
    """

    kind: str
    code: str
    label: str
    about: str
    names: tuple[str, ...]
    towns: tuple[tuple[str, ...], ...] = ()
    postcodes: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    rank: int | None = None
    quarters: int = 0


@dataclass(frozen=True)
class SearchIndex:
    """``held``: word → positions of the entries that bear it; ``letters``: word → its bits."""

    entries: tuple[Entry, ...]
    held: Mapping[str, frozenset[int]]
    letters: Mapping[str, int]
    by_code: Mapping[str, int]
    postcodes_known: bool


def search_index(analysis: Analysis, layers: Layers) -> SearchIndex:
    """Index the QPV of the territory and its communes; a fraction of a second for a region."""
    places = layers["communes"]
    inside = places[places["scope"] == "territory"]
    town_names = dict(zip(places["code"], places["label"], strict=True))
    postcodes = _postcodes(layers)
    quarters = _quarters(analysis.qpv, town_names, postcodes)
    held_by = defaultdict(list)
    for entry in quarters:
        for code in entry.communes:
            held_by[code].append(entry.code)
    # The arrondissements of Paris, Lyon and Marseille hold no QPV of their own.
    towns = inside[inside["code"].map(parent_commune) == inside["code"]]
    entries = (
        *quarters,
        *(
            _commune(code, label, departement, len(held_by[code]), postcodes)
            for code, label, departement in towns[["code", "label", "departement"]].to_numpy(object)
        ),
    )
    held: dict[str, set[int]] = defaultdict(set)
    for place, entry in enumerate(entries):
        for word in _words_of(entry):
            held[word].add(place)
    return SearchIndex(
        entries,
        {word: frozenset(places) for word, places in sorted(held.items())},
        {word: letters_held(word) for word in sorted(held)},
        {quarter_code(entry.code): place for place, entry in enumerate(quarters)},
        bool(postcodes),
    )


def _postcodes(layers: Layers) -> dict[str, tuple[str, ...]]:
    table = layers.tables.get("postcodes")
    if table is None or table.empty:
        return {}
    return {
        str(code): tuple(sorted(set(group))) for code, group in table.groupby("commune")["postcode"]
    }


def _quarters(
    qpv: pd.DataFrame, town_names: Mapping[str, str], postcodes: Mapping[str, tuple[str, ...]]
) -> tuple[Entry, ...]:
    found = []
    columns = ["code_qp", "label", "communes", "commune_label", "rank"]
    for code, label, in_communes, town, ranked in qpv[columns].to_numpy(object):
        communes = tuple(filter(None, in_communes.split(";")))
        towns = [town_names[one] for one in communes if one in town_names]
        rank = None if pd.isna(ranked) else int(ranked)
        place = f"{town}, {f'rang {rank}' if rank else 'sans rang'}"
        found.append(
            Entry(
                QPV, code, label, place, words(label),
                tuple(words(town) for town in towns) or (words(town),),
                tuple(sorted({one for town in communes for one in postcodes.get(town, ())})),
                communes, rank,
            )
        )  # fmt: skip
    return tuple(found)


def _commune(
    code: str, label: str, departement: str, held: int, postcodes: Mapping[str, tuple[str, ...]]
) -> Entry:
    about = (
        counted(held, "quartier prioritaire", "quartiers prioritaires")
        if held
        else "aucun quartier prioritaire"
    )
    return Entry(
        COMMUNE, code, label, f"{departement}, {about}", words(label),
        postcodes=postcodes.get(code, ()), communes=(code,), quarters=held,
    )  # fmt: skip


def _words_of(entry: Entry) -> set[str]:
    """All the words an entry is found by: those of its names, also written in one, and codes."""
    found = {entry.code.lower(), *entry.postcodes, *entry.communes}
    for name in (entry.names, *entry.towns):
        found |= set(name) | {"".join(name)}
    return found - {""}
