"""Mediation capacity of each QPV, its coverage state and what need remains.

Only the user's own files say who works where, and only for the QPV they speak of (see
``geo.completeness``): elsewhere capacity is unknown, never 0. Known
schemes packaged with the project are shown, but do not stand in for that file. A post given to
several QPV is split by its shares, so that the same hours never serve twice.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.measure import Floats
from geo.mediation.residual import served_people, supplies
from geo.parameters import Parameters
from geo.schema import MEDIATION_KINDS

COVERED, PARTIAL, NOT_COVERED, UNKNOWN = COVERAGE_STATES = (
    "couvert",
    "présence partielle",
    "non couvert",
    "inconnu",
)
# FTE by kind of action: a permanence and a coordination are not the same help.
FTE_BY_KIND: Mapping[str, str] = dict(
    zip(
        MEDIATION_KINDS,
        ("fte_permanence", "fte_outreach", "fte_group", "fte_coordination"),
        strict=True,
    )
)
CAPACITY_COLUMNS = (
    "need_people",
    "need_people_status",
    "mediation_fte",
    "mediation_status",
    *FTE_BY_KIND.values(),
    "inhabitants_per_fte",
    "coverage_state",
    "mediation_walk_only",
    "served_people",
    "residual_people",
    "residual_people_low",
    "residual_people_high",
    "residual_fte",
    "residual_fte_low",
    "residual_fte_high",
    "residual_status",
    "residual_is_maximum",
    "unmet_share",
)


def capacity(
    quarters: pd.DataFrame, served: pd.DataFrame, known: pd.Series, parameters: Parameters
) -> pd.DataFrame:
    """Columns ``CAPACITY_COLUMNS`` on the index of ``quarters`` (code_qp, population).

    ``served`` is the table of ``served_quarters``; ``known`` is False for a QPV of which nobody
    said who works there (``geo.completeness``): its capacity is missing, its state « inconnu »
    and its residual need a maximum, the whole need. A known QPV that nobody serves has 0 FTE.
    Covered is the strict rule: a weekly permanence and few enough inhabitants for one FTE
    (METHODS section 3); the hours that are known must suffice by themselves.
    """
    codes, population = quarters["code_qp"], quarters["population"].astype("float64")
    people = population * parameters.need_rate_per_year
    fte, least = _fte_by_quarter(codes, served)
    present, weekly, estimated = _presence(codes, served)
    enough = population <= least * parameters.max_inhabitants_per_fte
    state = np.select(
        [~known, present & weekly & enough & (least > 0), present],
        [UNKNOWN, COVERED, PARTIAL],
        NOT_COVERED,
    )
    fte = fte.where(known)
    # Either every kind is known and they sum to the whole, or none is told here.
    parts = _given(served).groupby(["kind", "code_qp"])["fte"].sum().to_dict()
    kinds = {
        name: pd.Series([parts.get((kind, code), 0.0) for code in codes], codes.index).where(
            fte.notna()
        )
        for kind, name in FTE_BY_KIND.items()
    }
    left = _residual(codes, people, served, known, parameters)
    return pd.DataFrame(
        {
            "need_people": people,
            "need_people_status": _status(people, "modelled"),
            "mediation_fte": fte,
            "mediation_status": np.where(
                fte.isna(), "missing", np.where(estimated, "modelled", "observed")
            ),
            **kinds,
            "inhabitants_per_fte": population / fte.where(fte > 0),
            "coverage_state": state,
            "mediation_walk_only": present & ~codes.isin(_given(served)["code_qp"]),
            **{str(name): left[name] for name in left},
        },
        index=quarters.index,
    )[list(CAPACITY_COLUMNS)]


def _residual(
    codes: pd.Series,
    people: pd.Series,
    served: pd.DataFrame,
    known: pd.Series,
    parameters: Parameters,
) -> pd.DataFrame:
    """Served and residual people with their range, on the index of ``codes``.

    The range is that of the people one FTE follows a year; the more each FTE follows, the fewer
    people remain and the fewer posts they need.
    """
    need = pd.Series(people.to_numpy(), index=pd.Index(codes, name="code_qp"))
    per_fte = parameters.people_per_fte
    few, many = parameters.people_per_fte_range
    given = supplies(served)
    followed, at_most, at_least = (
        served_people(need, given, rate).set_axis(codes.index)
        for rate in (per_fte, max(many, per_fte), min(few, per_fte))
    )
    unsure = codes.isin(given.unsure)
    unserved, lowest, highest = people - followed, people - at_most, people - at_least
    reached = followed > 0
    # Without a known population a QPV with no mediator at all still has its whole need unmet.
    hoped_for = codes.isin(served.loc[served["post_fte"] > 0, "code_qp"])
    unmet = (unserved / people.where(people > 0)).mask(~reached & ~hoped_for, 1.0)
    return pd.DataFrame(
        {
            "served_people": followed.where(known & ~unsure),
            "residual_people": unserved,
            "residual_people_low": lowest,
            "residual_people_high": highest,
            "residual_fte": unserved / per_fte,
            "residual_fte_low": lowest / max(many, per_fte),
            "residual_fte_high": highest / min(few, per_fte),
            "residual_status": _status(unserved, "modelled"),
            "residual_is_maximum": ~known | unsure,
            "unmet_share": unmet,
        }
    )


def _fte_by_quarter(codes: pd.Series, served: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """FTE of each QPV (NaN when a part of it is unknown) and the least it can be.

    A permanence that is only a walk away is not given to the QPV: beside posts that are, it
    leaves their FTE as it is; alone, it leaves the FTE unknown, since people may go there.
    """
    given = _given(served)
    least = codes.map(given.groupby("code_qp")["fte"].sum()).astype("float64").fillna(0.0)
    partly = codes.isin(given.loc[given["fte"].isna(), "code_qp"])
    on_foot_only = codes.isin(served["code_qp"]) & ~codes.isin(given["code_qp"])
    return least.mask(partly | on_foot_only), least


def _given(served: pd.DataFrame) -> pd.DataFrame:
    return served[served["relation"] != "walk"]


def _presence(codes: pd.Series, served: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Some mediator comes; one holds a weekly permanence; some FTE is an estimate."""
    given = served[served["share"].isna() | (served["share"] > 0)]
    return (
        codes.isin(given["code_qp"]),
        codes.isin(given.loc[given["weekly"], "code_qp"]),
        codes.isin(given.loc[given["estimated"], "code_qp"]),
    )


def _status(values: pd.Series, when_known: str) -> Floats:
    return np.where(values.notna(), when_known, "missing")
