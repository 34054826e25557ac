"""How far a QPV is from changing class: moved by its margin it does, moved by less it does not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import analyse
from geo.access.classes import access_classes, ruled_classes
from geo.errors import BadInput
from geo.legend import cell
from geo.legend_html import legend_html
from geo.maps.data import map_data
from geo.overlap import (
    SITUATIONS,
    margin_sentences,
    margins,
    reread,
    situation_words,
    situations,
)
from geo.parameters import Parameters
from geo.quarter import near_classes

STEP = 1e-8  # larger than the ninth decimal, at which figures are compared
OWN = Parameters(access_cuts=(2.0, 3.0), need_cuts=(40.0, 60.0))


def _classed(access: list[float], unmet: list[float], parameters: Parameters):
    table = pd.DataFrame(
        {"access": access, "unmet_score": unmet, "population": 1000.0, "region": "84"}
    )
    people, region, shares = table["population"], table["region"], parameters.class_shares
    table["access_class"], first = access_classes(table["access"], people, region, parameters)
    table["need_class"], second = ruled_classes(
        table["unmet_score"], people, region, parameters.need_rule, shares
    )
    table["situation"] = situations(table["access_class"], table["need_class"])
    cuts = {name: {"access": first[name], "unmet_score": second[name]} for name in first}
    return table, cuts


def test_terciles_by_people_and_the_margins_of_each_quarter():
    access = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    unmet = [60.0, 50.0, 40.0, 30.0, 20.0, 10.0]
    table, cuts = _classed(access, unmet, Parameters())
    assert cuts == {"84": {"access": (2.0, 4.0), "unmet_score": (20.0, 40.0)}}
    assert table["access_class"].tolist() == ["low", "low", "mid", "mid", "high", "high"]
    found = margins(table, cuts, near_share=0.1)
    # A third of the people ends at 2 and 4: at a cut the distance is nil, upwards.
    assert found["access_to_cut"].tolist() == [1.0, 0.0, -1.0, 0.0, -1.0, -2.0]
    assert found["access_to_cut_share"].tolist() == [0.5, 0.0, -0.5, 0.0, -0.5, -1.0]
    assert found["access_next_class"].tolist() == ["mid", "mid", "low", "high", "mid", "mid"]
    assert found["need_to_cut"].tolist() == [-20.0, -10.0, 0.0, -10.0, 0.0, 10.0]
    assert found["need_next_class"].tolist() == ["mid", "mid", "high", "low", "mid", "mid"]
    assert found["near_cut"].tolist() == [
        "", "accès", "besoin restant", "accès", "besoin restant", "",
    ]  # fmt: skip
    assert found["access_to_situation"].tolist() == [1.0, 0.0, -1.0, -2.0, -3.0, -4.0]
    assert found["need_to_situation"].tolist() == [-20.0, -10.0, 0.0, 10.0, 20.0, 30.0]
    assert found["next_situation"].tolist() == [
        "non-recours seul", "non-recours seul", "non-recours seul",
        "hors alerte", "hors alerte", "hors alerte",
    ]  # fmt: skip


def test_official_and_own_cuts_hold_in_any_region():
    table, cuts = _classed([2.5, 2.51, 4.0, 4.01], [0, 40, 60, 61], Parameters(
        access_classes="apl_2017", need_cuts=(40.0, 60.0)
    ))  # fmt: skip
    assert table["access_class"].tolist() == ["low", "mid", "mid", "high"]
    assert table["need_class"].tolist() == ["low", "low", "mid", "high"]
    assert cuts["84"] == {"access": (2.5, 4.0), "unmet_score": (40.0, 60.0)}
    two, _ = _classed([1.0, 5.0], [80.0, 80.0], OWN)
    assert two["situation"].tolist() == ["double peine", "non-recours seul"]


def test_an_unknown_figure_has_no_margin_and_no_next_situation():
    table, cuts = _classed([1.0, np.nan, np.nan], [np.nan, 70.0, np.nan], OWN)
    found = margins(table, cuts, near_share=1.0)
    assert table["situation"].tolist() == ["indéterminé"] * 3
    assert found["access_to_cut"].notna().tolist() == [True, False, False]
    assert found["need_to_cut"].notna().tolist() == [False, True, False]
    assert found["next_situation"].tolist() == ["indéterminé", "indéterminé", ""]
    assert found["near_cut"].tolist() == ["accès", "besoin restant", ""]


def test_where_every_figure_is_equal_none_is_low_or_high_and_reading_again_agrees():
    table, cuts = _classed([3.0] * 4, [50.0] * 4, Parameters())
    assert set(table["access_class"]) == set(table["need_class"]) == {"mid"}
    assert set(reread(table, cuts)["situation"]) == {"hors alerte"}


_figures = st.lists(
    st.tuples(
        st.floats(0, 10).map(lambda value: round(value, 4)) | st.just(np.nan),
        st.floats(0, 100).map(lambda value: round(value, 3)) | st.just(np.nan),
    ),
    min_size=1,
    max_size=12,
)
_rules = st.sampled_from(
    [Parameters(), OWN, Parameters(access_classes="apl_2025"), Parameters(class_shares=(0.2, 0.5))]
)


@settings(deadline=None, max_examples=60)
@given(_figures, _rules)
def test_reading_the_table_again_gives_the_same_classes(figures, parameters):
    table, cuts = _classed_or_none(figures, parameters)
    again = reread(table, cuts)
    for column in ("access_class", "need_class", "situation"):
        assert again[column].tolist() == table[column].tolist()


@settings(deadline=None, max_examples=60)
@given(_figures, _rules)
def test_moved_by_its_margin_a_class_changes_and_by_less_it_does_not(figures, parameters):
    table, cuts = _classed_or_none(figures, parameters)
    found = margins(table, cuts, parameters.near_cut_share)
    for axis, figure, name in (
        ("access", "access", "access_class"),
        ("need", "unmet_score", "need_class"),
    ):
        move = found[f"{axis}_to_cut"]
        assert (move.isna() == (table[name] == "")).all()
        # Upwards a class changes beyond the cut only, downwards at the cut itself.
        way = np.where(move < 0, -1, 1)
        beyond = reread(table.assign(**{figure: table[figure] + move + way * STEP}), cuts)
        short = reread(table.assign(**{figure: table[figure] + move - way * STEP}), cuts)
        after = found[f"{axis}_next_class"]
        known = after != ""
        assert (beyond.loc[known, name] == after[known]).all()
        next_one = found.loc[known, f"{axis}_next_situation"]
        assert (beyond.loc[known, "situation"] == next_one).all()
        enough = move.abs() > 2 * STEP
        assert (short.loc[enough, name] == table.loc[enough, name]).all()


@settings(deadline=None, max_examples=60)
@given(_figures)
def test_no_other_cut_is_nearer(figures):
    table, cuts = _classed_or_none(figures, OWN)
    found = margins(table, cuts, 0.1)
    halfway = found["access_to_cut"].abs() * 0.99 - STEP
    for way in (-1, 1):
        near = reread(table.assign(access=table["access"] + way * halfway.clip(lower=0)), cuts)
        assert (near["access_class"] == table["access_class"]).all()


def _classed_or_none(figures, parameters):
    """A region too small for an axis has no cut on it: the class is then unknown."""
    access, unmet = (list(column) for column in zip(*figures, strict=True))
    table = pd.DataFrame(
        {"access": access, "unmet_score": unmet, "population": 1000.0, "region": "84"}
    )
    cuts: dict = {}
    for figure, name, rule in (
        ("access", "access_class", parameters.access_rule),
        ("unmet_score", "need_class", parameters.need_rule),
    ):
        table[name], own = ruled_classes(
            table[figure], table["population"], table["region"], rule, parameters.class_shares
        )
        for region, pair in own.items():
            cuts.setdefault(region, {})[figure] = pair
    table["situation"] = situations(table["access_class"], table["need_class"])
    return table, cuts


def test_cuts_that_cannot_cut_are_refused():
    for wrong in ((3.0, 2.0), (2.0,), (1.0, 2.0, 3.0), (-1.0, 2.0), (2.0, float("inf"))):
        with pytest.raises(BadInput, match="access_cuts : deux seuils croissants"):
            Parameters(access_cuts=wrong)
    with pytest.raises(BadInput, match=r"need_cuts .*100 au plus"):
        Parameters(need_cuts=(50.0, 101.0))
    with pytest.raises(BadInput, match="near_cut_share"):
        Parameters(near_cut_share=1.5)


@pytest.mark.parametrize(
    "parameters",
    [Parameters(), OWN, Parameters(access_classes="apl_2025")],
    ids=["terciles", "own", "2025"],
)
def test_the_map_shows_what_the_table_says_under_any_rule(demo_layers, parameters):
    analysis = analyse(demo_layers, parameters)
    again = reread(analysis.comparators, analysis.thresholds)
    assert again["situation"].tolist() == analysis.comparators["situation"].tolist()
    own = reread(analysis.qpv, analysis.thresholds)
    cells = map(cell, own["access_class"], own["need_class"])
    expected = dict(zip(analysis.qpv["code_qp"], cells, strict=True))
    drawn = map_data(analysis, demo_layers)["quarters"]
    shown = {quarter["code"]: quarter["key"] for quarter in drawn}
    assert shown == expected


def test_the_legend_says_the_rule_that_was_chosen():
    plain = legend_html()
    assert "tiers de population des quartiers de la région" in plain
    own = legend_html(parameters=OWN)
    assert "accès d&#x27;au plus 2 consultations par an et par habitant" in own
    assert "besoin restant élevé (plus de 60 sur 100)" in own
    assert "tiers" not in own
    fifth = situation_words(Parameters(class_shares=(0.2, 0.8)))
    assert "(20\u00a0% des habitants)" in fifth["double peine"] and "tiers" not in str(fifth)
    assert list(fifth) == list(SITUATIONS)


def test_margins_in_words():
    table, cuts = _classed([1.97, 5.0], [80.0, np.nan], OWN)
    own = margins(table, cuts, 0.1)
    first = margin_sentences(table.iloc[0], own.iloc[0], 0.1)
    assert first == [
        "Accès faible : il deviendrait moyen s'il gagnait plus de 0,03\u00a0consultation par "
        "an et par habitant, et la situation passerait de « double peine » à « non-recours "
        "seul ».",
        "Besoin restant élevé : il deviendrait moyen s'il perdait 20,0\u00a0points de score (sur "
        "100 ; ce n'est pas un nombre de personnes), et la "
        "situation passerait de « double peine » à « désert médical seul ».",
        "Proche d'un seuil (accès) : à 10\u00a0% au plus de l'écart entre les deux seuils, la "
        "classe peut changer pour peu.",
    ]
    second = margin_sentences(table.iloc[1], own.iloc[1], 0.1)
    assert len(second) == 1 and "resterait « indéterminé »" in second[0]


def test_a_wider_margin_never_has_fewer_quarters_near_a_cut(demo_layers, demo_analysis):
    near = demo_analysis.qpv["near_cut"] != ""
    wide = analyse(demo_layers, dataclasses.replace(demo_analysis.parameters, near_cut_share=1.0))
    wider = wide.qpv["near_cut"] != ""
    assert wider.sum() >= near.sum() and wider.any()
    code = wide.qpv.loc[wider, "code_qp"].iloc[0]
    assert near_classes(wide, code)[-1].startswith("Proche d'un seuil")
