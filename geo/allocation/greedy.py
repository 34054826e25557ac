"""Greedy choice and exchanges: a good start for the exact method, an answer of its own beyond it.

Each round puts a post where it adds most (the first code among equals), then posts are moved while
a move adds something. Nothing here proves anything: the bound comes from elsewhere. Any vector that
comes out keeps every rule; when the rounds cannot find one, None.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix

from geo.allocation.feasible import Limits
from geo.allocation.problem import Ints, Problem
from geo.allocation.rules import Rules
from geo.measure import Floats

_ROUNDS = 10
_WORTH = 1e-9


@dataclass(frozen=True, eq=False)
class Start:
    """``steps`` (m,) new steps on each site, and what the people that they serve are worth."""

    steps: Ints
    worth: float


@dataclass(eq=False)
class _State:
    """Steps on each site, people of each place still to serve, and who serves them.

    ``reach`` has the places of each column in falling order of value, ``by_place`` the same pairs
    by rows. ``most`` (m,) is at least what one more chunk would add at each site: as people are
    served what a site would add only falls, so a stale figure is looked at again only when it is
    the largest.
    """

    reach: csc_matrix
    by_place: csr_matrix
    columns: Ints
    most: Floats
    value: Floats
    left: Floats
    served: Floats
    steps: Ints


def greedy(problem: Problem, rules: Rules, found: Limits, value: Floats) -> Start | None:
    """A way of placing the posts, or None.

    ``value`` (n,) is what serving a person of each place is worth.
    """
    steps = _first_steps(found)
    if steps is None:
        return None
    if rules.covering:
        return _cover(problem, found, value, steps)
    return _fill(problem, rules, found, value, steps)


def _first_steps(found: Limits) -> Ints | None:
    """Forced sites, and the cheapest way (the first codes among equals) to reach the floors."""
    if (found.least > found.most).any():
        return None
    steps = found.least.copy()
    return steps if _spent(found, steps) else None


def _spent(found: Limits, steps: Ints) -> bool:
    return int(steps.sum()) <= found.total and float(found.cost @ steps) <= found.budget


def _allowed(found: Limits, steps: Ints, size: int = 1) -> npt.NDArray[np.bool_]:
    """(m,) bool: the sites that may take ``size`` more steps and leave the floors possible."""
    k = len(found.areas)
    inside = found.area >= 0
    placed = np.bincount(found.area[inside], steps[inside], k)
    lacking = np.maximum(found.floor - placed, 0)
    free = found.total - steps.sum()
    money = found.budget - float(found.cost @ steps)
    reserve = 0.0
    if np.isfinite(found.budget) and lacking.any():
        cheapest = [found.cost[found.area == place].min(initial=np.inf) for place in range(k)]
        reserve = float(lacking[lacking > 0] @ np.array(cheapest)[lacking > 0])
    # A step inside a département that lacks some is paid by its own reserve.
    own = np.append(np.minimum(lacking, size), 0)[found.area]
    own_money = own * found.cost if np.isfinite(found.budget) else 0.0
    room = np.append(placed + size <= found.ceiling, True)[found.area]
    return np.asarray(
        (steps + size <= found.most)
        & room
        & (size - own <= free - lacking.sum())
        & (size * found.cost - own_money <= money - reserve + 1e-9)
    )


def _cover(problem: Problem, found: Limits, value: Floats, steps: Ints) -> Start | None:
    reach = (problem.reach > 0).astype(float).tocsr()
    by_site = reach.tocsc()
    worth = value * problem.people
    opened = (problem.fixed > 0) | (steps > 0)
    times = np.asarray(reach @ opened.astype(float))
    while True:
        gain = np.where(_allowed(found, steps), by_site.T @ (worth * (times == 0)), -1.0)
        site = int(np.argmax(gain))
        lacking = _lacking(found, steps)
        if gain[site] < 0 or (gain[site] <= _WORTH and not lacking):
            break
        steps[site] += 1
        times[_rows(by_site, site)] += 1
    if _lacking(found, steps):
        return None
    for _ in range(_ROUNDS):
        if not _exchange_cover(found, by_site, worth, times, steps):
            break
    return Start(steps, float(worth @ (times > 0)))


def _exchange_cover(
    found: Limits, by_site: csc_matrix, worth: Floats, times: Floats, steps: Ints
) -> bool:
    moved = False
    for site in np.flatnonzero(steps > found.least):
        here = _rows(by_site, int(site))
        times[here] -= 1
        steps[site] -= 1
        bare = worth * (times == 0)
        gain = np.where(_allowed(found, steps), by_site.T @ bare, -1.0)
        # Closing a site may break a floor that only some sites can restore.
        back = gain[site] if gain[site] >= 0 else float(bare[here].sum())
        best = int(np.argmax(gain))
        if gain[best] > back + _WORTH and not _broken(found, steps, best):
            moved = True
        else:
            best = int(site)
        steps[best] += 1
        times[_rows(by_site, best)] += 1
    return moved


def _fill(
    problem: Problem, rules: Rules, found: Limits, value: Floats, steps: Ints
) -> Start | None:
    state = _state(problem, value, steps)
    for site in np.flatnonzero(problem.fixed > 0):
        _serve(state, int(site), rules.capacity * problem.fixed[site])
    chunk = rules.capacity * rules.step
    for site in np.flatnonzero(steps > 0):
        _serve(state, int(site), chunk * steps[site])
    post = round(1 / rules.step)
    for size in sorted({post, 1}, reverse=True):
        state.most = _worth(state, chunk * size)
        while _place(state, found, chunk, size):
            pass
    if _lacking(found, state.steps):
        return None
    for _ in range(_ROUNDS):
        if not _exchange_fill(state, found, chunk, rules.capacity * problem.fixed):
            break
    return Start(state.steps, float(value @ (problem.people - state.left)))


def _state(problem: Problem, value: Floats, steps: Ints) -> _State:
    by_site = csc_matrix(problem.reach > 0)
    columns = np.repeat(np.arange(by_site.shape[1]), np.diff(by_site.indptr))
    order = np.lexsort((by_site.indices, -value[by_site.indices], columns))
    rows = by_site.indices[order]
    reach = csc_matrix((np.ones(len(rows)), rows, by_site.indptr), shape=by_site.shape)
    left, served = problem.people.copy(), np.zeros(len(rows))
    nothing = np.zeros(reach.shape[1])
    return _State(reach, problem.reach, columns, nothing, value, left, served, steps.copy())


def _worth(state: _State, capacity: float) -> Floats:
    """(m,) what ``capacity`` more people at each site would add, the most valued first."""
    rows, starts = state.reach.indices, state.reach.indptr
    left = state.left[rows]
    total = np.cumsum(left)
    before = np.concatenate([[0.0], total])[starts[:-1]]
    taken = np.clip(capacity - (total - left - before[state.columns]), 0.0, left)
    return np.asarray(
        np.bincount(state.columns, taken * state.value[rows], state.reach.shape[1]), np.float64
    )


def _best(state: _State, allowed: npt.NDArray[np.bool_], capacity: float) -> tuple[int, float]:
    """The allowed site (the first of equals) that adds the most, and how much; -1 when none may."""
    bound = np.where(allowed, state.most, -1.0)
    while True:
        site = int(np.argmax(bound))
        if bound[site] < 0:
            return site, -1.0
        rows = state.reach.indices[state.reach.indptr[site] : state.reach.indptr[site + 1]]
        left = state.left[rows]
        taken = np.clip(capacity - (np.cumsum(left) - left), 0.0, left)
        worth = float(taken @ state.value[rows])
        stale = worth < bound[site] - _WORTH
        state.most[site] = bound[site] = worth
        if not stale:
            return site, worth


def _serve(state: _State, site: int, capacity: float) -> None:
    part = slice(state.reach.indptr[site], state.reach.indptr[site + 1])
    rows = state.reach.indices[part]
    left = state.left[rows]
    taken = np.clip(capacity - (np.cumsum(left) - left), 0.0, left)
    state.left[rows] -= taken
    state.served[part] += taken


def _place(state: _State, found: Limits, chunk: float, size: int) -> bool:
    site, gain = _best(state, _allowed(found, state.steps, size), chunk * size)
    if gain < 0 or (gain <= _WORTH and not _lacking(found, state.steps)):
        return False
    # A whole post that a part of one would serve as well is placed by steps, later.
    if size > 1 and not _lacking(found, state.steps):
        part = state.reach.indices[state.reach.indptr[site] : state.reach.indptr[site + 1]]
        if float(state.left[part].sum()) < chunk * size:
            return False
    state.steps[site] += size
    _serve(state, site, chunk * size)
    return True


def _exchange_fill(state: _State, found: Limits, chunk: float, there: Floats) -> bool:
    moved = False
    for site in np.flatnonzero(state.steps > found.least):
        part = slice(state.reach.indptr[site], state.reach.indptr[site + 1])
        rows, given = state.reach.indices[part], state.served[part].copy()
        # The least valued people of the site lose the step; its idle room goes first.
        idle = max(there[site] + chunk * state.steps[site] - float(given.sum()), 0.0)
        lost = max(chunk - idle, 0.0)
        behind = np.cumsum(given[::-1]) - given[::-1]
        taken = np.clip(lost - behind, 0.0, given[::-1])[::-1]
        state.left[rows] += taken
        state.served[part] -= taken
        state.steps[site] -= 1
        back = float(taken @ state.value[rows])
        for row in rows[taken > 0]:
            near = state.by_place.indices[
                state.by_place.indptr[row] : state.by_place.indptr[row + 1]
            ]
            state.most[near] = np.inf
        best, gain = _best(state, _allowed(found, state.steps), chunk)
        if best != site and gain > back + _WORTH and not _broken(found, state.steps, best):
            state.steps[best] += 1
            _serve(state, best, chunk)
            moved = True
        else:
            state.left[rows] -= taken
            state.served[part] += taken
            state.steps[site] += 1
    return moved


def _lacking(found: Limits, steps: Ints) -> bool:
    inside = found.area >= 0
    placed = np.bincount(found.area[inside], steps[inside], len(found.areas))
    return bool((placed < found.floor).any())


def _broken(found: Limits, steps: Ints, site: int) -> bool:
    """Some floor would be missed with one more step at ``site``."""
    after = steps.copy()
    after[site] += 1
    return _lacking(found, after)


def _rows(by_site: csc_matrix, site: int) -> Ints:
    return np.asarray(by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]])
