"""QPV outlines: right codes, right place, valid polygons; every wrong file gets its own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from datasets.readers.qpv import read_qpv_2015, read_qpv_2024
from datasets.reading import UnreadableFile
from tests.datasets.written import (
    bow_tie,
    feature,
    qpv_feature,
    square,
    write_geojson,
    write_text,
    write_zip,
)

ROANNE = (4.07, 46.03)
MEMBER = "GEOJSON/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson"
COLUMNS = [
    "code_qp",
    "label",
    "communes",
    "commune_label",
    "departement",
    "epci",
    "repaired",
    "geometry",
]


def one(tmp_path: Path, *features: dict[str, Any], crs: str | None = None) -> Path:
    return write_geojson(tmp_path / "qpv.geojson", features, crs)


def test_a_neighbourhood_is_read_with_its_types(tmp_path: Path) -> None:
    reading = read_qpv_2024(one(tmp_path, qpv_feature("QN04201M", square(*ROANNE))))
    frame = reading.frame
    assert list(frame.columns) == COLUMNS
    assert frame.crs == "EPSG:4326"
    assert frame.dtypes.astype(str).tolist() == ["str"] * 6 + ["bool", "geometry"]
    assert frame.drop(columns="geometry").iloc[0].tolist() == [
        "QN04201M",
        "Quartier QN04201M",
        "42218",
        "Saint-Étienne",
        "42",
        "244200770",
        False,
    ]
    assert frame.geometry[0].equals(box(4.07, 46.03, 4.08, 46.04))
    assert reading.problems == ()


def test_the_official_zip_gives_the_same_as_its_member(tmp_path: Path) -> None:
    bare = one(tmp_path, qpv_feature("QN04201M", square(*ROANNE)))
    zipped = write_zip(
        tmp_path / "qpv-2024-geojson.zip",
        {MEMBER: bare.read_bytes(), "GEOJSON/QP2024_LAMB93.geojson": "{}", "lisez.txt": ""},
    )
    assert read_qpv_2024(zipped).frame.equals(read_qpv_2024(bare).frame)


@pytest.mark.parametrize(
    ("code", "departement"),
    [
        ("QN02A01M", "2A"),
        ("QN02B02M", "2B"),
        ("QN97415I", "974"),
        ("QN00101M", "01"),
        ("QN09901N", "99"),
        ("QN97652C", "976"),
    ],
)
def test_the_departement_comes_from_the_code(tmp_path: Path, code: str, departement: str) -> None:
    frame = read_qpv_2024(one(tmp_path, qpv_feature(code, square(*ROANNE), insee_dep=1))).frame
    assert frame["departement"].tolist() == [departement]


@pytest.mark.parametrize(
    ("written", "communes", "kinds"),
    [
        ("42218, 42187", "42218;42187", []),
        ("2A004", "2A004", []),
        (42218, "42218", []),
        ("1053,1004", "01053;01004", ["repaired"]),
        (1053, "01053", ["repaired"]),
        (1053.0, "01053", ["repaired"]),
        ("42218, 4221X", "42218", ["rejected"]),
        (None, "", ["missing"]),
        ("42218,42218", "42218", []),
    ],
)
def test_communes_are_a_list_of_five_character_codes(
    tmp_path: Path, written: object, communes: str, kinds: list[str]
) -> None:
    path = one(tmp_path, qpv_feature("QN04201M", square(*ROANNE), insee_com=written))
    reading = read_qpv_2024(path)
    assert reading.frame["communes"].tolist() == [communes]
    assert [problem.kind for problem in reading.problems] == kinds


def test_an_invalid_polygon_is_repaired_and_listed(tmp_path: Path) -> None:
    reading = read_qpv_2024(
        one(
            tmp_path,
            qpv_feature("QN04201M", bow_tie(*ROANNE)),
            qpv_feature("QN04202M", square(*ROANNE)),
        )
    )
    assert reading.frame["repaired"].tolist() == [True, False]
    assert reading.frame.geometry.is_valid.all()
    assert reading.frame.geometry[0].area == pytest.approx(0.5e-4)
    assert [(p.kind, p.value) for p in reading.problems] == [("repaired", "QN04201M")]


def test_a_collapsed_ring_goes_and_the_rest_stays(tmp_path: Path) -> None:
    geometry = square(*ROANNE)
    lon, lat = ROANNE
    geometry["coordinates"].append([[[lon + 1, lat]] * 4])
    geometry["coordinates"].append(
        [[[lon, lat + 1], [lon + 1, lat + 1], [lon, lat + 1], [lon, lat + 1]]]
    )
    reading = read_qpv_2024(one(tmp_path, qpv_feature("QN04201M", geometry)))
    assert reading.frame.geometry[0].geom_type == "Polygon"
    assert reading.frame.geometry[0].area == pytest.approx(1e-4)
    assert reading.frame["repaired"].tolist() == [True]


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        (None, "missing"),
        ({"type": "Point", "coordinates": list(ROANNE)}, "rejected"),
        ({"type": "Polygon", "coordinates": [[list(ROANNE)] * 4]}, "rejected"),
        ({"type": "Polygon", "coordinates": [[list(ROANNE)]]}, "rejected"),
        ({"type": "Polygon", "coordinates": "abîmé"}, "rejected"),
        ({"type": "Polygon", "coordinates": []}, "rejected"),
        ({"type": "Losange", "coordinates": []}, "rejected"),
    ],
)
def test_no_outline_is_ever_invented(tmp_path: Path, geometry: Any, kind: str) -> None:
    reading = read_qpv_2024(
        one(tmp_path, qpv_feature("QN04201M", geometry), qpv_feature("QN04202M", square(*ROANNE)))
    )
    assert reading.frame["code_qp"].tolist() == ["QN04202M"]
    assert [(p.kind, p.value) for p in reading.problems] == [(kind, "QN04201M")]


def test_a_file_of_points_only_is_refused(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": list(ROANNE)}
    with pytest.raises(UnreadableFile, match="aucun quartier utilisable"):
        read_qpv_2024(one(tmp_path, qpv_feature("QN04201M", point)))


def test_lambert_93_without_crs_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"Lambert-93.*EPSG:4326"):
        read_qpv_2024(one(tmp_path, qpv_feature("QN04201M", square(783_000, 6_550_000, 500))))


def test_a_declared_lambert_93_is_converted(tmp_path: Path) -> None:
    path = one(
        tmp_path,
        qpv_feature("QN04201M", square(783_000, 6_550_000, 500)),
        crs="urn:ogc:def:crs:EPSG::2154",
    )
    west, south, east, north = read_qpv_2024(path).frame.total_bounds
    assert 4.0 < west < east < 4.2
    assert 45.9 < south < north < 46.1


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"])
def test_geojson_is_longitude_first_whatever_the_register_says(tmp_path: Path, crs: str) -> None:
    frame = read_qpv_2024(one(tmp_path, qpv_feature("QN04201M", square(*ROANNE)), crs=crs)).frame
    assert frame.total_bounds == pytest.approx([4.07, 46.03, 4.08, 46.04])


def test_an_unknown_crs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="inconnu « lune »"):
        read_qpv_2024(one(tmp_path, qpv_feature("QN04201M", square(*ROANNE)), crs="lune"))


@pytest.mark.parametrize("place", [ROANNE, (55.45, -20.9), (-61.5, 16.2), (-149.5, -17.6)])
def test_swapped_coordinates_are_seen_here_and_overseas(
    tmp_path: Path, place: tuple[float, float]
) -> None:
    lon, lat = place
    right = one(tmp_path, qpv_feature("QN04201M", square(lon, lat)))
    assert len(read_qpv_2024(right).frame) == 1
    if abs(lon) <= 90:
        with pytest.raises(UnreadableFile, match="longitude et latitude sont inversées"):
            read_qpv_2024(one(tmp_path, qpv_feature("QN04201M", square(lat, lon))))
    else:
        with pytest.raises(UnreadableFile, match="pas des degrés"):
            read_qpv_2024(one(tmp_path, qpv_feature("QN04201M", square(lat, lon))))


@pytest.mark.parametrize("code", ["QN4201M", "QN04201Z", "", "42218", None, "QN02C01M"])
def test_a_code_that_is_none_is_rejected_alone(tmp_path: Path, code: Any) -> None:
    reading = read_qpv_2024(
        one(tmp_path, qpv_feature(code, bow_tie(*ROANNE)), qpv_feature("QN04202M", square(*ROANNE)))
    )
    assert reading.frame["code_qp"].tolist() == ["QN04202M"]
    assert [(p.kind, p.value) for p in reading.problems] == [("rejected", code or "")]


def test_duplicates_are_listed_and_refused(tmp_path: Path) -> None:
    twice = [qpv_feature("QN04201M", square(*ROANNE))] * 2
    with pytest.raises(UnreadableFile, match="1\u00a0code en double : QN04201M"):
        read_qpv_2024(one(tmp_path, *twice))


def test_two_generations_never_mix(tmp_path: Path) -> None:
    old, new = (qpv_feature(code, square(*ROANNE)) for code in ("QP042001", "QN04201M"))
    for read in (read_qpv_2024, read_qpv_2015):
        with pytest.raises(UnreadableFile, match="deux générations mêlés"):
            read(one(tmp_path, old, new))
    with pytest.raises(UnreadableFile, match="quartiers de 2015"):
        read_qpv_2024(one(tmp_path, old))
    with pytest.raises(UnreadableFile, match="quartiers de 2024"):
        read_qpv_2015(one(tmp_path, new))


def test_the_2015_names_of_columns_are_known_in_any_case(tmp_path: Path) -> None:
    path = one(
        tmp_path,
        feature(square(*ROANNE), CODE_QP="QP042001", NOM_QP="Mayollet", COMMUNE="Roanne"),
    )
    row = read_qpv_2015(path).frame.iloc[0]
    assert (row["code_qp"], row["label"], row["communes"]) == ("QP042001", "Mayollet", "")
    assert row["commune_label"] == "Roanne"
    assert [p.column for p in read_qpv_2015(path).problems] == ["insee_com", "siren_epci"]


def test_a_missing_column_names_the_columns_found(tmp_path: Path) -> None:
    path = one(tmp_path, feature(square(*ROANNE), code_qp="QN04201M", ville="Roanne"))
    with pytest.raises(UnreadableFile, match=r"« lib_qp » ; propriétés trouvées : code_qp, ville"):
        read_qpv_2024(path)


def test_extra_properties_do_no_harm(tmp_path: Path) -> None:
    crowded = qpv_feature("QN04201M", square(*ROANNE), geom="x")
    crowded["properties"]["geometry"] = "y"
    path = one(tmp_path, crowded)
    assert list(read_qpv_2024(path).frame.columns) == COLUMNS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "vide"),
        ("<!doctype html><p>Erreur</p>", "page web"),
        ('{"type": "FeatureCollection", "features": [{"type"', "coupé ou abîmé"),
        ('{"type": "FeatureCollection", "features": []}', "aucun objet"),
        ("[1, 2]", "aucun objet"),
        ('{"features": [3]}', "n'est pas une Feature"),
        ("code_qp;lib_qp\n", "texte d'une autre sorte"),
        ("[" * 200_000, "imbriqué"),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words) as refusal:
        read_qpv_2024(write_text(tmp_path / "qpv.geojson", text))
    assert "qpv.geojson" in str(refusal.value)


def test_a_cut_json_says_the_line(tmp_path: Path) -> None:
    text = json.dumps({"features": [qpv_feature("QN04201M", square(*ROANNE))]}, indent=1)[:-20]
    with pytest.raises(UnreadableFile) as refusal:
        read_qpv_2024(write_text(tmp_path / "qpv.geojson", text))
    assert refusal.value.line == text.count("\n") + 1


def test_cp1252_geojson_is_refused(tmp_path: Path) -> None:
    text = json.dumps({"features": [qpv_feature("QN04201M", None)]}, ensure_ascii=False)
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_qpv_2024(write_text(tmp_path / "qpv.geojson", text, "cp1252"))


def test_a_cut_zip_and_a_zip_without_geojson_are_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "qpv.zip", {MEMBER: "{}" * 500})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(UnreadableFile, match="coupée ou abîmée"):
        read_qpv_2024(path)
    with pytest.raises(UnreadableFile, match=r"contient : qpv\.shp"):
        read_qpv_2024(write_zip(path, {"qpv.shp": "x"}))
    with pytest.raises(UnreadableFile, match="introuvable"):
        read_qpv_2024(tmp_path / "absent.zip")
