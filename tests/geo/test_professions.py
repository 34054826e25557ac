"""Nurses, dentists, midwives and others: the same call, their own unit, missing stays so."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from geo import Parameters, analyse
from geo.access.gp import gp_access
from geo.access.kernels import kernel_of, reach_of
from geo.access.professions import PROFESSION_COLUMNS, access_by_profession
from geo.quarter import other_care
from geo.report import profession_records
from geo.schema import SUPPLY_PROFESSIONS
from tests.geo.conftest import CRUDE, SEATS, frame
from tests.geo.test_gp_access import with_roads

X, Y = SEATS["42218"]
FLAT = Parameters(**CRUDE)


def care(profession, *places, precision="coordinates"):
    """Supply rows of a profession at (commune, dx, dy, practices)."""
    from shapely.geometry import Point

    rows, points = [], []
    for rank, (commune, dx, dy, practices) in enumerate(places):
        rows.append(
            {
                "supply_id": f"{profession}-{rank}",
                "profession": profession,
                "practices": practices,
                "commune": commune,
                "departement": commune[:2],
                "precision": precision,
                "vintage": "2018",
                "source_id": "bpe",
            }
        )
        points.append(Point(SEATS[commune][0] + dx, SEATS[commune][1] + dy))
    return frame("supply", rows, points)


def with_care(make_layers, *parts):
    supply = pd.concat([make_layers()["supply"], *parts], ignore_index=True)
    return make_layers(replace={"supply": supply})


def told(table, profession, column):
    own = table[table["profession"] == profession]
    return own.set_index("code_qp")[column]


def test_places_of_practice_per_100_000_inhabitants(make_layers):
    layers = with_care(make_layers, care("infirmier", ("42218", 1000.0, 0.0, 40.0)))
    table = access_by_profession(layers, FLAT, ("infirmier",))
    assert tuple(table.columns) == PROFESSION_COLUMNS
    people = layers["demand"].set_index("commune")["population"]
    # 42218 is 0 min away (its people are known to the commune), 42207 about 11: weight 2/3.
    reached = people["42218"] + people["42207"] * 2 / 3
    access = told(table, "infirmier", "access")
    assert access["QN04201M"] == pytest.approx(40 / reached * 100_000)
    assert access["QN04203I"] == pytest.approx(40 / reached * 2 / 3 * 100_000)
    assert access["QN04204N"] == 0  # covered département, nobody in reach
    assert told(table, "infirmier", "access_unit").str.startswith("lieux d'exercice/100").all()
    status = told(table, "infirmier", "access_status")
    assert status["QN04204N"] == "modelled"
    # The other département has no nurse at all: its source does not cover it.
    assert status["QN03101M"] == "missing" and np.isnan(access["QN03101M"])
    assert told(table, "infirmier", "vintage")["QN04201M"] == "2018"


def test_counts_and_nearest_by_car_and_on_foot(make_layers):
    near, far = ("42218", 1000.0, 0.0, 2.0), ("42218", 5000.0, 0.0, 3.0)
    layers = with_care(make_layers, care("pharmacie", near, far))
    table = access_by_profession(layers, FLAT, ("pharmacie",))
    minutes = told(table, "pharmacie", "nearest_min")
    assert minutes["QN04201M"] == pytest.approx(1000 * 1.3 * 0.06 / 45, rel=0.01)
    assert told(table, "pharmacie", "count_car")["QN04201M"] == 5
    assert told(table, "pharmacie", "count_walk")["QN04201M"] == 2  # 700 m from its edge
    walk = told(table, "pharmacie", "nearest_walk_min")["QN04201M"]
    assert walk == pytest.approx(700 * 1.3 * 0.06 / 5, rel=0.01)
    close = dataclasses.replace(FLAT, car_min=3.0)
    again = access_by_profession(layers, close, ("pharmacie",))
    assert told(again, "pharmacie", "count_car")["QN04201M"] == 2


def test_a_place_known_to_its_commune_leaves_minutes_and_walks_unknown(make_layers):
    coarse = care("chirurgien_dentiste", ("42218", 0.0, 0.0, 4.0), precision="commune")
    table = access_by_profession(with_care(make_layers, coarse), FLAT, ("chirurgien_dentiste",))
    row = table.set_index("code_qp").loc["QN04201M"]
    assert row["access"] > 0 and row["access_precision"] == "commune"
    assert row[["nearest_min", "nearest_walk_min", "count_walk"]].isna().all()


def test_midwives_are_looked_for_further_away(make_layers):
    """From 42184 to 42218 about 45 km: further. From 42207 to a place 17 km away: 29 min."""
    layers = with_care(make_layers, care("sage_femme", ("42207", 0.0, 17_000.0, 6.0)))
    assert reach_of("sage_femme", FLAT) == 30 and reach_of("infirmier", FLAT) == 20
    table = access_by_profession(layers, FLAT, ("sage_femme", "infirmier"))
    access = told(table, "sage_femme", "access")
    assert access["QN04203I"] > 0
    assert told(table, "infirmier", "access_status").eq("missing").all()


def test_general_practitioners_are_the_same_in_full_time_equivalents(make_layers):
    layers = make_layers()
    table = access_by_profession(layers, Parameters(), ("medecin_generaliste",))
    own = gp_access(layers, Parameters()).quarters
    fte = own["access"].to_numpy() / 5400 * 100_000
    assert table["access"].to_numpy() == pytest.approx(fte)
    assert table["nearest_min"].to_numpy() == pytest.approx(
        own["nearest_gp_min"].to_numpy(), nan_ok=True
    )
    assert table["access_unit"].str.startswith("ETP/100 000").all()


def test_each_kernel_says_where_it_comes_from():
    assert kernel_of("infirmier", FLAT).mark == "official"
    assert kernel_of("pharmacie", FLAT).mark == "assumption"
    assert kernel_of("sage_femme", FLAT).bands_min[-1][0] == 30
    assert kernel_of("sage_femme", Parameters(edge="le")).edge == "le"
    assert reach_of("medecin_generaliste", Parameters(time_spread=0.15)) > 20


def test_the_analysis_has_them_all_when_asked(make_layers):
    layers = with_care(make_layers, care("infirmier", ("42218", 1000.0, 0.0, 40.0)))
    analysis = analyse(layers)
    told = {rate.heading: rate for rate in other_care(analysis, "QN04201M")}
    assert "lieux d'exercice/100 000 hab." in told["Infirmiers"].value
    assert "à 15\u00a0min en voiture" in told["Infirmiers"].rank
    assert told["Infirmiers"].about == "modélisé, 2018"
    assert told["Pharmacies"].value == "manquant" and not told["Pharmacies"].rank
    records = profession_records(analysis, "infirmier", 3)
    assert [record["code_qp"] for record in records] == analysis.qpv["code_qp"].tolist()[:3]
    json.dumps(records, allow_nan=False)
    assert {record["profession_label"] for record in records} == {"infirmiers"}
    table = analysis.professions
    assert table is analysis.professions
    assert len(table) == len(analysis.comparators) * len(SUPPLY_PROFESSIONS)
    alone = access_by_profession(layers, Parameters())
    pd.testing.assert_frame_equal(
        table.sort_values(["profession", "code_qp"], ignore_index=True),
        alone.sort_values(["profession", "code_qp"], ignore_index=True),
    )


def test_no_place_at_all_is_missing_everywhere(make_layers):
    table = access_by_profession(make_layers(without=("supply",)), FLAT)
    assert table["access"].isna().all() and table["count_car"].isna().all()
    assert table["count_walk"].isna().all() and (table["access_status"] == "missing").all()
    assert access_by_profession(make_layers(), FLAT, ()).empty


def test_roads_serve_every_profession(make_layers):
    layers = with_care(make_layers, care("infirmier", ("42218", 1000.0, 0.0, 40.0)))
    same = access_by_profession(with_roads(layers, 45.0), FLAT, ("infirmier",))
    expected = access_by_profession(layers, FLAT, ("infirmier",))
    pd.testing.assert_frame_equal(same, expected)
    slow = access_by_profession(with_roads(layers, 5.0), FLAT, ("infirmier",))
    assert told(slow, "infirmier", "nearest_min")["QN04201M"] > 9
