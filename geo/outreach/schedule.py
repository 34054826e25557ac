"""Who visits what, on which day: the dwellings of the plan laid on the ordered stops."""

from __future__ import annotations

import datetime as dt
from itertools import accumulate

import numpy as np
import pandas as pd

from geo.measure import Floats
from geo.outreach.assumptions import Assumptions
from geo.outreach.plan import Plan
from geo.outreach.route import Route
from geo.outreach.stops import Stops, apportioned
from geo.outreach.workdays import working_days

ROUND_COLUMNS = ("order", "stop", "dwellings", "planned", "walk_min", "walk_along", "lon", "lat")
DAY_COLUMNS = ("mediator", "day", "date", "pass", "stop", "visits")


def ordered_round(plan: Plan, stops: Stops, route: Route) -> pd.DataFrame:
    """The stops in order (ROUND_COLUMNS): ``planned`` dwellings are those to visit there.

    Whole stops are taken in the order of the round until the plan's dwellings are reached; where
    dwellings are unknown they are spread by weight. When the QPV has fewer than the plan asks,
    all are taken (``shortfall`` says what lacks).
    """
    frame = stops.frame.iloc[list(route.order)].reset_index(drop=True)
    have = frame["dwellings"].to_numpy(float)
    if np.isnan(have).any():
        planned = apportioned(plan.dwellings, frame["weight"].to_numpy(float))
    else:
        before = np.concatenate([[0.0], np.cumsum(have)[:-1]])
        planned = np.clip(plan.dwellings - before, 0.0, have)
    return pd.DataFrame(
        {
            "order": np.arange(1, len(frame) + 1),
            "stop": frame["stop"],
            "dwellings": have,
            "planned": planned.astype(int),
            "walk_min": route.minutes,
            "walk_along": route.steps,
            "lon": frame["lon"],
            "lat": frame["lat"],
        }
    )


def shortfall(plan: Plan, stops: Stops) -> int:
    """Dwellings asked for that the QPV does not have (0 when they fit or when none is known)."""
    if not np.isfinite(stops.total):
        return 0
    return max(0, plan.dwellings - int(stops.total))


def visits_by_stop(plan: Plan, tour: pd.DataFrame) -> pd.DataFrame:
    """Visits of each pass at each stop: (pass, stop, visits), in the order they are made.

    Visits of a later pass are those expected to be left: modelled, whole numbers.
    """
    planned = tour["planned"].to_numpy(float)
    rows = []
    for number in range(1, plan.asked.passes + 1):
        left = planned * (1 - plan.rate.value) ** (number - 1)
        visits = _whole(left) if planned.sum() else planned
        rows += [
            {"pass": number, "stop": stop, "visits": int(count)}
            for stop, count in zip(tour["stop"], visits, strict=True)
            if count > 0
        ]
    return pd.DataFrame(rows, columns=["pass", "stop", "visits"])


def days_of_mediators(plan: Plan, tour: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """One line a mediator, day and stop (DAY_COLUMNS); ``date`` is None without a start.

    Each pass is shared between the mediators along the round (neighbouring stops go together);
    each then visits ``pace`` dwellings a day, one pass after the other.
    """
    visits = visits_by_stop(plan, tour)
    work: list[list[tuple[int, str]]] = [[] for _ in range(plan.asked.mediators)]
    for number, own in visits.groupby("pass"):
        doors = [(int(str(number)), s) for s, n in zip(own["stop"], own["visits"], strict=True)
                 for _ in range(n)]  # fmt: skip
        for mediator, share in enumerate(np.array_split(np.arange(len(doors)), len(work))):
            work[mediator] += [doors[at] for at in share]
    longest = max((_days(len(doors), plan.pace) for doors in work), default=0)
    start = plan.asked.start_date
    dates: list[dt.date] = (
        working_days(start, longest, assumptions.days_per_week) if start is not None else []
    )
    rows = []
    for mediator, doors in enumerate(work, start=1):
        for day in range(1, _days(len(doors), plan.pace) + 1):
            first, last = (_doors_until(plan.pace, d, len(doors)) for d in (day - 1, day))
            counted: dict[tuple[int, str], int] = {}
            for door in doors[first:last]:
                counted[door] = counted.get(door, 0) + 1
            rows += [
                (mediator, day, dates[day - 1] if dates else None, number, stop, count)
                for (number, stop), count in counted.items()
            ]
    return pd.DataFrame(rows, columns=list(DAY_COLUMNS))


def _days(doors: int, pace: float) -> int:
    return int(np.ceil(doors / pace - 1e-9))


def _doors_until(pace: float, day: int, doors: int) -> int:
    """Doors visited by the end of a day: the fraction of one is carried to the next day."""
    return doors if day >= _days(doors, pace) else int(np.floor(day * pace + 1e-9))


def _whole(values: Floats) -> Floats:
    """Whole numbers whose running sum stays within a half of that of ``values``."""
    totals = np.floor(np.array(list(accumulate(values))) + 0.5)
    return np.asarray(np.diff(np.concatenate([[0.0], totals])))
