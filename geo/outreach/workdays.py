"""Working days in France: Monday to Friday, public holidays left out, from a date that is given."""

from __future__ import annotations

import datetime as dt

# Code du travail, article L3133-1, in French law for the whole country (Alsace-Moselle has two
# more, overseas one more: not counted here).
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741 -- the letters of the published algorithm
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[dt.date]:
    """The eleven public holidays of the year."""
    sunday = easter(year)
    fixed = {dt.date(year, month, day) for month, day in _FIXED}
    return frozenset(fixed | {sunday + dt.timedelta(days) for days in _AFTER_EASTER})


def working_days(start: dt.date, count: int, days_per_week: int = 5) -> list[dt.date]:
    """``count`` days from ``start`` on (itself when it is one): the first weekdays of each week."""
    found: list[dt.date] = []
    day = start
    while len(found) < count:
        if day.weekday() < days_per_week and day not in public_holidays(day.year):
            found.append(day)
        day += dt.timedelta(1)
    return found
