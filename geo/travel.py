"""Travel times: the object that holds them and the ways to build it.

Rows are demand, columns are supply. Roads are in ``geo.roads.times``; what is done with the
times is in ``geo.accessibility``.
"""

from geo.times.crow_fly import CrowFly, Straight, TimeModel, crow_fly, minutes_per_metre
from geo.times.matrix import MODES, Block, Mode, Reach, TravelTimes
from geo.times.ruled import Pairs, Ruled
from geo.times.table import from_table

__all__ = [
    "MODES",
    "Block",
    "CrowFly",
    "Mode",
    "Pairs",
    "Reach",
    "Ruled",
    "Straight",
    "TimeModel",
    "TravelTimes",
    "crow_fly",
    "from_table",
    "minutes_per_metre",
]
