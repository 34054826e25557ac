"""Which QPV the user's own files speak of: the others are unknown, never without a mediator.

A file of three lines says where three people work, not that nobody works elsewhere. A QPV is known
when an active post names it or is held in it, or when a file declares itself complete for a
territory that holds it (column ``complete_for``): unnamed there, it has 0 FTE, observed.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo.measure import PLACED_PRECISIONS
from geo.territory import parent_commune

_COLUMN_OF = {"dep": "departement", "region": "region", "epci": "epci", "qpv": "code_qp"}


def known_quarters(
    quarters: pd.DataFrame,
    communes: pd.Series,
    posts: pd.DataFrame,
    vague: pd.DataFrame,
    served: pd.DataFrame,
) -> pd.Series:
    """True for each QPV whose mediation the files tell, on the index of ``quarters``.

    Parameters
    ----------
    quarters : code_qp, departement, region, epci.
    communes : tuples of commune codes of each QPV, on the same index.
    posts : all posts of the user's files. One whose convention is over no longer serves, but
        what it declares of its file still holds.
    vague : the active posts that may serve any QPV of their commune (``vague_posts``): there the
        QPV that nobody names stay unknown, even in a file declared complete.
    served : who serves which QPV (``geo.mediation.served_quarters``).
    """
    named = quarters["code_qp"].isin(served["code_qp"])
    unsure = set(vague["commune"]) - {""}
    doubtful = communes.map(lambda own: bool(unsure.intersection(own))).astype("bool")
    return named | (declared_complete(quarters, communes, posts) & ~doubtful)


def declared_complete(
    quarters: pd.DataFrame, communes: pd.Series, posts: pd.DataFrame
) -> pd.Series:
    """True for each QPV held in a territory for which some file says that it is complete.

    A QPV that lies over several communes needs all of them (a whole city stands for its
    arrondissements); département, region and EPCI are those of the QPV table.
    """
    # A territory built before this column existed declares nothing.
    texts = posts["complete_for"] if "complete_for" in posts else pd.Series(dtype="str")
    codes: dict[str, set[str]] = {}
    for item in {item for text in texts for item in text.split(";") if item}:
        kind, code = item.split(":", 1)
        codes.setdefault(kind, set()).add(code)
    complete = pd.Series(False, index=quarters.index)
    for kind, column in _COLUMN_OF.items():
        complete |= quarters[column].isin(codes.get(kind, set()))
    whole = codes.get("commune", set())
    return complete | communes.map(lambda own: _all_within(own, whole)).astype("bool")


def user_posts(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts of the files that users brought; packaged schemes say nothing of who works where."""
    return posts[posts["origin"] == "user"]


def vague_posts(posts: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Posts that name no QPV and are known by their commune only: they may serve any of its QPV."""
    named = posts["mediation_id"].isin(shares["mediation_id"])
    placed = posts["precision"].isin(PLACED_PRECISIONS)
    return posts[~named & ~placed & ~serves_no_quarter(posts)]


def serves_no_quarter(posts: pd.DataFrame) -> pd.Series:
    """True for each post that says it serves a « veille active » or rural territory, not a QPV."""
    # A territory built before this column existed says nothing of it.
    if "territory_kind" not in posts:
        return pd.Series(False, index=posts.index)
    return ~posts["territory_kind"].isin(("", "qpv"))


def _all_within(own: Iterable[str], whole: set[str]) -> bool:
    """Every commune is declared, itself or by its city, or by the arrondissement of the QPV."""
    codes = list(own)
    cities = {parent_commune(code) for code in codes}
    declared = {parent_commune(code) for code in codes if code in whole}
    return bool(cities) and cities <= declared
