"""One cell of a follow-up file: what it says, or why it cannot be used (``BadCell``)."""

from __future__ import annotations

import math
import re

from datasets.mediation import values
from datasets.mediation.columns import MAX_FTE
from datasets.mediation.values import BadCell
from datasets.readers.tabular import normalise_label
from geo.monitoring.counters import WORKSHOP_KINDS
from geo.schema import QPV_2015_CODE, QPV_2024_CODE

_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-01)?")
_FRENCH = re.compile(r"(?:01/)?(\d{1,2})/(\d{4})")
_NAMES = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
          "octobre", "novembre", "decembre")  # fmt: skip
_YEARS = range(1990, 2101)
MAX_COUNT = 1_000_000


def month(text: str) -> str:
    """``AAAA-MM`` of 2025-03, 03/2025, 01/03/2025 or mars 2025."""
    iso, french = _ISO.fullmatch(text), _FRENCH.fullmatch(text)
    words = normalise_label(text).split()
    if iso:
        year, rank = int(iso[1]), int(iso[2])
    elif french:
        year, rank = int(french[2]), int(french[1])
    elif len(words) == 2 and words[0] in _NAMES and words[1].isdecimal():
        year, rank = int(words[1]), _NAMES.index(words[0]) + 1
    else:
        raise BadCell(f"« {text} » n’est pas un mois.")
    if rank not in range(1, 13) or year not in _YEARS:
        raise BadCell(f"« {text} » n’est pas un mois vraisemblable.")
    return f"{year:04d}-{rank:02d}"


def count(text: str) -> float:
    """A whole number, 0 or more; NaN for what the file itself hides or says unknown."""
    value, status = values.number(text)
    if status != "observed":
        return math.nan
    if value < 0:
        raise BadCell(f"« {text} » est négatif.")
    if value != round(value):
        raise BadCell(f"« {text} » n’est pas un nombre entier.")
    if value > MAX_COUNT:
        raise BadCell(f"« {text} » est trop grand pour un mois.")
    return value


def fte(text: str) -> float:
    """Above 0, at most ``MAX_FTE``; NaN when unknown."""
    value, status = values.number(text)
    if status != "observed":
        return math.nan
    if not 0 < value <= MAX_FTE:
        raise BadCell(f"« {text} » n’est pas un nombre d’ETP d’un poste.")
    return value


def euros(text: str) -> float:
    """0 or more; NaN when unknown."""
    value, status = values.number(text.removesuffix("€").strip())
    if status != "observed":
        return math.nan
    if value < 0 or math.isinf(value):
        raise BadCell(f"« {text} » n’est pas un coût.")
    return value


def quarters(text: str) -> tuple[str, ...]:
    """QPV codes of 2024, sorted, each once."""
    found = [item.upper() for item in values.words(text)]
    for code in found:
        if re.fullmatch(QPV_2015_CODE, code):
            raise BadCell(f"« {code} » est un code de 2015 : écrivez celui de 2024.")
        if not re.fullmatch(QPV_2024_CODE, code):
            raise BadCell(f"« {code} » n’est pas un code de QPV 2024.")
    return tuple(sorted(found))


def by_kind(text: str) -> dict[str, float]:
    """Counts by kind of workshop."""
    known = {normalise_label(kind): kind for kind in WORKSHOP_KINDS}
    found: dict[str, float] = {}
    for item in re.split(r"[|;\n]", text):
        if not item.strip():
            continue
        name, colon, told = item.rpartition(":")
        kind = known.get(normalise_label(name), "")
        if not colon or not kind:
            raise BadCell(
                f"« {item.strip()} » ne commence pas par un type d’atelier suivi de « : ».",
                f"type:nombre, le type étant l’un de : {', '.join(WORKSHOP_KINDS)}",
            )
        if kind in found:
            raise BadCell(f"« {kind} » est écrit deux fois.")
        found[kind] = count(told.strip())
    return found
