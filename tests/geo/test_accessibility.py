"""Published oracles, the edges of the bands, and what must hold for any town."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.access.settings import DREES_BANDS_MIN
from geo.accessibility import Kernel, access_from, share_out
from geo.checks import BadCounts
from geo.travel import TravelTimes

PYSAL_BANDS = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))


def times_of(dense):
    dense = np.asarray(dense, dtype=np.float32)
    n, m = dense.shape
    _, column = np.indices(dense.shape)
    starts = np.arange(0, dense.size + 1, m, dtype=np.int64)
    columns, rows = column.ravel().astype(np.int32), np.arange(n)
    return TravelTimes(starts, columns, dense.ravel(), rows, np.arange(m), "user", 100.0)


def naive(dense, people, supply, bands, edge):
    """The formula word for word, with loops."""

    def weight(t):
        for limit, value in bands:
            if t < limit or (edge == "le" and t == limit):
                return value
        return 0.0

    w = [[weight(t) for t in row] for row in dense]
    ratios = []
    for j in range(len(supply)):
        demand = sum(w[i][j] * people[i] for i in range(len(people)))
        ratios.append(supply[j] / demand if demand > 0 else 0.0)
    return [sum(w[i][j] * ratios[j] for j in range(len(supply))) for i in range(len(people))]


def solve(dense, people, supply, bands=DREES_BANDS_MIN, edge="lt"):
    """Both steps apart, as the analysis of QPV makes them."""
    times, kernel = times_of(dense), Kernel("steps", bands, edge)
    offer = share_out(times, np.array(people, float), np.array(supply, float), kernel)
    return access_from(times, offer), offer


@pytest.mark.parametrize(
    ("minutes", "lt", "le"),
    [
        (9.999999, 1, 1),
        (10, 2 / 3, 1),
        (15, 1 / 3, 2 / 3),
        (20, 0, 1 / 3),
        (20.001, 0, 0),
        (0, 1, 1),
    ],
)
def test_edges_of_the_bands(minutes, lt, le):
    value = np.array([minutes], dtype=np.float32)
    assert Kernel("steps", DREES_BANDS_MIN, "lt").weights(value)[0] == pytest.approx(lt)
    assert Kernel("steps", DREES_BANDS_MIN, "le").weights(value)[0] == pytest.approx(le)


def test_oracle_drees_lt():
    access, ratios = solve([[5, 18], [12, 8], [25, 14]], (3000, 5000, 2000), (6000, 9000))
    assert ratios.demand == pytest.approx([6333.333333, 7333.333333], abs=1e-6)
    assert ratios.ratio == pytest.approx([0.947368, 1.227273], abs=1e-6)
    assert access == pytest.approx([1.356459, 1.858852, 0.818182], abs=1e-6)
    assert np.dot((3000, 5000, 2000), access) == pytest.approx(15000)


def test_oracle_2sfca_and_drees_2012():
    town = ([[5, 18], [12, 8], [25, 14]], (3000, 5000, 2000), (6000, 9000))
    flat, _ = solve(*town, bands=((20.0, 1.0),))
    assert flat == pytest.approx([1.65, 1.65, 0.9], abs=1e-6)
    first, _ = solve(*town, bands=((5.0, 1.0), (10.0, 0.3), (15.0, 0.1)))
    assert first == pytest.approx([1.285714, 2.016807, 0.529412], abs=1e-6)


@pytest.mark.parametrize(
    ("edge", "per_100k"),
    [("le", [142.629980, 114.559805, 95.387045]), ("lt", [138.899001, 107.726046, 116.725921])],
)
def test_oracle_asymmetric_times(edge, per_100k):
    times = [[0, 10, 24], [16, 0, 30], [31, 12, 0]]
    access, _ = solve(times, (4000, 2500, 1500), (5, 3, 2), PYSAL_BANDS, edge)
    assert access * 100_000 == pytest.approx(per_100k, abs=1e-6)


def test_zero_oracle():
    access, ratios = solve(
        [[4, 50, 3], [12, 50, 40], [60, 60, 60]], (1000, 2000, 500), (3000, 4000, 0)
    )
    assert ratios.ratio == pytest.approx([1.285714, 0, 0], abs=1e-6)
    assert access == pytest.approx([1.285714, 0.857143, 0.0], abs=1e-6)
    assert ratios.unreached.tolist() == [1]


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_impossible_counts_are_refused(bad):
    with pytest.raises(BadCounts, match="Population"):
        solve([[5.0]], [bad], [1.0])
    with pytest.raises(BadCounts, match="Capacité"):
        solve([[5.0]], [1.0], [bad])


SIZES = st.tuples(st.integers(1, 6), st.integers(1, 5))


@st.composite
def towns(draw):
    n, m = draw(SIZES)
    times = draw(
        arrays(np.float32, (n, m), elements=st.sampled_from([0, 5, 10, 12, 15, 18, 20, 30]))
    )
    people = draw(arrays(float, n, elements=st.integers(0, 5000).map(float)))
    supply = draw(arrays(float, m, elements=st.integers(0, 9000).map(float)))
    return times, people, supply


@settings(deadline=None, max_examples=60)
@given(towns(), st.sampled_from(["lt", "le"]))
def test_equals_the_formula_and_conserves_supply(town, edge):
    times, people, supply = town
    access, ratios = solve(times, people, supply, edge=edge)
    assert access == pytest.approx(naive(times, people, supply, DREES_BANDS_MIN, edge))
    reachable = supply[ratios.demand > 0].sum()
    assert np.dot(people, access) == pytest.approx(reachable, rel=1e-9)
    assert set(ratios.unreached) == set(np.flatnonzero((ratios.demand == 0) & (supply > 0)))


@settings(deadline=None, max_examples=40)
@given(towns(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(town, random):
    times, people, supply = town
    access, _ = solve(times, people, supply)
    rows, columns = list(range(len(people))), list(range(len(supply)))
    random.shuffle(rows)
    random.shuffle(columns)
    shuffled, _ = solve(times[np.ix_(rows, columns)], people[rows], supply[columns])
    assert shuffled == pytest.approx(access[rows], rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(towns(), st.data())
def test_more_supply_never_lowers_and_more_demand_never_raises(town, data):
    times, people, supply = town
    access, _ = solve(times, people, supply)
    more = supply.copy()
    more[data.draw(st.integers(0, len(supply) - 1))] += 1000
    assert (solve(times, people, more)[0] >= access - 1e-9).all()
    assert solve(times, people, supply * 3)[0] == pytest.approx(access * 3)
    # Among people already there: a supply nobody reached starts to serve its first inhabitant.
    crowded = people + 0.0
    place = data.draw(st.integers(0, len(people) - 1))
    if crowded[place] > 0:
        crowded[place] += 500
        assert (solve(times, crowded, supply)[0] <= access + 1e-9).all()
