"""Files are kept only if the reader of their kind takes them whole: no name of a person gets in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from datasets.brought.examine import described
from datasets.mediation.read import read_mediation
from datasets.monitoring import read_monitoring
from datasets.uploaded import read_uploaded
from geo.errors import BadInput
from geo.words import counted

MAX_BYTES = 20_000_000  # [assumption, editable]
Facts = dict[str, str | int | float | None]


def check_content(kind: str, name: str, content: bytes, today: dt.date) -> Facts:
    """What is read of a file of a kind, in a few facts.

    Parameters
    ----------
    today : no follow-up describes a month after this day.

    Raises
    ------
    BadInput
        As the reader of that kind of file: every problem with its line and column.
    """
    return _CHECKS[kind](name, content, today)


def _mediation(name: str, content: bytes, _today: dt.date) -> Facts:
    found = read_uploaded(name, content, read_mediation, MAX_BYTES)
    return {"points de médiation": len(found.points), "liens avec un quartier": len(found.qpv)}


def _monitoring(name: str, content: bytes, today: dt.date) -> Facts:
    found = read_uploaded(name, content, lambda path: read_monitoring(path, today), MAX_BYTES)
    refused = [problem for problem in found.problems if problem.kind == "rejected"]
    if refused:
        listed = "\n".join(f"- {described(problem)}" for problem in refused)
        raise BadInput(
            f"{name} : {counted(len(refused), 'problème')}, le fichier n'est pas gardé.\n{listed}\n"
            "À faire : corrigez ces lignes, puis enregistrez-le de nouveau."
        )
    months = sorted(found.lines["month"])
    return {
        "lignes": len(found.lines),
        "postes": int(found.lines["post"].nunique()),
        "premier mois": months[0],
        "dernier mois": months[-1],
    }


_CHECKS: Mapping[str, Callable[[str, bytes, dt.date], Facts]] = {
    "mediation": _mediation,
    "monitoring": _monitoring,
}
