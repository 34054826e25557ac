"""Each scheme of the field from the file its people bring to the words they read, on the demo."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest

from datasets.demo.monitoring_file import demo_monitoring
from datasets.locate_files import read_points
from datasets.mediation import read_mediation
from datasets.mediation.template import write_lines
from datasets.monitoring import read_monitoring
from datasets.monitoring.group_sheet import group_sheet
from datasets.practices import packaged_cards
from geo import Parameters, analyse
from geo.commune_group import commune_group
from geo.local_schemes import UNKNOWN, scheme_coverage, schemes_in_words, without_scheme
from geo.locate import locate, share_inside, shares_in_words
from geo.mediation import network
from geo.mediation.headline import headlines
from geo.mediation.network_words import funders_table, place_names, work_table
from geo.monitoring import follow
from geo.monitoring.units import places_of
from geo.outreach import Asked, Assumptions, contact_rate, plan_round
from geo.pack.dossier import make_dossier
from geo.pack.files import pack_files
from geo.pack.request import Request
from geo.pack.words import essentials
from geo.portrait.week import structure_week
from geo.practices import compared
from geo.programme import AURA_2024, programme_in_words
from geo.workload import counters_in_words

_ONE_DAY = "QN09903M"  # a single permanence, of one day a week


def test_the_call_of_2016_lists_by_delegation_and_tells_both_figures(demo_layers, demo_analysis):
    dossier = make_dossier(demo_layers, demo_analysis, Request("demo", posts=3, draws=200))
    assert dossier.preset.id == "aac-aura-2016"
    assert dossier.preset.group_fr == "délégation départementale"
    book = openpyxl.load_workbook(io.BytesIO(pack_files(dossier, "b")["dossier.xlsx"]))
    sheet = book["Territoires éligibles"]
    assert sheet["A1"].value == "Délégation départementale" and "99" in sheet["A2"].value
    words = " ".join(essentials(dossier))
    for line in headlines(demo_analysis.coverage, demo_analysis.parameters)[:2]:
        assert f"{line.label.lower()} : {line.written}" in words
    told = programme_in_words()
    for figure in ("85\u00a0postes", "10\u202f000", "118\u00a0personnes", "52\u202f941", "450",
                   "70\u00a0%", "75\u00a0%"):  # fmt: skip
        assert figure in told
    assert AURA_2024.cost_eur == 4_500_000


def test_permanences_of_two_departements_with_other_funders(tmp_path, demo_layers):
    """AÉSIO: one file, five funders in one département, three in the other."""
    loire = "ARS:0,2|Métropole:0,2|Ville:0,2|DDCS:0,2|Département:0,2"
    common = {"structure": "Mutuelle", "type_action": "permanence", "jours": "mardi",
              "heure_debut": "09:00", "heure_fin": "16:00", "lieu": "Centre social"}  # fmt: skip
    path = tmp_path / "aesio.csv"
    write_lines(path, [
        {**common, "identifiant": "a", "commune": "99001", "financeurs": loire,
         "territoire": "veille active"},
        {**common, "identifiant": "b", "commune": "63113",
         "financeurs": "DDETS:0,5|ARS:0,3|Ville:0,2"},
        {**common, "identifiant": "d", "commune": "63113", "financeurs": "DDETS|ARS"},
        {**common, "identifiant": "c", "commune": "99002", "type_action": "action collective",
         "financeurs": "ARS", "territoire": "rural"},
    ])  # fmt: skip
    read = read_mediation(path)
    places = demo_layers["communes"]
    elsewhere = places.iloc[:1].assign(code="63113", departement="63", scope="territory")
    tables = {
        **demo_layers.tables, "mediation": read.points, "mediation_qpv": read.qpv,
        "mediation_funders": read.funders,
        "communes": pd.concat([places, elsewhere], ignore_index=True),
    }  # fmt: skip
    layers = replace(demo_layers, tables=tables)
    found = network(layers, Parameters())
    shares = found.by_departement.groupby("departement")["share"].sum()
    assert shares.to_dict() == pytest.approx({"63": 1.0, "99": 1.0})
    by = found.by_departement.set_index(["departement", "funder"])["share"]
    assert by["63", "non précisé"] == pytest.approx(0.5)
    assert by["63", "DDETS"] == pytest.approx(0.25)
    table = funders_table(found)
    assert table.loc[table["Financeur"] == "Total", "Part du coût"].tolist() == ["100,0\u00a0%"] * 2
    kinds = set(work_table(found, place_names(layers))["Territoire"])
    assert kinds == {"veille active", "rural", "non précisé"}
    analysed = analyse(layers)
    assert analysed.coverage.qpv_with_mediator == 0
    grid = structure_week(analysed, layers, "Mutuelle")
    assert {day for day, _ in grid.slots} == {"mardi"}
    assert {half for _, half in grid.slots} == set(grid.halves)


def test_one_day_a_week_for_9200_inhabitants_is_a_partial_presence(demo_layers):
    quarters = demo_layers.geo("qpv").copy()
    quarters.loc[quarters["code_qp"] == _ONE_DAY, "population"] = 9_200.0
    posts = demo_layers["mediation"]
    tables = {"qpv": quarters, "mediation": posts[posts["kind"] == "permanence"]}
    layers = replace(demo_layers, tables={**demo_layers.tables, **tables})
    row = analyse(layers).qpv.set_index("code_qp").loc[_ONE_DAY]
    assert row["population"] == 9_200 and row["mediation_fte"] == pytest.approx(0.2)
    assert row["inhabitants_per_fte"] == pytest.approx(46_000)
    assert row["coverage_state"] == "présence partielle"


def test_local_schemes_are_told_and_silence_is_not_an_absence(demo_analysis, demo_layers):
    found = scheme_coverage(demo_analysis, demo_layers)
    states = found.quarters.set_index("code_qp")["coordination"]
    assert set(without_scheme(found)["code_qp"]).isdisjoint(states.index[states == UNKNOWN])
    told = schemes_in_words(found, states.index[states == UNKNOWN][0])
    assert any("non connu" in line for line in told)


def test_a_group_of_communes_has_its_figures_its_counters_and_its_sheet(
    tmp_path, demo_analysis, demo_layers
):
    own = demo_layers["communes"]
    codes = own.loc[own["scope"] == "territory", "code"].head(2).tolist()
    found = commune_group(demo_analysis, demo_layers, codes, "Vallée haute")
    people = found.figures.set_index("id")["value"]["population"]
    assert people == own.set_index("code").loc[codes, "population"].sum()
    assert "22,2\u00a0%" in counters_in_words(2_300, {"people": 510})[2]
    sheet = tmp_path / "fiche.xlsx"
    sheet.write_bytes(group_sheet(found.name, codes[0], 2026, date(2026, 3, 15)))
    book = openpyxl.load_workbook(sheet)
    guide = [str(row[0].value) for row in book["Mode d’emploi"].iter_rows()]
    assert not any("lignes EXEMPLE" in words for words in guide)
    lines = book["Suivi"]
    heads = {cell.value: cell.column for cell in lines[1]}
    assert [lines.cell(row, heads["mois"]).value for row in (2, 3, 4)] == [
        "2026-01", "2026-02", "2026-03"]  # fmt: skip
    for row, count in ((2, "40"), (3, "50"), (4, "60")):
        lines.cell(row, heads["sollicitations"]).value = count
    book.save(sheet)
    read = read_monitoring(sheet, date(2026, 3, 15))
    assert not [one for one in read.problems if one.kind == "rejected"]
    assert read.lines["solicitations"].tolist() == [40, 50, 60]
    assert set(read.lines["structure"]) == {"Vallée haute"}


def test_door_to_door_of_roanne_is_the_reference():
    rate = contact_rate(Assumptions())
    assert rate.value == pytest.approx(253 / 541) and rate.low < rate.value < rate.high
    shares = [one.share.value for one in plan_round(Asked(dwellings=541)).passes]
    assert shares[1:] == pytest.approx([0.717, 0.849], abs=5e-4)


def test_scores_of_practices_keep_their_labels():
    table = compared(
        [card for card in packaged_cards() if card.id in ("bourg-en-bresse", "valherbasse")]
    )
    assert "Innovant" in str(table) and "Valorisable" in str(table)


def test_the_follow_up_of_the_demo_stands_beside_the_published_ratios(
    tmp_path, demo_layers, demo_analysis
):
    path = tmp_path / "suivi.csv"
    path.write_bytes(demo_monitoring())
    read = read_monitoring(path, date(2026, 6, 1))
    codes, departements = places_of(demo_layers)
    found = follow(
        read.lines, read.workshops, parameters=demo_analysis.parameters, codes=codes,
        departements=departements, fictional=True,
    )  # fmt: skip
    told = " ".join(one.told for one in found.benchmarks)
    assert "118" in told and "450" in told


def test_points_are_placed_in_quarters_with_their_share(tmp_path, demo_layers):
    quarters = demo_layers.geo("qpv")
    own = quarters[quarters["perimeter"] == "2024"]
    inside = own.geometry.representative_point()
    path = tmp_path / "points.csv"
    rows = [
        f"{code},{at.x:.6f},{at.y:.6f}" for code, at in zip(own["code_qp"], inside, strict=True)
    ]
    path.write_text("\n".join(["id,lon,lat", *rows]), encoding="utf-8")
    located = locate(read_points(path).frame, own)
    assert (located["id"] == located["code_qp"]).all() and (located["distance_m"] <= 0).all()
    [words] = shares_in_words(share_inside(located))
    assert "100,0\u00a0%" in words
