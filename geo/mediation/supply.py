"""Who works where: posts at a date, their FTE, and the QPV that each of them reaches."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.schema import MEDIATION_KINDS

PERMANENCE = MEDIATION_KINDS[0]
_MINUTES = r"^(\d{1,2}):(\d{2})$"


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


def post_fte(posts: pd.DataFrame, full_week_hours: float) -> pd.Series:
    """FTE of each post, NaN unknown: as written, else its hours a week over a full week.

    Hours not written are those of the timetable, weekdays × (end − start): one day of 7 hours
    is 0.2 FTE of 35 hours (METHODS section 3).
    """
    written = posts["fte"].where(posts["fte_status"] == "observed")
    hours = posts["hours_per_week"].fillna(_timetable_hours(posts))
    computed: pd.Series = written.fillna(hours / full_week_hours).fillna(posts["fte"])
    return computed.astype("float64")


def served_quarters(
    posts: pd.DataFrame, shares: pd.DataFrame, placed: pd.DataFrame, full_week_hours: float
) -> pd.DataFrame:
    """Who reaches which QPV, one row a pair (post, QPV).

    A post that names QPV reaches those, and no other: their shares are its timetable, and
    ``fte`` is share × FTE of the post (unknown while the shares are). A share left empty is 1 for
    a post with a single QPV. A post that names none reaches the QPV it is held in and, when it is
    a permanence, where people come, the QPV within a walk of it; how it divides its time between
    them, and with people of elsewhere, is unknown.

    Parameters
    ----------
    posts : mediation table (active posts of the user).
    shares : mediation_qpv table.
    placed : mediation_id, code_qp, relation (inside, walk …) of posts near QPV (``near_posts``).

    Returns
    -------
    mediation_id, code_qp, share, relation (served, inside, walk), fte (of the pair, NaN unknown),
    post_fte (of the whole post, NaN unknown), kind, weekly (a permanence with a known timetable),
    estimated (the FTE was not written as such).
    """
    known = shares[shares["mediation_id"].isin(posts["mediation_id"])]
    alone = known.groupby("mediation_id")["code_qp"].transform("size") == 1
    known = known.assign(
        share=known["share"].where(known["share"].notna() | ~alone, 1.0), relation="served"
    )
    on_foot = posts.loc[posts["kind"] == PERMANENCE, "mediation_id"]
    reached = (placed["relation"] == "inside") | (
        (placed["relation"] == "walk") & placed["mediation_id"].isin(on_foot)
    )
    near = placed[
        reached
        & placed["mediation_id"].isin(posts["mediation_id"])
        & ~placed["mediation_id"].isin(known["mediation_id"])
    ].assign(share=np.nan)
    columns = ["mediation_id", "code_qp", "share", "relation"]
    served = pd.concat([known[columns], near[columns]], ignore_index=True)
    facts = posts.set_index("mediation_id")
    whole = post_fte(posts, full_week_hours).set_axis(facts.index)
    served["post_fte"] = served["mediation_id"].map(whole).astype("float64")
    # A share of 0 is nothing, even of a post whose hours are unknown.
    served["fte"] = (served["share"] * served["post_fte"]).mask(served["share"] == 0, 0.0)
    served["kind"] = served["mediation_id"].map(facts["kind"]).astype("str")
    timed = (facts["weekdays"] != "") | (facts["hours_per_week"] > 0)
    weekly = served["mediation_id"].map((facts["kind"] == PERMANENCE) & timed)
    measured = served["mediation_id"].map(
        facts["fte"].notna() & (facts["fte_status"] == "observed")
    )
    return served.assign(weekly=weekly.astype("bool"), estimated=~measured.astype("bool"))


def described(served: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """``served`` with what its posts say of themselves, sorted by QPV then post.

    Adds structure, convention_start, convention_end ('' unknown), people_per_year (NaN) and
    people_status.
    """
    facts = posts.set_index("mediation_id")
    added = {
        name: served["mediation_id"].map(facts[name]).astype(facts[name].dtype)
        for name in (
            "structure",
            "convention_start",
            "convention_end",
            "people_per_year",
            "people_status",
        )
    }
    return served.assign(**added).sort_values(["code_qp", "mediation_id"], ignore_index=True)


def _timetable_hours(posts: pd.DataFrame) -> pd.Series:
    """Hours a week of the weekdays and times written, NaN when one of the three is unknown."""
    days = posts["weekdays"].str.split(";").map(lambda names: sum(map(bool, names)))
    hours = (_minutes(posts["ends_at"]) - _minutes(posts["starts_at"])) / 60
    timetable: pd.Series = (days * hours).where((days > 0) & (hours > 0))
    return timetable


def _minutes(clock: pd.Series) -> pd.Series:
    parts = clock.str.extract(_MINUTES).astype("float64")
    minutes: pd.Series = parts[0] * 60 + parts[1]
    return minutes
