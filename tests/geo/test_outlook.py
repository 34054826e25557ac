"""The scenario of departures: what is lost, what is unknown, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from geo.access.outlook import dependence_on_older, supply_after_departures
from geo.errors import BadInput


def test_the_share_that_rests_on_older_practitioners() -> None:
    found = dependence_on_older(np.array([4.0, 2.0, 0.0]), np.array([3.0, 2.0, 0.0]))
    assert found["lost"].tolist() == [1.0, 0.0, 0.0]
    assert found["access_after"].tolist() == [3.0, 2.0, 0.0]
    assert found["lost_share"][0] == 0.25
    assert np.isnan(found["lost_share"][2])  # nothing to lose is not a share of 0
    assert set(found["status"]) == {"modelled"}


def test_an_unknown_figure_stays_unknown() -> None:
    found = dependence_on_older(np.array([4.0, np.nan]), np.array([np.nan, 1.0]))
    assert found[["lost", "lost_share", "access_after"]].isna().all(axis=None)
    assert set(found["status"]) == {"missing"}


def test_columns_taken_one_for_the_other_are_refused_by_line() -> None:
    with pytest.raises(BadInput, match=r"ligne 2 \(3 et 4\)"):
        dependence_on_older(np.array([4.0, 3.0]), np.array([3.0, 4.0]))
    with pytest.raises(BadInput, match="3 valeurs"):
        dependence_on_older(np.zeros(3), np.zeros(2))


def test_who_is_above_the_age_in_three_years_leaves() -> None:
    found = supply_after_departures(
        np.array([100.0, 50.0, 25.0]), np.array([62.0, 63.0, np.nan]), leaves_above=65
    )
    assert found["leaves"].tolist() == [False, True, False]  # 65 stays, 66 leaves
    assert found["capacity_after"].tolist() == [100.0, 0.0, 25.0]
    assert found["status"].tolist() == ["modelled", "modelled", "missing"]


def test_negative_capacity_or_horizon_is_refused() -> None:
    with pytest.raises(BadInput, match="positifs"):
        supply_after_departures(np.array([-1.0]), np.array([60.0]), leaves_above=65)
    with pytest.raises(BadInput, match="positifs"):
        supply_after_departures(np.array([1.0]), np.array([60.0]), leaves_above=65, years=-1)
