"""Mediation capacity of each QPV, its coverage state and what need remains.

Only the user's own files say who works where, and only for the QPV they speak of (see
``geo.completeness``): elsewhere capacity is unknown, never 0. Known
schemes packaged with the project are shown, but do not stand in for that file. A post given to
several QPV is split by its shares, so that the same hours never serve twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.measure import Floats
from geo.parameters import Parameters

COVERAGE_STATES = ("couvert", "présence partielle", "non couvert", "inconnu")
CAPACITY_COLUMNS = (
    "need_people",
    "need_people_status",
    "mediation_fte",
    "mediation_status",
    "inhabitants_per_fte",
    "coverage_state",
    "served_people",
    "residual_people",
    "residual_fte",
    "residual_status",
    "unmet_share",
)


@dataclass(frozen=True)
class Coverage:
    """Both coverage figures of a territory, always shown together.

    ``qpv_share`` is the share of QPV with at least one mediator, ``inhabitants_share`` the share
    of their inhabitants; both over the QPV whose state is known. NaN when none is known. Unknown
    QPV and QPV without a known population are counted apart, never as uncovered.
    """

    qpv_total: int
    qpv_known: int
    qpv_with_mediator: int
    qpv_unknown: int
    qpv_share: float
    inhabitants_known: float
    inhabitants_with_mediator: float
    inhabitants_share: float
    qpv_without_population: int
    states: dict[str, int]


def active_posts(posts: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Posts whose convention runs at a date; no clock is read.

    With ``as_of`` (YYYY-MM-DD), a post whose convention has ended or not begun by then is left
    out. With ``""``, each post is judged on the year its own line speaks of (``vintage``). An
    unknown date never leaves a post out.
    """
    year = posts["vintage"].str.extract(r"((?:19|20)\d{2})", expand=False)
    first = year.fillna("") + "-01-01" if not as_of else pd.Series(as_of, index=posts.index)
    last = year.fillna("") + "-12-31" if not as_of else first
    judged = year.notna() | bool(as_of)
    ended = (posts["convention_end"] != "") & (posts["convention_end"] < first)
    future = (posts["convention_start"] != "") & (posts["convention_start"] > last)
    return posts[~(judged & (ended | future))]


def served_quarters(
    posts: pd.DataFrame, shares: pd.DataFrame, placed: pd.DataFrame, full_week_hours: float
) -> pd.DataFrame:
    """Who serves which QPV: mediation_id, code_qp, share, fte (NaN unknown), weekly, estimated.

    Parameters
    ----------
    posts : mediation table (active posts of the user).
    shares : mediation_qpv table. A share left empty is 1 for a post with a single QPV.
    placed : mediation_in_qpv rows; a post that names no QPV serves the one it is held in, for an
        unknown share.
    """
    known = shares[shares["mediation_id"].isin(posts["mediation_id"])]
    alone = known.groupby("mediation_id")["code_qp"].transform("size") == 1
    known = known.assign(share=known["share"].where(known["share"].notna() | ~alone, 1.0))
    inside = placed[
        (placed["relation"] == "inside")
        & placed["mediation_id"].isin(posts["mediation_id"])
        & ~placed["mediation_id"].isin(known["mediation_id"])
    ][["mediation_id", "code_qp"]].assign(share=np.nan)
    served = pd.concat([known[["mediation_id", "code_qp", "share"]], inside], ignore_index=True)
    facts = posts.set_index("mediation_id")
    fte = facts["fte"].fillna(facts["hours_per_week"] / full_week_hours)
    timed = (facts["weekdays"] != "") | (facts["hours_per_week"] > 0)
    served["fte"] = served["share"] * served["mediation_id"].map(fte).astype("float64")
    # A share of 0 is nothing, even of a post whose hours are unknown.
    served.loc[served["share"] == 0, "fte"] = 0.0
    weekly = served["mediation_id"].map((facts["kind"] == "permanence") & timed)
    measured = served["mediation_id"].map(
        facts["fte"].notna() & (facts["fte_status"] == "observed")
    )
    return served.assign(weekly=weekly.astype("bool"), estimated=~measured.astype("bool"))


def capacity(
    quarters: pd.DataFrame, served: pd.DataFrame, known: pd.Series, parameters: Parameters
) -> pd.DataFrame:
    """Columns ``CAPACITY_COLUMNS`` on the index of ``quarters`` (code_qp, population).

    ``served`` is the table of ``served_quarters``; ``known`` is False for a QPV of which nobody
    said who works there (``geo.completeness``): its capacity is missing, its state « inconnu »
    and its residual need a maximum, the whole need. A known QPV that nobody serves has 0 FTE.
    """
    population = quarters["population"].astype("float64")
    people = population * parameters.need_rate_per_year
    fte, minimum_fte = _fte_by_quarter(quarters["code_qp"], served)
    fte = fte.where(known)
    present, weekly, estimated = _presence(quarters["code_qp"], served)
    inhabitants_per_fte = population / fte.where(fte > 0)
    enough = inhabitants_per_fte <= parameters.max_inhabitants_per_fte
    state = np.select(
        [~known, present & weekly & enough, present],
        ["inconnu", "couvert", "présence partielle"],
        "non couvert",
    )
    reachable = minimum_fte.fillna(0.0) * parameters.people_per_fte
    at_least_served = reachable.where(reachable < people, people)
    residual = people - at_least_served
    # Without a known population a QPV with no mediator at all still has its whole need unmet.
    unmet = (residual / people.where(people > 0)).mask(reachable == 0, 1.0)
    return pd.DataFrame(
        {
            "need_people": people,
            "need_people_status": _status(people, "modelled"),
            "mediation_fte": fte,
            "mediation_status": np.where(
                fte.isna(), "missing", np.where(estimated, "modelled", "observed")
            ),
            "inhabitants_per_fte": inhabitants_per_fte,
            "coverage_state": state,
            "served_people": at_least_served.where(fte.notna()),
            "residual_people": residual,
            "residual_fte": residual / parameters.people_per_fte,
            "residual_status": _status(residual, "modelled"),
            "unmet_share": unmet,
        },
        index=quarters.index,
    )


def coverage(quarters: pd.DataFrame) -> Coverage:
    """The two coverage figures over QPV (coverage_state, population), unknowns counted apart."""
    state = quarters["coverage_state"]
    known = state != "inconnu"
    has_mediator = state.isin(("couvert", "présence partielle"))
    population = quarters["population"].astype("float64")
    inhabitants = float(population[known].sum())
    covered = float(population[has_mediator].sum())
    return Coverage(
        qpv_total=len(quarters),
        qpv_known=int(known.sum()),
        qpv_with_mediator=int(has_mediator.sum()),
        qpv_unknown=int((~known).sum()),
        qpv_share=float(has_mediator.sum() / known.sum()) if known.any() else float("nan"),
        inhabitants_known=inhabitants,
        inhabitants_with_mediator=covered,
        inhabitants_share=covered / inhabitants if inhabitants > 0 else float("nan"),
        qpv_without_population=int((known & population.isna()).sum()),
        states={name: int((state == name).sum()) for name in COVERAGE_STATES},
    )


def _fte_by_quarter(codes: pd.Series, served: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """FTE of each QPV (NaN when a part of it is unknown) and the least it can be."""
    groups = served.groupby("code_qp")["fte"]
    whole = groups.agg(lambda parts: float(parts.sum(skipna=False)))
    fte = codes.map(whole).astype("float64").where(codes.isin(served["code_qp"]), 0.0)
    return fte, codes.map(groups.sum()).astype("float64").fillna(0.0)


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
