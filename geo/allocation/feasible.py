"""Can the rules be kept at all? When they cannot: why, in words, one cause a line.

The only links between sites are a total, a budget and one floor and one ceiling a département, so
the checks below are complete: when they find nothing, a way of placing the posts exists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.allocation.problem import Ints, Problem
from geo.allocation.rules import Rules
from geo.checks import UnknownIds, offenders
from geo.errors import BadInput
from geo.measure import Floats
from geo.words import counted, euros, number

_NO_CEILING = 10**9


class Infeasible(BadInput):
    """No way of placing the posts keeps every rule; ``causes`` says why, a sentence each."""

    def __init__(self, causes: list[str]):
        self.causes = tuple(causes)
        super().__init__("Affectation impossible :\n" + "\n".join(f"- {cause}" for cause in causes))


class TooManyPosts(Infeasible):
    """More posts than the sites can hold."""


@dataclass(frozen=True, eq=False)
class Limits:
    """The rules as arrays, in steps.

    ``least``, ``most`` : (m,) new steps on each site; ``total`` : steps in all;
    ``areas`` : départements with a floor or a ceiling, ``area`` : (m,) position in ``areas``, -1;
    ``floor``, ``ceiling`` : (len(areas),) new steps; ``cost`` : (m,) € a step;
    ``budget`` : €, infinite when ``total`` alone says it.
    """

    least: Ints
    most: Ints
    total: int
    areas: tuple[str, ...]
    area: Ints
    floor: Ints
    ceiling: Ints
    cost: Floats
    budget: float


def limits(problem: Problem, rules: Rules) -> Limits:
    """The arrays of the rules.

    Raises
    ------
    UnknownIds
        A rule names a site or a département that does not exist.
    Infeasible, TooManyPosts
        With every cause.
    """
    _refuse_unknown(problem, rules)
    sites = {name: place for place, name in enumerate(problem.site_ids)}
    cost = np.where(np.isnan(problem.cost_eur), rules.cost_eur, problem.cost_eur) * rules.step
    total, budget = _purse(rules, cost)
    m = len(sites)
    highest = total if rules.max_per_site is None else min(rules.steps(rules.max_per_site), total)
    most = np.full(m, highest, np.int64)
    if rules.covering:
        most = np.where(problem.fixed > 0, 0, np.minimum(most, 1))
    most[[sites[name] for name in rules.forbidden]] = 0
    least = np.zeros(m, np.int64)
    for name, posts in rules.forced:
        least[sites[name]] = rules.steps_up(posts)
    if rules.covering:
        least = np.where(problem.fixed > 0, 0, least)
    areas = tuple(sorted({name for name, _ in (*rules.floors, *rules.ceilings)}))
    position = {name: place for place, name in enumerate(areas)}
    area = np.array([position.get(name, -1) for name in problem.departement], np.int64)
    floor, ceiling = _by_area(problem, rules, position, area)
    found = Limits(least, most, total, areas, area, floor, ceiling, cost, budget)
    _refuse_impossible(problem, rules, found)
    return found


def _purse(rules: Rules, cost: Floats) -> tuple[int, float]:
    """Steps in all, and the budget when the costs of the sites differ."""
    if rules.budget_eur is None or (cost == rules.cost_eur * rules.step).all():
        return rules.budget_steps, np.inf
    paid = int(rules.budget_eur / cost.min() + 1e-9)
    total = paid if rules.posts is None else min(rules.steps(rules.posts), paid)
    return total, rules.budget_eur


def _by_area(
    problem: Problem, rules: Rules, position: dict[str, int], area: Ints
) -> tuple[Ints, Ints]:
    floor = np.zeros(len(position), np.int64)
    ceiling = np.full(len(position), _NO_CEILING, np.int64)
    there = np.zeros(len(position))
    if rules.count_fixed:
        there = np.bincount(area[area >= 0], problem.fixed[area >= 0], len(position)).astype(float)
    for name, posts in rules.floors:
        floor[position[name]] = rules.steps_up(posts - there[position[name]])
    for name, posts in rules.ceilings:
        ceiling[position[name]] = rules.steps(max(posts - there[position[name]], 0.0))
    return floor, ceiling


def _refuse_unknown(problem: Problem, rules: Rules) -> None:
    known = set(problem.site_ids)
    named = [*(name for name, _ in rules.forced), *rules.forbidden]
    unknown = sorted({name for name in named if name not in known})
    if unknown:
        raise UnknownIds(
            f"Sites imposés ou exclus absents des candidats : {offenders(unknown, len(unknown))}."
        )


def _refuse_impossible(problem: Problem, rules: Rules, found: Limits) -> None:
    causes = [
        *_about_reach(problem, found),
        *_about_sites(problem, rules, found),
        *_about_areas(problem, rules, found),
        *_about_purse(rules, found),
    ]
    room = int(found.most.sum())
    single = rules.covering or (rules.max_per_site is not None)
    if rules.posts is not None and single and found.total > room:
        places = counted(
            int((found.most > 0).sum()), "site candidat permis", "sites candidats permis"
        )
        causes.insert(
            0,
            f"{_posts(rules, found.total)} à placer, et {places} pour "
            f"{_posts(rules, room)} au plus",
        )
        raise TooManyPosts(causes)
    if causes:
        raise Infeasible(causes)


def _about_reach(problem: Problem, found: Limits) -> list[str]:
    open_to = (found.most > 0) | (problem.fixed > 0)
    served = problem.reach[problem.people > 0].tocsc()
    if not (problem.people > 0).any():
        return ["Personne à accompagner : tous les lieux de demande sont à zéro"]
    if served.nnz == 0:
        return ["Aucun QPV du périmètre n'est à portée d'un site"]
    if found.total and not open_to[np.diff(served.indptr) > 0].any():
        return ["Tous les sites à portée d'un QPV sont exclus"]
    return []


def _about_sites(problem: Problem, rules: Rules, found: Limits) -> list[str]:
    causes = []
    for name in sorted({name for name, _ in rules.forced} & {*rules.forbidden}):
        causes.append(f"Le site {name} est à la fois imposé et exclu")
    for site in np.flatnonzero(found.least > found.most):
        name = problem.site_ids[site]
        if name not in rules.forbidden:
            causes.append(
                f"Le site {name} est imposé pour {_posts(rules, found.least[site])}, il peut en "
                f"recevoir {_posts(rules, found.most[site])} au plus"
            )
    return causes


def _about_areas(problem: Problem, rules: Rules, found: Limits) -> list[str]:
    causes = []
    for place, name in enumerate(found.areas):
        inside = found.area == place
        floor, ceiling = int(found.floor[place]), int(found.ceiling[place])
        room, forced = int(found.most[inside].sum()), int(found.least[inside].sum())
        asked = f"Le département {name} a un plancher de {_plain(rules, floor)}"
        if floor and not inside.any():
            causes.append(f"{asked} mais aucun site candidat")
        elif floor and not room:
            causes.append(f"{asked} mais tous ses sites sont exclus ou déjà pourvus")
        elif floor > room:
            causes.append(f"{asked}, ses sites n'en peuvent recevoir que {_plain(rules, room)}")
        if floor > ceiling:
            causes.append(f"{asked} et un plafond de {_plain(rules, ceiling)}")
        if forced > ceiling:
            causes.append(
                f"Le département {name} a un plafond de {_plain(rules, ceiling)} et des sites "
                f"imposés pour {_posts(rules, forced)}"
            )
    return causes


def _about_purse(rules: Rules, found: Limits) -> list[str]:
    needed, cost = _least_steps(found)
    if needed > found.total:
        what = "Plancher impossible" if found.floor.any() else "Sites imposés impossibles"
        paid = (
            f"le budget en paie {_plain(rules, found.total)}"
            if rules.budget_eur is not None
            else f"{_plain(rules, found.total)} à placer"
        )
        per_step = rules.cost_eur * rules.step
        return [
            f"{what} : {_asked(rules, needed)} ({euros(needed * per_step)}), "
            f"{paid} ({euros(found.total * per_step)})"
        ]
    if cost > found.budget * (1 + 1e-12):
        return [
            f"Planchers et sites imposés coûtent au moins {euros(cost)}, le budget est de "
            f"{euros(found.budget)}"
        ]
    return []


def _least_steps(found: Limits) -> tuple[int, float]:
    """Steps that floors and forced sites ask for, and the least they cost."""
    steps, cost = int(found.least.sum()), float((found.least * found.cost).sum())
    for place in range(len(found.areas)):
        inside = np.flatnonzero(found.area == place)
        lacking = int(found.floor[place] - found.least[inside].sum())
        if lacking <= 0:
            continue
        steps += lacking
        room = np.maximum(found.most[inside] - found.least[inside], 0)
        cheapest = np.sort(np.repeat(found.cost[inside], np.minimum(room, lacking)))
        cost += float(cheapest[:lacking].sum())
    return steps, cost


def _plain(rules: Rules, steps: int) -> str:
    posts = steps * rules.step
    return number(posts, 0 if abs(posts - round(posts)) < 1e-9 else 2)


def _posts(rules: Rules, steps: int) -> str:
    return f"{_plain(rules, steps)} {'poste' if steps * rules.step < 2 else 'postes'}"


def _asked(rules: Rules, steps: int) -> str:
    one = steps * rules.step < 2
    return f"{_posts(rules, steps)} {'exigé' if one else 'exigés'}"
