"""The glossary: whole, sourced, and found by what people type."""

from __future__ import annotations

from geo.glossary import GLOSSARY, find_terms
from geo.search.letters import words


def test_the_words_of_the_screens_are_told_with_their_source():
    names = " ".join(term.name for term in GLOSSARY)
    for word in (
        "QPV",
        "APL",
        "ZIP",
        "ZAC",
        "C2S",
        "IRIS",
        "EPCI",
        "FDep",
        "E2SFCA",
        "ETP",
        "FTE",
        "double peine",
        "non-recours",
        "médiateur",
        "CLS",
        "ASV",
        "CLSM",
        "CPTS",
    ):
        assert word in names
    for term in GLOSSARY:
        assert term.definition.endswith(".")
        assert term.source
        assert len(term.definition.split()) <= 60


def test_terms_are_found_whatever_the_case_and_accents():
    assert find_terms("") == GLOSSARY
    assert find_terms("MEDIATEUR sante")[0].name == "médiateur en santé"
    assert "APL" in [term.name for term in find_terms("apl")]
    assert find_terms("zzz") == ()


def test_terms_are_in_alphabetical_order_whatever_their_case_and_accents():
    names = [words(term.name) for term in GLOSSARY]
    assert names == sorted(names)
