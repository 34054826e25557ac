"""What an address may hold for a widget that is no list of choices: numbers, days, words.

Each reader gives None for what is no such value, which no range contains.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Between:
    """The numbers that a field takes: both ends are among them."""

    least: float
    most: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.least <= value <= self.most


class Days:
    """The days that a field takes: those of this century."""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, dt.date) and 2000 <= value.year < 2100


@dataclass(frozen=True)
class Words:
    """The texts that a field takes."""

    most: int

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and len(value) <= self.most


YES, NO, NONE = "oui", "non", "aucun"


def yes_or_no(text: str) -> bool | None:
    return {YES: True, NO: False}.get(text)


def as_text(value: object) -> str:
    """What the readers below, or ``yes_or_no``, give back."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return YES if value else NO
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def unless_none(read: Callable[[str], T]) -> Callable[[str], T | None]:
    """A reader of a field that may be left empty, though it is usually filled."""
    return lambda text: None if text == NONE else read(text)


def joined(values: list[str]) -> str:
    """Several values as one text, which ``separate`` gives back: names of files hold commas too."""
    return ",".join(one.replace("%", "%25").replace(",", "%2C") for one in values) or "aucune"


def separate(text: str) -> list[str]:
    if text == "aucune":
        return []
    return [one.replace("%2C", ",").replace("%25", "%") for one in text.split(",")]


def whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 12 else None


def amount(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
