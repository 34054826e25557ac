"""INSEE's statistics by QPV: French numbers, hidden cells stay hidden, one perimeter a file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from datasets.readers.insee_qpv import read_insee_qpv, vintage_of
from datasets.reading import Reading, UnreadableFile
from tests.datasets.written import write_text, write_zip

NNBSP = "\u202f"
REVN = (
    "CODGEO;LIBGEO;DISP_Q2;TP60;C;C_C2SNP;C_C2SP;A;ARSAS;NOTE_CNAF;NOTE_CNAF;;;\r\n"
    "Ensemble;Ensemble;14 000;44,0;1;1;1;1;1;0;0;;;\r\n"
    f"QP042001;Le Parc;14{NNBSP}180;41,4;6{NNBSP}110;1{NNBSP}519;495;2{NNBSP}068;376;0;0;;;\r\n"
    "QP02A001;Pifano;;ns;1 000;s;;0;0;0;0;;;\r\n"
)


def cell(reading: Reading, code: str, indicator: str) -> tuple[float, str]:
    rows = reading.frame.query("code_qp == @code and indicator == @indicator")
    assert len(rows) == 1
    return rows["value"].iloc[0], rows["status"].iloc[0]


@pytest.fixture
def income(tmp_path: Path) -> Reading:
    return read_insee_qpv(write_text(tmp_path / "REVN_2022.csv", REVN, "utf-8-sig"))


def test_values_come_in_the_units_of_the_project(income: Reading) -> None:
    assert cell(income, "QP042001", "median_income_eur") == (14180, "observed")
    assert cell(income, "QP042001", "poverty_share") == (pytest.approx(0.414), "observed")
    assert cell(income, "QP042001", "covered_cnam") == (6110, "observed")
    assert cell(income, "QP042001", "c2s_share") == (pytest.approx(2014 / 6110), "observed")
    assert cell(income, "QP042001", "rsa_share") == (pytest.approx(376 / 2068), "observed")
    units = income.frame.groupby("indicator")["unit"].first().to_dict()
    assert units["median_income_eur"] == "€/an/UC"
    assert units["c2s_share"] == "part"
    assert units["covered_cnam"] == "personnes"


def test_what_is_hidden_or_absent_is_never_zero(income: Reading) -> None:
    for indicator, status in (
        ("median_income_eur", "missing"),
        ("poverty_share", "suppressed"),
        ("c2s_share", "suppressed"),
        ("rsa_share", "missing"),
    ):
        value, found = cell(income, "QP02A001", indicator)
        assert pd.isna(value)
        assert found == status


def test_every_row_tells_its_vintage_and_perimeter(income: Reading) -> None:
    assert set(income.frame["vintage"]) == {"édition 2022"}
    assert set(income.frame["perimeter"]) == {"2015"}
    assert income.frame.dtypes.astype(str).to_dict() == {
        "code_qp": "str",
        "label": "str",
        "indicator": "str",
        "value": "float64",
        "unit": "str",
        "status": "str",
        "vintage": "str",
        "perimeter": "str",
    }


def test_the_total_is_left_out_and_said(income: Reading) -> None:
    assert set(income.frame["code_qp"]) == {"QP042001", "QP02A001"}
    assert [p.line for p in income.problems if "Ensemble" in p.message] == [2]


def test_a_cp1252_file_with_a_trailing_space_in_a_name_is_read(tmp_path: Path) -> None:
    text = "CODGEO;LIBGEO;TX_TOT_EMPL ;ABC;A\nQP042001;Crêt de Roc;44,6;926;545\n"
    reading = read_insee_qpv(write_text(tmp_path / "IPRO_2021.csv", text, "cp1252"))
    assert cell(reading, "QP042001", "employment_share") == (pytest.approx(0.446), "observed")
    assert cell(reading, "QP042001", "job_seekers") == (926, "observed")
    assert reading.frame["label"].iloc[0] == "Crêt de Roc"
    assert any("Windows-1252" in problem.message for problem in reading.problems)


def test_job_seekers_of_category_a_are_not_claimants(tmp_path: Path) -> None:
    reading = read_insee_qpv(
        write_text(tmp_path / "IPRO_2022.csv", "CODGEO;ABC;A\nQP042001;926;545\n")
    )
    assert set(reading.frame["indicator"]) == {"job_seekers"}


def test_the_demography_file_is_read(tmp_path: Path) -> None:
    text = (
        "CODGEO;LIBGEO;POP_MUN;TX_TOT_0A24;TX_TOT_60ETPLUS;TX_TOT_MEN1;TX_TOT_MEN6;TX_TOT_ET;A;AM\n"
        f"QN04201M;Le Parc;6{NNBSP}490;36,3;23,5;45,3;4,2;24,9;2 068;350\n"
    )
    reading = read_insee_qpv(write_text(tmp_path / "DEMO_2025.csv", text))
    values = reading.frame.set_index("indicator")["value"].to_dict()
    assert values == pytest.approx(
        {
            "population": 6490,
            "age24_share": 0.363,
            "age60_share": 0.235,
            "one_person_share": 0.453,
            "large_household_share": 0.042,
            "foreign_share": 0.249,
            "single_parent_share": 350 / 2068,
        }
    )
    assert set(reading.frame["perimeter"]) == {"2024"}


def test_the_2021_edition_has_one_column_of_c2s(tmp_path: Path) -> None:
    text = "CODGEO;LIBGEO;C;CC2S\nQP042001;Le Parc;1000;250\n"
    reading = read_insee_qpv(write_text(tmp_path / "REVN_2021.csv", text))
    assert cell(reading, "QP042001", "c2s_share") == (0.25, "observed")


def test_in_a_zip_the_file_of_the_neighbourhoods_is_chosen(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "beneficiaires_CNAM_01-01-2025_QP24_csv.zip",
        {
            "meta_CNAM.csv": "COD_VAR;LIB\nC;couverts\n",
            "data_CNAM2025_COM.csv": "CODGEO;LIBGEO;C\n42218;Saint-Étienne;170000\n",
            "data_CNAM2025_[QP].csv": "CODGEO;LIBGEO;C;C_C2SNP;C_C2SP\nQN04201M;Le Parc;100;20;5\n",
        },
    )
    reading = read_insee_qpv(path)
    assert cell(reading, "QN04201M", "c2s_share") == (0.25, "observed")
    assert set(reading.frame["vintage"]) == {"01/01/2025"}


@pytest.mark.parametrize(
    ("name", "vintage"),
    [
        ("REVN_2022.csv", "édition 2022"),
        ("BTX_TD_DEMO_2018.csv", "édition 2018"),
        ("beneficiaires_CNAM_01-01-2023_QP_csv.zip", "01/01/2023"),
        ("pop_QPV24.csv", ""),
        ("data_20220101.csv", ""),
    ],
)
def test_the_edition_is_read_in_the_name(name: str, vintage: str) -> None:
    assert vintage_of(name) == vintage


def test_an_unknown_edition_is_said_not_guessed(tmp_path: Path) -> None:
    reading = read_insee_qpv(write_text(tmp_path / "pop_QPV24.csv", "CODGEO;POP_MUN\nQN04201M;5\n"))
    assert set(reading.frame["vintage"]) == {"édition inconnue"}
    assert any(problem.kind == "missing" for problem in reading.problems)


@pytest.mark.parametrize(("text", "line"), [("143,0", 2), ("-2", 2), ("beaucoup", 2)])
def test_an_impossible_share_is_rejected_with_its_line(
    tmp_path: Path, text: str, line: int
) -> None:
    reading = read_insee_qpv(
        write_text(tmp_path / "REVN_2022.csv", f"CODGEO;TP60\nQP042001;{text}\n")
    )
    value, status = cell(reading, "QP042001", "poverty_share")
    assert pd.isna(value)
    assert status == "missing"
    assert [(p.kind, p.line) for p in reading.problems] == [("rejected", line)]


def test_a_bad_code_is_rejected_with_its_line(tmp_path: Path) -> None:
    text = "CODGEO;TP60\nQP042001;40\nQP42002;40\n"
    reading = read_insee_qpv(write_text(tmp_path / "REVN_2022.csv", text))
    assert set(reading.frame["code_qp"]) == {"QP042001"}
    assert [(p.kind, p.line, p.value) for p in reading.problems] == [("rejected", 3, "QP42002")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "vide"),
        ("<html>", "page web"),
        ("CODE;TP60\nQP042001;1\n", "« CODGEO » ou"),
        ("CODGEO;TP60\n42218;40\n", "aucun code de quartier"),
        ("CODGEO;TP60\n", "aucun code de quartier"),
        ("CODGEO;AUTRE\nQP042001;1\n", "aucun indicateur connu"),
        ("CODGEO;TP60\nQP042001;1\nQN04201M;1\n", "deux générations mêlés"),
        ("CODGEO;TP60\nQP042001;1\nQP042001;1\n", "en double : QP042001"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words) as refusal:
        read_insee_qpv(write_text(tmp_path / "REVN_2022.csv", text))
    assert "REVN_2022.csv" in str(refusal.value)


def test_a_zip_without_neighbourhoods_lists_what_it_holds(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x_2022.zip", {"communes.csv": "CODGEO;C\n42218;1\n"})
    with pytest.raises(UnreadableFile, match=r"contient : communes\.csv"):
        read_insee_qpv(path)
