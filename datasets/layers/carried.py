"""Figures of 2015 under the code of a 2024 QPV: never observed, always with where they come from.

A rate goes to the heirs of its QPV as it is, « indicatif, périmètre 2015 ». A summable count goes
by alpha, the share of the 2015 QPV that lies in the 2024 one (METHODS 7, rules 3 to 5), all counts
by the same share so that their ratios hold; whole only where the official table says the QPV is
unchanged, or where no outline lets the share be measured, which is said. A median goes only where
the QPV is unchanged.
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
_UNCHANGED = "INCHANGE"


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
    alone = alone[~alone["indicator"].isin(_MEDIANS) | (alone["change"] == _UNCHANGED)]
    bridged = _bridge(links, qpv, qpv_2015, demand)
    whole = _parts_of_counts(alone, bridged).assign(carried_from=lambda rows: rows["code"])
    whole = whole.assign(code=whole["code_2024"])
    whole["status"] = whole["status"].replace({"observed": "modelled"})
    shared = set(pairs.loc[pairs["code"].isin(split), "code_2024"]) | merged
    _say_unmeasured(intake, _unmeasured(alone, bridged))
    if not shared:
        return whole
    by_share = _by_share(earlier, shared, bridged)
    _say(intake, merged, shared - set(by_share.loc[by_share["value"].notna(), "code"]))
    return pd.concat([whole, by_share], ignore_index=True)


def _alpha(rows: pd.DataFrame, bridged: pd.DataFrame) -> pd.Series:
    """The measured share of each row's 2015 QPV (``code``) in its 2024 one; NaN without outline."""
    share = bridged[bridged["kind"] == "paire"].set_index(["code_2015", "code_2024"])["alpha"]
    found = share.reindex(pd.MultiIndex.from_frame(rows[["code", "code_2024"]]))
    return pd.Series(found.to_numpy(float), index=rows.index)


def _redrawn(rows: pd.DataFrame) -> pd.Series:
    return rows["indicator"].isin(_SUMMABLE) & (rows["change"] != _UNCHANGED)


def _parts_of_counts(rows: pd.DataFrame, bridged: pd.DataFrame) -> pd.DataFrame:
    """Counts of redrawn QPV times their share; outlines measured apart carry nobody, no row."""
    # An unchanged QPV drawn twice to a few metres is still the same people.
    part = _alpha(rows, bridged).where(_redrawn(rows), 1.0).fillna(1.0)
    return rows.assign(value=rows["value"] * part)[part > 0]


def _unmeasured(rows: pd.DataFrame, bridged: pd.DataFrame) -> set[str]:
    """Redrawn 2024 QPV that got a count whole because no outline lets it be shared."""
    blind = _redrawn(rows) & rows["value"].notna() & _alpha(rows, bridged).isna()
    return set(rows.loc[blind, "code_2024"])


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


def _say_unmeasured(intake: Intake, codes: set[str]) -> None:
    if codes:
        intake.note(
            "unmatched",
            "qpv_2015_2024",
            "QPV redessinés dont le contour de 2015 manque : recouvrement non mesuré, leurs "
            "effectifs de 2015 sont repris entiers, à titre indicatif.",
            value=", ".join(sorted(codes)),
            count=len(codes),
        )
