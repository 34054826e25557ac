"""Finding by name, code, commune, postal code: oracles, and what always finds itself."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.schema import Layers
from geo.search import COMMUNE, QPV, SearchIndex, search, search_index
from geo.search.letters import errors_between, quarter_code, words
from tests.geo.faces_fixture import synthetic_analysis, synthetic_layers

_TOWNS = (
    ("42187", "Roanne", ("42300",)),
    ("42218", "Saint-Étienne", ("42000", "42100")),
    ("42229", "Saint-Étienne-le-Molard", ("42130",)),
    ("42127", "Mably", ("42300",)),
    ("42081", "Épercieux-Saint-Paul", ("42110",)),
)
_QUARTERS = (
    ("QN04217M", "Bourgogne", "42187", 1),
    ("QN04218M", "Le Parc", "42187", 10),
    ("QN04219I", "Saint-Clair", "42187", 3),
    ("QN04213M", "Montreynaud", "42218", 87),
    ("QN04215M", "Quartiers Sud-Est", "42218", 53),
)


def made_index(quarters=_QUARTERS, towns=_TOWNS, postcodes: bool = True) -> SearchIndex:
    names = {code: name for code, name, _ in towns}
    qpv = pd.DataFrame(
        [
            {"code_qp": code, "label": label, "communes": commune, "rank": rank,
             "commune_label": names[commune]}
            for code, label, commune, rank in quarters
        ]
    )  # fmt: skip
    tables = {
        "communes": pd.DataFrame(
            [
                {"code": code, "label": name, "departement": code[:2], "scope": "territory"}
                for code, name, _ in towns
            ]
        ),
        "postcodes": pd.DataFrame(
            [(one, code) for code, _, codes in towns for one in codes if postcodes],
            columns=["postcode", "commune"],
        ),
    }
    analysis = replace(synthetic_analysis(), qpv=qpv)
    return search_index(analysis, Layers("dep:42", tables))


INDEX = made_index()


def codes(text: str, index: SearchIndex = INDEX) -> list[str]:
    return [hit.code for hit in search(index, text).hits]


@pytest.mark.parametrize(
    "asked", ["roanne bourgogne", "Bourgogne, ROANNE", "bourgogn roane", "QN04217M", "qn 042 17m",
              "4217M", "qn4217", "bourgogne 42300", "quartier Bourgogne", "42187 bourgogne"],
)  # fmt: skip
def test_one_quarter_is_found_however_it_is_written(asked):
    assert codes(asked) == ["QN04217M"]


@pytest.mark.parametrize("asked", ["roanne", "ROANNE", "roannne", "Raonne"])
def test_a_commune_comes_first_then_its_quarters_by_priority(asked):
    assert codes(asked)[:4] == ["42187", "QN04217M", "QN04219I", "QN04218M"]


@pytest.mark.parametrize(
    "asked", ["saint etienne", "St-Étienne", "saintetienne", "étienne (saint)", "saint-etiene"]
)
def test_the_town_asked_comes_before_the_village_of_a_longer_name(asked):
    assert codes(asked)[:3] == ["42218", "QN04215M", "QN04213M"]


def test_a_postal_code_finds_the_communes_that_share_it_and_their_quarters():
    assert codes("42300") == ["42187", "42127", "QN04217M", "QN04219I", "QN04218M"]


def test_a_build_without_postal_codes_says_so_and_finds_the_rest():
    index = made_index(postcodes=False)
    found = search(index, "42300")
    assert found.hits == ()
    assert "codes postaux ne sont pas connus" in found.note
    assert codes("roanne", index)[0] == "42187"


def test_an_error_is_said_and_a_name_well_written_is_not_doubted():
    assert search(INDEX, "bourgogne").note == ""
    guessed = search(INDEX, "bourgogn roane")
    assert "s'en approche" in guessed.note
    assert not guessed.hits[0].certain
    assert search(INDEX, "begun bourg").hits[0].code == "QN04217M"


def test_nothing_is_found_for_nothing_and_the_reader_is_told_what_to_try():
    for empty in ("", "   ", "!!!", "–"):
        assert search(INDEX, empty).total == 0
    assert "À essayer" in search(INDEX, "zzzzzzzz").note


def test_a_long_text_is_cut_not_worked_on():
    long = "roanne " + "x" * 200_000
    assert search(INDEX, long) == search(INDEX, long[:120])
    assert search(INDEX, "roanne " * 30_000) == search(INDEX, "roanne " * 12)


def test_a_commune_without_quarter_says_so():
    [hit] = search(INDEX, "mably").hits
    assert (hit.kind, hit.quarters) == (COMMUNE, 0)
    assert "aucun quartier prioritaire" in hit.about


def test_hostile_names_are_only_words():
    index = search_index(synthetic_analysis(), synthetic_layers())
    assert "QN09902N" in codes("remparts", index)
    assert "QN09901N" in codes("onerror alert", index)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("L'Œuvre-Sœur", ("l", "oeuvre", "soeur")), ("Ste Foy", ("sainte", "foy")),
     ("Crêt De Roc - Soleil", ("cret", "de", "roc", "soleil"))],
)  # fmt: skip
def test_words(text, expected):
    assert words(text) == expected


def test_codes_are_told_apart_from_numbers():
    assert quarter_code("QN97101N") == "97101N"
    assert quarter_code("42300") == ""
    assert quarter_code("roanne") == ""
    assert quarter_code("QN04217M roanne") == ""


def _naive(one: str, other: str) -> int:
    """Optimal string alignment by its definition, letter by letter."""
    if not one or not other:
        return len(one) + len(other)
    best = min(
        _naive(one[:-1], other) + 1,
        _naive(one, other[:-1]) + 1,
        _naive(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and len(other) > 1 and one[-1] == other[-2] and one[-2] == other[-1]:
        best = min(best, _naive(one[:-2], other[:-2]) + 1)
    return best


@settings(max_examples=60)
@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(0, 3))
def test_typing_errors_are_counted_as_by_their_definition(one, other, most):
    assert errors_between(one, other, most) == min(_naive(one, other), most + 1)


_NAMES = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")), min_size=1, max_size=25
).filter(words)


@settings(max_examples=40)
@given(st.lists(_NAMES, min_size=2, max_size=8), _NAMES)
def test_a_label_a_code_and_a_commune_always_find_themselves(labels, town):
    quarters = tuple(
        (f"QN042{place:02d}M", label, "42187", place + 1) for place, label in enumerate(labels)
    )
    index = made_index(quarters, (("42187", town, ()), ("42001", "Aboën", ())))
    for code, label, _, _ in quarters:
        found = {hit.code: hit for hit in search(index, label, limit=None).hits}
        assert code in found
        assert codes(code, index) == [code]
    in_town = [hit.code for hit in search(index, town, limit=None).hits if hit.kind == QPV]
    assert set(in_town) >= {code for code, *_ in quarters}


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["Roanne", "bourgogne", "Saint-Étienne", "sud-est", "parc"]),
                min_size=1, max_size=3), st.randoms(use_true_random=False))  # fmt: skip
def test_case_accents_and_order_change_nothing(asked, chance):
    other = [word.upper().replace("É", "e").replace("-", " ") for word in asked]
    chance.shuffle(other)
    assert search(INDEX, " ".join(asked)).hits == search(INDEX, "  ".join(other)).hits


def test_the_demo_finds_each_of_its_quarters_and_postal_codes(demo_analysis, demo_layers):
    index = search_index(demo_analysis, demo_layers)
    assert index.postcodes_known
    for row in demo_analysis.qpv.itertuples():
        found = search(index, f"{row.commune_label} {row.label}")
        assert row.code_qp in [hit.code for hit in found.hits]
