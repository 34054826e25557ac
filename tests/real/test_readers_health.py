"""Control totals of SOURCES.md on the official files of care, IRIS and social policy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from datasets.readers.apl import read_apl
from datasets.readers.bpe import read_bpe
from datasets.readers.establishments import read_finess, read_hospitals
from datasets.readers.filosofi import read_filosofi_iris
from datasets.readers.help_points import read_conseillers_numeriques, read_france_services
from datasets.readers.ifn import read_ifn
from datasets.readers.iris import read_iris_contours, read_iris_population
from datasets.readers.schemes import read_adultes_relais
from datasets.reading import Reading
from geo.schema import PRECISIONS, SUPPLY_PROFESSIONS, validate

pytestmark = pytest.mark.real

GP_BY_DEPARTEMENT = {
    "01": 445,
    "03": 310,
    "07": 299,
    "15": 142,
    "26": 466,
    "38": 1220,
    "42": 703,
    "43": 208,
    "63": 653,
    "69": 1822,
    "73": 513,
    "74": 777,
}


def count(reading: Reading, kind: str, column: str = "") -> int:
    """How many cells the problems of one kind stand for."""
    return sum(
        problem.count
        for problem in reading.problems
        if problem.kind == kind and column in problem.column
    )


def test_bpe_counts_the_general_practitioners_of_2018(mirror: Path) -> None:
    reading = read_bpe(mirror / "bpe" / "bpe18_ensemble_csv.zip")
    frame = reading.frame
    gps = frame[frame["profession"] == "medecin_generaliste"]
    assert gps["practices"].sum() == 61_594
    found = gps.groupby("departement")["practices"].sum()
    assert found[list(GP_BY_DEPARTEMENT)].astype(int).to_dict() == GP_BY_DEPARTEMENT
    assert sum(GP_BY_DEPARTEMENT.values()) == 7_558
    assert set(frame["vintage"]) == {"2018"}
    assert set(frame["profession"]) < set(SUPPLY_PROFESSIONS)
    assert frame[["lon", "lat"]].isna().all(axis=None)
    assert {"2A", "974", "976"} < set(frame["departement"])


def test_bpe_never_claims_an_iris_it_does_not_have(mirror: Path) -> None:
    frame = read_bpe(mirror / "bpe" / "bpe18_ensemble_csv.zip").frame
    placed = frame[frame["precision"] == "iris"]
    assert placed["code_iris"].str.len().eq(9).all()
    assert placed["code_iris"].str[:5].eq(placed["commune"]).all()
    assert not placed["code_iris"].str.endswith("0000").any()
    rest = frame[frame["precision"] == "commune"]
    assert rest["code_iris"].eq("").all()


def test_bpe_accounts_for_every_line(mirror: Path) -> None:
    reading = read_bpe(mirror / "bpe" / "bpe18_ensemble_csv.zip")
    assert len(reading.frame) + count(reading, "extra", "TYPEQU") == 217_044


def test_census_population_by_iris(mirror: Path) -> None:
    path = mirror / "iris_population" / "base-ic-evol-struct-pop-2022_csv.zip"
    frame = read_iris_population(path).frame
    assert len(frame) == 5_401
    assert frame["population"].sum() == pytest.approx(8_158_808)
    city = frame[frame["commune"] == "42218"]
    assert (len(city), city["population"].sum()) == (78, pytest.approx(172_568))
    assert (frame["population"] == 0).sum() == 10
    assert set(frame.loc[frame["population"] == 0, "population_status"]) == {"observed"}
    assert set(frame["vintage"]) == {"2022"}
    assert frame["type_iris"].value_counts()["Z"] == 3_800
    assert (frame["population_75p"] <= frame["population_65p"] + 2).all()


def test_filosofi_keeps_what_is_hidden_hidden(mirror: Path) -> None:
    reading = read_filosofi_iris(mirror / "filosofi_iris" / "BASE_TD_FILO_IRIS_2021_DISP_CSV.zip")
    frame = reading.frame
    assert len(frame) == 2 * 1_608
    hidden = frame[frame["status"] == "suppressed"]
    assert hidden.groupby("indicator").size().to_dict() == {
        "poverty_share": 147,
        "median_income_eur": 147,
    }
    assert hidden["value"].isna().all()
    assert count(reading, "suppressed") == 2 * 147
    shares = frame.loc[frame["indicator"] == "poverty_share"].set_index("code")["value"]
    assert shares["010040101"] == pytest.approx(0.19)
    assert shares.dropna().between(0.01, 0.9).all()
    assert set(frame["vintage"]) == {"2021"}


def test_ifn_scores_against_the_region(mirror: Path) -> None:
    frame = read_ifn(mirror / "ifn" / "ifn2020_iris_aura.csv.gz").frame
    assert len(frame) == 5_395
    assert frame["code"].str.len().eq(9).all()
    assert set(frame["indicator"]) == {"digital_fragility_region_ref"}
    assert set(frame["unit"]) == {"indice"}
    assert frame.set_index("code")["value"]["690810102"] == pytest.approx(114.873530052)


def test_iris_outlines_are_valid(mirror: Path) -> None:
    frame = read_iris_contours(mirror / "iris_contours" / "iris-69.geojson").frame
    assert len(frame) == 511
    assert frame.geometry.is_valid.all()
    assert frame["type_iris"].value_counts()["Z"] == 24
    assert frame["commune"].nunique() == 66
    assert frame.crs == "EPSG:4326"


def test_apl_of_general_practitioners(mirror: Path) -> None:
    frame = read_apl(mirror / "apl_mg" / "apl_medecins_generalistes.xlsx").frame
    known = frame.dropna(subset=["apl", "standardised_population"])
    weights = known["standardised_population"]
    assert (known["apl"] * weights).sum() / weights.sum() == pytest.approx(3.71, abs=0.005)
    by_code = frame.set_index("commune")
    assert by_code.loc["42218", "apl"] == pytest.approx(4.23, abs=0.005)
    assert by_code.loc["69256", "apl"] == pytest.approx(3.89, abs=0.005)
    assert len(frame) == 4_037
    assert "69123" not in by_code.index and "69381" in by_code.index
    assert set(frame["profession"]) == {"medecin_generaliste"}
    assert set(frame["year"]) == {"2021"}
    assert (frame["apl_65"] <= frame["apl"] + 1e-9).all()


def test_apl_of_nurses_takes_the_latest_year(mirror: Path) -> None:
    reading = read_apl(mirror / "apl_infirmiers" / "data_apl_infirmiers.xlsx")
    assert len(reading.frame) == 34_954
    assert set(reading.frame["year"]) == {"2023"}
    assert set(reading.frame["unit"]) == {"ETP/100 000 hab. standardisés"}
    assert any("APL 2022" in problem.message for problem in reading.problems)


def test_france_services(mirror: Path) -> None:
    reading = read_france_services(mirror / "france_services" / "liste-fs-20240801.csv")
    frame = validate("help_points", reading.frame)
    assert len(frame) == 2_845
    assert frame["departement"].isin(list(GP_BY_DEPARTEMENT)).sum() == 325
    assert (~frame["fixed"]).sum() == 134 + 29
    assert set(frame["vintage"]) == {"2024-08-01"}
    assert frame.geometry.notna().all()
    texts = frame["label"] + " " + frame["opening"]
    assert not texts.str.contains(r"\S@\S+\.\w+|(?<!\d)0[1-9](?:[ .]?\d{2}){4}(?!\d)").any()


def test_conseillers_numeriques_without_coordinates_are_listed(mirror: Path) -> None:
    reading = read_conseillers_numeriques(mirror / "conseillers_numeriques" / "cnfs.json")
    frame = validate("help_points", reading.frame)
    assert len(frame) == 1_450
    assert frame.geometry.isna().sum() == 12
    assert count(reading, "missing", "longitude") == 12
    assert frame["departement"].isin(list(GP_BY_DEPARTEMENT)).sum() == 204
    assert set(frame["precision"]) <= {"commune", "unknown"}


def test_adultes_relais_count_each_post_once(mirror: Path) -> None:
    folder = mirror / "adultes_relais"
    reading = read_adultes_relais(
        folder / "adulte-relais-2024.json", folder / "geom_cv_ctr_2024.json"
    )
    frame = validate("schemes", reading.frame)
    assert frame["posts"].sum() == 4_721
    here = frame["departement"].isin(list(GP_BY_DEPARTEMENT))
    assert frame.loc[here, "posts"].sum() == 381
    assert frame.loc[here].geometry.notna().all()
    assert count(reading, "unmatched") == 0
    assert count(reading, "suspect", "montant") == 4_949
    assert count(reading, "suspect", "id_poste") == 4_949 - 4_721


def test_adultes_relais_with_the_contracts_of_2015_are_unmatched(mirror: Path) -> None:
    folder = mirror / "adultes_relais"
    reading = read_adultes_relais(folder / "adulte-relais-2024.json", folder / "geom_cv_ctr.json")
    here = reading.frame["departement"].isin(list(GP_BY_DEPARTEMENT))
    assert reading.frame.loc[here].geometry.isna().all()
    assert count(reading, "unmatched") > 4_000


def test_hospitals(mirror: Path) -> None:
    frame = read_hospitals(mirror / "hospitals" / "FR.csv").frame
    assert len(frame) == 5_368
    assert frame["finess"].str.len().eq(9).all()
    assert frame["finess"].str.startswith("0").sum() >= 324
    assert Counter(frame["precision"]) == {"coordinates": 5_357, "commune": 11}
    assert {"2A", "971", "972", "973", "974", "975", "976"} < set(frame["departement"])
    assert set(frame["precision"]) <= set(PRECISIONS)
    assert set(frame["vintage"]) == {"2020-03-06"}


def test_finess_folds_the_lines_of_a_site(mirror: Path) -> None:
    reading = read_finess(mirror / "finess" / "finess_occitanie2.csv")
    frame = reading.frame
    assert len(frame) + count(reading, "extra", "categetab") == 10_004
    assert count(reading, "extra", "FINESS") == 13_747 - 10_004
    assert frame["profession"].value_counts()["pharmacie"] == 1_888
    assert frame["profession"].value_counts()["centre_de_sante"] == 280
    assert set(frame.loc[frame["profession"] == "pharmacie", "label"]) == {"Pharmacie"}
    assert frame["commune"].str.len().eq(5).all()
    assert set(frame["profession"]) <= set(SUPPLY_PROFESSIONS)
