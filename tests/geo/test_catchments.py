"""Every catchment method: published oracles, naive loops, a peer, and what must always hold."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.accessibility import KERNELS, Kernel, catchment, gaussian, kernel_named, share_out
from geo.catchments.decay import METHODS
from geo.catchments.methods import access_from
from geo.checks import BadCounts, EmptySupply, TooShort
from geo.errors import BadInput
from geo.travel import CrowFly, Straight, TravelTimes, crow_fly

DREES = KERNELS["drees"]
TOWN = ([[5, 18], [12, 8], [25, 14]], (3000, 5000, 2000), (6000, 9000))
EDGE_TIMES = [[0, 10, 24], [16, 0, 30], [31, 12, 0]]
EDGE_TOWN = ((4000, 2500, 1500), (5, 3, 2))


def travel_times(dense, max_min=np.inf):
    """Every entry of a dense table, NaN being an absent one."""
    dense = np.asarray(dense, np.float32)
    rows, columns = np.nonzero(~np.isnan(dense))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(dense)))])
    return TravelTimes(
        starts.astype(np.int64),
        columns.astype(np.int32),
        dense[rows, columns],
        np.array([f"d{row}" for row in range(dense.shape[0])], dtype=object),
        np.array([f"s{column}" for column in range(dense.shape[1])], dtype=object),
        "user",
        max_min,
    ).validate()


def solve(dense, people, supply, kernel):
    return catchment(travel_times(dense), people, supply, kernel)


def of_method(method, bands=DREES.bands_min, edge="lt"):
    return Kernel("test", bands, edge, method)


def naive(dense, people, supply, kernel):
    """The formulas of the methods word for word, with loops."""

    def weight(t):
        for limit, value in kernel.bands_min:
            if t < limit or (kernel.edge == "le" and t == limit):
                return value
        return 0.0

    def over(a, b):
        return a / b if b > 0 else 0.0

    n, m = len(people), len(supply)
    w = [[weight(t) for t in row] for row in dense]
    row = [sum(w[i][j] for j in range(m)) for i in range(n)]
    column = [sum(w[i][j] for i in range(n)) for j in range(m)]
    if kernel.method == "3sfca":
        w = [[over(w[i][j], row[i]) * w[i][j] for j in range(m)] for i in range(n)]
    if kernel.method == "bfca":
        level = [
            over(supply[j], sum(people[i] * over(w[i][j], row[i]) for i in range(n)))
            for j in range(m)
        ]
        return [sum(level[j] * over(w[i][j], column[j]) for j in range(m)) for i in range(n)]
    ratio = [over(supply[j], sum(w[i][j] * people[i] for i in range(n))) for j in range(m)]
    power = 2 if kernel.method == "m2sfca" else 1
    return [sum(w[i][j] ** power * ratio[j] for j in range(m)) for i in range(n)]


def test_oracle_1_gaussian_distances():
    found = solve([[0, 2], [1, 1], [2, 0]], [100] * 3, [10, 10], gaussian(1, 10))
    assert found.demand == pytest.approx([174.186594] * 2, abs=1e-6)
    assert found.ratio == pytest.approx([0.057410] * 2, abs=1e-6)
    assert found.access == pytest.approx([0.065179, 0.069641, 0.065179], abs=1e-6)


@pytest.mark.parametrize(
    ("kernel", "expected", "total"),
    [
        (DREES, [1.356459, 1.858852, 0.818182], 15000),
        (of_method("e2sfca", ((20.0, 1.0),)), [1.65, 1.65, 0.9], 15000),
        (of_method("3sfca"), [1.419450, 1.624693, 1.309091], 15000),
        (of_method("m2sfca"), [1.083732, 1.648325, 0.545455], 12583.732057),
        (of_method("bfca"), [1.107928, 1.347315, 0.521739], 11103.836317),
        (KERNELS["drees2012"], [1.285714, 2.016807, 0.529412], 15000),
    ],
    ids=["drees", "2sfca", "3sfca", "m2sfca", "bfca", "drees2012"],
)
def test_oracle_2_every_method(kernel, expected, total):
    found = solve(*TOWN, kernel)
    assert found.access == pytest.approx(expected, abs=1e-6)
    assert np.dot(TOWN[1], found.access) == pytest.approx(total, abs=1e-6)


def test_oracle_2_steps_of_the_methods():
    found = solve(*TOWN, DREES)
    assert found.demand == pytest.approx([6333.333333, 7333.333333], abs=1e-6)
    assert found.ratio == pytest.approx([0.947368, 1.227273], abs=1e-6)
    balanced = solve(*TOWN, of_method("bfca"))
    assert balanced.ratio == pytest.approx([1.411765, 1.565217], abs=1e-6)
    assert balanced.access.sum() == pytest.approx(balanced.ratio.sum(), rel=1e-12)
    assert balanced.demand.sum() == pytest.approx(sum(TOWN[1]), rel=1e-12)


@pytest.mark.parametrize(
    ("edge", "times", "per_100k"),
    [
        ("le", EDGE_TIMES, [142.629980, 114.559805, 95.387045]),
        ("lt", EDGE_TIMES, [138.899001, 107.726046, 116.725921]),
        ("le", np.transpose(EDGE_TIMES), [109.963199, 169.760496, 90.497309]),
    ],
    ids=["le", "lt", "the transposed bug"],
)
def test_oracle_3_asymmetric_times_on_the_edges(edge, times, per_100k):
    found = solve(times, *EDGE_TOWN, kernel_named("e2sfca", edge=edge))
    assert found.access * 100_000 == pytest.approx(per_100k, abs=1e-6)


def test_the_transposed_matrix_is_said_to_be_another_one():
    turned = travel_times(EDGE_TIMES).transposed()
    assert turned.matrix().toarray().tolist() == np.transpose(EDGE_TIMES).tolist()
    assert turned.demand_ids.tolist() == ["s0", "s1", "s2"]


def test_zero_oracle():
    found = solve(
        [[4, 50, 3], [12, 50, 40], [60, 60, 60]], (1000, 2000, 500), (3000, 4000, 0), DREES
    )
    assert found.ratio == pytest.approx([1.285714, 0, 0], abs=1e-6)
    assert found.access == pytest.approx([1.285714, 0.857143, 0.0], abs=1e-6)
    assert found.unreachable_supply.tolist() == ["s1"]
    assert found.demand_without_supply.tolist() == ["d2"]


def test_nobody_living_there_is_not_no_supply_there():
    # d0 has no inhabitant and s0 no other place in reach: the ratio is 0, the supply is there.
    found = solve([[5, 90], [90, 90]], (0, 10), (3, 4), DREES)
    assert found.access.tolist() == [0.0, 0.0]
    assert found.demand_without_supply.tolist() == ["d1"]
    assert found.unreachable_supply.tolist() == ["s0", "s1"]


@pytest.mark.parametrize(
    ("name", "minutes", "expected"),
    [
        *[("drees", t, w) for t, w in ((9.999999, 1), (10, 2 / 3), (15, 1 / 3), (20, 0))],
        *[("drees2012", t, w) for t, w in ((4.999, 1), (5, 0.3), (10, 0.1), (15, 0))],
        *[("drees_midwives", t, w) for t, w in ((10, 2 / 3), (20, 1 / 3), (30, 0))],
        *[("e2sfca", t, w) for t, w in ((0, 1), (10, 1), (20, 0.68), (30, 0.22), (30.001, 0))],
        *[("3sfca", t, w) for t, w in ((10, 0.962), (20, 0.704), (30, 0.377), (60, 0.042))],
        *[("2sfca", t, w) for t, w in ((30, 1), (30.001, 0))],
        *[("m2sfca", t, w) for t, w in ((10, 1), (30, 0.22))],
        *[("bfca", t, w) for t, w in ((10, 1), (30, 0.22))],
    ],
)
def test_each_limit_at_exactly_its_value(name, minutes, expected):
    assert KERNELS[name].weights(np.array([minutes], np.float32))[0] == expected


@pytest.mark.parametrize(
    ("minutes", "lt", "le"),
    [(9.999999, 1, 1), (10, 2 / 3, 1), (15, 1 / 3, 2 / 3), (20, 0, 1 / 3)],
)
def test_the_other_edge_of_the_same_bands(minutes, lt, le):
    value = np.array([minutes], np.float32)
    assert kernel_named("drees", edge="lt").weights(value)[0] == pytest.approx(lt)
    assert kernel_named("drees", edge="le").weights(value)[0] == pytest.approx(le)


def test_the_gaussian_stops_at_its_reach_and_squares():
    kernel = gaussian(10, 60)
    at = np.array([0, 10, 60, 60.001], np.float32)
    assert kernel.weights(at) == pytest.approx([1, np.exp(-0.5), np.exp(-18), 0])
    assert kernel.weights(at, power=2) == pytest.approx([1, np.exp(-1), np.exp(-36), 0])


def test_every_kernel_says_its_edge():
    assert KERNELS["drees"].statement_fr() == (
        "Type APL, pondération actuelle de la DREES ; < 10 min : 1, < 15 min : 0,666667, "
        "< 20 min : 0,333333 ; un temps égal à la limite est dans la tranche suivante."
    )
    assert "≤ 30 min : 0,22" in solve(*TOWN, KERNELS["e2sfca"]).statement_fr
    assert "σ = 10 min" in gaussian(10, 60).statement_fr()


def test_named_kernels_can_be_changed_and_then_say_so():
    assert kernel_named("2sfca", catchment_min=15).bands_min == ((15, 1.0),)
    cut = kernel_named("e2sfca", catchment_min=15)
    assert cut.bands_min == ((10.0, 1.0), (15, 0.68))
    assert (cut.mark, KERNELS["e2sfca"].mark) == ("assumption", "published")
    assert kernel_named("drees", edge="lt") is DREES
    with pytest.raises(BadInput, match="inconnu"):
        kernel_named("apl")
    with pytest.raises(BadInput, match="dernière tranche"):
        kernel_named("e2sfca", catchment_min=45)


@pytest.mark.parametrize(
    ("bands", "edge", "message"),
    [
        ((), "lt", "limites"),
        (((10.0, 1.0), (5.0, 0.5)), "lt", "limites"),
        (((10.0, 1.5),), "lt", "poids"),
        (tuple((k + 1.0, 1.0) for k in range(256)), "lt", "255"),
        (((10.0, 1.0),), "<", "lt ou le"),
    ],
)
def test_impossible_kernels_are_refused(bands, edge, message):
    with pytest.raises(BadInput, match=message):
        Kernel("test", bands, edge)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_impossible_counts_name_the_first_offenders(bad):
    times = travel_times([[5.0]] * 7)
    with pytest.raises(BadCounts, match=r"Population .* d1 .* d5 .*et 1 de plus"):
        catchment(times, [1, *[bad] * 6], [1], DREES)
    with pytest.raises(BadCounts, match=r"offre .*s0"):
        catchment(times, [1] * 7, [bad], DREES)
    with pytest.raises(BadCounts, match="7 valeurs attendues"):
        catchment(times, [1], [1], DREES)


def test_no_supply_at_all_is_not_an_access_of_zero():
    with pytest.raises(EmptySupply):
        catchment(travel_times(np.zeros((2, 0))), [1, 2], [], DREES)


def test_times_too_short_for_the_kernel_are_refused():
    with pytest.raises(TooShort, match="15 min"):
        solve_short = travel_times([[5.0]], max_min=15)
        catchment(solve_short, [1], [1], DREES)


def test_step_2_may_read_the_offer_from_other_places():
    offer = share_out(travel_times(TOWN[0]), np.array(TOWN[1]), np.array(TOWN[2]), DREES)
    elsewhere = travel_times([[10, 19.9], [30, 30]])
    assert access_from(elsewhere, offer) == pytest.approx([2 / 3 * 6 / 6.3333333 + 3 / 7.33333, 0])


MINUTES = st.sampled_from([0, 5, 10, 12, 15, 18, 20, 30, 60])


@st.composite
def towns(draw, least=0):
    n, m = draw(st.tuples(st.integers(1, 6), st.integers(1, 5)))
    times = draw(arrays(np.float32, (n, m), elements=MINUTES))
    people = draw(arrays(float, n, elements=st.integers(least, 5000).map(float)))
    supply = draw(arrays(float, m, elements=st.integers(least, 9000).map(float)))
    return times, people, supply


@settings(deadline=None, max_examples=120)
@given(towns(), st.sampled_from(METHODS), st.sampled_from(["lt", "le"]))
def test_equals_the_formula_of_each_method(town, method, edge):
    kernel = of_method(method, edge=edge)
    found = solve(*town, kernel)
    assert found.access == pytest.approx(naive(*town, kernel), rel=1e-12)
    assert np.isfinite(found.access).all() and np.isfinite(found.ratio).all()


@settings(deadline=None, max_examples=60)
@given(towns(), st.sampled_from(["e2sfca", "3sfca"]), st.sampled_from(["lt", "le"]))
def test_supply_in_reach_is_conserved(town, method, edge):
    _, people, supply = town
    found = solve(*town, of_method(method, edge=edge))
    assert np.dot(people, found.access) == pytest.approx(supply[found.demand > 0].sum(), rel=1e-9)
    lost = [f"s{j}" for j in np.flatnonzero((found.demand == 0) & (supply > 0))]
    assert found.unreachable_supply.tolist() == lost


@settings(deadline=None, max_examples=60)
@given(towns(least=1))
def test_other_methods_keep_their_own_sums(town):
    _, people, supply = town
    lossy = solve(*town, of_method("m2sfca"))
    assert np.dot(people, lossy.access) <= supply.sum() * (1 + 1e-12)
    balanced = solve(*town, of_method("bfca"))
    assert balanced.access.sum() == pytest.approx(balanced.ratio.sum(), rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(towns(), st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_order_changes_nothing(town, method, random):
    times, people, supply = town
    rows, columns = list(range(len(people))), list(range(len(supply)))
    random.shuffle(rows)
    random.shuffle(columns)
    kernel = of_method(method)
    shuffled = solve(times[np.ix_(rows, columns)], people[rows], supply[columns], kernel)
    assert shuffled.access == pytest.approx(solve(*town, kernel).access[rows], rel=1e-12)


@settings(deadline=None, max_examples=60)
@given(towns(least=1), st.sampled_from(METHODS), st.data())
def test_scaling_and_monotony(town, method, data):
    times, people, supply = town
    kernel = of_method(method)
    before = solve(*town, kernel).access
    assert solve(times, people, supply * 3, kernel).access == pytest.approx(before * 3)
    more, crowded = supply.copy(), people.copy()
    more[data.draw(st.integers(0, len(supply) - 1))] += 1000
    assert (solve(times, people, more, kernel).access >= before - 1e-9).all()
    crowded[data.draw(st.integers(0, len(people) - 1))] += 500
    assert (solve(times, crowded, supply, kernel).access <= before + 1e-9).all()


def test_a_weight_next_to_nothing_makes_no_infinity():
    # exp(-0.5 * 38.5²) is a subnormal float: the quotient is not a number, the supply is said.
    found = solve([[38.5]], [1e-3], [1e6], gaussian(1, 60))
    assert found.access.tolist() == [0.0] and found.unreachable_supply.tolist() == ["s0"]


@pytest.fixture(scope="module")
def random_town():
    rng = np.random.default_rng(5)
    demand, supply = rng.random((700, 2)) * 50_000, rng.random((90, 2)) * 50_000
    demand[3] = np.nan
    return demand, supply, rng.integers(1, 900, 700).astype(float), rng.random(90) * 9


@pytest.mark.parametrize("kernel", [*KERNELS.values(), gaussian(8, 25)], ids=lambda k: k.name)
def test_computed_on_the_fly_equals_held(random_town, kernel):
    demand, supply, people, capacity = random_town
    model = Straight(45, 1.3)
    held = crow_fly(demand, supply, max_min=60, minutes_of=model)
    fly = CrowFly(demand, supply, 60, model)
    one, other = (catchment(times, people, capacity, kernel) for times in (held, fly))
    assert other.access == pytest.approx(one.access, rel=1e-12)
    assert other.demand_without_supply.tolist() == one.demand_without_supply.tolist() == [3]


@pytest.mark.parametrize("name", ["2sfca", "e2sfca", "3sfca"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equals_the_peer(name, seed):
    """PySAL `access`, whose bands are all `<=`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from access import Access as Peer
        from access import weights

    rng = np.random.default_rng(seed)
    n, m = 60, 25
    minutes = rng.integers(0, 70, (n, m)).astype(np.float32)
    minutes[rng.random((n, m)) < 0.3] += np.float32(0.37)
    minutes[0] = 5.0  # each supply has someone in reach: the peer divides by zero otherwise
    people, supply = rng.integers(1, 900, n).astype(float), rng.random(m) * 9
    kernel = KERNELS[name]
    ours = solve(minutes, people, supply, kernel)
    rows, columns = np.indices(minutes.shape)
    costs = pd.DataFrame(
        {
            "origin": rows.ravel(),
            "dest": columns.ravel(),
            "cost": minutes.ravel().astype(float),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = Peer(
            demand_df=pd.DataFrame({"geoid": range(n), "people": people}),
            demand_index="geoid",
            demand_value="people",
            supply_df=pd.DataFrame({"geoid": range(m), "doctors": supply}),
            supply_index="geoid",
            supply_value=["doctors"],
            cost_df=costs,
            cost_origin="origin",
            cost_dest="dest",
            cost_name="cost",
        )
        steps = weights.step_fn(dict(kernel.bands_min))
        if name == "2sfca":
            theirs = peer.two_stage_fca(name="x", cost="cost", max_cost=kernel.reach_min)
        elif name == "e2sfca":
            theirs = peer.enhanced_two_stage_fca(name="x", cost="cost", weight_fn=steps)
        else:
            theirs = peer.three_stage_fca(name="x", cost="cost", weight_fn=steps)
    column = theirs["x_doctors"].reindex(range(n)).fillna(0)
    assert ours.access == pytest.approx(column.to_numpy(), rel=1e-9)
