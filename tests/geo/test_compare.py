import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.compare import percentile_ranks, weighted_classes

THIRDS = (1 / 3, 2 / 3)


def series(*values):
    return pd.Series(values, dtype="float64")


def one_group(values):
    return pd.Series("84", index=values.index)


def test_weighted_rank_puts_ties_at_their_middle():
    values, people = series(1, 2, 2, 5), series(100, 200, 300, 400)
    ranks = percentile_ranks(values, people, one_group(values))
    assert ranks.tolist() == pytest.approx([5, 35, 35, 80])


def test_missing_is_not_ranked_and_unknown_population_weighs_nothing():
    values, people = series(1, np.nan, 3, 2), series(100, 900, 100, np.nan)
    ranks = percentile_ranks(values, people, one_group(values))
    assert ranks.tolist() == pytest.approx([25, np.nan, 75, 50], nan_ok=True)


def test_two_values_are_not_a_comparison():
    values = series(1, 2)
    assert percentile_ranks(values, values, one_group(values)).isna().all()
    classes, cuts = weighted_classes(values, values, one_group(values), THIRDS)
    assert classes.tolist() == ["", ""] and cuts == {}


def test_groups_do_not_mix():
    values, people = series(1, 2, 3, 100, 200, 300), series(1, 1, 1, 1, 1, 1)
    groups = pd.Series(["a"] * 3 + ["b"] * 3)
    ranks = percentile_ranks(values, people, groups)
    assert ranks.tolist()[:3] == ranks.tolist()[3:]


def test_classes_are_thirds_of_the_people_not_of_the_quarters():
    values, people = series(1, 2, 3, 4), series(3000, 1000, 1000, 1000)
    classes, cuts = weighted_classes(values, people, one_group(values), THIRDS)
    assert classes.tolist() == ["low", "mid", "high", "high"]
    assert cuts == {"84": (1.0, 2.0)}


def test_equal_values_are_neither_low_nor_high():
    values = series(2, 2, 2 + 1e-13, np.nan)
    classes, _ = weighted_classes(values, series(1, 1, 1, 1), one_group(values), THIRDS)
    assert classes.tolist() == ["mid", "mid", "mid", ""]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 900)), min_size=3, max_size=12))
def test_ranks_follow_values_and_average_fifty(pairs):
    values = series(*(value for value, _ in pairs))
    people = series(*(weight for _, weight in pairs))
    ranks = percentile_ranks(values, people, one_group(values))
    assert ranks.between(0, 100).all()
    assert np.average(ranks, weights=people) == pytest.approx(50)
    order = np.argsort(values.to_numpy(), kind="stable")
    assert (np.diff(ranks.to_numpy()[order]) >= -1e-9).all()
