"""How many doors to knock at, how many people that may be, and how long it takes.

Passes are independent: a dwelling met at a pass is not visited again, and each of the others opens
with the same chance. An assumption, said beside each result (METHODS section 3).
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from geo.errors import BadInput
from geo.outreach.assumptions import MAX_PASSES, Assumptions, ContactRate, contact_rate
from geo.outreach.workdays import working_days

MOST_DWELLINGS, MOST_PEOPLE, MOST_MEDIATORS, MOST_DAYS = 100_000, 50_000, 50, 2_000
# Ten years of working days: beyond, the plan is a mistake, and dates would run out.
MOST_PLANNED_DAYS = 2_500
_YEARS = range(2000, 2100)
# What a sum of binary fractions may lack of a whole number.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Asked:
    """What is asked: dwellings to visit, or people to meet, or only days; by how many mediators.

    ``days`` are working days a mediator has, ``start`` an ISO date (``""``: no calendar).

    Raises
    ------
    BadInput
        Naming everything that is wrong.
    """

    people: int | None = None
    dwellings: int | None = None
    days: int | None = None
    mediators: int = 1
    passes: int = 1
    start: str = ""

    def __post_init__(self) -> None:
        wrong = []
        for words, value, most in (
            ("personnes à rencontrer", self.people, MOST_PEOPLE),
            ("logements", self.dwellings, MOST_DWELLINGS),
            ("jours", self.days, MOST_DAYS),
            ("médiateurs", self.mediators, MOST_MEDIATORS),
            ("passages", self.passes, MAX_PASSES),
        ):
            if value is not None and not 1 <= value <= most:
                wrong.append(f"{words} : {value} reçu, de 1 à {most} attendu")
        if self.people is not None and self.dwellings is not None:
            wrong.append(
                "donnez les personnes à rencontrer ou les logements à visiter, pas les deux"
            )
        if self.people is None and self.dwellings is None and self.days is None:
            wrong.append("donnez les personnes à rencontrer, les logements à visiter ou les jours")
        if self.start and _date(self.start) is None:
            wrong.append(f"début : « {self.start} » reçu, une date AAAA-MM-JJ attendue")
        if wrong:
            raise BadInput("Tournée refusée : " + " ; ".join(wrong) + ".")

    @property
    def start_date(self) -> dt.date | None:
        return _date(self.start) if self.start else None


@dataclass(frozen=True)
class Range:
    """A modelled figure, and what the interval of the rate of contact makes of it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Pass:
    """The state after ``number`` passes over the same dwellings.

    ``share``: of the dwellings that have opened; ``people`` met in all; ``visits`` of this pass
    and ``total_visits`` of all until it; ``days``: full days of one mediator for these.
    """

    number: int
    share: Range
    people: Range
    visits: Range
    total_visits: Range
    days: float


@dataclass(frozen=True)
class Calendar:
    """``days`` and ``weeks`` for each mediator; dates are None without a start.

    Weeks of the calendar when it is known (a first or last one may be short), else of full weeks.
    """

    days: int
    weeks: int
    start: dt.date | None
    end: dt.date | None


@dataclass(frozen=True)
class Plan:
    """Dwellings to visit, what to expect of one to three passes, and the calendar of those asked.

    ``dwellings_range``: for the same people, over the interval of the rate (None unless people
    were asked). ``fits``: whether the days given suffice (None when none were);
    ``within_days``: the dwellings that can be visited in them.
    """

    asked: Asked
    rate: ContactRate
    dwellings: int
    dwellings_range: tuple[int, int] | None
    passes: tuple[Pass, ...]
    pace: float
    calendar: Calendar
    fits: bool | None
    within_days: int | None

    @property
    def chosen(self) -> Pass:
        """The state after the passes asked for."""
        return self.passes[self.asked.passes - 1]


