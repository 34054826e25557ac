"""The sparse model: columns of posts, then columns of people, built without a loop over pairs.

With a capacity (METHODS 5.2), one column x for each pair in reach::

    sum_s x_qs <= N_q            sum_q x_qs <= K (f_s + step y_s)

tightened so that the bound of the linear relaxation is close: with T_s the people in reach of s
beyond its existing posts, c = K step, k = floor(T_s / c) and r = T_s - k c, every integer y_s obeys
``sum_q x_qs <= K f_s + r y_s + k (c - r)`` (mixed-integer rounding), and where f_s = 0 and one step
can hold all of N_q, ``x_qs <= N_q y_s``.

Without capacity (maximal covering, MCLP) no x is needed: one column z_q in [0, 1] a place, and
``z_q <= sum_{s in reach} y_s``.

Places with the same reach and the same value for every goal are one class, of which only the sum of
people matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix, diags, eye, hstack, vstack

from geo.allocation.feasible import Limits
from geo.allocation.goals import Goal
from geo.allocation.highs import Program
from geo.allocation.problem import Ints, Problem
from geo.allocation.rules import Rules
from geo.measure import Floats


@dataclass(frozen=True, eq=False)
class Model:
    """``program`` without its goal; ``costs`` and ``constants`` are those of each goal.

    The first ``sites`` columns are the new steps of each site, in the order of the problem.
    """

    program: Program
    costs: tuple[Floats, ...]
    constants: tuple[float, ...]
    sites: int
    pairs: int


@dataclass(frozen=True, eq=False)
class Classes:
    """Places that the model cannot tell apart: ``reach`` (k, m), ``people`` (k,), ``values`` one
    (k,) array a goal (None for the smallest share), ``covered`` people of each goal served
    whatever is decided.
    """

    reach: csr_matrix
    people: Floats
    values: tuple[Floats | None, ...]
    covered: tuple[float, ...]


def build(problem: Problem, rules: Rules, found: Limits, goals: tuple[Goal, ...]) -> Model:
    """The model of an allocation; ``found`` are its limits, known to be feasible."""
    classes = _classes(problem, rules, found, goals)
    parts = _covering(classes) if rules.covering else _flows(problem, rules, found, classes)
    worst = any(goal.value is None for goal in goals)
    if worst:
        parts = _with_worst_share(parts, classes, rules.covering)
    m = len(problem.site_ids)
    people = parts.matrix.shape[1]
    rows, lower, upper = _placing(found, people)
    most = _useful(problem, rules, found, classes)
    program = Program(
        cost=np.zeros(m + people),
        matrix=csc_matrix(vstack([hstack([parts.sites, parts.matrix]), rows])),
        row_lower=np.concatenate([np.full(len(parts.upper), -np.inf), lower]),
        row_upper=np.concatenate([parts.upper, upper]),
        lower=np.concatenate([found.least.astype(float), np.zeros(people)]),
        upper=np.concatenate([most.astype(float), parts.highest]),
        whole=np.arange(m + people) < m,
    )
    costs = tuple(np.concatenate([np.zeros(m), cost]) for cost in parts.costs)
    return Model(program, costs, classes.covered, m, classes.reach.nnz)


@dataclass(frozen=True, eq=False)
class _Parts:
    """Rows ``sites @ y + matrix @ columns <= upper``; columns go from 0 to ``highest``."""

    sites: csr_matrix
    matrix: csr_matrix
    upper: Floats
    highest: Floats
    costs: tuple[Floats, ...]


def _classes(problem: Problem, rules: Rules, found: Limits, goals: tuple[Goal, ...]) -> Classes:
    values = [goal.value for goal in goals]
    usable = (found.most > 0) | (problem.fixed > 0)
    reach = (problem.reach[:, usable] > 0).astype(float) @ _pick(usable)
    kept = (problem.people > 0) & (np.diff(reach.indptr) > 0)
    covered = tuple(0.0 for _ in goals)
    if rules.covering:
        already = np.asarray((reach @ ((problem.fixed > 0) | (found.least > 0))) > 0)
        served = np.where(already & kept, problem.people, 0.0)
        covered = tuple(0.0 if value is None else float(value @ served) for value in values)
        kept &= ~already
    reach = csr_matrix(reach[kept])
    reach.sort_indices()
    told = [value[kept] for value in values if value is not None]
    same = _same(reach, [] if rules.covering else told)
    people = np.bincount(same, problem.people[kept]).astype(float)
    first = np.unique(same, return_index=True)[1]
    classed: list[Floats | None] = []
    for value in values:
        if value is None:
            classed.append(None)
            continue
        total = np.bincount(same, problem.people[kept] * value[kept], len(people))
        classed.append(total / people)
    return Classes(reach[first], people, tuple(classed), covered)


def _pick(usable: npt.NDArray[np.bool_]) -> csr_matrix:
    """(usable, m): puts the columns that were kept back at their own places."""
    return eye(len(usable), format="csr")[usable]


def _same(reach: csr_matrix, values: list[Floats]) -> Ints:
    """The class of each row: same sites in reach, same values. Exact: compares the bytes."""
    columns, starts = reach.indices, reach.indptr
    worth = np.column_stack(values) if values else np.empty((reach.shape[0], 0))
    seen: dict[tuple[bytes, bytes], int] = {}
    found = [
        seen.setdefault(
            (columns[starts[row] : starts[row + 1]].tobytes(), worth[row].tobytes()), len(seen)
        )
        for row in range(reach.shape[0])
    ]
    return np.array(found, np.int64)


def _covering(classes: Classes) -> _Parts:
    k = len(classes.people)
    return _Parts(
        sites=-classes.reach,
        matrix=eye(k, format="csr"),
        upper=np.zeros(k),
        highest=np.ones(k),
        costs=tuple(
            np.zeros(k) if value is None else value * classes.people for value in classes.values
        ),
    )


def _flows(problem: Problem, rules: Rules, found: Limits, classes: Classes) -> _Parts:
    reach = csc_matrix(classes.reach)
    k, m, pairs = reach.shape[0], reach.shape[1], reach.nnz
    place, site = reach.indices, np.repeat(np.arange(m), np.diff(reach.indptr))
    one = np.ones(pairs)
    by_place = csr_matrix((one, (place, np.arange(pairs))), shape=(k, pairs))
    by_site = csr_matrix((one, (site, np.arange(pairs))), shape=(m, pairs))
    chunk = rules.capacity * rules.step
    there = rules.capacity * problem.fixed
    beyond = np.maximum(np.bincount(site, classes.people[place], m) - there, 0.0)
    full = np.floor(beyond / chunk)
    rest = beyond - full * chunk
    small = (classes.people[place] < chunk) & (problem.fixed[site] == 0)
    tight = csr_matrix(
        (-classes.people[place[small]], (np.arange(small.sum()), site[small])),
        shape=(int(small.sum()), m),
    )
    return _Parts(
        sites=vstack([csr_matrix((k, m)), -chunk * eye(m), -diags(rest), tight]).tocsr(),
        matrix=vstack([by_place, by_site, by_site, eye(pairs, format="csr")[small]]).tocsr(),
        upper=np.concatenate(
            [classes.people, there, there + full * (chunk - rest), np.zeros(int(small.sum()))]
        ),
        highest=classes.people[place],
        costs=tuple(np.zeros(pairs) if value is None else value[place] for value in classes.values),
    )


def _with_worst_share(parts: _Parts, classes: Classes, covering: bool) -> _Parts:
    """One more column, t in [0, 1], at most the share served of every class."""
    k = len(classes.people)
    served = eye(k, format="csr") if covering else parts.matrix[:k]
    whole = np.ones(k) if covering else classes.people
    rows = hstack([-served, csr_matrix(whole.reshape(-1, 1))])
    before = hstack([parts.matrix, csr_matrix((parts.matrix.shape[0], 1))])
    costs = tuple(
        np.append(cost, 1.0 if value is None else 0.0)
        for cost, value in zip(parts.costs, classes.values, strict=True)
    )
    return _Parts(
        sites=vstack([parts.sites, csr_matrix((k, parts.sites.shape[1]))]).tocsr(),
        matrix=vstack([before, rows]).tocsr(),
        upper=np.append(parts.upper, np.zeros(k)),
        highest=np.append(parts.highest, 1.0),
        costs=costs,
    )


def _placing(found: Limits, people: int) -> tuple[csr_matrix, Floats, Floats]:
    """The rows that bind posts only: total, budget, floor and ceiling of each département."""
    m = len(found.most)
    rows, lower, upper = [np.ones((1, m))], [-np.inf], [float(found.total)]
    if np.isfinite(found.budget):
        rows.append(found.cost.reshape(1, -1))
        lower.append(-np.inf)
        upper.append(found.budget)
    for place in range(len(found.areas)):
        rows.append(1.0 * (found.area == place).reshape(1, -1))
        lower.append(float(found.floor[place]))
        upper.append(float(found.ceiling[place]))
    placed = csr_matrix(np.vstack(rows))
    wide = hstack([placed, csr_matrix((placed.shape[0], people))]).tocsr()
    return wide, np.array(lower), np.array(upper)


def placing_program(found: Limits, potential: Floats) -> Program:
    """The rules of placing alone, posts going where ``potential`` (m,) is largest."""
    rows, lower, upper = _placing(found, 0)
    return Program(
        cost=potential,
        matrix=csc_matrix(rows),
        row_lower=lower,
        row_upper=upper,
        lower=found.least.astype(float),
        upper=np.maximum(found.most, found.least).astype(float),
        whole=np.ones(len(potential), bool),
    )


def _useful(problem: Problem, rules: Rules, found: Limits, classes: Classes) -> Ints:
    """Upper bounds of the steps: no more than the people in reach can fill, floors apart."""
    most = np.maximum(found.most, found.least)
    reached = np.asarray(classes.reach.T @ classes.people)
    if rules.covering:
        filled = (reached > 0).astype(np.int64)
    else:
        beyond = np.maximum(reached - rules.capacity * problem.fixed, 0.0)
        filled = np.ceil(beyond / (rules.capacity * rules.step) - 1e-9).astype(np.int64)
    floored = np.append(found.floor > 0, False)[found.area]
    return np.where(floored, most, np.clip(filled, found.least, most))
