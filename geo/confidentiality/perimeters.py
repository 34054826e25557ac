"""The same figure on two perimeters: their difference speaks of those who live in one only.

METHODS section 6: for a pair of overlapping QPV and one indicator, when those who live in A \\ B
or in B \\ A are too few, or of unknown number, both figures are not shown: the older one is hidden.
Editions are not told apart: the year in their name is not the year they speak of.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from geo.confidentiality.rules import Secrecy, job_seekers, rule_of

UNCHANGED = "INCHANGE"
_NOBODY = 1e-6


class Pair(NamedTuple):
    """How a 2024 QPV overlaps a 2015 one: shares of inhabitants (or of area), NaN if unknown.

    ``alpha`` is the share of the 2015 QPV inside the 2024 one, ``beta`` the share of the 2024 QPV
    that the 2015 one held; ``change`` is the word of the official table, '' when it has none.
    """

    code_2024: str
    code_2015: str
    change: str
    alpha: float
    beta: float


def both_perimeters(rows: pd.DataFrame, secrecy: Secrecy) -> set[str]:
    """The guarded indicators that have a figure of each generation."""
    shown = rows[(rows["territory_kind"] == "qpv") & rows["value"].notna()]
    each = (shown.loc[shown["perimeter"] == year, "indicator"] for year in ("2015", "2024"))
    before, after = (set(map(str, names)) for names in each)
    return {name for name in before & after if rule_of(name, secrecy)}


def told_apart(
    rows: pd.DataFrame, pairs: list[Pair], people: pd.Series, secrecy: Secrecy
) -> pd.Series:
    """Which indicator rows (2015 figures, carried ones too) may not stand beside a 2024 figure.

    Parameters
    ----------
    rows : the indicators table; ``people`` : inhabitants by (territory_kind, code).
    """
    hidden = pd.Series(False, index=rows.index)
    names = both_perimeters(rows, secrecy)
    shown = rows[rows["indicator"].isin(names) & rows["value"].notna()]
    shown = shown[shown["territory_kind"] == "qpv"]
    newer = shown[(shown["perimeter"] == "2024")].set_index(["code", "indicator"])["value"]
    older = shown[shown["perimeter"] == "2015"]
    origin = older["code"].where(older["carried_from"] == "", older["carried_from"])
    for pair in pairs:
        if pair.change == UNCHANGED:
            continue
        for name in sorted(names):
            own = older[(origin == pair.code_2015) & (older["indicator"] == name)]
            if own.empty or (pair.code_2024, name) not in newer.index:
                continue
            sizes = _difference(pair, people, secrecy)
            if name == "job_seekers":
                # Individuals, spread as the inhabitants are; the whole 2015 count, of which the
                # row carried to the 2024 QPV holds a part.
                sizes = (
                    (1 - pair.alpha) * float(own["value"].max()),
                    (1 - pair.beta) * float(newer[pair.code_2024, name]),
                )
            threshold = (rule_of(name, secrecy) or job_seekers(secrecy)).threshold
            if not all(_safe(size, threshold) for size in sizes):
                hidden[own.index] = True
    return hidden


def _difference(pair: Pair, people: pd.Series, secrecy: Secrecy) -> tuple[float, float]:
    """Estimated households in the 2015 outline only, and in the 2024 one only."""
    before = float(people.get(("qpv", pair.code_2015), math.nan))
    after = float(people.get(("qpv", pair.code_2024), math.nan))
    each = secrecy.people_per_household
    return (1 - pair.alpha) * before / each, (1 - pair.beta) * after / each


def _safe(size: float, threshold: int) -> bool:
    # Shares of outlines are sums of floats: 10.999999999 households are 11, 1e-12 nobody.
    return not math.isnan(size) and (size <= _NOBODY or size >= threshold - _NOBODY)
