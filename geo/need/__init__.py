"""Need at the scale of a QPV: components, score out of 100, people, and what others have.

Each component is standardised from 0 to 100 among the QPV of the same region (100 = most need),
and the score is the weighted sum of these points. A component that is missing or hidden by
statistical secrecy leaves its weight to the others; below a minimum of observed weight there is no
score at all (« données insuffisantes »). Missing is never 0 (METHODS, section 2).
"""

from geo.need.comparison import COMPARISON_COLUMNS, comparison
from geo.need.score import COMPONENT_COLUMNS, Need, need, score_components
from geo.need.values import component_values
from geo.need.weights import user_weights

__all__ = [
    "COMPARISON_COLUMNS",
    "COMPONENT_COLUMNS",
    "Need",
    "comparison",
    "component_values",
    "need",
    "score_components",
    "user_weights",
]
