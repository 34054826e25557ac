"""A first priority score out of 100, in parts that add up to it, and the rank it gives.

Three blocks: access deficit (percentile rank of low access), need (its components, each with its
share of the block) and mediation gap (percentile rank of the unmet share of need). A missing
block leaves its weight to the others, except need: a QPV of whose people nothing is known is not
ranked on its surroundings. Below a minimum of observed weight there is no score either.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.compare import percentile_ranks
from geo.components import PRIORITY_BLOCKS
from geo.parameters import Parameters
from geo.priority.aggregate import reweighted
from geo.priority.criteria import mediation_gap

# Two scores this close are the same score: only the order of additions tells them apart.
_SCORE_DECIMALS = 9


def priority(
    quarters: pd.DataFrame, components: pd.DataFrame, parameters: Parameters
) -> pd.DataFrame:
    """Columns score, contributions (dict), missing_components (tuple), on the index given.

    Parameters
    ----------
    quarters : code_qp, region, population, access, need_score, unmet_share, mediation_fte.
    components : the long table of ``geo.need`` (contributions within the need score).
    """
    weights = dict(parameters.priority_weights)
    ranked = pd.DataFrame(
        {
            "access_deficit": _rank(quarters, -quarters["access"]),
            "need": quarters["need_score"],
            "mediation_gap": _rank(quarters, mediation_gap(quarters)),
        },
        index=quarters.index,
    )
    blocks = [name for name in PRIORITY_BLOCKS if weights.get(name, 0) > 0]
    used, _ = reweighted(
        ranked[blocks].to_numpy(float),
        np.array([weights[name] for name in blocks]),
        required=np.array([name == "need" for name in blocks]),
        min_observed=parameters.min_observed_weight,
    )
    enough = pd.Series(used.sum(axis=1) > 0, index=quarters.index)
    effective = pd.DataFrame(used, index=quarters.index, columns=blocks)
    parts = effective * ranked[blocks].fillna(0.0)
    parts.loc[~enough] = np.nan
    contributions = _contributions(quarters["code_qp"], parts, effective, components)
    return pd.DataFrame(
        {
            "score": parts.sum(axis=1).where(enough),
            "contributions": pd.Series(contributions, index=quarters.index, dtype="object"),
            "missing_components": pd.Series(
                _missing(quarters["code_qp"], ranked[blocks], components),
                index=quarters.index,
                dtype="object",
            ),
        },
        index=quarters.index,
    )


def ranks(quarters: pd.DataFrame) -> pd.Series:
    """Rank 1 for the highest score; ties by larger population, then by code; <NA> without score."""
    order = quarters.assign(
        score=quarters["score"].round(_SCORE_DECIMALS),
        population=quarters["population"].fillna(-1.0),
    ).sort_values(["score", "population", "code_qp"], ascending=[False, False, True])
    scored = order.index[order["score"].notna()]
    places = pd.Series(pd.NA, index=quarters.index, dtype="Int64")
    places.loc[scored] = np.arange(1, len(scored) + 1)
    return places


def _rank(quarters: pd.DataFrame, values: pd.Series) -> pd.Series:
    return percentile_ranks(values, quarters["population"], quarters["region"])


def _contributions(
    codes: pd.Series, parts: pd.DataFrame, effective: pd.DataFrame, components: pd.DataFrame
) -> list[dict[str, float]]:
    """One dict per QPV: the blocks, the need block being told component by component."""
    by_code = components.dropna(subset="contribution").groupby("code_qp")
    within = {
        str(code): dict(zip(rows["component"], rows["contribution"].astype(float), strict=True))
        for code, rows in by_code
    }
    told = []
    rows = zip(codes, parts.to_dict("records"), effective.to_dict("records"), strict=True)
    for code, part, weight in rows:
        entry: dict[str, float] = {}
        for block, value in part.items():
            if block == "need" and weight[block] > 0:
                inside = within.get(str(code), {})
                entry |= {name: points * weight[block] for name, points in inside.items()}
            elif weight[block] > 0:
                entry[str(block)] = float(value)
        told.append(entry)
    return told


def _missing(
    codes: pd.Series, ranked: pd.DataFrame, components: pd.DataFrame
) -> list[tuple[str, ...]]:
    absent = components[components["percentile"].isna()].groupby("code_qp")["component"].agg(tuple)
    told = []
    for code, blocks in zip(codes, ranked.isna().to_dict("records"), strict=True):
        names: list[str] = []
        for block, is_missing in blocks.items():
            if block == "need":
                names += absent.get(code, ())
            elif is_missing:
                names.append(str(block))
        told.append(tuple(names))
    return told
