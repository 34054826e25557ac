"""Export and import of a whole workspace: equal after a round trip, safe against a hostile ZIP."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from datasets.workspace import (
    Workspace,
    add_note,
    export_workspace,
    file_bytes,
    files,
    history_of,
    import_workspace,
    open_workspace,
    preview_import,
    records_of,
    save,
    save_file,
    upgrade_workspace,
    withdraw,
)
from datasets.workspace.archive import BadArchive, Bounds, opened_archive
from datasets.workspace.engine import reading
from datasets.workspace.intake import ImportConflicts
from datasets.workspace.tables import files as blobs
from datasets.workspace.where import find_workspace
from geo.priority.notes import Note
from tests.workspace.conftest import Clock
from tests.workspace.test_records import BODY, OTHER, ROLE, changed, follow_up

DECISION = {"code_qp": "QN09901M", "action": "ajouter", "date": "2026-01-15", "role": OTHER,
            "motif": "Le seul cabinet du quartier ferme en septembre"}  # fmt: skip


FORMER, LATER = follow_up("2025-03"), follow_up("2025-03", "2025-04")


def fill(workspace: Workspace) -> Workspace:
    """One record of each kind, changed, withdrawn or brought twice."""
    save(workspace, "scenario", "demo", "A", BODY, ROLE)
    save(workspace, "scenario", "demo", "A", changed(1.5), OTHER, version=1)
    gone = save(workspace, "overrides", "dep:42", "Appel 2026", {"decisions": [DECISION]}, ROLE)
    withdraw(workspace, gone.id, ROLE, version=1)
    note = Note("QN09901M", "Une maison de santé ouvre au printemps", "2026-01-10", ROLE)
    add_note(workspace, "demo", note)
    save_file(workspace, "monitoring", "demo", "mars.csv", FORMER, ROLE)
    save_file(workspace, "monitoring", "demo", "mars.csv", LATER, ROLE, version=1)
    return workspace


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    return fill(workspace)


@pytest.fixture
def other(new_address: Callable[[], str]) -> Workspace:
    address = new_address()
    upgrade_workspace(find_workspace(address))
    return open_workspace(address, clock=Clock())


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(path: Path, content: dict[str, bytes]) -> Path:
    """An archive with these members, its manifest made right again."""
    told = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "octets": len(data)}
        for name, data in content.items()
        if name != "manifest.json"
    }
    manifest = {**json.loads(content["manifest.json"]), "membres": told}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in {**content, "manifest.json": json.dumps(manifest).encode()}.items():
            written.writestr(name, data)
    return path


def everything(workspace: Workspace) -> list:
    kept = records_of(workspace, withdrawn=True)
    return [
        (one, [(line.version, line.action, line.role, line.at, line.before, line.after)
               for line in history_of(workspace, one.id)])
        for one in kept
    ]  # fmt: skip


def test_a_round_trip_is_equal(filled: Workspace, other: Workspace, tmp_path: Path) -> None:
    first, second = tmp_path / "un.zip", tmp_path / "deux.zip"
    counts = export_workspace(filled, first)
    assert (counts.records, counts.history, counts.files) == (4, 7, 2)
    done = import_workspace(other, first)
    assert (done.added, done.known) == (4, 0)
    assert everything(other) == everything(filled)
    kept = files(other, "monitoring", "demo")[0]
    assert file_bytes(other, kept) == LATER
    export_workspace(other, second)
    one, two = members(first), members(second)
    assert {*one} == {*two}
    assert all(one[name] == two[name] for name in one if name.startswith("files/"))
    assert sorted(one["records.jsonl"].splitlines()) == sorted(two["records.jsonl"].splitlines())
    assert import_workspace(other, first).known == 4  # brought twice, nothing changes
    assert everything(other) == everything(filled)


def test_one_history_that_continues_the_other_goes_forward(
    filled: Workspace, other: Workspace, tmp_path: Path
) -> None:
    export_workspace(filled, tmp_path / "avant.zip")
    import_workspace(other, tmp_path / "avant.zip")
    newer = save(filled, "scenario", "demo", "A", changed(3.0), ROLE, version=2)
    export_workspace(filled, tmp_path / "apres.zip")
    done = import_workspace(other, tmp_path / "apres.zip")
    assert (done.forwarded, done.known) == (1, 3)
    assert everything(other) == everything(filled)
    assert import_workspace(filled, tmp_path / "avant.zip").known == 4  # never backwards
    assert newer in records_of(filled)


def test_both_sides_changed_is_refused_whole_or_kept_beside(
    filled: Workspace, other: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "un.zip"
    export_workspace(filled, out)
    import_workspace(other, out)
    ours = save(other, "scenario", "demo", "A", changed(4.0), ROLE, version=2)
    save(filled, "scenario", "demo", "A", changed(5.0), OTHER, version=2)
    save(filled, "scenario", "demo", "nouveau", BODY, OTHER)
    export_workspace(filled, out)
    before = everything(other)
    found = preview_import(other, out)
    assert (found.brought.added, found.brought.known, found.brought.beside) == (1, 3, 0)
    assert len(found.conflicts) == 1 and "« A », demo : version 3 ici" in found.conflicts[0]
    assert everything(other) == before  # looked at, and nothing of it stayed
    with pytest.raises(ImportConflicts, match="« A », demo : version 3 ici") as told:
        import_workspace(other, out)
    assert OTHER in str(told.value) and "--conflicts both" in str(told.value)
    assert everything(other) == before  # the new record did not come either
    done = import_workspace(other, out, "both")
    assert (done.added, done.beside) == (1, 1)
    names = {one.name: one for one in records_of(other, "scenario", "demo")}
    assert names["A"] == ours and names["A (2)"].body == changed(5.0)
    assert import_workspace(other, out, "both").beside == 0
    export_workspace(other, out)  # what it wrote can be read again
    assert import_workspace(other, out).known == len(records_of(other, withdrawn=True))


@pytest.mark.parametrize(
    ("member", "old", "new", "told"),
    [
        ("records.jsonl", '"version":2', '"version":true', "ligne {line}, version : un nombre"),
        ("records.jsonl", '"kind":"note"', '"kind":"photo"', "ligne {line}, kind : « photo »"),
        ("records.jsonl", '"territory":"dep-42"', '"territory":"../x"', "territory : "),
        ("records.jsonl", ROLE, "Mme Jeanne Martin", "role : le nom d’une personne (masqué)"),
        ("records.jsonl", '"withdrawn":true', '"withdrawn":"oui"', "withdrawn : true ou false"),
        ("records.jsonl", "T09:30", "T29:30", "une date UTC"),
        ("records.jsonl", '"titre"', '"titres"', "body, titre : absent"),
        ("records.jsonl", '{"body"', '{"ajout":1,"body"', "'ajout' : champ inconnu"),
        ("records.jsonl", '{"body"', '{"id":"x","body"', "ligne {line} : un objet JSON attendu"),
        ("records.jsonl", '"etp":1.5', '"etp":NaN', "ligne {line} : un objet JSON attendu"),
        ("records.jsonl", '"etp":1.5', '"etp":2.5', "body : n'est pas la fin de son historique"),
        ("history.jsonl", '"version":2', '"version":7', "version : 7 reçu, 2 attendu"),
        ("history.jsonl", '"action":"change"', '"action":"pirate"', "action : create, change"),
        ("history.jsonl", '"action":"create"', '"action":"set_aside"', "version : 1 reçu"),
        ("history.jsonl", "Une maison", "06 12 34 56 78", "motif : un numéro de téléphone"),
        ("history.jsonl", '"record_id":"', '"record_id":"zz', "aucune fiche de ce numéro"),
    ],
)  # fmt: skip
def test_every_altered_line_is_refused_with_its_field(
    exported: Path, empty: Workspace, tmp_path: Path, member: str, old: str, new: str, told: str
) -> None:
    content = members(exported)
    text = content[member].decode()
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    content[member] = text.replace(old, new).encode()
    with pytest.raises(BadArchive) as refused:
        import_workspace(empty, zipped(tmp_path / "bad.zip", content))
    assert told.format(line=line) in str(refused.value)
    assert f"{member}, ligne {line}" in str(refused.value)
    assert "Martin" not in str(refused.value) and "06 12" not in str(refused.value)
    assert records_of(empty, withdrawn=True) == []


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive to damage, made once."""
    folder = tmp_path_factory.mktemp("export")
    export_workspace(fill(open_workspace(str(folder / "w.db"), clock=Clock())), folder / "w.zip")
    return folder / "w.zip"


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return open_workspace(str(tmp_path / "empty.db"))


