"""A QPV in words: one sentence for the map and the table, one paragraph for its page."""

from geo.explain.facts import Explanation, Fact
from geo.explain.paragraph import MAX_PARAGRAPH_WORDS, explain
from geo.explain.sentence import MAX_WORDS, sentence, sentences

__all__ = [
    "MAX_PARAGRAPH_WORDS",
    "MAX_WORDS",
    "Explanation",
    "Fact",
    "explain",
    "sentence",
    "sentences",
]
