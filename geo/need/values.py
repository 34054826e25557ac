"""The value of each component for each QPV, with its unit, status, vintage, perimeter, source.

A published figure counted on the 2015 perimeter stays « indicatif, périmètre 2015 » and carries
the overlap of both outlines; an IRIS figure brought to the QPV is an estimate and carries the share
of the QPV it covers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.bridge import INDICATIVE
from geo.components import NEED_COMPONENTS
from geo.digital import age_75, digital_fragility
from geo.indicators import indicator
from geo.need.people import odds
from geo.schema import Layers

PUBLISHED = (
    "poverty_share",
    "c2s_share",
    "age60_share",
    "one_person_share",
    "single_parent_share",
    "population",
    "foreign_share",
    "rsa_share",
)


def component_values(
    layers: Layers,
    communes: pd.Series,
    *,
    access: pd.Series | None = None,
    nontakeup: float = 0.44,
    bridge: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every component of every QPV, default and optional, long; NaN with a status when unknown.

    Parameters
    ----------
    communes : tuple of commune codes of each QPV, in the order of the QPV table.
    access : estimated access to GPs, in the same order (consultations a year per inhabitant).
    nontakeup : national share of those entitled to the C2S who do not claim it.
    bridge : table of ``geo.bridge``, for the overlap of figures counted in 2015.

    Returns
    -------
    pd.DataFrame
        code_qp, component, value, unit, status, vintage, perimeter, source_id, carried_from,
        overlap (common part of both outlines over their union, or share of the QPV covered by
        IRIS; NaN when not measured), remark.
    """
    codes = layers["qpv"]["code_qp"]
    rows = best_rows(layers)
    parts = [published(rows, codes, name) for name in PUBLISHED]
    parts.append(_unclaimed(published(rows, codes, "c2s_share"), nontakeup))
    parts.append(_per_inhabitant(rows, codes))
    parts.append(_estimated(digital_fragility(layers, communes), "digital_fragility"))
    parts.append(_estimated(age_75(layers, communes), "age75_share"))
    parts.append(_access(codes, access))
    parts.append(_deprivation(layers, communes))
    long = pd.concat(parts, ignore_index=True)
    order = pd.Categorical(long["component"], NEED_COMPONENTS, ordered=True)
    long = long.iloc[np.argsort(order.codes, kind="stable")].reset_index(drop=True)
    long["unit"] = long["component"].map(lambda name: indicator(name).unit).astype("str")
    return _with_overlap(long, bridge)


def best_rows(layers: Layers) -> pd.DataFrame:
    """One row per QPV and indicator: a known value first, then the newer perimeter and vintage."""
    rows = layers["indicators"]
    rows = rows[
        (rows["territory_kind"] == "qpv") & rows["code"].isin(set(layers["qpv"]["code_qp"]))
    ]
    ordered = rows.assign(known=rows["value"].notna()).sort_values(
        ["known", "perimeter", "vintage"], ascending=False, kind="stable"
    )
    return ordered.drop_duplicates(["code", "indicator"])


def published(rows: pd.DataFrame, codes: pd.Series, name: str) -> pd.DataFrame:
    """The rows of one indicator as a component, in the order of ``codes``; missing when absent."""
    own = rows[rows["indicator"] == name].set_index("code").reindex(codes)
    texts = ("vintage", "perimeter", "source_id", "carried_from")
    return pd.DataFrame(
        {
            "code_qp": codes.to_numpy(),
            "component": name,
            "value": own["value"].to_numpy(float),
            "status": own["status"].fillna("missing").to_numpy(),
            **{text: own[text].fillna("").to_numpy() for text in texts},
            "overlap": np.nan,
        }
    )


