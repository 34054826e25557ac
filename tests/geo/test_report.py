"""The table taken away: statuses told apart, formulas disarmed, the same bytes each time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import sqlite3
from dataclasses import replace

import openpyxl
import pytest

from geo import column_words, columns
from geo.report import (
    attributions,
    export_frame,
    in_french,
    screen_frame,
    to_csv_bytes,
    to_geopackage_bytes,
    to_records,
    to_xlsx_bytes,
)
from tests.geo.faces_fixture import FORMULA, HOSTILE, synthetic_analysis


@pytest.fixture(scope="module")
def analysis():
    return synthetic_analysis()


@pytest.fixture(scope="module")
def lines(analysis):
    text = to_csv_bytes(analysis).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_csv_is_what_a_french_spreadsheet_opens(analysis):
    content = to_csv_bytes(analysis)
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    assert content.decode("utf-8-sig").splitlines()[0].startswith("rang;code_qp;nom;")


def test_hidden_unknown_zero_and_modelled_are_four_different_things(lines):
    hidden = (lines[1]["population"], lines[1]["population_statut"])
    assert hidden == ("s", "s (secret statistique)")
    assert (lines[4]["population"], lines[4]["population_statut"]) == ("", "manquant")
    assert (lines[2]["population"], lines[2]["population_statut"]) == ("1671", "modélisé")
    assert (lines[2]["mediation_etp"], lines[2]["mediation_etp_statut"]) == ("0", "observé")
    assert (lines[1]["mediation_etp"], lines[1]["mediation_etp_statut"]) == ("", "manquant")


def test_decimals_have_a_comma_and_codes_stay_text(lines):
    assert lines[0]["acces"] == "1,25"
    assert lines[0]["commune"] == "99001"


def test_a_cell_that_looks_like_a_formula_is_disarmed(lines):
    assert lines[2]["nom"] == f"'{FORMULA}"
    assert lines[0]["nom"] == HOSTILE


def test_every_line_says_that_the_data_are_fictional(lines):
    assert {line["donnees"] for line in lines} == {"fictives"}
    real = to_csv_bytes(synthetic_analysis(fictional=False)).decode("utf-8-sig")
    assert "fictives" not in real


def test_the_parts_of_the_score_sum_to_the_score(lines):
    parts = [name for name in lines[0] if name.startswith("score_part_")]
    assert len(parts) == 3
    for line in lines[:4]:
        total = sum(float(line[name].replace(",", ".")) for name in parts)
        # Each part is rounded to two decimals, as the score is.
        assert total == pytest.approx(float(line["score"].replace(",", ".")), abs=0.025)


def test_a_file_has_one_decimal_more_than_the_screen(analysis):
    qpv = analysis.qpv.copy()
    qpv["access"] = [1.123557, 1.5, 4.0, 5.0, math.nan]
    changed = type(analysis)(**{**vars(analysis), "qpv": qpv})
    text = to_csv_bytes(changed).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert [line["acces"] for line in lines] == ["1,12", "1,5", "4", "5", ""]
    assert to_records(changed)[0]["access"] == 1.123557


def test_missing_data_and_parts_of_the_score_are_named_in_french(lines):
    assert lines[4]["composantes_manquantes"] == "taux de pauvreté; C2S"
    parts = [name for name in lines[0] if name.startswith("score_part_")]
    assert "score_part_taux_de_pauvrete" in parts
    assert column_words.MISSING_WORDS["mediation_gap"] == "médiation non renseignée"


def test_the_population_stands_beside_its_perimeter(lines):
    names = list(lines[0])
    place = names.index("population")
    assert names[place + 1 : place + 3] == ["population_perimetre", "population_statut"]


def test_workbook_sheets_and_cells(analysis):
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx_bytes(analysis)))
    assert book.sheetnames == [
        "Lisez-moi",
        "Quartiers",
        "Indicateurs",
        "Régimes",
        "Colonnes",
        "Sources",
        "Paramètres",
    ]
    assert "FICTIVES" in book["Lisez-moi"]["A2"].value
    rows = list(book["Quartiers"].iter_rows(values_only=True))
    assert len(rows) == 6
    headings = list(rows[0])
    assert rows[2][headings.index("Population (habitants)")] == "s"
    assert rows[5][headings.index("Population (habitants)")] is None
    names = book["Quartiers"].cell(4, headings.index("Quartier") + 1)
    assert (names.data_type, names.value) == ("s", FORMULA)
    for name in ("Quartiers", "Colonnes", "Sources", "Paramètres"):
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref.startswith("A1:")
    defined = {row[0] for row in book["Colonnes"].iter_rows(min_row=2, values_only=True)}
    assert len(defined) == len(headings)
    assert book["Paramètres"].max_row > 10


def test_geopackage_holds_the_quarters_and_their_sources(analysis):
    base = sqlite3.connect(":memory:")
    base.deserialize(to_geopackage_bytes(analysis))
    found = dict(base.execute("SELECT table_name, data_type FROM gpkg_contents"))
    rows = base.execute("SELECT code_qp, population, donnees FROM qpv ORDER BY fid").fetchall()
    sources = base.execute("SELECT publisher FROM sources").fetchall()
    base.close()
    assert found == {"qpv": "features", "sources": "attributes"}
    assert rows[0] == ("QN09901N", 1669.0, "fictives")
    assert rows[1][1] is None
    assert sources == [("ANCT",)]


@pytest.mark.parametrize("write", [to_csv_bytes, to_xlsx_bytes, to_geopackage_bytes])
def test_the_same_analysis_gives_the_same_bytes(write):
    assert write(synthetic_analysis()) == write(synthetic_analysis())


def test_records_are_json_and_never_hold_nan(analysis):
    records = to_records(analysis)
    text = json.dumps(records, allow_nan=False, ensure_ascii=False)
    assert json.loads(text) == records
    assert {
        "code_qp", "label", "commune", "departement", "population", "population_status", "access",
        "access_unit", "need_score", "mediation_fte", "residual_people", "situation", "score",
        "rank", "contributions", "precision", "sentence",
    } <= set(records[0])  # fmt: skip
    assert records[4]["score"] is None
    assert records[4]["rank"] is None
    assert records[1]["population"] is None
    assert records[2]["mediation_fte"] == 0
    assert records[0]["label"] == HOSTILE
    assert [record["code_qp"] for record in to_records(analysis, top=2)] == ["QN09901N", "QN09902N"]


def test_the_screen_table_follows_the_same_order_and_filter(analysis):
    assert list(screen_frame(analysis)["code_qp"]) == list(analysis.qpv["code_qp"])
    kept = screen_frame(analysis, ["double peine", "indéterminé"])
    assert list(kept["code_qp"]) == ["QN09901N", "QN09905I"]
    assert math.isnan(kept["population"].iloc[1])
    assert kept["population_status"].iloc[1] == "manquant"


def test_the_screen_table_is_written_the_french_way(analysis):
    html = in_french(screen_frame(analysis)).to_html()
    assert "1\u202f669" in html
    assert "81,5" in html


def test_every_column_is_defined_once_with_words(analysis):
    frame, shown = export_frame(analysis)
    assert list(frame.columns) == [column.export for column in shown]
    assert len({column.export for column in shown}) == len(shown)
    figures = [column.id for column in shown if column.kind != "status"]
    assert len(set(figures)) == len(figures)
    for column in shown:
        assert column.heading
        assert column.definition.endswith((".", " »"))
        assert column.method
        if column.kind == "number" and not column.id.startswith("contributions."):
            assert column.unit, column.id
    for column_id in columns.TABLE_IDS:
        assert len(columns.definition(column_id).table_heading) <= 26
        assert columns.definition(column_id).heading
    with pytest.raises(LookupError, match="inconnue"):
        columns.definition("nope")


def test_sources_are_cited_with_their_dates(analysis):
    [line] = attributions(analysis)
    assert line == "ANCT, Contours <b>QPV</b> (millésime 2024, téléchargé le 15/01/2026)"
    dated = replace(analysis, sources=analysis.sources.assign(vintage="2024-08-01"))
    assert "(millésime 01/08/2024, " in attributions(dated)[0]
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx_bytes(dated)))
    row = dict(zip(*book["Sources"].iter_rows(max_row=2, values_only=True), strict=True))
    assert row["Millésime"] == dt.datetime(2024, 8, 1)
    assert row["Dernière mise à jour (date de téléchargement)"] == dt.datetime(2026, 1, 15)


@pytest.mark.parametrize("write", [to_csv_bytes, to_xlsx_bytes, to_geopackage_bytes])
def test_a_territory_without_quarters_still_exports(write):
    full = synthetic_analysis()
    empty = type(full)(**{**vars(full), "qpv": full.qpv.iloc[:0]})
    assert write(empty)
    assert to_records(empty) == []
