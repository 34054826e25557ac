"""A workspace that a team shares: scenarios, overrides, notes and files, in one database.

workspace = open_workspace()
record = save_file(workspace, "monitoring", "region:84", "mars.csv", content, role)
files(workspace, "monitoring", "region:84")
"""

from datasets.workspace.conflict import Conflict
from datasets.workspace.errors import (
    BadWorkspace,
    NewerWorkspace,
    NotInWorkspace,
    NotUpgraded,
    RefusedRecord,
    WorkspaceError,
    WorkspaceUnreachable,
)
from datasets.workspace.export import export_workspace
from datasets.workspace.files import file_bytes, files, save_file
from datasets.workspace.history import history_of, last_lines
from datasets.workspace.intake import (
    ImportConflicts,
    OnConflict,
    Preview,
    import_workspace,
    preview_import,
)
from datasets.workspace.notes import (
    add_note,
    correct_note,
    find_note,
    former_notes,
    notes_of,
    notes_to_join,
    put_back_note,
    withdraw_note,
    withdrawn_notes,
)
from datasets.workspace.opening import Workspace, open_workspace, upgrade_workspace
from datasets.workspace.purge import Purge, purge_plan, purge_workspace
from datasets.workspace.record import Record
from datasets.workspace.records import find, find_named, records_of, restore, save, withdraw
from datasets.workspace.resolve import resolve

__all__ = [
    "BadWorkspace",
    "Conflict",
    "ImportConflicts",
    "NewerWorkspace",
    "NotInWorkspace",
    "NotUpgraded",
    "OnConflict",
    "Preview",
    "Purge",
    "Record",
    "RefusedRecord",
    "Workspace",
    "WorkspaceError",
    "WorkspaceUnreachable",
    "add_note",
    "correct_note",
    "export_workspace",
    "file_bytes",
    "files",
    "find",
    "find_named",
    "find_note",
    "former_notes",
    "history_of",
    "import_workspace",
    "last_lines",
    "notes_of",
    "notes_to_join",
    "open_workspace",
    "preview_import",
    "purge_plan",
    "purge_workspace",
    "put_back_note",
    "records_of",
    "resolve",
    "restore",
    "save",
    "save_file",
    "upgrade_workspace",
    "withdraw",
    "withdraw_note",
    "withdrawn_notes",
]
