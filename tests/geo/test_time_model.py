"""Crow-fly minutes by density and distance, on figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.catchments.decay import KERNELS
from geo.errors import BadInput
from geo.times.model import (
    CRUDE,
    FITTED,
    CrowFlyModel,
    DensityTimes,
    by_density,
    local_density,
    minutes,
    own_place_minutes,
    softened,
    with_own_place,
)
from geo.travel import CrowFly


def at(density: float, size: int = 1) -> np.ndarray:
    return np.full(size, density)


def test_the_crude_reference_is_one_detour_and_one_speed() -> None:
    found = minutes(np.array([0.0, 7_500.0]), at(20.0, 2), at(5_000.0, 2), CRUDE)
    assert found == pytest.approx([0.0, 7.5 * 1.3 / 45 * 60])


def test_detour_fades_with_distance() -> None:
    model = CrowFlyModel(60.0, detour_far=1.1, detour_near=0.3, detour_fade_km=20.0)
    found = minutes(np.array([20_000.0]), at(300.0), at(300.0), model)
    assert found[0] == pytest.approx(20 * (1.1 + 0.3 / np.e))


def test_both_ends_slow_the_journey() -> None:
    model = CrowFlyModel(60.0, sparse=0.5, dense=0.25, detour_far=1.0, start_min=2.0)
    far = np.array([10_000.0])
    assert minutes(far, at(300.0), at(300.0), model)[0] == pytest.approx(12.0)
    assert minutes(far, at(20.0), at(20.0), model)[0] == pytest.approx(22.0)
    assert minutes(far, at(5_000.0), at(5_000.0), model)[0] == pytest.approx(42.0)
    mixed = 10 / np.sqrt(0.5 * 0.25) + 2
    assert minutes(far, at(20.0), at(5_000.0), model)[0] == pytest.approx(mixed)
    assert minutes(far, at(np.nan), at(300.0), model)[0] == pytest.approx(12.0)


def test_the_factor_is_constant_beyond_its_knots() -> None:
    found = by_density(np.array([0.0, 20.0, np.sqrt(20.0 * 300.0), 300.0, 1e9]), 0.25, 2.0)
    assert found == pytest.approx([0.25, 0.25, 0.5, 1.0, 2.0])


@given(
    st.floats(0, 50_000),
    st.floats(0, 50_000),
    st.sampled_from([CRUDE, FITTED]),
    st.floats(0.1, 20_000),
)
def test_further_is_never_sooner(one: float, other: float, model: CrowFlyModel, d: float) -> None:
    near, far = minutes(np.sort([one, other]), at(d), at(300.0), model)
    assert near <= far + 1e-9


def test_no_journey_is_missed_by_the_search_radius() -> None:
    radius = FITTED.within_m(20.0)
    densities = np.array([1.0, 20.0, 300.0, 5_000.0, 50_000.0])
    for density in densities:
        found = minutes(np.full(5, radius * 1.001), densities, at(density), FITTED)
        assert (found > 20.0).all()


def test_the_time_inside_a_place_is_nothing_or_comes_from_its_area() -> None:
    area = np.array([9 * np.pi * 1e6, np.nan])  # a disc of 3 km: mean distance to its centre 2 km
    assert own_place_minutes(area, at(300.0, 2), CRUDE).tolist() == [0.0, 0.0]
    extent = with_own_place(CRUDE, "extent")
    found = own_place_minutes(area, at(300.0, 2), extent)
    assert found == pytest.approx([2 * 1.3 / 45 * 60, 0.0])


def test_the_compiled_builder_takes_the_model() -> None:
    homes, sites = np.array([[0.0, 0.0]]), np.array([[3_000.0, 0.0], [90_000.0, 0.0]])
    bound = DensityTimes(FITTED, at(20.0), at(5_000.0, 2))
    times = CrowFly(homes, sites, 20.0, bound).times()
    expected = minutes(np.array([3_000.0]), at(20.0), at(5_000.0), FITTED)
    assert times.indices.tolist() == [0]
    assert times.minutes == pytest.approx(expected, rel=1e-6)


def test_density_is_people_per_square_kilometre() -> None:
    # People on a wide even grid, 500 m apart: 25 each is 100 per km² in the middle.
    steps = np.arange(0, 40_000, 500.0)
    people_xy = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    middle = np.array([[20_000.0, 20_000.0], [np.nan, 0.0], [500_000.0, 0.0]])
    found = local_density(middle, people_xy, np.full(len(people_xy), 25.0))
    assert found[0] == pytest.approx(100.0, rel=0.02)
    assert np.isnan(found[1])
    assert found[2] == 0.0


def test_density_across_oceans_is_refused() -> None:
    with pytest.raises(BadInput, match="séparément"):
        local_density(np.zeros((1, 2)), np.array([[0.0, 0.0], [9e6, 9e6]]), np.ones(2))


def test_softened_bands_surround_the_steps() -> None:
    kernel = softened(0.15)
    times = np.array([0.0, 2.0, 10.0, 20.0, 40.0], np.float32)
    found = kernel.weights(times)
    assert found[0] == found[1] == pytest.approx(1.0)
    assert found[2] == pytest.approx(2 / 3 + 1 / 6, abs=0.01)  # half of the times are under 10
    assert 0 < found[3] < 1 / 3
    assert found[4] == 0.0
    narrow = softened(0.001).weights(np.array([5.0, 12.0, 17.0, 22.0], np.float32))
    assert narrow == pytest.approx(
        KERNELS["drees"].weights(np.array([5.0, 12.0, 17.0, 22.0], np.float32))
    )


@pytest.mark.parametrize(
    "wrong",
    [{"speed_kmh": 0.0}, {"detour_far": 0.9}, {"start_min": -1.0}, {"own_place": "zéro"}],
)
def test_a_wrong_parameter_is_named(wrong: dict[str, float]) -> None:
    with pytest.raises(BadInput, match=next(iter(wrong))):
        CrowFlyModel(**wrong)


def test_negative_metres_and_no_spread_are_refused() -> None:
    with pytest.raises(BadInput, match="négative"):
        minutes(np.array([-1.0]), at(1.0), at(1.0), CRUDE)
    with pytest.raises(BadInput, match="entre 0 et 1"):
        softened(0.0)


def test_a_model_says_itself_in_french() -> None:
    assert CRUDE.sentence_fr() == ("à vol d'oiseau, détour 1,3, 45 km/h, temps dans le lieu nul")
    assert "× 0,72 à 20" in FITTED.sentence_fr()
