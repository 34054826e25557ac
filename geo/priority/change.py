"""What would have to change, on one criterion alone, for a quarter to enter or leave the list.

The answer holds for the whole calculation made again: when a value of the quarter moves, the
positions of the others move with it. It is looked for between the lowest and the highest value
seen in the region: beyond, nobody can say what the figure would mean. Everything else is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo.compare import known_weights
from geo.measure import Floats
from geo.priority.aggregate import transformed
from geo.priority.criteria import Criterion
from geo.priority.ranking import Ranking, order_key, tie_order
from geo.priority.standardise import DECIMALS, within
from geo.words import number

Rows = npt.NDArray[np.int64]
IMPOSSIBLE = "impossible par ce seul critère"
# A z-score need not rise steadily with the value: the interval is looked at in this many places.
_LOOKS = {"percentile": 1, "minmax": 1, "zscore": 8}
_HALVINGS = 40
_MOST_DECIMALS = 9


@dataclass(frozen=True)
class Change:
    """One criterion of one quarter. ``value`` is what it is, ``needed`` what it should become, at
    least or at most by the sense of the move; both in ``unit``, NaN when missing or impossible."""

    code_qp: str
    criterion: str
    label_fr: str
    unit: str
    aim: Literal["enter", "leave"]
    value: float
    needed: float
    sentence: str

    @property
    def possible(self) -> bool:
        """Whether this criterion alone can do it."""
        return bool(np.isfinite(self.needed))


def what_would_change(ranking: Ranking, codes: Iterable[str] | None = None) -> list[Change]:
    """For each candidate (or each code given), each criterion: the smallest change that counts.

    A candidate in the list is told what would take it out, another what would bring it in. A
    quarter that is no candidate has no line: its ``reason`` says why.
    """
    table = ranking.table
    asked = set(table["code_qp"] if codes is None else codes)
    wanted = table.index[table["candidate"] & table["code_qp"].isin(asked)]
    state = _State(ranking)
    return [
        _change(state, int(row), place)
        for row in wanted
        for place in range(len(ranking.rules.used))
    ]


class _State:
    """What every question asks of the ranking, prepared once."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking = ranking
        table = ranking.table
        self.candidate = table["candidate"].to_numpy(bool)
        self.people = table["population"].to_numpy(float)
        self.key = order_key(ranking.scores.total)
        position = np.empty(len(table), dtype=np.int64)
        position[tie_order(table["population"], table["code_qp"])] = np.arange(len(table))
        self.position = position
        self.groups = {
            region: np.asarray(rows)
            for region, rows in ranking.regions.groupby(ranking.regions).indices.items()
        }
        self.regions = ranking.regions.tolist()
        self._peers: dict[tuple[str, int], Rows] = {}
        self.weighed = ranking.scores.weights * np.nan_to_num(
            transformed(ranking.placed, ranking.rules.aggregation, floor=ranking.rules.floor)
        )

    def peers(self, row: int, place: int) -> Rows:
        """Rows of the region whose value is known, the quarter among them."""
        asked = (self.regions[row], place)
        if asked not in self._peers:
            rows = self.groups[self.regions[row]]
            self._peers[asked] = rows[np.isfinite(self.ranking.values[rows, place])]
        return self._peers[asked]

    def rank_at(self, row: int, place: int, value: float) -> int:
        """Rank of the quarter, the whole calculation made again with another value."""
        ranking, rules = self.ranking, self.ranking.rules
        rows = self.peers(row, place)
        if rules.used[place].on_100:
            rows, placed = np.array([row]), np.array([value])
        else:
            values = ranking.values[rows, place].copy()
            values[rows == row] = value
            weights = known_weights(self.people[rows])
            placed = within(values, weights, rules.standardisation, span=rules.span)
        weighed = self.weighed[rows]
        weighed[:, place] = ranking.scores.weights[rows, place] * transformed(
            placed, rules.aggregation, floor=rules.floor
        )
        key = self.key.copy()
        key[rows] = np.where(np.isnan(key[rows]), np.nan, order_key(weighed.sum(axis=1)))
        ahead = (key > key[row]) | ((key == key[row]) & (self.position < self.position[row]))
        return int((ahead & self.candidate).sum()) + 1


def _change(state: _State, row: int, place: int) -> Change:
    ranking = state.ranking
    criterion = ranking.rules.used[place]
    selected = bool(ranking.table["selected"].iloc[row])
    value = ranking.values[row, place]
    needed = np.nan
    if np.isfinite(value):
        needed = _crossing(state, row, place, inward=not selected)
    return Change(
        str(ranking.table["code_qp"].iloc[row]),
        criterion.id,
        criterion.label_fr,
        criterion.unit,
        "leave" if selected else "enter",
        float(value * criterion.direction) + 0.0,
        float(needed * criterion.direction) + 0.0,
        _sentence(criterion, selected, value, needed),
    )


