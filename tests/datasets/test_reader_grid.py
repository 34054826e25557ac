"""The 200 m grid on small files: places, imputed squares, the box, and what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from datasets.readers.grid_200m import AGE_COLUMNS, read_grid_200m
from datasets.reading import UnreadableFile
from geo.access.grid_cells import cell_squares
from geo.schema import CRS

HEADER = "Idcar_200m,I_est_200,lcog_geo,Ind,Men,ind_0_3,ind_80p,Ind_snv\n"
# Two squares of Saint-Étienne side by side, one of Lyon, one of La Réunion.
FIRST = "CRS3035RES200mN2486000E3921200"
SECOND = "CRS3035RES200mN2486000E3921400"
LYON = "CRS3035RES200mN2528000E3958000"
ISLAND = "CRS2975RES200mN7690000E340000"


def grid(folder: Path, text: str, name: str = "Filosofi2021_carreaux_200m_met.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_squares_have_their_place_people_and_status(tmp_path: Path) -> None:
    path = grid(
        tmp_path,
        HEADER + f"{FIRST},0,42218,120.5,50,4,7,1\n" + f"{SECOND},1,4218742218,8,,,,1\n",
    )
    reading = read_grid_200m(path)
    frame = reading.frame
    assert isinstance(frame, gpd.GeoDataFrame) and frame.crs == CRS
    assert frame["population"].tolist() == [120.5, 8]
    assert frame["population_status"].tolist() == ["observed", "modelled"]
    assert frame["communes"].tolist() == ["42218", "42187;42218"]
    assert frame["households"].tolist()[0] == 50 and np.isnan(frame["households"].tolist()[1])
    assert frame["ind_80p"].tolist()[0] == 7
    assert frame[list(AGE_COLUMNS)].drop(columns=["ind_0_3", "ind_80p"]).isna().all().all()
    assert set(frame["vintage"]) == {"2021"}
    metres = frame.to_crs(3035).geometry
    assert metres.iloc[0].x == pytest.approx(3921300, abs=0.01)
    assert metres.iloc[0].y == pytest.approx(2486100, abs=0.01)
    suspects = [problem for problem in reading.problems if problem.kind == "suspect"]
    assert [problem.count for problem in suspects] == [1]
    assert "1\u00a0carreau sur 2" in suspects[0].message and "8 habitants" in suspects[0].message


def test_squares_are_200_m_wide_and_touch(tmp_path: Path) -> None:
    frame = read_grid_200m(
        grid(tmp_path, HEADER + "".join(f"{c},0,42218,1,1,,,\n" for c in (FIRST, SECOND)))
    ).frame
    squares = cell_squares(frame["cell_id"], "EPSG:2154")
    assert squares.area.to_numpy() == pytest.approx([40_000, 40_000], rel=0.01)
    assert squares.iloc[0].distance(squares.iloc[1]) < 1e-6
    assert squares.contains(frame.geometry.to_crs(2154)).all()


def test_only_the_box_is_kept_and_overseas_has_its_own_system(tmp_path: Path) -> None:
    path = grid(
        tmp_path,
        HEADER + "".join(f"{c},0,,1,1,,,\n" for c in (FIRST, LYON, ISLAND)),
    )
    everywhere = read_grid_200m(path).frame.set_index("cell_id")
    assert everywhere.loc[ISLAND].geometry.y == pytest.approx(-20.9, abs=0.2)
    assert (everywhere["communes"] == "").all()
    around = everywhere.loc[[FIRST]].total_bounds + np.array([-0.01, -0.01, 0.01, 0.01])
    assert read_grid_200m(path, tuple(around)).frame["cell_id"].tolist() == [FIRST]
    france = read_grid_200m(path, (-65.0, -25.0, 60.0, 52.0)).frame
    assert sorted(france["cell_id"]) == sorted([FIRST, LYON, ISLAND])
    nobody = read_grid_200m(path, (0.0, 47.0, 0.1, 47.1))
    assert nobody.frame.empty and nobody.frame.crs == CRS


def test_a_zip_of_several_territories_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "Filosofi2021_carreaux_200m_csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("carreaux_200m_met.csv", HEADER + f"{FIRST},0,42218,3,1,,,\n")
        archive.writestr("carreaux_200m_reun.csv", HEADER + f"{ISLAND},1,97411,4,1,,,\n")
        archive.writestr("documentation.csv", "variable;libellé\n")
    frame = read_grid_200m(path).frame
    assert frame["population"].tolist() == [3, 4]
    assert set(frame["vintage"]) == {"2021"}


def test_lines_that_cannot_be_used_are_listed(tmp_path: Path) -> None:
    path = grid(
        tmp_path,
        HEADER
        + "42218,0,42218,3,1,,,\n"
        + f"{FIRST.replace('3035', '2154')},0,42218,3,1,,,\n"
        + f"{FIRST},0,42218,-3,1,,,\n"
        + f"{FIRST},,42218,3,1,,,\n"
        + f"{FIRST},0,42218,3\n"
        + f"{SECOND},0,42218,nd,1,,,\n"
        + f"{SECOND},0,42218,3,1,,,\n",
    )
    reading = read_grid_200m(path)
    assert reading.frame["cell_id"].tolist() == [SECOND]
    assert np.isnan(reading.frame["population"].iloc[0])
    assert reading.frame["population_status"].tolist() == ["suppressed"]
    rejected = [problem for problem in reading.problems if problem.kind == "rejected"]
    assert [problem.line for problem in rejected] == [2, 3, 6, 4, 5, 0]
    assert "plusieurs fois" in rejected[-1].message


def test_a_wrong_file_lists_twenty_lines_and_counts_the_rest(tmp_path: Path) -> None:
    path = grid(tmp_path, HEADER + "nowhere,0,42218,3,1,,,\n" * 50)
    reading = read_grid_200m(path)
    assert reading.frame.empty
    assert [problem.count for problem in reading.problems] == [1] * 20 + [30]


@pytest.mark.parametrize("column", ["Idcar_200m", "Ind", "I_est_200"])
def test_a_mandatory_column_is_named(tmp_path: Path, column: str) -> None:
    path = grid(tmp_path, HEADER.replace(f"{column},", "autre,") + f"{FIRST},0,42218,3,1,,,\n")
    with pytest.raises(UnreadableFile, match=rf"absente : {column.lower()}.*autre"):
        read_grid_200m(path)


def test_an_archive_without_csv_says_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "Filosofi2021_carreaux_200m_gpkg.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("carreaux_200m_met.gpkg", b"SQLite format 3")
    with pytest.raises(UnreadableFile, match=r"aucun CSV.*met\.gpkg.*200m_csv\.zip"):
        read_grid_200m(path)


def test_a_damaged_archive_and_a_web_page_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "carreaux_200m_csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("carreaux_200m_met.csv", HEADER + f"{FIRST},0,42218,3,1,,,\n" * 500)
    content = bytearray(path.read_bytes())
    content[70:90] = b"\xff" * 20
    path.write_bytes(bytes(content))
    with pytest.raises(UnreadableFile, match="abîmée"):
        read_grid_200m(path)
    with pytest.raises(UnreadableFile, match="page web"):
        read_grid_200m(grid(tmp_path, "<!DOCTYPE html><html></html>"))
    with pytest.raises(UnreadableFile, match="introuvable"):
        read_grid_200m(tmp_path / "absent.csv")


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "carreaux_200m_csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("carreaux_200m_met.csv", b"0" * (51 * 1024**2))
    with pytest.raises(UnreadableFile, match="par prudence"):
        read_grid_200m(path)


def test_the_french_notation_reads_the_same(tmp_path: Path) -> None:
    text = HEADER.replace(",", ";") + f"{FIRST};0.0;42218;120,5;50;;;\n"
    frame = read_grid_200m(grid(tmp_path, text, "carreaux_200m.csv")).frame
    assert frame["population"].tolist() == [120.5]
    assert frame["vintage"].tolist() == [""]
