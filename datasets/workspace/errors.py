"""What can go wrong with a shared workspace, told in French to the person in front of it."""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import BadInput, QpvError


class WorkspaceError(QpvError):
    """Base of the errors of a shared workspace."""


class BadWorkspace(WorkspaceError, ValueError):
    """The address names no workspace that this program can open."""


class WorkspaceUnreachable(WorkspaceError, ConnectionError):
    """The database does not answer, or stopped in the middle: nothing was acknowledged."""


class NotUpgraded(WorkspaceError):
    """The workspace is empty or older than the program, and the program may not change it alone."""


class NewerWorkspace(WorkspaceError):
    """The workspace was written by a later program: this one would lose what it cannot read."""


class NotInWorkspace(WorkspaceError, LookupError):
    """No record or history line of that number."""


class RefusedRecord(BadInput):
    """Something that a workspace does not keep as it is: every problem is listed.

    ``problems``: (field, problem) of each, for a form that calls its fields otherwise.
    """

    def __init__(self, message: str, problems: Sequence[tuple[str, str]] = ()):
        super().__init__(message)
        self.problems = tuple(problems)