def _unclaimed(c2s: pd.DataFrame, nontakeup: float) -> pd.DataFrame:
    """Non-take-up of the C2S per person covered, from the national rate: always an estimate."""
    known = c2s["value"].notna()
    return c2s.assign(
        component="c2s_unclaimed_share",
        # Those entitled are never more than those covered.
        value=np.minimum(c2s["value"] * odds(nontakeup), 1 - c2s["value"]),
        status=c2s["status"].mask(known, "modelled"),
    )


def _per_inhabitant(rows: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    """Job seekers over inhabitants, only when both were counted on the very same perimeter."""
    job_seekers, people = (
        rows[rows["indicator"] == name] for name in ("job_seekers", "population")
    )
    ratio = published(rows, codes, "job_seekers").assign(component="job_seekers_per_inhabitant")
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


def _estimated(found: pd.DataFrame, name: str) -> pd.DataFrame:
    """An IRIS or commune figure brought to the QPV, with the share it covers."""
    known = found["value"].notna()
    return pd.DataFrame(
        {
            "code_qp": found["code_qp"],
            "component": name,
            "value": found["value"],
            "status": np.where(known, "modelled", "missing"),
            "vintage": found["vintage"].where(known, ""),
            "perimeter": np.where(known, "2024", ""),
            "source_id": found["source_id"].where(known, ""),
            "carried_from": "",
            "overlap": found["covered_share"].where(known),
        }
    )


def _access(codes: pd.Series, access: pd.Series | None) -> pd.DataFrame:
    value = np.full(len(codes), np.nan) if access is None else access.to_numpy(float)
    known = np.isfinite(value)
    return pd.DataFrame(
        {
            "code_qp": codes.to_numpy(),
            "component": "gp_access",
            "value": value,
            "status": np.where(known, "modelled", "missing"),
            "vintage": "",
            "perimeter": np.where(known, "2024", ""),
            "source_id": np.where(known, "bpe", ""),
            "carried_from": "",
            "overlap": np.nan,
        }
    )


def _deprivation(layers: Layers, communes: pd.Series) -> pd.DataFrame:
    """The FDep quintile of the QPV's commune, an estimate for the QPV.

    A quintile is no quantity: for a QPV of several communes it is known only when all have the
    same, and quintiles by IRIS, which would need a mean, are left to ``geo.regimes``.
    """
    rows = layers["indicators"]
    rows = rows[(rows["territory_kind"] == "commune") & (rows["indicator"] == "fdep_quintile")]
    rows = rows.sort_values("vintage", kind="stable").drop_duplicates("code", keep="last")
    by_code = rows.set_index("code")["value"]
    # City and arrondissements name the same places twice: what has no quintile is set aside.
    own = communes.map(lambda codes: by_code.reindex(list(codes)).dropna().unique())
    value = np.array([each[0] if len(each) == 1 else np.nan for each in own], dtype=float)
    known = np.isfinite(value)
    latest = str(rows["vintage"].max()) if len(rows) else ""
    return pd.DataFrame(
        {
            "code_qp": layers["qpv"]["code_qp"].to_numpy(),
            "component": "fdep_quintile",
            "value": value,
            "status": np.where(known, "modelled", "missing"),
            "vintage": np.where(known, latest, ""),
            "perimeter": np.where(known, "2024", ""),
            "source_id": np.where(known, "fdep", ""),
            "carried_from": "",
            "overlap": np.nan,
        }
    )


def _with_overlap(long: pd.DataFrame, bridge: pd.DataFrame | None) -> pd.DataFrame:
    """Figures of 2015 keep the overlap of both outlines and their label."""
    old = long["perimeter"] == "2015"
    if bridge is not None:
        common = bridge.set_index(["code_2024", "code_2015"])["overlap"]
        keys = pd.MultiIndex.from_frame(long.loc[old, ["code_qp", "carried_from"]])
        long.loc[old, "overlap"] = common[~common.index.duplicated()].reindex(keys).to_numpy()
    known = long["value"].notna()
    long["remark"] = np.where(old & known, INDICATIVE, "")
    return long
