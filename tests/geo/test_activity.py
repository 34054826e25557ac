"""What a place of practice stands for: oracles of the method notes and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from geo.access.activity import FLAT, ActivityModel, bounded_activity, capacity, rescaled
from geo.errors import BadInput


def test_floor_and_cap_of_the_zoning() -> None:
    fte = bounded_activity(np.array([1_200.0, 5_400.0, 7_800.0])) / 5_400
    assert fte == pytest.approx([0.666667, 1.0, 1.111111], abs=1e-6)


def test_no_act_is_dropped_unless_asked_and_unknown_stays_unknown() -> None:
    assert bounded_activity(np.array([0.0]))[0] == 0.0
    assert bounded_activity(np.array([0.0]), floor_zero=True)[0] == 3_600.0
    assert np.isnan(bounded_activity(np.array([np.nan]))[0])
    with pytest.raises(BadInput, match="positifs"):
        bounded_activity(np.array([-1.0]))


def test_capacity_by_density() -> None:
    model = ActivityModel(4_000.0, sparse=0.5, dense=1.5)
    found = capacity(np.array([1.0, 2.0, 1.0, np.nan]), np.array([20, 300, 9e3, 300.0]), model)
    assert found[:3] == pytest.approx([2_000.0, 8_000.0, 6_000.0])
    assert np.isnan(found[3])
    with pytest.raises(BadInput, match="positifs"):
        capacity(np.array([-1.0]), np.array([300.0]), model)


def test_one_factor_sets_the_mean_on_the_places_given() -> None:
    ours, official = np.array([4.0, 2.0, np.nan]), np.array([3.0, 1.0, 5.0])
    model = rescaled(FLAT, ours, official, np.array([1_000.0, 3_000.0, 9_000.0]))
    assert model.per_practice == pytest.approx(5_400 * 1.5 / 2.5)
    assert (model.sparse, model.dense) == (1.0, 1.0)
    with pytest.raises(BadInput, match="aucune commune"):
        rescaled(FLAT, np.zeros(2), np.ones(2), np.ones(2))


@pytest.mark.parametrize("name", ["per_practice", "sparse", "dense"])
def test_a_wrong_parameter_is_named(name: str) -> None:
    with pytest.raises(BadInput, match=name):
        ActivityModel(**{name: 0.0})
