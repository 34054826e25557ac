"""Who is counted with whom: a post belongs to one structure, one group of QPV, one département.

A post that serves several QPV is not divided between them: nobody counted it so. Its group is the
set of QPV it served over the period.
"""

from __future__ import annotations

import pandas as pd

from geo.monitoring.counters import months_between
from geo.schema import Layers
from geo.territory import departement_of_commune

LEVELS = ("territoire", "departement", "structure", "quartiers", "poste")
WHOLE = "ensemble"


def units_of_posts(lines: pd.DataFrame) -> pd.DataFrame:
    """Post by post (index): its unit at each of ``LEVELS``."""
    posts = lines.groupby("post", sort=True)
    return pd.DataFrame(
        {
            "territoire": WHOLE,
            "departement": posts["departement"].agg(_joined),
            "structure": posts["structure"].first(),
            "quartiers": posts["qpv"].agg(_joined),
            "poste": pd.Series({post: post for post in posts.groups}),
        }
    )


def expected_months(lines: pd.DataFrame, last: str) -> pd.DataFrame:
    """(post, month, told): every month from a post's first line to ``last``, and whether told.

    A month without a line is missing, never zero.
    """
    told = set(zip(lines["post"], lines["month"], strict=True))
    rows = [
        (post, month, (post, month) in told)
        for post, first in lines.groupby("post", sort=True)["month"].min().items()
        for month in months_between(str(first), last)
    ]
    return pd.DataFrame(rows, columns=["post", "month", "told"])


def places_of(layers: Layers) -> tuple[frozenset[str], frozenset[str]]:
    """The 2024 QPV of a built territory, and the départements that its communes are of."""
    quarters, communes = layers["qpv"], layers["communes"]
    here = (quarters["scope"] == "territory") & (quarters["perimeter"] == "2024")
    inside = communes.loc[communes["scope"] == "territory", "code"]
    return (
        frozenset(quarters.loc[here, "code_qp"]),
        frozenset(inside.map(departement_of_commune)),
    )


def _joined(values: pd.Series) -> str:
    """Every code met over the months, sorted, once."""
    return ";".join(sorted({code for value in values for code in value.split(";") if code}))