def plan_round(asked: Asked, assumptions: Assumptions | None = None) -> Plan:
    """The plan of a round: METHODS section 3, « Roanne door-to-door ».

    Raises
    ------
    BadInput
        When it would last more than ten years.
    """
    assumptions = assumptions or Assumptions()
    rate, per_door = contact_rate(assumptions), assumptions.people_per_door
    dwellings, bounds = _dwellings(asked, rate, assumptions)
    passes = tuple(
        _after(number, dwellings, rate, per_door, assumptions.pace)
        for number in range(1, MAX_PASSES + 1)
    )
    visits = passes[asked.passes - 1].total_visits.value
    needed = _ceil(visits / asked.mediators / assumptions.pace)
    if needed > MOST_PLANNED_DAYS:
        raise BadInput(
            f"Tournée refusée : {needed} jours par médiateur, {MOST_PLANNED_DAYS} au plus attendus "
            "(dix ans). À faire : moins de logements, ou plus de médiateurs."
        )
    within = None
    if asked.days is not None:
        within = _dwellings_in(asked, rate, assumptions)
    return Plan(
        asked=asked,
        rate=rate,
        dwellings=dwellings,
        dwellings_range=bounds,
        passes=passes,
        pace=assumptions.pace,
        calendar=_calendar(asked, needed, assumptions.days_per_week),
        fits=None if asked.days is None else needed <= asked.days,
        within_days=within,
    )


def opened_share(rate: float, passes: int) -> float:
    """Dwellings that have opened after so many passes: 1 − (1 − c)^k."""
    return float(1 - (1 - rate) ** passes)


def dwellings_for(people: float, rate: float, passes: int = 1, per_door: float = 1.0) -> int:
    """Dwellings to visit for so many people: ceil(n / c) in one pass (250 in Roanne: 535)."""
    return _ceil(people / (per_door * opened_share(rate, passes)))


def _dwellings(
    asked: Asked, rate: ContactRate, assumptions: Assumptions
) -> tuple[int, tuple[int, int] | None]:
    if asked.dwellings is not None:
        return asked.dwellings, None
    if asked.people is None:
        return _dwellings_in(asked, rate, assumptions), None
    best, middle, worst = (
        dwellings_for(asked.people, share, asked.passes, assumptions.people_per_door)
        for share in (rate.high, rate.value, rate.low)
    )
    return middle, (best, worst)


def _dwellings_in(asked: Asked, rate: ContactRate, assumptions: Assumptions) -> int:
    """Dwellings whose visits, passes included, fit in the days of the mediators; at least one."""
    visits = (asked.days or 0) * asked.mediators * assumptions.pace
    each = sum((1 - rate.value) ** number for number in range(asked.passes))
    return max(1, math.floor(visits / each + _ROUNDING))


def _after(number: int, dwellings: int, rate: ContactRate, per_door: float, pace: float) -> Pass:
    share = Range(*(opened_share(c, number) for c in (rate.value, rate.low, rate.high)))
    # The fewer doors open, the more there are to knock at again.
    left = [(1 - c) ** (number - 1) for c in (rate.value, rate.high, rate.low)]
    total = [
        sum((1 - c) ** before for before in range(number))
        for c in (rate.value, rate.high, rate.low)
    ]
    return Pass(
        number=number,
        share=share,
        people=Range(*(dwellings * per_door * s for s in (share.value, share.low, share.high))),
        visits=Range(*(dwellings * part for part in left)),
        total_visits=Range(*(dwellings * part for part in total)),
        days=dwellings * total[0] / pace,
    )


def _calendar(asked: Asked, needed: int, days_per_week: int) -> Calendar:
    start = asked.start_date
    days = working_days(start, needed, days_per_week) if start else []
    return Calendar(
        days=needed,
        weeks=len({day.isocalendar()[:2] for day in days}) or _ceil(needed / days_per_week),
        start=days[0] if days else None,
        end=days[-1] if days else None,
    )


def _ceil(value: float) -> int:
    return math.ceil(value - _ROUNDING)


def _date(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day is not None and day.year in _YEARS else None
