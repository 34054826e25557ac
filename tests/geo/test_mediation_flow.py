"""Who follows whom: the oracle of the method notes, linear programmes, and what never moves."""

import itertools
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.mediation import allocate, residual

NEED = {"Q1": 150.0, "Q2": 200.0, "Q3": 50.0}


def received(flows, need):
    return {code: sum(v for (_, c), v in flows.items() if c == code) for code in need}


def pairs(*rows):
    """(post, QPV, share, FTE of the post): the columns that the residual need reads."""
    frame = pd.DataFrame(rows, columns=["mediation_id", "code_qp", "share", "post_fte"])
    frame = frame.astype({"share": "float64", "post_fte": "float64"})
    return frame.assign(fte=frame["share"] * frame["post_fte"])


def test_the_oracle_serves_177_and_leaves_223():
    shared = pairs(("m1", "Q1", np.nan, 0.5), ("m1", "Q2", np.nan, 0.5), ("m2", "Q1", np.nan, 1))
    found = residual(pd.Series(NEED), shared, 118.0).quarters
    assert found["served_people"].sum() == pytest.approx(177, abs=1e-9)
    assert found["residual_people"].sum() == pytest.approx(223, abs=1e-9)
    assert found["residual_people"].sum() / 118 == pytest.approx(1.889831, abs=1e-6)
    # m2 can only serve Q1 (118/150 = 79 %); m1 goes where the share is smallest: all to Q2.
    assert found["served_people"].tolist() == pytest.approx([118, 59, 0], abs=1e-9)


def test_the_naive_count_uses_the_shared_post_twice():
    capacity = {"m1": 59.0, "m2": 118.0}
    reach = {"Q1": ("m1", "m2"), "Q2": ("m1",), "Q3": ()}
    naive = sum(max(0.0, NEED[q] - sum(capacity[m] for m in reach[q])) for q in NEED)
    assert naive == 191


def test_a_stated_share_is_a_timetable():
    """Hours given to a QPV that needs nobody are not moved: they are capacity left unused."""
    need = pd.Series({"a": 10.0, "b": 100.0})
    stated = residual(need, pairs(("m", "a", 0.5, 1.0), ("m", "b", 0.5, 1.0)), 100.0)
    assert stated.quarters["served_people"].tolist() == [10, 50]
    assert stated.posts.loc["m"].tolist() == [100, 60]
    free = residual(need, pairs(("m", "a", np.nan, 1.0), ("m", "b", np.nan, 1.0)), 100.0)
    assert free.quarters["served_people"].sum() == 100
    assert free.quarters["served_people"].tolist() == pytest.approx([1000 / 110, 10_000 / 110])


def test_unknown_hours_serve_at_least_nobody_and_say_so():
    found = residual(pd.Series({"a": 10.0, "b": 5.0}), pairs(("m", "a", 1.0, np.nan)), 118.0)
    assert found.quarters["residual_people"].tolist() == [10, 5]
    assert found.quarters["lower_bound"].tolist() == [True, False]


def test_an_unknown_need_receives_nobody():
    need = pd.Series({"a": np.nan, "b": 50.0})
    found = residual(need, pairs(("m", "a", np.nan, 1.0), ("m", "b", np.nan, 1.0)), 118.0)
    assert np.isnan(found.quarters.loc["a", "served_people"])
    assert found.quarters.loc["b", "served_people"] == 50


def test_no_post_at_all():
    found = residual(pd.Series(NEED), pairs(), 118.0)
    assert found.quarters["residual_people"].tolist() == list(NEED.values())
    assert found.flows.empty and found.posts.empty


# Counts are whole numbers of 2**-40 person: a share of a need of n people is known to 2**-40 / n,
# hence nobody at all or at least 2**-6 person, whose share is then exact to the 1e-9 asked below.
PEOPLE = st.one_of(st.integers(0, 30).map(float), st.floats(2**-6, 30, width=32))
CASES = st.builds(
    lambda needs, posts: (
        {f"q{n}": v for n, v in enumerate(needs)},
        {f"m{n}": c for n, (c, _) in enumerate(posts)},
        [(f"m{n}", f"q{c % len(needs)}") for n, (_, codes) in enumerate(posts) for c in codes],
    ),
    st.lists(PEOPLE, min_size=1, max_size=5),
    st.lists(st.tuples(PEOPLE, st.sets(st.integers(0, 4), max_size=4)), max_size=5),
)


def fair_by_linear_programmes(need, capacity, reach):
    """Largest total, then the smallest shares raised one after the other: exact, and slow."""
    arcs = [(m, q) for m, q in dict.fromkeys(reach) if need[q] > 0]
    codes = [q for q in need if need[q] > 0]
    fixed = {}
    while len(fixed) < len(codes):
        free = [q for q in codes if q not in fixed]
        best = _largest_common_share(arcs, need, capacity, fixed, free)
        stuck = [
            q
            for q in free
            if _largest_share(arcs, need, capacity, fixed, free, best, q) <= best + 1e-7
        ]
        assert stuck
        fixed |= dict.fromkeys(stuck, best)
    return {q: need[q] * fixed.get(q, 0.0) for q in need}


