"""What a team saves is kept, versioned, withdrawn, put back; two writers are told."""

from __future__ import annotations

import pytest

from datasets.workspace import (
    Conflict,
    NotInWorkspace,
    RefusedRecord,
    Workspace,
    file_bytes,
    files,
    find,
    history_of,
    records_of,
    restore,
    save,
    save_file,
    withdraw,
)
from geo.errors import BadInput

ROLE, OTHER = "chargée de mission", "délégué territorial"
BODY = {
    "titre": "Un médiateur de plus",
    "changements": [{"action": "ajouter", "objet": "mediateur", "qpv": "QN09901M", "etp": 0.5}],
}


def changed(fte: float) -> dict:
    return {**BODY, "changements": [{**BODY["changements"][0], "etp": fte}]}


def follow_up(*months: str) -> bytes:
    """A small follow-up file, as its own reader takes it."""
    lines = [f"MED-01;Association fictive;{month};12" for month in months]
    return "\n".join(["poste;structure;mois;personnes_rencontrees", *lines, ""]).encode()


def test_a_record_comes_back_as_saved_with_its_role_and_dates(workspace: Workspace) -> None:
    made = save(workspace, "scenario", "dep:42", "Roanne  ", BODY, ROLE)
    assert (made.version, made.role, made.name, made.territory) == (1, ROLE, "Roanne", "dep-42")
    assert made.created == made.changed == "2026-01-15T09:30:01Z"
    assert find(workspace, made.id) == made
    second = save(workspace, "scenario", "dep-42", "Roanne", changed(1.0), OTHER, version=1)
    assert (second.version, second.role, second.created) == (2, OTHER, made.created)
    assert second.changed == "2026-01-15T09:30:02Z"
    assert records_of(workspace, "scenario", "dep:42") == [second]
    assert records_of(workspace, "scenario", "dep:43") == []
    lines = history_of(workspace, made.id)
    assert [(line.action, line.role, line.version) for line in lines] == [
        ("create", ROLE, 1),
        ("change", OTHER, 2),
    ]
    assert lines[0].before is None and lines[1].before == made.state
    assert lines[1].after == second.state


def test_a_version_that_has_moved_is_told_with_both_sides(workspace: Workspace) -> None:
    save(workspace, "scenario", "demo", "A", BODY, ROLE)
    theirs = save(workspace, "scenario", "demo", "A", changed(2.0), OTHER, version=1)
    with pytest.raises(Conflict) as told:
        save(workspace, "scenario", "demo", "A", changed(3.0), ROLE, version=1)
    assert told.value.theirs == theirs and told.value.mine == changed(3.0)
    text = str(told.value)
    assert f"par {OTHER}" in text and "15/01/2026 à 09:30" in text
    assert "changements 1, etp : la mienne 3 | la leur 2" in text
    assert "qpv" not in text  # what is the same is not repeated
    assert find(workspace, theirs.id) == theirs
    assert len(history_of(workspace, theirs.id)) == 2


def test_a_name_already_taken_is_a_conflict_unless_the_content_is_the_same(
    workspace: Workspace,
) -> None:
    made = save(workspace, "scenario", "demo", "A", BODY, ROLE)
    assert save(workspace, "scenario", "demo", "A", BODY, OTHER) == made
    with pytest.raises(Conflict):
        save(workspace, "scenario", "demo", "A", changed(2.0), OTHER)


def test_what_is_withdrawn_can_be_put_back_and_every_change_undone(workspace: Workspace) -> None:
    made = save(workspace, "scenario", "demo", "A", BODY, ROLE)
    gone = withdraw(workspace, made.id, OTHER, version=1)
    assert gone.withdrawn and records_of(workspace) == []
    assert records_of(workspace, withdrawn=True) == [gone]
    with pytest.raises(Conflict):
        withdraw(workspace, made.id, ROLE, version=1)
    last = history_of(workspace, made.id)[-1]
    back = restore(workspace, last.line, ROLE, side="before")
    assert not back.withdrawn and back.body == BODY and back.version == 3
    first = history_of(workspace, made.id)[0]
    assert restore(workspace, first.line, ROLE, side="before").withdrawn
    assert len(history_of(workspace, made.id)) == 4


