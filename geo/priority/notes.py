"""What people on the ground know of a quarter; the ranking with it and without it, side by side.

A note is dated, signed by a role, and has one effect at most: none, to add or strike the quarter
(as an override does), or some points more or less on its score. The calculation is never changed:
what it said stays beside what the notes make of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from geo.components import EFFECTS, MOST_NOTE_POINTS, Effect
from geo.errors import BadInput
from geo.priority.overrides import (
    ADDED,
    DISPLACED,
    STRUCK,
    Override,
    apply_overrides,
    wrong_with,
)
from geo.priority.ranking import Ranking, order_key, places_of, tie_order
from geo.setting_marks import parameter
from geo.words import as_written, number, plural

_LISTING = ("ajouter", "retirer")
_EFFECT_WORDS = {
    "aucun": "aucun effet sur la liste",
    "ajouter": "ajoute à la liste",
    "retirer": "retire de la liste",
}
# What a note brings about is not called a decision: nobody took one.
_BY_NOTES = {
    ADDED: "ajouté par une note",
    STRUCK: "retiré par une note",
    DISPLACED: "cède sa place à une note",
}
_HEADINGS = ["Code", "Quartier", "Score sans", "Score avec", "Rang sans", "Rang avec", "Décision",
             "Notes"]  # fmt: skip


@dataclass(frozen=True)
class NoteRules:
    """How far notes may move a score."""

    max_points: float = parameter(
        MOST_NOTE_POINTS,
        "points sur 100",
        "Écart le plus grand que les notes d'un quartier donnent ensemble à son score",
        "Choix du projet : aucune source ne fixe cette borne",
        "assumption",
    )

    def __post_init__(self) -> None:
        if not 0 <= self.max_points <= 100:
            raise BadInput(f"Borne des notes : {self.max_points:g} reçu, de 0 à 100 attendu.")


@dataclass(frozen=True)
class Note:
    """One note. ``date`` is YYYY-MM-DD; ``role`` a function, never a person's name.

    ``points`` (out of 100, negative to lower) is for the effect « points », 0 otherwise.
    """

    code_qp: str
    motive: str
    date: str
    role: str
    effect: Effect = "aucun"
    points: float = 0.0


def wrong_with_note(note: Note, rules: NoteRules | None = None) -> list[tuple[str, str, str]]:
    """(field, value, what was expected) of everything wrong in one note; [] when none is."""
    bound = (rules or NoteRules()).max_points
    action = note.effect if note.effect in _LISTING else "ajouter"
    wrong = wrong_with(Override(note.code_qp, action, note.motive, note.date, note.role))  # type: ignore[arg-type]
    if note.effect not in EFFECTS:
        wrong.append(("effet", str(note.effect), " ou ".join(EFFECTS)))
    told = as_written(note.points) if math.isfinite(note.points) else str(note.points)
    if note.effect != "points" and note.points != 0:
        wrong.append(("points", told, "0, ou l'effet « points »"))
    if note.effect == "points" and not 0 < abs(note.points) <= bound:
        wrong.append(
            ("points", told, f"de -{as_written(bound)} à {as_written(bound)}, et pas 0")
        )  # fmt: skip
    return wrong


def with_notes(
    ranking: Ranking,
    notes: Sequence[Note],
    decisions: Sequence[Override] = (),
    rules: NoteRules | None = None,
) -> pd.DataFrame:
    """The ranking without the notes and with them, one row per quarter, in the ranking's order.

    Points of several notes on a quarter are added, then bounded by ``rules.max_points`` either way;
    the score stays within 0–100. Without any points the ranks are those of the calculation.

    Parameters
    ----------
    decisions : overrides that count in both lists. On a quarter that has one, it prevails over
        what notes would add or strike; their points still count.

    Returns
    -------
    code_qp, candidate; score, rank, selected without notes; note_points, score_with, rank_with,
    selected_with, decision_with with them; notes (how many), note_motives (joined by « ; »).

    Raises
    ------
    BadInput
        Listing every wrong note: unknown code, bad field, one that adds and another that strikes
        the same quarter, or more additions than posts.
    """
    rules = rules or NoteRules()
    _refuse_wrong(ranking, notes, rules)
    table = ranking.table
    moved = replace(ranking, table=_moved(table, notes, rules))
    without = apply_overrides(ranking, decisions)
    after = apply_overrides(moved, [*decisions, *_as_overrides(notes, decisions)])
    motives: dict[str, list[str]] = {code: [] for code in table["code_qp"]}
    for note in notes:
        motives[note.code_qp].append(note.motive)
    return pd.DataFrame(
        {
            "code_qp": table["code_qp"],
            "candidate": table["candidate"],
            "score": table["score"],
            "rank": table["rank"],
            "selected": without["selected"],
            "note_points": moved.table["note_points"],
            "score_with": moved.table["score"],
            "rank_with": moved.table["rank"],
            "selected_with": after["selected"],
            "decision_with": after["decision"].where(
                after["decision"] == without["decision"], after["decision"].replace(_BY_NOTES)
            ),
            "notes": [len(motives[code]) for code in table["code_qp"]],
            "note_motives": [" ; ".join(motives[code]) for code in table["code_qp"]],
        }
    )


def effect_words(note: Note) -> str:
    """The effect of a note on the list, in words."""
    if note.effect == "points":
        sign = "+" if note.points > 0 else "-"
        return f"{sign}{as_written(abs(note.points))} {plural(note.points, 'point')}"
    return _EFFECT_WORDS[note.effect]


def changed_by_notes(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``with_notes`` that have a note or that notes moved, by rank without them."""
    moved = table["rank"].fillna(0) != table["rank_with"].fillna(0)
    listed = table["selected"] != table["selected_with"]
    return table[moved | listed | (table["notes"] > 0)].sort_values("rank", kind="stable")


