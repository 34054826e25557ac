"""Allocation: objectives, sharing, refusals in words, gains and losses, and a peer."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.allocation import (
    Infeasible,
    Problem,
    Rules,
    TooManyPosts,
    allocate,
    make_problem,
    study,
    to_record,
)
from geo.allocation.result import FALLBACK, OPTIMAL, status_fr
from geo.checks import BadCounts, DuplicateIds, DuplicatePairs, UnknownIds
from geo.errors import BadInput
from tests.geo.allocation_cases import PAIRS, SITES, cover_problem, methods_problem

WITHOUT = float("inf")


def random_problem(seed: int, n: int = 30, m: int = 25, density: float = 0.12) -> Problem:
    rng = np.random.default_rng(seed)
    pairs = np.nonzero(rng.random((n, m)) < density)
    return make_problem(
        [f"q{place:03d}" for place in range(n)],
        rng.integers(10, 400, n),
        [f"s{site:03d}" for site in range(m)],
        pairs,
        minutes=rng.integers(0, 15, len(pairs[0])),
        fixed=rng.integers(0, 8, m) // 7,
        departement=rng.choice(["01", "02"], m),
    )


@pytest.mark.parametrize("seed", range(6))
def test_equals_spopt(seed: int) -> None:
    """Random problems without capacity: the same objective as the peer's MCLP."""
    rng = np.random.default_rng(seed)
    minutes = rng.random((40, 30)) * 60
    people = rng.integers(1, 500, 40).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own
        import pulp
        from spopt.locate import MCLP

        peer = MCLP.from_cost_matrix(minutes, people, 12.0, p_facilities=4)
        peer = peer.solve(pulp.HiGHS(msg=False))
    near = minutes <= 12.0
    problem = make_problem(range(40), people, range(30), np.nonzero(near))
    found = allocate(problem, Rules(posts=4, capacity=WITHOUT))
    assert found.objective == pytest.approx(peer.problem.objective.value(), abs=1e-6)
    assert found.status == OPTIMAL


@pytest.mark.parametrize("capacity", [118.0, WITHOUT])
@pytest.mark.parametrize("seed", range(3))
def test_monotone_in_posts(seed: int, capacity: float) -> None:
    table = study.gains(random_problem(seed), Rules(posts=6, capacity=capacity))
    assert list(table["posts"]) == list(range(7))
    assert table["proven"].all()
    assert (table["gain"].dropna() >= -1e-6).all()
    np.testing.assert_allclose(table["gain"][1:], table["gain_most"][1:], atol=1e-5)


def test_gains_of_methods_do_not_decrease_always() -> None:
    table = study.gains(cover_problem(), Rules(posts=3, capacity=WITHOUT))
    np.testing.assert_allclose(table["gain"][1:], [4, 2, 3], atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["people", "min_share", "weighted"]))
def test_order_of_the_files_changes_nothing(seed: int, objective: str) -> None:
    problem = random_problem(seed, 8, 7, 0.3)
    rng = np.random.default_rng(seed)
    by_place, by_site = rng.permutation(8), rng.permutation(7)
    pairs = problem.reach.tocoo()
    turned = make_problem(
        problem.demand_ids[by_place],
        problem.people[by_place],
        problem.site_ids[by_site],
        (np.argsort(by_place)[pairs.row], np.argsort(by_site)[pairs.col]),
        minutes=pairs.data - 1,
        fixed=problem.fixed[by_site],
        departement=problem.departement[by_site],
    )
    rules = Rules(posts=2, step=0.5, objective=objective)
    try:
        one = to_record(allocate(problem, rules))
    except Infeasible:
        with pytest.raises(Infeasible):
            allocate(turned, rules)
        return
    assert json.dumps(one) == json.dumps(to_record(allocate(turned, rules)))


def test_no_one_is_counted_twice() -> None:
    """METHODS 3: 59 people reaching Q1 and Q2, 118 reaching Q1: 177 served, 223 left."""
    problem = make_problem(
        ["Q1", "Q2", "Q3"],
        [150, 200, 50],
        ["m1", "m2"],
        ([0, 1, 0], [0, 0, 1]),
        fixed=[0.5, 1.0],
    )
    found = allocate(problem, Rules(posts=0))
    assert found.people == pytest.approx(177, abs=1e-9)
    assert found.demand["residual"].sum() == pytest.approx(223, abs=1e-9)
    # Q1 is served by 118 already, a greater share than m1 can ever give to Q2.
    np.testing.assert_allclose(found.demand["served"], [118, 59, 0], atol=1e-6)
    assert not found.demand["reachable"].iloc[2]


