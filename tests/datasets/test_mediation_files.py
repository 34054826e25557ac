"""Whole mediation files: kinds of file, template, round trip, refused lines, packaged schemes."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.mediation import (
    TEMPLATE_COLUMNS,
    RefusedLines,
    check_mediation,
    good_lines,
    packaged_schemes,
    read_mediation,
    rejected_lines,
    summary,
    write_good,
    write_rejected,
    write_rejected_beside,
    write_template,
)
from datasets.mediation.columns import WEEKDAYS
from datasets.mediation.template import example_lines, write_lines
from datasets.reading import UnreadableFile
from geo.errors import BadInput
from geo.schema import MEDIATION_KINDS, validate

LINE = {"structure": "Relais", "type_action": "permanence", "commune": "42218"}


def one(folder: Path, **changes: str) -> Path:
    path = folder / "mediation.csv"
    write_lines(path, [{**LINE, **changes}])
    return path


# --- files that cannot be read ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("m.csv", b"", "vide"),
        ("m.xlsx", b"", "vide"),
        ("m.csv", b"<!DOCTYPE html><html><body>404</body></html>", "page web"),
        ("m.xlsx", b"<!DOCTYPE html><html><body>404</body></html>", "page web"),
        ("m.csv", b"\xd0\xcf\x11\xe0\x00\x00\x00", "octets nuls"),
        ("m.csv", b"a;b;c\r\n1;2;3\r\n", "aucune colonne du mod"),
    ],
)
def test_unreadable(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=words) as caught:
        check_mediation(path)
    assert caught.value.file == name
    assert caught.value.expected
    assert caught.value.todo


def test_absent_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="introuvable"):
        read_mediation(tmp_path / "rien.csv")


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
def test_truncated_workbook(tmp_path: Path, kept: float) -> None:
    path = write_template(tmp_path / "m.xlsx")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(UnreadableFile, match="coup"):
        check_mediation(path)


def test_damaged_workbook(tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(UnreadableFile, match="abîmé"):
        check_mediation(path)


def test_workbook_bomb(tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(30 * 1024**2))
    with pytest.raises(UnreadableFile, match="prudence"):
        check_mediation(path)


def test_empty_sheet(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "m.xlsx")
    with pytest.raises(UnreadableFile, match="feuille est vide"):
        check_mediation(tmp_path / "m.xlsx")


# --- ways of writing ----------------------------------------------------------------------------


def test_cp1252_with_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    text = "Structure;Type action;Commune;ETP\r\nÉcoute;Aller vers;42218;0,5\r\n"
    path.write_bytes(text.encode("cp1252"))
    reading = read_mediation(path)
    assert reading.points["structure"].tolist() == ["Écoute"]
    assert reading.points["kind"].tolist() == ["aller-vers"]
    assert reading.points["fte"].tolist() == [0.5]
    assert [problem.kind for problem in reading.problems] == ["repaired"]


def test_comma_separated_and_iso_dates(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        "structure,type_action,commune,etp,debut_convention,jours\n"
        'A,coordination,42218,0.5,2025-01-31,"jeudi, lundi"\n',
        encoding="utf-8",
    )
    [row] = read_mediation(path).points.to_dict("records")
    assert row["convention_start"] == "2025-01-31"
    assert row["weekdays"] == "lundi;jeudi"
    assert row["mediation_id"] == "ligne-2"


def test_workbook_under_another_extension_and_typed_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Interventions", 1)
    sheet.append(["structure", "type_action", "longitude", "latitude", "heure_debut", "heure_fin",
                  "debut_convention", "annee"])  # fmt: skip
    sheet.append(["A", "permanence", 4.3875, 45.4396, time(9), time(12, 30),
                  datetime(2025, 3, 1), 2025])  # fmt: skip
    path = tmp_path / "m.data"
    book.save(path)
    [row] = read_mediation(path).points.to_dict("records")
    assert (row["starts_at"], row["ends_at"]) == ("09:00", "12:30")
    assert row["convention_start"] == "2025-03-01"
    assert (row["geometry"].x, row["geometry"].y) == (4.3875, 45.4396)
    assert row["precision"] == "coordinates"
    assert row["vintage"] == "2025"


@pytest.mark.parametrize(
    ("changes", "fte", "status"),
    [
        ({"etp": "0,2"}, 0.2, "observed"),
        ({"etp": "1", "heures_par_semaine": "39"}, 1.0, "observed"),
        ({"heures_par_semaine": "7"}, 0.2, "modelled"),
        ({"jours": "lundi|mardi", "heure_debut": "9h", "heure_fin": "12h30"}, 0.2, "modelled"),
    ],
)
def test_fte(tmp_path: Path, changes: dict[str, str], fte: float, status: str) -> None:
    [row] = read_mediation(one(tmp_path, **changes)).points.to_dict("records")
    assert row["fte"] == pytest.approx(fte, abs=1e-12)
    assert row["fte_status"] == status


@pytest.mark.parametrize(("written", "status"), [("", "missing"), ("ns", "suppressed")])
def test_unknown_is_never_zero(tmp_path: Path, written: str, status: str) -> None:
    path = one(tmp_path, etp=written, personnes_par_an=written)
    [row] = read_mediation(path).points.to_dict("records")
    assert row["fte"] != row["fte"]
    assert row["people_per_year"] != row["people_per_year"]
    assert (row["fte_status"], row["people_status"]) == (status, status)
    assert row["geometry"] is None
    assert row["precision"] == "commune"


def test_zero_people_is_an_observed_zero(tmp_path: Path) -> None:
    [row] = read_mediation(one(tmp_path, personnes_par_an="0")).points.to_dict("records")
    assert (row["people_per_year"], row["people_status"]) == (0, "observed")


def test_funders_without_shares_stay_unknown(tmp_path: Path) -> None:
    funders = read_mediation(one(tmp_path, financeurs="ARS|Ville")).funders
    assert funders["funder"].tolist() == ["ARS", "Ville"]
    assert funders["share"].isna().all()


def test_one_qpv_alone_takes_the_whole_post(tmp_path: Path) -> None:
    served = read_mediation(one(tmp_path, qpv_desservis="qn04201m")).qpv
    assert served.to_dict("records") == [
        {"mediation_id": "ligne-2", "code_qp": "QN04201M", "share": 1.0}
    ]


def test_percentages_are_shares(tmp_path: Path) -> None:
    served = read_mediation(one(tmp_path, qpv_desservis="QN04201M:40 %|QN04202M:60%")).qpv
    assert served["share"].tolist() == pytest.approx([0.4, 0.6])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""),
        ("dep:42", "dep:42"),
        (" DEP:2a | commune:42187|dep:2A ", "dep:2A;commune:42187"),
        ("epci:244200770;region:84", "epci:244200770;region:84"),
        ("qpv:qn04217m", "qpv:QN04217M"),
    ],
)
def test_completeness_is_read(tmp_path: Path, written: str, read: str) -> None:
    assert read_mediation(one(tmp_path, complet_pour=written)).points["complete_for"][0] == read


def test_summary_of_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    lines = [
        {**LINE, "etp": "0,2", "qpv_desservis": "QN04201M"},
        {**LINE, "etp": "0,5", "qpv_desservis": "QN04202M:0,5|QN04203M:0,5"},
        {**LINE, "complet_pour": "commune:42218"},
    ]
    write_lines(path, lines[:2])
    told = summary(read_mediation(path)).replace("\u00a0", " ")
    assert told.startswith("2 lignes, 0,7 ETP, 3 QPV ; ")
    assert "restent inconnus" in told
    write_lines(path, lines)
    told = summary(read_mediation(path)).replace("\u00a0", " ")
    assert told == (
        "3 lignes, 0,7 ETP (inconnus pour 1 ligne), 3 QPV ; fichier complet pour commune:42218"
    )


# --- bad lines beside good ones -----------------------------------------------------------------


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    path = tmp_path / "mediation.csv"
    write_lines(
        path,
        [
            {**LINE, "identifiant": "bon"},
            {**LINE, "identifiant": "etp", "etp": "7", "lieu": "=Salle"},
            {**LINE, "identifiant": "nom", "lieu": "chez Mme Durand"},
            {**LINE, "identifiant": "deux", "heure_debut": "10:00", "heure_fin": "09:00",
             "qpv_desservis": "QN04201M:0,8|QN04202M:0,5"},
        ],
    )  # fmt: skip
    return path


def test_bad_lines_stop_the_reading_and_all_are_told(mixed: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_mediation(mixed)
    assert isinstance(caught.value, RefusedLines)
    assert [problem.line for problem in caught.value.problems] == [3, 4, 5, 5]
    text = str(caught.value)
    assert "ligne 3, colonne « etp »" in text
    assert "--keep-good" in text
    assert "ligne 5, colonne « heure_fin »" in text
    assert "Durand" not in text


def test_good_lines_are_kept_on_demand(mixed: Path) -> None:
    reading = read_mediation(mixed, keep_good=True)
    assert reading.points["mediation_id"].tolist() == ["bon"]
    assert {problem.line for problem in reading.problems} == {3, 4, 5}


def test_a_file_that_lost_lines_is_no_longer_complete(mixed: Path) -> None:
    text = mixed.read_text(encoding="utf-8-sig").splitlines()
    place = text[0].split(";").index("complet_pour")
    for line in range(1, len(text)):
        cells = text[line].split(";")
        cells[place] = "dep:42"
        text[line] = ";".join(cells)
    mixed.write_text("\n".join(text), encoding="utf-8-sig")
    reading = read_mediation(mixed, keep_good=True)
    assert reading.points["complete_for"].tolist() == [""]
    [said] = [problem for problem in reading.problems if problem.column == "complet_pour"]
    assert (said.kind, said.line, said.value) == ("suspect", 2, "dep:42")


def test_refused_lines_beside_the_file_never_hide_a_correction(mixed: Path) -> None:
    first = write_rejected_beside(mixed)
    assert first == mixed.with_name("mediation-lignes-refusees.csv")
    assert write_rejected_beside(mixed) == first
    first.write_text("lignes en cours de correction", encoding="utf-8")
    second = write_rejected_beside(mixed)
    assert second == mixed.with_name("mediation-lignes-refusees-2.csv")
    assert first.read_text(encoding="utf-8") == "lignes en cours de correction"
    assert len(second.read_text(encoding="utf-8-sig").splitlines()) == 4
    write_lines(mixed, [LINE])
    assert write_rejected_beside(mixed) is None


def test_refused_lines_go_to_a_file_that_can_be_corrected(mixed: Path, tmp_path: Path) -> None:
    out = tmp_path / "refus.csv"
    assert write_rejected(mixed, out) == 3
    text = out.read_text(encoding="utf-8-sig")
    assert "Durand" not in text
    assert "'=Salle" in text
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [row["ligne_d_origine"] for row in rows] == ["3", "4", "5"]
    assert rows[1]["lieu"] == "(masqué)"
    assert "au lieu de 1" in rows[2]["motifs_du_refus"]
    rows[0]["etp"] = "0,7"
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerow(rows[0])
    corrected = read_mediation(out)
    assert corrected.problems == ()
    assert corrected.points["host_place"].tolist() == ["=Salle"]


def test_refused_lines_never_carry_foreign_columns(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        "structure;type_action;commune;Nom\nA;permanence;42218;Durand\nB;bal;42218;\n",
        encoding="utf-8",
    )
    frame = rejected_lines(path)
    assert frame["ligne_d_origine"].tolist() == ["2", "3"]
    assert "Durand" not in frame.to_csv()


def test_a_file_without_a_mandatory_column_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("structure;commune\nA;42218\n", encoding="utf-8")
    with pytest.raises(RefusedLines, match="type_action"):
        read_mediation(path, keep_good=True)


def test_good_lines_stand_by_themselves_and_are_no_longer_complete(tmp_path: Path) -> None:
    path, good, bad = (tmp_path / name for name in ("m.csv", "good.csv", "bad.csv"))
    lines = [
        {**LINE, "identifiant": "a", "etp": "0,5", "complet_pour": "dep:42", "lieu": "=Salle"},
        {**LINE, "identifiant": "b", "etp": "7"},
        {**LINE, "identifiant": "c", "jours": "lundi|jeudi", "financeurs": "ARS:0,6|Ville:0,4"},
    ]
    write_lines(path, lines)
    assert (write_good(path, good), write_rejected(path, bad)) == (2, 1)
    kept, whole = read_mediation(good), read_mediation(path, keep_good=True)
    assert kept.problems == ()
    assert kept.points["complete_for"].tolist() == ["", ""]
    columns = [name for name in kept.points if name not in ("source_label", "geometry")]
    assert kept.points[columns].equals(whole.points[columns])
    assert kept.funders.equals(whole.funders)
    # Every line is in one file or the other, once.
    assert set(good_lines(path)["identifiant"]) | set(rejected_lines(path)["identifiant"]) == {
        "a", "b", "c"
    }  # fmt: skip


def test_good_lines_of_a_good_file_keep_their_declaration(tmp_path: Path) -> None:
    path = one(tmp_path, complet_pour="dep:42")
    assert good_lines(path)["complet_pour"].tolist() == ["dep:42"]


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = one(tmp_path), tmp_path / "good.csv"
    out.write_text("lignes en cours de correction", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError("plus de place")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="place"):
        write_good(path, out)
    assert out.read_text(encoding="utf-8") == "lignes en cours de correction"
    assert {item.name for item in tmp_path.iterdir()} == {"mediation.csv", "good.csv"}


# --- template -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["modele.csv", "modele.xlsx"])
def test_untouched_template_says_that_examples_are_to_be_replaced(
    tmp_path: Path, name: str
) -> None:
    path = write_template(tmp_path / name)
    reading = read_mediation(path)
    assert reading.points.empty
    assert {problem.kind for problem in reading.problems} == {"missing", "extra"}
    examples = [problem for problem in reading.problems if problem.kind == "extra"]
    assert [problem.line for problem in examples] == [2, 3]
    assert all("remplacez-la" in problem.message for problem in examples)


def test_the_examples_obey_the_rules_they_illustrate(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    renamed = [{**line, "identifiant": f"n{n}"} for n, line in enumerate(example_lines())]
    write_lines(path, renamed)
    assert check_mediation(path) == []
    assert all("fictive" in line["structure"] for line in renamed)


def test_template_columns_in_both_formats(tmp_path: Path) -> None:
    text = write_template(tmp_path / "m.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfidentifiant;structure;type_action;lieu;")
    book = openpyxl.load_workbook(write_template(tmp_path / "m.xlsx"))
    assert book.sheetnames == ["Interventions", "Mode d’emploi", "Valeurs admises"]
    sheet = book["Interventions"]
    assert [cell.value for cell in sheet[1]] == list(TEMPLATE_COLUMNS)
    lists = {
        str(rule.sqref): rule
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists["C2:C1001"].formula1 == "'Valeurs admises'!$A$2:$A$5"
    assert lists["C2:C1001"].errorStyle in (None, "stop")
    assert [row[0].value for row in book["Valeurs admises"]["A2:A5"]] == list(MEDIATION_KINDS)
    described = {row[0].value for row in book["Mode d’emploi"].iter_rows()}
    assert set(TEMPLATE_COLUMNS) <= described


def test_template_of_another_extension(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.csv ou en \.xlsx"):
        write_template(tmp_path / "m.ods")


# --- round trip ---------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("abcdéèôœ =+@-'’"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
).filter(lambda text: text and not text.startswith("'") and "@" not in text[1:])  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> dict[str, str]:
    count = draw(st.integers(1, 4))
    weights = draw(st.lists(st.integers(1, 20), min_size=count, max_size=count))
    codes = draw(
        st.lists(st.integers(1, 99), min_size=count, max_size=count, unique=True).map(
            lambda numbers: [f"QN042{number:02d}M" for number in numbers]
        )
    )
    parts = [f"{weight / sum(weights):.3f}".replace(".", ",") for weight in weights]
    days = draw(st.lists(st.sampled_from(WEEKDAYS), unique=True))
    return {
        "structure": draw(WORDS),
        "type_action": draw(st.sampled_from(MEDIATION_KINDS)),
        "lieu": draw(st.just("") | WORDS),
        "commune": draw(st.sampled_from(["01053", "42218", "2A004"])),
        "jours": "|".join(days),
        "etp": draw(st.sampled_from(["", "0,2", "1", "1.5", "5"])),
        "personnes_par_an": draw(st.sampled_from(["", "0", "118", "1 200"])),
        "qpv_desservis": "|".join(f"{c}:{p}" for c, p in zip(codes, parts, strict=True)),
        "debut_convention": draw(st.dates(date(2000, 1, 1), date(2050, 1, 1))).strftime("%d/%m/%Y"),
    }


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(written=st.lists(lines(), min_size=1, max_size=5))
def test_round_trip(tmp_path: Path, written: list[dict[str, str]]) -> None:
    path = tmp_path / "mediation.csv"
    write_lines(path, written)
    reading = read_mediation(path)
    points = reading.points
    assert points["structure"].tolist() == [line["structure"] for line in written]
    assert points["host_place"].tolist() == [line["lieu"] for line in written]
    assert points["commune"].tolist() == [line["commune"] for line in written]
    assert points["kind"].tolist() == [line["type_action"] for line in written]
    assert [set(days.split(";")) for days in points["weekdays"]] == [
        set(line["jours"].split("|")) for line in written
    ]
    for row, line in zip(points.to_dict("records"), written, strict=True):
        day, month, year = line["debut_convention"].split("/")
        assert row["convention_start"] == f"{year}-{month}-{day}"
        assert (row["fte_status"] == "missing") == (line["etp"] == "")
        assert row["fte_status"] == "missing" or row["fte"] == float(line["etp"].replace(",", "."))
    sums = reading.qpv.groupby("mediation_id")["share"].sum()
    assert set(sums.index) == set(points["mediation_id"])
    assert sums.to_numpy() == pytest.approx(1, abs=1e-12)
    assert len(reading.qpv) == sum(line["qpv_desservis"].count("QN") for line in written)


# --- packaged schemes ---------------------------------------------------------------------------


def test_packaged_schemes_obey_the_schema_and_carry_their_source() -> None:
    schemes = packaged_schemes()
    assert schemes.problems == ()
    points = validate("mediation", schemes.points)
    assert (points["complete_for"] == "").all()
    validate("mediation_qpv", schemes.qpv)
    validate("mediation_funders", schemes.funders)
    assert sorted(points["commune"]) == ["01053", "26210", "42187", "42218", "63113"]
    assert (points["origin"] == "packaged").all()
    assert (points["precision"] == "commune").all()
    assert points.geometry.isna().all()
    assert (points["source_label"] != "").all()
    assert points["vintage"].str.fullmatch(r"20\d\d").all()


def test_packaged_schemes_invent_nothing() -> None:
    schemes = packaged_schemes()
    points = schemes.points.set_index("commune")
    assert points["fte"].isna().all()
    assert (points["fte_status"] == "missing").all()
    assert schemes.qpv.empty
    assert schemes.funders["share"].isna().all()
    assert schemes.funders["mediation_id"].value_counts()["demarche-saint-etienne"] == 5
    assert schemes.funders["mediation_id"].value_counts()["demarche-clermont-ferrand"] == 3
    assert points["people_per_year"].dropna().to_dict() == {"26210": 510.0}


# --- the kind of territory ----------------------------------------------------------------------


def test_a_watched_or_rural_place_is_said_and_names_no_qpv(tmp_path: Path) -> None:
    path = one(tmp_path, territoire="Veille Active")
    assert read_mediation(path).points["territory_kind"].tolist() == ["veille active"]
    for wrong, words in (
        ({"territoire": "veille active", "qpv_desservis": "QN04217M"}, "n’est pas un QPV"),
        ({"territoire": "montagne"}, "pas une sorte de territoire"),
    ):
        with pytest.raises(RefusedLines, match=words) as caught:
            read_mediation(one(tmp_path, **wrong))
        assert [problem.column for problem in caught.value.problems] == ["territoire"]
