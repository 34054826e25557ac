"""Files sent to do harm: refused in French, or kept as the text they are; nothing is written."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from datasets.brought.session import FORMS, look_at
from datasets.built_codes import BuiltCodes
from datasets.mediation.known import CodeList
from datasets.reading import UnreadableFile

CODES = BuiltCodes(
    CodeList(frozenset({"QN09901M"}), frozenset({"99"})),
    CodeList(frozenset({"99001"}), frozenset({"99"})),
)
HEAD = "identifiant;profession;structure;commune;longitude;latitude;lieux;precision;annee"
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    + "]>"
)


def _workbook(**members: str) -> bytes:
    """A good workbook with some of its parts replaced."""
    good, target = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(good) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.split(";"))
        sheet.write_row(1, 0, ["a", "infirmier", "", "99001", "", "", "1", "", "2025"])
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(target, "w", 8) as made:
        for name in source.namelist():
            short = name.rsplit("/", 1)[-1].removesuffix(".xml")
            made.writestr(name, members.get(short, source.read(name)))
    return target.getvalue()


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    """Whatever is written by a relative path would be found here."""
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize("part", ["sheet1", "sharedStrings", "workbook"])
def test_an_entity_bomb_is_refused(kind, part):
    bomb = ENTITIES + "<worksheet><sheetData><row><c><v>&a9;</v></c></row></sheetData></worksheet>"
    with pytest.raises(UnreadableFile, match="À faire"):
        look_at(kind, "x.xlsx", _workbook(**{part: bomb}), CODES)


def test_an_external_entity_reads_no_file_of_the_machine(tmp_path):
    secret = tmp_path.parent / "secret-de-la-machine.txt"
    secret.write_text("motdepasse", encoding="utf-8")
    text = (
        f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + "<si><t>&x;</t></si>" * 30 + "</sst>"
    )  # fmt: skip
    try:
        found = look_at("practices", "x.xlsx", _workbook(sharedStrings=text), CODES)
    except UnreadableFile as error:
        assert "motdepasse" not in str(error)
    else:
        assert "motdepasse" not in found.head.to_string() + found.problems.to_string()


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked():
    with pytest.raises(UnreadableFile, match="une fois décompressé"):
        look_at("practices", "x.xlsx", _workbook(sheet1="0" * 80_000_000), CODES)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", r"C:\x.csv", "/etc/cron.d/x", "\x00", "a" * 999]
)
def test_a_path_as_a_name_writes_nowhere(name):
    found = look_at("practices", name, f"{HEAD}\na;infirmier;;99001;;;1;;2025\n".encode(), CODES)
    assert found.good == 1
    assert not set("/\\\x00") & set(found.name)


@pytest.mark.parametrize("formula", ["=1+1", "=cmd|'/c calc'!A0", '=HYPERLINK("http://x","y")'])
def test_a_formula_is_refused_and_given_back_as_text(formula):
    quoted = '"' + formula.replace('"', '""') + '"'
    line = f"a;centre de santé;{quoted};99001;;;1;;2025"
    found = look_at("practices", "x.csv", f"{HEAD}\n{line}\n".encode(), CODES)
    assert (found.good, found.refused) == (0, 1)
    assert "formule" in found.problems["Ce qui ne va pas"].iloc[0]
    assert b";=" not in found.refused_csv and b';"=' not in found.refused_csv


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "<script>x</script>", "l’« Oasis » \U0001f3e0"]
)
def test_markup_quotes_and_emoji_stay_the_text_they_are(text):
    quoted = '"' + text.replace('"', '""') + '"'
    line = f"a;centre de santé;{quoted};99001;;;1;;2025"
    found = look_at("practices", "x.csv", f"{HEAD}\n{line}\n".encode(), CODES)
    assert found.good == 1
    assert found.head["structure"].iloc[0] == text
