"""Every face says « s » where a figure is hidden, and no two of them together give it back."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import sqlite3
from typing import Any

import openpyxl
import pytest

from geo import Analysis, Layers, analyse
from geo.explain import explain
from geo.figures import key_figures, quarter_facts
from geo.maps.data import map_data
from geo.quarter import rates, workers
from geo.report import (
    attributions,
    export_frame,
    in_french,
    screen_frame,
    to_csv_bytes,
    to_geopackage_bytes,
    to_indicators_csv_bytes,
    to_records,
    to_xlsx_bytes,
)
from geo.report.csv import csv_cell
from tests.geo.conftest import frame, indicators_table, mediation_rows
from tests.geo.faces_fixture import synthetic_analysis

CODE = "QN04201M"
SECRET = "s (secret statistique)"


def _layers(make_layers: Any, job_seekers: float, followed: float) -> Layers:
    """One QPV whose population its source hides, one whose job seekers are few, a small post."""
    rows = indicators_table()
    few = (rows["code"] == CODE) & (rows["indicator"] == "job_seekers")
    posts, points, _ = mediation_rows()
    posts[0] |= {"people_per_year": followed, "people_status": "observed"}
    quarters = make_layers().geo("qpv").copy()
    hidden = quarters["code_qp"] == "QN04203I"
    quarters["population"] = quarters["population"].mask(hidden)
    quarters["population_status"] = quarters["population_status"].mask(hidden, "suppressed")
    return make_layers(
        replace={
            "indicators": rows.assign(value=rows["value"].mask(few, job_seekers)),
            "qpv": quarters,
            "mediation": frame("mediation", posts, points),
        }
    )


@pytest.fixture(scope="module")
def made(make_layers) -> Any:
    layers = _layers(make_layers, 3.0, 7.0)
    return layers, analyse(layers)


def _lines(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def _place(analysis: Analysis, code: str) -> int:
    return list(analysis.qpv["code_qp"]).index(code)


def test_the_csv_says_s_for_the_figure_and_for_what_it_would_have_made(made):
    _, analysis = made
    line = _lines(to_csv_bytes(analysis))[_place(analysis, "QN04203I")]
    assert (line["population"], line["population_statut"]) == ("s", SECRET)
    for name in ("personnes_a_accompagner", "habitants_par_etp", "personnes_suivies"):
        assert line[name] == "s"
    for name in ("personnes_restantes", "etp_manquants"):
        assert (line[name], line[f"{name}_statut"]) == ("s", SECRET)
    few = _lines(to_csv_bytes(analysis))[_place(analysis, CODE)]
    assert few["score_part_demandeurs_d_emploi"] == "s"
    assert few["score_part_taux_de_pauvrete"] not in ("", "s")


def test_the_indicators_say_value_status_source_vintage_and_perimeter(made):
    _, analysis = made
    lines = {
        (line["code_qp"], line["indicateur"]): line
        for line in _lines(to_indicators_csv_bytes(analysis))
    }
    hidden = lines[CODE, "job_seekers_per_inhabitant"]
    assert (hidden["valeur"], hidden["valeur_statut"]) == ("s", SECRET)
    unknown = lines["QN04204N", "poverty_share"]
    assert (unknown["valeur"], unknown["valeur_statut"]) == ("", "manquant")
    known = lines[CODE, "poverty_share"]
    told = [known[name] for name in ("valeur", "source_id", "millesime", "perimetre")]
    assert told == ["0,48", "insee_qpv", "2022", "2015"]


def test_the_workbook_says_s_on_both_sheets(made):
    _, analysis = made
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx_bytes(analysis)))
    rows = list(book["Quartiers"].iter_rows(values_only=True))
    column = rows[0].index("Population (habitants)")
    assert rows[1 + _place(analysis, "QN04203I")][column] == "s"
    assert rows[1 + _place(analysis, "QN04204N")][column] is None
    values = {row[:2]: row[3] for row in book["Indicateurs"].iter_rows(values_only=True)}
    assert values[CODE, "job_seekers_per_inhabitant"] == "s"
    headings = [cell.value for cell in book["Sources"][1]]
    assert "Millésime" in headings
    assert "Dernière mise à jour (date de téléchargement)" in headings


def test_the_geopackage_leaves_the_number_empty_and_says_s_beside(made):
    _, analysis = made
    base = sqlite3.connect(":memory:")
    base.deserialize(to_geopackage_bytes(analysis))
    found = base.execute(
        "SELECT population, population_statut FROM qpv WHERE code_qp = 'QN04203I'"
    ).fetchone()
    base.close()
    assert found == (None, SECRET)


def test_the_screen_says_s_in_the_cell(made):
    _, analysis = made
    table = screen_frame(analysis)
    place = _place(analysis, "QN04203I")
    assert math.isnan(table["population"].iloc[place])
    html = in_french(table[["code_qp", "population", "population_status"]]).to_html()
    own = html.split("QN04203I")[1].split("</tr>")[0]
    assert ">s</td>" in own
    other = html.split("QN04204N")[1].split("</tr>")[0]
    assert ">non connu</td>" in other


def test_map_quarter_explanation_and_json_say_it_too(made):
    layers, analysis = made
    place = _place(analysis, "QN04203I")
    drawn = map_data(analysis, layers)["quarters"][place]
    assert f"population : {SECRET}" in drawn["lines"]
    facts = dict(quarter_facts(analysis.qpv.iloc[place]))
    assert facts["Population"] == SECRET
    told = {rate.heading: rate.value for rate in rates(analysis, CODE)}
    assert told["Demandeurs d'emploi"] == SECRET
    record = to_records(analysis)[place]
    assert (record["population"], record["population_status"]) == (None, "suppressed")
    assert (record["residual_people"], record["residual_status"]) == (None, "suppressed")
    assert "secret statistique" in explain(analysis, layers, "QN04203I").text


def test_all_that_leaves_one_analysis_is_the_same_whatever_the_hidden_figures(make_layers):
    """The hostile reader: two territories that differ only by hidden figures look alike.

    Whatever is made of every export, map and page together, it cannot tell one figure from
    another when nothing that is given away depends on it.
    """
    first, second = (
        _layers(make_layers, seekers, followed) for seekers, followed in ((1.0, 2.0), (4.0, 10.0))
    )
    given = [_everything(layers) for layers in (first, second)]
    assert given[0] == given[1]


def test_the_same_reader_does_see_figures_that_may_be_shown(make_layers):
    first, second = (_layers(make_layers, seekers, 2.0) for seekers in (5.0, 80.0))
    assert _everything(first) != _everything(second)


def _everything(layers: Layers) -> dict[str, Any]:
    analysis = analyse(layers)
    frame, _ = export_frame(analysis)
    tables = {
        field.name: value.to_json() if field.name not in ("qpv", "comparators", "demand") else
        value.drop(columns="geometry").to_json()
        for field in dataclasses.fields(analysis)
        if hasattr(value := getattr(analysis, field.name), "to_json")
    }  # fmt: skip
    return {
        "csv": to_csv_bytes(analysis),
        "indicators": to_indicators_csv_bytes(analysis),
        "workbook": [
            list(sheet.iter_rows(values_only=True))
            for sheet in openpyxl.load_workbook(io.BytesIO(to_xlsx_bytes(analysis)))
        ],
        "geopackage": to_geopackage_bytes(analysis),
        "frame": frame.to_json(),
        "records": json.dumps(to_records(analysis), allow_nan=False),
        "screen": screen_frame(analysis).to_json(),
        "map": json.dumps(map_data(analysis, layers)),
        "figures": key_figures(analysis),
        "coverage": dataclasses.asdict(analysis.coverage),
        "thresholds": str(analysis.thresholds),
        "tables": tables,
        "notes": analysis.notes,
        "quarters": [
            (quarter_facts(row), rates(analysis, code), workers(analysis, layers, code),
             explain(analysis, layers, code).text)
            for code, (_, row) in zip(analysis.qpv["code_qp"], analysis.qpv.iterrows(), strict=True)
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-0.5, "-0,5"),
        (-0.0000001, "0"),
        (1234567.5, "1234567,5"),
        (1669, "1669"),
        ("-12,5", "-12,5"),
        ("-12 rue", "'-12 rue"),
        ("=1+1", "'=1+1"),
        ("+33", "'+33"),
        ("@a", "'@a"),
        ("01004", "01004"),
        (None, ""),
    ],
)
def test_csv_cells(value, written):
    assert csv_cell(value) == written


def test_each_source_is_credited_with_its_last_update():
    analysis = synthetic_analysis()
    assert attributions(analysis) == [
        "ANCT, Contours <b>QPV</b> (millésime 2024, téléchargé le 15/01/2026)"
    ]
    undated = dataclasses.replace(analysis, sources=analysis.sources.assign(fetched_at=""))
    assert "date de mise à jour non connue" in attributions(undated)[0]
    (first, *_) = _lines(to_csv_bytes(analysis))
    assert first["sources"] == attributions(analysis)[0]
