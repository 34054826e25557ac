import numpy as np
import pandas as pd
import pytest

from geo.parameters import Parameters
from geo.priority import priority, ranks


def table(**changes):
    base = pd.DataFrame(
        {
            "code_qp": ["a", "b", "c", "d"],
            "region": "84",
            "population": [1000.0] * 4,
            "access": [1.0, 2.0, 3.0, 4.0],
            "need_score": [80.0, 60.0, 40.0, np.nan],
            "unmet_share": [1.0, 0.5, 0.2, 0.0],
            "mediation_fte": [0.0, 0.1, 0.2, 0.5],
        }
    )
    return base.assign(**changes)


COMPONENTS = pd.DataFrame(
    {
        "code_qp": ["a", "a", "b", "b", "c", "c", "d", "d"],
        "component": ["poverty_share", "c2s_share"] * 4,
        "percentile": [90, 70, 60, np.nan, 30, 50, np.nan, np.nan],
        "contribution": [45.0, 35.0, 60.0, np.nan, 15.0, 25.0, np.nan, np.nan],
    }
)


def test_contributions_sum_to_the_score():
    found = priority(table(), COMPONENTS, Parameters())
    sums = [sum(parts.values()) for parts in found["contributions"]]
    assert sums[:3] == pytest.approx(found["score"].tolist()[:3], abs=1e-9)
    assert found["contributions"][0] == pytest.approx(
        {"access_deficit": 87.5 / 3, "poverty_share": 15, "c2s_share": 35 / 3,
         "mediation_gap": 87.5 / 3}
    )  # fmt: skip


def test_a_missing_block_leaves_its_weight_to_the_others():
    found = priority(table(mediation_fte=[0.0, np.nan, 0.2, 0.5]), COMPONENTS, Parameters())
    assert found["contributions"][1] == pytest.approx(
        {"access_deficit": 62.5 / 2, "poverty_share": 30}
    )
    assert found["missing_components"][1] == ("c2s_share", "mediation_gap")


def test_a_quarter_of_unknown_need_is_not_ranked_on_its_surroundings():
    found = priority(table(), COMPONENTS, Parameters())
    assert found["score"].isna().tolist() == [False, False, False, True]
    assert found["contributions"][3] == {}
    assert found["missing_components"][3] == ("poverty_share", "c2s_share")


def test_unknown_mediation_is_a_missing_block_not_a_total_gap():
    found = priority(table(mediation_fte=np.nan), COMPONENTS, Parameters())
    assert all("mediation_gap" not in parts for parts in found["contributions"])
    assert all("mediation_gap" in absent for absent in found["missing_components"])
    assert found["score"].isna().tolist() == [False, False, False, True]
    assert found["contributions"][3] == {}


def test_too_little_observed_gives_no_score():
    strict = Parameters(min_observed_weight=0.7)
    partly = [np.nan, 2.0, 3.0, 4.0]
    found = priority(table(access=partly), COMPONENTS, strict)
    assert found["score"].isna().tolist() == [True, False, False, True]
    # Unknown for everybody, access is set aside and the two other blocks are the whole weight.
    nobody = priority(table(access=np.nan), COMPONENTS, strict)
    assert nobody["score"].notna().tolist() == [True, True, True, False]


def test_ties_go_to_the_larger_population_then_to_the_code():
    rows = pd.DataFrame(
        {
            "code_qp": ["d", "c", "b", "a", "e"],
            "score": [50.0, 50.0 + 1e-12, 50.0, 70.0, np.nan],
            "population": [100.0, 100.0, 900.0, np.nan, 5000.0],
        }
    )
    placed = ranks(rows)
    assert placed.tolist()[:4] == [4, 3, 2, 1] and placed.isna().tolist()[4]
    assert str(placed.dtype) == "Int64"
