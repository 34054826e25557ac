"""What each further post brings, and what each choice of the planner costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.allocation.feasible import Infeasible
from geo.allocation.problem import Problem
from geo.allocation.result import Allocation, rows
from geo.allocation.rules import Rules
from geo.allocation.solve import allocate
from geo.words import number


def gains(problem: Problem, rules: Rules) -> pd.DataFrame:
    """What each further post adds to the objective, from none to those of ``rules``.

    One row a whole number of posts: ``posts``, ``objective``, ``bound``, ``gain`` (objective minus
    that of one post fewer; NaN on the first row), ``gain_least`` and ``gain_most`` (what the proofs
    allow: equal to ``gain`` when both are proven), ``people``, ``proven``, ``possible`` (False
    where too few posts keep the floors). Gains need not decrease (METHODS 5.2).
    """
    last = rules.budget_steps * rules.step
    told = []
    for posts in range(int(last + 1e-9) + 1):
        try:
            found = allocate(problem, replace(rules, posts=float(posts)), ties=False)
        except Infeasible:
            told.append(dict.fromkeys(("objective", "bound", "people"), np.nan) | {"proven": False})
            continue
        told.append(
            {
                "objective": found.objective,
                "bound": found.bound,
                "people": found.people,
                "proven": found.proven,
            }
        )
    table = pd.DataFrame(told, columns=["objective", "bound", "people", "proven"])
    table.insert(0, "posts", np.arange(len(table)))
    before = table.shift()
    table["gain"] = table["objective"] - before["objective"]
    table["gain_least"] = np.maximum(table["objective"] - before["bound"], 0.0)
    table["gain_most"] = table["bound"] - before["objective"]
    table["possible"] = table["objective"].notna()
    return table


def gains_record(table: pd.DataFrame) -> list[dict[str, Any]]:
    """``gains`` for JSON."""
    return rows(table)


@dataclass(frozen=True, eq=False)
class Losses:
    """What the manual choices cost, in the unit of the first goal.

    ``free`` : the objective without any of them; ``kept`` : with all of them. ``choices`` : a row
    each, ``kind`` (« imposé », « exclu », « plancher », « plafond »), ``name``, ``posts``, ``loss``
    (this choice alone, against ``free``), ``regained`` (lifting it, the others kept), ``sentence``.
    """

    free: float
    kept: float
    choices: pd.DataFrame
    proven: bool

    @property
    def total(self) -> float:
        """« Perte par rapport à l'optimum » of all the choices together."""
        return max(self.free - self.kept, 0.0)


_FIELDS = {"imposé": "forced", "exclu": "forbidden", "plancher": "floors", "plafond": "ceilings"}


def losses(problem: Problem, rules: Rules, found: Allocation | None = None) -> Losses:
    """« Perte par rapport à l'optimum » of each floor, ceiling, forced and forbidden site.

    ``found`` : the allocation with all the choices, when it is known already.
    """
    kept = found or allocate(problem, rules, ties=False)
    bare = replace(rules, floors=(), ceilings=(), forced=(), forbidden=())
    free = allocate(problem, bare, ties=False)
    proven = kept.proven and free.proven
    told = []
    for kind, field in _FIELDS.items():
        for choice in getattr(rules, field):
            name, posts = (choice, np.nan) if isinstance(choice, str) else choice
            alone = allocate(problem, _with(bare, field, (choice,)), ties=False)
            others = tuple(one for one in getattr(rules, field) if one != choice)
            lifted = allocate(problem, _with(rules, field, others), ties=False)
            proven &= alone.proven and lifted.proven
            loss = max(free.objective - alone.objective, 0.0)
            told.append(
                {
                    "kind": kind,
                    "name": name,
                    "posts": posts,
                    "loss": loss,
                    "regained": max(lifted.objective - kept.objective, 0.0),
                    "sentence": _sentence(kind, name, loss, free),
                }
            )
    columns = ["kind", "name", "posts", "loss", "regained", "sentence"]
    return Losses(free.objective, kept.objective, pd.DataFrame(told, columns=columns), proven)


def _with(rules: Rules, field: str, choices: tuple[Any, ...]) -> Rules:
    changed: dict[str, Any] = {field: choices}
    return replace(rules, **changed)


def losses_record(found: Losses) -> dict[str, Any]:
    """``losses`` for JSON."""
    return {
        "free": round(found.free, 6),
        "kept": round(found.kept, 6),
        "total": round(found.total, 6),
        "proven": found.proven,
        "choices": rows(found.choices),
    }


def _sentence(kind: str, name: str, loss: float, free: Allocation) -> str:
    what = f"Site {name} {kind}" if kind in ("imposé", "exclu") else f"{kind.capitalize()} {name}"
    if loss <= 1e-6:
        return f"{what} : aucune perte par rapport à l'optimum."
    unit = free.goals[0].unit_fr
    decimals = 0 if loss >= 10 else 2
    return f"{what} : perte par rapport à l'optimum de {number(loss, decimals)} {unit}."
