"""Territories as people name them, and the projected CRS of each part of France.

A territory is written ``kind:code`` (``dep:42``, ``region:84``, ``epci:244200770``,
``commune:42218``), or ``france``, or ``demo``. A bare number is refused: region 84
(Auvergne-Rhône-Alpes) and département 84 (Vaucluse) are two things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.errors import BadTerritory
from geo.names import REGIONS

DEMO_DEPARTEMENT = "99"
METROPOLITAN_CRS = "EPSG:2154"

# Official projected systems of the overseas territories (décret 2000-1276 and its updates).
_OVERSEAS_CRS = {
    "971": "EPSG:5490",
    "972": "EPSG:5490",
    "973": "EPSG:2972",
    "974": "EPSG:2975",
    "975": "EPSG:4467",
    "976": "EPSG:4471",
    "977": "EPSG:5490",
    "978": "EPSG:5490",
    "986": "EPSG:8903",
    "987": "EPSG:3297",
    "988": "EPSG:3163",
}

_PATTERNS = {
    "dep": re.compile(r"\d{2}|2[AB]|97[1-8]|98[4-8]"),
    "region": re.compile(r"\d{2}"),
    "epci": re.compile(r"\d{9}"),
    "commune": re.compile(r"(?:\d{2}|2[AB])\d{3}"),
}
_EXAMPLES = "dep:42, region:84, epci:244200770, commune:42218, france ou demo"


@dataclass(frozen=True)
class Territory:
    """A territory: ``kind`` in {demo, france, region, dep, epci, commune} and its official code."""

    kind: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}" if self.code else self.kind

    @property
    def slug(self) -> str:
        """The same name, usable as a folder name."""
        return f"{self.kind}-{self.code}" if self.code else self.kind

    @property
    def is_demo(self) -> bool:
        return self.kind == "demo"


def parse_territory(text: str) -> Territory:
    """Read ``dep:42`` and its like.

    Raises
    ------
    BadTerritory
        When the text names no territory, or several (a bare number).
    """
    cleaned = text.strip()
    lowered = cleaned.lower()
    if lowered in ("demo", "france"):
        return Territory(lowered)
    if re.fullmatch(r"\d[\dabAB]?\d*", cleaned):
        raise BadTerritory(_bare_number(cleaned))
    kind, separator, code = lowered.partition(":")
    code = code.strip().upper()
    if not separator or kind not in _PATTERNS:
        raise BadTerritory(f"Territoire « {cleaned} » inconnu. Écrivez par exemple {_EXAMPLES}.")
    if not _PATTERNS[kind].fullmatch(code):
        raise BadTerritory(
            f"« {code} » n'est pas un code de {_KIND_WORDS[kind]}. Exemples : {_EXAMPLES}."
        )
    return Territory(kind, code)


_KIND_WORDS = {
    "dep": "département (42, 2A, 971)",
    "region": "région (2 chiffres, 84)",
    "epci": "EPCI (SIREN à 9 chiffres)",
    "commune": "commune (code Insee à 5 caractères)",
}


def _bare_number(number: str) -> str:
    if number not in REGIONS:
        return (
            f"« {number} » seul ne dit pas de quoi il s'agit. Écrivez par exemple dep:{number} "
            f"(département), ou l'un de {_EXAMPLES}."
        )
    return (
        f"« {number} » seul ne suffit pas : la région 84 (Auvergne-Rhône-Alpes) et le "
        f"département 84 (Vaucluse) sont deux territoires. "
        f"Écrivez dep:{number} ou region:{number} (ou epci:…, commune:…)."
    )


def departement_of_commune(code: str) -> str:
    """The département code (``42``, ``2A``, ``974``) that a commune code begins with."""
    return code[:3] if code[:2] in ("97", "98") else code[:2]


def parent_commune(code: str) -> str:
    """The commune of a municipal arrondissement of Paris, Lyon or Marseille, else ``code``."""
    number = int(code) if code.isascii() and code.isdigit() else 0
    for first, last, commune in _ARRONDISSEMENTS:
        if first <= number <= last:
            return commune
    return code


_ARRONDISSEMENTS = (
    (75101, 75120, "75056"),
    (69381, 69389, "69123"),
    (13201, 13216, "13055"),
)


def departement_of_qpv(code_qp: str) -> str:
    """The département of a QPV code (``QN04217M`` → 42, ``QP971001`` → 971, ``QN02A01M`` → 2A)."""
    return code_qp[2:5].removeprefix("0")


def projected_crs(departement: str) -> str:
    """The CRS in metres to measure in, for one département (``EPSG:2154`` in the hexagone).

    Corsica (2A, 2B) and the fictional demo département (99) are measured in Lambert-93 too.
    """
    return _OVERSEAS_CRS.get(departement, METROPOLITAN_CRS)
