import numpy as np
import pandas as pd
import pytest

from geo.access.standardise import (
    GP_AGE_WEIGHTS,
    rescaled,
    standardised_population,
    summarise_access,
)
from geo.checks import BadCounts
from geo.errors import BadInput


def people(**bands):
    table = pd.DataFrame([dict.fromkeys(GP_AGE_WEIGHTS.names, 0.0)], index=["42218"])
    for name, count in bands.items():
        table[name.strip("_").replace("_", "-")] = float(count)
    return table


def test_the_weights_are_the_nineteen_of_2024():
    assert len(GP_AGE_WEIGHTS.bands) == 19
    assert sum(band.weight for band in GP_AGE_WEIGHTS.bands) == pytest.approx(21.01)
    assert GP_AGE_WEIGHTS.names[0] == "0-4" and GP_AGE_WEIGHTS.names[-1] == "90+"
    assert GP_AGE_WEIGHTS.mark == "secondary"
    oldest = GP_AGE_WEIGHTS.bands[-1]
    assert (oldest.youngest, oldest.oldest, oldest.weight) == (90, None, 2.18)


def test_oracle_before_rescaling():
    table = people(_0_4=300, _25_29=500, _75_79=200)
    assert standardised_population(table).tolist() == pytest.approx([1049.00], abs=1e-9)


def test_an_unknown_band_makes_the_sum_unknown():
    table = people(_0_4=300)
    table["90+"] = np.nan
    assert standardised_population(table).isna().all()


def test_bad_ages_are_refused():
    with pytest.raises(BadInput, match=r"90\+"):
        standardised_population(people().drop(columns="90+"))
    with pytest.raises(BadCounts, match="42218"):
        standardised_population(people(_0_4=-1))


def test_rescaling_conserves_the_people_of_the_country():
    standard = pd.Series([1049.0, 900.0, np.nan])
    population = pd.Series([1000.0, 1000.0, 500.0])
    found = rescaled(standard, population)
    assert found[:2].sum() == pytest.approx(2000) and np.isnan(found[2])
    assert found[0] / found[1] == pytest.approx(1049 / 900)
    with pytest.raises(BadInput):
        rescaled(pd.Series([np.nan]), pd.Series([1.0]))


def test_oracle_of_the_aggregation_rule():
    found = summarise_access([2, 3, 5], [900, 1200, 400], [1000, 1000, 500], 2.5)
    assert found.mean == pytest.approx(2.96)
    assert found.share_below == pytest.approx(0.40)
    assert found.known_share == 1.0


def test_the_threshold_itself():
    at = ([2.5, 3], [1, 1], [1, 1], 2.5)
    assert summarise_access(*at).share_below == 0
    assert summarise_access(*at, edge="le").share_below == 0.5


def test_unknown_places_are_left_out_and_said():
    found = summarise_access([2, np.nan, 5], [1, 1, np.nan], [100, 200, 100], 2.5)
    assert (found.mean, found.share_below, found.known_share) == (2.0, 1.0, 0.25)
    nothing = summarise_access([np.nan], [1], [100], 2.5)
    assert np.isnan(nothing.mean) and np.isnan(nothing.share_below) and nothing.known_share == 0
    with pytest.raises(BadCounts):
        summarise_access([1], [-1], [1], 2.5)