def _programme(arcs, need, capacity, objective, floors):
    size = len(arcs) + 1
    rows, bounds = [], []
    for post in capacity:
        rows.append([1.0 * (m == post) for m, _ in arcs] + [0.0])
        bounds.append(capacity[post])
    for code, (constant, slope) in floors.items():
        rows.append([-1.0 * (q == code) for _, q in arcs] + [slope * need[code]])
        bounds.append(-constant * need[code])
    for code in {q for _, q in arcs}:
        rows.append([1.0 * (q == code) for _, q in arcs] + [0.0])
        bounds.append(need[code])
    found = linprog(
        objective, A_ub=np.array(rows).reshape(-1, size), b_ub=bounds,
        bounds=[(0, None)] * (size - 1) + [(0, 1)],
    )  # fmt: skip
    assert found.success, found.message
    return -found.fun


def _largest_common_share(arcs, need, capacity, fixed, free):
    floors = {q: (v - 1e-9, 0.0) for q, v in fixed.items()} | dict.fromkeys(free, (0.0, 1.0))
    return _programme(arcs, need, capacity, [0.0] * len(arcs) + [-1.0], floors)


def _largest_share(arcs, need, capacity, fixed, free, best, code):
    floors = {q: (v - 1e-9, 0.0) for q, v in fixed.items()}
    floors |= dict.fromkeys(free, (best - 1e-9, 0.0)) | {code: (0.0, 1.0)}
    return _programme(arcs, need, capacity, [0.0] * len(arcs) + [-1.0], floors)


@settings(deadline=None, max_examples=60)
@given(CASES)
def test_fair_and_largest_as_linear_programmes_say(case):
    need, capacity, reach = case
    need = {code: round(people, 3) for code, people in need.items()}
    capacity = {post: round(people, 3) for post, people in capacity.items()}
    got = received(allocate(need, capacity, reach), need)
    arcs = list(dict.fromkeys(reach))
    largest = _programme(arcs, need, capacity, [-1.0] * len(arcs) + [0.0], {}) if arcs else 0.0
    assert sum(got.values()) == pytest.approx(largest, abs=1e-6)
    wanted = fair_by_linear_programmes(need, capacity, reach)
    assert list(got.values()) == pytest.approx(list(wanted.values()), abs=1e-4)


@settings(deadline=None, max_examples=200)
@given(CASES)
def test_no_share_can_be_raised_without_lowering_a_smaller_one(case):
    """The certificate of max-min: whom a post serves has no larger share than whom it could."""
    need, capacity, reach = case
    flows = allocate(need, capacity, reach)
    got = received(flows, need)
    for post in capacity:
        used = sum(v for (m, _), v in flows.items() if m == post)
        assert used <= capacity[post] + 1e-9
        near = [q for m, q in reach if m == post and need[q] > 0]
        hungry = [q for q in near if got[q] < need[q] - 1e-9]
        assert not hungry or used == pytest.approx(capacity[post], abs=1e-9)
        for (m, q), people in flows.items():
            if m == post and people > 1e-9:
                assert all(got[q] / need[q] <= got[h] / need[h] + 1e-9 for h in hungry)
    assert all(got[q] <= need[q] + 1e-9 for q in need)


@settings(deadline=None, max_examples=100)
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(case, shuffle):
    need, capacity, reach = case
    mixed = [list(need.items()), list(capacity.items()), list(reach)]
    for rows in mixed:
        shuffle.shuffle(rows)
    assert allocate(dict(mixed[0]), dict(mixed[1]), mixed[2]) == allocate(need, capacity, reach)


@settings(deadline=None, max_examples=100)
@given(CASES, PEOPLE, st.sets(st.integers(0, 4)))
def test_a_new_post_never_lowers_what_anybody_receives(case, people, codes):
    need, capacity, reach = case
    before = received(allocate(need, capacity, reach), need)
    more = [*reach, *(("new", f"q{c}") for c in codes)]
    after = received(allocate(need, {**capacity, "new": people}, more), need)
    assert all(after[q] >= before[q] - 1e-9 for q in need)
    assert received(allocate(need, dict.fromkeys(capacity, 0.0), reach), need) == dict.fromkeys(
        need, 0.0
    )


def test_one_chain_across_many_quarters_is_exact():
    """A post between each pair of neighbours: everybody ends with the same share."""
    codes = [f"q{n:03d}" for n in range(120)]
    need = {code: 10.0 + n % 7 for n, code in enumerate(codes)}
    reach = [(f"m{n:03d}", q) for n, two in enumerate(itertools.pairwise(codes)) for q in two]
    capacity = dict.fromkeys({post for post, _ in reach}, 6.0)
    got = received(allocate(need, capacity, reach), need)
    assert sum(got.values()) == pytest.approx(119 * 6.0, abs=1e-9)
    mixed = sorted(reach, key=lambda _: random.Random(3).random())
    assert received(allocate(need, capacity, mixed), need) == got
