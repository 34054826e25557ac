"""The filled sheet of a round and the list of streets: every problem said, nobody named."""

from __future__ import annotations

import json

import pytest

from datasets.outreach import check_sheet, check_stops, sheet_lines, stops_table
from datasets.outreach.plan_file import read_plan
from datasets.reading import UnreadableFile
from geo.errors import BadInput

HEAD = (
    "code_qp;ilot;passage;logements_prevus;logements_visites;logements_rencontres;"
    "personnes_rencontrees;personnes_orientees;refus\n"
)


def _sheet(folder, *lines, head=HEAD):
    path = folder / "releve.csv"
    path.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_good_lines_are_read_and_an_empty_line_is_not_zero(tmp_path):
    found = check_sheet(
        _sheet(
            tmp_path,
            "QN09901M;A1;1;40;40;19;21;13;3",
            "QN09901M;Rue Jean Moulin;1;40;30;;;;",
            "QN09901M;A1;2;21;;;;;",
        )
    )
    assert found.refused == []
    assert [problem.kind for problem in found.problems] == ["missing"]
    lines = sheet_lines(found)
    assert lines["stop"].tolist() == ["A1", "Rue Jean Moulin"]
    assert lines["met"].tolist()[0] == 19 and lines["met"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("Q;A1;1;40;40;45;45;1;0", "logements_rencontres", "45 logements rencontrés pour 40"),
        ("Q;A1;1;40;40;20;10;1;0", "personnes_rencontrees", "10 personnes pour 20"),
        ("Q;A1;1;40;40;0;3;1;0", "personnes_rencontrees", "3 personnes pour 0"),
        ("Q;A1;1;40;40;20;22;30;0", "personnes_orientees", "30 personnes orientées"),
        ("Q;A1;1;40;40;20;22;3;21", "refus", "21 refus et 20"),
        ("Q;A1;4;40;40;20;22;3;1", "passage", "hors de ce qui est attendu"),
        ("Q;A1;1;40;-3;20;22;3;1", "logements_visites", "hors de ce qui est attendu"),
        ("Q;A1;1;40;3,5;2;2;1;1", "logements_visites", "hors de ce qui est attendu"),
        ("Q;A1;1;40;beaucoup;2;2;1;1", "logements_visites", "n’est pas un nombre"),
        ("Q;A1;1;40;;2;2;1;1", "logements_visites", "manquent"),
        ("Q;;1;40;3;2;2;1;1", "ilot", "est vide"),
        ("Q;Mme Durand;1;40;3;2;2;1;1", "ilot", "le nom d’une personne"),
        ("Q;06 12 34 56 78;1;40;3;2;2;1;1", "ilot", "téléphone"),
    ],
)
def test_a_wrong_line_is_named_with_its_column_value_and_what_was_expected(
    tmp_path, line, column, words
):
    found = check_sheet(_sheet(tmp_path, "Q;B2;1;40;40;19;21;13;3", line))
    [problem] = found.refused
    assert (problem.line, problem.column) == (3, column)
    assert words in problem.message and problem.expected
    assert "Durand" not in problem.value and "12 34" not in problem.value
    assert len(sheet_lines(found)) == 1


def test_a_repeated_line_another_quarter_and_a_stop_out_of_the_plan_are_told(tmp_path):
    path = _sheet(
        tmp_path,
        "QN1;A1;1;40;41;19;21;13;3",
        "QN1;A1;1;40;40;19;21;13;3",
        "QN2;B1;1;40;40;19;21;13;3",
        "QN1;Z9;1;40;40;19;21;13;3",
    )
    told = [(p.kind, p.line, p.column) for p in check_sheet(path, {"A1", "B1"}).problems]
    assert ("suspect", 2, "logements_visites") in told
    assert ("rejected", 3, "ilot") in told and ("rejected", 4, "code_qp") in told
    assert ("unmatched", 5, "ilot") in told


@pytest.mark.parametrize("title", ["nom", "Date de naissance", "téléphone", "nationalité"])
def test_a_nominative_column_refuses_the_file(tmp_path, title):
    path = _sheet(tmp_path, "Q;A1;1;40;40;19;21;13;3;x", head=HEAD.rstrip("\n") + f";{title}\n")
    found = check_sheet(path)
    assert found.refused and found.refused[0].column == title
    assert "désigne des personnes" in found.refused[0].message


def test_personal_content_in_a_foreign_column_is_refused_and_masked(tmp_path):
    path = _sheet(
        tmp_path, "Q;A1;1;40;40;19;21;13;3;jean@exemple.fr", head=HEAD.rstrip("\n") + ";note\n"
    )
    [problem] = check_sheet(path).refused
    assert problem.line == 2 and "jean" not in problem.value + problem.message


def test_a_missing_column_and_no_table_at_all_are_said(tmp_path):
    short = tmp_path / "court.csv"
    short.write_text("ilot;passage\nA1;1\n", encoding="utf-8")
    assert "logements_visites" in check_sheet(short).refused[0].message
    page = tmp_path / "page.csv"
    page.write_text("<html><body>Erreur</body></html>", encoding="utf-8")
    with pytest.raises(UnreadableFile):
        check_sheet(page)


def test_a_list_of_streets_is_read_with_its_places(tmp_path):
    path = tmp_path / "rues.csv"
    path.write_text(
        "rue;logements;lon;lat\nRue Jean Moulin;48;4,0796;46,0403\nTour B;120;;\n", "utf-8"
    )
    table = stops_table(check_stops(path))
    assert table["dwellings"].tolist() == [48, 120] and table["lon"].isna().tolist() == [
        False,
        True,
    ]


def test_wrong_streets_are_all_told(tmp_path):
    path = tmp_path / "rues.csv"
    path.write_text(
        "rue;logements;lon;lat\nA;0;;\nB;5;4,1;\nB;6;;\nC;7;400;46\nM. Jean Petit;7;4;46\n", "utf-8"
    )
    found = check_stops(path)
    assert {problem.line for problem in found.refused} == {2, 3, 4, 5, 6}
    assert "Petit" not in "".join(problem.value for problem in found.problems)


@pytest.mark.parametrize("text", ["", "[]", '{"code_qp": "Q"}', "{" * 10, '{"round": 3}'])
def test_what_is_no_plan_is_refused(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UnreadableFile, match="pas un plan"):
        read_plan(path)
    with pytest.raises(UnreadableFile, match="absent"):
        read_plan(tmp_path / "autre.json")


def test_a_plan_with_impossible_assumptions_is_refused(tmp_path):
    path = tmp_path / "plan.json"
    plan = {
        "code_qp": "Q",
        "round": {"stops": [{"stop": "A1"}]},
        "rate": {"met": 900, "visited": 10},
        "assumptions": [{"name": "people_per_door", "value": 1.0}],
    }
    path.write_text(json.dumps(plan), "utf-8")
    with pytest.raises(BadInput, match="met"):
        read_plan(path)
