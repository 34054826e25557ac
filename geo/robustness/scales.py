"""What every draw reads and no weight changes: each column on each scale, who dominates whom.

Worked out the first time it is asked for, then kept with the table: a planner who moves a weight
waits for the draws alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.components import Standardisation
from geo.measure import Floats
from geo.priority.criteria import Criterion
from geo.priority.ranking import tie_order
from geo.priority.standardise import standardise
from geo.robustness.dominance import dominance, tie_order_with

Ints = npt.NDArray[np.int64]
# A column read in the sense of its criterion.
Read = tuple[str, Criterion]
# Sets of candidates whose order is kept; past it, all are forgotten.
_MOST_ORDERS = 8


@dataclass(frozen=True, eq=False)
class Scales:
    """``table``: that which is ranked, with the columns of the variants; never modified."""

    table: pd.DataFrame
    _placed: dict[tuple[str, float, bool, str, float], Floats] = field(default_factory=dict)
    _orders: dict[tuple[tuple[tuple[str, float], ...], bytes], Ints] = field(default_factory=dict)

    @cached_property
    def codes(self) -> npt.NDArray[np.str_]:
        return self.table["code_qp"].to_numpy(dtype="U")

    def oriented(self, read: Read) -> Floats:
        """(n,): the column with its sense applied, larger is more need; NaN where missing."""
        name, criterion = read
        values = self.table[name].to_numpy(float, na_value=np.nan)
        return np.asarray(values * criterion.direction, dtype=np.float64)

    def placed(self, read: Read, method: Standardisation, span: float) -> Floats:
        """(n,): the same on 0–100 within its region. Never modify it."""
        name, criterion = read
        asked = (name, criterion.direction, criterion.on_100, method, span)
        if asked not in self._placed:
            values = self.oriented(read)
            if not criterion.on_100:
                people, regions = self.table["population"], self.table["region"]
                values = standardise(values, people, regions, method, span=span)
            self._placed[asked] = values
        return self._placed[asked]

    def ordered(self, candidates: Ints, columns: Sequence[Read]) -> Ints:
        """The candidates (rows of the table) in the order that settles ties. Never modify it."""
        read = tuple((name, criterion.direction) for name, criterion in columns)
        asked = (read, candidates.tobytes())
        found = self._orders.get(asked)
        if found is None:
            own = self.table.iloc[candidates]
            values = np.column_stack([self.oriented(one)[candidates] for one in columns])
            plain = tie_order(own["population"], own["code_qp"])
            found = candidates[tie_order_with(dominance(values, own["region"]), plain)]
            if len(self._orders) >= _MOST_ORDERS:
                self._orders.clear()
            self._orders[asked] = found
        return found
