"""The file of a call: the list, its proof, its words, and the same bytes for the same inputs."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
from pypdf import PdfReader

from geo.errors import BadInput
from geo.pack.dossier import make_dossier, people_lost, place_posts
from geo.pack.files import RECORD, content_hash, differences, pack_files, record
from geo.pack.posts import posts_sentences
from geo.pack.printed import printed
from geo.pack.request import Request, from_plain, to_plain
from geo.pack.words import essentials, justification
from geo.priority.notes import Note
from geo.priority.overrides import BY_CALCULATION, DISPLACED, Override
from geo.report.call import change_lines, quarter_lines

_MOTIVE = "Fermeture annoncée du seul cabinet du quartier, postérieure aux données"
SHEETS = ["Lisez-moi", "Territoires éligibles", "Barème", "Robustesse", "Affectation",
          "Dérogations", "Paramètres", "Sources"]  # fmt: skip


@pytest.fixture(scope="module")
def request_of_five() -> Request:
    return Request("demo", posts=5, draws=500)


@pytest.fixture(scope="module")
def dossier(demo_layers, demo_analysis, request_of_five):
    return make_dossier(demo_layers, demo_analysis, request_of_five)


@pytest.fixture(scope="module")
def files(dossier):
    return pack_files(dossier, "build-1")


@pytest.fixture(scope="module")
def overridden(demo_layers, demo_analysis, dossier, request_of_five):
    last = dossier.lines[dossier.lines["candidate"]].iloc[-1]["code_qp"]
    decided = (Override(last, "ajouter", _MOTIVE, "2026-01-15", "délégué départemental"),)
    asked = dataclasses.replace(request_of_five, overrides=decided)
    return last, make_dossier(demo_layers, demo_analysis, asked)


def test_every_quarter_is_a_line_and_five_are_retained(dossier, demo_analysis):
    assert set(dossier.lines["code_qp"]) == set(demo_analysis.qpv["code_qp"])
    assert int(dossier.lines["selected"].sum()) == 5
    assert list(dossier.retained["rank"]) == [1, 2, 3, 4, 5]


def test_posts_go_to_retained_quarters_within_number_and_capacity(dossier):
    # No range beside a capacity that a reader may have changed to one outside of it.
    assert any("(hypothèse, pas une norme)" in note for note in dossier.allocation.notes)
    given = dossier.lines.loc[dossier.lines["posts"] > 0, "code_qp"]
    assert set(given) <= set(dossier.retained["code_qp"])
    assert dossier.lines["posts"].sum() <= dossier.request.posts + 1e-9
    own = dossier.allocation.assignment.groupby("site_id")["people"].sum()
    room = dossier.allocation.sites.set_index("site_id")["capacity"]
    assert (own <= room.loc[own.index] + 1e-9).all()
    assert dossier.free.people >= dossier.allocation.people - 1e-9


def test_sheets_are_in_order_and_the_quarters_retained_come_first(files):
    book = openpyxl.load_workbook(io.BytesIO(files["dossier.xlsx"]))
    assert book.sheetnames == SHEETS
    sheet = book["Territoires éligibles"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows[:5]] == ["retenu"] * 5 and rows[5][1] is None
    ranks = [row[2] for row in rows]
    assert ranks == [*range(1, 16), None, None, None]
    told = [row[0] for row in book["Lisez-moi"].iter_rows(values_only=True)]
    assert told[2].endswith(", Territoire de démonstration")
    assert any("Postes proposés » est le nombre de postes placés : 3" in line for line in told)
    remarks = " ".join(row[8] or "" for row in book["Affectation"].iter_rows(values_only=True))
    assert "438\u00a0personnes par an" in remarks


def test_the_workbook_and_the_csv_hold_the_figures_of_the_dossier(files, dossier):
    by_code = dossier.lines.set_index("code_qp")
    sheet = openpyxl.load_workbook(io.BytesIO(files["dossier.xlsx"]))["Territoires éligibles"]
    for row in sheet.iter_rows(min_row=2, values_only=True):
        score = by_code.loc[row[3], "score"]
        assert row[7] is None if np.isnan(score) else row[7] == pytest.approx(score)
    text = files["dossier.csv"].decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert {line["code_qp"] for line in lines if line["retenu"] == "oui"} == set(
        dossier.retained["code_qp"]
    )
    assert all(line["donnees"] == "fictives" for line in lines)
    assert all((line["score"] == "") == (line["score_statut"] == "manquant") for line in lines)


def test_the_pdf_says_each_retained_quarter_and_that_it_is_fictional(files, dossier):
    pages = PdfReader(io.BytesIO(files["dossier.pdf"])).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for code in dossier.retained["code_qp"]:
        assert code in text
    assert all("Données fictives" in page.extract_text() for page in pages)


def test_a_line_of_justification_holds_rank_points_robustness_and_reason(dossier):
    first = dossier.retained.iloc[0]
    told = justification(dossier, first)
    assert told.startswith("Rang 1, score ")
    assert "point" in told
    assert "retenu dans" in told
    assert "500\u00a0tirages, graine 7" in told
    assert first["words"] in told


def test_the_essentials_count_the_list_and_say_what_posts_are_left(dossier):
    told = " ".join(essentials(dossier))
    assert "5 retenus pour 5" in told.replace("\u00a0", " ")
    assert "d'après les fichiers apportés" in told
    nobody = dataclasses.replace(
        dossier.layers,
        tables={**dossier.layers.tables, "mediation": dossier.layers["mediation"].iloc[:0]},
    )
    told_without = " ".join(essentials(dataclasses.replace(dossier, layers=nobody)))
    assert "aucun fichier n'ayant été apporté" in told_without
    if dossier.allocation.used < dossier.request.posts:
        assert "n'y trouveraient plus" in told


def test_an_override_stands_beside_what_the_calculation_said(overridden):
    code, dossier = overridden
    line = dossier.lines.set_index("code_qp").loc[code]
    assert line["selected"]
    assert not line["selected_by_calculation"]
    assert len(dossier.retained) == 5
    content = printed(dossier)
    assert any(_MOTIVE in cell for row in content["overrides"] for cell in row)
    assert "le calcul : non retenu" in str(content["overrides"])
    book = openpyxl.load_workbook(io.BytesIO(pack_files(dossier, "b")["dossier.xlsx"]))
    assert _MOTIVE in str(list(book["Dérogations"].values))
    gave_way = str(dossier.lines.set_index("code_qp")["decision"].eq(DISPLACED).idxmax())
    touched = {row[1] for row in book["Robustesse"].values if BY_CALCULATION in str(row[-1])}
    assert touched == {code, gave_way}
    study = dossier.study
    for one in (code, gave_way):
        lines = quarter_lines(study, one)
        place = lines.index(BY_CALCULATION)
        assert lines[place + 1 :] == [change.sentence for change in study.changes[one]] != []
    headings = [heading for heading, _ in change_lines(study, study.changes)]
    assert sum(heading.endswith(BY_CALCULATION) for heading in headings) == 2


def test_notes_are_told_beside_a_list_that_they_do_not_change(
    dossier, demo_layers, demo_analysis, request_of_five
):
    ranked = dossier.lines[dossier.lines["candidate"]]
    fifth, last = ranked.iloc[4], ranked.iloc[-1]
    day = {"motive": f"={_MOTIVE}", "date": "2026-02-03", "role": "chargée de mission"}
    notes = (
        Note(last["code_qp"], effect="ajouter", **day),
        Note(fifth["code_qp"], effect="points", points=-0.5, **{**day, "date": "2026-01-15"}),
    )
    asked = dataclasses.replace(request_of_five, notes=notes)
    noted = make_dossier(demo_layers, demo_analysis, from_plain(to_plain(asked)))
    assert list(noted.retained["code_qp"]) == list(dossier.retained["code_qp"])
    told = " ".join(essentials(noted))
    assert f"{last['label']} entrerait et {fifth['label']} sortirait" in told
    content = printed(noted)
    row = [last["code_qp"], last["label"], "03/02/2026", day["role"], "ajoute à la liste"]
    assert content["notes"][1] == [*row, f"={_MOTIVE}"]
    files = pack_files(noted, "build-1")
    book = openpyxl.load_workbook(io.BytesIO(files["dossier.xlsx"]))
    assert book.sheetnames == [*SHEETS[:6], "Notes de terrain", "Sans et avec notes", *SHEETS[6:]]
    [row] = [row for row in book["Notes de terrain"].iter_rows(min_row=2) if row[0].value
             == last["code_qp"]]  # fmt: skip
    assert (row[5].value, row[5].data_type) == (f"={_MOTIVE}", "s")
    beside = {row[0]: row for row in book["Sans et avec notes"].values}
    assert beside[last["code_qp"]][6:9] == ("non", "oui", "ajouté par une note")
    assert beside[fifth["code_qp"]][3] == pytest.approx(fifth["score"] - 0.5)
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(files["dossier.pdf"])).pages)
    assert "Notes de terrain" in text and "=Fermeture" in text
    assert json.loads(files[RECORD])["request"]["notes"][0]["motive"] == f"={_MOTIVE}"
    assert "notes" not in to_plain(request_of_five)


def test_an_override_without_a_motive_is_refused(demo_layers, demo_analysis, request_of_five):
    decided = (Override("QN09918M", "retirer", " ", "2026-01-15", "délégué"),)
    asked = dataclasses.replace(request_of_five, overrides=decided)
    with pytest.raises(BadInput, match="motif"):
        make_dossier(demo_layers, demo_analysis, asked)


def test_a_filter_leaves_the_others_out_with_the_reason(demo_layers, demo_analysis):
    asked = Request("demo", posts=1, draws=500, filters=("double-peine",))
    assert from_plain(to_plain(asked)) == asked and "filters" not in to_plain(Request("demo", 1))
    kept = make_dossier(demo_layers, demo_analysis, asked)
    candidates = kept.lines[kept.lines["candidate"]]
    assert 0 < len(candidates) < len(kept.lines)
    assert set(candidates["situation"]) == {"double peine"}
    assert "situation « double peine »" in printed(kept)["how"][0]
    others = kept.lines[~kept.lines["candidate"] & (kept.lines["situation"] != "double peine")]
    assert others["reason"].str.contains("double peine").all()
    with pytest.raises(BadInput, match="Filtre inconnu : x"):
        dataclasses.replace(asked, filters=("x",)).rules(demo_analysis.parameters)
    with pytest.raises(BadInput, match="des noms de filtres"):
        from_plain({**to_plain(asked), "filters": [5]})


def test_more_posts_than_candidates_is_refused(demo_layers, demo_analysis):
    with pytest.raises(BadInput, match="demandez au plus"):
        make_dossier(demo_layers, demo_analysis, Request("demo", posts=100, draws=500))


def test_the_same_inputs_give_the_same_bytes(files, demo_layers, demo_analysis, request_of_five):
    again = make_dossier(demo_layers, demo_analysis, from_plain(to_plain(request_of_five)))
    assert pack_files(again, "build-1") == files


def test_the_record_finds_what_differs(files, dossier, overridden):
    told = json.loads(files[RECORD])
    assert told["content"] == content_hash(told)
    assert differences(told, json.loads(files[RECORD])) == []
    other = record(overridden[1], {}, "build-2")
    found = " ".join(differences(told, other))
    for words in ("construction", "demande : overrides", "quartiers retenus", "fichiers écrits"):
        assert words in found


def test_a_call_may_have_its_own_table_of_points(demo_layers, demo_analysis, request_of_five):
    own = dataclasses.replace(request_of_five, points=((0.0, 0), (50.0, 10), (80.0, 20)))
    assert from_plain(to_plain(own)) == own
    made = make_dossier(demo_layers, demo_analysis, own)
    known = made.lines[made.lines["score"].notna()]
    expected = np.select([known["score"] >= 80, known["score"] >= 50], [20, 10], 0)
    assert list(known["points"]) == list(expected)
    book = openpyxl.load_workbook(io.BytesIO(pack_files(made, "b")["dossier.xlsx"]))
    assert [row[:2] for row in book["Barème"].values][1:] == [(0, 0), (50, 10), (80, 20)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"points": [[0]]}, "barème"),
        ({"posts": "douze"}, "posts"),
        ({"surprise": 1}, "surprise"),
        ({"overrides": [{"code_qp": "QN04217M"}]}, "dérogation 1"),
        ({"draws": True}, "draws"),
    ],
)
def test_a_request_edited_into_nonsense_is_refused(request_of_five, change, said):
    with pytest.raises(BadInput, match=said):
        from_plain({**to_plain(request_of_five), **change})


def test_text_that_begins_like_a_formula_is_marked_as_text(demo_layers, demo_analysis):
    qpv = demo_analysis.qpv.copy()
    comparators = demo_analysis.comparators.copy()
    for table in (qpv, comparators):
        table["label"] = "=SOMME(A1:A9)"
    hostile = dataclasses.replace(demo_analysis, qpv=qpv, comparators=comparators)
    made = make_dossier(demo_layers, hostile, Request("demo", posts=2, draws=500))
    written = pack_files(made, "b")
    book = openpyxl.load_workbook(io.BytesIO(written["dossier.xlsx"]))
    cells = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]  # fmt: skip
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    assert ";=SOMME" not in written["dossier.csv"].decode("utf-8-sig")


def test_a_search_stopped_near_the_best_is_told_as_an_interval(dossier, demo_analysis):
    """Stopped by a share, not by the clock: the same posts tell the same on any machine."""
    chosen, found = dossier.allocation, dossier.free
    [goal] = found.goals
    near = replace(found, goals=(replace(goal, bound=goal.value * 1.01),))
    least, most = people_lost(chosen, near)
    assert least == found.people - chosen.people > 0
    assert most == pytest.approx(goal.value * 1.01 - chosen.people)
    told = posts_sentences(5, chosen, near, demo_analysis.qpv)[-1].replace("\u202f", " ")
    assert f"entre {least:.0f} et {most:.0f} de plus" in told
    assert dossier.free.rules.gap > 0 == dossier.allocation.rules.gap
    assert people_lost(chosen, found) == (least, least)


def test_the_screen_says_of_the_posts_what_the_first_page_says(dossier, demo_analysis):
    placed = place_posts(demo_analysis, dossier.lines, dossier.request)
    told = posts_sentences(dossier.request.posts, *placed, demo_analysis.qpv)
    assert set(told) <= set(essentials(dossier))
    first, people, left, elsewhere = (line.replace("\u00a0", " ") for line in told)
    assert first.startswith("5 postes demandés : c'est le nombre de quartiers")
    assert "3 postes seraient placés, 2 ne le seraient pas" in first
    assert "personnes par an" in people
    assert left.startswith("2 postes sur 5 n'y trouveraient plus personne")
    assert "Haut-Vent (Portmarance, 1 poste pour environ 113 personnes)" in elsewhere
    assert "Les Amarres" not in elsewhere  # on the list
    assert sum(dossier.lines["posts"]) == 3