def _crossing(state: _State, row: int, place: int, *, inward: bool) -> float:
    """The nearest oriented value that crosses the cut, as short as it is written; NaN if none."""
    ranking = state.ranking
    rows = state.peers(row, place)
    values = np.round(ranking.values[rows, place], DECIMALS)
    present = float(np.round(ranking.values[row, place], DECIMALS))
    limit = float(values.max() if inward else values.min())
    if limit == present:
        return np.nan

    def crosses(value: float) -> bool:
        return (state.rank_at(row, place, value) <= ranking.posts) == inward

    steps = ranking.rules.standardisation == "percentile" and not ranking.rules.used[place].on_100
    if steps:
        others = np.unique(values[rows != row])
        near, far = _first_step(crosses, others, present, limit)
    else:
        looks = _LOOKS[ranking.rules.standardisation]
        near, far = _first_point(crosses, np.linspace(present, limit, looks + 1))
    return _shortest(near, far, crosses)


def _first_step(
    crosses: Callable[[float], bool], others: Floats, present: float, limit: float
) -> tuple[float, float]:
    """Percentile ranks only change at the values of the others, or between two of them."""
    way = 1.0 if limit > present else -1.0
    met = np.sort(way * others[(way * others > way * present) & (way * others <= way * limit)])
    tried = np.empty(2 * len(met) - 1)
    tried[::2] = met
    tried[1::2] = (met[:-1] + met[1:]) / 2
    low, high = -1, len(tried)  # the first that crosses is above low, at most high
    while high - low > 1:
        middle = (low + high) // 2
        if crosses(way * tried[middle]):
            high = middle
        else:
            low = middle
    if high == len(tried):
        return np.nan, np.nan
    first = tried[high]
    if high % 2 == 0:
        return way * first, way * first if high == len(tried) - 1 else way * tried[high + 1]
    return way * (first + met[high // 2]) / 2, way * first


def _first_point(crosses: Callable[[float], bool], looks: Floats) -> tuple[float, float]:
    """Nearest value that crosses, from the first place looked at that does, then by halves."""
    found = next((place for place in range(1, len(looks)) if crosses(float(looks[place]))), None)
    if found is None:
        return np.nan, np.nan
    before, far = float(looks[found - 1]), float(looks[found])
    after = far
    for _ in range(_HALVINGS):
        middle = (before + after) / 2
        if crosses(middle):
            after = middle
        else:
            before = middle
    return after, far


def _shortest(near: float, far: float, crosses: Callable[[float], bool]) -> float:
    """The value with the fewest decimals between the two that crosses, nearest to the first.

    It is asked again: moving one value moves all the z-scores, and two that are equal to the last
    digit may cross at a point alone. Then the far one is said, that crosses for good.
    """
    if not np.isfinite(near):
        return float("nan")
    low, high = sorted((near, far))
    for decimals in range(_MOST_DECIMALS + 1):
        unit = 10.0**decimals
        value = (np.ceil(near * unit) if near == low else np.floor(near * unit)) / unit
        if low <= value <= high:
            return float(value if crosses(float(value)) else far)
    return near


def _sentence(criterion: Criterion, selected: bool, value: float, needed: float) -> str:
    aim = "sortirait de la liste" if selected else "entrerait dans la liste"
    if np.isnan(value):
        return f"{criterion.label_fr} : valeur non connue."
    if np.isnan(needed):
        return f"{criterion.label_fr} : {IMPOSSIBLE}."
    own, new = value * criterion.direction, needed * criterion.direction
    bound = "ou plus" if new > own else "ou moins"
    unit = f" {criterion.unit}" if criterion.unit else ""
    told, here = _told(new, own)
    return f"{criterion.label_fr} : {aim} à {told}{unit} {bound} (ici {here})."


def _told(new: float, own: float) -> tuple[str, str]:
    """Both with one decimal (two below 1), more only where they would read the same.

    The threshold is rounded away from the present value: rounded towards it, it may not cross.
    """
    outward = np.ceil if new > own else np.floor
    least = 1 if max(abs(new), abs(own)) >= 1 else 2
    for decimals in range(least, _MOST_DECIMALS):
        unit = 10.0**decimals
        # 1e-6: what is already round, but for the binary fraction, is not moved a step further.
        slack = -1e-6 if new > own else 1e-6
        far = float(outward(new * unit + slack)) / unit
        if number(far, decimals) != number(own, decimals):
            return _figure(far), _figure(own, decimals)
    return _figure(new), _figure(own)


def _figure(value: float, most: int = _MOST_DECIMALS) -> str:
    """As many decimals as the value has: a threshold rounded further may not cross."""
    decimals = f"{abs(value):.{most}f}".rstrip("0").partition(".")[2]
    return number(float(value), len(decimals))
