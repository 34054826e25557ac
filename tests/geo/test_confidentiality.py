"""Statistical secrecy: thresholds at their exact values, and tables that give nothing away."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.confidentiality import (
    HIDDEN,
    Axis,
    NotProtected,
    Protection,
    Secrecy,
    additive_table,
    audit,
    deductions,
    protect,
    with_totals,
)
from geo.confidentiality.rules import enterprises, households, job_seekers, people_followed
from geo.confidentiality.tables import Key
from geo.errors import BadInput
from tests.geo.enumerate_tables import possible_values

THRESHOLD = 3


@pytest.mark.parametrize(
    ("rule", "last_hidden", "first_shown"),
    [(households, 10, 11), (job_seekers, 4, 5), (people_followed, 10, 11)],
)
def test_counts_are_hidden_below_their_threshold_and_shown_from_it(rule, last_hidden, first_shown):
    applied = rule(Secrecy())
    assert applied.hides(last_hidden)
    assert applied.hides(1)
    assert not applied.hides(first_shown)


def test_a_zero_hides_nobody_and_an_unknown_count_has_nothing_to_hide():
    assert not households(Secrecy()).hides(0)
    assert not households(Secrecy()).hides(math.nan)


@pytest.mark.parametrize(
    ("units", "share", "hidden"),
    [(2, 0.5, True), (3, 0.5, False), (3, 0.85, False), (3, 0.851, True), (0, 0.0, False)],
)
def test_enterprise_cells_need_three_units_and_none_above_85_percent(units, share, hidden):
    assert enterprises(Secrecy()).hides(units, share) is hidden


def test_a_threshold_may_be_raised_but_never_lowered():
    assert Secrecy(min_households=20, max_unit_share=0.75).min_households == 20
    with pytest.raises(BadInput, match=r"min_households : 10 reçu, 11.*min_job_seekers : 4 reçu"):
        Secrecy(min_households=10, min_job_seekers=4)
    with pytest.raises(BadInput, match="max_unit_share"):
        Secrecy(max_unit_share=0.9)
    with pytest.raises(BadInput, match="min_units"):
        Secrecy(min_units=math.nan)


def _protected(axes: list[Axis], parts: dict[Key, float], threshold: int = THRESHOLD) -> Protection:
    values = with_totals(axes, parts)
    small = {key: float(threshold) for key, value in values.items() if 0 < value < threshold}
    return protect(additive_table(axes, values), small)


def test_a_row_with_one_small_count_hides_a_second_one():
    axes = [Axis.flat("abc")]
    protection = _protected(axes, {("a",): 2, ("b",): 30, ("c",): 6}, 5)
    assert protection.primary == {("a",)}
    assert protection.secondary == {("c",)}
    assert protection.shown() == {("a",): HIDDEN, ("b",): 30, ("c",): HIDDEN, ("total",): 38}
    assert {found.key: (found.low, found.high) for found in protection.ranges} == {
        ("a",): (1, 7),
        ("c",): (1, 7),
    }


def test_the_audit_finds_what_one_subtraction_gives():
    table = additive_table([Axis.flat("abc")], {("a",): 2, ("b",): 30, ("c",): 6, ("total",): 38})
    assert audit(table, {table.place["a",]}) == [("a",)]


def test_the_audit_finds_what_no_single_subtraction_gives():
    # Two unknowns in each row and column: no single subtraction gives any of them. But a hidden
    # count is at least 1, and each margin is 2.
    axes = [Axis.flat("ab"), Axis.flat("xy")]
    values = with_totals(axes, dict.fromkeys(itertools.product("ab", "xy"), 1.0))
    table = additive_table(axes, values)
    corners = {table.place[key] for key in itertools.product("ab", "xy")}
    assert len(audit(table, corners)) == 4


def test_the_audit_finds_what_bounds_give_without_any_subtraction():
    # Linear algebra leaves b × y free; a margin of 2 in row a and in column x does not.
    axes = [Axis.flat("ab"), Axis.flat("xy")]
    values = with_totals(axes, {("a", "x"): 1, ("a", "y"): 1, ("b", "x"): 1, ("b", "y"): 50})
    table = additive_table(axes, values)
    corners = {table.place[key] for key in itertools.product("ab", "xy")}
    assert audit(table, corners) == sorted(itertools.product("ab", "xy"))


def test_zeros_stay_shown_and_unknown_cells_stay_empty():
    axes = [Axis.flat("abc"), Axis.flat("xyz")]
    parts = dict.fromkeys(itertools.product("abc", "xyz"), 8.0)
    parts |= {("a", "x"): 1.0, ("a", "y"): 0.0, ("c", "z"): math.nan}
    shown = _protected(axes, parts).shown()
    assert shown["a", "x"] == HIDDEN
    assert shown["a", "y"] == 0
    assert shown["c", "z"] is None
    assert shown["total", "total"] is None


def test_a_total_known_elsewhere_cannot_hide_its_only_part():
    table = additive_table([Axis({"q": "commune"})], {("q",): 4, ("commune",): 4})
    with pytest.raises(NotProtected, match="« q » ne peut pas être caché"):
        protect(table, {("q",): 5.0}, public=[("commune",)])


def test_a_table_with_noise_is_refused_with_every_sum_that_fails():
    with pytest.raises(BadInput, match="total : 12, ses parties font 11"):
        additive_table([Axis.flat("ab")], {("a",): 5, ("b",): 6, ("total",): 12})
    with pytest.raises(BadInput, match=r"a : -1.*b : 2.5"):
        additive_table([Axis.flat("ab")], {("a",): -1, ("b",): 2.5})
    with pytest.raises(BadInput, match="partie d'elle-même"):
        _ = Axis({"a": "b", "b": "a"}).items


def test_amounts_keep_the_range_that_the_dominant_unit_needs():
    rule = enterprises(Secrecy())
    axes = [Axis.flat("abc")]
    values = with_totals(axes, {("a",): 100.0, ("b",): 5.5, ("c",): 400.0})
    table = additive_table(axes, values, integral=False)
    protection = protect(table, {("a",): rule.width(100.0)})
    (deduced,) = [found for found in protection.ranges if found.key == ("a",)]
    assert deduced.high >= 100 + 100 * 0.15 / 0.85 - 1e-6
    assert protection.secondary == {("c",)}


_COUNTS = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 6])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_hidden_cell_of_a_small_cross_table_can_be_recovered(data):
    rows = data.draw(st.integers(2, 4), "rows")
    columns = data.draw(st.integers(2, 4), "columns")
    axes = [Axis.flat("abcd"[:rows]), Axis.flat("wxyz"[:columns])]
    keys = list(itertools.product("abcd"[:rows], "wxyz"[:columns]))
    _prove(_protected(axes, {key: float(data.draw(_COUNTS)) for key in keys}))


_NESTED = Axis(
    {"q1": "c1", "q2": "c1", "q3": "c2", "q4": "c2", "q5": "c3", "c1": "d", "c2": "d", "c3": "d"}
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_COUNTS, min_size=5, max_size=5))
def test_no_hidden_cell_of_nested_territories_can_be_recovered(counts):
    parts = {(f"q{place}",): float(count) for place, count in enumerate(counts, start=1)}
    _prove(_protected([_NESTED], parts))


@settings(max_examples=20, deadline=None)
@given(st.lists(_COUNTS, min_size=10, max_size=10))
def test_no_hidden_cell_of_nested_territories_by_a_second_cut_can_be_recovered(counts):
    axes = [_NESTED, Axis.flat("xy")]
    keys = itertools.product(("q1", "q2", "q3", "q4", "q5"), "xy")
    _prove(_protected(axes, dict(zip(keys, map(float, counts), strict=True))))


@settings(max_examples=20, deadline=None)
@given(st.lists(_COUNTS, min_size=8, max_size=8))
def test_no_hidden_cell_of_a_three_way_table_can_be_recovered(counts):
    axes = [Axis.flat("ab"), Axis.flat("xy"), Axis.flat("mn")]
    keys = itertools.product("ab", "xy", "mn")
    _prove(_protected(axes, dict(zip(keys, map(float, counts), strict=True))))


@settings(max_examples=30, deadline=None)
@given(st.lists(_COUNTS, min_size=9, max_size=9), st.sets(st.integers(0, 8), max_size=3))
def test_unknown_cells_are_no_reason_to_recover_a_hidden_one(counts, unknown):
    axes = [Axis.flat("abc"), Axis.flat("xyz")]
    parts = dict(zip(itertools.product("abc", "xyz"), map(float, counts), strict=True))
    parts |= {list(parts)[place]: math.nan for place in unknown}
    _prove(_protected(axes, parts))


def _prove(protection: Protection) -> None:
    """By enumeration: two values for each hidden cell; by the solver: the threshold's width."""
    table = protection.table
    small = {key for key, value in zip(table.keys, table.values, strict=True)
             if 0 < value < THRESHOLD}  # fmt: skip
    assert protection.primary == small
    cap = 2 * int(np.nanmax(table.values)) + 2 * THRESHOLD
    taken = possible_values(protection, cap)
    assert set(taken) == protection.hidden
    assert all(len(values) >= 2 for values in taken.values())
    places = {table.place[key] for key in protection.hidden}
    for found in deductions(table, places):
        assert found.low <= found.value <= found.high
        assert found.width >= (THRESHOLD if found.key in small else 1)


@settings(max_examples=40, deadline=None)
@given(st.lists(_COUNTS, min_size=6, max_size=6), st.sets(st.integers(0, 11), max_size=6))
def test_the_audit_and_the_enumeration_tell_the_same_cells(counts, chosen):
    axes = [Axis.flat("ab"), Axis.flat("xyz")]
    values = with_totals(
        axes, dict(zip(itertools.product("ab", "xyz"), map(float, counts), strict=True))
    )
    table = additive_table(axes, values)
    hidden = {cell for cell in chosen if table.values[cell] > 0}
    as_shown = Protection(table, frozenset(table.keys[cell] for cell in hidden), frozenset(), ())
    taken = possible_values(as_shown, cap=60)
    assert set(audit(table, hidden)) == {key for key, found in taken.items() if len(found) == 1}
