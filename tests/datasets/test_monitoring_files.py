"""The follow-up file: its form, its faults, what it refuses."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from datasets.brought.examine import RefusedForm
from datasets.brought.session import FORMS
from datasets.brought.template import GUIDE_SHEET, write_form
from datasets.demo.monitoring_file import demo_monitoring
from datasets.demo.names import QUARTERS
from datasets.monitoring import FORM, check_monitoring, read_monitoring, read_series
from datasets.monitoring.cells import month
from datasets.monitoring.series import SERIES_FORM
from geo.monitoring import follow, period_table
from geo.monitoring.told import remarks

TODAY = date(2026, 3, 15)
HEAD = ("poste;structure;mois;etp;qpv_desservis;personnes_rencontrees;personnes_accompagnees;"
        "logements_visites;logements_avec_rencontre")  # fmt: skip
GOOD = "M1;Centre social du Phare;2025-01;1;QN04217M;34;12;100;45"


def written(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "suivi.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def refusals(path: Path) -> list[tuple[int, str]]:
    return [(one.line, one.column) for one in check_monitoring(path, TODAY).refused]


def test_the_quarters_of_the_example_lines_are_those_of_the_demo():
    told = [
        re.findall(r"QN\w{6}", words)
        for form in (*FORMS.values(), FORM, SERIES_FORM)
        for rule in form.rules.values()
        for words in rule.examples
    ]
    assert {code for codes in told for code in codes} == {one.code for one in QUARTERS[:2]}


@pytest.mark.parametrize("name", ["modele.csv", "modele.xlsx"])
def test_the_template_is_read_again_and_its_examples_are_not_counted(tmp_path, name):
    path = write_form(tmp_path / name, FORM)
    found = check_monitoring(path, TODAY)
    assert found.lines == () and {one.kind for one in found.problems} == {"extra"}
    if name.endswith("xlsx"):
        book = openpyxl.load_workbook(path)
        assert GUIDE_SHEET in book.sheetnames
        guide = [row[0].value for row in book[GUIDE_SHEET].iter_rows()]
        assert set(FORM.rules) <= set(guide)
        assert any("écran « Suivi »" in str(words) for words in guide)


@pytest.mark.parametrize("text", ["2025-03", "03/2025", "01/03/2025", "mars 2025", "2025-3"])
def test_months_as_people_write_them(text):
    assert month(text) == "2025-03"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("M1;Centre social du Phare;2026-04;1;QN04217M;34;12;;", "mois"),
        ("M1;Centre social du Phare;2025-13;1;QN04217M;34;12;;", "mois"),
        ("M1;Centre social du Phare;2025-02;1;QN04217M;-3;12;;", "personnes_rencontrees"),
        ("M1;Centre social du Phare;2025-02;1;QN04217M;3,5;1;;", "personnes_rencontrees"),
        ("M1;Centre social du Phare;2025-02;1;QN04217M;34;douze;;", "personnes_accompagnees"),
        ("M1;Centre social du Phare;2025-02;1;QN04217M;34;12;40;41", "logements_avec_rencontre"),
        ("M1;Centre social du Phare;2025-02;9;QN04217M;34;12;;", "etp"),
        ("M1;Centre social du Phare;2025-02;1;QP042005;34;12;;", "qpv_desservis"),
        ("M1;Centre social du Phare;2025-02;1;QN04217M;;;;", "personnes_rencontrees"),
        ("M1;;2025-02;1;QN04217M;34;12;;", "structure"),
        ("M1;Centre social du Phare;2025-01;1;QN04217M;30;10;;", "mois"),
        ("M1;Maison des Services;2025-02;1;QN04217M;30;10;;", "structure"),
        ("Fatima Benali;Centre social du Phare;2025-02;1;QN04217M;30;10;;", "poste"),
        ("06 12 34 56 78;Centre social du Phare;2025-02;1;QN04217M;30;10;;", "poste"),
    ],
)
def test_each_fault_is_told_by_line_and_column_and_the_good_line_stays(tmp_path, line, column):
    path = written(tmp_path, GOOD, line)
    problem = check_monitoring(path, TODAY).refused[0]
    assert (problem.line, problem.column) == (3, column) and problem.expected
    assert "Benali" not in problem.value and "06 12" not in problem.value
    reading = read_monitoring(path, TODAY)
    assert list(reading.lines["month"]) == ["2025-01"] and reading.refused == 1


def test_every_fault_of_a_file_at_once(tmp_path):
    path = written(
        tmp_path,
        "M1;Phare;2027-01;1;QN04217M;-1;x;;",
        "M2;Phare;2025-01;0;QN1;1;1;;",
    )
    assert refusals(path) == [
        (2, "personnes_rencontrees"), (2, "personnes_accompagnees"), (3, "etp"),
        (3, "qpv_desservis"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "title",
    ["Nom", "Prénom", "Date de naissance", "NIR", "Nationalité", "Adresse", "Téléphone",
     "Courriel", "e-mail", "Âge", "nom du bénéficiaire"],
)  # fmt: skip
def test_a_column_about_people_refuses_the_whole_file(tmp_path, title):
    path = written(tmp_path, GOOD + ";", head=f"{HEAD};{title}")
    assert (1, title) in refusals(path)
    with pytest.raises(RefusedForm, match="désigne des personnes"):
        read_monitoring(path, TODAY)


def test_people_hidden_in_a_column_of_another_name_are_refused(tmp_path):
    path = written(tmp_path, GOOD + ";Karim Haddad", head=f"{HEAD};remarque")
    assert refusals(path) == [(2, "remarque")]
    assert "Haddad" not in str(check_monitoring(path, TODAY).problems)


def test_doubts_are_said_and_let_through(tmp_path):
    path = written(
        tmp_path,
        "M1;Phare;2025-01;1;QN04217M;10;12;30;",
        "M1;Phare;2025-04;0,1;;500;400;;",
    )
    found = check_monitoring(path, TODAY)
    assert not found.refused and len(found.lines) == 2
    said = " ".join(one.message for one in found.problems)
    for words in ("plus de personnes accompagnées que rencontrées", "L’un sans l’autre",
                  "Ni QPV ni commune", "Sont-ce des sollicitations",
                  "2\u00a0mois sans ligne (février 2025, mars 2025)"):  # fmt: skip
        assert words in said


def test_a_month_whose_line_was_refused_is_not_a_month_without_a_line(tmp_path):
    path = written(
        tmp_path,
        GOOD,
        GOOD.replace("2025-01", "février 2025").replace(";34;", ";-34;"),
        GOOD.replace("2025-01", "2025-04"),
    )
    reading = read_monitoring(path, TODAY)
    assert reading.refused_months == {("M1", "2025-02")}
    said = " ".join(one.message for one in reading.problems)
    assert "1\u00a0mois sans ligne (mars 2025)" in said
    followed = follow(reading.lines, reading.workshops, refused=reading.refused_months)
    told = remarks(followed)
    assert "1\u00a0mois refusé (M1 : février 2025)." in told
    assert "1\u00a0mois sans ligne (M1 : mars 2025)." in told
    shown = period_table(followed, "territoire")["Mois-postes sans ligne"]
    assert list(shown) == ["1, plus 1\u00a0refusé"]


def test_workshops_by_kind(tmp_path):
    head = HEAD + ";ateliers;participations_ateliers"
    path = written(
        tmp_path,
        GOOD + ";Dépistage:1|numérique:2;dépistage:12",
        GOOD.replace("2025-01", "2025-02") + ";dépistage:1;numérique:4",
        GOOD.replace("2025-01", "2025-03") + ";tricot:1;",
        head=head,
    )
    assert refusals(path) == [(3, "participations_ateliers"), (4, "ateliers")]
    reading = read_monitoring(path, TODAY)
    assert reading.lines["workshops"].tolist() == [3] and reading.workshops["kind"].tolist() == [
        "dépistage", "numérique",
    ]  # fmt: skip


def test_known_codes_are_asked_for(tmp_path):
    path = written(tmp_path, GOOD)
    assert [p.column for p in check_monitoring(path, TODAY, {"QN04218M"}).refused] == [
        "qpv_desservis"
    ]


def test_the_demo_file_is_whole_and_the_same_each_time(tmp_path, demo_layers):
    path = tmp_path / "demo.csv"
    path.write_bytes(demo_monitoring())
    assert demo_monitoring() == demo_monitoring()
    known = set(demo_layers["qpv"].query("perimeter == '2024'")["code_qp"])
    reading = read_monitoring(path, TODAY, known)
    assert reading.refused == 0 and reading.lines["post"].nunique() == 7
    assert {one.kind for one in reading.problems} == {"missing"}
    found = follow(reading.lines, reading.workshops, codes=known, fictional=True)
    assert found.left_out == () and len(found.missing) == 2


def test_series_are_read_or_refused_whole(tmp_path):
    path = tmp_path / "series.csv"
    head = "code_qp;indicateur;periode;valeur;source\n"
    path.write_text(head + "QN04217M;x;2023;14,2;s\nQN04217M;x;2024;;s\n", encoding="utf-8")
    found = read_series(path)
    assert found["value"].iloc[0] == 14.2 and found["status"].tolist() == ["observed", "missing"]
    path.write_text(head + "QN04217M;x;2023;14,2;s\nQN04217M;x;2023;1;s\n", encoding="utf-8")
    with pytest.raises(RefusedForm, match="Déjà à la ligne 2"):
        read_series(path)
