import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from geo.words import (
    counted,
    date_fr,
    euros,
    listed,
    lowered,
    number,
    of_vintage,
    percent,
    plural,
    year_told,
)


def test_reference_strings():
    assert number(1362) == "1\u202f362"
    assert percent(0.468) == "46,8\u00a0%"
    assert euros(52900) == "52\u202f900\u00a0€"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (-0.2, 0, "0"),
        (2.5, 0, "3"),
        (0.125, 2, "0,13"),
        (-1234.5, 1, "-1\u202f234,5"),
        (1234567, 0, "1\u202f234\u202f567"),
    ],
)
def test_numbers_are_rounded_like_on_paper(value, decimals, written):
    assert number(value, decimals) == written


@given(st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1e7, 1e7), st.integers(0, 9))
def test_numbers_are_those_of_babel(value, decimals):
    with localcontext(prec=400):
        rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        written = format_decimal(rounded + 0, pattern, locale="fr_FR")
    assert number(value, decimals) == written


def test_an_unknown_number_is_said_unknown_never_zero():
    assert number(math.nan) == percent(None) == euros(math.nan) == "non connu"
    assert number(None, unknown="—") == "—"
    with pytest.raises(ValueError):
        number(math.inf)


def test_percent_does_not_inherit_binary_noise():
    assert percent(0.285, 0) == "29\u00a0%"


def test_dates():
    assert date_fr("2024-12-31") == date_fr(dt.date(2024, 12, 31)) == "31/12/2024"
    assert (date_fr("2024-12"), date_fr("2024"), date_fr("")) == (
        "12/2024",
        "2024",
        "date inconnue",
    )
    with pytest.raises(ValueError, match="AAAA-MM-JJ"):
        date_fr("31/12/2024")


def test_french_plural_begins_at_two():
    assert [plural(n, "poste") for n in (0, 1, 1.5, 2)] == ["poste", "poste", "poste", "postes"]
    assert plural(3, "lieu", "lieux") == "lieux"
    assert counted(1669, "personne") == "1\u202f669\u00a0personnes"
    assert counted(1.6, "personne") == "2\u00a0personnes"


def test_lists():
    assert listed(["a"]) == "a" and listed(["a", "b"]) == "a et b"
    assert listed(["a", "b", "c"]) == "a, b et c"


@pytest.mark.parametrize(
    ("heading", "inside"),
    [
        ("APL aux généralistes (DREES)", "APL aux généralistes (DREES)"),
        ("C2S", "C2S"),
        ("Besoin (sur 100)", "besoin (sur 100)"),
        ("À pied", "à pied"),
        ("", ""),
    ],
)
def test_a_heading_inside_a_sentence_keeps_its_acronym(heading, inside):
    assert lowered(heading) == inside


def test_a_vintage_is_read_as_a_french_date():
    assert of_vintage("2024-08-01") == "du 01/08/2024" and of_vintage("2024") == "de 2024"
    assert year_told("2018, 2020-03-06") == "2018, 06/03/2020"
