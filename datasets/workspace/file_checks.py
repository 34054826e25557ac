"""Files are kept only if the reader of their kind takes them whole: no name of a person gets in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from datasets.mediation.read import read_mediation
from datasets.uploaded import read_uploaded

MAX_BYTES = 20_000_000  # [assumption, editable]
Facts = dict[str, str | int | float | None]


def check_content(kind: str, name: str, content: bytes) -> Facts:
    """What is read of a file of a kind, in a few facts.

    Raises
    ------
    BadInput
        As the reader of that kind of file: every problem with its line and column.
    """
    check = _CHECKS.get(kind)
    return {} if check is None else check(name, content)


def _mediation(name: str, content: bytes) -> Facts:
    found = read_uploaded(name, content, read_mediation, MAX_BYTES)
    return {"points de médiation": len(found.points), "liens avec un quartier": len(found.qpv)}


_CHECKS: Mapping[str, Callable[[str, bytes], Facts]] = {"mediation": _mediation}
