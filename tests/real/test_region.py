"""Auvergne-Rhône-Alpes from the official files: the counts, the agreement, what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from datasets import store
from datasets.layers import read_layers
from datasets.raw import RawFolder
from geo import Analysis, Layers, analyse
from geo.mediation.overview import overview, to_record
from geo.territory import parse_territory

pytestmark = pytest.mark.real
ROOT = Path(__file__).resolve().parents[2]
DEPARTEMENTS = ["01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74"]


def test_every_qpv_of_the_region_is_there(region: Analysis) -> None:
    qpv = region.qpv
    assert len(qpv) == 145
    assert Counter(qpv["departement"]) == {
        "01": 7, "03": 6, "07": 5, "15": 1, "26": 12, "38": 24,
        "42": 24, "43": 2, "63": 7, "69": 48, "73": 3, "74": 6,
    }  # fmt: skip
    by_commune = Counter(code for codes in qpv["communes"] for code in codes.split(";"))
    assert (by_commune["42187"], by_commune["42218"]) == (3, 9)  # Roanne, Saint-Étienne
    assert (by_commune["63113"], by_commune["01053"]) == (5, 2)  # Clermont-Ferrand, Bourg
    assert (qpv["epci"] == "200046977").sum() == 43  # Métropole de Lyon


def test_the_general_practitioners_of_2018_are_all_counted(region_layers: Layers) -> None:
    supply = region_layers["supply"]
    gp = supply[
        (supply["profession"] == "medecin_generaliste") & supply["departement"].isin(DEPARTEMENTS)
    ]
    assert gp["practices"].sum() == 7558
    unplaced = gp[gp.geometry.isna()]
    assert set(unplaced["precision"]) == {"unknown"}
    assert unplaced["practices"].sum() == 19  # communes merged since 2018
    listed = region_layers["problems"].query("kind == 'unmatched' and source_id == 'bpe'")
    assert set(unplaced["commune"]) <= set(listed["value"])


def test_practices_just_outside_the_region_still_count(region_layers: Layers) -> None:
    supply = region_layers["supply"]
    outside = supply[~supply["departement"].isin(DEPARTEMENTS)]
    assert {"71", "84", "39"} <= set(outside["departement"])
    assert set(region_layers["communes"]["scope"]) == {"territory", "halo"}


def test_statistics_of_2015_are_carried_with_their_perimeter(region_layers: Layers) -> None:
    indicators = region_layers["indicators"]
    of_qpv = indicators[indicators["territory_kind"] == "qpv"]
    earlier = of_qpv[of_qpv["code"].str.startswith("QP")]
    assert earlier["code"].nunique() == 140
    population = of_qpv[of_qpv["indicator"] == "population"]
    assert population.loc[population["code"].str.startswith("QP"), "value"].sum() == 403_543
    carried = of_qpv[of_qpv["carried_from"] != ""]
    assert carried["code"].nunique() == 131
    assert set(carried["perimeter"]) == {"2015"}
    assert "observed" not in set(carried["status"])
    new = set(region_layers["qpv"]["code_qp"]) - set(carried["code"])
    assert len(new) == 14
    figures = of_qpv[of_qpv["code"].isin(new)]
    assert set(figures["status"]) == {"missing"}
    assert figures["value"].isna().all()


def test_the_fourteen_new_qpv_are_missing_and_not_zero(region: Analysis) -> None:
    without = region.qpv[region.qpv["population_status"] == "missing"]
    assert len(without) == 14
    for column in ("population", "need_score", "need_people", "residual_people", "score"):
        assert without[column].isna().all(), column
    assert set(without["situation"]) == {"indéterminé"}
    assert without["rank"].isna().all()
    assert without["access"].gt(0).all()
    with_population = region.qpv.drop(without.index)
    assert set(with_population["population_perimeter"]) == {"2015"}
    assert set(with_population["population_status"]) == {"modelled"}


def test_nobody_brought_mediators_so_they_are_unknown(region: Analysis) -> None:
    assert region.qpv["mediation_fte"].isna().all()
    assert set(region.qpv["mediation_status"]) == {"missing"}
    assert region.qpv["residual_people"].max() > 0


def test_the_swapped_rows_are_found_and_follow_the_names(region_layers: Layers) -> None:
    links = region_layers["correspondence"].set_index("code_2024")
    suspect = links[links["suspect"]]
    assert sorted(suspect.index) == ["QN02611M", "QN02612M"]
    assert suspect.loc["QN02612M", "code_2015"] == "QP026011"
    assert suspect.loc["QN02612M", "code_2015_by_label"] == "QP026012"
    problems = region_layers["problems"]
    assert (problems["source_id"] == "qpv_2015_2024").sum() >= 2


def test_invalid_polygons_are_repaired_and_listed(region_layers: Layers) -> None:
    repaired = region_layers["problems"].query("kind == 'repaired' and source_id == 'qpv_2024'")
    assert repaired["count"].sum() == 586
    assert region_layers["qpv"].geometry.is_valid.all()
    assert region_layers["qpv"]["area_m2"].between(10_000, 10_000_000).all()


@pytest.mark.parametrize("territory", ["dep:42", "commune:42218", "epci:200046977"])
def test_a_smaller_territory_agrees_with_the_region(
    territory: str, mirror: Path, read_once: None, region: Analysis
) -> None:
    layers, _ = read_layers(parse_territory(territory), RawFolder(mirror))
    part = analyse(layers).qpv.set_index("code_qp")
    whole = region.qpv.set_index("code_qp").loc[part.index]
    ranked = ["rank", "scope", "geometry"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(part.drop(columns=ranked)), pd.DataFrame(whole.drop(columns=ranked))
    )
    assert part.geometry.geom_equals(whole.geometry).all()


def test_the_command_lists_all_145_and_builds_the_same_bytes(
    mirror: Path, region_data: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "cli"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    data = ["--data", str(tmp_path)]
    built = subprocess.run(
        [*command, "build", "region:84", "--from", str(mirror), *data],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert built.stdout == ""
    assert "145 QPV" in built.stderr
    assert store.manifest("region-84", tmp_path) == store.manifest("region-84", region_data)
    shown = subprocess.run(
        [*command, "show", "region:84", "--json", *data],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    records = json.loads(shown.stdout)
    assert len(records) == 145
    assert [record["rank"] for record in records[:131]] == list(range(1, 132))
    assert {record["rank"] for record in records[131:]} == {None}
    for record in records[:131]:
        assert sum(record["contributions"].values()) == pytest.approx(record["score"], abs=1e-9)


def test_lists_brought_by_hand_change_their_own_tables_and_no_other(
    region_data: Path, zoned_data: Path
) -> None:
    plain, zoned = (
        store.manifest("region-84", data)["tables"] for data in (region_data, zoned_data)
    )
    changed = {name for name in plain if plain[name] != zoned[name]}
    assert changed == {"zoning", "indicators", "sources"}


def test_without_a_file_coverage_is_unknown_not_zero(
    region: Analysis, region_layers: Layers
) -> None:
    record = to_record(overview(region, region_layers))
    assert {line["written"] for line in record["headlines"]} == {"non connu"}
    assert record["states"] == {
        "couvert": 0, "présence partielle": 0, "non couvert": 0, "inconnu": 145
    }  # fmt: skip
    assert record["kinds"] == record["losses"] == []
    assert all(row["qpv_share"] is None for row in record["departements"])
    assert record["need"]["quarters_without_need"] == 14
