"""Where medical deserts and unmet demand overlap: classes, situations, margins, and their words."""

from geo.overlap.distance import MARGIN_COLUMNS, margin_sentences, margins
from geo.overlap.reading import (
    AXES,
    DESERT,
    DOUBLE,
    NEITHER,
    SITUATIONS,
    UNDECIDED,
    UNMET,
    bivariate_counts,
    reread,
    situations,
    unmet_score,
)
from geo.overlap.told import overlap_records, threshold_sentences
from geo.overlap.words import rule_sentences, situation_words

__all__ = [
    "AXES",
    "DESERT",
    "DOUBLE",
    "MARGIN_COLUMNS",
    "NEITHER",
    "SITUATIONS",
    "UNDECIDED",
    "UNMET",
    "bivariate_counts",
    "margin_sentences",
    "margins",
    "overlap_records",
    "reread",
    "rule_sentences",
    "situation_words",
    "situations",
    "threshold_sentences",
    "unmet_score",
]
