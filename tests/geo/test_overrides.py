"""Overrides: beside what the calculation said, never instead of it."""

import pytest

from geo.errors import BadInput
from geo.priority import Rules, rank_quarters
from geo.priority.overrides import ADDED, CALLED, DISPLACED, STRUCK, Override, apply_overrides
from tests.geo.ranking_tables import criteria, table

MOTIVE = "Le seul cabinet du quartier ferme en juin"


def decision(code: str, action: str = "ajouter", **changes: str) -> Override:
    told = {"motive": MOTIVE, "date": "2026-01-15", "role": "délégué territorial", **changes}
    return Override(code, action, **told)  # type: ignore[arg-type]


def ranked(posts: int = 3):
    return rank_quarters(table([[10, 20, 30, 40, 50, 60]]), Rules(criteria(1)), posts)


def selected(decided) -> list[str]:
    return sorted(decided.loc[decided["selected"], "code_qp"])


def test_without_any_the_list_is_the_calculation() -> None:
    decided = apply_overrides(ranked(), [])
    assert (decided["selected"] == decided["selected_by_calculation"]).all()
    assert (decided["decision"] == "").all()


def test_an_addition_takes_the_post_of_the_last_selected() -> None:
    decided = apply_overrides(ranked(), [decision("QN000")]).set_index("code_qp")
    assert selected(decided.reset_index()) == ["QN000", "QN004", "QN005"]
    assert decided.loc["QN000", "decision"] == ADDED and decided.loc["QN000", "rank"] == 6
    assert decided.loc["QN003", "decision"] == DISPLACED
    assert decided.loc["QN003", "selected_by_calculation"]
    assert decided.loc["QN000", "motive"] == MOTIVE
    assert decided.loc["QN000", ["decided_on", "decided_by"]].tolist() == [
        "2026-01-15",
        "délégué territorial",
    ]


def test_a_strike_calls_the_next() -> None:
    decided = apply_overrides(ranked(), [decision("QN005", "retirer")]).set_index("code_qp")
    assert selected(decided.reset_index()) == ["QN002", "QN003", "QN004"]
    assert decided.loc["QN005", "decision"] == STRUCK
    assert decided.loc["QN002", "decision"] == CALLED


def test_an_addition_and_a_strike_keep_the_number_of_posts() -> None:
    both = [decision("QN000"), decision("QN005", "retirer")]
    decided = apply_overrides(ranked(), both)
    assert selected(decided) == ["QN000", "QN003", "QN004"]
    kept = apply_overrides(ranked(), [decision("QN004")])
    assert selected(kept) == ["QN003", "QN004", "QN005"]


def test_everything_wrong_is_listed() -> None:
    wrong = [
        decision("QN999"),
        decision("QN001", motive="  "),
        decision("QN002", date="2026-02-30"),
        decision("QN003", "garder", role=""),
        decision("QN004"),
        decision("QN004", "retirer"),
    ]
    with pytest.raises(BadInput) as refused:
        apply_overrides(ranked(), wrong)
    said = str(refused.value)
    for text in (
        "QN999 : inconnu",
        "QN001, motif : vide ; attendu : un motif écrit d'au moins 20",
        "QN002, date : « 2026-02-30 » reçu",
        "QN003, action : « garder » reçu, ajouter ou retirer",
        "QN003, role",
        "QN004 : cité 2 fois",
    ):
        assert text in said
    with pytest.raises(BadInput, match=r"2.ajouts pour 1.poste"):
        apply_overrides(ranked(1), [decision("QN000"), decision("QN001")])
