"""The need score: components in points, weighted, and parts that add up to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.compare import percentile_ranks
from geo.indicators import indicator
from geo.measure import Floats
from geo.need.people import PEOPLE_COLUMNS, people
from geo.need.values import best_rows, component_values, published
from geo.parameters import Parameters
from geo.priority.standardise import standardise
from geo.schema import Layers

COMPONENT_COLUMNS = (
    "code_qp",
    "component",
    "value",
    "unit",
    "status",
    "vintage",
    "perimeter",
    "source_id",
    "carried_from",
    "overlap",
    "remark",
    "percentile",
    "points",
    "weight",
    "contribution",
)


_MEASURES = {"cells": "habitants", "area": "surface"}
UNMEASURED = "non mesuré"


@dataclass(frozen=True)
class Need:
    """``quarters`` (index of the QPV table): need_score, need_status, need_observed_weight,
    need_perimeter (the generations its components were counted on, ``2015;2024``), need_overlap
    (the least overlap of both outlines among components counted in 2015), need_overlap_method,
    and ``PEOPLE_COLUMNS``.

    ``components`` is the long table ``COMPONENT_COLUMNS`` of what weighs in the score: ``weight``
    is the effective weight once missing components are set aside (NaN for these), ``points`` the
    standardised value, ``contribution`` = weight × points, and the contributions of a QPV sum to
    its score (they are NaN when it has none). ``percentile`` is always the rank among the QPV of
    the region. ``others`` has the same columns for the components whose weight is 0.
    """

    quarters: pd.DataFrame
    components: pd.DataFrame
    others: pd.DataFrame


def need(
    layers: Layers,
    communes: pd.Series,
    parameters: Parameters,
    *,
    access: pd.Series | None = None,
    bridge: pd.DataFrame | None = None,
) -> Need:
    """Need score of every QPV of the layers.

    Parameters
    ----------
    communes : tuples of commune codes, in the order of the QPV table.
    access : estimated access to GPs in the same order, for the optional component.
    bridge : table of ``geo.bridge``, for the overlap of figures counted in 2015.
    """
    quarters = layers["qpv"].reset_index(drop=True)
    wanted = {name: weight for name, weight in parameters.need_weights if weight > 0}
    long = component_values(
        layers, communes, access=access, nontakeup=parameters.c2s_nontakeup, bridge=bridge
    )
    long = _standardised(long, quarters, parameters)
    weighs = long["component"].isin(wanted)
    others = long[~weighs].assign(weight=0.0, contribution=0.0).reset_index(drop=True)
    long = score_components(
        long[weighs].reset_index(drop=True), wanted, parameters.min_observed_weight
    )
    by_code = long.groupby("code_qp", sort=False)
    codes = quarters["code_qp"]
    score = by_code["contribution"].sum(min_count=1).reindex(codes).to_numpy(float)
    rows = best_rows(layers)
    claims = published(rows, codes, "c2s_beneficiaries")
    insured = published(rows, codes, "covered_cnam")
    overlap, method = _overlap(long, codes, bridge)
    result = pd.DataFrame(
        {
            "need_score": score,
            "need_status": np.where(np.isnan(score), "missing", "modelled"),
            "need_observed_weight": np.nan_to_num(
                by_code["observed_weight"].first().reindex(codes).to_numpy(float)
            ),
            "need_perimeter": _perimeters(long, codes),
            "need_overlap": overlap,
            "need_overlap_method": method,
        }
    )
    counted = people(quarters["population"].astype("float64"), claims, insured, parameters)
    columns = list(COMPONENT_COLUMNS)
    return Need(
        pd.concat([result, counted[list(PEOPLE_COLUMNS)]], axis=1), long[columns], others[columns]
    )


def _standardised(
    long: pd.DataFrame, quarters: pd.DataFrame, parameters: Parameters
) -> pd.DataFrame:
    facts = quarters.set_index("code_qp")[["population", "region"]]
    population = long["code_qp"].map(facts["population"])
    groups = long["code_qp"].map(facts["region"]) + "/" + long["component"]
    sense = long["component"].map(lambda name: indicator(name).direction)
    turned = long["value"] * sense
    return long.assign(
        percentile=percentile_ranks(turned, population, groups),
        points=standardise(
            turned.to_numpy(float),
            population,
            groups,
            parameters.need_standardisation,
            span=parameters.need_z_span,
        ),
    )


def _perimeters(long: pd.DataFrame, codes: pd.Series) -> list[str]:
    """The perimeters that the components in the score were counted on, by QPV."""
    used = long[(long["weight"] > 0) & (long["perimeter"] != "")]
    told = used.groupby("code_qp")["perimeter"].agg(lambda names: ";".join(sorted(set(names))))
    return [str(name) for name in told.reindex(codes).fillna("")]


def _overlap(
    long: pd.DataFrame, codes: pd.Series, bridge: pd.DataFrame | None
) -> tuple[Floats, list[str]]:
    """The least overlap among the components counted in 2015, and how it was measured."""
    old = long[(long["perimeter"] == "2015") & (long["weight"] > 0)]
    least = old.groupby("code_qp")["overlap"].agg(lambda own: own.min(skipna=False))
    least = least.reindex(codes)
    if bridge is None:
        return least.to_numpy(float), [""] * len(codes)
    pairs = bridge[(bridge["kind"] == "paire") & bridge["overlap"].notna()]
    method = pairs.drop_duplicates("code_2024").set_index("code_2024")["method"]
    told = codes.map(method).map(_MEASURES).fillna("").to_numpy()
    blind = codes.isin(set(old["code_qp"])) & ~codes.isin(set(pairs["code_2024"]))
    return least.to_numpy(float), list(
        np.where(least.notna(), told, np.where(blind, UNMEASURED, ""))
    )


def score_components(
    long: pd.DataFrame, weights: dict[str, float], min_observed_weight: float
) -> pd.DataFrame:
    """Add observed_weight, weight and contribution to a table (code_qp, component, points).

    w'_k = w_k / sum of observed w; contribution = w'_k × points_k, NaN for every component of a
    QPV whose observed weight is below the minimum.
    """
    full = long["component"].map(weights).astype("float64")
    known = long["points"].notna()
    seen = full.where(known, 0.0)
    observed = seen.groupby(long["code_qp"]).transform("sum")
    # 1e-12: 0.2 + 0.2 + 0.2 is not below 0.6.
    enough = (observed >= min_observed_weight - 1e-12) & (observed > 0)
    effective = (full / observed.where(observed > 0)).where(enough & known)
    return long.assign(
        observed_weight=observed, weight=effective, contribution=effective * long["points"]
    )
