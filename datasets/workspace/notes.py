"""Local-knowledge notes of a workspace: each is a record of its own, so two people rarely meet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from datasets.workspace.contents import note_body, note_of
from datasets.workspace.errors import BadWorkspace, NotInWorkspace, RefusedRecord
from datasets.workspace.history import Line, history_of
from datasets.workspace.opening import Workspace, open_workspace
from datasets.workspace.record import Record
from datasets.workspace.records import find, records_of, restore, save, withdraw
from datasets.workspace.resolve import free_name
from datasets.workspace.where import find_workspace
from geo.priority.notes import Note


def add_note(
    workspace: Workspace, territory: str, note: Note, known: Collection[str] | None = None
) -> Record:
    """Keep a note on a quarter; its role signs the record.

    Parameters
    ----------
    known : codes of the QPV that can be named; without it only the form of the code is checked.

    Raises
    ------
    RefusedRecord
        Listing everything wrong in it.
    """
    if known is not None and note.code_qp not in known:
        raise RefusedRecord(
            f"Note refusée : code_qp « {note.code_qp[:20]} » reçu, le code d'un QPV de ce "
            "territoire attendu."
        )
    taken = {one.name for one in records_of(workspace, "note", territory, withdrawn=True)}
    name = f"{note.code_qp} {note.date}"[:100]
    if name in taken:
        name = free_name(name, taken)
    return save(workspace, "note", territory, name, note_body(note), note.role)


def notes_of(
    workspace: Workspace, territory: str, code_qp: str | None = None
) -> list[tuple[Record, Note]]:
    """The notes that are not withdrawn, oldest first; of one quarter when it is named."""
    return _oldest_first(records_of(workspace, "note", territory), code_qp)


def withdrawn_notes(
    workspace: Workspace, territory: str, code_qp: str | None = None
) -> list[tuple[Record, Note]]:
    """The notes that were withdrawn and can be put back, oldest first."""
    known = records_of(workspace, "note", territory, withdrawn=True)
    return _oldest_first([one for one in known if one.withdrawn], code_qp)


def former_notes(workspace: Workspace, record_id: str) -> list[tuple[Line, Note]]:
    """What a note said before, latest first: each different state with the line that left it.

    A correction that gave way to somebody else's (``set_aside``) is one of them.
    """
    now = find(workspace, record_id).body
    found: list[tuple[Line, Note]] = []
    for line in history_of(workspace, record_id)[::-1]:
        note = note_of(line.after["body"])
        if note != note_of(now) and note not in [told for _, told in found]:
            found.append((line, note))
    return found


def _oldest_first(known: list[Record], code_qp: str | None) -> list[tuple[Record, Note]]:
    found = [(one, note_of(one.body)) for one in known]
    kept = [pair for pair in found if code_qp is None or pair[1].code_qp == code_qp]
    return sorted(kept, key=lambda pair: (pair[1].date, pair[0].name))


@dataclass(frozen=True)
class Joined:
    """The notes that a call tells; ``left_out`` counts those on quarters unknown to it."""

    notes: tuple[Note, ...] = ()
    left_out: int = 0


def notes_to_join(asked: str | None, territory: str, known: Collection[str]) -> Joined:
    """The notes of a workspace on the quarters ``known``; none when no workspace was ever made.

    Raises
    ------
    WorkspaceError
        As ``open_workspace``; and when the file asked for does not exist: a wrong name must not
        read as « no notes ».
    """
    where = find_workspace(asked)
    if where.path is not None and not where.path.exists():
        if asked:
            raise BadWorkspace(f"Espace partagé introuvable : {where.path}. À faire : un fichier "
                               "qui existe, ou --no-notes pour un dossier sans notes.")  # fmt: skip
        return Joined()
    found = [note for _, note in notes_of(open_workspace(asked), territory)]
    kept = tuple(note for note in found if note.code_qp in known)
    return Joined(kept, len(found) - len(kept))


def withdraw_note(
    workspace: Workspace, record_id: str, role: str, version: int | None = None
) -> Record:
    """Take a note out; it stays in the history and can be put back (``restore``).

    Raises ``NotInWorkspace`` when there is no such note; else as ``withdraw``.
    """
    found = find_note(workspace, record_id, withdrawn=False)
    return withdraw(workspace, record_id, role, found.version if version is None else version)


def correct_note(
    workspace: Workspace, record_id: str, note: Note, version: int | None = None
) -> Record:
    """Say a note otherwise, on the same quarter; what it said stays in its history.

    ``version``: the one that was read; None to correct whatever it says now.
    Raises ``NotInWorkspace`` when there is no such note; else as ``save``.
    """
    found = find_note(workspace, record_id, withdrawn=False if version is None else None)
    if found.body["code_qp"] != note.code_qp:
        raise RefusedRecord(
            f"Correction refusée : la note est sur {found.body['code_qp']}, {note.code_qp[:20]} "
            "reçu. À faire : retirez-la, puis ajoutez-en une sur l'autre quartier."
        )
    read = found.version if version is None else version
    return save(workspace, "note", found.territory, found.name, note_body(note), note.role, read)


def put_back_note(
    workspace: Workspace, record_id: str, role: str, version: int | None = None
) -> Record:
    """Put a withdrawn note back as it was.

    Raises ``NotInWorkspace`` when no withdrawn note has that number; else as ``restore``.
    """
    found = find_note(workspace, record_id, withdrawn=True)
    lines = history_of(workspace, record_id)
    standing = [one for one in lines if not one.after["withdrawn"] and one.action != "set_aside"]
    if not standing:
        raise NotInWorkspace(f"Rien à remettre sous le numéro « {record_id[:40]} ».")
    read = found.version if version is None else version
    return restore(workspace, standing[-1].line, role, version=read)


def find_note(workspace: Workspace, record_id: str, *, withdrawn: bool | None = False) -> Record:
    """A note by its number; ``withdrawn``: whether it must be, None when either will do."""
    try:
        found = find(workspace, record_id)
    except NotInWorkspace:
        found = None
    if found is None or found.kind != "note" or withdrawn not in (None, found.withdrawn):
        state, how = ("retirée", "qpv notes list --withdrawn") if withdrawn else (
            "en cours", "qpv notes list")  # fmt: skip
        raise NotInWorkspace(
            f"Aucune note {state} sous le numéro « {record_id[:40]} ». À faire : {how}"
        )
    return found
