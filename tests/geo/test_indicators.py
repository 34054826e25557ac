import pytest

from geo.components import NEED_COMPONENTS, PRIORITY_BLOCKS
from geo.errors import NotSummable
from geo.indicators import INDICATORS, indicator, label_fr, require_summable


def test_only_counts_may_be_summed_and_rates_never():
    summable = {name for name, known in INDICATORS.items() if known.summable}
    assert summable == {
        "population", "population_65p", "population_75p", "population_iris", "covered_cnam",
        "c2s_beneficiaries", "job_seekers",
    }  # fmt: skip
    require_summable("population")
    with pytest.raises(NotSummable, match="Taux de pauvreté"):
        require_summable("poverty_share")


def test_every_part_of_a_score_has_a_definition():
    for name in (*NEED_COMPONENTS, *(block for block in PRIORITY_BLOCKS if block != "need")):
        # The less access, the more need; all the others grow with need.
        assert indicator(name).direction == (-1 if name == "gp_access" else 1) and label_fr(name)


def test_an_unknown_indicator_is_named():
    with pytest.raises(KeyError, match="poverty_rate"):
        indicator("poverty_rate")
