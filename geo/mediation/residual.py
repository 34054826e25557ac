"""Residual need: the people to follow minus those that the posts in reach can follow.

What « in reach » means: a share that is stated is a timetable, hours spent in that QPV, which
serve nobody elsewhere (METHODS section 3: FTE of post m in QPV q = share × hours / 35); when that
QPV needs fewer people than those hours allow, the rest is capacity left unused. Only a post whose
division is not stated is divided by the calculation (``geo.mediation.flow``), among the QPV that
it names, or that it is held in or, for a permanence, that are within a walk of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.mediation.flow import allocate


@dataclass(frozen=True)
class Residual:
    """Who is served, nobody counted twice, no post beyond its capacity.

    ``quarters`` (index code_qp): need_people, served_people, residual_people (NaN when the need
    is unknown), ``lower_bound`` (some post that reaches it has unknown hours: it serves at least
    that). ``flows``: mediation_id, code_qp, people. ``posts`` (index mediation_id):
    capacity_people (NaN unknown), used_people.
    """

    quarters: pd.DataFrame
    flows: pd.DataFrame
    posts: pd.DataFrame


def residual(need: pd.Series, served: pd.DataFrame, people_per_fte: float) -> Residual:
    """Share out the capacity of the posts among the QPV they reach.

    Maximises the people served under METHODS section 3 (Σ_m x_qm ≤ N_q, Σ_q x_qm ≤ C_m, reach
    only), split so that the served shares x_q / N_q are as even as reach allows.

    Parameters
    ----------
    need : people to follow a year, by code_qp (NaN unknown: nobody is sent there).
    served : table of ``served_quarters``.
    people_per_fte : people that one FTE follows a year.
    """
    pairs = _supplies(served, people_per_fte)
    sure = pairs[pairs["capacity"].notna()]
    known = need.dropna()
    flows = allocate(
        {str(code): float(people) for code, people in known.items()},
        dict(zip(sure["supply"], sure["capacity"], strict=True)),
        zip(sure["supply"], sure["code_qp"], strict=True),
    )
    sent = pd.DataFrame(
        [(*supply.split(_JOIN)[:1], code, people) for (supply, code), people in flows.items()],
        columns=["mediation_id", "code_qp", "people"],
    ).astype({"mediation_id": "str", "code_qp": "str", "people": "float64"})
    received = sent.groupby("code_qp")["people"].sum().reindex(need.index).fillna(0.0)
    people = received.clip(upper=need).where(need.notna())
    quarters = pd.DataFrame(
        {
            "need_people": need,
            "served_people": people,
            "residual_people": need - people,
            "lower_bound": need.index.isin(pairs.loc[pairs["capacity"].isna(), "code_qp"]),
        }
    )
    return Residual(quarters, sent, _posts(served, sent, people_per_fte))


_JOIN = "\x1f"


def _supplies(served: pd.DataFrame, people_per_fte: float) -> pd.DataFrame:
    """supply, code_qp, capacity: a stated share is a supply of its own, the rest of a post one."""
    stated = served["share"].notna()
    told = served["share"].groupby(served["mediation_id"]).transform("sum")
    left = (1 - told).clip(lower=0.0) * served["post_fte"]
    supply = served["mediation_id"].where(
        ~stated, served["mediation_id"] + _JOIN + served["code_qp"]
    )
    capacity = served["fte"].where(stated, left) * people_per_fte
    return pd.DataFrame({"supply": supply, "code_qp": served["code_qp"], "capacity": capacity})


def _posts(served: pd.DataFrame, sent: pd.DataFrame, people_per_fte: float) -> pd.DataFrame:
    whole = served.groupby("mediation_id")["post_fte"].first() * people_per_fte
    used = sent.groupby("mediation_id")["people"].sum().reindex(whole.index).fillna(0.0)
    return pd.DataFrame({"capacity_people": whole, "used_people": used})
