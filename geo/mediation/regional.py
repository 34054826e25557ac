"""The network of mediation in a territory: who works where, with whom, paid by whom, seen how."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.completeness import user_posts
from geo.mediation.brought import brought_to_funders, listed_once
from geo.mediation.funding import UNSTATED, cost_split
from geo.mediation.plain import plain
from geo.mediation.reach import near_posts
from geo.mediation.supply import active_posts, post_fte, served_quarters
from geo.parameters import Parameters
from geo.schema import Layers
from geo.territory import departement_of_commune, departement_of_qpv


@dataclass(frozen=True)
class Network:
    """The posts active at the date of the parameters, as tables (one idea each).

    ``work``: structure, code_qp ('' when only the commune is known), commune, departement, kinds,
    posts, fte (what is known), fte_is_minimum, relation (served, inside, walk, commune),
    territory_kinds (qpv, veille active, rural; empty when not stated).
    ``partners``: structure, partner, shared_quarters, shared_places, shared_exchanges (tuples).
    ``funding``: by département and structure, ``by_departement``: by département, and ``funders``:
    over the territory; see ``geo.mediation.funding``. ``brought``: what each structure does with
    the money of each funder, by département; see ``geo.mediation.brought``. ``visibility`` and
    ``exchanges``: structure, means or exchange (« non précisé » when the file says nothing), posts.
    """

    work: pd.DataFrame
    partners: pd.DataFrame
    funding: pd.DataFrame
    by_departement: pd.DataFrame
    funders: pd.DataFrame
    visibility: pd.DataFrame
    exchanges: pd.DataFrame
    brought: pd.DataFrame


def network(layers: Layers, parameters: Parameters) -> Network:
    """Read the network off the user's posts that reach a QPV of the territory or lie in it."""
    active = active_posts(user_posts(layers.geo("mediation")), parameters.as_of)
    quarters = layers.geo("qpv")
    own = quarters[(quarters["scope"] == "territory") & (quarters["perimeter"] == "2024")]
    own = own.reset_index(drop=True)
    shares = layers["mediation_qpv"]
    pairs = served_quarters(
        active, shares, near_posts(own, active, shares, parameters), parameters.full_week_hours
    )
    pairs = pairs[pairs["code_qp"].isin(own["code_qp"])]
    posts = pd.DataFrame(active).assign(post_fte=post_fte(active, parameters.full_week_hours))
    posts = posts.assign(departement=_departements(posts, pairs))
    if "exchanges" not in posts:  # a territory built before this column says nothing of them
        posts = posts.assign(exchanges="")
    posts = posts.assign(territory_kind=_territory_kinds(posts, shares))
    places = layers["communes"]
    inside = posts["commune"].isin(places.loc[places["scope"] == "territory", "code"])
    posts = posts[posts["mediation_id"].isin(pairs["mediation_id"]) | inside]
    work = _work(posts, pairs)
    funders = layers["mediation_funders"]
    return Network(
        work=work,
        partners=_partners(posts, pairs),
        funding=cost_split(posts, funders, by=("departement", "structure")),
        by_departement=cost_split(posts, funders, by=("departement",)),
        funders=cost_split(posts, funders).iloc[: None if len(posts) else 0],
        visibility=_told(posts, "visibility", "means"),
        exchanges=_told(posts, "exchanges", "exchange"),
        brought=brought_to_funders(posts, pairs, funders, parameters.full_week_hours),
    )


def to_record(found: Network) -> dict[str, Any]:
    """The tables as lists of plain values for JSON: None for what is unknown."""
    return {
        name: [plain(row) for row in getattr(found, name).to_dict("records")]
        for name in found.__dataclass_fields__
    }


def _departements(posts: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """That of the commune, else of the first QPV reached; '' when neither is known."""
    first = dict(
        pairs.sort_values("code_qp", ascending=False)[["mediation_id", "code_qp"]].to_numpy()
    )
    told = [
        departement_of_commune(commune)
        if commune
        else departement_of_qpv(first[post])
        if post in first
        else ""
        for post, commune in zip(posts["mediation_id"], posts["commune"], strict=True)
    ]
    return pd.Series(told, index=posts.index, dtype="str")


def _work(posts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    known = pairs[["mediation_id", "code_qp", "fte", "relation"]]
    vague = posts[~posts["mediation_id"].isin(pairs["mediation_id"])]
    vague = pd.DataFrame(
        {
            "mediation_id": vague["mediation_id"],
            "code_qp": "",
            "fte": vague["post_fte"],
            "relation": "commune",
        }
    )
    facts = posts[["mediation_id", "structure", "commune", "departement", "kind", "territory_kind"]]
    rows = pd.concat([known, vague], ignore_index=True).merge(facts, on="mediation_id")
    # A post may serve QPV of several communes: its own commune says where it is, when no QPV does.
    rows["commune"] = rows["commune"].where(rows["code_qp"] == "", "")
    keys = ["structure", "code_qp", "commune", "departement"]
    found = rows.groupby(keys, as_index=False).agg(
        kinds=("kind", listed_once),
        posts=("mediation_id", "nunique"),
        fte=("fte", lambda parts: parts.sum(min_count=1)),
        fte_is_minimum=("fte", lambda parts: bool(parts.isna().any())),
        relation=("relation", "min"),
        territory_kinds=("territory_kind", listed_once),
    )
    return found.sort_values(keys, ignore_index=True)


def _territory_kinds(posts: pd.DataFrame, shares: pd.DataFrame) -> pd.Series:
    """As the file says; a post that names QPV says so by that; '' when nothing is said."""
    named = posts["mediation_id"].isin(shares["mediation_id"])
    told = pd.Series("qpv", index=posts.index).where(named, "")
    # A territory built before this column existed says nothing of it.
    written = posts.get("territory_kind", "")
    return told.mask(told == "", written)


def _partners(posts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of structures (in alphabetical order) that share a QPV, a host place or an exchange."""
    structure = posts.set_index("mediation_id")["structure"]
    places = posts["host_place"].str.casefold().str.split().str.join(" ")
    shared = {
        "shared_quarters": _sets(pairs["mediation_id"].map(structure), pairs["code_qp"]),
        "shared_places": _sets(
            posts["structure"],
            (places + " (" + posts["commune"] + ")").where(places != "", ""),
        ),
        "shared_exchanges": _sets(
            *(_exploded(posts, "exchanges")[name] for name in ("structure", "exchanges"))
        ),
    }
    rows = []
    for first, second in itertools.combinations(sorted(set(posts["structure"])), 2):
        both = {
            name: tuple(sorted(held.get(first, set()) & held.get(second, set())))
            for name, held in shared.items()
        }
        if any(both.values()):
            rows.append({"structure": first, "partner": second, **both})
    return pd.DataFrame(rows, columns=["structure", "partner", *shared])


def _sets(structures: pd.Series, held: pd.Series) -> dict[str, set[str]]:
    """What each structure holds, empty texts left out."""
    found: dict[str, set[str]] = {}
    for structure, item in zip(structures, held, strict=True):
        if item:
            found.setdefault(str(structure), set()).add(str(item))
    return found


def _exploded(posts: pd.DataFrame, column: str) -> pd.DataFrame:
    return posts.assign(**{column: posts[column].str.split(";")}).explode(column)


def _told(posts: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    """How many posts of each structure say each item of a list; those that say none, apart."""
    rows = _exploded(posts, column)
    rows[name] = rows[column].where(rows[column] != "", UNSTATED)
    counts = rows.groupby(["structure", name])["mediation_id"].nunique()
    return counts.rename("posts").reset_index()
