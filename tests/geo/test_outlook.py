"""The scenario of departures: what is lost, what is unknown, what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo import analyse
from geo.access.official import beside_quarters, official_apl
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


def official(codes, now, after):
    return pd.DataFrame({"value": now, "vintage": "2021", "up_to_age": after}, index=codes)


def test_a_quarter_loses_the_share_that_its_commune_would_lose():
    apl = official(["42218", "69123", "69383", "01004"], [4.0, 3.0, 2.0, 3.0], [3.0, 3.0, 1.8, 3.5])
    communes = pd.Series([("42218",), ("69123", "69383"), ("01004",), ("99999",), ()])
    access = pd.Series([3.0, 5.0, 2.0, 2.0, 2.0])
    table, notes = beside_quarters(apl, communes, access)
    assert table["access_outlook"][:2].tolist() == pytest.approx([2.25, 4.5])
    assert table["access_outlook_lost"][:2].tolist() == pytest.approx([0.25, 0.1])
    # The limited series above the other, an unknown commune, no commune: missing, never zero.
    assert table["access_outlook"][2:].isna().all()
    assert table["access_outlook_status"].tolist() == ["modelled"] * 2 + ["missing"] * 3
    assert sum("Si les généralistes de plus de 65 ans partent" in note for note in notes) == 1
    assert notes[0].count("« Si") == 1 and "pas une prévision" in notes[0]
    assert any("1\u00a0quartier dont l'APL limitée" in note for note in notes)
    unknown, silent = beside_quarters(apl, communes[:2], access[:2] * np.nan)
    assert unknown["access_outlook_status"].eq("missing").all() and silent == []


def test_both_series_are_of_one_vintage(make_layers):
    rows = make_layers()["indicators"]
    apl = rows[rows["indicator"] == "apl_gp"]
    limited = apl.assign(indicator="apl_gp_65", value=apl["value"] - 1)
    older = limited.assign(vintage="2018", value=0.5)
    layers = make_layers(replace={"indicators": pd.concat([rows, older, limited.iloc[[0]]])})
    found = official_apl(layers)
    assert found.loc["42218", "up_to_age"] == pytest.approx(3.23)
    assert np.isnan(found.loc["31555", "up_to_age"])  # 2018 is not beside 2021
    quarter = analyse(layers).qpv.set_index("code_qp").loc["QN04201M"]
    assert quarter["access_outlook"] == pytest.approx(quarter["access"] * 3.23 / 4.23)
