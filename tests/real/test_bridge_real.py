"""Lyon's 2015 and 2024 outlines, the official links of the region, and what they do not say."""

from __future__ import annotations

import numpy as np
import pytest

from geo import Analysis, Layers
from geo.need import comparison

pytestmark = pytest.mark.real
LOST = [
    "QP001003", "QP001004", "QP038017", "QP038020", "QP063001", "QP069001", "QP069003",
    "QP069021", "QP073003",
]  # fmt: skip


def test_the_overlaps_of_lyon_come_from_both_sets_of_outlines(region: Analysis) -> None:
    measured = region.bridge.query("kind == 'paire' and method == 'area'")
    linked = measured[measured["linked"]]
    assert len(linked) == 35
    # Redrawn pairs go down to an overlap of 0.39; unchanged ones are drawn to about 11 m.
    assert linked["overlap"].min() == pytest.approx(0.39, abs=0.005)
    unchanged = linked[linked["change"] == "INCHANGE"]
    assert len(unchanged) == 8
    assert unchanged["overlap"].between(0.92, 0.99).all()


def test_shares_of_lyon_sum_to_one_with_their_remainders(region: Analysis) -> None:
    table = region.bridge
    alphas = table.dropna(subset="alpha").groupby("code_2015")["alpha"].sum()
    betas = table.dropna(subset="beta").groupby("code_2024")["beta"].sum()
    assert (len(alphas), len(betas)) == (37, 35)
    assert alphas.to_numpy() == pytest.approx(1, abs=1e-9)
    assert betas.to_numpy() == pytest.approx(1, abs=1e-9)


def test_links_new_quarters_and_lost_ones_are_all_told(region: Analysis) -> None:
    table = region.bridge
    assert table.loc[table["linked"], "code_2024"].nunique() == 131
    lost = table[(table["kind"] == "hors QPV") & table["remark"].str.contains("sans successeur")]
    assert sorted(lost["code_2015"]) == LOST
    # Without an outline nothing is said of where its people are now.
    blind = lost[~lost["code_2015"].isin(["QP069003", "QP069021"])]
    assert blind["alpha"].isna().all() and set(blind["status"]) == {"missing"}
    crossed = table[table["suspect"]]
    assert sorted(crossed["code_2024"]) == ["QN02611M", "QN02612M"]


def test_the_outlines_show_a_heir_that_the_table_does_not_cite(region: Analysis) -> None:
    found = region.bridge[region.bridge["remark"].str.contains("ne cite pas")]
    assert found[["code_2024", "code_2015"]].to_numpy().tolist() == [["QN06921M", "QP069021"]]
    assert found["alpha"].iloc[0] == pytest.approx(0.976, abs=0.005)


def test_rates_of_2015_keep_their_label_and_their_overlap(region: Analysis) -> None:
    rows = region.components[region.components["component"] == "poverty_share"]
    known = rows[rows["value"].notna()]
    assert len(known) == 131
    assert set(known["remark"]) == {"indicatif, périmètre 2015"}
    assert set(known["status"]) == {"modelled"}
    assert known["overlap"].notna().sum() == 35
    qpv = region.qpv.set_index("code_qp")
    assert qpv.loc["QN06901M", "need_overlap"] == pytest.approx(0.412, abs=0.005)
    assert qpv.loc["QN06901M", "need_overlap_method"] == "surface"
    assert np.isnan(qpv.loc["QN04217M", "need_overlap"])


def test_larger_places_have_official_counts_and_no_invented_rates(region_layers: Layers) -> None:
    table = comparison(region_layers, "QN06921M").set_index(["indicator", "level"])
    assert table.loc[("population", "region"), "value"] == 8_205_557
    aged = table.loc[("age65_share", "region")]
    # Some communes are younger than the census: the ratio is an estimate.
    assert aged["status"] == "modelled" and 0.19 < aged["value"] < 0.22
    assert table.loc[("age65_share", "commune"), "status"] == "observed"
    assert table.loc[("age65_share", "france"), "status"] == "missing"
    for level in ("commune", "epci", "departement", "region", "france"):
        assert table.loc[("poverty_share", level), "status"] == "missing"


def test_people_of_the_region_have_intervals(region: Analysis) -> None:
    qpv = region.qpv
    counted = qpv[qpv["need_people"].notna()]
    assert len(counted) == 131
    assert (counted["need_people_low"] < counted["need_people"]).all()
    assert (counted["need_people"] < counted["need_people_high"]).all()
    assert qpv["c2s_unclaimed_people"].notna().sum() == 130
    new = qpv[qpv["population"].isna()]
    assert len(new) == 14 and new["c2s_unclaimed_people"].isna().all()


def test_counts_of_redrawn_quarters_of_lyon_are_carried_by_the_part_that_stayed(
    region: Analysis, region_layers: Layers
) -> None:
    rows = region_layers["indicators"].set_index(["code", "indicator"])["value"]
    alpha = region.bridge.query("kind == 'paire'").set_index(["code_2015", "code_2024"])["alpha"]
    for old, new, share in (("QP069025", "QN06922M", 0.841), ("QP069002", "QN06901M", 0.739)):
        own = alpha[old, new]
        assert own == pytest.approx(share, abs=0.001)
        for name in ("population", "job_seekers", "covered_cnam", "c2s_beneficiaries"):
            assert rows[new, name] == pytest.approx(own * rows[old, name])
        assert rows[new, "poverty_share"] == rows[old, "poverty_share"]
        # The rate published beside the counts is still theirs.
        by_counts = rows[new, "c2s_beneficiaries"] / rows[new, "covered_cnam"]
        assert by_counts == pytest.approx(rows[new, "c2s_share"], abs=1e-3)
    assert rows["QN06922M", "population"] == pytest.approx(1764, abs=2)  # 2,098 in the old outline
    qpv = region.qpv.set_index("code_qp")
    # No outline of 2015 outside Lyon: whole, and the overlap is said not to be measured.
    assert qpv.loc["QN04217M", "need_overlap_method"] == "non mesuré"
    assert region.bridge["overlap"].max() <= 1
