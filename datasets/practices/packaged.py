"""The cards packaged with the project, from ``packaged/practices.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from geo.practices.cards import PROBLEMS, Card


@cache
def packaged_cards() -> tuple[Card, ...]:
    """Facts of METHODS section 8; what the sources do not say is left untold."""
    text = (files("datasets") / "packaged" / "practices.toml").read_text(encoding="utf-8")
    cards = []
    for told in tomllib.loads(text)["card"]:
        lists = ("actors", "problems", "score_labels", "score_values")
        told = {"link": "", "contact_role": "", **told}
        card = Card(**{**told, **{name: tuple(told.get(name, ())) for name in lists}})
        unknown = set(card.problems) - set(PROBLEMS)
        if unknown:
            raise ValueError(f"{card.id}: unknown problems {sorted(unknown)}")
        cards.append(card)
    return tuple(cards)
