"""The plan of a door-to-door round against METHODS section 3, its calendar and its order."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo.errors import BadInput
from geo.outreach import (
    Asked,
    Assumptions,
    contact_rate,
    describe_outreach,
    dwellings_for,
    opened_share,
    plan_round,
)
from geo.outreach.tour import path_length, shortest_order
from geo.outreach.workdays import easter, public_holidays, working_days


def near(value):
    return pytest.approx(value, abs=1e-6)


def test_the_rate_of_roanne_and_its_wilson_interval():
    rate = contact_rate(Assumptions())
    assert rate.value == near(0.467652)
    assert (rate.low, rate.high) == (near(0.425984), near(0.509777))
    assert "Roanne" in rate.origin


@pytest.mark.parametrize(
    ("passes", "share", "low", "high"),
    [
        (1, 0.467652, 0.425984, 0.509777),
        (2, 0.716606, 0.670506, 0.759682),
        (3, 0.849136, 0.810865, 0.882190),
    ],
)
def test_passes_of_methods(passes, share, low, high):
    plan = plan_round(Asked(dwellings=541, passes=passes))
    found = plan.chosen.share
    assert (found.value, found.low, found.high) == (near(share), near(low), near(high))
    assert plan.chosen.people.value == near(541 * plan.chosen.share.value)


@pytest.mark.parametrize(("people", "dwellings"), [(100, 214), (250, 535), (500, 1070)])
def test_dwellings_for_so_many_people(people, dwellings):
    assert plan_round(Asked(people=people)).dwellings == dwellings


def test_the_interval_of_dwellings_for_500_people():
    assert plan_round(Asked(people=500)).dwellings_range == (981, 1174)


def test_the_pace_and_the_days_of_methods():
    assert Assumptions().pace == near(6.232719)
    assert plan_round(Asked(dwellings=214)).passes[0].days == pytest.approx(34.3, abs=0.05)
    assert plan_round(Asked(dwellings=1070)).passes[0].days == pytest.approx(171.7, abs=0.05)


def test_ones_own_result_replaces_roanne_and_says_so_while_the_pace_stays():
    own = Assumptions(met=60, visited=100)
    plan = plan_round(Asked(people=60), own)
    assert plan.dwellings == 100 and "votre résultat" in plan.rate.origin
    assert plan.pace == near(6.232719)
    told = {row.name: row for row in describe_outreach(own)}
    assert told["met"].source == "Résultat saisi par l'équipe" and not told["met"].is_default
    assert "Roannais" in {row.name: row for row in describe_outreach(Assumptions())}["met"].source


def test_two_people_a_door_halve_the_doors_that_open_not_the_people():
    two = plan_round(Asked(dwellings=541), Assumptions(people_per_door=2.0))
    assert two.passes[0].people.value == near(253)
    assert two.passes[0].share.value == near(253 / 541 / 2)
    assert two.passes[1].people.value > plan_round(Asked(dwellings=541)).passes[1].people.value


def test_days_alone_give_the_dwellings_they_hold_and_days_too_few_are_said():
    held = plan_round(Asked(days=20, mediators=2))
    assert held.dwellings == 249 and held.fits is True and held.calendar.days == 20
    short = plan_round(Asked(people=250, days=20, mediators=2))
    assert short.fits is False and short.calendar.days == 43 and short.within_days == 249


def test_a_calendar_skips_week_ends_and_public_holidays():
    plan = plan_round(Asked(people=250, mediators=2, start="2026-12-01"))
    assert plan.calendar.days == 43 and plan.calendar.weeks == 10
    assert plan.calendar.start == dt.date(2026, 12, 1)
    assert plan.calendar.end == dt.date(2027, 2, 1)
    undated = plan_round(Asked(people=250, mediators=2)).calendar
    assert undated.end is None and undated.weeks == 9


def test_public_holidays_of_a_known_year():
    assert [easter(year) for year in (2024, 2025, 2026)] == [
        dt.date(2024, 3, 31), dt.date(2025, 4, 20), dt.date(2026, 4, 5),
    ]  # fmt: skip
    assert {dt.date(2026, 4, 6), dt.date(2026, 5, 14), dt.date(2026, 5, 25)} <= public_holidays(
        2026
    )
    assert len(public_holidays(2026)) == 11
    assert working_days(dt.date(2026, 4, 3), 2, 5) == [dt.date(2026, 4, 3), dt.date(2026, 4, 7)]
    mondays = working_days(dt.date(2026, 6, 2), 2, 1)
    assert mondays == [dt.date(2026, 6, 8), dt.date(2026, 6, 15)]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "donnez les personnes"),
        ({"people": 10, "dwellings": 10}, "pas les deux"),
        ({"people": 0, "mediators": 0, "passes": 4}, "de 1 à 3 attendu"),
        ({"people": 5, "start": "01/12/2026"}, "AAAA-MM-JJ"),
        ({"people": 5, "start": "2026-02-31"}, "AAAA-MM-JJ"),
        ({"people": 5, "start": "9999-12-30"}, "AAAA-MM-JJ"),
    ],
)
def test_what_cannot_be_planned_is_said(asked, words):
    with pytest.raises(BadInput, match=words):
        Asked(**asked)


def test_a_round_of_more_than_ten_years_is_refused():
    with pytest.raises(BadInput, match="dix ans"):
        plan_round(Asked(dwellings=100_000, start="2026-12-01"), Assumptions(own_pace=0.01))


def test_all_faults_of_assumptions_are_said_at_once():
    with pytest.raises(BadInput) as refused:
        Assumptions(met=600, people_per_dwelling=0, own_pace=-1, days_per_week=7)
    for name in ("met", "people_per_dwelling", "own_pace", "days_per_week"):
        assert name in str(refused.value)


@given(
    people=some.integers(1, 5_000),
    met=some.integers(1, 400),
    more=some.integers(0, 400),
    passes=some.integers(1, 3),
)
def test_the_dwellings_suffice_and_one_less_would_not(people, met, more, passes):
    rate = met / (met + more)
    needed = dwellings_for(people, rate, passes)
    assert needed * opened_share(rate, passes) >= people * (1 - 1e-9)
    assert (needed - 1) * opened_share(rate, passes) < people


def _table(points):
    at = np.array(points, dtype=float)
    return np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))


def _best(table, first=None):
    orders = itertools.permutations(range(len(table)))
    return min(path_length(list(order), table) for order in orders if first in (None, order[0]))


@given(
    some.lists(some.tuples(some.integers(0, 900), some.integers(0, 900)), min_size=1, max_size=6)
)
def test_every_stop_once_the_same_each_time_and_close_to_the_best(points):
    table = _table(points)
    order = shortest_order(table)
    assert sorted(order) == list(range(len(points)))
    assert order == shortest_order(table)
    assert path_length(order, table) <= 1.25 * _best(table) + 1e-6
    fixed = shortest_order(table, 0)
    assert fixed[0] == 0 and sorted(fixed) == list(range(len(points)))


def test_eight_stops_of_a_block_town_are_in_the_best_order():
    draw = np.random.default_rng(7)
    for _ in range(3):
        table = _table(draw.integers(0, 1000, (8, 2)))
        assert path_length(shortest_order(table), table) <= _best(table) * 1.0000001


@pytest.mark.parametrize("wrong", [[[0.0, np.nan], [np.nan, 0.0]], [[0.0, 1.0], [2.0, 0.0]]])
def test_lengths_that_are_not_known_are_refused(wrong):
    with pytest.raises(ValueError, match="lengths must"):
        shortest_order(np.array(wrong))
