"""A commune's figure beside its QPV's: their difference speaks of the rest of the commune.

Counts: the sum commune = QPV + rest is protected as any table, the commune's figure being public
already. Shares and medians: when the rest has too few households, or an unknown number of them,
the smallest QPV's figure is hidden. QPV that straddle communes enter no such sum and are left out.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from geo.confidentiality.audit import NotProtected
from geo.confidentiality.rules import CountRule, Secrecy, rule_of
from geo.confidentiality.secondary import protect
from geo.confidentiality.tables import Axis, Key, additive_table
from geo.indicators import INDICATORS

_REST, _COMMUNE = "reste", "commune"


def gives_the_rest(
    rows: pd.DataFrame, first: pd.Series, nested: pd.Series, people: pd.Series, secrecy: Secrecy
) -> pd.Series:
    """Which QPV rows must be hidden too, for the rest of their commune or for a hidden QPV.

    Parameters
    ----------
    rows : the indicators table; ``first`` : the rows hidden already (flags, same index).
    nested : commune of each QPV that lies in one only, by code.
    people : inhabitants by (territory_kind, code).
    """
    hidden = pd.Series(False, index=rows.index)
    guarded = {name for name in rows["indicator"].unique() if rule_of(name, secrecy)}
    totals = rows[(rows["territory_kind"] == "commune") & rows["value"].notna()]
    totals = totals[totals["indicator"].isin(guarded)]
    quarters = rows[(rows["territory_kind"] == "qpv") & (rows["carried_from"] == "")]
    groups = quarters.groupby([quarters["code"].map(nested), "indicator", "perimeter"])
    inside: dict[Any, pd.DataFrame] = dict(list(groups))
    for _, total in totals.iterrows():
        rule = rule_of(str(total["indicator"]), secrecy)
        for perimeter in ("2015", "2024") if rule else ():
            own = inside.get((total["code"], total["indicator"], perimeter))
            if own is None or rule is None or own["value"].isna().all():
                continue
            known = INDICATORS.get(str(total["indicator"]))
            if known is not None and known.kind == "count":
                hidden[_counts(float(total["value"]), own, first, rule)] = True
            else:
                whole = float(people.get(("commune", total["code"]), math.nan))
                hidden[_shares(whole, own[~first[own.index]], people, rule, secrecy)] = True
    return hidden & ~first


def _counts(total: float, own: pd.DataFrame, first: pd.Series, rule: CountRule) -> list[int]:
    codes = [str(code) for code in own["code"]]
    values = dict(zip(codes, map(float, own["value"]), strict=True))
    rest = total - sum(values.values())
    if rest < 0:
        return []  # Counted otherwise: these figures do not add up, nothing can be subtracted.
    secret = {
        str(code): rule.width(value)
        for index, code, value in zip(own.index, own["code"], own["value"], strict=True)
        if first[index]
    }
    # Nobody publishes the rest: a reader only gets it when every QPV is shown.
    if rule.hides(rest):
        secret[_REST] = rule.width(rest)
    cells: dict[Key, float] = {(code,): value for code, value in values.items()}
    cells |= {(_COMMUNE,): total, (_REST,): rest if rule.hides(rest) else math.nan}
    axis = Axis(dict.fromkeys((*values, _REST), _COMMUNE))
    table = additive_table([axis], cells, integral=total.is_integer() and _whole(own["value"]))
    try:
        kept = protect(table, {(code,): width for code, width in secret.items()}, [(_COMMUNE,)])
    except NotProtected:
        return [int(index) for index in own.index]
    return [
        int(index) for index, code in zip(own.index, own["code"], strict=True)
        if (code,) in kept.hidden
    ]  # fmt: skip


def _shares(
    whole: float, shown: pd.DataFrame, people: pd.Series, rule: CountRule, secrecy: Secrecy
) -> list[int]:
    shown = shown[shown["value"].notna()]
    if shown.empty:
        return []
    inside = [float(people.get(("qpv", code), math.nan)) for code in shown["code"]]
    rest = (whole - sum(inside)) / secrecy.people_per_household
    if rest <= 0 or rest >= rule.threshold:
        return []
    # Too few, or (NaN) an unknown number of them.
    smallest = int(np.argmin(np.nan_to_num(np.array(inside), nan=math.inf)))
    return [int(shown.index[smallest])]


def _whole(values: pd.Series) -> bool:
    known = values.dropna()
    return bool((known == known.round()).all())
