"""The page of a quarter as plain values, and its one-page sheet."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from geo.errors import BadInput
from geo.explain import explain
from geo.need.comparison import comparison
from geo.openings import ITINERANT, opening_in_short, opening_words
from geo.outreach.digital import help_nearby
from geo.portrait import portrait
from geo.portrait.around import help_around, itinerant_around
from geo.portrait.chart import strip_chart
from geo.portrait.printed import quarter_pdf, sheet
from geo.similar import criteria_points


@pytest.fixture(scope="module")
def told(demo_analysis, demo_layers):
    compared, points = comparison(demo_layers), criteria_points(demo_analysis)
    return {
        code: portrait(demo_analysis, demo_layers, code, compared, points)
        for code in demo_analysis.qpv["code_qp"]
    }


@pytest.fixture(scope="module")
def sheets(demo_analysis, told):
    return {code: quarter_pdf(demo_analysis, one) for code, one in told.items()}


def _text(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def test_every_sheet_of_the_demo_is_one_tagged_page_in_french(told, sheets):
    for code, pdf in sheets.items():
        reader = PdfReader(io.BytesIO(pdf))
        assert len(reader.pages) == 1, code
        assert reader.trailer["/Root"]["/Lang"].startswith("fr")
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert reader.metadata.title == told[code].name


def test_the_sheet_holds_the_paragraph_and_says_that_the_demo_is_fictional(sheets, told):
    for code in list(sheets)[:4]:
        written = _text(sheets[code]).replace("- ", "")
        for word in ("Données fictives", code, "Ce qui manque", "Les régimes côte à côte"):
            assert word in written
        paragraph = told[code].explanation.text
        assert " ".join(paragraph.split()[:5]) in _text(sheets[code])


def test_the_same_figures_give_the_same_bytes(demo_analysis, told, sheets):
    code = next(iter(told))
    assert quarter_pdf(demo_analysis, told[code]) == sheets[code]


def test_the_paragraph_and_its_figures_are_those_of_explain(demo_analysis, demo_layers, told):
    for code, one in told.items():
        assert one.explanation == explain(demo_analysis, demo_layers, code)
        values = {fact.id: fact.value for fact in one.beside}
        for fact in one.explanation.facts:
            if fact.table == "qpv" and fact.column in ("access", "population"):
                assert values[fact.column] == fact.value


def test_a_figure_elsewhere_is_that_of_the_comparison_or_says_why_there_is_none(demo_layers, told):
    rows = comparison(demo_layers)
    for code, one in told.items():
        own = rows[rows["code_qp"] == code]
        for fact in one.beside:
            there = own[(own["indicator"] == fact.id) & (own["level"] != "qpv")]
            for place, (_, row) in zip(fact.elsewhere, there.iterrows(), strict=False):
                assert bool(place.written) == (not pd.isna(row["value"]))
                assert place.written or place.why
                assert place.why == row["why_missing"]


def test_our_access_elsewhere_is_the_access_minus_the_gap(demo_analysis, told):
    rows = demo_analysis.qpv.set_index("code_qp")
    for code, one in told.items():
        access = next(fact for fact in one.beside if fact.id == "access")
        places = {place.level: place.written for place in access.elsewhere}
        row = rows.loc[code]
        mean = row["access"] - row["access_minus_departement"]
        assert places["departement"] == f"{mean:.1f}".replace(".", ",") + " consult./an/hab."
        assert places["region"] == places["departement"]  # one département in the fictional region
        assert places["epci"] == places["france"] == ""


def test_a_missing_figure_is_said_and_is_never_zero(told):
    silent = [one for one in told.values() if "n'est pas publiée" in one.explanation.text]
    assert silent
    for one in silent:
        population = next(fact for fact in one.beside if fact.id == "population")
        assert np.isnan(population.value) and population.own == "non connu" and population.about
        assert {lack.written for lack in one.lacks} == {"non connu"}
        assert "Ce n'est pas zéro" in one.lack_sentence


def test_the_chart_has_its_words_and_is_left_out_when_there_is_nothing_to_compare(told):
    one = next(iter(told.values()))
    poverty = next(fact for fact in one.beside if fact.id == "poverty_share")
    drawn = strip_chart(poverty)
    assert drawn.count("<line") == 1 + 2 * len(set(poverty.near))
    assert "médiane des quartiers du département" in poverty.summary
    apl = next(fact for fact in one.beside if fact.id == "apl_gp")
    assert strip_chart(apl) == ""


def test_the_week_holds_every_service_of_known_days_whatever_its_kind(demo_layers, told):
    posts = demo_layers["mediation"].set_index("mediation_id")
    week = told["QN09902I"].week
    post = posts.loc["DEMO-01"]  # five days, from 9 to 16
    assert {day for day, _ in week.slots} == set(post["weekdays"].split(";"))
    known = [words for (_, half), words in week.slots.items() if half in week.halves[:2]]
    assert len(known) == 10
    for words in known:
        assert any("9\u00a0h–16\u00a0h" in told and "aller-vers" not in told for told in words)
        assert any("9\u00a0h\u00a030–16\u00a0h\u00a030 : aller-vers" in told for told in words)
    assert len(week.regular) == 3 and week.others == ()
    assert told["QN09912M"].week.slots[("lundi", week.halves[0])]


def test_unknown_hours_and_ended_conventions_are_said(told):
    week = told["QN09904M"].week
    assert week.slots[("vendredi", "heures non connues")]
    ended = told["QN09909M"].week
    assert not ended.slots and "31/12/2024" in ended.ended[0].lines[0]


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("", "horaires non connus"),
        ("sur rendez-vous", "sur rendez-vous"),
        ("lundi 09:00 - 12:30; mardi 09:00 - 12:30", "lundi, mardi : 9\u00a0h–12\u00a0h\u00a030"),
        (
            "mardi 09:00 - 12:00 / 13:30 - 17:00; mercredi 09:00 - 12:00 / 13:30 - 17:00; "
            "jeudi 09:00 - 12:00 / 13:30 - 17:00",
            "du mardi au jeudi : 9\u00a0h–12\u00a0h et 13\u00a0h\u00a030–17\u00a0h",
        ),
    ],
)
def test_opening_hours_are_told_as_people_say_them(published, words):
    assert opening_words(published) == words


def test_merged_sites_are_said_and_hours_are_never_repeated_nor_cut():
    merged = "lundi 08:30 - 17:30 / 08:30 - 12:30 / 08:30 - 12:30; mardi 08:30 - 12:30"
    assert opening_words(merged) == (
        "plusieurs sites, horaires selon le site : lundi : entre 8\u00a0h\u00a030 et "
        "17\u00a0h\u00a030 ; mardi : entre 8\u00a0h\u00a030 et 12\u00a0h\u00a030"
    )
    twice = "lundi 13:00 - 17:00 / 09:00 - 12:00 / 09:00 - 12:00"
    assert opening_words(twice) == "lundi : 9\u00a0h–12\u00a0h et 13\u00a0h–17\u00a0h"
    assert opening_in_short(merged, 50) == "lundi, mardi (heures : page « Quartier »)"


def test_a_help_point_that_moves_is_apart_without_walk(demo_analysis, demo_layers):
    row = demo_analysis.qpv.iloc[0]
    code, commune = row["code_qp"], str(row["communes"]).split(";")[0]
    near = help_around(demo_analysis, demo_layers, code)[0]
    points = demo_layers.geo("help_points")
    bus = points["label"] == near.name
    moved = points.assign(
        fixed=points["fixed"] & ~bus, commune=points["commune"].mask(bus, commune)
    )
    layers = replace(demo_layers, tables={**demo_layers.tables, "help_points": moved})
    assert near.name not in [one.name for one in help_around(demo_analysis, layers, code)]
    told = {one.name: one for one in itinerant_around(demo_analysis, layers, code)}[near.name]
    assert (told.distance, told.walk) == (ITINERANT, "")
    beside = help_nearby(demo_analysis, layers, code).set_index("label").loc[[near.name]]
    assert beside["where"].eq(ITINERANT).all() and beside["minutes"].isna().all()


def test_the_precision_of_an_access_is_not_told_as_that_of_the_nearest_place(told):
    about = [care.about for one in told.values() for care in one.care]
    assert not any("position connue à la commune" in words for words in about)


def test_help_points_are_the_nearest_ones_and_their_walk_is_estimated(told):
    for one in told.values():
        assert len(one.help) == 5
        assert all("modélisé" in point.about for point in one.help)


def test_the_sheet_holds_text_only(demo_analysis, told):
    def leaves(value):
        if isinstance(value, dict):
            return [leaf for item in value.values() for leaf in leaves(item)]
        if isinstance(value, list):
            return [leaf for item in value for leaf in leaves(item)]
        return [value]

    for one in told.values():
        assert all(isinstance(leaf, str | bool) for leaf in leaves(sheet(demo_analysis, one)))
        assert "nan" not in str(sheet(demo_analysis, one)).split()


def test_a_code_that_is_not_here_is_refused(demo_analysis, demo_layers):
    with pytest.raises(BadInput, match="QN00000N"):
        portrait(demo_analysis, demo_layers, "QN00000N")
