"""The territories that may be built, found by the words people use for them.

Régions and départements are always known; communes and EPCI are those of the official list at
hand (downloaded, or of the folder prepared by the administrator). A commune or an EPCI that no list
holds is still understood by its official code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from datasets.readers.communes import read_communes
from datasets.readers.tabular import normalise_label
from geo.errors import BadTerritory
from geo.names import DEPARTEMENTS, REGIONS
from geo.territory import DEMO_DEPARTEMENT, parse_territory
from geo.words import counted

MOST_SHOWN = 8
_NAMED_COMMUNES = 2


@dataclass(frozen=True)
class Choice:
    """A territory (``dep:42``), how it is shown, and the folded words it is found by."""

    territory: str
    label: str
    found_by: str


def fixed_choices() -> tuple[Choice, ...]:
    """The demonstration, the régions and the départements (the fictional ones are the demo)."""
    places = [("demo", "Démonstration (territoire fictif)", "demo fictif")]
    places += [
        (f"region:{code}", f"{name} (région {code})", code)
        for code, name in REGIONS.items()
        if code != DEMO_DEPARTEMENT
    ]
    places += [
        (f"dep:{code}", f"{name} (département {code})", code)
        for code, name in DEPARTEMENTS.items()
        if code != DEMO_DEPARTEMENT and _is_territory(f"dep:{code}")
    ]
    return tuple(_choice(*place) for place in places)


def commune_lists(folders: Sequence[Path]) -> list[Path]:
    """The national lists of communes in these raw folders."""
    paths = [folder / "communes" / "france.json" for folder in folders]
    return [path for path in paths if path.is_file()]


def listed_choices(path: Path) -> tuple[Choice, ...]:
    """The EPCI and the communes of one official list, the most peopled first.

    The list gives no name to an EPCI: it is called by its largest communes.

    Raises
    ------
    UnreadableFile
        When the list cannot be read.
    """
    communes = pd.DataFrame(read_communes(path).frame).drop(columns="geometry", errors="ignore")
    communes = communes.sort_values(["population", "code"], ascending=[False, True], kind="stable")
    found = []
    for siren, members in communes[communes["epci"] != ""].groupby("epci", sort=False):
        names = ", ".join(members["label"].head(_NAMED_COMMUNES))
        label = f"{names}… : intercommunalité {siren} ({counted(len(members), 'commune')})"
        found.append((f"epci:{siren}", label, f"epci {siren}"))
    for row in communes.itertuples():
        label = f"{row.label} (commune {row.code})"
        found.append((f"commune:{row.code}", label, str(row.code)))
    return tuple(_choice(*place) for place in found if _is_territory(place[0]))


def matching(asked: str, choices: Sequence[Choice], most: int = MOST_SHOWN) -> list[Choice]:
    """The choices of which each word asked begins a word, best first.

    First those whose name begins with what was asked, then in the order of ``choices``; a code
    alone, or ``dep:42``, is understood without any list.
    """
    words = normalise_label(asked).split()
    if not words:
        return []
    found = [one for one in choices if all(f" {word}" in one.found_by for word in words)]
    whole = normalise_label(asked)
    found.sort(key=lambda one: not one.found_by.startswith(f" {whole}"))
    written = _written(asked)
    if written and all(one.territory != written for one in found):
        found.insert(0, Choice(written, written, ""))
    return found[:most]


def _written(asked: str) -> str:
    """The territory that a code alone names: 42218, 244200770, or dep:42 written in full."""
    text = asked.strip()
    if re.fullmatch(r"\d{9}", text):
        text = f"epci:{text}"
    elif re.fullmatch(r"(\d{2}|2[ABab])\d{3}", text):
        text = f"commune:{text}"
    return str(parse_territory(text)) if _is_territory(text) and ":" in text else ""


def _choice(territory: str, label: str, codes: str) -> Choice:
    return Choice(territory, label, f" {normalise_label(f'{label} {codes}')}")


def _is_territory(text: str) -> bool:
    try:
        parse_territory(text)
    except BadTerritory:
        return False
    return True
