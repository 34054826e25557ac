"""What a door-to-door plan supposes, each figure with its unit, its source and its mark.

The reference is that of Roannais Agglomération in 2017: 253 people met, 541 dwellings visited
(METHODS section 3). A team that has counted its own round puts its two counts in their place.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from geo.errors import BadInput
from geo.intervals import wilson
from geo.parameters import ParameterInfo
from geo.setting_marks import parameter as _parameter
from geo.words import as_written, number

ROANNE_MET, ROANNE_VISITED, ROANNE_MONTHS = 253, 541, 4.0
ROANNE = (
    "Roannais Agglomération, porte-à-porte depuis février 2017 : 253 personnes rencontrées, "
    "541 logements visités en 4 mois (fiche du 23/06/2017)"
)
MAX_PASSES = 3
# What a figure of a round may be, far beyond any that was seen: outside, it is a slip of the
# keyboard, and what is reckoned from it has no meaning [assumption].
_RANGES = {
    "people_per_door": (0.01, 100.0),
    "months": (0.01, 120.0),
    "working_days_per_month": (0.1, 31.0),
    "own_pace": (0.01, 1_000.0),
    "people_per_dwelling": (0.01, 100.0),
    "block_side_m": (50.0, 1_000.0),
}
_MOST_COUNTED = 1_000_000


@dataclass(frozen=True)
class Assumptions:
    """The settings of a door-to-door plan; ``describe_outreach`` documents them one by one.

    Raises
    ------
    BadInput
        Naming every setting out of its range.
    """

    met: int = _parameter(
        ROANNE_MET, "personnes", "Personnes rencontrées, résultat de référence", ROANNE, "published"
    )
    visited: int = _parameter(
        ROANNE_VISITED, "logements", "Logements visités, résultat de référence", ROANNE, "published"
    )
    people_per_door: float = _parameter(
        1.0,
        "personnes/logement qui ouvre",
        "Personnes rencontrées par logement qui ouvre",
        "Lecture du projet : la source compte des personnes sur des logements",
        "assumption",
    )
    months: float = _parameter(
        ROANNE_MONTHS, "mois", "Durée de la tournée de référence", ROANNE, "published"
    )
    working_days_per_month: float = _parameter(
        21.7,
        "jours ouvrés/mois",
        "Jours de tournée par mois, journées entières",
        "Choix du projet : la source ne dit pas les jours de terrain",
        "assumption",
    )
    own_pace: float | None = _parameter(
        None,
        "logements/jour/médiateur",
        "Votre rythme, s'il est connu (sinon celui de Roanne : 541 / 4 / 21,7 = 6,2)",
        "À saisir par l'équipe",
        "assumption",
    )
    days_per_week: int = _parameter(
        5,
        "jours/semaine",
        "Jours de tournée par semaine, à partir du lundi, hors jours fériés",
        "Choix du projet",
        "assumption",
    )
    people_per_dwelling: float = _parameter(
        2.2,
        "habitants/logement",
        "Habitants par logement occupé, pour estimer les logements d'un îlot",
        "Choix du projet ; à remplacer par le compte du bailleur ou de la ville",
        "assumption",
    )
    block_side_m: float = _parameter(
        200.0, "m", "Côté d'un îlot quand aucune liste n'est apportée", "Choix du projet",
        "assumption",
    )  # fmt: skip

    def __post_init__(self) -> None:
        wrong = _wrong(self)
        if wrong:
            raise BadInput("Hypothèses de tournée refusées : " + " ; ".join(wrong) + ".")

    @property
    def is_roanne(self) -> bool:
        """Whether the rate of contact is that of Roanne, not the user's own."""
        return (self.met, self.visited) == (ROANNE_MET, ROANNE_VISITED)

    @property
    def pace(self) -> float:
        """Dwellings a mediator visits in a full day: 541 / 4 / 21.7 = 6.232719 in Roanne."""
        if self.own_pace is not None:
            return self.own_pace
        return ROANNE_VISITED / self.months / self.working_days_per_month


@dataclass(frozen=True)
class ContactRate:
    """A share of dwellings that open, counted, with its Wilson interval at 95 %."""

    value: float
    low: float
    high: float
    met: int
    visited: int
    origin: str


def contact_rate(assumptions: Assumptions) -> ContactRate:
    """Doors that open at one visit: people met over dwellings visited, at so many people a door.

    253 of 541 gives 0.467652 [0.425984; 0.509777] (METHODS section 3).
    """
    doors = assumptions.met / assumptions.people_per_door
    low, high = wilson(doors, assumptions.visited)
    origin = (
        "résultat de Roanne, 2017"
        if assumptions.is_roanne
        else "votre résultat, saisi : il remplace celui de Roanne"
    )
    return ContactRate(
        doors / assumptions.visited, low, high, assumptions.met, assumptions.visited, origin
    )


def describe_outreach(assumptions: Assumptions) -> list[ParameterInfo]:
    """Every setting with its value, unit, French label, source and mark, in reading order."""
    told = []
    for setting in dataclasses.fields(assumptions):
        facts = dict(setting.metadata)
        value = getattr(assumptions, setting.name)
        if setting.name in ("met", "visited") and not assumptions.is_roanne:
            facts |= {"source": "Résultat saisi par l'équipe", "mark": "assumption"}
        told.append(
            ParameterInfo(
                setting.name, value, facts["unit"], facts["label_fr"], facts["source"],
                facts["mark"], value == setting.default,
            )
        )  # fmt: skip
    return told


def _wrong(chosen: Assumptions) -> list[str]:
    wrong = []
    for name, (least, most) in _RANGES.items():
        if not _within(name, chosen):
            expected = f"de {as_written(least)} à {as_written(most)} attendu"
            wrong.append(f"{name} : {getattr(chosen, name):g} reçu, {expected}")
    huge = [
        f"{name} : plus de {number(_MOST_COUNTED)} reçu, un nombre de votre tournée attendu"
        for name in ("met", "visited")
        if getattr(chosen, name) > _MOST_COUNTED
    ]
    wrong += huge
    if chosen.visited < 1:
        wrong.append(f"visited : {number(max(chosen.visited, -_MOST_COUNTED))} reçu, au moins 1 "
                     "logement visité attendu")  # fmt: skip
    elif not huge and (
        chosen.met < 1
        or (
            _within("people_per_door", chosen)
            and chosen.met / chosen.people_per_door > chosen.visited
        )
    ):
        wrong.append(
            f"met : {chosen.met} personnes pour {chosen.visited} logements, à "
            f"{chosen.people_per_door:g} par logement qui ouvre : attendu au moins une rencontre, "
            "et pas plus de portes ouvertes que de logements visités"
        )
    if not 1 <= chosen.days_per_week <= 5:
        wrong.append(f"days_per_week : {chosen.days_per_week} reçu, de 1 à 5 attendu")
    return wrong


def _within(name: str, chosen: Assumptions) -> bool:
    """Whether a setting is in its range, or left to its default; what is no number is not."""
    value = getattr(chosen, name)
    least, most = _RANGES[name]
    return value is None or least <= value <= most
