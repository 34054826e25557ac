"""Small problems of allocation, and their answer by brute force (enumeration and minimum cuts)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from geo.allocation import Problem, Rules, make_problem

DEMAND = ["Q1", "Q2", "Q3", "Q4", "Q5"]
PEOPLE = [150.0, 200.0, 50.0, 90.0, 60.0]
SITES = ["s1", "s2", "s3", "s4"]
PAIRS = ([0, 1, 1, 2, 3, 4, 2], [0, 0, 1, 1, 2, 3, 3])
AREAS = ["A", "A", "B", "B"]


def methods_problem(**more: object) -> Problem:
    """The table of METHODS 5.2: four sites in two départements, one post already at s1."""
    told = {"departement": AREAS, "fixed": [1, 0, 0, 0], **more}
    return make_problem(DEMAND, PEOPLE, SITES, PAIRS, **told)  # type: ignore[arg-type]


def cover_problem() -> Problem:
    """A {1,2,3}, B {4,5,6}, C {7,8,9}, X {1,2,4,7}: greedy takes X first."""
    sets = {"A": (1, 2, 3), "B": (4, 5, 6), "C": (7, 8, 9), "X": (1, 2, 4, 7)}
    pairs = [(one - 1, site) for site, held in enumerate(sets.values()) for one in held]
    rows, columns = zip(*pairs, strict=True)
    return make_problem(range(1, 10), np.ones(9), list(sets), (rows, columns))


@dataclass(frozen=True, eq=False)
class Brute:
    """The value of the best vectors of steps, and the first of them by the rule of ties."""

    value: float
    steps: tuple[int, ...]


def brute_force(problem: Problem, rules: Rules, worth: np.ndarray) -> Brute | None:
    """Every vector of steps that keeps the rules; None when there is none.

    The people served by given posts are minimum cuts, one a level of ``worth`` (n,): no linear
    program, hence nothing in common with what is tested.
    """
    gains = _level_cuts(problem, worth)
    best: Brute | None = None
    for steps in _vectors(problem, rules):
        value = _value(problem, rules, np.array(steps), gains)
        key = (-sum(steps), steps)
        if (
            best is None
            or value > best.value + 1e-7
            or (abs(value - best.value) <= 1e-7 and key > (-sum(best.steps), best.steps))
        ):
            best = Brute(value, steps)
    return best


def _vectors(problem: Problem, rules: Rules) -> Iterator[tuple[int, ...]]:
    total = rules.budget_steps
    forced, forbidden = dict(rules.forced), set(rules.forbidden)
    ranges = []
    for site, name in enumerate(problem.site_ids):
        most = total if rules.max_per_site is None else rules.steps(rules.max_per_site)
        least = rules.steps_up(forced.get(name, 0.0))
        if rules.covering:
            opened = problem.fixed[site] > 0  # already: nothing more to open
            most, least = (0, 0) if opened else (min(most, 1), least)
        ranges.append(range(least, (0 if name in forbidden else min(most, total)) + 1))
    for steps in _within(ranges, total):
        posts = np.array(steps) * rules.step
        if all(
            posts[problem.departement == name].sum() >= low for name, low in rules.floors
        ) and all(
            posts[problem.departement == name].sum() <= high for name, high in rules.ceilings
        ):
            yield steps


def _within(ranges: list[range], total: int) -> Iterator[tuple[int, ...]]:
    if not ranges:
        yield ()
        return
    for first in ranges[0]:
        if first > total:
            return
        for rest in _within(ranges[1:], total - first):
            yield (first, *rest)


def _level_cuts(problem: Problem, worth: np.ndarray) -> list[tuple[float, np.ndarray]]:
    """For each level of worth, its height and, for each set of sites, the people they reach."""
    m = len(problem.site_ids)
    reach = problem.reach.toarray() > 0
    sets = np.array(list(product([False, True], repeat=m)))
    levels = sorted(set(worth[worth > 0]), reverse=True)
    return [
        (high - low, ((reach @ sets.T) > 0).T @ (problem.people * (worth >= high)))
        for high, low in pairwise([*levels, 0.0])
    ]


def _value(
    problem: Problem, rules: Rules, steps: np.ndarray, gains: list[tuple[float, np.ndarray]]
) -> float:
    m = len(steps)
    sets = np.array(list(product([False, True], repeat=m)))
    opened = (problem.fixed > 0) | (steps > 0)
    if rules.covering:
        row = int("".join("1" if one else "0" for one in opened), 2)
        return float(sum(height * reached[row] for height, reached in gains))
    capacity = rules.capacity * (problem.fixed + rules.step * steps)
    # A cut pays the capacity of the sites outside the set, and the people the set reaches.
    outside = (~sets) @ capacity
    return float(sum(height * (outside + reached).min() for height, reached in gains))
