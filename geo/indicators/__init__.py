"""Each indicator, defined once: its name, unit, sense, formula, source, and whether it adds up."""

from geo.indicators.definition import Indicator, Kind
from geo.indicators.guards import (
    difference,
    mean,
    require_one_perimeter,
    require_summable,
    total,
)
from geo.indicators.listed import INDICATORS, indicator, label_fr

__all__ = [
    "INDICATORS",
    "Indicator",
    "Kind",
    "difference",
    "indicator",
    "label_fr",
    "mean",
    "require_one_perimeter",
    "require_summable",
    "total",
]
