"""Statistical secrecy: which counts may not be shown, by whose rule, and of which indicator.

A threshold is a setting, and only ever raised: below the source's own it is refused
(METHODS section 6).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.errors import BadInput

HIDDEN = "s"


def _threshold(default: Any, unit: str, label_fr: str, source: str, mark: str) -> Any:
    facts = {"unit": unit, "label_fr": label_fr, "source": source, "mark": mark}
    return field(default=default, metadata=facts)


@dataclass(frozen=True)
class Secrecy:
    """The thresholds below which a count is hidden; the defaults are the sources' own.

    Raises
    ------
    BadInput
        In French, naming every threshold looser than its source's.
    """

    min_households: int = _threshold(
        11,
        "ménages",
        "Ménages en dessous desquels une donnée fiscale est cachée",
        "Insee, Filosofi (copies du texte de l'Insee)",
        "secondary",
    )
    min_job_seekers: int = _threshold(
        5,
        "personnes",
        "Demandeurs d'emploi en dessous desquels un effectif est caché",
        "France Travail et Dares, statistiques des QPV (copies)",
        "secondary",
    )
    min_units: int = _threshold(
        3,
        "entreprises",
        "Entreprises en dessous desquelles une case est cachée",
        "Insee, manuel de protection des données tabulées",
        "published",
    )
    max_unit_share: float = _threshold(
        0.85,
        "part du total de la case",
        "Part d'une seule entreprise au-dessus de laquelle une case est cachée",
        "Insee, manuel de protection des données tabulées",
        "published",
    )
    min_people_followed: int = _threshold(
        11,
        "personnes",
        "Personnes suivies par la médiation en dessous desquelles un effectif est caché",
        "Choix du projet, aligné sur la règle des ménages",
        "assumption",
    )

    def __post_init__(self) -> None:
        wrong = [
            f"{name} : {getattr(self, name)} reçu, {least} ou plus attendu"
            for name, least in SOURCE_THRESHOLDS.items()
            if not getattr(self, name) >= least
        ]
        if not 0 < self.max_unit_share <= SOURCE_MAX_UNIT_SHARE:
            wrong.append(
                f"max_unit_share : {self.max_unit_share} reçu, "
                f"{SOURCE_MAX_UNIT_SHARE} ou moins attendu"
            )
        if wrong:
            raise BadInput(
                "Seuils de secret refusés : "
                + " ; ".join(wrong)
                + ". Un seuil peut être relevé, jamais abaissé sous celui de la source."
            )


SOURCE_THRESHOLDS: Mapping[str, int] = {
    "min_households": 11,
    "min_job_seekers": 5,
    "min_units": 3,
    "min_people_followed": 11,
}
SOURCE_MAX_UNIT_SHARE = 0.85


@dataclass(frozen=True)
class CountRule:
    """A count of ``unit`` from 1 to ``threshold`` - 1 is hidden; an observed 0 hides nobody."""

    id: str
    unit: str
    threshold: int

    def hides(self, count: float) -> bool:
        """Whether this count may not be shown; an unknown count (NaN) has nothing to hide."""
        return not math.isnan(count) and 0 < count < self.threshold

    def width(self, count: float) -> float:
        """How wide the range that a reader can deduce must stay, in units: the threshold."""
        return float(self.threshold)


@dataclass(frozen=True)
class UnitRule:
    """An enterprise cell is hidden when made of too few units, or of one that outweighs all."""

    id: str
    min_units: int
    max_share: float

    def hides(self, units: float, largest_share: float) -> bool:
        """Whether a cell of so many units, the largest holding that share, may not be shown."""
        return 0 < units < self.min_units or largest_share > self.max_share

    def width(self, value: float) -> float:
        """The deduced range must not give the main unit closer than the rule itself allows.

        A unit of ``max_share`` of a cell is known, from the cell's total, to within
        (1 / max_share - 1) of that total; a narrower range would say more.
        """
        return value * (1 / self.max_share - 1)


def households(secrecy: Secrecy) -> CountRule:
    """Household tax data (Filosofi): poverty, income."""
    return CountRule("households", "ménages", secrecy.min_households)


def job_seekers(secrecy: Secrecy) -> CountRule:
    """Job seekers, counted as individuals."""
    return CountRule("job_seekers", "personnes", secrecy.min_job_seekers)


def people_followed(secrecy: Secrecy) -> CountRule:
    """People a mediator has followed, as the user's file counts them."""
    return CountRule("people_followed", "personnes", secrecy.min_people_followed)


def enterprises(secrecy: Secrecy) -> UnitRule:
    """Amounts of enterprises (turnover, wages): not their number, which is public."""
    return UnitRule("enterprises", secrecy.min_units, secrecy.max_unit_share)


def describe_secrecy(secrecy: Secrecy) -> list[tuple[str, object, Mapping[str, str]]]:
    """Each threshold: name, value, and its unit, label, source and mark."""
    return [
        (setting.name, getattr(secrecy, setting.name), setting.metadata)
        for setting in dataclasses.fields(secrecy)
    ]
