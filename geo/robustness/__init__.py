"""How much of a ranking is in the data, and how much in how it was made."""

from geo.robustness.draws import Robustness, around_the_cut, before, robustness
from geo.robustness.variants import Choice, Variants, with_capacity, with_thresholds
from geo.robustness.words import before_words, kept_words

__all__ = [
    "Choice",
    "Robustness",
    "Variants",
    "around_the_cut",
    "before",
    "before_words",
    "kept_words",
    "robustness",
    "with_capacity",
    "with_thresholds",
]
