"""The group that presses make: none lost, none done twice, nothing malformed believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.commune_choice import after_presses, at_most, too_many_words

KNOWN = frozenset("ABCDEFGH")


def _toggled(codes, presses):
    for code in presses:
        codes = [one for one in codes if one != code] if code in codes else [*codes, code]
    return codes


@given(
    st.lists(st.sampled_from("ABCDEFGH"), max_size=20),
    st.lists(st.booleans(), min_size=20, max_size=20),
)
def test_presses_told_late_together_or_twice_make_the_same_group(pressed, arrives):
    """A page tells all that waits with each press; only some of what it tells arrives."""
    shown, waiting, group, heard = ["A"], [], ["A"], 0
    for number, code in enumerate(pressed, 1):
        inside = code not in shown
        shown = _toggled(shown, [code])
        waiting = [one for one in waiting if one[1] != code] + [[number, code, inside]]
        if arrives[number - 1]:
            group, heard = after_presses(group, heard, waiting, KNOWN)
            assert set(group) == set(shown)
            assert after_presses(group, heard, waiting, KNOWN) == (group, heard)
    group, heard = after_presses(group, heard, waiting, KNOWN)
    assert set(group) == set(shown) and heard == len(pressed)


def test_the_group_keeps_the_order_of_the_presses_and_what_the_list_added_meanwhile():
    told = [[2, "C", True], [1, "B", True], [3, "A", False]]
    assert after_presses(["A", "H"], 0, told, KNOWN) == (["H", "B", "C"], 3)
    # Heard already: what the list did since then stays.
    assert after_presses(["A"], 3, told, KNOWN) == (["A"], 3)


@pytest.mark.parametrize(
    "told",
    [
        None, "A", 7, {}, {"codes": ["A"]}, [None], ["B"], [["B"]], [[1, "B"]], [["1", "B", True]],
        [[True, "B", True]], [[1.5, "B", True]], [[0, "B", True]], [[-1, "B", True]],
        [[2**31, "B", True]], [[1, ["B"], True]], [[1, {"B": 1}, True]], [[1, None, True]],
        [[1, "B", 1]], [[1, "B", "in"]], [[1, "B", True, 0]], [[1, "B", True]] * 9,
    ],
)  # fmt: skip
def test_what_is_no_press_changes_nothing(told):
    assert after_presses(["A"], 0, told, KNOWN) == (["A"], 0)


def test_an_unknown_commune_is_answered_and_left_out():
    told = [[1, "<b>", True], ["malformed"], [2, "B", True]]
    assert after_presses(["A"], 0, told, KNOWN) == (["A", "B"], 2)


def test_those_beyond_the_most_are_told_by_name():
    assert at_most(["A", "B", "A", "C", "D"], 3) == (["A", "B", "C"], ["D"])
    assert at_most(["A", "A"], 3) == (["A"], [])
    one = too_many_words(["Uzès (30334)"])
    assert one.replace("\u00a0", " ") == (
        "Un groupement a au plus 200 communes : 1 commune en trop n'a pas été gardée "
        "(Uzès (30334))."
    )
    many = too_many_words([f"n{number}" for number in range(75)]).replace("\u00a0", " ")
    assert "75 communes en trop n'ont pas été gardées" in many
    assert many.endswith("n59 et 15 autres).")
