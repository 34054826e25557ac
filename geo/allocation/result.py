"""The answer: where the posts go, who is served, and how sure it is that nothing does better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.allocation.rules import Rules
from geo.words import percent

OPTIMAL = "optimum prouvé"
EXACT = "exacte (HiGHS)"
FALLBACK = "repli : gloutonne et échanges, borne par relaxation linéaire"
TIES_FR = {
    "complete": "À égalité : le moins de postes, puis les premiers codes de site.",
    "partial": "À égalité : départage par code de site inachevé ; une autre solution peut valoir "
    "autant.",
    "none": "Optimum non prouvé : rien à départager.",
}


_NOISE = 1e-6  # of a person: what a solver in floating point can leave


def gap(bound: float, value: float) -> float:
    """(bound - value) / bound; 0 when the two are equal but for the noise of the solver."""
    return 0.0 if bound - value <= _NOISE else (bound - value) / bound


def status_fr(share: float) -> str:
    """« optimum prouvé » when the gap is at most 1e-6, else how far the optimum can be."""
    if share <= 1e-6:
        return OPTIMAL
    decimals = 1 if share >= 0.01 else 2 if share >= 0.001 else 4
    # Rounded up: « at most » must stay true.
    shown = np.ceil(share * 100 * 10**decimals - 1e-9) / 10**decimals / 100
    return f"meilleure solution trouvée, écart au plus {percent(shown, decimals)}"


@dataclass(frozen=True)
class Reached:
    """One goal: its value, and a bound that no way of placing the posts can pass."""

    label_fr: str
    unit_fr: str
    value: float
    bound: float

    @property
    def gap(self) -> float:
        return gap(self.bound, self.value)


@dataclass(frozen=True, eq=False)
class Allocation:
    """Where the posts go.

    Attributes
    ----------
    goals : the goals in order; ``objective``, ``bound`` are those of the first, ``gap`` the widest
        of all.
    sites : site_id, departement, fixed_posts, new_posts, posts, capacity (NaN without), people,
        cost_eur (of the new posts), choice (« imposé », « exclu » or ""); in order of code.
    assignment : demand_id, site_id, people, minutes (as brought).
    demand : demand_id, people, served, residual, share (NaN without people), reachable.
    posts : the new posts that the rules allow; used : those placed.
    """

    rules: Rules
    goals: tuple[Reached, ...]
    sites: pd.DataFrame
    assignment: pd.DataFrame
    demand: pd.DataFrame
    posts: float
    method: str
    ties: str
    timed_out: bool
    notes: tuple[str, ...]

    @property
    def objective(self) -> float:
        return self.goals[0].value

    @property
    def bound(self) -> float:
        return self.goals[0].bound

    @property
    def gap(self) -> float:
        return max(goal.gap for goal in self.goals)

    @property
    def proven(self) -> bool:
        return self.gap <= 1e-6

    @property
    def status(self) -> str:
        return status_fr(self.gap)

    @property
    def people(self) -> float:
        """People served a year, whatever the objective."""
        return float(self.demand["served"].sum())

    @property
    def used(self) -> float:
        return round(float(self.sites["new_posts"].sum()), 9)

    @property
    def cost_eur(self) -> float:
        return float(self.sites["cost_eur"].sum())


def to_record(found: Allocation) -> dict[str, Any]:
    """What JSON can hold: no NaN, sites with a post and pairs with people only."""
    placed = found.sites[(found.sites["posts"] > 0) | (found.sites["choice"] != "")]
    return {
        "objective_name": found.rules.objective,
        "objective": _plain(found.objective),
        "bound": _plain(found.bound),
        "gap": found.gap,
        "status": found.status,
        "proven": found.proven,
        "method": found.method,
        "ties": TIES_FR[found.ties],
        "goals": [
            {
                "label": goal.label_fr,
                "unit": goal.unit_fr,
                "value": _plain(goal.value),
                "bound": _plain(goal.bound),
                "gap": goal.gap,
            }
            for goal in found.goals
        ],
        "posts": {"allowed": found.posts, "used": _plain(found.used)},
        "cost_eur": _plain(found.cost_eur),
        "capacity": None if found.rules.covering else found.rules.capacity,
        "step": found.rules.step,
        "people_served": _plain(found.people),
        "people_residual": _plain(float(found.demand["residual"].sum())),
        "sites": rows(placed),
        "assignment": rows(found.assignment),
        "demand": rows(found.demand),
        "notes": list(found.notes),
    }


def _plain(value: float) -> float | None:
    return round(value, 6) if np.isfinite(value) else None


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table for JSON: null where nothing is known."""

    def cell(value: Any) -> Any:
        if isinstance(value, float | np.floating):
            return _plain(float(value))
        return value.item() if isinstance(value, np.generic) else value

    columns = list(frame.columns)
    return [
        {name: cell(value) for name, value in zip(columns, row, strict=True)}
        for row in frame.itertuples(index=False)
    ]
