"""Priority: the analysis' own score, and the rankings of a call for applications."""

from geo.components import STANDARDISATIONS
from geo.priority.aggregate import AGGREGATION_WORDS, AGGREGATIONS
from geo.priority.blocks import priority, ranks
from geo.priority.criteria import (
    CATALOGUE,
    Criterion,
    default_criteria,
    ranking_table,
    weighted,
)
from geo.priority.eligibility import DEFAULT_FILTERS, PRESETS, Filter
from geo.priority.points import PointsTable, call_points
from geo.priority.ranking import Ranking, Rules, rank_quarters
from geo.priority.standardise import STANDARDISATION_WORDS

__all__ = [
    "AGGREGATIONS",
    "AGGREGATION_WORDS",
    "CATALOGUE",
    "DEFAULT_FILTERS",
    "PRESETS",
    "STANDARDISATIONS",
    "STANDARDISATION_WORDS",
    "Criterion",
    "Filter",
    "PointsTable",
    "Ranking",
    "Rules",
    "call_points",
    "default_criteria",
    "priority",
    "rank_quarters",
    "ranking_table",
    "ranks",
    "weighted",
]