def test_every_problem_is_listed_together(exported: Path, empty: Workspace, tmp_path: Path) -> None:
    content = members(exported)
    text = content["records.jsonl"].decode().replace('"version":', '"version":-')
    content["records.jsonl"] = text.replace("T09:", "T99:").encode()
    with pytest.raises(BadArchive) as refused:
        import_workspace(empty, zipped(tmp_path / "bad.zip", content))
    assert len(refused.value.problems) == 4 * 3


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "files/../x", "x.py", "files/ABC", "files/"])
def test_a_member_that_is_not_of_an_archive_is_refused(
    exported: Path, empty: Workspace, tmp_path: Path, name: str
) -> None:
    bad = zipped(tmp_path / "bad.zip", {**members(exported), name: b"x"})
    with pytest.raises(BadArchive, match="inattendu dans un espace partagé"):
        import_workspace(empty, bad)
    assert {path.name for path in tmp_path.iterdir()} <= {
        "bad.zip", "empty.db", "empty.db.lock", "empty.db-wal", "empty.db-shm",
    }  # fmt: skip


def test_bytes_that_nobody_cites_or_that_were_altered_are_refused(
    exported: Path, empty: Workspace, tmp_path: Path
) -> None:
    content = members(exported)
    digest = hashlib.sha256(b"x").hexdigest()
    bad = zipped(tmp_path / "more.zip", {**content, f"files/{digest}": b"x"})
    with pytest.raises(BadArchive, match="cité par aucune ligne"):
        import_workspace(empty, bad)
    own = next(name for name in content if name.startswith("files/"))
    bad = zipped(tmp_path / "other.zip", {**content, own: b"x"})
    with pytest.raises(BadArchive, match="son nom n'est pas son empreinte"):
        import_workspace(empty, bad)
    bad = zipped(tmp_path / "less.zip", {k: v for k, v in content.items() if k != own})
    with pytest.raises(BadArchive, match="le fichier cité n'est pas dans l'archive"):
        import_workspace(empty, bad)
    path = tmp_path / "altered.zip"
    with zipfile.ZipFile(path, "w") as written:
        for name, data in {**content, "records.jsonl": b"{}\n"}.items():
            written.writestr(name, data)
    with pytest.raises(BadArchive, match="altéré"):
        import_workspace(empty, path)


