"""Territories as people write them."""

from __future__ import annotations

import pytest

from geo.errors import BadTerritory
from geo.territory import (
    Territory,
    departement_of_commune,
    departement_of_qpv,
    parent_commune,
    parse_territory,
    projected_crs,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demo", Territory("demo")),
        ("france", Territory("france")),
        ("dep:42", Territory("dep", "42")),
        (" dep:2a ", Territory("dep", "2A")),
        ("dep:974", Territory("dep", "974")),
        ("region:84", Territory("region", "84")),
        ("epci:244200770", Territory("epci", "244200770")),
        ("commune:2A004", Territory("commune", "2A004")),
    ],
)
def test_written_territories_are_read(text: str, expected: Territory) -> None:
    assert parse_territory(text) == expected


def test_a_bare_number_is_refused_with_both_meanings() -> None:
    with pytest.raises(BadTerritory, match=r"Auvergne-Rhône-Alpes.*Vaucluse") as caught:
        parse_territory("84")
    assert "dep:84 ou region:84" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", "42000 ", "dep:", "dep:4", "dep:999", "region:840", "commune:4221", "pays:1", "dep"],
)
def test_nonsense_is_refused_in_french(text: str) -> None:
    with pytest.raises(BadTerritory, match="dep:"):
        parse_territory(text)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("QN04217M", "42"), ("QN00101M", "01"), ("QN02A01M", "2A"), ("QN97401N", "974"),
     ("QP067007", "67"), ("QP971001", "971")],
)  # fmt: skip
def test_departement_of_a_qpv_code(code: str, expected: str) -> None:
    assert departement_of_qpv(code) == expected


def test_departement_of_a_commune_code() -> None:
    assert [departement_of_commune(code) for code in ("42218", "2A004", "97411")] == [
        "42",
        "2A",
        "974",
    ]


def test_arrondissements_belong_to_their_commune() -> None:
    codes = ["69381", "69389", "75120", "13216", "69390", "2A004"]
    assert [parent_commune(code) for code in codes] == [
        "69123",
        "69123",
        "75056",
        "13055",
        "69390",
        "2A004",
    ]


def test_each_part_of_france_is_measured_in_its_own_system() -> None:
    assert projected_crs("42") == "EPSG:2154"
    assert projected_crs("974") == "EPSG:2975"
    assert projected_crs("976") == "EPSG:4471"
