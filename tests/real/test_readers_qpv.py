"""The official files as they are: known totals, known traps."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from datasets.readers.communes import read_communes
from datasets.readers.correspondence import read_correspondence
from datasets.readers.insee_qpv import read_insee_qpv
from datasets.readers.qpv import read_qpv_2015, read_qpv_2024
from datasets.reading import Reading
from geo.schema import validate
from geo.territory import departement_of_qpv

pytestmark = pytest.mark.real

BY_DEPARTEMENT = {
    "01": 7,
    "03": 6,
    "07": 5,
    "15": 1,
    "26": 12,
    "38": 24,
    "42": 24,
    "43": 2,
    "63": 7,
    "69": 48,
    "73": 3,
    "74": 6,
}


@pytest.fixture(scope="module")
def qpv(mirror: Path) -> Reading:
    return read_qpv_2024(mirror / "qpv_2024" / "qpv-2024-geojson.zip")


@pytest.fixture(scope="module")
def links(mirror: Path) -> Reading:
    return read_correspondence(mirror / "qpv_2015_2024" / "correspondance_qp2024_qp2015_AURA.csv")


def in_region(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["code_qp"].map(departement_of_qpv).isin(list(BY_DEPARTEMENT))]


def test_all_2024_neighbourhoods_are_there(qpv: Reading) -> None:
    frame = qpv.frame
    assert len(frame) == 1584
    assert frame["code_qp"].str[-1].value_counts().to_dict() == {
        "M": 1087,
        "I": 341,
        "N": 139,
        "C": 17,
    }
    assert int(frame["communes"].str.contains(";").sum()) == 149
    assert int((frame["epci"] == "").sum()) == 91
    here = frame[frame["departement"].isin(list(BY_DEPARTEMENT))]
    assert here["departement"].value_counts().to_dict() == BY_DEPARTEMENT
    assert {"2A", "2B", "974"} <= set(frame["departement"])


def test_the_invalid_polygons_are_repaired_each_one_listed(qpv: Reading) -> None:
    repaired = [problem for problem in qpv.problems if problem.kind == "repaired"]
    assert len(repaired) == 586
    assert {problem.value for problem in repaired} == set(
        qpv.frame.loc[qpv.frame["repaired"], "code_qp"]
    )
    assert sum("réduit à une ligne" in problem.message for problem in repaired) == 3
    assert qpv.frame.geometry.is_valid.all()
    assert not qpv.frame.geometry.is_empty.any()
    assert set(qpv.frame.geom_type) == {"Polygon", "MultiPolygon"}
    assert not [problem for problem in qpv.problems if problem.kind == "rejected"]


def test_repaired_neighbourhoods_keep_the_size_of_neighbourhoods(qpv: Reading) -> None:
    here = qpv.frame[qpv.frame["departement"].isin(list(BY_DEPARTEMENT))].to_crs("EPSG:2154")
    hectares = here.area / 10_000
    assert hectares.min() > 1
    assert hectares.max() < 500


def test_the_2015_neighbourhoods_of_lyon(mirror: Path) -> None:
    reading = read_qpv_2015(mirror / "qpv_2015" / "qpv2015_metropole_lyon.geojson")
    assert len(reading.frame) == 37
    assert set(reading.frame["departement"]) == {"69"}
    assert reading.frame.geometry.is_valid.all()


def test_the_pairs_and_the_two_swapped_rows(links: Reading) -> None:
    frame = validate("correspondence", links.frame)
    assert len(frame) == 145
    assert int((frame["code_2015"] != "").sum()) == 131
    assert int((frame["change"] == "NOUVEAU").sum()) == 14
    swapped = frame[frame["suspect"]].set_index("code_2024")
    assert swapped["code_2015"].to_dict() == {"QN02612M": "QP026011", "QN02611M": "QP026012"}
    assert swapped["code_2015_by_label"].to_dict() == {
        "QN02612M": "QP026012",
        "QN02611M": "QP026011",
    }
    assert [problem.kind for problem in links.problems] == ["suspect", "suspect"]
    steady = frame[~frame["suspect"]]
    assert (steady["code_2015"] == steady["code_2015_by_label"]).all()


def test_the_pairs_speak_of_the_neighbourhoods_of_the_map(links: Reading, qpv: Reading) -> None:
    here = in_region(qpv.frame)
    assert set(links.frame["code_2024"]) == set(here["code_qp"])


@pytest.mark.parametrize(("name", "rows"), [("REVN", 1352), ("DEMO", 1400), ("IPRO", 1345)])
def test_insee_files_hold_every_neighbourhood_once(mirror: Path, name: str, rows: int) -> None:
    reading = read_insee_qpv(mirror / "insee_qpv" / f"{name}_2022.csv")
    frame = reading.frame
    assert frame["code_qp"].nunique() == rows
    assert in_region(frame)["code_qp"].nunique() == 140
    assert not frame.duplicated(["code_qp", "indicator"]).any()
    assert set(frame["perimeter"]) == {"2015"}
    assert set(frame["vintage"]) == {"édition 2022"}
    assert (frame["value"].notna() == (frame["status"] == "observed")).all()
    assert not [problem for problem in reading.problems if problem.kind == "rejected"]


def test_control_totals_of_the_region(mirror: Path, links: Reading) -> None:
    folder = mirror / "insee_qpv"
    demography = in_region(read_insee_qpv(folder / "DEMO_2022.csv").frame)
    population = demography.loc[demography["indicator"] == "population", "value"]
    assert population.sum() == 403_543
    income = in_region(read_insee_qpv(folder / "REVN_2022.csv").frame)
    table = income.pivot(index="code_qp", columns="indicator", values="value")
    # The published medians (43.5 %, 31.8 %) are those of the 131 QPV with a 2024 successor.
    carried = table.loc[[code for code in links.frame["code_2015"] if code]]
    assert carried["poverty_share"].median() == pytest.approx(0.435, abs=5e-4)
    assert carried["c2s_share"].median() == pytest.approx(0.318, rel=0.02)
    assert table["c2s_share"].isna().sum() == 1


def test_communes_of_the_region(mirror: Path) -> None:
    readings = [read_communes(path) for path in sorted((mirror / "communes").glob("dep*.geojson"))]
    frame = pd.concat([reading.frame for reading in readings])
    assert len(frame) == 4025
    assert frame["population"].sum() == 8_205_557
    assert set(frame["region"]) == {"84"}
    assert frame["code"].is_unique
    absent = set(frame.loc[frame["geometry"].isna(), "code"])
    assert absent == {"15031", "15035", "15047", "15171"}
    listed = {p.value for r in readings for p in r.problems if p.column == "geometry"}
    assert listed == absent


def test_communes_of_france_and_arrondissements(mirror: Path) -> None:
    france = read_communes(mirror / "communes" / "france.json")
    assert len(france.frame) == 34_969
    assert int(france.frame["population"].isna().sum()) == 6
    assert int((france.frame["epci"] == "").sum()) == 98
    assert set(france.frame["kind"]) == {"commune"}
    districts = read_communes(mirror / "communes" / "arrondissements-municipaux.json").frame
    assert len(districts) == 45
    assert set(districts["kind"]) == {"arrondissement"}
    assert districts["departement"].value_counts().to_dict() == {"75": 20, "13": 16, "69": 9}
