"""A QPV beside larger places: official figures, ratios of counts, and the reason when none."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from geo import analyse
from geo.column_words import STATUS_WORDS
from geo.errors import NotSummable
from geo.indicators import difference, mean, require_one_perimeter, total
from geo.need.comparison import COMPARED, LEVELS, comparison
from geo.need.records import by_need, need_record, need_rows
from tests.geo.conftest import frame


def with_levels(make_layers, counts):
    rows = [
        {
            "territory_kind": kind,
            "code": code,
            "indicator": name,
            "value": value,
            "unit": "personnes",
            "status": status,
            "vintage": vintage,
            "source_id": "insee_qpv",
        }
        for kind, code, name, value, status, vintage in counts
    ]
    indicators = make_layers()["indicators"]
    both = pd.concat([indicators, frame("indicators", rows)], ignore_index=True)
    return make_layers(replace={"indicators": both})


C2S = [
    ("commune", "42218", "c2s_beneficiaries", 300.0, "observed", "2025"),
    ("commune", "42218", "covered_cnam", 1000.0, "observed", "2025"),
    ("departement", "42", "c2s_beneficiaries", 500.0, "modelled", "2025"),
    ("departement", "42", "covered_cnam", 4000.0, "observed", "2025"),
    ("region", "84", "c2s_beneficiaries", 900.0, "observed", "2025"),
    ("region", "84", "covered_cnam", 9000.0, "observed", "2023"),
]


def row(table, indicator, level):
    return table[(table["indicator"] == indicator) & (table["level"] == level)].iloc[0]


def test_shares_of_larger_places_are_ratios_of_counts_of_one_vintage(make_layers) -> None:
    table = comparison(with_levels(make_layers, C2S), "QN04201M")
    commune, departement = (
        row(table, "c2s_share", "commune"),
        row(table, "c2s_share", "departement"),
    )
    assert (commune["value"], commune["status"]) == (0.3, "observed")
    assert (departement["value"], departement["status"]) == (0.125, "modelled")
    # Beneficiaries of 2025 over people covered in 2023 would be nobody's rate.
    region = row(table, "c2s_share", "region")
    assert np.isnan(region["value"]) and "moyenne" in region["why_missing"]


def test_a_rate_of_a_larger_place_is_never_a_mean_of_its_parts(make_layers) -> None:
    table = comparison(make_layers(), "QN04201M")
    for level in LEVELS[1:]:
        told = row(table, "poverty_share", level)
        assert told["status"] == "missing" and np.isnan(told["value"])
        assert told["why_missing"]
    assert row(table, "apl_gp", "commune")["value"] == 4.23
    assert row(table, "apl_gp", "departement")["why_missing"].endswith("jamais une moyenne)")


def test_every_state_says_why(make_layers) -> None:
    table = comparison(make_layers())
    assert len(table) == 8 * len(COMPARED) * len(LEVELS)
    known = table["value"].notna()
    assert (table.loc[known, "why_missing"] == "").all()
    assert (table.loc[~known, "why_missing"] != "").all()
    assert set(table.loc[~known, "status"]) <= {"missing", "suppressed"}
    hidden = table[(table["code_qp"] == "QN04205M") & (table["level"] == "qpv")]
    told = hidden.set_index("indicator").loc["age60_share"]
    assert (told["status"], told["why_missing"]) == (
        "suppressed",
        "caché par le secret statistique",
    )
    own = table[(table["level"] == "qpv") & known & (table["indicator"] == "poverty_share")]
    assert set(own["perimeter"]) == {"2015"}
    assert (row(table, "poverty_share", "epci")["why_missing"]).startswith("le quartier n'a pas")


def test_an_unknown_quarter_is_named(make_layers) -> None:
    with pytest.raises(KeyError, match="QN04299M"):
        comparison(make_layers(), "QN04299M")


def test_forbidden_sums_means_and_differences_are_refused() -> None:
    shares = pd.Series([0.4, 0.5])
    for refused in (
        lambda: total("poverty_share", shares),
        lambda: mean("median_income_eur", shares),
        lambda: difference("c2s_share", 0.4, 0.3),
    ):
        with pytest.raises(NotSummable, match="Indicateur non sommable : utilisez "):
            refused()
    with pytest.raises(NotSummable, match="bénéficiaires de la c2s, divisés par"):
        mean("c2s_share", shares)


def test_both_perimeters_never_meet_in_one_operation() -> None:
    require_one_perimeter("population", ["2015", "", "2015"])
    with pytest.raises(NotSummable, match="2015 et 2024 mélangés"):
        difference("population", 10, 9, ["2015", "2024"])
    with pytest.raises(NotSummable, match="2015 et 2024 mélangés"):
        total("population", pd.Series([1.0, 2.0]), ["2024", "2015"])


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    assert np.isnan(total("population", pd.Series([1.0, np.nan])))
    assert total("population", pd.Series([1.0, 2.0]), ["2024"]) == 3
    assert difference("population", 10, 4, ["2024", "2024"]) == 6


def test_records_hold_the_states_and_add_up(make_layers) -> None:
    layers = make_layers(territory="dep:42")
    analysis = analyse(layers)
    record = json.loads(json.dumps(need_record(analysis, layers), allow_nan=False))
    assert record["fictional"] and len(record["quarters"]) == len(analysis.qpv)
    ranks = [quarter["need_rank"] for quarter in record["quarters"]]
    assert ranks == [*range(1, len(ranks)), None]
    for quarter in record["quarters"][:-1]:
        parts = [part["contribution"] for part in quarter["components"] if part["contribution"]]
        assert sum(parts) == pytest.approx(quarter["need_score"], abs=1e-9)
        assert all(part["formula"] and part["source"] for part in quarter["components"])
    last = record["quarters"][-1]
    assert last["code_qp"] == "QN04204N" and last["need_score"] is None
    assert {part["status"] for part in last["components"]} <= {"missing", "modelled"}
    assert [each["code_qp"] for each in need_record(analysis, layers, 2)["quarters"]] == list(
        by_need(analysis)["code_qp"].head(2)
    )


def test_rows_tell_states_in_french_words(make_layers) -> None:
    analysis = analyse(make_layers(territory="dep:42"))
    rows = {row.cells[1]: row for row in need_rows(analysis)}
    assert "modélisé" in rows["QN04201M"].cells[4]
    assert "indicatif" in rows["QN04201M"].details
    assert f"60 ans et plus : {STATUS_WORDS['suppressed']}" in rows["QN04205M"].details
    assert rows["QN04204N"].cells[3] == "données insuffisantes"
    assert rows["QN04204N"].cells[4] == "manquant"
