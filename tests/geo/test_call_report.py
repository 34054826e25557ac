"""The list of a call as the screen shows it, the weights people set, the posts a budget pays."""

from __future__ import annotations

import pytest

from geo.errors import BadInput
from geo.pack.presets import COST_PER_POST, posts_for
from geo.parameters import Parameters
from geo.report.weights import weights_asked, weights_read, weights_shown, weights_text


def test_weights_nobody_moved_are_those_of_the_analysis():
    shown = weights_shown(Parameters())
    assert max(shown.values()) == 5
    assert weights_asked(shown, Parameters()) == ()
    assert weights_asked({**shown, "renounced": 0.0}, Parameters()) == ()


def test_weights_survive_the_address():
    shown = {"need": 8.0, "access_deficit": 0.0, "mediation_gap": 3.0}
    assert weights_read(weights_text(shown)) == (shown, [])
    assert dict(weights_asked(shown, Parameters())) == shown


def test_an_address_written_by_hand_gives_known_weights_and_tells_the_rest():
    text = "need:nan;access_deficit:-1;mediation_gap:99;autre:4;need;apl_commune:2;:"
    found, wrong = weights_read(text)
    assert found == {"apl_commune": 2.0}
    assert wrong == [part for part in text.split(";") if part != "apl_commune:2"]
    assert weights_read("") == ({}, [])


def test_a_budget_pays_whole_posts_only():
    assert posts_for(COST_PER_POST * 12) == 12
    assert posts_for(COST_PER_POST * 12 - 1) == 11
    assert posts_for(0) == 0


@pytest.mark.parametrize(("budget", "cost"), [(-1.0, 1.0), (1.0, 0.0), (float("nan"), 1.0)])
def test_a_budget_that_is_none_is_refused(budget, cost):
    with pytest.raises(BadInput, match="budget positif"):
        posts_for(budget, cost)