def workbook(*others: list[str]) -> bytes:
    """The follow-up as a workbook, with another sheet that nobody reads."""
    book = openpyxl.Workbook()
    for line in FORMER.decode().splitlines():
        book.active.append(line.split(";"))
    for line in others:
        book.create_sheet("suite").append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            written.writestr(name, bytes(30_000_000))
    return out.getvalue()


TEXT = FORMER.decode()
MEDIATION = "structure;type_action;commune;etp\n{};permanence;99001;0,2\n"


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        ("monitoring", b"nom;prenom\n", "aucune colonne du modèle"),
        ("monitoring", TEXT.replace("mois", "mois;nom").encode(), "désigne des personnes"),
        ("monitoring", TEXT.replace("Association", "=1+1").encode(), "formule du tableur"),
        ("monitoring", workbook(["Jeanne Martin", "06 12 34 56 78"]), "autre chose que les lignes"),
        ("monitoring", bomb(), "une fois décompressé"),
        ("mediation", MEDIATION.format("=cmd|x").encode(), "autre chose que les lignes"),
        ("mediation", MEDIATION.format("Mme Jeanne Martin").encode(), "le nom d’une personne"),
    ],
    ids=["foreign", "nominative", "formula", "sheet", "bomb", "computed", "name"],
)
def test_a_file_of_an_archive_is_checked_as_one_that_is_saved(
    tmp_path: Path, empty: Workspace, kind: str, content: bytes, told: str
) -> None:
    usual = FORMER if kind == "monitoring" else MEDIATION.format("Relais").encode()
    own = open_workspace(str(tmp_path / "own.db"), clock=Clock())
    save_file(own, kind, "demo", "f.csv", usual, ROLE)
    export_workspace(own, tmp_path / "whole.zip")
    before, after = (hashlib.sha256(one).hexdigest() for one in (usual, content))
    swapped = {
        name.replace(before, after): data.replace(before.encode(), after.encode()).replace(
            f'"octets":{len(usual)}'.encode(), f'"octets":{len(content)}'.encode()
        )
        for name, data in members(tmp_path / "whole.zip").items()
    }
    swapped[f"files/{after}"] = content
    with pytest.raises(BadArchive) as refused:
        import_workspace(empty, zipped(tmp_path / "bad.zip", swapped))
    assert f"files/{after} (« f.csv ») : " in str(refused.value)
    assert told in str(refused.value) and "Martin" not in str(refused.value)
    assert records_of(empty, withdrawn=True) == []
    with reading(empty.engine, empty.where) as connection:
        assert connection.execute(select(blobs)).all() == []


