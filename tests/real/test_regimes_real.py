"""Margins and regimes on the official files of a whole region (Auvergne-Rhône-Alpes)."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets import store
from geo import Analysis, Layers, Parameters, analyse
from geo.overlap import margins, reread
from geo.regimes import REGIMES, disagreements

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def layers(zoned_data: Path) -> Layers:
    return store.load("region-84", zoned_data)


@pytest.fixture(scope="module")
def analysis(layers: Layers) -> Analysis:
    return analyse(layers)


def test_the_table_read_again_equals_the_map(layers, analysis):
    own = Parameters(access_classes="apl_2025", need_cuts=(40.0, 60.0))
    for shown in (analysis, analyse(layers, own)):
        again = reread(shown.qpv, shown.thresholds)
        for column in ("access_class", "need_class", "situation"):
            assert again[column].tolist() == shown.qpv[column].tolist()
        found = margins(shown.qpv, shown.thresholds, shown.parameters.near_cut_share)
        assert (found["access_to_cut"].isna() == (shown.qpv["access_class"] == "")).all()
        assert (found["next_situation"] == shown.qpv["next_situation"]).all()


def test_regimes_of_the_region(analysis):
    frame = analysis.regimes
    assert len(frame) == 145 * len(REGIMES)
    counts = frame.groupby(["regime", "state"]).size()
    assert counts["qpv_2024", "in"] == counts["aura_priority", "in"] == 145
    assert counts["qpv_2015", "in"] == 131 and counts["qpv_2015", "out"] == 14
    assert counts["decree_2003"].sum() == 145 and "in" not in counts["decree_2003"]
    assert counts["ufc"]["out"] == 145
    new = frame[(frame["regime"] == "qpv_2015") & (frame["state"] == "out")]
    assert new["code_qp"].str.endswith("N").all()
    swapped = frame[frame["regime"].eq("qpv_2015") & frame["reason_fr"].str.contains("échange")]
    assert set(swapped["code_qp"]) == {"QN02611M", "QN02612M"}
    assert frame["reason_fr"].str.contains(r"du quartier y était déjà \(estimé\)").any()


def test_lists_by_commune_reach_the_quarters_they_name_and_no_other(analysis):
    frame = analysis.regimes.set_index(["code_qp", "regime"])
    qpv = analysis.qpv
    told = frame.xs("zip_zac", level="regime")
    assert told.at["QN04217M", "reason_fr"] == "Quartier nommé par la liste : ZIP."
    roanne = qpv.loc[(qpv["communes"] == "42187") & (qpv["code_qp"] != "QN04217M"), "code_qp"]
    assert set(told.loc[roanne, "reason_fr"]) == {"Roanne : ZAC."}
    vaulx = qpv.loc[qpv["communes"] == "69256", "code_qp"]
    assert set(told.loc[vaulx, "state"]) == {"out"}
    elsewhere = ~qpv["communes"].str.contains("42187|69256")
    others = qpv.loc[elsewhere & (qpv["code_qp"] != "QN04217M"), "code_qp"]
    assert set(told.loc[others, "state"]) == {"unknown"}
    deprived = frame.xs("fdep_45", level="regime")
    assert set(deprived.loc[vaulx, "state"]) == {"in"}
    etienne = qpv.loc[qpv["communes"] == "42218", "code_qp"]
    assert set(deprived.loc[etienne, "state"]) == {"out"}
    pairs = disagreements(analysis.regimes)
    both = pairs[(pairs["keeps"] == "fdep_45") & (pairs["leaves_out"] == "zip_zac")]
    assert set(vaulx) <= set(both["code_qp"])
