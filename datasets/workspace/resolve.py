"""After a conflict: keep mine, take theirs, or keep both. Nothing is lost either way."""

from __future__ import annotations

from datasets.workspace.conflict import Choice, Conflict
from datasets.workspace.kinds import KIND_WORDS
from datasets.workspace.opening import Workspace
from datasets.workspace.record import Record
from datasets.workspace.records import find, records_of, save, set_aside, withdraw
from datasets.workspace.tables import NAME_LENGTH


def resolve(workspace: Workspace, conflict: Conflict, choice: Choice) -> Record:
    """Do what was chosen, and return the record to go on with.

    ``mine`` becomes the next version after theirs, which stays in the history. With ``theirs``
    what was mine is put in the history, set aside. ``both`` saves mine under another name.

    Raises
    ------
    Conflict
        When the record has moved again meanwhile.
    """
    theirs = conflict.theirs
    if choice == "theirs":
        if not conflict.withdrawing:
            set_aside(workspace, conflict)
        return find(workspace, theirs.id)
    if conflict.withdrawing:
        return withdraw(workspace, theirs.id, conflict.role, theirs.version)
    name, version = theirs.name, theirs.version
    if choice == "both":
        known = records_of(workspace, theirs.kind, theirs.territory, withdrawn=True)
        name = free_name(theirs.name, {one.name for one in known})
    return save(
        workspace, theirs.kind, theirs.territory, name, conflict.mine, conflict.role,
        None if choice == "both" else version, conflict.content,
    )  # fmt: skip


def free_name(name: str, taken: set[str]) -> str:
    """``Roanne`` → ``Roanne (2)``, or the first number that nobody has."""
    number = 2
    while True:
        tail = f" ({number})"
        candidate = name[: NAME_LENGTH - len(tail)] + tail
        if candidate not in taken:
            return candidate
        number += 1


def choices_for(conflict: Conflict) -> tuple[Choice, ...]:
    """What can be chosen: there are not two ways to withdraw one thing."""
    return ("mine", "theirs") if conflict.withdrawing else ("mine", "theirs", "both")


def told(record: Record) -> str:
    """``Scénario « Roanne », version 3``."""
    return f"{KIND_WORDS[record.kind].capitalize()} « {record.name} », version {record.version}"
