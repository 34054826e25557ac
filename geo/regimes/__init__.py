"""Regimes side by side: which lists and rules keep a QPV, which leave it out, which cannot say."""

from geo.regimes.decree import Condition, conditions_of, decree_state
from geo.regimes.model import REGIME_COLUMNS, REGIMES, STATE_WORDS, Regime
from geo.regimes.shares import people_shares
from geo.regimes.table import DISAGREEMENT_COLUMNS, disagreements, regimes
from geo.regimes.told import disagreement_summary, regime_records
from geo.regimes.transposed import HPSA_MOST, transposed_points, uns_points

__all__ = [
    "DISAGREEMENT_COLUMNS",
    "HPSA_MOST",
    "REGIMES",
    "REGIME_COLUMNS",
    "STATE_WORDS",
    "Condition",
    "Regime",
    "conditions_of",
    "decree_state",
    "disagreement_summary",
    "disagreements",
    "people_shares",
    "regime_records",
    "regimes",
    "transposed_points",
    "uns_points",
]
