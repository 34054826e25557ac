"""The practice bank: cards to search, filter, compare, and those that suit a QPV, with reasons."""

from geo.practices.cards import (
    PROBLEMS,
    SCALE_UNKNOWN_FR,
    UNTOLD_FR,
    Card,
    Score,
    card_record,
    compared,
    scores_of,
    search_cards,
)
from geo.practices.near import Suggestion, suggestions

__all__ = [
    "PROBLEMS",
    "SCALE_UNKNOWN_FR",
    "UNTOLD_FR",
    "Card",
    "Score",
    "Suggestion",
    "card_record",
    "compared",
    "scores_of",
    "search_cards",
    "suggestions",
]
