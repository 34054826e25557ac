"""An objective as a sequence of goals: each is reached, then kept while the next is sought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.allocation.problem import Ints, Problem
from geo.allocation.rules import OBJECTIVES
from geo.errors import BadInput
from geo.measure import Floats
from geo.words import number


@dataclass(frozen=True, eq=False)
class Goal:
    """Maximise ``value @ served`` (n,), or the smallest share served when ``value`` is None."""

    label_fr: str
    unit_fr: str
    value: Floats | None

    def reached(self, problem: Problem, served: Floats, steps_most: Ints) -> float:
        """The value of this goal when so many people (n,) are served."""
        if self.value is not None:
            return float(self.value @ served)
        usable = (steps_most > 0) | (problem.fixed > 0)
        counted = (problem.people > 0) & (np.asarray((problem.reach > 0) @ usable) > 0)
        return float((served[counted] / problem.people[counted]).min(initial=1.0))

    def most(self, problem: Problem) -> float:
        """A value that nothing can pass: everybody who has a site in reach is served."""
        if self.value is None:
            return 1.0
        return float(self.value @ (problem.people * problem.reachable))


def goals(problem: Problem, name: str) -> tuple[Goal, ...]:
    """The goals of an objective, in order.

    Raises
    ------
    BadInput
        The problem does not say who is in « double peine », or the tiers.
    """
    everyone = Goal("personnes accompagnées", "personnes/an", np.ones(len(problem.people)))
    objective = OBJECTIVES[name]
    if name == "people":
        return (everyone,)
    if name == "weighted":
        return (Goal(objective.label_fr, objective.unit_fr, problem.weight),)
    if name == "double_peine":
        double = _said(problem.double, name, "quels quartiers sont en double peine")
        return (Goal(objective.label_fr, objective.unit_fr, double.astype(float)), everyone)
    if name == "worst_off":
        tier = _said(problem.tier, name, "le rang de chaque quartier")
        return tuple(
            Goal(f"{everyone.label_fr}, rang {number(rank)}", "personnes/an", 1.0 * (tier == rank))
            for rank in np.unique(tier)
        )
    return (Goal(objective.label_fr, objective.unit_fr, None), everyone)


def _said(values: np.ndarray | None, name: str, what: str) -> np.ndarray:
    if values is None:
        raise BadInput(
            f"Objectif « {name} » : les données ne disent pas {what}. À faire : donnez-le, ou "
            "choisissez l'objectif « people »."
        )
    return values