def test_a_withdrawn_name_can_be_used_again(workspace: Workspace) -> None:
    made = save(workspace, "scenario", "demo", "A", BODY, ROLE)
    withdraw(workspace, made.id, ROLE, version=1)
    again = save(workspace, "scenario", "demo", "A", changed(2.0), OTHER)
    assert (again.id, again.version, again.withdrawn) == (made.id, 3, False)


def test_files_keep_their_bytes_their_hash_and_what_was_read(workspace: Workspace) -> None:
    content, newer_content = follow_up("2025-03"), follow_up("2025-03", "2025-04")
    made = save_file(workspace, "monitoring", "demo", "mars.csv", content, ROLE)
    assert files(workspace, "monitoring", "demo") == [made]
    assert made.body["octets"] == len(content)
    assert made.body["lu"] == {"lignes": 1, "postes": 1, "premier mois": "2025-03",
                               "dernier mois": "2025-03"}  # fmt: skip
    assert file_bytes(workspace, made) == content
    newer = save_file(
        workspace, "monitoring", "demo", "mars.csv", newer_content, ROLE, version=1,
        read={"lignes": 2},
    )  # fmt: skip
    assert file_bytes(workspace, newer) == newer_content and newer.body["lu"] == {"lignes": 2}
    assert file_bytes(workspace, made) == content  # the former version is still there
    for kind, name, bad, told in (
        ("monitoring", "vide.csv", b"", "octets"),
        ("scenario", "x.csv", b"x", "monitoring"),
        ("monitoring", "x.csv", follow_up("2027-01"), "à venir"),
        ("monitoring", "x.csv", content.replace(b"structure", b"nom du patient"), "patient"),
        ("mediation", "x.csv", content, "colonne"),
    ):
        with pytest.raises(BadInput, match=told):
            save_file(workspace, kind, "demo", name, bad, ROLE)
    assert records_of(workspace, withdrawn=True) == [newer]


def test_a_file_is_kept_without_the_columns_that_are_not_of_the_form(workspace: Workspace) -> None:
    head, line = follow_up("2025-03").decode().strip().splitlines()
    told = f"{head};remarque\n{line};suivi par Zoé\n".encode()
    made = save_file(workspace, "monitoring", "demo", "mars.csv", told, ROLE)
    kept = file_bytes(workspace, made).decode("utf-8-sig")
    assert "Zoé" not in kept and "remarque" not in kept and "2025-03" in kept
    assert made.body["octets"] == len(file_bytes(workspace, made))
    again = save_file(workspace, "monitoring", "demo", "avril.csv", kept.encode("utf-8-sig"), ROLE)
    assert file_bytes(workspace, again) == file_bytes(workspace, made)


def test_every_problem_is_listed_and_no_person_is_named(workspace: Workspace) -> None:
    body = {"titre": "joindre le 06 12 34 56 78", "changements": [{"action": "ouvrir"}]}
    with pytest.raises(RefusedRecord) as told:
        save(workspace, "scenario", "demo", "jean.dupont@exemple.fr", body, "Jean Dupont")
    text = str(told.value)
    for field in ("name :", "role :", "titre :", "changements 1, action", "changements 1, objet"):
        assert f"- {field}" in text
    assert "Dupont" not in text and "06 12" not in text and "exemple" not in text
    assert records_of(workspace, withdrawn=True) == []


def test_unknown_numbers_are_told(workspace: Workspace) -> None:
    with pytest.raises(NotInWorkspace, match="historique"):
        restore(workspace, 99, ROLE)
    with pytest.raises(NotInWorkspace, match="qpv workspace list"):
        find(workspace, "absent")
