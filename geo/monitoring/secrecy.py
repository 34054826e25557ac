"""The counts that may be shown: small ones hidden, and what would give them away by subtraction.

All figures of one counter form one system: months make quarters, quarters make the period, posts
make structures, groups of QPV and départements, and these make the whole. Two files made of other
periods or of other posts are two systems: subtracting one from the other is not guarded.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geo.confidentiality import AdditiveTable, CountRule, NotProtected, protect
from geo.confidentiality.tables import Key

PERIOD = "periode"
# Beyond, months are told for the whole alone: the protection of a table grows with its cells.
MOST_CELLS = 600
CellKey = tuple[str, str, str, str]


def hidden_cells(
    values: dict[CellKey, float],
    sums: Iterable[tuple[CellKey, tuple[CellKey, ...]]],
    rule: CountRule,
) -> frozenset[CellKey]:
    """The cells (level, unit, period, kind) to hide among the known ``values``.

    When the protection fails, every cell above zero is hidden: nothing unchecked is shown.
    """  # fmt: skip
    table = _table(values, sums)
    primary: dict[Key, float] = {
        key: rule.width(value) for key, value in values.items() if rule.hides(value)
    }
    if not primary:
        return frozenset()
    try:
        found = protect(table, primary).hidden
    except NotProtected:
        return frozenset(key for key, value in values.items() if value > 0)
    return frozenset(key for key in values if key in found)


def _table(
    values: dict[CellKey, float], sums: Iterable[tuple[CellKey, tuple[CellKey, ...]]]
) -> AdditiveTable:
    keys = tuple(values)
    place = {key: rank for rank, key in enumerate(keys)}
    relations = {
        (place[total], tuple(sorted(place[part] for part in parts if part in place)))
        for total, parts in sums
        if total in place
    }
    known = sorted((total, parts) for total, parts in relations if parts and parts != (total,))
    return AdditiveTable(keys, np.array([values[key] for key in keys]), tuple(known))
