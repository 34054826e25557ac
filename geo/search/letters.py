"""Names as they are compared: words without accents, case, hyphens; and typing errors counted."""

from __future__ import annotations

import re
import unicodedata

_SPLIT = re.compile(r"[^0-9a-z]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_SHORTENED = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def words(text: str) -> tuple[str, ...]:
    """The words of a name or of a question, in order.

    >>> words("St-Étienne, Les Œillets")
    ('saint', 'etienne', 'les', 'oeillets')
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(_SHORTENED.get(word, word) for word in _SPLIT.split(letters) if word)


def quarter_code(text: str) -> str:
    """What tells one QPV code from another, ``""`` when the text is none and begins none.

    >>> quarter_code("qn 042 17m"), quarter_code("4217M"), quarter_code("QN02A01M")
    ('4217M', '4217M', '2A01M')
    """
    joined = re.sub(r"[^0-9A-Z]+", "", text.upper())
    found = re.fullmatch(r"(QN)?0*(\d[0-9AB]\d{1,3}[NMIC]?)", joined)
    # Five digits alone are a postal code or that of a commune.
    return found[2] if found and (found[1] or not re.fullmatch(r"\d{5}", joined)) else ""


def errors_allowed(word: str) -> int:
    """How many typing errors a word of this length may hold and still be itself.

    [assumption, editable] None under four letters, one under eight, two from eight on.
    """
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 8 else 2


def errors_between(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with the next to go from a word to another.

    Optimal string alignment distance; ``most + 1`` as soon as it is more than ``most``.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, facing in enumerate(other, start=1):
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (letter != facing))
            swapped = row > 1 and column > 1
            if swapped and letter == other[column - 2] and one[row - 2] == facing:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)


def letters_held(word: str) -> int:
    """One bit a letter or digit: two words whose bits differ much cannot be near."""
    held = 0
    for sign in word:
        held |= 1 << (ord(sign) - 48 if sign.isdigit() else ord(sign) - 87)
    return held
