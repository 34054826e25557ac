"""What a planner decides against the calculation, in writing, beside what the calculation said.

Adding a quarter takes one of the N posts: the last selected quarter gives its place up. Striking
one frees its post for the next in rank. The number of posts never changes, the ranks neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from geo.errors import BadInput
from geo.priority.ranking import Ranking
from geo.words import counted

Action = Literal["ajouter", "retirer"]
ACTIONS: tuple[Action, ...] = get_args(Action)
MIN_MOTIVE = 20  # characters [assumption, editable]
ADDED, STRUCK = "ajouté par dérogation", "retiré par dérogation"
DISPLACED, CALLED = "cède sa place à une dérogation", "appelé après un retrait"
# Said before what would change a quarter that a decision touches: the ranking knows of none.
BY_CALCULATION = "Selon le calcul seul, sans votre dérogation :"


@dataclass(frozen=True)
class Override:
    """One decision. ``date`` is YYYY-MM-DD; ``role`` a function, never a person's name."""

    code_qp: str
    action: Action
    motive: str
    date: str
    role: str


def received(value: str, expected: str) -> str:
    """What came and what was expected, in words; an empty value is said empty."""
    return (
        f"« {value} » reçu, {expected} attendu" if value.strip() else f"vide ; attendu : {expected}"
    )


def wrong_with(override: Override) -> list[tuple[str, str, str]]:
    """(field, value, what was expected) of everything wrong in one override; [] when none is."""
    wrong = []
    if override.action not in ACTIONS:
        wrong.append(("action", str(override.action), " ou ".join(ACTIONS)))
    if len("".join(override.motive.split())) < MIN_MOTIVE:
        wrong.append(
            ("motif", override.motive, f"un motif écrit d'au moins {MIN_MOTIVE} caractères")
        )
    if not _is_date(override.date):
        wrong.append(("date", override.date, "une date AAAA-MM-JJ qui existe"))
    if len(override.role.strip()) < 3:
        wrong.append(("role", override.role, "une fonction (par exemple : délégué territorial)"))
    return wrong


def apply_overrides(ranking: Ranking, overrides: Sequence[Override]) -> pd.DataFrame:
    """The table of the ranking, with the decisions beside what the calculation said.

    ``selected`` becomes the final list; ``selected_by_calculation`` keeps what it was; ``decision``
    is one of ``ADDED``, ``STRUCK``, ``DISPLACED``, ``CALLED`` or ''; ``motive``, ``decided_on`` and
    ``decided_by`` are those of the override, '' elsewhere. A quarter that is no candidate may be
    added: its ``reason`` stays. Striking may leave fewer selected than posts, when no candidate is
    left.

    Raises
    ------
    BadInput
        Listing every override that is wrong: unknown code, code cited twice, no motive, bad date,
        or more additions than posts.
    """
    wrong = _problems(ranking, overrides)
    if wrong:
        raise BadInput("Dérogations refusées :\n" + "\n".join(f"- {text}" for text in wrong))
    table = ranking.table
    row = {code: place for place, code in enumerate(table["code_qp"].to_numpy(object))}
    by_row = {row[override.code_qp]: override for override in overrides}
    actions = _of(table, by_row, "action")
    added, struck = actions == "ajouter", actions == "retirer"
    free = ranking.posts - int(added.sum())
    line = table["rank"].where(~added & ~struck).rank(method="first")
    before, after = table["selected"], added | (line <= free).fillna(False).astype("bool")
    decision = pd.Series("", index=table.index, dtype="str")
    decision = decision.mask(before & ~after & ~struck, DISPLACED)
    decision = decision.mask(~before & after & ~added, CALLED)
    decision = decision.mask(added, ADDED).mask(struck, STRUCK)
    told = {
        name: _of(table, by_row, own)
        for name, own in (("motive", "motive"), ("decided_on", "date"), ("decided_by", "role"))
    }
    return table.assign(
        selected=after,
        selected_by_calculation=before,
        decision=decision,
        **told,
    )


def overridden_sentence(decided: pd.DataFrame) -> str:
    """How many decisions go against the calculation; '' when there are none.

    ``decided`` : the table of ``apply_overrides``.
    """
    count = int((decided["motive"] != "").sum())
    if count == 0:
        return ""
    return (
        f"{counted(count, 'dérogation')} au calcul, "
        f"{'chacune motivée et datée' if count >= 2 else 'motivée et datée'} : voir la partie "
        "« Dérogations »."
    )


def _of(table: pd.DataFrame, by_row: dict[int, Override], field: str) -> pd.Series:
    told = [""] * len(table)
    for place, override in by_row.items():
        told[place] = getattr(override, field)
    return pd.Series(told, index=table.index, dtype="str")


def _problems(ranking: Ranking, overrides: Sequence[Override]) -> list[str]:
    if not overrides:
        return []
    known = set(ranking.table["code_qp"])
    codes = [override.code_qp for override in overrides]
    wrong = []
    for override in overrides:
        if override.code_qp not in known:
            wrong.append(f"{override.code_qp} : inconnu de ce classement")
        wrong += [
            f"{override.code_qp}, {field} : {received(value, expected)}"
            for field, value, expected in wrong_with(override)
        ]
    wrong += [
        f"{code} : cité {codes.count(code)} fois, une seule décision par QPV"
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    additions = sum(override.action == "ajouter" for override in overrides)
    if additions > ranking.posts:
        wrong.append(
            f"{counted(additions, 'ajout')} pour {counted(ranking.posts, 'poste')} : chaque ajout "
            "prend un poste"
        )
    return wrong


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
