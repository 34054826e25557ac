"""Opening hours of a help point in words: one way of writing them for screens, sheets and the map.

Some published rows merge the sites of one structure: their hours overlap within a day. Nothing in
the source tells the sites apart, so only the earliest and the latest hour of each day are given.
"""

from __future__ import annotations

import re
from itertools import pairwise

UNKNOWN_HOURS = "horaires non connus"
SEVERAL_SITES = "plusieurs sites, horaires selon le site"
ITINERANT = "itinérant : le lieu change, pas de temps de marche"
_SLOT = re.compile(r"(\d{1,2}):(\d{2}) - (\d{1,2}):(\d{2})")
_WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

Slots = tuple[tuple[int, int], ...]


def opening_words(text: str) -> str:
    """``lundi 09:00 - 12:00; mardi 09:00 - 12:00`` → ``lundi, mardi : 9 h–12 h``.

    A text of another form is given as it is published; '' is said to be unknown.
    """
    if not text.strip():
        return UNKNOWN_HOURS
    days = _read(text)
    if not days:
        return text
    several = any(_overlap(slots) for slots in days.values())
    by_hours: dict[str, list[str]] = {}
    for day, slots in days.items():
        by_hours.setdefault(_between(slots) if several else _slots(slots), []).append(day)
    told = " ; ".join(f"{_days(names)} : {hours}" for hours, names in by_hours.items())
    return f"{SEVERAL_SITES} : {told}" if several else told


def opening_in_short(text: str, most: int) -> str:
    """``opening_words`` when it holds in ``most`` characters, else the days alone, never a cut."""
    words, days = opening_words(text), _read(text)
    if len(words) <= most:
        return words
    where = "heures : page « Quartier »"
    return f"{_days(list(days))} ({where})" if days else f"horaires trop longs ({where})"


def _read(text: str) -> dict[str, Slots]:
    """Each day with its slots in minutes, in order and once each; empty when in another form."""
    found: dict[str, Slots] = {}
    for part in text.split(";"):
        day, _, hours = part.strip().partition(" ")
        slots = [_SLOT.fullmatch(slot.strip()) for slot in hours.split("/")]
        if day not in _WEEK or not all(slots):
            return {}
        read = {_minutes(slot) for slot in slots if slot} | set(found.get(day, ()))
        found[day] = tuple(sorted(read))
    return found


def _minutes(slot: re.Match[str]) -> tuple[int, int]:
    first, first_min, last, last_min = map(int, slot.groups())
    return first * 60 + first_min, last * 60 + last_min


def _overlap(slots: Slots) -> bool:
    return any(later[0] < earlier[1] for earlier, later in pairwise(slots))


def _slots(slots: Slots) -> str:
    return " et ".join(f"{_clock(first)}–{_clock(last)}" for first, last in slots)


def _between(slots: Slots) -> str:
    return f"entre {_clock(slots[0][0])} et {_clock(max(last for _, last in slots))}"


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")


def _days(days: list[str]) -> str:
    if len(days) > 2:
        start = _WEEK.index(days[0])
        if tuple(days) == _WEEK[start : start + len(days)]:
            return f"du {days[0]} au {days[-1]}"
    return ", ".join(days)
