"""Communes as the API gives them: seat, population and outline, each possibly absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from datasets.readers.communes import read_communes
from datasets.reading import Reading, UnreadableFile
from tests.datasets.written import bow_tie, feature, square, write_geojson, write_text


def point(lon: Any, lat: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def commune(code: Any = "42187", **changes: Any) -> dict[str, Any]:
    official = {
        "nom": "Roanne",
        "code": code,
        "population": 35_000,
        "codeEpci": "200035731",
        "codeDepartement": "42",
        "codeRegion": "84",
        "codesPostaux": ["42300"],
        "centre": point(4.06, 46.04),
        "mairie": point(4.07, 46.03),
    }
    return official | changes


def as_list(tmp_path: Path, *places: Any) -> Reading:
    return read_communes(write_text(tmp_path / "france.json", json.dumps(places)))


def test_a_departement_is_read_with_its_outlines(tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "departement-42.geojson",
        [
            feature(square(4.0, 46.0), **commune()),
            feature(bow_tie(4.1, 46.0), **commune("42005")),
            feature(None, **commune("42006")),
        ],
    )
    reading = read_communes(path, vintage="COG 2026")
    frame = reading.frame
    assert frame.crs == "EPSG:4326"
    assert frame.dtypes.astype(str).to_dict() == {
        "code": "str",
        "label": "str",
        "departement": "str",
        "region": "str",
        "epci": "str",
        "population": "float64",
        "population_status": "str",
        "seat_lon": "float64",
        "seat_lat": "float64",
        "kind": "str",
        "postcodes": "str",
        "vintage": "str",
        "geometry": "geometry",
    }
    assert frame.iloc[0].drop("geometry").tolist() == [
        "42187",
        "Roanne",
        "42",
        "84",
        "200035731",
        35_000,
        "observed",
        4.07,
        46.03,
        "commune",
        "42300",
        "COG 2026",
    ]
    assert frame.geometry.isna().tolist() == [False, False, True]
    assert frame.geometry[:2].is_valid.all()
    assert [(p.kind, p.value) for p in reading.problems] == [
        ("repaired", "42005"),
        ("missing", "42006"),
    ]


def test_a_list_has_no_outline_and_none_is_missed(tmp_path: Path) -> None:
    reading = as_list(tmp_path, commune("01001"), commune("2A004"))
    assert reading.frame["code"].tolist() == ["01001", "2A004"]
    assert reading.frame.geometry.isna().all()
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("changes", "seat"),
    [
        ({}, (4.07, 46.03)),
        ({"mairie": None}, (4.06, 46.04)),
        ({"mairie": point(None, 46)}, (4.06, 46.04)),
        ({"mairie": {"coordinates": []}}, (4.06, 46.04)),
    ],
)
def test_the_seat_is_the_town_hall_else_the_centre(
    tmp_path: Path, changes: dict[str, Any], seat: tuple[float, float]
) -> None:
    row = as_list(tmp_path, commune(**changes)).frame.iloc[0]
    assert (row["seat_lon"], row["seat_lat"]) == seat


def test_no_seat_is_invented(tmp_path: Path) -> None:
    bare = {"nom": "Roanne", "code": "42187"}
    reading = as_list(tmp_path, bare, commune("42005", mairie=None, centre=None))
    assert reading.frame[["seat_lon", "seat_lat"]].isna().all(axis=None)
    assert [(p.kind, p.column, p.count) for p in reading.problems] == [
        ("missing", "population", 1),
        ("missing", "mairie", 2),
    ]


@pytest.mark.parametrize(
    ("population", "kind"),
    [(None, "missing"), (-1, "rejected"), ("35 000", "rejected"), (True, "rejected")],
)
def test_an_unknown_population_is_missing_not_zero(
    tmp_path: Path, population: Any, kind: str
) -> None:
    reading = as_list(tmp_path, commune(population=population))
    assert pd.isna(reading.frame["population"].iloc[0])
    assert reading.frame["population_status"].tolist() == ["missing"]
    assert [p.kind for p in reading.problems] == [kind]


def test_an_empty_commune_has_zero_inhabitants_observed(tmp_path: Path) -> None:
    frame = as_list(tmp_path, commune("55039", population=0)).frame
    assert frame["population"].tolist() == [0.0]
    assert frame["population_status"].tolist() == ["observed"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("75101", "arrondissement"),
        ("75120", "arrondissement"),
        ("69389", "arrondissement"),
        ("13216", "arrondissement"),
        ("75056", "commune"),
        ("69123", "commune"),
        ("13055", "commune"),
        ("75121", "commune"),
        ("69380", "commune"),
    ],
)
def test_arrondissements_are_told_from_communes(tmp_path: Path, code: str, kind: str) -> None:
    assert as_list(tmp_path, commune(code)).frame["kind"].tolist() == [kind]


def test_absent_codes_stay_absent_and_the_departement_comes_from_the_code(tmp_path: Path) -> None:
    row = as_list(
        tmp_path, commune("97411", codeEpci=None, codeDepartement=None, codeRegion=None)
    ).frame.iloc[0]
    assert (row["departement"], row["region"], row["epci"]) == ("974", "", "")


@pytest.mark.parametrize("code", ["1001", 1001, "", None, "42ABC"])
def test_a_bad_code_is_rejected_alone(tmp_path: Path, code: Any) -> None:
    reading = as_list(tmp_path, commune(code), commune("42187"))
    assert reading.frame["code"].tolist() == ["42187"]
    assert [p.kind for p in reading.problems] == ["rejected"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "vide"),
        ("<html></html>", "page web"),
        ("[]", "aucune commune"),
        ("[1]", "aucune commune"),
        ('[{"nom": "Roanne"}]', "« code » ; propriétés trouvées : nom"),
        ('[{"nom": "Roanne", "code": "x"}]', "aucune commune"),
        ('[{"nom": "a", "code": "42187"}, {"nom": "b", "code": "42187"}]', "en double : 42187"),
        ('[{"nom": "a"', "coupé"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_communes(write_text(tmp_path / "france.json", text))


@pytest.mark.parametrize(
    ("seat", "words"),
    [(point(46.03, 4.07), "inversées"), (point(783_000, 6_550_000), "Lambert-93")],
)
def test_seats_in_the_wrong_place_are_refused(
    tmp_path: Path, seat: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnreadableFile, match=words):
        as_list(tmp_path, commune("01001"), commune(mairie=seat))


def test_swapped_outlines_are_refused(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "d.geojson", [feature(square(46.0, 4.0), **commune())])
    with pytest.raises(UnreadableFile, match="inversées"):
        read_communes(path)


def test_postal_codes_are_kept_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    several = commune("42218", codesPostaux=["42100", "42000", "42 00", None])
    frame = as_list(tmp_path, commune(), several, commune("42001", codesPostaux=None)).frame
    assert frame.set_index("code")["postcodes"].to_dict() == {
        "42187": "42300",
        "42218": "42000;42100",
        "42001": "",
    }
