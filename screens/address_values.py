"""What an address may hold for a widget that is no list of choices: numbers, days, words.

Each reader gives None for what is no such value, which no range contains.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass


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


YES, NO = "oui", "non"


def yes_or_no(text: str) -> bool | None:
    return {YES: True, NO: False}.get(text)


def as_text(value: object) -> str:
    """What the readers below, or ``yes_or_no``, give back."""
    if isinstance(value, bool):
        return YES if value else NO
    return f"{value:.12g}" if isinstance(value, float) else str(value)


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
