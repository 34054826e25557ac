"""The assumptions that a reader changes: one text, the same figures, told everywhere."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import Parameters, analyse
from geo.access.rules import ACCESS_CLASSES
from geo.assumptions import (
    CHOICE,
    EDITABLE,
    assumed,
    assumptions_text,
    changes_in_words,
    label_of,
    with_assumptions,
)
from geo.errors import BadInput
from geo.parameters import describe
from geo.portrait.missing import assumed_in_short
from geo.report.sources import read_me, title

VALUES = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.floats(one.least, one.most) for name, one in EDITABLE.items()},
        CHOICE: st.sampled_from(sorted(ACCESS_CLASSES)),
    },
)


def test_nothing_changed_is_the_usual_analysis():
    assert assumed("") == assumed([]) == assumed(" ; ") == Parameters()
    assert assumptions_text(Parameters()) == "" and changes_in_words(Parameters()) == []


@given(VALUES)
def test_what_is_written_is_read_back(values):
    found = with_assumptions(values)
    again = assumed(assumptions_text(found))
    for name in values:
        now, then = getattr(found, name), getattr(again, name)
        assert now == then if name == CHOICE else now == pytest.approx(then, rel=1e-11)
    changed = [name for name in values if getattr(found, name) != getattr(Parameters(), name)]
    assert len(changes_in_words(found)) == len(changed)
    for one in EDITABLE.values():
        if one.bracket:
            low, high = getattr(found, one.bracket)
            usual = getattr(Parameters(), one.bracket)
            assert low <= usual[0] and usual[1] <= high


def test_a_share_is_written_as_people_write_it_and_widens_its_range():
    for text in ("4 %", "4%", "0.04", "0,04", "4,0\u00a0%"):
        found = assumed(f"need_rate_per_year={text}")
        assert found.need_rate_per_year == 0.04 and found.need_rate_range == (0.0189, 0.04)
    assert changes_in_words(found) == [
        "Habitants à accompagner chaque année : 4\u00a0% au lieu de 2\u00a0%"
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("people_per_ft=3", "vouliez-vous dire people_per_fte"),
        ("lune=3", "inconnue .attendu need_rate_per_year, people_per_fte"),
        ("people_per_fte", "écrivez hypothèse=valeur"),
        ("people_per_fte=", "écrivez hypothèse=valeur"),
        ("people_per_fte=beaucoup", "un nombre est attendu"),
        ("people_per_fte=nan", "un nombre est attendu"),
        ("people_per_fte=1e999", "un nombre est attendu"),
        ("people_per_fte=-3", "attendu entre 10 et 1\u202f000"),
        ("need_rate_per_year=3", "attendu entre 0,1\u00a0% et 20,0\u00a0%"),
        ("access_classes=lune", "attendu terciles, apl_2017, apl_2025"),
        ("people_per_fte=100;people_per_fte=120", "citée deux fois"),
        ("speed_kmh=3", "inconnue"),
    ],
)
def test_what_is_wrong_is_said(text, named):
    with pytest.raises(BadInput, match=named):
        assumed(text)


def test_every_fault_is_told_at_once():
    with pytest.raises(BadInput) as refused:
        assumed(["people_per_fte=non;lune=3", "full_week_hours=100"])
    assert str(refused.value).count("«") == 3


def test_the_bounds_hold_the_usual_values_and_the_names_are_settings():
    usual = {one.name: one for one in describe()}
    for name, one in EDITABLE.items():
        assert one.least < usual[name].value < one.most and label_of(name)
        assert not one.bracket or one.bracket in usual


def test_the_usual_source_is_not_said_of_another_value():
    told = {one.name: one for one in describe(assumed("people_per_fte=136"))}["people_per_fte"]
    assert told.mark == "assumption" and told.source.startswith("Valeur choisie pour ce calcul")


def test_figures_follow_and_the_notes_say_so(demo_layers, demo_analysis):
    found = analyse(demo_layers, assumed("people_per_fte=236;need_rate_per_year=3%"))
    assert found.notes[1].startswith("Hypothèses changées pour ce calcul : Habitants à accompagner")
    assert found.notes[1].endswith("temps plein : 236 au lieu de 118.")
    assert found.notes[1] in read_me(found) and "hypothèses changées" in title(found)
    assert "118" in assumed_in_short(found.parameters)
    before, after = (one.qpv.set_index("code_qp") for one in (demo_analysis, found))
    usual = before["need_people"].dropna()
    assert after["need_people"].reindex(usual.index).tolist() == pytest.approx(
        (usual * 1.5).tolist()
    )
    fields = {field.name for field in dataclasses.fields(Parameters)}
    assert {*EDITABLE, CHOICE} <= fields
