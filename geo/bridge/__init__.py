"""From the QPV of 2015 to those of 2024, and only as far as statistics allow (METHODS, 7).

``bridge`` measures how both generations overlap; ``carry_counts`` carries summable counts by
these shares. Rates keep the label « indicatif, périmètre 2015 » and their overlap; medians are
never carried by a share.
"""

from geo.bridge.carry import INDICATIVE, carry_counts, require_same_generation
from geo.bridge.pairs import BRIDGE_COLUMNS, bridge, without_successor

__all__ = [
    "BRIDGE_COLUMNS",
    "INDICATIVE",
    "bridge",
    "carry_counts",
    "require_same_generation",
    "without_successor",
]
