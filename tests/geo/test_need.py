import numpy as np
import pandas as pd
import pytest

from geo.access.gp import quarter_communes
from geo.columns import BY_ID
from geo.digital import digital_fragility
from geo.need import component_values, need, score_components
from geo.parameters import Parameters


def communes_of(layers):
    return quarter_communes(layers)


def test_missing_components_leave_their_weight_to_the_others():
    long = pd.DataFrame(
        {
            "code_qp": ["a"] * 3 + ["b"] * 3,
            "component": ["x", "y", "z"] * 2,
            "points": [40.0, np.nan, 80.0, np.nan, np.nan, 80.0],
        }
    )
    scored = score_components(long, {"x": 0.2, "y": 0.4, "z": 0.4}, 0.6)
    assert scored["observed_weight"].tolist() == pytest.approx([0.6] * 3 + [0.4] * 3)
    assert scored["contribution"].tolist()[:3] == pytest.approx(
        [40 / 3, np.nan, 160 / 3], nan_ok=True
    )
    assert scored["contribution"].tolist()[3:] == pytest.approx([np.nan] * 3, nan_ok=True)


def test_scores_sum_their_contributions_and_missing_is_never_zero(make_layers):
    layers = make_layers()
    found = need(layers, communes_of(layers), Parameters())
    codes = layers["qpv"]["code_qp"]
    score = pd.Series(found.quarters["need_score"].to_numpy(), index=codes)
    sums = found.components.groupby("code_qp")["contribution"].sum(min_count=1)
    assert score.to_dict() == pytest.approx(sums.to_dict(), abs=1e-9, nan_ok=True)
    # No statistics at all: no score, and above all not a score of 0.
    assert np.isnan(score["QN04204N"]) and score.notna().sum() == 7
    status = pd.Series(found.quarters["need_status"].to_numpy(), index=codes)
    assert status["QN04204N"] == "missing" and status["QN04201M"] == "modelled"


def test_suppressed_keeps_its_name_and_gets_no_rank(make_layers):
    layers = make_layers()
    rows = need(layers, communes_of(layers), Parameters()).components
    hidden = rows[(rows["code_qp"] == "QN04205M") & (rows["component"] == "age60_share")].iloc[0]
    assert hidden["status"] == "suppressed"
    assert np.isnan(hidden["value"]) and np.isnan(hidden["percentile"])


def test_job_seekers_are_divided_only_on_one_perimeter(make_layers):
    layers = make_layers()
    indicators = layers["indicators"].copy()
    other = (indicators["code"] == "QN04201M") & (indicators["indicator"] == "population")
    indicators.loc[other, "perimeter"] = "2024"
    mixed = make_layers(replace={"indicators": indicators})

    def ratio(of):
        values = component_values(of, communes_of(of))
        rows = values[values["component"] == "job_seekers_per_inhabitant"]
        return rows.set_index("code_qp").loc["QN04201M"]

    assert ratio(layers)["value"] == pytest.approx(100 / 4000)
    assert np.isnan(ratio(mixed)["value"]) and ratio(mixed)["status"] == "missing"


def test_a_2024_figure_wins_over_a_carried_one(make_layers):
    layers = make_layers()
    rows = layers["indicators"]
    first = (rows["code"] == "QN04201M") & (rows["indicator"] == "poverty_share")
    newer = rows[first].assign(perimeter="2024", value=0.11, status="observed", carried_from="")
    both = make_layers(replace={"indicators": pd.concat([rows, newer], ignore_index=True)})
    values = component_values(both, communes_of(both)).set_index(["code_qp", "component"])
    told = values.loc[("QN04201M", "poverty_share")]
    assert (told["value"], told["perimeter"], told["status"]) == (0.11, "2024", "observed")


def test_digital_fragility_by_overlap_then_by_commune(make_layers):
    layers = make_layers()
    found = digital_fragility(layers, communes_of(layers)).set_index("code_qp")
    assert found.loc["QN04201M", "value"] == pytest.approx(130.0)
    assert found.loc["QN04201M", "method"] == "overlap"
    assert found.loc["QN04202M", "value"] == pytest.approx(90.0)
    assert np.isnan(found.loc["QN04203I", "value"]) and found.loc["QN04203I", "method"] == ""
    iris = layers.geo("iris").copy()
    iris["geometry"] = None
    flat = make_layers(replace={"iris": iris})
    by_commune = digital_fragility(flat, communes_of(flat)).set_index("code_qp")
    assert by_commune.loc["QN04202M", "value"] == pytest.approx((130 * 3000 + 90 * 1000) / 4000)
    assert by_commune.loc["QN04202M", "method"] == "commune"


def test_every_figure_that_rests_on_the_population_says_on_which_perimeter() -> None:
    names = ("need_people", "residual_people", "residual_fte")
    for name in [*(f"{one}{end}" for one in names for end in ("", "_low", "_high"))]:
        assert "périmètre et édition : ceux de la population" in BY_ID[name].method, name
    assert "périmètre et édition de la population" in BY_ID["served_people"].method
