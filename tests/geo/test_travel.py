import numpy as np
import pytest

from geo.travel import Pairs, crow_fly_minutes, minutes_per_metre, nearest_minutes

CAR = {"speed_kmh": 60.0, "detour": 1.0}  # one kilometre a minute


def test_minutes_orientation_types_and_limit():
    demand = np.array([[0.0, 0.0], [3000.0, 4000.0]])
    supply = np.array([[0.0, 0.0], [0.0, 20_000.0], [0.0, 20_001.0]])
    minutes = crow_fly_minutes(demand, supply, max_min=20, **CAR)
    assert minutes.shape == (2, 3)
    assert (minutes.data.dtype, minutes.indices.dtype) == (np.float32, np.int32)
    # Zero minutes is a stored time, the limit itself is kept, one metre more is not.
    assert minutes.indices.tolist() == [0, 1, 0, 1, 2]
    assert minutes.data[:2].tolist() == [0.0, 20.0]
    assert minutes.data[2] == pytest.approx(5.0)


def test_detour_and_speed():
    assert minutes_per_metre(45, 1.3) * 1000 == pytest.approx(1.7333333)


def test_a_place_without_position_is_reached_only_by_rule():
    demand = np.array([[0.0, 0.0], [np.nan, np.nan]])
    supply = np.array([[1000.0, 0.0], [90_000.0, 0.0]])
    rule = Pairs(np.array([1, 0, 0]), np.array([1, 0, 0]), 0.0)
    minutes = crow_fly_minutes(demand, supply, max_min=20, fixed=rule, **CAR)
    assert minutes.nnz == 2
    assert minutes.indices.tolist() == [0, 1] and minutes.data.tolist() == [0.0, 0.0]
    assert crow_fly_minutes(demand, supply, max_min=20, **CAR).data.tolist() == [1.0]


def test_no_place_at_all():
    none = np.zeros((0, 2))
    some = np.zeros((2, 2))
    assert crow_fly_minutes(none, some, max_min=20, **CAR).shape == (0, 2)
    assert crow_fly_minutes(some, none, max_min=20, **CAR).nnz == 0
    minutes, nearest = nearest_minutes(some, none, **CAR)
    assert np.isnan(minutes).all() and (nearest == -1).all()


def test_nearest():
    minutes, nearest = nearest_minutes(
        np.array([[0.0, 0.0]]), np.array([[np.nan, np.nan], [9000.0, 0.0], [2000.0, 0.0]]), **CAR
    )
    assert minutes[0] == pytest.approx(2.0) and nearest[0] == 2
