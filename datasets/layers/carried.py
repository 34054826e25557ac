"""Figures of 2015 under the code of a 2024 QPV: never observed, always with where they come from.

A rate goes to the heirs of its QPV as it is, « indicatif, périmètre 2015 ». A count goes whole to
an only heir, and by the shares of the bridge where a QPV was split or several were merged, when
both outlines are known. A median goes only where the official table says the QPV is unchanged.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from datasets.layers.intake import Intake
from geo.bridge import bridge, carry_counts
from geo.indicators import INDICATORS
from geo.schema import Layers, empty_table

_SUMMABLE = frozenset(name for name, known in INDICATORS.items() if known.summable)
_MEDIANS = frozenset(name for name, known in INDICATORS.items() if known.kind == "amount")


def carry(
    intake: Intake,
    earlier: pd.DataFrame,
    links: pd.DataFrame,
    qpv: gpd.GeoDataFrame,
    qpv_2015: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """The 2015 figures (``earlier``) of the QPV 2024 of ``links``, as modelled values."""
    pairs = links.loc[
        links["code_2015_by_label"] != "", ["code_2024", "code_2015_by_label", "change"]
    ].rename(columns={"code_2015_by_label": "code"})
    merged = set(pairs.loc[pairs["code_2024"].duplicated(keep=False), "code_2024"])
    split = set(pairs.loc[pairs["code"].duplicated(keep=False), "code"])
    alone = pairs[~pairs["code_2024"].isin(merged)].merge(earlier, on="code")
    alone = alone[~(alone["indicator"].isin(_SUMMABLE) & alone["code"].isin(split))]
    alone = alone[~alone["indicator"].isin(_MEDIANS) | (alone["change"] == "INCHANGE")]
    whole = alone.assign(carried_from=alone["code"], code=alone["code_2024"])
    whole["status"] = whole["status"].replace({"observed": "modelled"})
    shared = set(pairs.loc[pairs["code"].isin(split), "code_2024"]) | merged
    if not shared:
        return whole
    by_share = _by_share(earlier, shared, _bridge(links, qpv, qpv_2015, demand))
    _say(intake, merged, shared - set(by_share.loc[by_share["value"].notna(), "code"]))
    return pd.concat([whole, by_share], ignore_index=True)


def _bridge(
    links: pd.DataFrame,
    qpv: gpd.GeoDataFrame,
    qpv_2015: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
) -> pd.DataFrame:
    tables = {"qpv": qpv, "qpv_2015": qpv_2015, "correspondence": links, "demand": demand}
    return bridge(Layers("", {**tables, "indicators": empty_table("indicators")}))


def _by_share(earlier: pd.DataFrame, heirs: set[str], bridged: pd.DataFrame) -> pd.DataFrame:
    """Summable counts of split and merged QPV, by the shares of the bridge."""
    own = bridged[bridged["code_2024"].isin(heirs)]
    parts = [pd.DataFrame(columns=[*earlier.columns, "carried_from"])]
    for name, rows in earlier[earlier["indicator"].isin(_SUMMABLE)].groupby("indicator"):
        counts = rows.set_index("code")["value"]
        found = carry_counts(own, str(name), counts)
        parts.append(
            found.rename(columns={"code_2024": "code"})[
                ["code", "value", "status", "perimeter", "carried_from"]
            ].assign(
                indicator=str(name),
                unit=rows["unit"].iloc[0],
                vintage=rows["vintage"].max(),
                territory_kind="qpv",
                source_id="insee_qpv",
            )
        )
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _say(intake: Intake, merged: set[str], uncounted: set[str]) -> None:
    if merged:
        intake.note(
            "unmatched",
            "qpv_2015_2024",
            "QPV 2024 issus de plusieurs QPV 2015 : aucun taux n'est transféré (un taux moyen "
            "ne se déduit pas de deux taux).",
            value=", ".join(sorted(merged)),
            count=len(merged),
        )
    if uncounted:
        intake.note(
            "unmatched",
            "qpv_2015_2024",
            "QPV 2024 issus d'un partage ou d'une fusion dont un contour de 2015 manque : leurs "
            "effectifs ne sont pas répartis.",
            value=", ".join(sorted(uncounted)),
            count=len(uncounted),
        )
