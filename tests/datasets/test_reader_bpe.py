"""The three layouts of the BPE, their quality marks, their traps."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from datasets.readers.bpe import PROFESSIONS, read_bpe
from datasets.reading import Reading, UnreadableFile
from geo.schema import SUPPLY_PROFESSIONS

ENSEMBLE = "REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;NB_EQUIP\n"
XY = (
    "AAV2020;AN;BV2012;DEP;DEPCOM;DOM;EPCI;DCIRIS;LAMBERT_X;LAMBERT_Y;QP;QUALI_IRIS;QUALI_QP;"
    "QUALI_QVA;QUALI_ZFU;QUALI_ZUS;QUALITE_XY;QVA;REG;SDOM;TYPEQU;UU2020;ZFU;ZUS\n"
)
DS_BPE = (
    "GEO;GEO_OBJECT;FACILITY_DOM;FACILITY_SDOM;FACILITY_TYPE;BPE_MEASURE;TIME_PERIOD;OBS_VALUE\n"
)


def write(folder: Path, text: str, name: str = "bpe.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ensemble(folder: Path, *rows: str) -> Reading:
    return read_bpe(write(folder, ENSEMBLE + "".join(row + "\n" for row in rows)))


def xy_row(
    departement: str = "42",
    commune: str = "42218",
    iris: str = "42218_0101",
    x: str = "808000",
    y: str = "6482000",
    quality: str = "Bonne",
    **others: str,
) -> str:
    cells = {
        "qp": "CSZ",
        "quali_qp": "1",
        "quali_iris": "1",
        "kind": "D201",
    } | others
    return (
        f"001;2021;42218;{departement};{commune};D;244200770;{iris};{x};{y};{cells['qp']};"
        f"{cells['quali_iris']};{cells['quali_qp']};1;1;1;{quality};CSZ;84;D2;{cells['kind']};"
        "42501;CSZ;CSZ\n"
    )


def xy(folder: Path, *rows: str) -> Reading:
    return read_bpe(write(folder, XY + "".join(rows), "bpe21_ensemble_xy.csv"))


def test_ensemble_takes_the_iris_or_the_bare_commune(tmp_path: Path) -> None:
    reading = ensemble(
        tmp_path,
        "84;01;01004;01004_0101;2018;D201;3",
        "84;01;01001;01001;2018;D233;1",
        "94;2A;2A004;2A004_0102;2018;D301;2",
        "84;01;01160;01160_0000;2018;D221;1",
    )
    frame = reading.frame
    assert frame["code_iris"].tolist() == ["010040101", "", "2A0040102", ""]
    assert frame["precision"].tolist() == ["iris", "commune", "iris", "commune"]
    assert frame["practices"].tolist() == [3, 1, 2, 1]
    assert frame["departement"].tolist() == ["01", "01", "2A", "01"]
    assert frame["profession"].tolist() == [
        "medecin_generaliste",
        "masseur_kinesitherapeute",
        "pharmacie",
        "chirurgien_dentiste",
    ]
    assert frame[["lon", "lat"]].isna().all(axis=None)
    assert set(frame["vintage"]) == {"2018"}


def test_other_facilities_are_counted_out(tmp_path: Path) -> None:
    reading = ensemble(
        tmp_path,
        "84;01;01004;01004_0101;2018;D201;3",
        "84;01;01004;01004_0101;2018;B203;1",
        "84;01;01004;01004_0101;2018;D709;1",
    )
    [left] = [p for p in reading.problems if p.column == "TYPEQU"]
    assert (left.kind, left.count) == ("extra", 2)
    assert len(reading.frame) == 1


def test_line_numbers_survive_the_lines_left_out(tmp_path: Path) -> None:
    reading = ensemble(
        tmp_path,
        "84;01;01004;01004_0101;2018;B203;1",
        "84;01;01004;01004_0101;2018;D201;3",
        "84;01;1004;1004_0101;2018;D201;9",
        "84;01;01004;01004_0101;2018;D232;beaucoup",
    )
    rejected = {p.line: p.value for p in reading.problems if p.kind == "rejected"}
    assert rejected == {4: "1004", 5: "beaucoup"}
    assert reading.frame["practices"].isna().sum() == 1
    assert reading.frame["practices"].sum() == 3


@pytest.mark.parametrize("code", ["D201", "D265"])
def test_both_codes_of_general_practitioners(tmp_path: Path, code: str) -> None:
    frame = ensemble(tmp_path, f"84;01;01004;01004_0101;2018;{code};3").frame
    assert frame["profession"].tolist() == ["medecin_generaliste"]


def test_no_general_practitioner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"aucun médecin généraliste.*D201 ou D265"):
        ensemble(tmp_path, "84;01;01004;01004_0101;2018;D301;3")


def test_two_years_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"plusieurs années.*2018, 2021"):
        ensemble(tmp_path, "84;01;01004;01004;2018;D201;3", "84;01;01004;01004;2021;D201;3")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "DEPCOM;DCIRIS;AN;NB_EQUIP\n01004;01004;2018;1\n")
    with pytest.raises(UnreadableFile, match=r"bpe\.csv.*TYPEQU.*DEPCOM"):
        read_bpe(path)


def test_the_archive_may_hold_its_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "bpe21_ensemble_csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bpe21_ensemble.csv", ENSEMBLE + "84;01;01004;01004;2021;D201;3\n")
        archive.writestr("varmod_bpe21_ensemble.csv", "COD_VAR;LIB_VAR\nREG;Région\n")
    assert read_bpe(path).frame["practices"].tolist() == [3]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "vide"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "HTML"),
        (b"PK\x03\x04 cut", "coup"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, wrong: str) -> None:
    path = tmp_path / "bpe18.zip"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=wrong):
        read_bpe(path)


def test_xy_positions_come_back_in_degrees(tmp_path: Path) -> None:
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True).transform(4.39, 45.44)
    frame = xy(tmp_path, xy_row(x=f"{x:.2f}".replace(".", ","), y=f"{y:.2f}")).frame
    assert frame["lon"].tolist() == pytest.approx([4.39], abs=1e-6)
    assert frame["lat"].tolist() == pytest.approx([45.44], abs=1e-6)
    assert frame["precision"].tolist() == ["coordinates"]
    assert frame["practices"].tolist() == [1]


@pytest.mark.parametrize(
    ("commune", "crs", "lon", "lat"),
    [
        ("97411", "EPSG:2975", 55.45, -20.88),
        ("97209", "EPSG:5490", -61.07, 14.61),
        ("97302", "EPSG:2972", -52.33, 4.93),
        ("97611", "EPSG:4471", 45.23, -12.78),
    ],
)
def test_overseas_rows_use_their_own_crs(
    tmp_path: Path, commune: str, crs: str, lon: float, lat: float
) -> None:
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    frame = xy(
        tmp_path,
        xy_row(),
        xy_row(commune[:3], commune, f"{commune}_0101", f"{x:.2f}", f"{y:.2f}"),
    ).frame
    assert frame["lon"].iloc[1] == pytest.approx(lon, abs=1e-5)
    assert frame["lat"].iloc[1] == pytest.approx(lat, abs=1e-5)
    assert frame["departement"].tolist() == ["42", commune[:3]]


@pytest.mark.parametrize(
    ("quality", "precision", "placed"),
    [
        ("Bonne", "coordinates", True),
        ("B", "coordinates", True),
        ("Acceptable", "iris", True),
        ("A", "iris", True),
        ("Mauvaise", "commune", False),
        ("M", "commune", False),
        ("_U", "commune", False),
        ("_Z", "commune", False),
        ("", "commune", False),
    ],
)
def test_quality_of_the_position_decides(
    tmp_path: Path, quality: str, precision: str, placed: bool
) -> None:
    frame = xy(tmp_path, xy_row(quality=quality)).frame
    assert frame["precision"].tolist() == [precision]
    assert frame["lon"].notna().tolist() == [placed]
    assert frame["code_iris"].tolist() == ["422180101" if placed else ""]


def test_doubtful_positions_are_told(tmp_path: Path) -> None:
    reading = xy(tmp_path, xy_row(), xy_row(quality="Mauvaise"), xy_row(quality="_U"))
    [told] = [p for p in reading.problems if p.column == "QUALITE_XY"]
    assert (told.kind, told.count, told.line) == ("suspect", 2, 3)


@pytest.mark.parametrize(
    ("iris", "quali_iris", "precision"),
    [("42218_0101", "1", "iris"), ("42218_0101", "3", "commune"), ("42218", "X", "commune")],
)
def test_without_coordinates_the_area_remains(
    tmp_path: Path, iris: str, quali_iris: str, precision: str
) -> None:
    row = xy_row(iris=iris, x="", y="", quality="_Z", quali_iris=quali_iris)
    frame = xy(tmp_path, row).frame
    assert frame["precision"].tolist() == [precision]
    assert frame["code_iris"].tolist() == ["422180101" if precision == "iris" else ""]
    assert frame[["lon", "lat"]].isna().all(axis=None)


def test_qpv_of_the_source_is_kept_unless_random(tmp_path: Path) -> None:
    reading = xy(
        tmp_path,
        xy_row(qp="QP042005"),
        xy_row(qp="QP042005", quali_qp="3"),
        xy_row(qp="CSZ"),
    )
    assert reading.frame["code_qp"].tolist() == ["QP042005", "", ""]
    [told] = [p for p in reading.problems if p.column == "QUALI_QP"]
    assert told.count == 1


def test_two_generations_in_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"QP….*QN…"):
        xy(tmp_path, xy_row(qp="QP042005"), xy_row(qp="QN04217M"))


def test_the_2024_column_wins(tmp_path: Path) -> None:
    text = (
        "AN;DEPCOM;TYPEQU;DCIRIS;LONGITUDE;LATITUDE;QUALITE_XY;QP2015;QUALI_QP2015;QP2024;"
        "QUALI_QP2024;NOMRS\n"
        "2024;42218;D265;422180101;4.39;45.44;B;QP042005;1;QN04217M;1;DOCTEUR UNTEL\n"
    )
    reading = read_bpe(write(tmp_path, text, "BPE24.csv"))
    assert reading.frame["code_qp"].tolist() == ["QN04217M"]
    assert reading.frame["code_iris"].tolist() == ["422180101"]
    assert reading.frame["lon"].tolist() == [4.39]
    assert not reading.frame.astype("str").apply(lambda c: c.str.contains("UNTEL")).any(axis=None)


def test_metres_out_of_france_are_refused_when_most_are(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"hors de France.*LAMBERT_X"):
        xy(tmp_path, xy_row(x="6482000", y="808000"))


def test_one_position_out_of_france_is_listed(tmp_path: Path) -> None:
    reading = xy(tmp_path, xy_row(), xy_row(), xy_row(x="6482000", y="808000"))
    [told] = [p for p in reading.problems if p.kind == "suspect"]
    assert told.line == 4
    assert reading.frame["precision"].tolist() == ["coordinates", "coordinates", "iris"]


def test_ds_bpe_adds_no_level_twice(tmp_path: Path) -> None:
    text = DS_BPE + (
        "42218;COM;D;D2;D265;FACILITIES;2024;120\n"
        "42;DEP;D;D2;D265;FACILITIES;2024;640\n"
        "42218;COM;D;D2;D265;DENSITY;2024;6.9\n"
        "42218;COM;D;D2;D265;FACILITIES;2023;125\n"
        "42001;COM;D;D2;D265;FACILITIES;2024;0\n"
        "69123;COM;D;D2;D265;FACILITIES;2024;500\n"
        "69381;ARM;D;D2;D265;FACILITIES;2024;60\n"
    )
    frame = read_bpe(write(tmp_path, text, "DS_BPE_2025_data.csv")).frame
    assert dict(zip(frame["commune"], frame["practices"], strict=True)) == {
        "42218": 120,
        "69381": 60,
    }
    assert set(frame["precision"]) == {"commune"}
    assert set(frame["vintage"]) == {"2024"}


def test_ds_bpe_keeps_a_city_without_its_arrondissements(tmp_path: Path) -> None:
    text = DS_BPE + "69123;COM;D;D2;D265;FACILITIES;2024;500\n"
    assert read_bpe(write(tmp_path, text)).frame["commune"].tolist() == ["69123"]


def test_every_profession_is_one_of_the_schema() -> None:
    assert set(PROFESSIONS.values()) <= set(SUPPLY_PROFESSIONS)


@given(
    counts=st.lists(st.integers(min_value=1, max_value=999), min_size=1, max_size=30),
    noise=st.lists(st.sampled_from(["A101", "D709", "F303"]), max_size=10),
)
def test_practices_are_neither_lost_nor_invented(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], noise: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("bpe")
    rows = [f"84;42;42218;42218_0101;2018;D201;{number}" for number in counts]
    rows += [f"84;42;42218;42218_0101;2018;{code};7" for code in noise]
    reading = ensemble(folder, *rows)
    assert reading.frame["practices"].sum() == sum(counts)
    left = [problem.count for problem in reading.problems if problem.column == "TYPEQU"]
    assert sum(left) == len(noise)
    assert np.isfinite(reading.frame["practices"]).all()
