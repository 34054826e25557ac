"""What a structure brings to the territory of each of its funders: places, people, time, share."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo.mediation.funding import UNSTATED, cost_split

_COLUMNS = (
    "quarters", "communes", "territory_kinds", "posts", "fte", "hours_per_week", "fte_is_minimum",
    "fte_paid", "share", "share_status",
)  # fmt: skip
_BY = ["departement", "structure", "funder"]


def brought_to_funders(
    posts: pd.DataFrame, pairs: pd.DataFrame, funders: pd.DataFrame, full_week_hours: float
) -> pd.DataFrame:
    """One row per département, structure and funder.

    No file says how far the territory of a funder goes: it is read as that of the posts the
    funder pays in one département. Time is that of these posts whole (``fte``,
    ``hours_per_week``, at least so much when ``fte_is_minimum``), and the part paid by the funder
    alone (``fte_paid``, NaN when a share is not stated): only the latter adds up over funders.

    Parameters
    ----------
    posts : mediation_id, structure, commune, departement, territory_kind, post_fte.
    pairs : who reaches which QPV (``served_quarters``).
    funders : mediation_funders table.

    Returns
    -------
    departement, structure, funder (« non précisé » for what no file states), quarters and
    communes (codes), territory_kinds, posts, the times above, share (of the cost of the structure
    in the département) and share_status, as in ``cost_split``.
    """
    paid = _paid(posts, funders).merge(posts, on="mediation_id")
    reached = pairs.groupby("mediation_id")["code_qp"].agg(tuple)
    paid["quarters"] = paid["mediation_id"].map(reached)
    paid["fte_paid"] = paid["part"] * paid["post_fte"]
    rows = [
        {**dict(zip(_BY, key, strict=True)), **_row(own, full_week_hours)}
        for key, own in paid.groupby(_BY)
    ]
    table = pd.DataFrame(rows, columns=[*_BY, *_COLUMNS[:-2]])
    split = cost_split(posts, funders, by=_BY[:2])[[*_BY, "share", "share_status"]]
    return table.merge(split, on=_BY, how="left").sort_values(_BY, ignore_index=True)


def listed_once(texts: Iterable[str]) -> tuple[str, ...]:
    """The different texts, in order, empty ones left out."""
    return tuple(sorted({text for text in texts if text}))


def _paid(posts: pd.DataFrame, funders: pd.DataFrame) -> pd.DataFrame:
    """mediation_id, funder, part: what the file states, then what it leaves without a funder."""
    stated = funders[funders["mediation_id"].isin(posts["mediation_id"])]
    total = stated.groupby("mediation_id")["share"].sum()
    rest = 1 - posts["mediation_id"].map(total).fillna(0.0).astype("float64")
    # A rounding of shares is not a part that nobody stated.
    lacking = posts.loc[rest > 1e-9, "mediation_id"]
    unstated = pd.DataFrame(
        {"mediation_id": lacking, "funder": UNSTATED, "part": rest[rest > 1e-9]}
    )
    kept = stated.rename(columns={"share": "part"})[["mediation_id", "funder", "part"]]
    return pd.concat([kept, unstated], ignore_index=True)


def _row(own: pd.DataFrame, full_week_hours: float) -> dict[str, object]:
    once = own.drop_duplicates("mediation_id")
    fte = float(once["post_fte"].sum(min_count=1))
    return {
        "quarters": listed_once(code for codes in once["quarters"].dropna() for code in codes),
        "communes": listed_once(once["commune"]),
        "territory_kinds": listed_once(once["territory_kind"]),
        "posts": len(once),
        "fte": fte,
        "hours_per_week": fte * full_week_hours,
        "fte_is_minimum": bool(once["post_fte"].isna().any()),
        "fte_paid": float(own["fte_paid"].sum(skipna=False)),
    }
