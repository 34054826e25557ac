"""Residual need: the people to follow minus those that the posts in reach can follow.

What « in reach » means: a share that is stated is a timetable, hours spent in that QPV, which
serve nobody elsewhere (METHODS section 3: FTE of post m in QPV q = share × hours / 35); when that
QPV needs fewer people than those hours allow, the rest is capacity left unused. Only a post whose
division is not stated is divided by the calculation (``geo.mediation.flow``), among the QPV that
it names, or that it is held in or, for a permanence, that are within a walk of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from geo.mediation.flow import allocate


@dataclass(frozen=True)
class Supplies:
    """What can be shared out: a stated share is a supply of its own, the rest of a post is one.

    ``fte`` by supply (known ones), ``arcs`` the pairs (supply, code_qp), ``post_of`` the post of
    each supply, ``unsure`` the QPV that some post of unknown hours reaches.
    """

    fte: dict[str, float]
    arcs: list[tuple[str, str]]
    post_of: dict[str, str]
    unsure: frozenset[str]


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
    given = supplies(served)
    flows = _flows(need, given, people_per_fte)
    sent = pd.DataFrame(
        [(given.post_of[supply], code, people) for (supply, code), people in flows.items()],
        columns=["mediation_id", "code_qp", "people"],
    ).astype({"mediation_id": "str", "code_qp": "str", "people": "float64"})
    people = served_people(need, given, people_per_fte)
    quarters = pd.DataFrame(
        {
            "need_people": need,
            "served_people": people,
            "residual_people": need - people,
            "lower_bound": need.index.isin(given.unsure),
        }
    )
    whole = served.groupby("mediation_id")["post_fte"].first() * people_per_fte
    used = sent.groupby("mediation_id")["people"].sum().reindex(whole.index).fillna(0.0)
    posts = pd.DataFrame({"capacity_people": whole, "used_people": used})
    return Residual(quarters, sent, posts)


def served_people(need: pd.Series, given: Supplies, people_per_fte: float) -> pd.Series:
    """People served by code_qp, on the index of ``need`` (NaN where the need is)."""
    received: dict[str, float] = defaultdict(float)
    for (_, code), sent in _flows(need, given, people_per_fte).items():
        received[code] += sent
    people = [received.get(str(code), 0.0) for code in need.index]
    return pd.Series(people, index=need.index, dtype="float64").clip(upper=need).where(need.notna())


def supplies(served: pd.DataFrame) -> Supplies:
    """The supplies of the pairs of ``served`` (table of ``served_quarters``)."""
    told: dict[str, float] = defaultdict(float)
    rows = list(zip(*(served[name] for name in _READ), strict=True))
    for post, _, share, _, _ in rows:
        told[post] += share if share == share else 0.0
    fte: dict[str, float] = {}
    post_of: dict[str, str] = {}
    arcs, unsure = [], set()
    for post, code, share, part, whole in rows:
        stated = share == share
        supply = f"{post}{_JOIN}{code}" if stated else post
        capacity = part if stated else max(0.0, 1 - told[post]) * whole
        if capacity == capacity:
            fte[supply], post_of[supply] = capacity, post
            arcs.append((supply, code))
        else:
            unsure.add(code)
    return Supplies(fte, arcs, post_of, frozenset(unsure))


_READ = ("mediation_id", "code_qp", "share", "fte", "post_fte")
_JOIN = "\x1f"


def _flows(need: pd.Series, given: Supplies, people_per_fte: float) -> dict[tuple[str, str], float]:
    known = {str(code): float(people) for code, people in need.items() if people == people}
    capacity = {supply: fte * people_per_fte for supply, fte in given.fte.items()}
    return allocate(known, capacity, given.arcs)
