"""APL workbooks: a preface, a header found by scan, a row of units, several years."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from datasets.readers.apl import CONSULTATIONS, FTE, read_apl
from datasets.reading import UnreadableFile

GP_HEADER = [
    "Code commune INSEE",
    "Commune",
    "APL aux médecins généralistes ",
    "APL aux médecins généralistes de 65 ans ou moins",
    "APL aux médecins généralistes de 62 ans ou moins",
    "Population standardisée 2021 pour la médecine générale",
    "Population totale 2021",
]
UNITS = [None, None, "En nombre de consultations", None, None, "En habitants", "En habitants"]


def preface(year: int) -> list[list[Any]]:
    notes = [f"Indicateur d'APL {year} aux médecins généralistes", None, f"Millésime : {year}"]
    return [[note] for note in [*notes, "Sources", "Champ", "Lecture", "Note", None]]


def workbook(folder: Path, sheets: dict[str, list[list[Any]]], name: str = "apl.xlsx") -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Paramètres"
    book.active.append(["Paramètres de l'indicateur"])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / name
    book.save(path)
    return path


def test_official_layout(tmp_path: Path) -> None:
    rows = [
        *preface(2023),
        GP_HEADER,
        UNITS,
        ["01001", "L'Abergement-Clémenciat", 2.15, 2.076, 2.0, 775.023, 779],
        ["01002", "L'Abergement-de-Varey", "2,505", "2,19", None, "252,742", "1 256"],
        [None, None, None, None, None, None, None],
        ["2A004", "Ajaccio", None, "ns", None, 70000.5, 72000],
        [1004, "Ambérieu-en-Bugey", 3.367, 3.1, 2.5, 13796.994, 14134],
    ]
    reading = read_apl(workbook(tmp_path, {"APL 2023": rows}))
    frame = reading.frame.set_index("commune")
    assert frame.index.tolist() == ["01001", "01002", "2A004", "01004"]
    assert frame.loc["01002", ["apl", "apl_65", "standardised_population"]].tolist() == [
        2.505,
        2.19,
        252.742,
    ]
    assert frame.loc["01002", "population"] == 1256
    assert frame.loc["2A004", ["apl", "apl_65"]].isna().all()
    assert set(frame["year"]) == {"2023"}
    assert set(frame["unit"]) == {CONSULTATIONS}
    assert set(frame["profession"]) == {"medecin_generaliste"}
    kinds = {(p.kind, p.column, p.count) for p in reading.problems}
    assert ("extra", "Code commune INSEE", 1) in kinds
    assert ("missing", "apl", 1) in kinds
    assert ("suppressed", "apl_65", 1) in kinds


def test_the_latest_year_is_read_and_the_others_are_said(tmp_path: Path) -> None:
    def sheet(year: int, value: float) -> list[list[Any]]:
        return [*preface(year), GP_HEADER, UNITS, ["01001", "X", value, value, value, 10, 10]]

    reading = read_apl(
        workbook(tmp_path, {"APL 2022": sheet(2022, 1.5), "APL_2024": sheet(2024, 2.5)})
    )
    assert reading.frame["apl"].tolist() == [2.5]
    assert any("APL 2022" in problem.message for problem in reading.problems)


def test_a_copy_with_its_header_on_the_first_row(tmp_path: Path) -> None:
    rows = [
        [
            "Code commune",
            "Libellé de la commune",
            "Population totale",
            "APL aux médecins généralistes (sans borne d'âge)",
            "APL aux médecins généralistes de 65 ans et moins",
            "Population standardisée par la consommation de soins par tranche d'âge",
        ],
        ["01001", "L'Abergement-Clémenciat", 779, 2.15, 2.076, 775.023],
    ]
    frame = read_apl(workbook(tmp_path, {"APL_2021": rows})).frame
    assert frame.loc[0, ["commune", "label", "apl", "apl_65", "population"]].tolist() == [
        "01001",
        "L'Abergement-Clémenciat",
        2.15,
        2.076,
        779,
    ]


def test_nurses_are_in_full_time_equivalents(tmp_path: Path) -> None:
    header = [
        "Code commune INSEE",
        "Commune",
        "APL aux infirmières",
        "Population standardisée 2021 pour les infirmières",
        "Population totale 2021",
        None,
        None,
    ]
    rows = [*preface(2023), header, [None], ["01001", "X", 122.416, 751.084, 832]]
    frame = read_apl(workbook(tmp_path, {"APL 2023": rows})).frame
    assert frame["apl"].tolist() == [122.416]
    assert frame["apl_65"].isna().all()
    assert frame["unit"].tolist() == [FTE]
    assert frame["profession"].tolist() == ["infirmier"]


def test_a_bad_code_is_listed_with_its_excel_row(tmp_path: Path) -> None:
    rows = [
        *preface(2023),
        GP_HEADER,
        UNITS,
        ["01001", "X", 2, 2, 2, 10, 10],
        ["Total", "France", 3, 3, 3, 10, 10],
        ["01001", "X", 2, 2, 2, 10, 10],
    ]
    reading = read_apl(workbook(tmp_path, {"APL 2023": rows}))
    assert [(p.line, p.value) for p in reading.problems if p.kind == "rejected"] == [
        (12, "Total"),
        (13, "01001"),
    ]
    assert len(reading.frame) == 1


def test_a_workbook_without_the_table_names_its_sheets(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"apl\.xlsx.*Paramètres, Feuille.*Code commune"):
        read_apl(workbook(tmp_path, {"Feuille": [["Code postal", "APL"]]}))


def test_a_table_of_another_indicator_is_refused(tmp_path: Path) -> None:
    rows = [["Code commune", "Commune", "APL aux structures médico-sociales"], ["01001", "X", 1]]
    with pytest.raises(UnreadableFile, match="Code commune"):
        read_apl(workbook(tmp_path, {"APL 2023": rows}))


def test_damaged_workbooks_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"APL 2023": [GP_HEADER]})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match="coup"):
        read_apl(path)
    path.write_bytes(b"<html><body>Erreur</body></html>")
    with pytest.raises(UnreadableFile, match="HTML"):
        read_apl(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("autre.txt", "rien")
    with pytest.raises(UnreadableFile, match="abîmé"):
        read_apl(path)


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "apl.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * (64 * 1024**2))
    with pytest.raises(UnreadableFile, match="prudence"):
        read_apl(path)
