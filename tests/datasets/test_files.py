"""Files are judged by their content: each wrong one is refused in words that help."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from datasets.readers import files
from datasets.readers.tabular import check_magic, content, member_names, open_member
from datasets.reading import UnreadableFile
from tests.datasets.written import write_text, write_zip

HTML = "<!DOCTYPE html><html><body>404</body></html>"


@pytest.mark.parametrize("kind", ["zip", "xlsx", "text", "json", "gzip"])
def test_an_empty_file_is_refused_whatever_was_expected(tmp_path: Path, kind: files.Kind) -> None:
    with pytest.raises(UnreadableFile, match="le fichier est vide"):
        check_magic(write_text(tmp_path / "vide", ""), kind)


@pytest.mark.parametrize("kind", ["zip", "xlsx", "text", "json", "gzip"])
@pytest.mark.parametrize("page", [HTML, "\ufeff\n <HTML>", "<?xml version='1.0'?><html></html>"])
def test_a_web_page_is_named_for_what_it_is(tmp_path: Path, kind: files.Kind, page: str) -> None:
    with pytest.raises(UnreadableFile, match=r"page web .HTML.") as refusal:
        check_magic(
            write_text(tmp_path / "page.zip", page), kind, landing_page="https://exemple.fr"
        )
    assert "https://exemple.fr" in str(refusal.value)
    assert "page.zip" in str(refusal.value)


def test_an_absent_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="introuvable"):
        check_magic(tmp_path / "rien.csv", "text")


def test_the_right_kinds_pass(tmp_path: Path) -> None:
    check_magic(write_zip(tmp_path / "a.csv", {"a": "1"}), "zip")
    check_magic(write_text(tmp_path / "b.zip", "a;b\n1;2\n"), "text")
    check_magic(write_text(tmp_path / "c.txt", '\ufeff {"a": 1}'), "json")
    (tmp_path / "d").write_bytes(gzip.compress(b"x"))
    check_magic(tmp_path / "d", "gzip")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"7z\xbc\xaf\x27\x1c", "7z"), (b"a\x00b\x00", "octets nuls"), (b"PK\x03\x04", "ZIP")],
)
def test_a_text_must_be_a_text(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "donnees.csv"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=words):
        check_magic(path, "text")


def test_a_zip_cut_short_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.csv": "x;y\n" * 500})
    path.write_bytes(path.read_bytes()[:-30])
    for read in (lambda: open_member(path, "*.csv"), lambda: member_names(path)):
        with pytest.raises(UnreadableFile, match="coupée ou abîmée"):
            read()


def test_a_member_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.csv", "code;valeur\n42;1\n")
    path.write_bytes(path.read_bytes().replace(b"42;1", b"42;9"))
    with pytest.raises(UnreadableFile, match="coupée ou abîmée"):
        open_member(path, "*.csv")


def test_the_member_is_found_whatever_its_case_and_folder(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"DOSSIER/Base.CSV": "oui", "__MACOSX/._Base.csv": "non"})
    assert open_member(path, "base.csv") == b"oui"
    assert member_names(path) == ["DOSSIER/Base.CSV"]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"lisez.txt": "x"}, r"contient : lisez\.txt"),
        ({"a.csv": "x", "b.csv": "y"}, r"plusieurs fichiers .*a\.csv, b\.csv"),
        ({}, "contient : rien"),
    ],
)
def test_none_or_several_members_are_listed(
    tmp_path: Path, members: dict[str, str], words: str
) -> None:
    with pytest.raises(UnreadableFile, match=words):
        open_member(write_zip(tmp_path / "a.zip", members), "*.csv")


def test_a_member_name_that_climbs_out_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "dedans"
    folder.mkdir()
    path = write_zip(folder / "a.zip", {"../../evade.csv": "x;y\n"})
    assert open_member(path, "*.csv") == b"x;y\n"
    assert [found.name for found in tmp_path.rglob("*") if found.is_file()] == ["a.zip"]


def test_bombs_are_refused_before_they_unfold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "RATIO_FLOOR_BYTES", 100_000)
    zeros = b"0" * 1_000_000
    path = write_zip(tmp_path / "bombe.zip", {"a.csv": zeros})
    with pytest.raises(UnreadableFile, match="refusée par prudence"):
        open_member(path, "*.csv")
    (tmp_path / "bombe.gz").write_bytes(gzip.compress(zeros))
    with pytest.raises(UnreadableFile, match="une fois décompressé"):
        content(tmp_path / "bombe.gz")
    monkeypatch.setattr(files, "RATIO_FLOOR_BYTES", 10_000_000)
    assert open_member(path, "*.csv") == zeros
    monkeypatch.setattr(files, "MAX_MEMBER_BYTES", 999_999)
    with pytest.raises(UnreadableFile, match="refusée par prudence"):
        open_member(path, "*.csv")


def test_content_comes_bare_zipped_or_gzipped(tmp_path: Path) -> None:
    write_text(tmp_path / "a.csv", "a;b\n")
    write_zip(tmp_path / "a.zip", {"x/a.csv": "a;b\n"})
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a;b\n"))
    for name in ("a.csv", "a.zip", "a.csv.gz"):
        assert content(tmp_path / name) == (b"a;b\n", name)


def test_a_gzip_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"code;valeur\n" * 1000)[:-12])
    with pytest.raises(UnreadableFile, match="coupé ou abîmé"):
        content(path)
