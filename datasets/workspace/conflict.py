"""Two people changed the same thing: both versions are shown, and none is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from datasets.workspace.errors import WorkspaceError
from datasets.workspace.kinds import KIND_WORDS
from datasets.workspace.record import Record
from geo.words import as_written, date_fr

Choice = Literal["mine", "theirs", "both"]
CHOICE_WORDS: dict[Choice, str] = {
    "mine": "garder la mienne",
    "theirs": "prendre la leur",
    "both": "garder les deux",
}
_ABSENT = "(rien)"
_LONGEST = 160


class Conflict(WorkspaceError):
    """What was about to be saved (``mine``) and what somebody saved meanwhile (``theirs``)."""

    def __init__(
        self,
        theirs: Record,
        name: str,
        mine: Mapping[str, Any],
        role: str,
        *,
        content: bytes | None = None,
        withdrawing: bool = False,
    ):
        self.theirs, self.name, self.mine, self.role = theirs, name, mine, role
        self.content, self.withdrawing = content, withdrawing
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """The conflict in French: who, when, and what differs."""
        theirs = self.theirs
        what = f"{KIND_WORDS[theirs.kind].capitalize()} « {self.name} »"
        state = " (retiré depuis)" if theirs.withdrawn else ""
        head = (
            f"{what} : quelqu'un l'a enregistré entre-temps, version {theirs.version}{state}, le "
            f"{date_fr(theirs.changed)} à {theirs.changed[11:16]} (UTC), par {theirs.role}. "
            "Rien n'est perdu, rien n'a changé."
        )
        choices = ", ".join(CHOICE_WORDS.values())
        return [head, *self.differences(), f"À choisir : {choices}."]

    def differences(self) -> list[str]:
        """What differs, one line a part."""
        return [
            f"- {place} : la mienne {mine} | la leur {theirs}"
            for place, mine, theirs in self.compared()
        ]

    def compared(self) -> list[tuple[str, str, str]]:
        """(part, mine, theirs) of every part that differs."""
        mine, theirs = (dict(_parts(body)) for body in (self.mine, self.theirs.body))
        places = [*mine, *(place for place in theirs if place not in mine)]
        return [
            (place, mine.get(place, _ABSENT), theirs.get(place, _ABSENT))
            for place in places
            if mine.get(place) != theirs.get(place)
        ]


def _parts(content: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every leaf of a content with its place: ``changements 2, etp``."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _parts(value, f"{place}, {key}" if place else str(key))
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content, start=1):
            yield from _parts(value, f"{place} {number}".strip())
    else:
        text = _ABSENT if content is None else _text(content)
        yield place, text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _text(content: Any) -> str:
    number = isinstance(content, int | float) and not isinstance(content, bool)
    return as_written(content) if number else str(content)