def side_by_side(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """``changed_by_notes`` as people read it: French headings, one row per quarter moved or noted.

    ``names`` gives the name of each code of the territory. Scores are modelled.
    """
    rows = []
    for row in changed_by_notes(table).to_dict("records"):
        rows.append(
            {
                "Code": row["code_qp"],
                "Quartier": names.get(row["code_qp"], "hors du territoire"),
                "Score sans": number(row["score"], 1),
                "Score avec": number(row["score_with"], 1),
                "Rang sans": _place(row["rank"], row["selected"]),
                "Rang avec": _place(row["rank_with"], row["selected_with"]),
                "Décision": row["decision_with"],
                "Notes": row["note_motives"],
            }
        )
    return pd.DataFrame(rows, columns=_HEADINGS)


def _place(rank: Any, selected: bool) -> str:
    words = "hors classement" if pd.isna(rank) else f"{int(rank)}"
    return f"{words}, retenu" if selected else words


def _moved(table: pd.DataFrame, notes: Sequence[Note], rules: NoteRules) -> pd.DataFrame:
    """The table of a ranking, its scores moved by the points of notes and ranked again."""
    given = pd.Series(0.0, index=table["code_qp"])
    for note in notes:
        given[note.code_qp] += note.points
    points = given.clip(-rules.max_points, rules.max_points).set_axis(table.index)
    if not points.any():
        return table.assign(note_points=points)
    score = (table["score"] + points).clip(0, 100)
    order = tie_order(table["population"], table["code_qp"])
    places = places_of(order_key(score.to_numpy(float)), order, table["candidate"].to_numpy(bool))
    ranks = pd.Series(places, index=table.index, dtype="Int64").mask(places == 0)
    posts = int(table["selected"].sum())
    selected = (ranks <= posts).fillna(False).astype("bool")
    return table.assign(note_points=points, score=score, rank=ranks, selected=selected)


def _as_overrides(notes: Sequence[Note], decisions: Sequence[Override]) -> list[Override]:
    """What notes add or strike, once a quarter, where no decision was taken."""
    decided = {one.code_qp for one in decisions}
    found: dict[str, Override] = {}
    for note in notes:
        if note.effect in _LISTING and note.code_qp not in decided:
            one = Override(note.code_qp, note.effect, note.motive, note.date, note.role)  # type: ignore[arg-type]
            found.setdefault(note.code_qp, one)
    return list(found.values())


def _refuse_wrong(ranking: Ranking, notes: Sequence[Note], rules: NoteRules) -> None:
    known = set(ranking.table["code_qp"])
    wrong = []
    listing: dict[str, set[str]] = {}
    for note in notes:
        if note.code_qp not in known:
            wrong.append(f"{note.code_qp} : inconnu de ce classement")
        if note.effect in _LISTING:
            listing.setdefault(note.code_qp, set()).add(note.effect)
        wrong += [
            f"{note.code_qp}, {field} : « {value} » reçu, {expected} attendu"
            for field, value, expected in wrong_with_note(note, rules)
        ]
    wrong += [
        f"{code} : une note l'ajoute, une autre le retire ; retirez l'une des deux"
        for code, effects in sorted(listing.items())
        if len(effects) > 1
    ]
    if wrong:
        raise BadInput("Notes refusées :\n" + "\n".join(f"- {text}" for text in wrong))
