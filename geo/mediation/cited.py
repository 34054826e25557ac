"""Schemes that a public source cites in a commune: told wherever mediation is, never counted."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.territory import parent_commune

if TYPE_CHECKING:
    from geo.schema import Layers


def cited_schemes(layers: Layers, communes: Collection[str]) -> tuple[str, ...]:
    """One sentence for each packaged scheme of these communes, in the order of the table.

    A packaged scheme names no quarter and no working time: it stays out of every figure.
    """
    return tuple(_sentence(post) for _, post in _cited(layers, communes).iterrows())


def cited_for_quarter(layers: Layers, row: pd.Series[Any]) -> tuple[str, ...]:
    """The same for a row of ``Analysis.qpv``: the schemes cited in its communes."""
    return cited_schemes(layers, str(row["communes"]).split(";"))


def cited_in_short(layers: Layers, row: pd.Series[Any]) -> str:
    """How many and of which years: ``un dispositif est cité … (2017)``; "" when none."""
    found = _cited(layers, str(row["communes"]).split(";"))
    if found.empty:
        return ""
    many = len(found) > 1
    what = (
        f"{len(found)} dispositifs sont cités dans la commune"
        if many
        else "un dispositif est cité dans la commune"
    )
    return f"{what} ({', '.join(sorted(set(found['vintage'])))}), sans quartier"


def _cited(layers: Layers, communes: Collection[str]) -> pd.DataFrame:
    posts = layers["mediation"]
    own = {parent_commune(code) for code in communes if code}
    here = (posts["origin"] == "packaged") & posts["commune"].map(parent_commune).isin(own)
    return posts[here]


def _sentence(post: pd.Series[Any]) -> str:
    year = str(post["vintage"])
    source = str(post["source_label"]).removesuffix(f" ({year})")
    about = [str(post["structure"]) or "structure non précisée", year, f"source : {source}"]
    told = ", ".join(part for part in about if part)
    return (
        f"Un dispositif est cité dans la commune ({told}), sans quartier ni temps de travail : "
        "il ne compte pas dans les chiffres."
    )
