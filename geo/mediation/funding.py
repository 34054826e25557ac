"""Who pays: the cost of posts split by funder, what the files do not say kept apart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

UNSTATED = "non précisé"
_SPLIT = ("share", "share_status", "share_is_minimum", "posts", "posts_left_out")


def cost_split(posts: pd.DataFrame, funders: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Share of the cost by funder within each group; the shares of a group sum to 1.

    The cost of a post is taken as proportional to its FTE, since no file gives an amount: a
    group of one post needs no FTE, and one of several where none is known has no share at all.
    Shares that a post does not state go to « non précisé », never to equal parts.

    Parameters
    ----------
    posts : mediation_id, post_fte and the columns of ``by``.
    funders : mediation_funders table (share NaN when not stated).
    by : columns that make a group; none for one group of all posts.

    Returns
    -------
    ``by``, funder, share (NaN unknown), share_status (observed for one post, modelled beyond),
    share_is_minimum (some of its posts do not state its share), posts, posts_left_out (of unknown
    FTE, in no share).
    """
    rows = []
    groups = posts.groupby(list(by)) if by else [((), posts)]
    for key, own in groups:
        weights = own.set_index("mediation_id")["post_fte"].astype("float64")
        if len(weights) == 1:
            weights = weights.notna() * 0.0 + 1.0
        told = dict(zip(by, key, strict=True))
        rows += [{**told, **row} for row in _split(weights, funders)]
    columns = [*by, "funder", *_SPLIT]
    order = [*by, "share", "funder"]
    table = pd.DataFrame(rows, columns=columns)
    ascending = [*([True] * len(by)), False, True]
    return table.sort_values(order, ascending=ascending, ignore_index=True)


def _split(weights: pd.Series, funders: pd.DataFrame) -> list[dict[str, object]]:
    paid = funders[funders["mediation_id"].isin(weights.index)]
    paid = paid.assign(part=paid["share"] * paid["mediation_id"].map(weights).astype("float64"))
    parts = {
        str(funder): (own["part"].sum(min_count=1), len(own), bool(own["share"].isna().any()))
        for funder, own in paid.groupby("funder")
    }
    stated = paid.groupby("mediation_id")["share"].sum().reindex(weights.index).fillna(0.0)
    # A rounding of shares is not a part that nobody stated.
    lacking = (1 - stated).where(stated < 1 - 1e-9, 0.0)
    if (lacking > 0).any():
        rest = (lacking * weights)[lacking > 0].sum(min_count=1)
        parts[UNSTATED] = (rest, int((lacking > 0).sum()), False)
    total = sum(part for part, _, _ in parts.values() if part == part)
    known = "observed" if len(weights) == 1 else "modelled"
    rows = []
    for funder, (part, posts, is_minimum) in parts.items():
        share = part / total if total > 0 else float("nan")
        rows.append(
            {
                "funder": funder,
                "share": share,
                "share_status": known if share == share else "missing",
                "share_is_minimum": is_minimum,
                "posts": posts,
                "posts_left_out": int(weights.isna().sum()),
            }
        )
    return rows
