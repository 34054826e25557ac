"""Travel times as an object: what it refuses, how it is saved, and two ways to build it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial import KDTree

from geo.catchments.reach import capacity_within, count_within, nearest, reach_statistics
from geo.checks import (
    BadMinutes,
    DuplicateIds,
    DuplicatePairs,
    TooShort,
    UnknownIds,
)
from geo.errors import BadInput
from geo.times.matrix import even_cuts
from geo.travel import CrowFly, Straight, TravelTimes, crow_fly, from_table

KM_A_MINUTE = Straight(60.0)


def table(*rows):
    return pd.DataFrame(rows, columns=["demand_id", "supply_id", "minutes"])


SMALL = table(("b", "y", 10.0), ("a", "x", 0.0), ("b", "x", 7.5), ("a", "y", 20.0))


def small(**changed):
    return replace(from_table(SMALL, ["a", "b", "c"], ["x", "y"]), **changed)


def test_a_table_is_read_from_demand_to_supply():
    times = small()
    assert times.shape == (3, 2) and times.nnz == 4
    assert times.indptr.tolist() == [0, 2, 4, 4]
    # Zero minutes is a time, an absent row is none.
    assert times.minutes.tolist() == [0.0, 20.0, 7.5, 10.0]
    assert (times.indices.dtype, times.minutes.dtype) == (np.int32, np.float32)
    assert (times.mode, times.max_min) == ("user", np.inf)


def test_rows_beyond_the_limit_are_left_out_the_limit_is_kept():
    times = from_table(SMALL, ["a", "b"], ["x", "y"], max_min=10)
    assert times.minutes.tolist() == [0.0, 7.5, 10.0]


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([("a", "x", -1.0)], BadMinutes, r"ligne 1 : a → x \(-1"),
        ([("a", "x", 1.0), ("b", "y", np.nan)], BadMinutes, r"ligne 2 : b → y"),
        ([("a", "x", "dix")], BadMinutes, "dix"),
        ([("a", "x", np.inf)], BadMinutes, "inf"),
        ([("z", "x", 1.0), ("w", "x", 1.0)], UnknownIds, r"demand_id .*: z, w .*ligne : 1"),
        ([("a", "x", 1.0), ("a", "q", 1.0)], UnknownIds, r"supply_id .*: q .*ligne : 2"),
        ([("a", "x", 1.0), ("b", "x", 1.0), ("a", "x", 2.0)], DuplicatePairs, "a → x"),
    ],
)
def test_a_bad_table_names_its_first_offenders(rows, error, message):
    with pytest.raises(error, match=message):
        from_table(table(*rows), ["a", "b", "c"], ["x", "y"])


def test_only_the_first_offenders_are_shown():
    rows = [(f"u{k}", "x", 1.0) for k in range(9)]
    with pytest.raises(UnknownIds, match="u4 … et 4 de plus"):
        from_table(table(*rows), ["a"], ["x"])


def test_ids_met_twice_and_absent_columns_are_refused():
    with pytest.raises(DuplicateIds, match=r"demande .* a"):
        from_table(SMALL, ["a", "b", "a"], ["x", "y"])
    with pytest.raises(DuplicateIds, match=r"offre .* y"):
        from_table(SMALL, ["a", "b"], ["x", "y", "y"])
    with pytest.raises(BadInput, match="minutes absente"):
        from_table(SMALL.drop(columns="minutes"), ["a", "b"], ["x", "y"])


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"minutes": np.array([0, 20, -7.5, 10], np.float32)}, BadMinutes, r"b → x \(-7.5 min\)"),
        ({"minutes": np.array([np.nan, 20, 7, 10], np.float32)}, BadMinutes, "a → x"),
        ({"max_min": 15.0}, BadMinutes, "limite de 15 min : a → y"),
        ({"indices": np.array([0, 0, 0, 1], np.int32)}, DuplicatePairs, "a → x"),
        ({"indices": np.array([0, 1, 0, 2], np.int32)}, BadInput, "colonne"),
        ({"indptr": np.array([0, 2, 4], np.int64)}, BadInput, "concordent"),
        ({"indptr": np.array([0, 3, 2, 4], np.int64)}, BadInput, "concordent"),
        ({"minutes": np.zeros(4)}, BadInput, "float64"),
        ({"mode": "boat"}, BadInput, "boat"),
        ({"supply_ids": np.array(["x", "x"])}, DuplicateIds, "x"),
    ],
)
def test_a_broken_object_is_refused(changed, error, message):
    with pytest.raises(error, match=message):
        small(**changed).validate()


def test_saved_and_read_back_through_parquet(tmp_path):
    times = small(provenance="relevé à la montre")
    path = tmp_path / "times.parquet"
    pq.write_table(times.to_arrow(), path)
    again = TravelTimes.from_arrow(pq.read_table(path))
    assert again.indptr.tolist() == times.indptr.tolist()
    assert again.indices.tolist() == times.indices.tolist()
    assert again.minutes.tolist() == times.minutes.tolist()
    assert again.demand_ids.tolist() == ["a", "b", "c"]
    assert again.supply_ids.tolist() == ["x", "y"]
    assert (again.mode, again.max_min) == ("user", np.inf)
    assert again.provenance == "relevé à la montre"


def test_an_empty_object_is_saved_too():
    times = from_table(table(), ["a"], ["x"])
    assert TravelTimes.from_arrow(times.to_arrow()).shape == (1, 1)


def test_another_table_is_not_read_as_times():
    with pytest.raises(BadInput, match="supply_ids"):
        TravelTimes.from_arrow(pa.table({"demand_id": ["a"]}))


def test_nearest_counts_and_capacities_at_exactly_each_limit():
    times = small()
    minutes, position = nearest(times)
    assert minutes[:2].tolist() == [0.0, 7.5] and np.isnan(minutes[2])
    assert position.tolist() == [0, 0, -1]
    assert count_within(times, 10).tolist() == [1, 2, 0]
    assert count_within(times, 10, "lt").tolist() == [1, 1, 0]
    assert count_within(times, 20).tolist() == [2, 2, 0]
    assert count_within(times, 20, "lt").tolist() == [1, 2, 0]
    assert capacity_within(times, [5, 0.5], 10).tolist() == [5.0, 5.5, 0.0]
    found = reach_statistics(times, [5, 0.5], [10, 20])
    assert found.loc["b", ["nearest_id", "count_10_min", "capacity_20_min"]].tolist() == [
        "x",
        2,
        5.5,
    ]
    assert found.loc["c", ["nearest_id", "count_20_min", "capacity_20_min"]].tolist() == ["", 0, 0]


def test_of_two_nearest_the_first_site_is_kept():
    equal = table(("a", "y", 3.0), ("a", "x", 3.0))
    assert nearest(from_table(equal, ["a"], ["x", "y"]))[1].tolist() == [0]
    turned = replace(from_table(equal, ["a"], ["x", "y"]), indices=np.array([1, 0], np.int32))
    assert nearest(turned)[1].tolist() == [0]


def test_nothing_is_said_beyond_what_was_looked_for():
    times = from_table(SMALL, ["a", "b"], ["x", "y"], max_min=20)
    with pytest.raises(TooShort, match="30 min"):
        count_within(times, 30)


def test_a_site_at_exactly_the_limit_is_reached_one_metre_more_is_not():
    far = [[0.0, metres] for metres in (0.0, 19_999.0, 20_000.0, 20_001.0)]
    times = crow_fly(np.zeros((1, 2)), np.array(far), max_min=20, minutes_of=KM_A_MINUTE)
    assert sorted(times.indices.tolist()) == [0, 1, 2]
    assert times.minutes.max() == 20.0


class Winding:
    """A model that no constant speed gives: slower near, and one-way streets."""

    def minutes(self, metres, rows, columns):
        return 1 + metres / 700 + np.where(rows % 2 == 0, columns % 3, 0)

    def within_m(self, max_min):
        return 700 * (max_min - 1)


def test_any_model_of_time_is_asked_pair_by_pair():
    rng = np.random.default_rng(1)
    demand, supply = rng.random((300, 2)) * 20_000, rng.random((80, 2)) * 20_000
    times = crow_fly(demand, supply, max_min=12, minutes_of=Winding()).validate()
    metres = np.hypot(*(demand[:, None] - supply[None]).transpose(2, 0, 1))
    rows, columns = np.indices(metres.shape)
    expected = Winding().minutes(metres, rows, columns).astype(np.float32)
    expected[expected > 12] = 0
    assert times.matrix().toarray() == pytest.approx(expected)


COORDINATES = st.integers(-40, 40).map(lambda cell: cell * 250.0)


@settings(deadline=None, max_examples=150)
@given(
    arrays(float, st.tuples(st.integers(0, 40), st.just(2)), elements=COORDINATES),
    arrays(float, st.tuples(st.integers(0, 40), st.just(2)), elements=COORDINATES),
    st.sampled_from([0.0, 0.25, 1.0, 5.0, 30.0, np.inf]),
    st.sampled_from([0.0, 6_000_000.0]),
)
def test_equals_the_tree_on_any_points(demand, supply, max_min, away):
    """Points on a lattice, so that many are at exactly the limit, near or far from the origin."""
    times = crow_fly(demand + away, supply + away, max_min=max_min, minutes_of=KM_A_MINUTE)
    times.validate()
    reach = min(max_min * 1000, 1e9)
    found = KDTree(demand).query_ball_point(supply, reach) if len(demand) else [[]] * len(supply)
    expected = {(row, column) for column, rows in enumerate(found) for row in rows}
    rows = np.repeat(np.arange(len(demand)), np.diff(times.indptr))
    assert set(zip(rows.tolist(), times.indices.tolist(), strict=True)) == expected
    straight = np.hypot(*(demand[rows] - supply[times.indices]).T) / 1000
    assert times.minutes == pytest.approx(straight, rel=1e-6)


def test_far_outliers_and_places_without_position():
    demand = np.array([[0.0, 0.0], [np.nan, 1.0], [1e7, 0.0], [500.0, 0.0]])
    supply = np.array([[0.0, 0.0], [9e6, 9e6], [np.nan, np.nan], [-9e6, 1.0]])
    times = crow_fly(demand, supply, max_min=1, minutes_of=KM_A_MINUTE)
    assert times.indptr.tolist() == [0, 1, 1, 1, 2]
    assert times.minutes.tolist() == [0.0, 0.5]


def test_minutes_before_starting_shorten_the_reach():
    model = Straight(60.0, start_min=4.0)
    supply = np.array([[0.0, 0.0], [1000.0, 0.0], [1001.0, 0.0]])
    times = crow_fly(np.zeros((1, 2)), supply, max_min=5, minutes_of=model)
    assert times.minutes.tolist() == [4.0, 5.0]
    assert crow_fly(np.zeros((1, 2)), supply, max_min=3, minutes_of=model).nnz == 0


def test_ids_and_shapes_of_coordinates_are_checked():
    some = np.zeros((2, 2))
    for wrong in ({"demand_ids": ["a"]}, {"supply_ids": ["a", "b", "c"]}):
        with pytest.raises(BadInput, match="2 lieux"):
            crow_fly(some, some, max_min=5, minutes_of=KM_A_MINUTE, **wrong)
    with pytest.raises(DuplicateIds):
        crow_fly(some, some, max_min=5, minutes_of=KM_A_MINUTE, demand_ids=["a", "a"])
    with pytest.raises(BadInput, match="deux colonnes"):
        crow_fly(np.zeros(2), some, max_min=5, minutes_of=KM_A_MINUTE)


def test_blocks_and_threads_give_what_one_pass_gives(monkeypatch):
    rng = np.random.default_rng(2)
    demand, supply = rng.random((900, 2)) * 9000, rng.random((70, 2)) * 9000
    whole = crow_fly(demand, supply, max_min=3, minutes_of=KM_A_MINUTE)
    monkeypatch.setattr("geo.times.crow_fly._BLOCK_PAIRS", 50)
    monkeypatch.setattr("geo.times.matrix.BLOCK_PAIRS", 50)
    for reach in (whole, CrowFly(demand, supply, 3, KM_A_MINUTE)):
        met, ends = 0, [0]
        for block in reach.blocks(0, 900):
            assert block.first == ends[-1]
            ends.append(block.first + len(block.starts) - 1)
            pairs = slice(met, met + int(block.starts[-1]))
            assert block.columns.tolist() == whole.indices[pairs].tolist()
            assert block.minutes.tolist() == whole.minutes[pairs].tolist()
            met = pairs.stop
        assert (met, ends[-1]) == (whole.nnz, 900) and len(ends) > 10


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(1, 9))
def test_cuts_cover_every_row_once(loads, parts):
    cumulated = np.concatenate([[0], np.cumsum(loads)])
    cuts = even_cuts(cumulated, parts, least=1)
    assert len(cuts) <= parts
    assert [start for start, _ in cuts] == [0, *[stop for _, stop in cuts[:-1]]]
    assert cuts[-1][1] == len(loads)