def test_what_a_spreadsheet_would_compute_is_kept_as_words_and_travels(
    tmp_path: Path, empty: Workspace
) -> None:
    own = open_workspace(str(tmp_path / "own.db"), clock=Clock())
    made = save_file(own, "mediation", "demo", "f.csv", MEDIATION.format("=cmd|x").encode(), ROLE)
    assert b";'=cmd|x;" in file_bytes(own, made)
    export_workspace(own, tmp_path / "whole.zip")
    assert import_workspace(empty, tmp_path / "whole.zip").added == 1
    [kept] = files(empty, "mediation", "demo")
    assert file_bytes(empty, kept) == file_bytes(own, made)


def test_a_bomb_is_refused_before_it_is_unpacked(
    exported: Path, empty: Workspace, tmp_path: Path
) -> None:
    content = members(exported)
    zeros = bytes(21_000_000)
    bomb = zipped(tmp_path / "bomb.zip", {**content, "files/" + "0" * 64: zeros})
    assert bomb.stat().st_size < 60_000
    with pytest.raises(BadArchive, match="trop grand"):
        import_workspace(empty, bomb)
    with pytest.raises(BadArchive, match="trop grande"):
        import_workspace(empty, exported, bounds=Bounds(total=1000))
    with pytest.raises(BadArchive, match="membres, 3 au plus"):
        import_workspace(empty, exported, bounds=Bounds(members=3))
    deep = zipped(tmp_path / "deep.zip", {**content, "records.jsonl": b"[" * 200_000 + b"\n"})
    with pytest.raises(BadArchive, match="ligne 1 : un objet JSON attendu"):
        import_workspace(empty, deep)


def test_what_is_no_archive_is_refused(exported: Path, empty: Workspace, tmp_path: Path) -> None:
    whole = exported.read_bytes()
    for name, data in (("vide", b""), ("texte", b"bonjour"), ("coupe", whole[: len(whole) // 2])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BadArchive, match="pas une archive ZIP entière"):
            import_workspace(empty, tmp_path / name)
    with pytest.raises(BadArchive, match="fichier absent"):
        import_workspace(empty, tmp_path / "absent.zip")
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF
    (tmp_path / "abime.zip").write_bytes(flipped)
    with pytest.raises(BadArchive):
        import_workspace(empty, tmp_path / "abime.zip")
    with opened_archive(exported) as archive:
        assert len(archive.records) == 4
    newer = {**members(exported)}
    newer["manifest.json"] = newer["manifest.json"].replace(b'"format": 1', b'"format": 2')
    with pytest.raises(BadArchive, match="mettez le programme à jour"):
        import_workspace(empty, zipped(tmp_path / "newer.zip", newer))
