"""The bridge itself: official links and measured overlaps in one table, with what remains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.bridge.overlap import overlaps
from geo.measure import Floats
from geo.schema import Layers

BRIDGE_COLUMNS = (
    "code_2024",
    "code_2015",
    "kind",
    "change",
    "linked",
    "suspect",
    "alpha",
    "beta",
    "overlap",
    "area_m2",
    "method",
    "status",
    "remark",
)
# Edges drawn to about 11 m: quartiers side by side share slivers that mean nothing [assumption].
SLIVER = 0.02
_UNMEASURED = "recouvrement non mesuré : le contour de 2015 manque"
_CROSSED = (
    "les noms disent que cette ligne de la table est échangée avec une autre : lien à vérifier "
    "sur la table officielle"
)
_UNLINKED = "recouvrement que la table officielle ne cite pas"
_APART = "paire de la table officielle, mais les deux contours ne se recouvrent pas"
_LOST = "QPV 2015 sans successeur dans la table officielle"


def bridge(layers: Layers) -> pd.DataFrame:
    """One row per pair of QPV, official or overlapping, and one per remainder.

    Columns ``BRIDGE_COLUMNS``: ``kind`` is ``paire``, ``hors QPV`` (what 2015 left behind, with
    ``code_2024`` empty) or ``nouveau`` (what 2024 added, with ``code_2015`` empty). ``alpha`` is
    the share of the 2015 QPV that lies in the 2024 one, ``beta`` the share of the 2024 QPV that
    came from the 2015 one, ``overlap`` their common part over their union; shares of inhabitants
    when ``method`` is ``cells``, of area when ``area``. The alphas of a 2015 QPV and its
    « hors QPV » sum to 1, so do the betas of a 2024 QPV and its « nouveau » (METHODS, 7.3).
    Without both outlines the shares are NaN (``missing``), never guessed; measured ones are
    ``modelled``. ``linked`` says the official table pairs the codes, ``suspect`` that the table
    has this row crosswise with another (it is flagged, and never decided by the overlap).
    """
    newer, older = layers.geo("qpv"), layers.geo("qpv_2015")
    newer = newer[newer["perimeter"] == "2024"]
    links = _official(layers["correspondence"], set(newer["code_qp"]))
    pairs, new_sizes, old_sizes = overlaps(newer, older, layers.geo("demand"))
    measured = _shares(pairs, new_sizes, old_sizes)
    table = measured.merge(links, on=["code_2024", "code_2015"], how="outer")
    table["linked"] = table["change"].notna()
    outlined = table["code_2015"].isin(old_sizes["code_qp"])
    table["area_m2"] = table["area_m2"].mask(outlined & table["area_m2"].isna(), 0.0)
    for share in ("alpha", "beta", "overlap"):
        table[share] = table[share].mask(outlined & table[share].isna(), 0.0)
    complete = _fully_outlined(links, newer["code_qp"], set(old_sizes["code_qp"]))
    # With one of its 2015 QPV unknown, what is new in a 2024 QPV is unknown too.
    parts = [
        table.assign(kind="paire"),
        _left_behind(table, old_sizes),
        _added(table, new_sizes, complete),
        _lost(layers, links, old_sizes),
    ]
    kept = [part for part in parts if len(part)]
    whole = pd.concat(kept, ignore_index=True) if kept else table
    return _finished(whole, links)


def without_successor(layers: Layers) -> list[str]:
    """The 2015 QPV of these places that no row of the official table follows.

    Known 2015 QPV are those with an outline or with a published figure in the departements of
    the layers' QPV.
    """
    rows = layers["indicators"]
    published = rows.loc[rows["code"].str.startswith("QP"), "code"]
    known = {*layers["qpv_2015"]["code_qp"], *published}
    places = {code[2:5] for code in layers["qpv"]["code_qp"]}
    followed = set(layers["correspondence"]["code_2015_by_label"])
    return sorted(code for code in known - followed if code[2:5] in places)


def _official(correspondence: pd.DataFrame, codes: set[str]) -> pd.DataFrame:
    rows = correspondence[correspondence["code_2024"].isin(codes)]
    rows = rows[rows["code_2015_by_label"] != ""]
    told = rows[["code_2024", "code_2015_by_label", "change", "suspect"]]
    return told.rename(columns={"code_2015_by_label": "code_2015"}).drop_duplicates(
        ["code_2024", "code_2015"]
    )


def _shares(pairs: pd.DataFrame, news: pd.DataFrame, olds: pd.DataFrame) -> pd.DataFrame:
    """alpha, beta and overlap of the measured pairs.

    Outlines of one generation may overlap by a few metres: shares above 1 in all are brought back
    to 1, so that nobody is counted twice.
    """
    new_size = pairs["code_2024"].map(news.set_index("code_qp")["size"]).to_numpy(float)
    old_size = pairs["code_2015"].map(olds.set_index("code_qp")["size"]).to_numpy(float)
    shared = pairs["shared"].to_numpy(float)
    alpha = pd.Series(_ratio(shared, old_size), index=pairs.index)
    beta = pd.Series(_ratio(shared, new_size), index=pairs.index)
    return pairs.drop(columns="shared").assign(
        alpha=alpha / alpha.groupby(pairs["code_2015"]).transform("sum").clip(lower=1.0),
        beta=beta / beta.groupby(pairs["code_2024"]).transform("sum").clip(lower=1.0),
        # The union is a sum of floats: identical outlines give 1.0000000000000002.
        overlap=_ratio(shared, new_size + old_size - shared).clip(max=1.0),
    )


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)


def _fully_outlined(links: pd.DataFrame, codes: pd.Series, outlined: set[str]) -> set[str]:
    """2024 QPV with at least one 2015 QPV of the table, all of them outlined."""
    drawn = links["code_2015"].isin(outlined).groupby(links["code_2024"]).all()
    return set(codes) & set(drawn.index[drawn])


def _left_behind(table: pd.DataFrame, olds: pd.DataFrame) -> pd.DataFrame:
    inside = table.groupby("code_2015")["alpha"].sum().reindex(olds["code_qp"]).fillna(0.0)
    return pd.DataFrame(
        {
            "code_2024": "",
            "code_2015": olds["code_qp"].to_numpy(),
            "kind": "hors QPV",
            "alpha": (1.0 - inside).clip(lower=0.0).to_numpy(),
            "method": olds["method"].to_numpy(),
        }
    )


def _added(table: pd.DataFrame, news: pd.DataFrame, complete: set[str]) -> pd.DataFrame:
    # A new QPV beside outlined 2015 ones has its overlaps; its remainder is known as well.
    measured = complete | set(table.loc[table["beta"].notna(), "code_2024"])
    partly = set(table.loc[table["beta"].isna(), "code_2024"])
    own = news[news["code_qp"].isin(measured - partly)]
    inside = table.groupby("code_2024")["beta"].sum().reindex(own["code_qp"]).fillna(0.0)
    return pd.DataFrame(
        {
            "code_2024": own["code_qp"].to_numpy(),
            "code_2015": "",
            "kind": "nouveau",
            "beta": (1.0 - inside).clip(lower=0.0).to_numpy(),
            "method": own["method"].to_numpy(),
        }
    )


def _lost(layers: Layers, links: pd.DataFrame, olds: pd.DataFrame) -> pd.DataFrame:
    """2015 QPV without successor and without outline: a row that says so, without shares."""
    if links.empty:
        return pd.DataFrame()
    codes = [code for code in without_successor(layers) if code not in set(olds["code_qp"])]
    return pd.DataFrame({"code_2024": "", "code_2015": codes, "kind": "hors QPV"})


def _finished(whole: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    table = whole.reindex(columns=list(BRIDGE_COLUMNS))
    for column in ("code_2024", "code_2015", "kind", "change", "method"):
        table[column] = table[column].fillna("").astype("str")
    for column in ("linked", "suspect"):
        table[column] = table[column].map(lambda seen: seen is True or seen is np.True_)
    for column in ("alpha", "beta", "overlap", "area_m2"):
        table[column] = table[column].astype("float64")
    measured = table["alpha"].notna() | table["beta"].notna()
    table["status"] = np.where(measured, "modelled", "missing")
    followed = set(links["code_2015"])
    pair = table["kind"] == "paire"
    lost = (table["kind"] == "hors QPV") & ~table["code_2015"].isin(followed) & bool(followed)
    table["remark"] = np.select(
        [
            table["suspect"],
            lost,
            pair & table["linked"] & (table["area_m2"] == 0),
            pair & ~table["linked"] & (table[["alpha", "beta"]].max(axis=1) > SLIVER),
            pair & ~measured,
        ],
        [_CROSSED, _LOST, _APART, _UNLINKED, _UNMEASURED],
        "",
    )
    order = ["code_2024", "kind", "code_2015"]
    return table.sort_values(order, kind="stable", ignore_index=True)
