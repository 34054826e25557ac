"""With and without each structure: who would no longer be served if its posts ended."""

from __future__ import annotations

import pandas as pd

from geo.mediation.capacity import COVERED, NOT_COVERED, UNKNOWN, capacity
from geo.parameters import Parameters

LOSS_COLUMNS = (
    "posts",
    "fte",
    "quarters",
    "people_lost",
    "people_lost_low",
    "people_lost_high",
    "is_minimum",
    "without_mediator",
    "no_longer_covered",
    "first_end",
    "last_end",
)
_RESIDUALS = ("residual_people", "residual_people_low", "residual_people_high")


def loss_by_structure(
    quarters: pd.DataFrame, reach: pd.DataFrame, parameters: Parameters, by: str = "structure"
) -> pd.DataFrame:
    """What the end of each structure's posts, others staying as they are, would take away.

    The posts left are shared out again: people whom another post can follow are not lost.

    Parameters
    ----------
    quarters : QPV compared (code_qp, population, coverage_state, scope); only those of the
        territory (scope) are counted.
    reach : ``Analysis.mediation_reach``, the posts active at the date of the analysis.
    by : column of ``reach`` that groups posts: structure, or mediation_id for each convention.

    Returns
    -------
    One row a group, largest loss first: the group, posts, fte (NaN unknown), quarters reached,
    people_lost a year with its range (modelled), is_minimum (some of its hours are unknown),
    ``without_mediator`` and ``no_longer_covered`` (codes of QPV that would have no declared
    mediator, or be covered no more), first and last end of its conventions ('' unknown).
    """
    shown = quarters[quarters["scope"] == "territory"]["code_qp"]
    concerned = reach[reach["code_qp"].isin(shown)]
    rows = [
        {by: name, **_loss(quarters, reach, set(own["mediation_id"]), set(shown), parameters)}
        for name, own in concerned.groupby(by)
    ]
    table = pd.DataFrame(rows, columns=[by, *LOSS_COLUMNS])
    order = ["people_lost", "posts", by]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _loss(
    quarters: pd.DataFrame,
    reach: pd.DataFrame,
    posts: set[str],
    shown: set[str],
    parameters: Parameters,
) -> dict[str, object]:
    own = reach[reach["mediation_id"].isin(posts)]
    linked = _linked(reach, set(own["code_qp"]))
    some = quarters[quarters["code_qp"].isin(linked)].reset_index(drop=True)
    known = some["coverage_state"] != UNKNOWN
    before = capacity(some, reach, known, parameters)
    after = capacity(some, reach[~reach["mediation_id"].isin(posts)], known, parameters)
    counted = some["code_qp"].isin(shown)
    lost = [float((after[name] - before[name])[counted].sum()) for name in _RESIDUALS]
    was, becomes = before["coverage_state"], after["coverage_state"]
    emptied = counted & (was != becomes) & (becomes == NOT_COVERED)
    thinned = counted & (was == COVERED) & (becomes != COVERED)
    each = own.drop_duplicates("mediation_id")
    ends = sorted(set(each["convention_end"]) - {""})
    return {
        "posts": len(each),
        "fte": float(each["post_fte"].sum(skipna=False)),
        "quarters": int(own.loc[own["code_qp"].isin(shown), "code_qp"].nunique()),
        "people_lost": lost[0],
        "people_lost_low": min(lost),
        "people_lost_high": max(lost),
        "is_minimum": bool(each["post_fte"].isna().any()),
        "without_mediator": tuple(some.loc[emptied, "code_qp"]),
        "no_longer_covered": tuple(some.loc[thinned, "code_qp"]),
        "first_end": ends[0] if ends else "",
        "last_end": ends[-1] if ends and (each["convention_end"] != "").all() else "",
    }


def _linked(reach: pd.DataFrame, codes: set[str]) -> set[str]:
    """These QPV and all that some chain of posts ties to them: the rest cannot change."""
    size = 0
    while size < len(codes):
        size = len(codes)
        posts = set(reach.loc[reach["code_qp"].isin(codes), "mediation_id"])
        codes = codes | set(reach.loc[reach["mediation_id"].isin(posts), "code_qp"])
    return codes
