"""Zoning lists and deprivation quintiles brought by a user: read, checked, refused, built."""

from __future__ import annotations

import openpyxl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from cli import app
from datasets import prepare, store
from datasets.brought.examine import RefusedForm, write_refused_beside
from datasets.brought.fdep import FORM as FDEP
from datasets.brought.fdep import check_fdep, read_fdep
from datasets.brought.own_files import OwnFiles
from datasets.brought.template import write_form
from datasets.brought.zoning import check_zoning, read_zoning
from datasets.brought.zoning_form import FORM as ZONING
from datasets.reading import UnreadableFile
from geo import analyse
from geo.territory import Territory

RUNNER = CliRunner()
COMMUNES = {"42218", "42187", "01053", "69123"}
HEADER = "code_commune;code_tvs;code_qp;zone;annee;source"


def _csv(path, *lines, header=HEADER):
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def _told(examination, kind="rejected"):
    return [(p.line, p.column, p.message) for p in examination.problems if p.kind == kind]


@pytest.mark.parametrize("form", [ZONING, FDEP], ids=["zonage", "fdep"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_untouched_template_holds_examples_that_are_never_counted(tmp_path, form, suffix):
    path = write_form(tmp_path / f"modele{suffix}", form)
    check = check_zoning if form is ZONING else check_fdep
    examination = check(path)
    assert not examination.lines and not examination.refused
    assert {problem.kind for problem in examination.problems} == {"extra"}
    assert len(examination.problems) == 2
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == [form.sheets[0], "Mode d’emploi", "Valeurs admises"]
        assert [cell.value for cell in book.worksheets[0][1]] == list(form.rules)


def test_zones_of_communes_of_territories_and_of_quarters(tmp_path):
    path = _csv(
        tmp_path / "zonage.csv",
        "42218;;;ZIP;2026;Arrêté du 31/12/2025",
        "42187;84T02;;;2026;",
        ";84T02;;zone d'action complémentaire;2026;",
        ";;QN04217M;Hors vivier;2026;",
        "69381;;;ZV;2026;",
    )
    table = read_zoning(path, COMMUNES, {"QN04217M"}).table.set_index("code")
    assert table["zone"].to_dict() == {
        "42218": "ZIP", "42187": "ZAC", "QN04217M": "hors", "69381": "vigilance",
    }  # fmt: skip
    assert table.at["42187", "tvs"] == "84T02"
    assert table["territory_kind"].to_dict()["QN04217M"] == "qpv"
    assert table.at["42218", "source_label"] == "Arrêté du 31/12/2025"
    assert table.at["42187", "source_label"] == "zonage.csv"
    assert set(table["year"]) == {"2026"}


def test_every_fault_of_a_zoning_is_told_with_its_line_and_its_column(tmp_path):
    path = _csv(
        tmp_path / "zonage.csv",
        "42218;;;ZIP;2026;",
        "42218;;;ZAC;2026;",
        "1053;;;ZIP;2026;",
        "99999;;;ZIP;2026;",
        "42187;;;ZUP;2026;",
        "42187;;;;2026;",
        ";;;ZIP;2026;",
        ";;QN999;ZIP;2026;",
        ";;QN04299M;ZIP;2026;",
        "42187;;;ZIP;26;",
        '42187;;;ZIP;2026;"écrire à a.b@exemple.fr"',
        "42187;;;ZIP;;",
        "42187;;;=A1;2026;",
    )
    told = _told(check_zoning(path, COMMUNES, {"QN04217M"}))
    where = [(line, column) for line, column, _ in told]
    assert where == [
        (3, "zone"), (4, "code_commune"), (5, "code_commune"), (6, "zone"), (7, "zone"),
        (8, "code_commune"), (9, "code_qp"), (10, "code_qp"), (11, "annee"), (12, "source"),
        (13, "annee"), (14, "zone"),
    ]  # fmt: skip
    assert told[0][2] == "42218 est en ZIP à la ligne 2, et en ZAC ici."
    assert "01053" in told[1][2]
    assert not any("a.b@" in str(problem) for problem in check_zoning(path).problems)
    with pytest.raises(RefusedForm, match="rien n’a été lu") as refused:
        read_zoning(path, COMMUNES, {"QN04217M"})
    assert len(refused.value.problems) == len(told)
    assert "ligne 3, colonne « zone »" in str(refused.value)
    kept = read_zoning(path, COMMUNES, {"QN04217M"}, keep_good=True)
    assert kept.table["code"].tolist() == ["42218"]
    out = write_refused_beside(path, ZONING, kept.examination)
    text = out.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 13 and "a.b@" not in text and "'=A1" in text
    assert write_refused_beside(path, ZONING, kept.examination) == out
    out.write_text("en cours de correction", encoding="utf-8")
    assert write_refused_beside(path, ZONING, kept.examination) != out


def test_a_territory_without_zone_or_without_communes_is_said(tmp_path):
    path = _csv(tmp_path / "z.csv", "42187;84T02;;;2026;", ";84T03;;ZIP;2026;")
    examination = check_zoning(path)
    assert [(line, column) for line, column, _ in _told(examination, "suspect")] == [
        (2, "code_tvs"), (3, "code_tvs"),
    ]  # fmt: skip
    assert read_zoning(path).table.empty


@pytest.mark.parametrize(
    ("header", "lacking"),
    [
        ("zone;annee", "code_commune"),
        ("code_qp;annee", "zone"),
        ("code_commune;zone", "annee"),
    ],
)
def test_a_column_that_lacks_refuses_the_file_whatever_is_asked(tmp_path, header, lacking):
    path = _csv(tmp_path / "z.csv", "42218;2026", header=header)
    assert [column for _, column, _ in _told(check_zoning(path))] == [lacking]
    with pytest.raises(RefusedForm, match=lacking):
        read_zoning(path, keep_good=True)


def test_the_official_workbook_is_read_as_it_is(tmp_path):
    path = tmp_path / "Zonage_medecin_20191231.xlsx"
    tvs, commune = "Code du territoire de vie-santé", "Code de la commune"
    national = "Qualification nationale issue de la concertation de 2017"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in {
            "Zonage_TVS": [[tvs, national], ["84001", "ZIP"], ["84002", "HZ"]],
            "Zonage_communes": [[tvs, commune, "Nom"], ["84001", "42218", "Saint-Étienne"],
                                ["84002", "42187", "Roanne"]],
            "Zonage_QPV": [["Code du quartier prioritaire",
                            "Qualification attribuée au QPV par l'arrêté régional"],
                           ["QP042007", "ZAC"]],
        }.items():  # fmt: skip
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    reading = read_zoning(path, COMMUNES)
    zones = reading.table.set_index("code")["zone"].to_dict()
    assert zones == {"42218": "ZIP", "42187": "hors", "QP042007": "ZAC"}
    assert set(reading.table["year"]) == {"2019"}
    extra = [problem for problem in reading.examination.problems if problem.kind == "extra"]
    assert [problem.column for problem in extra] == ["Nom"]
    assert extra[0].file == "Zonage_medecin_20191231.xlsx, feuille Zonage_communes"


def test_quintiles_by_commune_and_by_iris(tmp_path):
    path = _csv(
        tmp_path / "fdep.csv", "42218;5;1,24;2020", "422180101;4,0;;2020", "42187;1;s;2020",
        header="code;quintile;fdep;annee",
    )  # fmt: skip
    table = read_fdep(path, COMMUNES).table
    quintiles = table[table["indicator"] == "fdep_quintile"].set_index("code")
    assert quintiles["value"].to_dict() == {"42218": 5.0, "422180101": 4.0, "42187": 1.0}
    assert quintiles["territory_kind"].to_dict()["422180101"] == "iris"
    index = table[table["indicator"] == "fdep"].set_index("code")
    assert index.at["42218", "value"] == 1.24
    assert index.at["42187", "status"] == "suppressed"


def test_every_fault_of_the_quintiles_is_told(tmp_path):
    path = _csv(
        tmp_path / "fdep.csv", "42218;7;;2020", "42187;4;;2020", "42187;5;;2020", "99999;1;;2020",
        "422180;1;;2020", "01053;2,5;;2020", "01053;;;2020", "42187;4;;2020",
        header="code;quintile;fdep;annee",
    )  # fmt: skip
    examination = check_fdep(path, COMMUNES)
    assert [(line, column) for line, column, _ in _told(examination)] == [
        (2, "quintile"), (4, "quintile"), (5, "code"), (6, "code"), (7, "quintile"),
        (8, "quintile"),
    ]  # fmt: skip
    assert [line for line, _, _ in _told(examination, "extra")] == [9]


@pytest.mark.parametrize("content", ["", "<html><body>404</body></html>", "a;b\n1;2\n"])
def test_what_is_not_a_list_is_refused_with_what_to_do(tmp_path, content):
    path = tmp_path / "zonage.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFile):
        read_zoning(path)


def test_a_build_takes_both_files_and_the_regimes_follow(tmp_path, demo_raw, demo_layers):
    communes = sorted({c for own in demo_layers["qpv"]["communes"] for c in own.split(";")})
    zoning = _csv(tmp_path / "zones.csv", *(f"{code};;;ZIP;2026;" for code in communes))
    fdep = _csv(
        tmp_path / "fdep.csv", *(f"{code};5;2020" for code in communes),
        header="code;quintile;annee",
    )  # fmt: skip
    said: list[str] = []
    built = prepare.build(
        Territory("demo"), tmp_path / "data", from_dir=demo_raw,
        own=OwnFiles(zoning=[zoning], fdep=[fdep], keep_good=True), say=said.append,
    )  # fmt: skip
    layers = store.load("demo", tmp_path / "data")
    assert sorted(layers["zoning"]["code"]) == communes
    assert {"zonage_medecins", "fdep"} <= set(layers["sources"]["source_id"])
    frame = analyse(layers).regimes
    states = frame.groupby("regime")["state"].agg(set).to_dict()
    assert states["zip_zac"] == states["fdep_45"] == {"in"}
    assert not any("refusées" in line for line in said)
    # A bad list publishes nothing: what was built stays.
    _csv(zoning, f"{communes[0]};;;ZUP;2026;")
    with pytest.raises(RefusedForm, match="n’est pas une zone connue"):
        prepare.build(
            Territory("demo"), tmp_path / "data", from_dir=demo_raw,
            own=OwnFiles(zoning=[zoning]), say=said.append,
        )  # fmt: skip
    assert store.find("demo", tmp_path / "data").path == built.path


def test_commands_write_check_and_explain(tmp_path):
    out = tmp_path / "modele.csv"
    assert RUNNER.invoke(app, ["template", "zonage", "--out", str(out)]).exit_code == 0
    assert (
        RUNNER.invoke(app, ["template", "fdep", "--out", str(tmp_path / "f.xlsx")]).exit_code == 0
    )
    data = ["--data", str(tmp_path)]
    done = RUNNER.invoke(app, ["check", "zonage", str(out), *data])
    assert done.exit_code == 0 and "0\u00a0ligne utilisable" in done.stderr
    assert "l'existence des codes n'est pas vérifiée" in done.stderr
    bad = _csv(tmp_path / "bad.csv", "42218;9;2020", header="code;quintile;annee")
    done = RUNNER.invoke(app, ["check", "fdep", str(bad), "--json", *data])
    assert done.exit_code == 1 and "1\u00a0ligne à corriger" in done.stderr
    assert '"column": "quintile"' in done.stdout
