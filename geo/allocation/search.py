"""The search itself: goals one after the other, each with its bound, then ties broken by code.

Rule of ties, applied once every goal is proven optimal: the fewest posts (a post that adds nothing
is not created), then the vector of posts that comes first in the order of site codes (as many posts
as possible on the first code, then on the second, and so on). Both are sought among the solutions
that keep every goal at its optimum, so neither can change it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from geo.allocation.greedy import Start
from geo.allocation.highs import Answer, Program, solve
from geo.allocation.model import Model
from geo.allocation.problem import Ints
from geo.errors import BadInput
from geo.measure import Floats

PROVEN = 1e-6
_KEPT = 1e-10
_FEASIBLE = 1e-7  # what HiGHS takes for satisfied
_FULL = 1e-9  # of a value: what additions in another order can lose
# Limits of the search among equals: counts, not seconds, so that every machine stops at the same
# place. A question that the relaxation answers alone is not counted.
_NODES = 20
_UNSURE = 3
_QUESTIONS = 60
_TIED_PAIRS = 20_000
_LARGEST = 2.0e4  # weight of the first code in a question; beyond, integers blur in the solver


@dataclass(frozen=True, eq=False)
class Found:
    """``steps`` (m,) new steps; ``bounds`` one a goal; ``ties`` says how far ties were broken.

    ``ties`` is "complete", "partial" or "none" (nothing was proven, so nothing is tied).
    """

    steps: Ints
    bounds: tuple[float, ...]
    ties: str
    timed_out: bool


def search(
    model: Model,
    whole: Model,
    start: Start | None,
    full: float,
    *,
    gap: float,
    seconds: float,
    ties: bool,
) -> Found:
    """Goals in order on ``model``, which may lack sites, then ties on the ``whole`` one.

    ``full`` : the value of the first goal when every post is full; a start that reaches it is kept
    without a search, as the search itself keeps it.
    """
    program, left = model.program, seconds
    steps = None if start is None else start.steps
    bounds: list[float] = []
    values: list[float] = []
    timed_out = False
    for cost, constant in zip(model.costs, model.constants, strict=True):
        begin = None if steps is None else steps.astype(float)
        if start is not None and not bounds and start.worth >= full * (1 - _FULL):
            answer = _settled(begin, start.worth - constant)
        else:
            aimed = replace(program, cost=cost)
            answer = solve(aimed, seconds=left, gap=gap, start=begin)
        left = max(left - answer.seconds, 0.0)
        timed_out |= not answer.finished
        bounds.append(answer.bound + constant)
        if answer.x is not None:
            steps = _whole(answer.x, model.sites)
            values.append(answer.value)
            program = _keep(program, cost, answer.value)
    if steps is None:
        raise BadInput("Aucune solution trouvée dans le temps de calcul donné : augmentez-le.")
    proven = not timed_out and gap <= PROVEN
    if not proven or not ties or whole.pairs > _TIED_PAIRS:
        return Found(steps, tuple(bounds), "partial" if proven else "none", timed_out)
    program = whole.program
    for cost, value in zip(whole.costs, values, strict=True):
        program = _keep(program, cost, value)
    steps, complete = _first_by_code(whole, program, steps, left)
    return Found(steps, tuple(bounds), "complete" if complete else "partial", timed_out)


def _settled(x: Floats | None, value: float) -> Answer:
    nothing: Floats = np.empty(0)
    return Answer(x, value, value, True, 0.0, nothing, nothing)


def _whole(x: Floats, sites: int) -> Ints:
    return np.rint(x[:sites]).astype(np.int64)


def _keep(program: Program, cost: Floats, value: float) -> Program:
    least = value - _KEPT * abs(value) - _FEASIBLE
    return program.with_rows(csr_matrix(cost.reshape(1, -1)), np.array([least]), np.array([np.inf]))


def _first_by_code(
    model: Model, program: Program, steps: Ints, seconds: float
) -> tuple[Ints, bool]:
    m = model.sites
    columns = program.matrix.shape[1]
    fewest = np.zeros(columns)
    fewest[:m] = -1.0
    steps, left, complete, _ = _better(program, fewest, steps, seconds)
    program = program.with_rows(
        csr_matrix((np.ones(m), (np.zeros(m, int), np.arange(m))), shape=(1, columns)),
        np.array([-np.inf]),
        np.array([float(steps.sum())]),
    )
    first = _movable(model, program)
    lower, upper = program.lower.copy(), program.upper.copy()
    settled = np.setdiff1d(np.arange(m), first)
    lower[settled] = upper[settled] = steps[settled]
    place = hard = 0
    unsure = int(not complete)
    while place < len(first) and steps[first[place:]].any():
        if hard == _QUESTIONS or unsure == _UNSURE or left <= 0:
            return steps, False
        size, weights = _block(upper[first[place:]], int(steps[first[place:]].sum()))
        block = first[place : place + size]
        cost = np.zeros(columns)
        cost[block] = weights
        here = replace(program, lower=lower, upper=upper)
        steps, left, sure, easy = _better(here, cost, steps, left)
        unsure += not sure
        hard += not easy
        lower, upper = lower.copy(), upper.copy()
        lower[block] = upper[block] = steps[block]
        place += size
    return steps, unsure == 0


def _block(upper: Floats, total: int) -> tuple[int, Floats]:
    """How many sites a question can rank, and weights under which the first code always wins."""
    most = np.minimum(upper, total)
    size, product = 1, 1.0
    while size < len(most) and product * (most[size] + 1) <= _LARGEST:
        product *= most[size] + 1
        size += 1
    weights = np.ones(size)
    for place in range(size - 2, -1, -1):
        weights[place] = weights[place + 1] * (most[place + 1] + 1)
    return size, weights


def _better(
    program: Program, cost: Floats, steps: Ints, seconds: float
) -> tuple[Ints, float, bool, bool]:
    """Steps of the best ``cost`` (whole numbers), seconds left, is it sure, was it easy."""
    value = float(cost[: len(steps)] @ steps)
    aimed = replace(program, cost=cost)
    relaxed = solve(aimed.relaxed(), seconds=seconds)
    left = seconds - relaxed.seconds
    if relaxed.finished and relaxed.x is not None and relaxed.bound < value + 1 - 1e-5:
        return steps, left, True, True
    answer = solve(aimed, seconds=max(left, 0.01), nodes=_NODES, start=steps.astype(float))
    left -= answer.seconds
    if answer.x is None:
        return steps, left, False, False
    found = _whole(answer.x, len(steps))
    better = found if float(cost[: len(steps)] @ found) > value else steps
    return better, left, answer.finished, False


def _movable(model: Model, program: Program) -> Ints:
    """Sites whose steps may differ between two optimal solutions, in order of code.

    A site at a bound of the relaxation whose reduced cost is more than what separates the
    relaxation from the optimum is at that bound in every optimal solution.
    """
    sites = np.arange(model.sites)
    cost = model.costs[0]
    last = program.row_lower[model.program.matrix.shape[0]]
    relaxed = solve(replace(model.program, cost=cost).relaxed())
    if relaxed.x is None or not relaxed.finished:
        return sites
    margin = relaxed.value - last + 1e-6 * max(abs(last), 1.0)
    return np.flatnonzero(np.abs(relaxed.reduced_cost[sites]) <= margin)
