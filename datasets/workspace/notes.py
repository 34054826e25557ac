"""Local-knowledge notes of a workspace: each is a record of its own, so two people rarely meet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from datasets.workspace.contents import note_body, note_of
from datasets.workspace.errors import BadWorkspace, NotInWorkspace, RefusedRecord
from datasets.workspace.opening import Workspace, open_workspace
from datasets.workspace.record import Record
from datasets.workspace.records import find, records_of, save, withdraw
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
    found = [(one, note_of(one.body)) for one in records_of(workspace, "note", territory)]
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
    try:
        found = find(workspace, record_id)
    except NotInWorkspace:
        found = None
    if found is None or found.kind != "note" or found.withdrawn:
        raise NotInWorkspace(
            f"Aucune note en cours sous le numéro « {record_id[:40]} ». À faire : qpv notes list"
        )
    return withdraw(workspace, record_id, role, found.version if version is None else version)
