"""Two people on one thing: each choice keeps what the other wrote, and notes rarely meet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datasets.workspace import (
    Conflict,
    NotInWorkspace,
    RefusedRecord,
    Workspace,
    add_note,
    correct_note,
    file_bytes,
    find,
    former_notes,
    history_of,
    notes_of,
    put_back_note,
    records_of,
    resolve,
    restore,
    save,
    save_file,
    withdraw,
    withdraw_note,
    withdrawn_notes,
)
from geo.priority.notes import Note
from tests.workspace.test_records import BODY, OTHER, ROLE, changed, follow_up

LEUR, MIENNE = follow_up("2025-03"), follow_up("2025-04")
MOTIVE = "Le seul cabinet du quartier ferme en septembre"


def met(workspace: Workspace) -> Conflict:
    """The conflict of somebody who saves over what another saved meanwhile."""
    save(workspace, "scenario", "demo", "A", BODY, ROLE)
    save(workspace, "scenario", "demo", "A", changed(2.0), OTHER, version=1)
    with pytest.raises(Conflict) as told:
        save(workspace, "scenario", "demo", "A", changed(3.0), ROLE, version=1)
    return told.value


def test_keep_mine_leaves_theirs_in_the_history(workspace: Workspace) -> None:
    kept = resolve(workspace, met(workspace), "mine")
    assert (kept.version, kept.body, kept.role) == (3, changed(3.0), ROLE)
    lines = history_of(workspace, kept.id)
    assert lines[-1].before is not None and lines[-1].before["body"] == changed(2.0)
    assert restore(workspace, lines[-2].line, ROLE).body == changed(2.0)


def test_take_theirs_leaves_mine_in_the_history(workspace: Workspace) -> None:
    conflict = met(workspace)
    kept = resolve(workspace, conflict, "theirs")
    assert kept == conflict.theirs
    last = history_of(workspace, kept.id)[-1]
    assert (last.action, last.role, last.after["body"]) == ("set_aside", ROLE, changed(3.0))
    assert restore(workspace, last.line, ROLE).body == changed(3.0)


def test_keep_both_gives_mine_another_name(workspace: Workspace) -> None:
    first = resolve(workspace, met(workspace), "both")
    assert (first.name, first.body, first.version) == ("A (2)", changed(3.0), 1)
    with pytest.raises(Conflict) as told:
        save(workspace, "scenario", "demo", "A", changed(4.0), ROLE, version=1)
    assert resolve(workspace, told.value, "both").name == "A (3)"
    assert [one.name for one in records_of(workspace)] == ["A", "A (2)", "A (3)"]


def test_a_choice_made_too_late_is_a_conflict_again(workspace: Workspace) -> None:
    conflict = met(workspace)
    save(workspace, "scenario", "demo", "A", changed(7.0), OTHER, version=2)
    with pytest.raises(Conflict) as again:
        resolve(workspace, conflict, "mine")
    assert again.value.theirs.version == 3 and again.value.mine == changed(3.0)


def test_a_file_set_aside_keeps_its_bytes(workspace: Workspace) -> None:
    save_file(workspace, "monitoring", "demo", "mars.csv", LEUR, OTHER)
    with pytest.raises(Conflict) as told:
        save_file(workspace, "monitoring", "demo", "mars.csv", MIENNE, ROLE)
    kept = resolve(workspace, told.value, "theirs")
    assert file_bytes(workspace, kept) == LEUR
    back = restore(workspace, history_of(workspace, kept.id)[-1].line, ROLE)
    assert file_bytes(workspace, back) == MIENNE


def test_withdrawing_what_has_changed_asks_first(workspace: Workspace) -> None:
    made = save(workspace, "scenario", "demo", "A", BODY, ROLE)
    save(workspace, "scenario", "demo", "A", changed(2.0), OTHER, version=1)
    with pytest.raises(Conflict) as told:
        withdraw(workspace, made.id, ROLE, version=1)
    assert resolve(workspace, told.value, "theirs").version == 2
    assert resolve(workspace, told.value, "mine").withdrawn
    assert find(workspace, made.id).withdrawn


def test_going_back_over_what_somebody_saved_since_asks_first(workspace: Workspace) -> None:
    made = save(workspace, "scenario", "demo", "A", BODY, ROLE)
    save(workspace, "scenario", "demo", "A", changed(2.0), OTHER, version=1)
    line = history_of(workspace, made.id)[0].line
    with pytest.raises(Conflict) as told:
        restore(workspace, line, ROLE, version=1)
    assert find(workspace, made.id).body == changed(2.0)
    assert told.value.mine == BODY
    assert resolve(workspace, told.value, "mine").body == BODY
    assert restore(workspace, line + 1, ROLE, version=3).body == changed(2.0)


def test_notes_are_signed_dated_and_reversible(workspace: Workspace) -> None:
    first = Note("QN09901M", MOTIVE, "2026-01-12", ROLE, "points", 2.5)
    second = Note("QN09902M", MOTIVE, "2026-01-10", OTHER)
    made = add_note(workspace, "demo", first)
    add_note(workspace, "demo", second)
    again = add_note(workspace, "demo", first)  # two people may say the same thing
    assert [note for _, note in notes_of(workspace, "demo")] == [second, first, first]
    assert [one.id for one, _ in notes_of(workspace, "demo", "QN09901M")] == [made.id, again.id]
    withdraw_note(workspace, made.id, OTHER)
    assert [one.id for one, _ in notes_of(workspace, "demo", "QN09901M")] == [again.id]
    restore(workspace, history_of(workspace, made.id)[-1].line, ROLE, side="before")
    assert len(notes_of(workspace, "demo")) == 3
    with pytest.raises(NotInWorkspace, match="qpv notes list"):
        withdraw_note(workspace, "absente", ROLE)


def test_a_note_is_corrected_put_back_and_what_it_said_stays(workspace: Workspace) -> None:
    first = Note("QN09901M", MOTIVE, "2026-01-12", ROLE, "points", 2.5)
    second = replace(first, motive=f"{MOTIVE}, non : en octobre", role=OTHER, effect="aucun",
                     points=0.0)  # fmt: skip
    made = add_note(workspace, "demo", first)
    assert former_notes(workspace, made.id) == []
    assert correct_note(workspace, made.id, second, version=1).version == 2
    assert [note for _, note in notes_of(workspace, "demo")] == [second]
    [(line, before)] = former_notes(workspace, made.id)
    assert (before, line.role, line.version) == (first, ROLE, 1)
    with pytest.raises(Conflict) as told:  # somebody else had read the first one
        correct_note(workspace, made.id, replace(first, points=5.0), version=1)
    assert [note for _, note in notes_of(workspace, "demo")] == [second]
    resolve(workspace, told.value, "theirs")
    assert [note.points for _, note in former_notes(workspace, made.id)] == [5.0, 2.5]
    with pytest.raises(RefusedRecord, match="autre quartier"):
        correct_note(workspace, made.id, replace(second, code_qp="QN09902M"))
    withdraw_note(workspace, made.id, ROLE)
    with pytest.raises(NotInWorkspace, match="qpv notes list"):
        correct_note(workspace, made.id, first)
    [(gone, note)] = withdrawn_notes(workspace, "demo", "QN09901M")
    assert note == second and notes_of(workspace, "demo") == []
    with pytest.raises(Conflict):
        put_back_note(workspace, made.id, ROLE, version=gone.version - 1)
    put_back_note(workspace, made.id, ROLE, version=gone.version)
    assert [note for _, note in notes_of(workspace, "demo")] == [second]
    assert withdrawn_notes(workspace, "demo") == []
    with pytest.raises(NotInWorkspace, match="--withdrawn"):
        put_back_note(workspace, made.id, ROLE)


@pytest.mark.parametrize(
    ("note", "told"),
    [
        (Note("QN09901M", "court", "2026-01-12", ROLE), "motif : « court »"),
        (Note("QN09901M", MOTIVE, "2026-02-30", ROLE), "date : « 2026-02-30 »"),
        (Note("QN09901M", MOTIVE, "2026-01-12", "Jeanne Martin"), "role : le nom d’une personne"),
        (Note("QN09901M", MOTIVE + ", voir Mme Martin", "2026-01-12", ROLE), "motif : le nom"),
        (Note("QN09901M", MOTIVE, "2026-01-12", ROLE, "points", 5.5), "points : « 5,5 »"),
        (Note("QN09901M", MOTIVE, "2026-01-12", ROLE, "points", float("nan")), "JSON"),
        (Note("QN09901M", MOTIVE, "2026-01-12", ROLE, "aucun", 1.0), "points : « 1 »"),
        (Note("QN09901M", MOTIVE, "2026-01-12", ROLE, "tirer au sort"), "effet : « tirer au"),  # type: ignore[arg-type]
        (Note("Roanne", MOTIVE, "2026-01-12", ROLE), "code_qp : « Roanne »"),
        (Note("QN09999M", MOTIVE, "2026-01-12", ROLE), "de ce territoire"),
    ],
)
def test_a_wrong_note_is_refused(workspace: Workspace, note: Note, told: str) -> None:
    with pytest.raises(RefusedRecord) as refused:
        add_note(workspace, "demo", note, known={"QN09901M", "Roanne"})
    assert told in str(refused.value) and "Martin" not in str(refused.value)
    assert notes_of(workspace, "demo") == []


def test_an_empty_note_is_told_each_of_its_limits_once(workspace: Workspace) -> None:
    with pytest.raises(RefusedRecord) as refused:
        add_note(workspace, "demo", Note("QN09901M", "", "2026-01-12", ""))
    told = dict(refused.value.problems)
    assert sorted(told) == sorted(field for field, _ in refused.value.problems) == ["motif", "role"]
    assert told["motif"] == "vide ; attendu : un motif écrit d'au moins 20 caractères"
    assert "vide" in told["role"] and "de 1 à" not in str(refused.value)
