"""Aller-vers in a real browser: the sheet goes out and comes back, nothing leaves the machine."""

from __future__ import annotations

import openpyxl
import pytest

from tests.serving.watched import serious

pytestmark = pytest.mark.browser


def test_the_sheet_goes_out_is_filled_and_comes_back(served, watched, tmp_path):
    page = watched.open_still(f"{served}/aller_vers?territoire=demo&qpv=QN09901M&aller_nombre=100")
    page.get_by_role("button", name="Préparer la fiche").click()
    with page.expect_download() as sent:
        page.get_by_role("button", name="Télécharger la fiche (XLSX)").click()
    filled = tmp_path / "fiche.xlsx"
    sent.value.save_as(filled)
    assert "donnees-fictives" in sent.value.suggested_filename
    book = openpyxl.load_workbook(filled)
    for row in book["Relevé"].iter_rows(min_row=2):
        visits = row[3].value
        for cell, value in zip(row[4:], (visits, visits // 2, visits, 0, 0), strict=True):
            cell.value = value
    book.save(filled)
    page.locator("input[type=file]").last.set_input_files(filled)
    page.get_by_text("Premier passage (observé)").wait_for()
    # The same file with a column for names is refused whole.
    book["Relevé"].cell(1, 10).value = "nom"
    refused = tmp_path / "nominatif.xlsx"
    book.save(refused)
    page.locator("input[type=file]").last.set_input_files(refused)
    page.get_by_text("à corriger, rien n'est calculé").wait_for()
    page.get_by_text("Premier passage (observé)").wait_for(state="detached")
    assert page.get_by_role("img", name="Plan de Les Amarres").count() == 1
    assert watched.outside == [] and watched.errors == []
    assert serious(page) == []
