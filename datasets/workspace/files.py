"""Files that a team shares, with their bytes, their hash and what was read of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from datasets.workspace.blobs import stored_bytes
from datasets.workspace.engine import reading
from datasets.workspace.errors import NotInWorkspace, RefusedRecord, WorkspaceError
from datasets.workspace.file_checks import MAX_BYTES, check_content, in_form
from datasets.workspace.kinds import FILE_KINDS, KIND_WORDS
from datasets.workspace.opening import Workspace
from datasets.workspace.record import Record
from datasets.workspace.records import records_of, save


def save_file(
    workspace: Workspace,
    kind: str,
    territory: str,
    name: str,
    content: bytes,
    role: str,
    *,
    read: Mapping[str, str | int | float | None] | None = None,
    version: int | None = None,
) -> Record:
    """Keep a file that the reader of its kind takes whole; the same name again is a new version.

    What is kept holds the columns of the form and no other (``in_form``).

    Parameters
    ----------
    kind : ``monitoring`` or ``mediation``.
    read : what was read of it, in a few facts (``{"lignes": 12}``), else those of the check.
    version : as in ``save``: the version replaced, None for a new name.

    Raises
    ------
    RefusedRecord
        When it is empty or too large, or as ``save``.
    BadInput
        As the reader of that kind of file.
    Conflict
        As ``save``.
    """
    if kind not in FILE_KINDS:
        raise RefusedRecord(f"kind : « {kind[:20]} » reçu, {', '.join(FILE_KINDS)} attendu.")
    if not 0 < len(content) <= MAX_BYTES:
        raise RefusedRecord(
            f"{KIND_WORDS[kind].capitalize()} « {name[:120]} » : {len(content)} octets reçus, de 1 "
            f"à {MAX_BYTES // 1_000_000} millions attendus."
        )
    facts = check_content(kind, name, content, workspace.today())
    content = in_form(kind, name, content, workspace.today())
    digest = hashlib.sha256(content).hexdigest()
    body = {"sha256": digest, "octets": len(content), "lu": facts if read is None else dict(read)}
    return save(workspace, kind, territory, name, body, role, version, content)


def files(workspace: Workspace, kind: str, territory: str) -> list[Record]:
    """The files of a kind and a territory, by name; ``file_bytes`` gives their content."""
    return records_of(workspace, kind, territory)


def file_bytes(workspace: Workspace, record: Record) -> bytes:
    """The bytes of a file, checked against its hash.

    Raises ``NotInWorkspace``, or ``WorkspaceError`` when they are not those that were saved.
    """
    digest = record.body["sha256"]
    with reading(workspace.engine, workspace.where) as connection:
        content = stored_bytes(connection, digest)
    if content is None:
        raise NotInWorkspace(f"« {record.name} » : ses octets ne sont pas dans l'espace partagé.")
    if hashlib.sha256(content).hexdigest() != digest:
        raise WorkspaceError(
            f"« {record.name} » : les octets gardés ne sont pas ceux qui avaient été enregistrés. "
            "À faire : reprenez un export, ou enregistrez le fichier de nouveau."
        )
    return content