def test_shares_are_equalised_then_journeys_shortened() -> None:
    problem = make_problem(
        ["A", "B", "C"],
        [100, 300, 50],
        ["s", "t"],
        ([0, 1, 2, 2], [0, 0, 0, 1]),
        minutes=[1, 14, 9, 2],
        fixed=[1, 1],
    )
    found = allocate(problem, Rules(posts=0))
    assert list(found.demand["share"]) == pytest.approx([118 / 400, 118 / 400, 1.0])
    pairs = found.assignment.set_index(["demand_id", "site_id"])["people"]
    assert pairs["C", "t"] == pytest.approx(50)
    assert ("C", "s") not in pairs.index


def test_double_peine_first_then_everyone() -> None:
    problem = methods_problem(double=[False, False, False, True, False])
    found = allocate(problem, Rules(posts=2, objective="double_peine"))
    assert [goal.value for goal in found.goals] == pytest.approx([90, 326], abs=1e-6)
    assert found.proven
    assert allocate(methods_problem(), Rules(posts=2)).people == pytest.approx(354)


def test_worst_off_tiers_in_order() -> None:
    problem = methods_problem(tier=[3, 3, 2, 1, 2])
    found = allocate(problem, Rules(posts=2, objective="worst_off"))
    # Q4 (90) whole, then Q3 and Q5 (110) whole by s4, then what s1 already does.
    assert [goal.value for goal in found.goals] == pytest.approx([90, 110, 118], abs=1e-6)
    assert "rang 1" in found.goals[0].label_fr


def test_smallest_share_is_raised() -> None:
    found = allocate(methods_problem(), Rules(posts=2, step=0.1, objective="min_share"))
    people = allocate(methods_problem(), Rules(posts=2, step=0.1))
    assert found.demand["share"].min() == pytest.approx(found.objective, abs=1e-6)
    assert found.objective >= people.demand["share"].min() - 1e-9
    assert found.proven


def test_objective_without_its_data() -> None:
    for objective, words in (("double_peine", "double peine"), ("worst_off", "rang")):
        with pytest.raises(BadInput, match=words):
            allocate(methods_problem(), Rules(posts=1, objective=objective))


def test_losses_of_manual_choices() -> None:
    rules = Rules(posts=1, floors=(("B", 1.0),), forbidden=("s1",))
    found = study.losses(methods_problem(), rules)
    assert (found.free, found.kept) == pytest.approx((236, 228), abs=1e-6)
    assert found.total == pytest.approx(8, abs=1e-6)
    by_kind = found.choices.set_index("kind")
    assert by_kind.loc["plancher", "loss"] == pytest.approx(8, abs=1e-6)
    assert by_kind.loc["plancher", "regained"] == pytest.approx(8, abs=1e-6)
    assert by_kind.loc["exclu", "loss"] == pytest.approx(0, abs=1e-6)
    assert "perte par rapport à l'optimum de 8,00" in by_kind.loc["plancher", "sentence"]


def test_infeasible_in_words() -> None:
    rules = Rules(budget_eur=110_000, floors=(("A", 2.0), ("15", 1.0)))
    with pytest.raises(Infeasible) as refused:
        allocate(methods_problem(), rules)
    said = [cause.replace("\u202f", " ").replace("\xa0", " ") for cause in refused.value.causes]
    assert said == [
        "Le département 15 a un plancher de 1 mais aucun site candidat",
        "Plancher impossible : 3 postes exigés (158 700 €), le budget en paie 2 (105 800 €)",
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"forced": (("s1", 1.0),), "forbidden": ("s1",)}, "à la fois imposé et exclu"),
        ({"forced": (("s1", 3.0),)}, "Sites imposés impossibles : 3 postes exigés"),
        ({"floors": (("A", 2.0),), "ceilings": (("A", 1.0),)}, "plancher de 2 et un plafond de 1"),
        ({"floors": (("A", 2.0),), "forbidden": ("s1", "s2")}, "tous ses sites sont exclus"),
        ({"forced": (("s1", 2.0),), "max_per_site": 1.0}, "il peut en recevoir 1 poste au plus"),
        ({"forced": (("s1", 2.0),), "ceilings": (("A", 1.0),)}, "sites imposés pour 2 postes"),
        ({"forbidden": tuple(SITES)}, "sont exclus"),
    ],
)
def test_each_cause_has_its_sentence(more: dict[str, object], words: str) -> None:
    problem = methods_problem(fixed=[0, 0, 0, 0])
    with pytest.raises(Infeasible, match=words):
        allocate(problem, Rules(posts=2, **more))  # type: ignore[arg-type]


def test_nobody_in_reach() -> None:
    problem = make_problem(["Q"], [10], ["s"], ([], []))
    with pytest.raises(Infeasible, match="Aucun QPV du périmètre n'est à portée d'un site"):
        allocate(problem, Rules(posts=1))


def test_more_posts_than_candidates() -> None:
    with pytest.raises(TooManyPosts, match=r"5 postes à placer, et 4.sites"):
        allocate(cover_problem(), Rules(posts=5, capacity=WITHOUT))
    with pytest.raises(TooManyPosts):
        allocate(methods_problem(), Rules(posts=5, max_per_site=1))
    assert allocate(methods_problem(), Rules(posts=5)).used == 4  # 550 people need no more


