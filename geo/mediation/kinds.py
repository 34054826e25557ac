"""Mediation by kind of action: a permanence, outreach, a group and a coordination are not added."""

from __future__ import annotations

import pandas as pd

from geo.parameters import Parameters
from geo.schema import MEDIATION_KINDS

KIND_COLUMNS = (
    "kind",
    "posts",
    "fte",
    "fte_status",
    "fte_is_minimum",
    "capacity_people",
    "capacity_people_low",
    "capacity_people_high",
    "followed_people",
    "followed_status",
    "followed_is_minimum",
)


def by_kind_and_quarter(reach: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """One row per QPV and kind present: code_qp and ``KIND_COLUMNS``.

    ``reach`` is ``Analysis.mediation_reach``. ``fte`` sums what is known (NaN when nothing is),
    and is a minimum when a part is not; ``capacity_people`` is what it could follow a year
    (modelled), ``followed_people`` what the files say was followed, by share of post (modelled
    when a share is below 1).
    """
    rows = [
        {"code_qp": code, **_row(kind, own, parameters)}
        for (code, kind), own in reach.groupby(["code_qp", "kind"])
    ]
    return pd.DataFrame(rows, columns=["code_qp", *KIND_COLUMNS])


def by_kind(reach: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """One row per kind, all four, over the pairs of ``reach``: ``KIND_COLUMNS``.

    A post whose division between QPV is not stated counts once, whole.
    """
    undivided = reach["share"].isna()
    whole = reach.assign(
        fte=reach["fte"].where(~undivided, reach["post_fte"]), share=reach["share"].fillna(1.0)
    )
    once = whole[~(undivided & whole["mediation_id"].duplicated())]
    return pd.DataFrame(
        [_row(kind, once[once["kind"] == kind], parameters) for kind in MEDIATION_KINDS],
        columns=list(KIND_COLUMNS),
    )


def _row(kind: object, pairs: pd.DataFrame, parameters: Parameters) -> dict[str, object]:
    fte = _known_sum(pairs["fte"])
    few, many = parameters.people_per_fte_range
    per_fte = parameters.people_per_fte
    people = pairs["people_per_year"] * pairs["share"]
    followed = _known_sum(people)
    return {
        "kind": kind,
        "posts": int(pairs["mediation_id"].nunique()),
        "fte": fte,
        "fte_status": _status(fte, not pairs["estimated"].any()),
        "fte_is_minimum": bool(pairs["fte"].isna().any()),
        "capacity_people": fte * per_fte,
        "capacity_people_low": fte * min(few, per_fte),
        "capacity_people_high": fte * max(many, per_fte),
        "followed_people": followed,
        "followed_status": "suppressed"
        if pd.isna(followed) and (pairs["people_status"] == "suppressed").any()
        else _status(followed, bool((pairs["share"] == 1).all())),
        "followed_is_minimum": bool(people.isna().any()),
    }


def _known_sum(values: pd.Series) -> float:
    """NaN when there are parts and none is known; 0 when there is no part at all."""
    return float(values.sum(min_count=min(1, len(values))))


def _status(value: float, observed: bool) -> str:
    if pd.isna(value):
        return "missing"
    return "observed" if observed else "modelled"
