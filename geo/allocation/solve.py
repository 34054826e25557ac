"""``allocate``: the one call, from a problem and its rules to an allocation with its proof."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.allocation.assign import RULE_FR, Assignment, assign
from geo.allocation.feasible import Limits, limits
from geo.allocation.goals import Goal, goals
from geo.allocation.greedy import Start, greedy
from geo.allocation.highs import solve
from geo.allocation.model import Model, build
from geo.allocation.problem import Ints, Problem
from geo.allocation.reduce import reduced
from geo.allocation.result import EXACT, FALLBACK, Allocation, Reached
from geo.allocation.rules import OBJECTIVES, Rules
from geo.allocation.search import Found, search
from geo.measure import Floats
from geo.words import counted, number, plural

_EASY_PAIRS = 10_000  # coverings that HiGHS solves as fast without a start (measured)


def allocate(problem: Problem, rules: Rules, *, ties: bool = True) -> Allocation:
    """Place posts for the objective of ``rules`` (METHODS 5.2), with the proof or the gap.

    Up to ``rules.exact_pairs`` pairs the answer is searched exactly by HiGHS, from a greedy start;
    beyond, the greedy answer with exchanges is kept and its bound is the linear relaxation. The
    same problem and rules give the same answer, unless the time ran out (``timed_out``).

    Parameters
    ----------
    ties : break ties by the fewest posts then the code of the sites (``geo.allocation.search``);
        False is quicker, and still repeatable.

    Raises
    ------
    Infeasible, TooManyPosts, UnknownIds, BadInput
        In French, every cause on its line.
    """
    found = limits(problem, rules)
    aims = goals(problem, rules.objective)
    fewer = reduced(problem, found) if rules.covering else found
    model = build(problem, rules, fewer, aims)
    exact = model.pairs <= rules.exact_pairs
    start = None
    if not (exact and rules.covering and model.pairs <= _EASY_PAIRS):
        first = np.ones(len(problem.people)) if aims[0].value is None else aims[0].value
        start = greedy(problem, rules, fewer, first)
    if exact:
        whole = build(problem, rules, found, aims) if ties and rules.covering else model
        limit = rules.time_limit_s
        full = _full(problem, rules, found, aims[0])
        placed = search(model, whole, start, full, gap=rules.gap, seconds=limit, ties=ties)
    else:
        placed = _fallback(problem, rules, found, model, start)
    flow = assign(problem, rules, placed.steps, aims)
    served = flow.served(len(problem.people))
    reached = tuple(
        _reached(problem, found, goal, served, bound)
        for goal, bound in zip(aims, placed.bounds, strict=True)
    )
    return Allocation(
        rules=rules,
        goals=reached,
        sites=_sites(problem, rules, found, placed.steps, flow),
        assignment=_assignment(problem, flow),
        demand=_demand(problem, served),
        posts=found.total * rules.step,
        method=EXACT if exact else FALLBACK,
        ties=placed.ties,
        timed_out=placed.timed_out,
        notes=_notes(problem, rules, found, placed),
    )


def _full(problem: Problem, rules: Rules, found: Limits, goal: Goal) -> float:
    """What no placing can pass: every post full of the people that the goal values the most."""
    if goal.value is None or rules.covering:
        return np.inf
    seats = rules.capacity * (float(problem.fixed.sum()) + rules.step * found.total)
    return seats * float(goal.value.max())


def _reached(problem: Problem, found: Limits, goal: Goal, served: Floats, bound: float) -> Reached:
    value = goal.reached(problem, served, found.most)
    return Reached(goal.label_fr, goal.unit_fr, value, max(min(bound, goal.most(problem)), value))


def _fallback(
    problem: Problem, rules: Rules, found: Limits, model: Model, start: Start | None
) -> Found:
    """The greedy vector and, for each goal, the optimum of the relaxation."""
    seconds, bounds, timed_out = rules.time_limit_s, [], False
    for cost, constant in zip(model.costs, model.constants, strict=True):
        answer = solve(replace(model.program, cost=cost).relaxed(), seconds=seconds)
        seconds = max(seconds - answer.seconds, 0.0)
        timed_out |= not answer.finished
        bounds.append(answer.bound + constant)
    steps = _placed_by_potential(problem, found) if start is None else start.steps
    return Found(steps, tuple(bounds), "none", timed_out)


def _placed_by_potential(problem: Problem, found: Limits) -> Ints:
    """A vector that keeps the rules, when the greedy rounds could not find one."""
    from geo.allocation.model import placing_program

    answer = solve(placing_program(found, np.asarray((problem.reach > 0).T @ problem.people)))
    if answer.x is None:
        raise RuntimeError("rules that were found feasible have no solution")
    return np.rint(answer.x).astype(np.int64)


def _sites(
    problem: Problem, rules: Rules, found: Limits, steps: Ints, flow: Assignment
) -> pd.DataFrame:
    new = np.round(steps * rules.step, 9)
    posts = problem.fixed + new
    forced = {name for name, _ in rules.forced}
    choice = [
        "imposé" if name in forced else "exclu" if name in rules.forbidden else ""
        for name in problem.site_ids
    ]
    return pd.DataFrame(
        {
            "site_id": problem.site_ids,
            "departement": problem.departement,
            "fixed_posts": problem.fixed,
            "new_posts": new,
            "posts": posts,
            "capacity": np.nan if rules.covering else rules.capacity * posts,
            "people": np.bincount(flow.site, flow.people, len(posts)),
            "cost_eur": steps * found.cost,
            "choice": choice,
        }
    )


def _assignment(problem: Problem, flow: Assignment) -> pd.DataFrame:
    order = np.lexsort((flow.site, flow.place))
    place, site = flow.place[order], flow.site[order]
    return pd.DataFrame(
        {
            "demand_id": problem.demand_ids[place],
            "site_id": problem.site_ids[site],
            "people": flow.people[order],
            "minutes": flow.minutes[order],
        }
    )


def _demand(problem: Problem, served: Floats) -> pd.DataFrame:
    people = problem.people
    return pd.DataFrame(
        {
            "demand_id": problem.demand_ids,
            "people": people,
            "served": served,
            "residual": np.maximum(people - served, 0.0),
            "share": np.divide(served, people, out=np.full(len(people), np.nan), where=people > 0),
            "reachable": problem.reachable,
        }
    )


def _notes(problem: Problem, rules: Rules, found: Limits, placed: Found) -> tuple[str, ...]:
    notes = [OBJECTIVES[rules.objective].statement_fr]
    if rules.covering:
        notes.append(
            "Sans capacité : un site ouvert sert tous ceux qui sont à sa portée (couverture "
            "maximale, MCLP)."
        )
    else:
        notes.append(
            f"Un poste accompagne au plus {number(rules.capacity, 0)} personnes par an "
            "(hypothèse, pas une norme). " + RULE_FR
        )
    lost = int((~problem.reachable & (problem.people > 0)).sum())
    if lost:
        notes.append(f"{counted(lost, 'lieu', 'lieux')} hors de portée de tout site candidat.")
    idle = (found.total - int(placed.steps.sum())) * rules.step
    if idle > 1e-9:
        notes.append(
            f"{counted(idle, 'poste', decimals=0 if float(idle).is_integer() else 1)} non "
            f"{plural(idle, 'placé')} : placer davantage n'accompagnerait personne de plus."
        )
    if placed.timed_out:
        notes.append(
            "Le temps de calcul est écoulé : une autre machine peut trouver une autre solution."
        )
    return tuple(notes)
