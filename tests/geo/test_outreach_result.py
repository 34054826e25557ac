"""The result of a round beside its plan: the observed rate, and nobody shown in a small count."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from geo.errors import BadInput
from geo.outreach import Assumptions
from geo.outreach.result import (
    HIDDEN_WORDS,
    LINE_COLUMNS,
    result_frame,
    result_record,
    result_sentences,
    round_result,
)


def _lines(*rows):
    return pd.DataFrame(rows, columns=list(LINE_COLUMNS))


def test_the_round_of_roanne_gives_its_own_rate_back():
    result = round_result(_lines(("A", 1, 541, 541, 253, 253, 100, 50)))
    assert result.rate is not None
    assert result.rate.value == pytest.approx(0.467652, abs=1e-6)
    assert result.rate.low == pytest.approx(0.425984, abs=1e-6)
    assert result.expected[0] == pytest.approx(253)
    said = " ".join(result_sentences(result)).replace("\u00a0", " ")
    assert "46,8 %" in said and "se recouvrent" in said
    assert result_frame(result)["Total"].tolist()[:2] == ["541", "253"]


def test_a_rate_far_from_the_reference_is_said_to_differ():
    result = round_result(_lines(("A", 1, 400, 400, 60, 70, 20, 30)))
    assert "ne se recouvrent pas" in " ".join(result_sentences(result))
    own = round_result(_lines(("A", 1, 400, 400, 60, 70, 20, 30)), Assumptions(15, 100))
    assert "votre résultat" in " ".join(result_sentences(own))
    assert "se recouvrent : l'écart" in " ".join(result_sentences(own))


def test_a_count_under_11_is_hidden_with_what_would_give_it_away():
    result = round_result(
        _lines(("A", 1, 90, 90, 42, 50, 30, 12), ("A", 2, 48, 48, 14, 15, 4, 5)),
    )
    totals = result.totals
    assert totals.loc["oriented"].isin(["s"]).sum() >= 2 and totals.loc["oriented", "2"] == "s"
    assert totals.loc["people"].tolist() == [50.0, 15.0, 65.0]
    assert totals.loc["visited"].tolist() == [90.0, 48.0, 138.0]
    assert HIDDEN_WORDS in result_frame(result)["Passage 2"].tolist()
    record = json.loads(json.dumps(result_record(result), allow_nan=False))
    assert record["totals"]["oriented"]["2"] == {"value": None, "status": "suppressed"}


def test_few_people_met_give_no_rate_and_are_flagged():
    result = round_result(_lines(("A", 1, 20, 20, 8, 8, 3, 1)))
    assert result.rate is None and result.flagged == (("A", 1),)
    said = " ".join(result_sentences(result))
    assert "Taux du premier passage non donné" in said and "moins de 11" in said
    assert "8" not in result_frame(result)["Total"].tolist()
    assert result_record(result)["rate"] is None


def test_what_a_line_leaves_empty_is_unknown_not_zero():
    nothing = float("nan")
    result = round_result(
        _lines(("A", 1, 50, 50, 25, 30, nothing, 2), ("B", 1, 50, 50, nothing, nothing, 5, 2))
    )
    assert result.totals.loc["met", "1"] is None and result.totals.loc["oriented", "total"] is None
    assert result.rate is not None and (result.rate.met, result.rate.visited) == (25, 50)
    assert "hors du taux" in " ".join(result_sentences(result))
    assert "non connu" in result_frame(result)["Total"].tolist()


def test_no_filled_line_is_said():
    with pytest.raises(BadInput, match="Aucune ligne remplie"):
        round_result(_lines())
