"""Allocation: the oracles of METHODS 5.2, brute force, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.allocation import Infeasible, Problem, Rules, allocate, make_problem
from geo.allocation.result import OPTIMAL
from tests.geo.allocation_cases import Brute, brute_force, cover_problem, methods_problem

WITHOUT = float("inf")


@pytest.mark.parametrize(
    ("posts", "served", "with_floor"),
    [(0, 118, None), (1, 236, 228), (2, 354, 346), (3, 460, 460), (4, 550, 550)],
)
def test_table_of_methods(posts: int, served: float, with_floor: float | None) -> None:
    found = allocate(methods_problem(), Rules(posts=posts))
    assert found.objective == pytest.approx(served, abs=1e-6)
    assert found.bound == pytest.approx(served, abs=1e-6)
    assert found.status == OPTIMAL
    if with_floor is not None:
        floored = allocate(methods_problem(), Rules(posts=posts, floors=(("B", 1.0),)))
        assert floored.objective == pytest.approx(with_floor, abs=1e-6)
        inside = floored.sites["departement"] == "B"
        assert floored.sites.loc[inside, "new_posts"].sum() >= 1


def test_first_code_wins_a_tie() -> None:
    sites = allocate(methods_problem(), Rules(posts=1)).sites
    assert list(sites["new_posts"]) == [1, 0, 0, 0]  # s1 and s2 serve as many


@pytest.mark.parametrize(("posts", "covered"), [(1, 4), (2, 6), (3, 9), (4, 9)])
def test_cover_beats_greedy(posts: int, covered: float) -> None:
    found = allocate(cover_problem(), Rules(posts=posts, capacity=WITHOUT))
    assert found.objective == pytest.approx(covered, abs=1e-6)
    assert found.status == OPTIMAL
    assert found.used == min(posts, 3)  # a post that adds nobody is not created


def test_budget_of_methods() -> None:
    assert Rules(budget_eur=4_500_000).budget_steps == 85
    assert Rules(budget_eur=4_500_000, step=0.1).budget_steps == 850
    assert Rules(budget_eur=4_500_000, posts=12).budget_steps == 12


@st.composite
def problems(draw: st.DrawFn) -> tuple[Problem, Rules]:
    """Up to 12 candidates, with or without capacity, with any mixture of manual choices."""
    n, m = draw(st.integers(1, 7)), draw(st.integers(1, 12))
    reach = np.array(draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m))).reshape(n, m)
    people = draw(st.lists(st.integers(0, 300), min_size=n, max_size=n))
    fixed = draw(st.lists(st.sampled_from([0, 0, 0, 1]), min_size=m, max_size=m))
    areas = draw(st.lists(st.sampled_from("AB"), min_size=m, max_size=m))
    weight = draw(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=n, max_size=n))
    # Codes whose order is not that of the columns.
    order = draw(st.permutations(range(m)))
    codes = [f"s{place:02d}" for place in order]
    problem = make_problem(
        range(n), people, codes, np.nonzero(reach), departement=areas, fixed=fixed, weight=weight
    )
    covering = draw(st.booleans())
    step = 1.0 if covering else draw(st.sampled_from([1.0, 0.5]))
    posts = draw(st.integers(0, min(3, m))) if step == 1 else draw(st.integers(0, 3)) / 2
    choices = st.dictionaries(st.sampled_from(codes), st.just(1.0), max_size=1)
    rules = Rules(
        posts=posts,
        capacity=WITHOUT if covering else draw(st.sampled_from([40.0, 118.0])),
        step=step,
        max_per_site=draw(st.sampled_from([None, 1.0])),
        floors=tuple(
            draw(st.dictionaries(st.sampled_from("AB"), st.just(1.0), max_size=1)).items()
        ),
        ceilings=tuple(draw(st.dictionaries(st.just("A"), st.just(1.0), max_size=1)).items()),
        forced=tuple(draw(choices).items()),
        forbidden=tuple(draw(choices)),
        objective=draw(st.sampled_from(["people", "weighted"])),
    )
    return problem, rules


@settings(max_examples=100, deadline=None)
@given(problems())
def test_equals_brute_force(case: tuple[Problem, Rules]) -> None:
    problem, rules = case
    worth = problem.weight if rules.objective == "weighted" else np.ones(len(problem.people))
    best = brute_force(problem, rules, worth)
    try:
        found = allocate(problem, rules)
    except Infeasible as refusal:
        assert _refusal_is_right(problem, rules, best, refusal)
        return
    assert best is not None
    assert found.objective == pytest.approx(best.value, abs=1e-6)
    assert found.bound == pytest.approx(best.value, abs=1e-6)
    assert found.proven and found.ties == "complete"
    steps = np.rint(found.sites["new_posts"] / rules.step).astype(int)
    assert tuple(steps) == best.steps
    _holds(problem, rules, found.sites, found.assignment, found.demand)


def _refusal_is_right(
    problem: Problem, rules: Rules, best: Brute | None, refusal: Infeasible
) -> bool:
    """Nothing keeps the rules, nobody can be served, or more posts than places were asked."""
    nobody = best is not None and best.value == 0
    contradiction = any("imposé et exclu" in cause for cause in refusal.causes)
    return best is None or nobody or contradiction or "à placer, et" in refusal.causes[0]


def _holds(problem, rules, sites, assignment, demand) -> None:
    """Reach, people, capacity and fixed posts, on the flow itself."""
    served = assignment.groupby("demand_id")["people"].sum().reindex(demand["demand_id"]).fillna(0)
    np.testing.assert_allclose(served, demand["served"], atol=1e-6)
    assert (served.to_numpy() <= problem.people * (1 + 1e-12)).all()
    assert (sites["posts"].to_numpy() >= problem.fixed).all()
    if not rules.covering:
        given_out = (
            assignment.groupby("site_id")["people"].sum().reindex(sites["site_id"]).fillna(0)
        )
        assert (given_out.to_numpy() <= sites["capacity"].to_numpy() * (1 + 1e-12)).all()
    place = {name: row for row, name in enumerate(problem.demand_ids)}
    site = {name: column for column, name in enumerate(problem.site_ids)}
    for row in assignment.itertuples():
        assert problem.reach[place[row.demand_id], site[row.site_id]] > 0
    assert sites["new_posts"].sum() <= (rules.posts or 0) + 1e-9
