"""Statistical secrecy: which counts may not be shown, by whose rule, and of which indicator.

A threshold is a setting, and only ever raised: below the source's own it is refused
(METHODS section 6).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    people_per_household: float = _threshold(
        2.5,
        "personnes/ménage",
        "Taille des ménages, là où seuls les habitants sont connus (plus elle est grande, plus on "
        "cache)",
        "Choix du projet",
        "assumption",
    )

    def __post_init__(self) -> None:
        wrong = wrong_thresholds(self)
        if wrong:
            raise BadInput("Seuils de secret refusés : " + " ; ".join(wrong) + ".")


SOURCE_THRESHOLDS: Mapping[str, int] = {
    "min_households": 11,
    "min_job_seekers": 5,
    "min_units": 3,
    "min_people_followed": 11,
}
SOURCE_MAX_UNIT_SHARE = 0.85
MIN_PEOPLE_PER_HOUSEHOLD = 1.0


def wrong_thresholds(secrecy: Secrecy) -> list[str]:
    """What is looser than the source's own threshold, in French."""
    wrong = [
        f"{name} : {getattr(secrecy, name)} reçu, {least} ou plus attendu (le seuil de la source "
        "peut être relevé, jamais abaissé)"
        for name, least in SOURCE_THRESHOLDS.items()
        if not getattr(secrecy, name) >= least
    ]
    if not 0 < secrecy.max_unit_share <= SOURCE_MAX_UNIT_SHARE:
        wrong.append(
            f"max_unit_share : {secrecy.max_unit_share} reçu, {SOURCE_MAX_UNIT_SHARE} ou moins "
            "attendu"
        )
    if not secrecy.people_per_household >= MIN_PEOPLE_PER_HOUSEHOLD:
        wrong.append(
            f"people_per_household : {secrecy.people_per_household} reçu, 1 ou plus attendu"
        )
    return wrong


@dataclass(frozen=True)
class CountRule:
    """A count of ``unit`` from 1 to ``threshold`` - 1 is hidden; an observed 0 hides nobody."""

    id: str
    unit: str
    threshold: int

    def hides(self, count: float) -> bool:
        """Whether this count may not be shown; an unknown count (NaN) has nothing to hide."""
        return not math.isnan(count) and 0 < count < self.threshold

    def hidden(self, counts: NDArray[np.float64]) -> NDArray[np.bool_]:
        """The same for many counts."""
        found: NDArray[np.bool_] = (counts > 0) & (counts < self.threshold)
        return found

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


# What no rule of secrecy covers: head counts that the census publishes for every IRIS, indices
# of whole places, calculations on places and distances. Every other indicator obeys the rule of
# households, an unknown one included.
PUBLIC = frozenset(
    {
        "population",
        "population_iris",
        "population_65p",
        "population_75p",
        "apl_gp",
        "apl_gp_65",
        "gp_access",
        "fdep",
        "fdep_quintile",
        "apl_nurse",
        "access_deficit",
        "mediation_gap",
        "digital_fragility",
        "digital_fragility_region_ref",
    }
)
_JOB_SEEKERS = frozenset({"job_seekers", "job_seekers_per_inhabitant"})


def rule_of(indicator: str, secrecy: Secrecy) -> CountRule | None:
    """The rule an indicator obeys; None when it tells nothing of a few people.

    The rule of households is the source's for tax data (poverty, income). For the census, the Caf
    and the Cnam, whose own rules were applied before publication, it is our precaution.
    """
    if indicator in PUBLIC:
        return None
    return job_seekers(secrecy) if indicator in _JOB_SEEKERS else households(secrecy)
