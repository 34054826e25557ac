"""The schemes of METHODS section 8 where they are: the official files of their territories."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.access.communes import quarter_communes
from geo.commune_group import commune_group, neighbours, to_record
from geo.local_schemes import UNKNOWN, scheme_coverage
from geo.locate import locate
from geo.workload import counters_in_words, workload_in_words

pytestmark = pytest.mark.real
# Valherbasse and six communes around it: the source does not list the seven.
VALHERBASSE = ("26210", "26107", "26143", "26207", "26298", "26310", "26319")
QUARTERS = {
    "42187": ("QN04217M", "QN04218M", "QN04219I"),
    "42218": ("QN04211M", "QN04212M", "QN04213M", "QN04214M", "QN04215M", "QN04216M", "QN04220N",
              "QN04221N", "QN04224N"),
    "63113": ("QN06301M", "QN06302I", "QN06303I", "QN06304I", "QN06307N"),
    "01053": ("QN00101M", "QN00102M"),
}  # fmt: skip


@pytest.mark.parametrize("commune", QUARTERS)
def test_the_quarters_of_a_scheme_are_found_by_commune_and_by_place(region, region_layers, commune):
    table = region_layers.geo("qpv").reset_index(drop=True)
    table = table[(table["perimeter"] == "2024") & table["code_qp"].isin(region.qpv["code_qp"])]
    own = quarter_communes(region_layers).loc[table.index]
    found = table[own.map(lambda codes: commune in codes)]
    assert tuple(sorted(found["code_qp"])) == QUARTERS[commune]
    spots = found.geometry.representative_point()
    points = pd.DataFrame(
        {"id": found["code_qp"], "lon": spots.x, "lat": spots.y, "precision_m": 0.0}
    )
    located = locate(points, table.reset_index(drop=True))
    assert located["code_qp"].tolist() == found["code_qp"].tolist()
    assert (located["distance_m"] < 0).all()


def test_valherbasse_has_no_general_practitioner_and_its_benchmark(region, region_layers):
    alone = commune_group(region, region_layers, VALHERBASSE[:1])
    value = alone.figures.set_index("id")["value"]
    assert value["gp_places"] == 0 and value["population"] == 1_005
    assert 0 < value["nearest_gp_km"] < 15
    assert 0 < value["gp_places_15km"] <= value["gp_places_20km"]
    assert alone.remarks[0].startswith("Aucun généraliste n'exerce dans le groupement")
    assert alone.quarters == ()
    seven = commune_group(region, region_layers, VALHERBASSE, "Autour de Valherbasse")
    people = seven.communes["population"]
    assert seven.figures.set_index("id")["value"]["population"] == people.sum() == 4_311
    assert np.isfinite(seven.communes["nearest_gp_km"]).all()
    assert "22,2\u00a0%" in workload_in_words(seven)[0]
    assert "22,2\u00a0%" in counters_in_words(2_300, {"people": 510})[2]
    assert to_record(seven)["benchmark"]["reach_share"] == pytest.approx(510 / 2_300)
    assert set(neighbours(region_layers, VALHERBASSE[:1])) & set(VALHERBASSE[1:])


def test_no_official_list_of_local_schemes_leaves_them_unknown(region, region_layers):
    found = scheme_coverage(region, region_layers)
    assert len(found.quarters) == 145
    assert set(found.quarters["coordination"]) == {UNKNOWN}
