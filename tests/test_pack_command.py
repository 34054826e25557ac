"""``qpv pack``: a whole folder or nothing, redone from its own record, opened by a spreadsheet."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from datasets.pack_folder import read_record, write_pack
from datasets.workspace import add_note, open_workspace
from geo.errors import BadInput
from geo.pack.files import content_hash
from geo.pack.request import from_plain
from geo.priority.notes import Note

FILES = {"dossier.xlsx", "dossier.pdf", "dossier.csv", "quartiers.gpkg", "dossier.json"}


def qpv(*words: str | Path):
    return CliRunner().invoke(app, [str(word) for word in words])


NOTE = Note("QN09903M", "Le seul cabinet du quartier ferme en septembre", "2026-02-03",
            "chargée de mission", "ajouter")  # fmt: skip


@pytest.fixture(scope="module")
def written(demo_data: Path, tmp_path_factory) -> Path:
    """A pack made with a workspace that holds one note on the territory, and one on another."""
    out = tmp_path_factory.mktemp("pack") / "appel"
    base = out.parent.parent / "espace.db"
    for place in ("demo", "region-84"):
        add_note(open_workspace(str(base)), place, NOTE)
    told = qpv(
        "pack", "demo", "--posts", 4, "--draws", 500, "--out", out, "--data", demo_data,
        "--workspace", base, "--assume", "people_per_fte=136",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "temps plein : 136 au lieu de 118" in told.stderr
    return out


def test_the_notes_of_the_workspace_are_in_the_pack_and_its_record(
    written: Path, demo_data: Path, tmp_path: Path
) -> None:
    asked = from_plain(json.loads((written / "dossier.json").read_text())["request"])
    assert asked.notes == (NOTE,)
    assert asked.assumptions == "people_per_fte=136"
    out = tmp_path / "appel"
    absent = qpv("pack", "demo", "--posts", 4, "--out", out, "--data", demo_data,
                 "--workspace", tmp_path / "absent.db")  # fmt: skip
    assert "introuvable" in str(absent.exception)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("note", [5, {}, {**asdict(NOTE), "motive": 5}, {**asdict(NOTE), "a": ""}])
def test_a_note_of_a_record_that_is_none_is_refused(written: Path, note: object) -> None:
    asked = json.loads((written / "dossier.json").read_text())["request"]
    with pytest.raises(BadInput, match="note 2 : code_qp, motive"):
        from_plain({**asked, "notes": [*asked["notes"], note]})


def test_the_folder_holds_the_five_files_and_nothing_else(written: Path) -> None:
    assert {path.name for path in written.iterdir()} == FILES
    assert [path for path in written.parent.iterdir() if path != written] == []


def test_a_pack_is_replayed_to_the_same_content(written: Path, demo_data: Path) -> None:
    told = qpv("pack", "--replay", written / "dossier.json", "--data", demo_data)
    assert told.exit_code == 0, told.output
    assert "Rejoué à l'identique" in told.stderr
    both = qpv("pack", "--replay", written / "dossier.json", "--assume", "people_per_fte=200")
    assert both.exit_code != 0 and "enlevez --assume" in str(both.exception)


def test_a_replay_on_other_data_says_what_differs(written: Path, demo_data: Path, tmp_path) -> None:
    record = json.loads((written / "dossier.json").read_text())
    record["build"] = "0" * 16
    record["content"] = content_hash(record)
    old = tmp_path / "dossier.json"
    old.write_text(json.dumps(record))
    told = qpv("pack", "--replay", old, "--data", demo_data)
    assert told.exit_code == 1
    assert "construction des données" in told.stderr


def test_a_record_edited_by_hand_is_refused(written: Path, tmp_path: Path) -> None:
    record = json.loads((written / "dossier.json").read_text())
    record["request"]["posts"] = 9
    edited = tmp_path / "dossier.json"
    edited.write_text(json.dumps(record))
    with pytest.raises(BadInput, match="modifié"):
        read_record(edited)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 1}', "[" * 100_000])
def test_a_record_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "dossier.json"
    file.write_text(content)
    with pytest.raises(BadInput, match=r"dossier\.json|modifié"):
        read_record(file)


def test_a_folder_that_holds_anything_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mes-notes.txt").write_text("à garder")
    with pytest.raises(BadInput, match=r"mes-notes\.txt"):
        write_pack(tmp_path, {"dossier.json": b"{}"})
    assert [path.name for path in tmp_path.iterdir()] == ["mes-notes.txt"]


def test_a_write_that_fails_leaves_the_earlier_pack_whole(tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "appel"
    write_pack(out, {"dossier.json": b"1", "dossier.csv": b"1"})

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("datasets.pack_folder.write_atomically", full)
    with pytest.raises(OSError, match="space"):
        write_pack(out, {"dossier.json": b"2", "dossier.csv": b"2"})
    assert (out / "dossier.json").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["appel"]


def test_a_second_pack_takes_the_place_of_the_first(tmp_path: Path) -> None:
    out = tmp_path / "appel"
    write_pack(out, {"dossier.json": b"1"})
    write_pack(out, {"dossier.json": b"2"})
    assert (out / "dossier.json").read_bytes() == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["appel"]


def test_what_is_missing_or_impossible_is_said_and_nothing_is_written(
    demo_data: Path, tmp_path: Path
) -> None:
    assert "--posts N (au moins 1) et --out" in str(qpv("pack", "demo").exception)
    out = tmp_path / "appel"
    many = qpv("pack", "demo", "--posts", 99, "--draws", 500, "--out", out, "--data", demo_data)
    assert "demandez au plus" in str(many.exception)
    assert not out.exists()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_opens_the_workbook(written: Path, tmp_path: Path) -> None:
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(written / "dossier.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    from pypdf import PdfReader

    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "dossier.pdf").pages)
    for words in ("À lire d'abord", "Délégation", "Score à partir de", "Aucune dérogation"):
        assert words in text


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_the_pages_are_drawn_and_not_blank(written: Path, tmp_path: Path) -> None:
    from PIL import Image, ImageStat

    subprocess.run(
        ["pdftoppm", "-r", "40", "-gray", "-png", str(written / "dossier.pdf"),
         str(tmp_path / "page")],
        check=True, timeout=60,
    )  # fmt: skip
    pages = sorted(tmp_path.glob("page*.png"))
    assert len(pages) >= 4
    for page in pages:
        with Image.open(page) as image:
            assert ImageStat.Stat(image).stddev[0] > 5, page.name
