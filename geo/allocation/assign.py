"""Who is served by which site, once the posts are placed.

Without capacity, each place goes to its nearest open site. With one, posts are shared by a flow.
The goals decide how many people are served in each level of places of equal value (the totals of
the levels are those of a greedy polymatroid: the most valued first). The split inside a level is
not decided, so a rule is stated: the served shares x_q / N_q are as equal as they can be
(lexicographic max-min: no share can rise without lowering a smaller one), then journeys are as
short as they can be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix, hstack, vstack
from scipy.sparse.csgraph import connected_components

from geo.allocation.goals import Goal
from geo.allocation.highs import Program, load, run
from geo.allocation.problem import Ints, Problem
from geo.allocation.rules import Rules
from geo.measure import Floats

RULE_FR = (
    "À nombre égal de personnes, les parts servies des quartiers sont rendues aussi égales que "
    "possible, puis les trajets aussi courts que possible."
)
_NOBODY = 1e-7
_PRICE = 1e-9
# Feasibility of the linear programs, and the relative room left to what they reached before: the
# room is the wider, so that rounding never makes a settled share impossible.
_FINE = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
_ROOM = 1e-9


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
    flow, level = np.zeros(len(place)), _levels(problem, goals)
    n, m = problem.reach.shape
    joined = csr_matrix((np.ones(len(place)), (place, n + site)), shape=(n + m, n + m))
    label = connected_components(joined, directed=False)[1][place]
    by_label = np.argsort(label, kind="stable")
    for part in np.split(by_label, np.flatnonzero(np.diff(label[by_label])) + 1):
        if len(part):
            piece = _piece(problem, capacity, level, place[part], site[part], minutes[part])
            flow[part] = _share(piece)
    flow = _within(flow, place, problem.people)
    flow = _within(flow, site, capacity)
    some = flow > _NOBODY
    return Assignment(place[some], site[some], flow[some], minutes[some])


def _levels(problem: Problem, goals: tuple[Goal, ...]) -> Ints:
    """(n,) 0 for the places that the goals, in order, value the most."""
    values = [-goal.value for goal in goals if goal.value is not None]
    found = np.unique(np.column_stack(values), axis=0, return_inverse=True)[1]
    return np.asarray(found, np.int64).reshape(len(problem.people))


@dataclass(frozen=True, eq=False)
class _Piece:
    """Some places and sites joined by reach, alone: the columns are its pairs.

    ``by_place``, ``by_site`` sum the columns; ``level`` is that of each place.
    """

    by_place: csr_matrix
    by_site: csr_matrix
    people: Floats
    capacity: Floats
    level: Ints
    minutes: Floats

    def program(self, least: Floats, cost: Floats) -> Program:
        """The flows that serve at least ``least`` people of each place."""
        k = len(self.minutes)
        return Program(
            cost=cost,
            matrix=csc_matrix(vstack([self.by_place, self.by_site])),
            row_lower=np.concatenate([least, np.full(len(self.capacity), -np.inf)]),
            row_upper=np.concatenate([self.people, self.capacity]),
            lower=np.zeros(k),
            upper=np.full(k, np.inf),
            whole=np.zeros(k, bool),
        )


def _piece(
    problem: Problem, capacity: Floats, level: Ints, place: Ints, site: Ints, minutes: Floats
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
        level=np.unique(level[places], return_inverse=True)[1],
        minutes=minutes,
    )


def _share(piece: _Piece) -> Floats:
    """(columns,) the flow of a piece."""
    served = _served(piece)
    least = np.maximum(served - 3 * _ROOM * np.maximum(served, 1.0), 0.0)
    # One more person, or a person of a better level, changes at most one journey a site: with
    # weights so small, minutes never cost a person.
    levels = piece.level.max() + 1.0
    far = piece.minutes / max(float(piece.minutes.max()), 1e-9) / levels
    worth = piece.by_place.T @ (2.0 - piece.level / levels)
    return _flow(piece.program(least, worth - far / (2 * len(piece.capacity) + 2)))


def _served(piece: _Piece) -> Floats:
    """(places,) people served: the best total of each level, then the most equal shares."""
    if len(piece.capacity) == 1 and piece.capacity[0] >= piece.people.sum():
        return piece.people
    nothing = np.zeros(len(piece.people))
    # Weights that fall with the level give all the totals at once (polymatroid).
    falling = 1.0 - piece.level / (piece.level.max() + 1.0)
    flow = _flow(piece.program(nothing, piece.by_place.T @ falling))
    served: Floats = np.clip(piece.by_place @ flow, 0.0, piece.people)
    size = np.bincount(piece.level)
    total = np.bincount(piece.level, served)
    whole = np.bincount(piece.level, piece.people)
    open_level = (size > 1) & (total > _NOBODY) & (total < whole - _NOBODY)
    if not open_level.any():
        return served
    free = open_level[piece.level]
    settled = np.where(free, 0.0, served)
    for level in np.flatnonzero(open_level):
        settled = _equal_shares(piece, settled, piece.level == level)
    return np.clip(settled, 0.0, piece.people)


def _equal_shares(piece: _Piece, settled: Floats, free: npt.NDArray[np.bool_]) -> Floats:
    """``settled`` with the ``free`` places filled, the least share raised again and again."""
    k, places = len(piece.minutes), len(piece.people)
    base = piece.program(np.zeros(places), np.zeros(k))
    # One more column t, and rows: sum_s x_qs - N_q t >= 0 for the free, >= settled for others.
    raised = csr_matrix((-piece.people * free).reshape(-1, 1))
    before = hstack([base.matrix, csc_matrix((base.matrix.shape[0], 1))])
    solver = load(
        Program(
            cost=np.append(base.cost, 1.0),
            matrix=csc_matrix(vstack([before, hstack([piece.by_place, raised])])),
            row_lower=np.concatenate([base.row_lower, _kept(settled)]),
            row_upper=np.concatenate([base.row_upper, np.full(places, np.inf)]),
            lower=np.zeros(k + 1),
            upper=np.append(base.upper, 1.0),
            whole=np.zeros(k + 1, bool),
        ),
        **_FINE,
    )
    first, settled, free = len(base.row_upper), settled.copy(), free.copy()
    while free.any():
        answer = run(solver)
        if answer.x is None:
            raise RuntimeError("the shares already settled cannot be kept")
        share = float(answer.x[-1])
        # A row that has a price stops the rise: it is tight in every best solution (duality).
        tight = free & (np.abs(answer.row_dual[first:]) > _PRICE)
        if share >= 1 - 1e-12 or not tight.any():
            tight = free
        settled[tight] = share * piece.people[tight]
        free &= ~tight
        for place in np.flatnonzero(tight):
            row = int(first + place)
            solver.changeCoeff(row, k, 0.0)
            solver.changeRowBounds(row, _kept(settled[place]), np.inf)
    return settled


def _kept(served: Floats) -> Floats:
    return np.maximum(served - _ROOM * np.maximum(served, 1.0), 0.0)


def _flow(program: Program) -> Floats:
    answer = run(load(program, **_FINE))
    if answer.x is None:
        raise RuntimeError("a flow that keeps what was reached was expected")
    return answer.x


def _within(flow: Floats, group: Ints, most: Floats) -> Floats:
    """The flow without the last decimals of a solver that pass a limit."""
    total = np.bincount(group, flow, len(most))
    over = np.where(total > most, most / np.maximum(total, 1e-300), 1.0)
    return np.asarray(np.maximum(flow, 0.0) * over[group], np.float64)
