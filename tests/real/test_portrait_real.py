"""The page of real quarters: the same figures as elsewhere, and a sheet of one page."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from geo.explain import explain
from geo.need.comparison import comparison
from geo.portrait import portrait
from geo.portrait.printed import quarter_pdf
from geo.similar import criteria_points

BOURGOGNE = "QN04217M"


@pytest.fixture(scope="module")
def told(region, region_layers):
    compared, points = comparison(region_layers), criteria_points(region)
    longest = region.qpv["label"].str.len().idxmax()
    silent = region.qpv.loc[region.qpv["population"].isna(), "code_qp"].iloc[0]
    codes = {BOURGOGNE, region.qpv.loc[longest, "code_qp"], silent, region.qpv["code_qp"].iloc[-1]}
    return {code: portrait(region, region_layers, code, compared, points) for code in codes}


def test_every_sheet_is_one_page(region, told):
    for code, one in told.items():
        assert len(PdfReader(io.BytesIO(quarter_pdf(region, one))).pages) == 1, code


def test_bourgogne_tells_what_is_known_and_says_what_is_not(region, region_layers, told):
    one = told[BOURGOGNE]
    assert one.explanation == explain(region, region_layers, BOURGOGNE)
    facts = {fact.id: fact for fact in one.beside}
    apl = [place for place in facts["apl_gp"].elsewhere if place.level == "commune"]
    assert apl[0].written == "3,3 consult./an/hab." and apl[0].status == "observed"
    assert {len(facts["poverty_share"].medians), len(facts["access"].medians)} == {2}
    assert one.week.silence and not one.week.slots
    assert len(one.help) == 5 and one.similar[0].known >= 6
