"""The file of a call for Auvergne-Rhône-Alpes, from the official files."""

from __future__ import annotations

import io

import openpyxl
import pytest
from pypdf import PdfReader

from geo.pack.dossier import make_dossier
from geo.pack.files import pack_files
from geo.pack.request import Request

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def dossier(region_layers, region):
    return make_dossier(region_layers, region, Request("region:84", posts=12, draws=2_000))


def test_all_145_quarters_are_considered_and_12_retained(dossier):
    assert len(dossier.lines) == 145
    assert int(dossier.lines["candidate"].sum()) == 131
    assert len(dossier.retained) == 12
    left = dossier.lines[~dossier.lines["candidate"]]
    assert (left["reason"] != "").all()
    assert left["score"].isna().all()


def test_the_retained_come_first_by_rank_and_the_pdf_names_each_retained_quarter(dossier):
    files = pack_files(dossier, "real")
    sheet = openpyxl.load_workbook(io.BytesIO(files["dossier.xlsx"]))["Territoires éligibles"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == 145
    retained = dossier.retained.sort_values("rank")["code_qp"].tolist()
    assert [row[3] for row in rows[: len(retained)]] == retained
    assert {row[1] for row in rows[: len(retained)]} == {"retenu"}
    ranks = [row[2] for row in rows if row[2] is not None]
    assert ranks == sorted(ranks)
    pages = PdfReader(io.BytesIO(files["dossier.pdf"])).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert all(code in text for code in dossier.retained["code_qp"])
    assert "145 quartiers prioritaires examinés" in text.replace("\u00a0", " ")
    assert "Données fictives" not in text
