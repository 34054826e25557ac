"""Times set by a rule, times to some sites only, ready times completed by crow-fly ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.times.completed import completed, positions
from geo.times.ruled import Columns
from geo.travel import CrowFly, Pairs, Ruled, Straight, TravelTimes, crow_fly, minutes_per_metre

CAR = Straight(60.0)  # one kilometre a minute


def dense(times):
    """Minutes as a matrix, NaN where there is no pair."""
    out = np.full((len(times.demand_ids), len(times.supply_ids)), np.nan)
    for block in times.blocks(0, len(times.demand_ids)):
        for row, (start, stop) in enumerate(zip(block.starts[:-1], block.starts[1:], strict=True)):
            columns = block.columns[start:stop]
            assert len(set(columns)) == len(columns)
            out[block.first + row, columns] = block.minutes[start:stop]
    return out


def table(minutes, demand, supply, max_min=20.0):
    rows, columns = np.nonzero(np.isfinite(minutes))
    starts = np.searchsorted(rows, np.arange(len(minutes) + 1)).astype(np.int64)
    found = minutes[rows, columns].astype(np.float32)
    ids = (np.array(demand, object), np.array(supply, object))
    return TravelTimes(starts, columns.astype(np.int32), found, *ids, "car", max_min, "routes")


def test_detour_and_speed():
    assert minutes_per_metre(45, 1.3) * 1000 == pytest.approx(1.7333333)


def test_a_place_without_position_is_reached_only_by_rule():
    demand = np.array([[0.0, 0.0], [np.nan, np.nan]])
    supply = np.array([[1000.0, 0.0], [90_000.0, 0.0]])
    straight = crow_fly(demand, supply, max_min=20, minutes_of=CAR)
    assert dense(straight) == pytest.approx(
        np.array([[1.0, np.nan], [np.nan, np.nan]]), nan_ok=True
    )
    # The couple (0, 0) is written twice, and is farther than nothing.
    rule = Pairs(np.array([1, 0, 0]), np.array([1, 0, 0]), 0.0)
    found = dense(Ruled(straight, rule))
    assert found == pytest.approx(np.array([[0.0, np.nan], [np.nan, 0.0]]), nan_ok=True)


PLACES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=7)


@settings(deadline=None, max_examples=60)
@given(PLACES, PLACES, st.data())
def test_a_rule_and_a_choice_of_sites_change_nothing_else(homes, sites, data):
    homes_m, sites_m = (np.array(places, float) * 1000 for places in (homes, sites))
    streamed = CrowFly(homes_m, sites_m, 20.0, CAR)
    couples = data.draw(
        st.lists(st.tuples(st.integers(0, len(homes) - 1), st.integers(0, len(sites) - 1)))
    )
    row, column = np.array(couples, np.int64).reshape(-1, 2).T
    expected = dense(streamed.times())
    expected[row, column] = 7.0
    ruled = Ruled(streamed, Pairs(row, column, 7.0))
    assert dense(ruled) == pytest.approx(expected, nan_ok=True)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(sites), max_size=len(sites))))
    expected[:, ~kept] = np.nan
    assert dense(Columns(ruled, kept)) == pytest.approx(expected, nan_ok=True)


def test_ready_times_are_put_in_the_order_asked():
    ready = table(np.array([[0.0, 12.0, np.nan], [5.0, np.nan, 8.0]]), ["b", "a"], ["z", "y", "x"])
    homes, sites = np.zeros((3, 2)), np.zeros((2, 2))
    straight = CrowFly(homes, sites, 20.0, CAR, np.array(["a", "new", "b"]), np.array(["x", "z"]))
    rows = positions(ready, straight.demand_ids, "demand")
    columns = positions(ready, straight.supply_ids, "supply")
    assert rows.tolist() == [1, -1, 0] and columns.tolist() == [2, 0]
    found = completed(ready, straight, rows, columns).validate()
    # Off the network: crow-fly (0 min here). On it, a pair that is absent is out of reach, and
    # zero minutes are minutes.
    expected = np.array([[8.0, 5.0], [0.0, 0.0], [np.nan, 0.0]])
    assert dense(found) == pytest.approx(expected, nan_ok=True)
    assert found.demand_ids.tolist() == ["a", "new", "b"] and found.mode == "car"


def test_ready_times_that_know_nothing_leave_the_crow_fly_ones():
    ready = table(np.zeros((0, 0)), [], [])
    homes, sites = np.array([[0.0, 0.0], [0.0, 9000.0]]), np.array([[0.0, 0.0]])
    straight = CrowFly(homes, sites, 20.0, CAR)
    none = (np.full(2, -1), np.full(1, -1))
    assert positions(ready, straight.demand_ids, "demand").tolist() == [-1, -1]
    assert dense(completed(ready, straight, *none)).tolist() == [[0.0], [9.0]]
