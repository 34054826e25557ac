"""IRIS outlines, census counts, incomes and digital fragility on small files."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from datasets.readers.filosofi import read_filosofi_iris
from datasets.readers.ifn import read_ifn
from datasets.readers.iris import read_iris_contours, read_iris_population
from datasets.reading import UnreadableFile

SQUARE = [[[4.3, 45.4], [4.4, 45.4], [4.4, 45.5], [4.3, 45.5], [4.3, 45.4]]]
BOW_TIE = [[[4.5, 45.4], [4.6, 45.5], [4.6, 45.4], [4.5, 45.5], [4.5, 45.4]]]


def outlines(folder: Path, *features: tuple[dict[str, str], Any], name: str = "iris.json") -> Path:
    path = folder / name
    document = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Polygon", "coordinates": rings} if rings else None,
            }
            for properties, rings in features
        ],
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_outlines_of_any_case_are_repaired_and_listed(tmp_path: Path) -> None:
    path = outlines(
        tmp_path,
        (
            {
                "CODE_IRIS": "422180101",
                "INSEE_COM": "42218",
                "NOM_IRIS": "Centre",
                "TYP_IRIS": "H",
            },
            SQUARE,
        ),
        ({"CODE_IRIS": "422180102", "NOM_IRIS": "Gare", "TYP_IRIS": "A"}, BOW_TIE),
        ({"CODE_IRIS": "422180103", "NOM_IRIS": "Parc", "TYP_IRIS": "D"}, None),
        ({"CODE_IRIS": "42218", "NOM_IRIS": "?", "TYP_IRIS": "Z"}, SQUARE),
        ({"CODE_IRIS": "422180101", "NOM_IRIS": "Encore", "TYP_IRIS": "H"}, SQUARE),
    )
    reading = read_iris_contours(path)
    frame = reading.frame
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame["code_iris"].tolist() == ["422180101", "422180102", "422180103"]
    assert frame["commune"].tolist() == ["42218"] * 3
    assert frame["label"].tolist() == ["Centre", "Gare", "Parc"]
    assert frame.geometry.isna().tolist() == [False, False, True]
    assert frame.geometry.dropna().is_valid.all()
    kinds = {(problem.kind, problem.value) for problem in reading.problems}
    assert kinds == {
        ("repaired", "422180102"),
        ("missing", "422180103"),
        ("rejected", "42218"),
        ("rejected", "422180101"),
    }


def test_a_geopackage_in_lambert_comes_back_in_degrees(tmp_path: Path) -> None:
    path = tmp_path / "iris.gpkg"
    gpd.GeoDataFrame(
        {"code_iris": ["422180101"], "nom_iris": ["Centre"]},
        geometry=[box(808000, 6482000, 809000, 6483000)],
        crs="EPSG:2154",
    ).to_file(path)
    frame = read_iris_contours(path).frame
    assert frame.crs == "EPSG:4326"
    assert frame.total_bounds[0] == pytest.approx(4.37, abs=0.05)


def test_lambert_without_crs_and_swapped_axes_are_refused(tmp_path: Path) -> None:
    metres = [[[808000, 6482000], [809000, 6482000], [809000, 6483000], [808000, 6482000]]]
    with pytest.raises(UnreadableFile, match="degrés"):
        read_iris_contours(outlines(tmp_path, ({"code_iris": "422180101"}, metres)))
    swapped = [[[lat, lon] for lon, lat in SQUARE[0]]]
    with pytest.raises(UnreadableFile, match="invers"):
        read_iris_contours(outlines(tmp_path, ({"code_iris": "422180101"}, swapped)))


def test_outlines_without_a_code_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"code_iris.*nom_iris"):
        read_iris_contours(outlines(tmp_path, ({"nom_iris": "Centre"}, SQUARE)))


def test_a_damaged_geopackage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "iris.gpkg"
    path.write_bytes(b"SQLite format 3\x00" + b"\x01" * 200)
    with pytest.raises(UnreadableFile, match="GeoPackage"):
        read_iris_contours(path)


def test_an_absent_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="introuvable"):
        read_iris_contours(tmp_path / "absent.geojson")


CENSUS = "IRIS;COM;TYP_IRIS;LAB_IRIS;P21_POP;P21_POP6579;P21_POP80P;P21_POP75P\n"


def census(folder: Path, text: str) -> Path:
    path = folder / "base-ic-evol-struct-pop-2021_csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("base-ic-evol-struct-pop-2021.CSV", text)
        archive.writestr("meta_base-ic-evol-struct-pop-2021.txt", "COD_VAR;LIB_VAR\n")
    return path


def test_census_counts_are_decimal_and_the_year_is_found(tmp_path: Path) -> None:
    path = census(
        tmp_path,
        CENSUS
        + "010040101;01004;H;1;2058.25;207.5;113.25;182.9\n"
        + "010040102;01004;H;1;0;0;0;0\n"
        + "010040103;01004;D;5;;;;\n",
    )
    frame = read_iris_population(path).frame
    assert frame["population"].tolist()[:2] == [2058.25, 0]
    assert frame["population_status"].tolist() == ["observed", "observed", "missing"]
    assert frame["population_65p"].tolist()[:2] == [320.75, 0]
    assert frame["population_65p"].isna().tolist() == [False, False, True]
    assert frame["population_75p"].tolist()[:2] == [182.9, 0]
    assert set(frame["label"]) == {""}
    assert set(frame["vintage"]) == {"2021"}


def test_census_of_two_years_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"Pxx_POP.*P16_POP, P21_POP"):
        read_iris_population(census(tmp_path, "IRIS;COM;P16_POP;P21_POP\n010040101;01004;1;2\n"))
    with pytest.raises(UnreadableFile, match=r"Pxx_POP.*aucune"):
        read_iris_population(census(tmp_path, "IRIS;COM;TOTAL\n010040101;01004;1\n"))


def test_census_lists_what_it_refuses(tmp_path: Path) -> None:
    path = census(
        tmp_path,
        CENSUS
        + "10040101;01004;H;1;5;1;1;1\n"
        + "010040102;01004;H;1;n.c;1;1;1\n"
        + "010040102;01004;H;1;7;1;1;1\n",
    )
    reading = read_iris_population(path)
    assert {(p.line, p.value) for p in reading.problems if p.kind == "rejected"} == {
        (2, "10040101"),
        (3, "n.c"),
        (4, "010040102"),
    }
    assert reading.frame["population_status"].tolist() == ["missing"]


def filosofi(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "BASE_TD_FILO_IRIS_2021_DISP.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_filosofi_shares_and_secrecy(tmp_path: Path) -> None:
    reading = read_filosofi_iris(
        filosofi(
            tmp_path,
            "IRIS;DISP_TP6021;DISP_MED21\n010040101;19,0;20 350\n010040102;ns;nd\n010040103;;\n",
        )
    )
    frame = reading.frame.set_index(["indicator", "code"])
    assert frame.loc[("poverty_share", "010040101"), "value"] == pytest.approx(0.19)
    assert frame.loc[("median_income_eur", "010040101"), "value"] == 20350
    assert frame["status"].tolist() == ["observed", "suppressed", "missing"] * 2
    assert frame["value"].isna().tolist() == [False, True, True] * 2
    assert set(frame["unit"]) == {"part", "€/an/UC"}
    assert set(frame["vintage"]) == {"2021"}
    assert [p.count for p in reading.problems if p.kind == "suppressed"] == [1, 1]


def test_filosofi_declared_incomes_are_refused(tmp_path: Path) -> None:
    path = filosofi(tmp_path, "IRIS;DEC_TP6021;DEC_MED21\n010040101;38,0;15000\n")
    with pytest.raises(UnreadableFile, match=r"série DEC.*DISP"):
        read_filosofi_iris(path)


def test_filosofi_in_cp1252_with_dots(tmp_path: Path) -> None:
    text = "IRIS;LIBIRIS;DISP_TP6020;DISP_MED20\n010040101;Pérouses;19.5;20350\n"
    reading = read_filosofi_iris(filosofi(tmp_path, text, "cp1252"))
    assert reading.frame["value"].tolist() == [0.195, 20350]
    assert any(p.kind == "repaired" for p in reading.problems)


def ifn(folder: Path, text: str) -> Path:
    path = folder / "ifn2020.csv.gz"
    path.write_bytes(gzip.compress(text.encode("utf-8-sig")))
    return path


HEADER = "Libcom;SCORE GLOBAL departement 1;SCORE GLOBAL epci 1;SCORE GLOBAL region 1;Code Iris\n"


def test_ifn_keeps_the_regional_reference_and_restores_zeros(tmp_path: Path) -> None:
    path = ifn(tmp_path, HEADER + "Busset;77.3;73.8;80.99;30450000\nÉcully;1;2;114.8;690810102\n")
    frame = read_ifn(path).frame
    assert frame["code"].tolist() == ["030450000", "690810102"]
    assert frame["value"].tolist() == [80.99, 114.8]
    assert set(frame["unit"]) == {"indice"}


def test_ifn_on_ten_points_is_told_apart(tmp_path: Path) -> None:
    reading = read_ifn(ifn(tmp_path, HEADER + "Busset;7;7;8;030450000\n"))
    assert set(reading.frame["unit"]) == {"indice de 1 à 10"}
    assert any(p.kind == "suspect" and p.count == 1 for p in reading.problems)


def test_ifn_without_its_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"Code Iris"):
        read_ifn(ifn(tmp_path, "Busset;77.3;73.8;80.99;030450000\n"))


def test_ifn_cut_short_is_refused(tmp_path: Path) -> None:
    path = ifn(tmp_path, HEADER + "Busset;77.3;73.8;80.99;030450000\n" * 50)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableFile, match="coupé"):
        read_ifn(path)
