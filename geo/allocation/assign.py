"""Who is served by which site, once the posts are placed.

Without capacity, each place goes to its nearest open site. With one, posts are shared by a flow.
Its total is decided by the goals; the split between places is not, so a rule is stated: among the
flows that reach the goals (then serve the most people), the served shares x_q / N_q are as equal as
they can be (lexicographic max-min: nobody's share can rise without lowering a smaller one), then
journeys are as short as they can be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix, hstack, vstack
from scipy.sparse.csgraph import connected_components

from geo.allocation.goals import Goal
from geo.allocation.highs import Program, solve
from geo.allocation.problem import Ints, Problem
from geo.allocation.rules import Rules
from geo.measure import Floats

RULE_FR = (
    "À nombre égal de personnes, les parts servies des quartiers sont rendues aussi égales que "
    "possible, puis les trajets aussi courts que possible."
)
_KEPT = 1e-13  # relative room left to a solver that must keep a value it reached
_NOBODY = 1e-7


@dataclass(frozen=True, eq=False)
class Assignment:
    """``place``, ``site`` : (k,) positions; ``people`` : (k,) served a year, all positive;
    ``minutes`` : (k,) of the journey.
    """

    place: Ints
    site: Ints
    people: Floats
    minutes: Floats

    def served(self, n: int) -> Floats:
        """(n,) people served of each place."""
        return np.asarray(np.bincount(self.place, self.people, n), np.float64)


def assign(problem: Problem, rules: Rules, steps: Ints, goals: tuple[Goal, ...]) -> Assignment:
    """The best flow for posts already placed (``steps`` (m,) new steps)."""
    opened = (steps > 0) | (problem.fixed > 0)
    pairs = coo_matrix(problem.reach[:, opened])
    place, site = pairs.row.astype(np.int64), np.flatnonzero(opened)[pairs.col]
    kept = problem.people[place] > 0
    place, site, minutes = place[kept], site[kept], pairs.data[kept] - 1.0
    order = np.lexsort((site, minutes, place))
    place, site, minutes = place[order], site[order], minutes[order]
    if rules.covering:
        nearest = np.unique(place, return_index=True)[1]
        return Assignment(
            place[nearest], site[nearest], problem.people[place[nearest]], minutes[nearest]
        )
    capacity = rules.capacity * (problem.fixed + rules.step * steps)
    flow = np.zeros(len(place))
    n, m = problem.reach.shape
    joined = csr_matrix((np.ones(len(place)), (place, n + site)), shape=(n + m, n + m))
    label = connected_components(joined, directed=False)[1][place]
    by_label = np.argsort(label, kind="stable")
    for part in np.split(by_label, np.flatnonzero(np.diff(label[by_label])) + 1):
        if len(part):
            piece = _piece(problem, capacity, goals, place[part], site[part], minutes[part])
            flow[part] = _share(piece)
    flow = _within(flow, place, problem.people)
    flow = _within(flow, site, capacity)
    some = flow > _NOBODY
    return Assignment(place[some], site[some], flow[some], minutes[some])


@dataclass(frozen=True, eq=False)
class _Piece:
    """Some places and sites joined by reach, alone: the columns are its pairs.

    ``by_place``, ``by_site`` sum the columns; ``goals`` are (columns,) values in order.
    """

    by_place: csr_matrix
    by_site: csr_matrix
    people: Floats
    capacity: Floats
    goals: tuple[Floats | None, ...]
    minutes: Floats


def _piece(
    problem: Problem,
    capacity: Floats,
    goals: tuple[Goal, ...],
    place: Ints,
    site: Ints,
    minutes: Floats,
) -> _Piece:
    places, row = np.unique(place, return_inverse=True)
    sites, column = np.unique(site, return_inverse=True)
    pairs = np.arange(len(place))
    one = np.ones(len(place))
    return _Piece(
        by_place=csr_matrix((one, (row, pairs)), shape=(len(places), len(pairs))),
        by_site=csr_matrix((one, (column, pairs)), shape=(len(sites), len(pairs))),
        people=problem.people[places],
        capacity=capacity[sites],
        goals=tuple(None if goal.value is None else goal.value[place] for goal in goals),
        minutes=minutes,
    )


def _share(piece: _Piece) -> Floats:
    """(columns,) the flow of a piece."""
    k = len(piece.minutes)
    if len(piece.capacity) == 1 and piece.capacity[0] >= piece.people.sum():
        return np.asarray(piece.by_place.T @ piece.people)
    program = Program(
        cost=np.zeros(k),
        matrix=csc_matrix(vstack([piece.by_place, piece.by_site])),
        row_lower=np.full(len(piece.people) + len(piece.capacity), -np.inf),
        row_upper=np.concatenate([piece.people, piece.capacity]),
        lower=np.zeros(k),
        upper=np.full(k, np.inf),
        whole=np.zeros(k, bool),
    )
    everyone = float(_solution(program, np.ones(k)).sum())
    if everyone >= piece.people.sum() * (1 - _KEPT):
        served = piece.people
    else:
        for value in (*piece.goals, np.ones(k)):
            program = _keep(program, piece, value)
        served = _fair(program, piece)
    program = program.with_rows(piece.by_place, served * (1 - 10 * _KEPT), piece.people)
    return _solution(program, -piece.minutes)


def _keep(program: Program, piece: _Piece, value: Floats | None) -> Program:
    """``program`` bound to reach its best value of a goal."""
    if value is None:
        best = _worst_share(program, piece)
        floor = best * piece.people * (1 - _KEPT)
        return program.with_rows(piece.by_place, floor, np.full(len(floor), np.inf))
    best = float(value @ _solution(program, value))
    return program.with_rows(
        csr_matrix(value.reshape(1, -1)),
        np.array([best * (1 - _KEPT)]),
        np.array([np.inf]),
    )


def _worst_share(program: Program, piece: _Piece) -> float:
    levels = _Levels(program, piece, np.ones(len(piece.people), bool), np.zeros(len(piece.people)))
    return levels.raised()[0]


@dataclass(frozen=True, eq=False)
class _Levels:
    """Shares of the places not ``free`` are settled at ``share``; the least other is raised."""

    program: Program
    piece: _Piece
    free: np.ndarray
    share: Floats

    def raised(self) -> tuple[float, np.ndarray]:
        """The best least share of the free places, and which of them can go no higher."""
        piece, base = self.piece, self.program
        people = piece.people
        # One more column t: sum_s x_qs - N_q t >= 0 for the free, sum_s x_qs >= share for others.
        raised = csr_matrix((-people * self.free).reshape(-1, 1))
        rows = hstack([piece.by_place, raised])
        before = hstack([base.matrix, csc_matrix((base.matrix.shape[0], 1))])
        settled = np.where(self.free, 0.0, self.share * people * (1 - _KEPT))
        wider = Program(
            cost=np.append(np.zeros(len(base.cost)), 1.0),
            matrix=csc_matrix(vstack([before, rows])),
            row_lower=np.concatenate([base.row_lower, settled]),
            row_upper=np.concatenate([base.row_upper, np.full(len(people), np.inf)]),
            lower=np.append(base.lower, 0.0),
            upper=np.append(base.upper, 1.0),
            whole=np.zeros(len(base.cost) + 1, bool),
        )
        answer = solve(wider)
        if answer.x is None:
            raise RuntimeError("the shares already settled cannot be kept")
        level = float(answer.x[-1])
        if level >= 1 - _KEPT:
            return 1.0, self.free
        # A row with a price stops the level: it can be raised no further (duality).
        tight = self.free & (np.abs(answer.row_dual[-len(people) :]) > 1e-9)
        return level, tight if tight.any() else self.free


def _fair(program: Program, piece: _Piece) -> Floats:
    """(places,) people served, shares lexicographically max-min."""
    free = np.ones(len(piece.people), bool)
    share = np.zeros(len(piece.people))
    while free.any():
        level, tight = _Levels(program, piece, free, share).raised()
        share[tight] = level
        free = free & ~tight
    return np.asarray(share * piece.people)


def _solution(program: Program, cost: Floats) -> Floats:
    answer = solve(replace(program, cost=cost))
    if answer.x is None:
        raise RuntimeError("a flow that keeps the goals already reached was expected")
    return answer.x


def _within(flow: Floats, group: Ints, most: Floats) -> Floats:
    """The flow without the last decimals of a solver that pass a limit."""
    total = np.bincount(group, flow, len(most))
    over = np.where(total > most, most / np.maximum(total, 1e-300), 1.0)
    return np.maximum(flow, 0.0) * over[group]
