"""A practice card, and what may be done with its scores: shown with their labels, nothing more.

The bank gives labels and numbers as two lists. Pairing them by order is our inference, said each
time; the scale is not stated by the source, a missing number is not 0, and no mean is taken over
labels that differ: there is no function here that would.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.search.letters import words as plain_words
from geo.territory import departement_of_commune
from geo.words import as_written, listed

UNTOLD_FR = "non précisé"
SCALE_UNKNOWN_FR = "échelle non précisée par la source"
PAIRED_BY_US_FR = "libellés et nombres sont deux listes dans la source : les rapprocher par leur "
PAIRED_BY_US_FR += "ordre est notre lecture"
NOT_PAIRED_FR = "autant de libellés que de nombres seraient nécessaires pour les rapprocher"
NEVER_MEAN_FR = "Jamais de moyenne entre des libellés différents ; une note absente n'est pas 0."
PROBLEMS: Mapping[str, str] = {
    "droits": "droits de santé non ouverts",
    "medecin": "pas de médecin traitant ou médecins rares",
    "depistage": "prévention et dépistage",
    "numerique": "fracture numérique",
    "aller-vers": "habitants qui ne viennent pas aux services",
    "coordination": "acteurs à coordonner",
}


@dataclass(frozen=True)
class Card:
    """One practice. ``""`` and empty tuples are untold; None among ``score_values`` is missing.

    ``scale`` is as the source states it; ``paired`` is True only when the source itself ties
    each number to its label; ``origin``: ``packaged`` or ``user``.
    """

    id: str
    title: str
    place: str
    commune: str
    year: str
    actors: tuple[str, ...]
    summary: str
    link: str
    contact_role: str
    source: str
    problems: tuple[str, ...]
    score_labels: tuple[str, ...] = ()
    score_values: tuple[float | None, ...] = ()
    scale: str = ""
    paired: bool = False
    origin: str = "packaged"

    @property
    def departement(self) -> str:
        """Of its commune; ``""`` when the commune is untold."""
        return departement_of_commune(self.commune) if self.commune else ""


@dataclass(frozen=True)
class Score:
    """One label and its number as written; ``value`` None when the source gives none."""

    label: str
    value: float | None

    @property
    def written(self) -> str:
        """``Innovant : 7`` or ``Innovant : non précisé``."""
        told = UNTOLD_FR if self.value is None else as_written(self.value)
        return f"{self.label} : {told}"


def scores_of(card: Card) -> tuple[Score, ...]:
    """Labels and numbers tied by order; empty when their lists differ in length."""
    if len(card.score_labels) != len(card.score_values):
        return ()
    return tuple(map(Score, card.score_labels, card.score_values))


def scores_fr(card: Card) -> str:
    """The scores in one sentence, with the scale and how they were paired."""
    if not card.score_labels and not card.score_values:
        return f"{UNTOLD_FR}es."
    scale = f"échelle : {card.scale}" if card.scale else SCALE_UNKNOWN_FR
    pairs = scores_of(card)
    if not pairs:
        values = [UNTOLD_FR if v is None else as_written(v) for v in card.score_values]
        return (
            f"Libellés : {listed(card.score_labels) or UNTOLD_FR} ; nombres : "
            f"{listed(values) or UNTOLD_FR} ; {NOT_PAIRED_FR} ; {scale}."
        )
    told = " ; ".join(score.written for score in pairs)
    how = "" if card.paired else f" ; {PAIRED_BY_US_FR}"
    return f"{told} ({scale}{how})."


def search_cards(
    cards: Sequence[Card], text: str = "", departement: str = "", problems: Collection[str] = ()
) -> list[Card]:
    """The cards that hold every word of ``text``, of a département, with one of the problems.

    Accents and case do not matter. No criterion keeps all.
    """
    wanted = plain_words(text)
    return [
        card
        for card in cards
        if all(word in _text(card) for word in wanted)
        and (not departement or card.departement == departement)
        and (not problems or set(problems) & set(card.problems))
    ]


def compared(cards: Sequence[Card]) -> pd.DataFrame:
    """Cards side by side: one row a fact, one column a card (its title), in French.

    Scores keep their own labels: two labels that differ stand on two rows, and a card that has
    not a label says so.
    """
    titles = [f"{card.title} ({card.place or UNTOLD_FR})" for card in cards]
    rows: dict[str, list[str]] = {
        "Année": [card.year or UNTOLD_FR for card in cards],
        "Lieu": [_where(card) for card in cards],
        "Département": [card.departement or UNTOLD_FR for card in cards],
        "Acteurs": [", ".join(card.actors) or UNTOLD_FR for card in cards],
        "Problèmes traités": [problems_fr(card) for card in cards],
        "Résumé": [card.summary or UNTOLD_FR for card in cards],
        "Contact": [card.contact_role or UNTOLD_FR for card in cards],
        "Source": [card.source or UNTOLD_FR for card in cards],
        "Échelle des notes": [card.scale or SCALE_UNKNOWN_FR for card in cards],
    }
    labels = dict.fromkeys(score.label for card in cards for score in scores_of(card))
    for label in labels:
        rows[f"Note « {label} »"] = [_score(card, label) for card in cards]
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.columns = pd.Index(titles)
    return frame.rename_axis("Fait").reset_index()


def _where(card: Card) -> str:
    """The place first: it may be a group of communes, of which the code names only one."""
    if not card.commune:
        return card.place or UNTOLD_FR
    return f"{card.place or UNTOLD_FR} (commune : code Insee {card.commune})"


def problems_fr(card: Card) -> str:
    """The problems of a card in words."""
    return ", ".join(PROBLEMS[name] for name in card.problems) or UNTOLD_FR


def card_record(card: Card) -> dict[str, Any]:
    """The card for programs: null where untold, labels and numbers as the two lists they are."""
    return {
        "id": card.id,
        "title": card.title,
        "place": card.place or None,
        "commune": card.commune or None,
        "departement": card.departement or None,
        "year": card.year or None,
        "actors": list(card.actors),
        "summary": card.summary or None,
        "link": card.link or None,
        "contact_role": card.contact_role or None,
        "source": card.source or None,
        "problems": list(card.problems),
        "score_labels": list(card.score_labels),
        "score_values": list(card.score_values),
        "score_scale": card.scale or None,
        "scores_paired_by_source": card.paired,
        "scores_fr": scores_fr(card),
        "origin": card.origin,
    }


def _score(card: Card, label: str) -> str:
    own = [score for score in scores_of(card) if score.label == label]
    if not own:
        return "libellé absent de cette fiche"
    return UNTOLD_FR if own[0].value is None else as_written(own[0].value)


def _text(card: Card) -> str:
    told = (card.title, card.place, card.summary, card.source, card.year, card.commune)
    whole = [*told, *card.actors, *(PROBLEMS[name] for name in card.problems)]
    return " ".join(plain_words(" ".join(whole)))
