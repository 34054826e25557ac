"""Local-knowledge notes: the ranking with them beside the ranking without."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import BadInput
from geo.priority import Rules, rank_quarters
from geo.priority.notes import (
    Note,
    NoteRules,
    changed_by_notes,
    effect_words,
    side_by_side,
    with_notes,
)
from tests.geo.ranking_tables import criteria, table
from tests.geo.test_overrides import MOTIVE, decision

CODES = [f"QN00{place}" for place in range(6)]


def note(code: str, effect: str = "aucun", points: float = 0.0, **changes: str) -> Note:
    told = {"motive": MOTIVE, "date": "2026-01-15", "role": "délégué territorial", **changes}
    return Note(code, effect=effect, points=points, **told)  # type: ignore[arg-type]


def ranked(posts: int = 3, aggregation: str = "sum"):
    values = table([[10, 20, 30, 40, 50, 60], [60, 20, 50, 30, 40, 10]])
    return rank_quarters(values, Rules(criteria(2), aggregation=aggregation), posts)  # type: ignore[arg-type]


def chosen(frame, column: str) -> list[str]:
    return sorted(frame.loc[frame[column], "code_qp"])


@pytest.mark.parametrize("aggregation", ["sum", "geometric"])
def test_notes_without_effect_change_nothing(aggregation: str) -> None:
    ranking = ranked(aggregation=aggregation)
    found = with_notes(ranking, [note("QN000"), note("QN000")])
    assert found["rank_with"].equals(ranking.table["rank"])
    assert found["score_with"].equals(ranking.table["score"])
    assert found["selected_with"].equals(ranking.table["selected"])
    assert found["notes"].tolist() == [2, 0, 0, 0, 0, 0]
    assert found["note_motives"][0] == f"{MOTIVE} ; {MOTIVE}"
    assert changed_by_notes(found)["code_qp"].tolist() == ["QN000"]


def test_points_move_a_score_and_its_rank_and_leave_the_calculation_beside() -> None:
    ranking = rank_quarters(table([[10, 20, 30, 40, 50, 60]]), Rules(criteria(1)), 3)
    before = ranking.table.copy()
    gap = before["score"][3] - before["score"][2]
    rules = NoteRules(max_points=100)
    found = with_notes(ranking, [note("QN002", "points", gap + 1)], rules=rules)
    assert found["rank"].tolist() == [6, 5, 4, 3, 2, 1]
    assert found["rank_with"].tolist() == [6, 5, 3, 4, 2, 1]
    assert chosen(found, "selected") == ["QN003", "QN004", "QN005"]
    assert chosen(found, "selected_with") == ["QN002", "QN004", "QN005"]
    assert found["note_points"][2] == pytest.approx(gap + 1)
    assert ranking.table.equals(before)  # pure
    shown = side_by_side(found, {code: f"Quartier {code}" for code in CODES})
    assert shown["Code"].tolist() == ["QN003", "QN002"]
    assert shown["Rang sans"].tolist() == ["3, retenu", "4"]
    assert shown["Rang avec"].tolist() == ["4", "3, retenu"]


@given(st.lists(st.floats(-5, 5).filter(lambda value: abs(value) > 1e-3), max_size=8))
def test_points_together_stay_within_the_bound(points: list[float]) -> None:
    found = with_notes(ranked(), [note("QN001", "points", value) for value in points])
    assert abs(found["note_points"]).max() <= 5
    assert found["score_with"].between(0, 100).all()
    assert found["selected_with"].sum() == 3
    assert sorted(found["rank_with"]) == [1, 2, 3, 4, 5, 6]


def test_a_note_adds_or_strikes_as_an_override_does_and_a_decision_prevails() -> None:
    ranking = rank_quarters(table([[10, 20, 30, 40, 50, 60]]), Rules(criteria(1)), 3)
    found = with_notes(ranking, [note("QN000", "ajouter"), note("QN005", "retirer")])
    assert chosen(found, "selected_with") == ["QN000", "QN003", "QN004"]
    assert chosen(found, "selected") == ["QN003", "QN004", "QN005"]
    told = dict(zip(found["code_qp"], found["decision_with"], strict=True))
    assert (told["QN000"], told["QN005"]) == ("ajouté par une note", "retiré par une note")
    decided = [decision("QN005"), decision("QN001")]
    found = with_notes(ranking, [note("QN005", "retirer")], decided)
    assert chosen(found, "selected") == chosen(found, "selected_with")
    assert "QN001" in chosen(found, "selected_with")
    told = dict(zip(found["code_qp"], found["decision_with"], strict=True))
    assert (told["QN001"], told["QN005"]) == ("ajouté par dérogation", "ajouté par dérogation")


def test_everything_wrong_is_listed() -> None:
    wrong = [
        note("QN999"),
        note("QN001", "points", 5.5),
        note("QN001", points=1.0),
        note("QN002", date="2026-02-30", motive="court"),
        note("QN003", "ajouter"),
        note("QN003", "retirer"),
    ]
    with pytest.raises(BadInput) as told:
        with_notes(ranked(), wrong)
    text = str(told.value)
    assert text.count("\n- ") == 6
    for words in ("QN999 : inconnu", "« 5,5 » reçu, de -5 à 5", "l'effet « points »", "2026-02-30",
                  "« court »", "QN003 : une note l'ajoute, une autre le retire"):  # fmt: skip
        assert words in text
    with pytest.raises(BadInput, match="Borne des notes"):
        NoteRules(max_points=101)


def test_effects_are_said_in_words() -> None:
    assert effect_words(note("Q", "points", -2.5)) == "-2,5 points"
    assert effect_words(note("Q", "points", 1)) == "+1 point"
    assert effect_words(note("Q", "ajouter")) == "ajoute à la liste"