def test_count_fixed_posts_in_floors() -> None:
    free = allocate(methods_problem(), Rules(posts=2, floors=(("A", 1.0),), count_fixed=True))
    assert free.people == pytest.approx(354)
    rules = Rules(posts=2, ceilings=(("A", 1.0),), count_fixed=True)
    capped = allocate(methods_problem(), rules)
    inside = capped.sites["departement"] == "A"
    assert capped.sites.loc[inside, "new_posts"].sum() == 0


def test_costs_that_differ_between_sites() -> None:
    problem = methods_problem(cost_eur=[60_000, np.nan, 20_000, 30_000])
    found = allocate(problem, Rules(budget_eur=50_000))
    assert list(found.sites["new_posts"]) == [0, 0, 1, 1]
    assert found.cost_eur == pytest.approx(50_000)
    with pytest.raises(Infeasible, match="coûtent au moins"):
        allocate(problem, Rules(budget_eur=50_000, forced=(("s1", 1.0),)))


@pytest.mark.parametrize(
    ("settings_", "words"),
    [
        ({}, "un nombre de postes ou un budget"),
        ({"posts": -1}, "nombre de postes"),
        ({"posts": float("nan")}, "nombre de postes"),
        ({"posts": 1.05, "step": 0.1}, "pas un multiple du pas"),
        ({"posts": 1, "step": 0.3}, "divise un poste"),
        ({"posts": 1, "capacity": 0}, "capacité"),
        ({"posts": 1, "capacity": WITHOUT, "step": 0.5}, "sans capacité"),
        ({"posts": 1, "objective": "beauty"}, "objectif"),
        ({"posts": 1, "cost_eur": 0}, "coût"),
        ({"posts": 1, "floors": (("A", 1.0), ("A", 2.0))}, "deux fois"),
    ],
)
def test_rules_out_of_range(settings_: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Rules(**settings_)  # type: ignore[arg-type]


def test_bad_problems() -> None:
    with pytest.raises(DuplicateIds):
        make_problem(["Q", "Q"], [1, 2], ["s"], ([0], [0]))
    with pytest.raises(BadCounts, match="négative"):
        make_problem(["Q"], [-1], ["s"], ([0], [0]))
    with pytest.raises(BadCounts):
        make_problem(["Q"], [np.nan], ["s"], ([0], [0]))
    with pytest.raises(DuplicatePairs, match="Q → s"):
        make_problem(["Q"], [1], ["s"], ([0, 0], [0, 0]))
    with pytest.raises(UnknownIds):
        make_problem(["Q"], [1], ["s"], ([0], [1]))
    with pytest.raises(BadCounts, match="entier"):
        make_problem(["Q"], [1], ["s"], ([0], [0]), tier=[0])
    with pytest.raises(UnknownIds, match="absents des candidats"):
        allocate(methods_problem(), Rules(posts=1, forbidden=("s9",)))


@pytest.mark.parametrize("capacity", [118.0, WITHOUT])
@pytest.mark.parametrize("seed", range(4))
def test_fallback_is_labelled_and_bounded(seed: int, capacity: float) -> None:
    problem = random_problem(seed)
    rules = Rules(posts=5, capacity=capacity, floors=(("02", 2.0),))
    exact = allocate(problem, rules)
    rough = allocate(problem, replace(rules, exact_pairs=0))
    assert rough.method == FALLBACK
    assert rough.objective <= exact.objective + 1e-6
    assert rough.bound >= exact.objective - 1e-6
    assert rough.gap == pytest.approx(1 - rough.objective / rough.bound, abs=1e-9)
    area = rough.sites.groupby("departement")["new_posts"].sum()
    assert area["02"] >= 2 and area.sum() <= 5


def test_a_gap_is_told_rounded_up() -> None:
    assert status_fr(9e-7) == OPTIMAL
    said = status_fr(0.00281).replace("\xa0", " ")
    assert said == "meilleure solution trouvée, écart au plus 0,29 %"


def test_record_holds_no_nan() -> None:
    record = to_record(allocate(methods_problem(), Rules(posts=1)))
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert [site["site_id"] for site in record["sites"]] == ["s1"]
    assert record["objective"] == 236 and record["proven"] is True


def test_fixed_posts_stay_even_where_nothing_new_may_go() -> None:
    problem = make_problem(
        ["Q1", "Q2", "Q3", "Q4", "Q5"], [150, 200, 50, 90, 60], SITES, PAIRS, fixed=[1, 0, 0, 0]
    )
    found = allocate(problem, Rules(posts=1, forbidden=("s1",)))
    assert found.sites.set_index("site_id").loc["s1", "posts"] == 1
    assert found.people == pytest.approx(236)
    assert isinstance(found.assignment, pd.DataFrame)
