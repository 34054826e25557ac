"""The sheet of a round on paper and as a workbook: totals only, tagged, the same each time."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from dataclasses import replace

import openpyxl
import pytest
from pypdf import PdfReader

from geo.outreach import Asked
from geo.outreach.picture import picture_words, round_picture
from geo.outreach.printed import sheet_content, sheet_pdf_bytes
from geo.outreach.round import make_round
from geo.outreach.sheet import SHEET_COLUMNS, sheet_xlsx_bytes


@pytest.fixture(scope="module")
def made(demo_analysis, demo_layers):
    asked = Asked(people=100, passes=2, start="2026-12-01")
    return make_round(demo_analysis, demo_layers, "QN09901M", asked)


def test_the_printed_sheet_is_a_tagged_french_pdf_of_totals(made, demo_analysis):
    pdf = sheet_pdf_bytes(made, demo_analysis)
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith("fr")
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in ("Données fictives", "Passage 2", "Refus", "ni nom", "QN09901M"):
        assert words in text, words
    assert sheet_pdf_bytes(made, demo_analysis) == pdf


def test_the_workbook_opens_on_the_lines_to_fill(made, demo_analysis):
    book = openpyxl.load_workbook(io.BytesIO(sheet_xlsx_bytes(made, demo_analysis)))
    assert book.sheetnames[0] == "Relevé"
    rows = list(book["Relevé"].iter_rows(values_only=True))
    assert list(rows[0]) == [column.name for column in SHEET_COLUMNS]
    assert [row[3] for row in rows[1:]] == made.visits["visits"].tolist()
    assert all(cell is None for row in rows[1:] for cell in row[4:])
    assert "FICTIVES" in book["Lisez-moi"]["A2"].value


def test_people_read_french_days_and_spreadsheets_real_ones(made, demo_analysis):
    dated = replace(made, help=made.help.assign(vintage="2024-08-01"))
    book = openpyxl.load_workbook(io.BytesIO(sheet_xlsx_bytes(dated, demo_analysis)))
    [day, *_] = [row[4] for row in book["Aide à proximité"].iter_rows(min_row=2)]
    assert (day.value, day.number_format) == (dt.datetime(2024, 8, 1), "dd/mm/yyyy")
    texts = [str(cell) for page in book for row in page.values for cell in row
             if isinstance(cell, str)]  # fmt: skip
    printed = json.dumps(sheet_content(dated, demo_analysis), ensure_ascii=False)
    assert "01/08/2024" in printed
    for told in (printed, *texts):
        assert not re.search(r"\d{4}-\d{2}-\d{2}", told), told


def test_the_drawing_numbers_the_stops_and_says_them_in_words(made):
    drawn = round_picture(made)
    reached = int((made.tour["planned"] > 0).sum())
    assert drawn.count("<circle") == reached and "script" not in drawn
    words = picture_words(made)
    assert all(str(stop) in words for stop in made.tour["stop"].head(reached))
