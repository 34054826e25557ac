"""Numbers, shares, amounts and dates as French readers write them.

``1 669`` holds a narrow no-break space (U+202F), ``46,8 %`` and ``52 900 €`` a no-break space
(U+00A0) before their sign, so that a line break never cuts a figure. Babel's own percent and
currency patterns put U+202F there, hence the two signs are added here.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from babel.numbers import get_decimal_symbol, get_group_symbol

UNKNOWN = "non connu"
# The largest double has 309 digits before its point.
_ANY_FLOAT = Context(prec=400)
_NO_BREAK = "\u00a0"
# Python writes 1,669.5: its two signs are exchanged for those that Babel says the French use. A
# page holds thousands of figures, and Babel reads its pattern again for each.
_FRENCH_SIGNS = str.maketrans({",": get_group_symbol("fr_FR"), ".": get_decimal_symbol("fr_FR")})
_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def number(value: float | None, decimals: int = 0, unknown: str = UNKNOWN) -> str:
    """``1669`` → ``1 669``; halves are rounded up, as on paper; NaN and None → ``unknown``."""
    if value is None or math.isnan(value):
        return unknown
    if math.isinf(value):
        raise ValueError(f"{value} is not a figure that can be written")
    step = Decimal(1).scaleb(-decimals)
    with localcontext(_ANY_FLOAT):
        rounded = Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP)
        told = abs(rounded) if rounded == 0 else rounded
        return f"{told:,.{decimals}f}".translate(_FRENCH_SIGNS)


def as_written(value: float) -> str:
    """A threshold as somebody chose it, without the zeros nobody wrote: ``2.5`` → ``2,5``."""
    decimals = next((count for count in range(6) if round(value, count) == round(value, 6)), 6)
    return number(value, decimals)


def percent(share: float | None, decimals: int = 1, unknown: str = UNKNOWN) -> str:
    """A share between 0 and 1 as a percentage: ``0.468`` → ``46,8 %``."""
    if share is None or math.isnan(share):
        return unknown
    # Through the decimal text: 0.285 * 100 is 28.499999999999996 in binary.
    return number(float(Decimal(repr(float(share))) * 100), decimals) + f"{_NO_BREAK}%"


def euros(amount: float | None, decimals: int = 0, unknown: str = UNKNOWN) -> str:
    """An amount in euros: ``52900`` → ``52 900 €``."""
    if amount is None or math.isnan(amount):
        return unknown
    return number(amount, decimals) + f"{_NO_BREAK}€"


def date_fr(value: str | dt.date, unknown: str = "date inconnue") -> str:
    """``2024-12-31`` → ``31/12/2024``, ``2024-12`` → ``12/2024``, ``2024`` → ``2024``.

    Raises
    ------
    ValueError
        When the text is neither empty nor an ISO date.
    """
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if not value:
        return unknown
    matched = _ISO_DATE.fullmatch(value[:10])
    if not matched:
        raise ValueError(f"« {value} » n'est pas une date AAAA-MM-JJ")
    year, month, day = matched.groups()
    if day:
        return f"{dt.date(int(year), int(month), int(day)):%d/%m/%Y}"
    return f"{month}/{year}" if month else year


def plural(count: float, singular: str, several: str | None = None) -> str:
    """The noun alone, agreed the French way: plural from 2 on (0 and 1,5 stay singular)."""
    return (several or f"{singular}s") if abs(count) >= 2 else singular


def counted(count: float, singular: str, several: str | None = None, decimals: int = 0) -> str:
    """A figure and its noun that cannot be parted: ``1 362 personnes``, ``1 poste``."""
    shown = round(count, decimals)
    return f"{number(count, decimals)}{_NO_BREAK}{plural(shown, singular, several)}"


# What the API of communes serves is in force; which year that is, it does not say.
_IN_FORCE = "COG en vigueur"


def days_told(text: str) -> str:
    """The ISO days of a text as they are read in French: ``2020-03-06`` → ``06/03/2020``."""
    return _DAY.sub(r"\3/\2/\1", text)


def year_told(vintage: str) -> str:
    """A vintage as it is read: ``2020-03-06`` → ``06/03/2020``, and « année non dite par la
    source » where it holds no year."""
    return days_told(vintage).replace(_IN_FORCE, "année non dite par la source")


def of_vintage(vintage: str) -> str:
    """``2024-08-01`` → ``du 01/08/2024``; ``2024`` → ``de 2024``."""
    return f"{'du' if _DAY.match(vintage) else 'de'} {year_told(vintage)}"


def lowered(heading: str) -> str:
    """A heading inside a sentence: ``Population`` → ``population``, ``APL`` and ``C2S`` stay.

    A first word that holds another capital or a digit is an acronym or a code.
    """
    first = heading.partition(" ")[0]
    if any(sign.isupper() or sign.isdecimal() for sign in first[1:]):
        return heading
    return f"{heading[:1].lower()}{heading[1:]}"


def listed(items: Sequence[str]) -> str:
    """``a, b et c``."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + f" et {items[-1]}"
