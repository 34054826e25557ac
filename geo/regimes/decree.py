"""Article 2 of décret 2003-1140: 5 000 inhabitants and three of four conditions.

The territory judged is the QPV itself. Condition 4 asks for one of several things, of which being
a territory of the politique de la ville: a QPV is one by its very list. Condition 3 rests on the
activity of each practitioner, which no open file holds: it stays unknown, and unknown counts as
unknown (METHODS 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from geo.parameters import Parameters
from geo.regimes.model import Case, State, Verdict
from geo.words import counted, number

LEAST_INHABITANTS = 5000.0
FAR_MIN = 40.0
LEAST_FTE = 3.0
ASKED = 3
DATE = "2003"


class Condition(NamedTuple):
    """One condition: met, not met, or None when it cannot be told; and why, in French."""

    met: bool | None
    reason_fr: str


def decree_state(enough_people: bool | None, conditions: Sequence[bool | None]) -> State:
    """In with enough people and three conditions met, out when that cannot be, else unknown."""
    met = sum(condition is True for condition in conditions)
    open_ = sum(condition is None for condition in conditions)
    if enough_people is False or met + open_ < ASKED:
        return "out"
    return "in" if enough_people and met >= ASKED else "unknown"


def decree_2003(case: Case) -> list[Verdict]:
    """The verdict on each QPV, every condition with its reason."""
    return [_verdict(row, case.parameters) for _, row in case.quarters.iterrows()]


def conditions_of(row: pd.Series[Any], parameters: Parameters) -> list[Condition]:
    """The four conditions of one QPV (``row`` of the QPV table), in the order of the text."""
    return [
        _far(row, parameters),
        _few(row, parameters),
        Condition(None, "l'activité de chaque médecin n'est dans aucun fichier ouvert"),
        Condition(True, "quartier de la politique de la ville"),
    ]


def _verdict(row: pd.Series[Any], parameters: Parameters) -> Verdict:
    people = row["population"]
    enough = None if pd.isna(people) else bool(people >= LEAST_INHABITANTS)
    found = conditions_of(row, parameters)
    state = decree_state(enough, [condition.met for condition in found])
    words = {True: "oui", False: "non", None: "non connu"}
    told = [f"({rank}) {words[one.met]} : {one.reason_fr}" for rank, one in enumerate(found, 1)]
    met = sum(one.met is True for one in found)
    reason = (
        f"{_people(row, enough)} ; {counted(met, 'condition')} sur 4 "
        f"{'remplies' if met >= 2 else 'remplie'} : {' ; '.join(told)}."
    )
    # Condition 2 is always an estimate, and with it every answer that is one.
    return Verdict(state, reason, DATE, "", "missing" if state == "unknown" else "modelled")


def _people(row: pd.Series[Any], enough: bool | None) -> str:
    if enough is None:
        return "Population non connue (5\u202f000 habitants demandés)"
    figure = counted(row["population"], "habitant")
    perimeter = row["population_perimeter"]
    figure += f" (périmètre {perimeter})" if perimeter else ""
    return f"{figure}, {'au moins' if enough else 'moins de'} 5\u202f000"


def _far(row: pd.Series[Any], parameters: Parameters) -> Condition:
    nearest = row["nearest_gp_min"]
    if pd.notna(nearest):
        return Condition(
            bool(nearest > FAR_MIN), f"généraliste le plus proche à {number(nearest)}\u00a0min"
        )
    # Somebody's offer is in reach, hence a practice, although not placed to the minute.
    if row["access"] > 0 and parameters.reach_min <= FAR_MIN:
        limit = number(parameters.reach_min)
        return Condition(False, f"des généralistes à moins de {limit}\u00a0min (estimé)")
    return Condition(None, "distance au généraliste non connue")


def _few(row: pd.Series[Any], parameters: Parameters) -> Condition:
    """The official figure of the commune, else our own, in FTE for 5 000 inhabitants.

    Ours counts places of practice, not hours: it is higher than the official one.
    """
    official = pd.notna(row["apl_commune"])
    offer = row["apl_commune"] if official else row["access"]
    if pd.isna(offer):
        return Condition(None, "offre de généralistes non connue")
    fte = offer / parameters.consultations_per_fte * LEAST_INHABITANTS
    what = "APL de la commune" if official else "accès estimé du quartier"
    return Condition(
        bool(fte < LEAST_FTE),
        f"{number(fte, 1)}\u00a0ETP de généraliste pour 5\u202f000 habitants ({what}, converti)",
    )
