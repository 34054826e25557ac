"""Need at the scale of a QPV: components, score out of 100, and people to accompany.

Each component is turned into its population-weighted percentile rank among the QPV of the same
region (100 = most need), and the score is the weighted sum of these ranks. A component that is
missing or hidden by statistical secrecy leaves its weight to the others; below a minimum of
observed weight there is no score at all (« données insuffisantes »). Missing is never 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.compare import percentile_ranks
from geo.digital import digital_fragility
from geo.indicators import indicator
from geo.parameters import NEED_COMPONENTS, Parameters
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
    "percentile",
    "weight",
    "contribution",
)


@dataclass(frozen=True)
class Need:
    """``quarters`` (index of the QPV table): need_score, need_status, need_observed_weight,
    need_perimeter (the generations its components were counted on, ``2015;2024``).

    ``components`` is the long table ``COMPONENT_COLUMNS``: ``weight`` is the effective weight
    once missing components are set aside (NaN for these), ``contribution`` = weight × percentile,
    and the contributions of a QPV sum to its score (they are NaN when it has none).
    """

    quarters: pd.DataFrame
    components: pd.DataFrame


def need(layers: Layers, communes: pd.Series, parameters: Parameters) -> Need:
    """Need score of every QPV of the layers (``communes``: tuples of codes, same order)."""
    quarters = layers["qpv"].reset_index(drop=True)
    long = component_values(layers, communes)
    wanted = dict(parameters.need_weights)
    long = long[long["component"].isin(wanted)].reset_index(drop=True)
    facts = quarters.set_index("code_qp")[["population", "region"]]
    population = long["code_qp"].map(facts["population"])
    groups = long["code_qp"].map(facts["region"]) + "/" + long["component"]
    sense = long["component"].map(lambda name: indicator(name).direction)
    long["percentile"] = percentile_ranks(long["value"] * sense, population, groups)
    long = score_components(long, wanted, parameters.min_observed_weight)
    by_code = long.groupby("code_qp", sort=False)
    observed = by_code["observed_weight"].first().reindex(quarters["code_qp"]).to_numpy(float)
    score = by_code["contribution"].sum(min_count=1).reindex(quarters["code_qp"]).to_numpy(float)
    result = pd.DataFrame(
        {
            "need_score": score,
            "need_status": np.where(np.isnan(score), "missing", "modelled"),
            "need_observed_weight": np.nan_to_num(observed),
            "need_perimeter": _perimeters(long, quarters["code_qp"]),
        }
    )
    return Need(result, long[list(COMPONENT_COLUMNS)])


def _perimeters(long: pd.DataFrame, codes: pd.Series) -> list[str]:
    """The perimeters that the components in the score were counted on, by QPV."""
    used = long[(long["weight"] > 0) & (long["perimeter"] != "")]
    told = used.groupby("code_qp")["perimeter"].agg(lambda names: ";".join(sorted(set(names))))
    return [str(name) for name in told.reindex(codes).fillna("")]


def score_components(
    long: pd.DataFrame, weights: dict[str, float], min_observed_weight: float
) -> pd.DataFrame:
    """Add observed_weight, weight and contribution to a table (code_qp, component, percentile).

    w'_k = w_k / sum of observed w; contribution = w'_k × percentile_k, NaN for every component of
    a QPV whose observed weight is below the minimum.
    """
    full = long["component"].map(weights).astype("float64")
    seen = full.where(long["percentile"].notna(), 0.0)
    observed = seen.groupby(long["code_qp"]).transform("sum")
    # 1e-12: 0.2 + 0.2 + 0.2 is not below 0.6.
    enough = (observed >= min_observed_weight - 1e-12) & (observed > 0)
    effective = (full / observed.where(observed > 0)).where(enough & long["percentile"].notna())
    return long.assign(
        observed_weight=observed,
        weight=effective,
        contribution=effective * long["percentile"],
    )


def component_values(layers: Layers, communes: pd.Series) -> pd.DataFrame:
    """The value of each component for each QPV, long; NaN with a status when there is none."""
    rows = _best_rows(layers)
    job_seekers = rows[rows["indicator"] == "job_seekers"]
    people = rows[rows["indicator"] == "population"]
    parts = [
        _published(rows, layers["qpv"]["code_qp"], name)
        for name in NEED_COMPONENTS
        if name not in ("job_seekers_per_inhabitant", "digital_fragility")
    ]
    parts.append(_per_inhabitant(job_seekers, people, layers["qpv"]["code_qp"]))
    parts.append(_digital(layers, communes))
    long = pd.concat(parts, ignore_index=True)
    long["unit"] = long["component"].map(lambda name: indicator(name).unit).astype("str")
    return long


def _best_rows(layers: Layers) -> pd.DataFrame:
    """One row per QPV and indicator: a known value first, then the newer perimeter and vintage."""
    rows = layers["indicators"]
    rows = rows[
        (rows["territory_kind"] == "qpv") & rows["code"].isin(set(layers["qpv"]["code_qp"]))
    ]
    ordered = rows.assign(known=rows["value"].notna()).sort_values(
        ["known", "perimeter", "vintage"], ascending=False, kind="stable"
    )
    return ordered.drop_duplicates(["code", "indicator"])


def _published(rows: pd.DataFrame, codes: pd.Series, name: str) -> pd.DataFrame:
    own = rows[rows["indicator"] == name].set_index("code").reindex(codes)
    return pd.DataFrame(
        {
            "code_qp": codes.to_numpy(),
            "component": name,
            "value": own["value"].to_numpy(float),
            "status": own["status"].fillna("missing").to_numpy(),
            "vintage": own["vintage"].fillna("").to_numpy(),
            "perimeter": own["perimeter"].fillna("").to_numpy(),
            "source_id": own["source_id"].fillna("").to_numpy(),
        }
    )


def _per_inhabitant(
    job_seekers: pd.DataFrame, people: pd.DataFrame, codes: pd.Series
) -> pd.DataFrame:
    """Job seekers over inhabitants, only when both were counted on the very same perimeter."""
    ratio = _published(job_seekers, codes, "job_seekers").assign(
        component="job_seekers_per_inhabitant"
    )
    above = job_seekers.set_index("code").reindex(codes)
    below = people.set_index("code").reindex(codes)
    same = (
        (above["perimeter"] == below["perimeter"])
        & (above["carried_from"] == below["carried_from"])
    ).to_numpy()
    count, inhabitants = above["value"].to_numpy(float), below["value"].to_numpy(float)
    usable = same & (inhabitants > 0)
    ratio["value"] = np.divide(count, inhabitants, out=np.full(len(codes), np.nan), where=usable)
    known = ratio["value"].notna()
    modelled = (above["status"] == "modelled") | (below["status"] == "modelled")
    ratio.loc[known, "status"] = np.where(modelled.to_numpy()[known], "modelled", "observed")
    unpaired = ~known & ratio["status"].isin(("observed", "modelled"))
    ratio.loc[unpaired, "status"] = "missing"
    return ratio


def _digital(layers: Layers, communes: pd.Series) -> pd.DataFrame:
    found = digital_fragility(layers, communes)
    known = found["value"].notna()
    return pd.DataFrame(
        {
            "code_qp": found["code_qp"],
            "component": "digital_fragility",
            "value": found["value"],
            "status": np.where(known, "modelled", "missing"),
            "vintage": found["vintage"].where(known, ""),
            "perimeter": np.where(known, "2024", ""),
            "source_id": found["source_id"].where(known, ""),
        }
    )
