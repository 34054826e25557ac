"""IRIS figures brought to the QPV (digital fragility, people of 75 or more): always an estimate.

Where the outlines of the IRIS are known, each IRIS counts for the people of its share inside the
QPV (area of the overlap, people spread evenly in the IRIS). Elsewhere the population-weighted
mean of the commune stands in, which says nothing of differences inside the commune.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.schema import Layers
from geo.territory import projected_crs

SOURCE_INDICATORS = ("digital_fragility", "digital_fragility_region_ref")
# Below this share of a QPV's area under known IRIS, the commune's mean says more.
_MIN_COVERED = 0.5
COLUMNS = ("code_qp", "value", "vintage", "source_id", "method", "covered_share")


def digital_fragility(layers: Layers, communes: pd.Series) -> pd.DataFrame:
    """The index of digital fragility of each QPV: ``COLUMNS``, see ``from_iris``."""
    return from_iris(layers, communes, _by_iris(layers))


def age_75(layers: Layers, communes: pd.Series) -> pd.DataFrame:
    """The share of people of 75 or more in each QPV: ``COLUMNS``, see ``from_iris``.

    Both sides are counts of the census by IRIS, so that the estimate is a ratio of people.
    """
    iris = layers["iris"]
    lived_in = iris[iris["population"] > 0]
    share = lived_in["population_75p"] / lived_in["population"]
    figures = lived_in.assign(code=lived_in["code_iris"], value=share.clip(upper=1.0))
    return from_iris(layers, communes, pd.DataFrame(figures).reset_index(drop=True))


def from_iris(layers: Layers, communes: pd.Series, figures: pd.DataFrame) -> pd.DataFrame:
    """One row per QPV of the layers: value (NaN when unknown), vintage, source_id, method.

    ``communes`` holds the tuple of commune codes of each QPV, in the order of the QPV table;
    ``figures`` one row per IRIS (code, value, population, vintage, source_id).
    ``method`` is ``"overlap"``, ``"commune"`` or ``""``; ``covered_share`` the share of the QPV's
    area (overlap) or of the commune's people (commune) behind the value.
    """
    quarters = layers.geo("qpv").reset_index(drop=True)
    result = pd.DataFrame(
        {
            "code_qp": quarters["code_qp"],
            "value": np.nan,
            "vintage": figures["vintage"].max() if len(figures) else "",
            "source_id": figures["source_id"].iloc[0] if len(figures) else "",
            "method": "",
            "covered_share": np.nan,
        }
    )
    if figures.empty:
        return result
    overlap = _overlap(quarters, layers.geo("iris"), figures)
    used = overlap["covered_share"] >= _MIN_COVERED
    for method, values in (
        ("commune", _of_communes(communes, figures)),
        ("overlap", overlap[used]),
    ):
        found = values.dropna(subset="value")
        result.loc[found.index, ["value", "covered_share"]] = found[["value", "covered_share"]]
        result.loc[found.index, "method"] = method
    return result


def _by_iris(layers: Layers) -> pd.DataFrame:
    """IRIS figures (one scale only: scales of two editions are never mixed) with their people."""
    rows: pd.DataFrame = layers["indicators"]
    rows = rows[(rows["territory_kind"] == "iris") & rows["indicator"].isin(SOURCE_INDICATORS)]
    if rows.empty:
        return rows.assign(population=np.nan)
    rows = rows[rows["indicator"] == rows["indicator"].min()]
    rows = rows[rows["vintage"] == rows["vintage"].max()].drop_duplicates("code")
    people = layers["iris"].set_index("code_iris")["population"]
    return rows.assign(population=rows["code"].map(people).astype("float64"))


def _of_communes(communes: pd.Series, figures: pd.DataFrame) -> pd.DataFrame:
    """Mean over the IRIS of all the QPV's communes, weighted by their people."""
    commune = figures["code"].str[:5]
    valued = figures["value"].notna() & (figures["population"] > 0)
    sums = pd.DataFrame(
        {
            "weighted": (figures["value"] * figures["population"]).where(valued, 0.0),
            "valued": figures["population"].where(valued, 0.0),
            "people": figures["population"].fillna(0.0),
        }
    )
    sums = sums.groupby(commune).sum()
    pairs = communes.reset_index(drop=True).explode().dropna().rename("commune").reset_index()
    totals = pairs.join(sums, on="commune").groupby("index")[["weighted", "valued", "people"]].sum()
    totals = totals[totals["valued"] > 0]
    return pd.DataFrame(
        {
            "value": totals["weighted"] / totals["valued"],
            "covered_share": totals["valued"] / totals["people"],
        }
    )


def _overlap(
    quarters: gpd.GeoDataFrame, iris: gpd.GeoDataFrame, figures: pd.DataFrame
) -> pd.DataFrame:
    valued = figures.dropna(subset="value").set_index("code")["value"]
    outlined = iris[~(iris.geometry.isna() | iris.geometry.is_empty)]
    outlined = outlined[outlined["code_iris"].isin(valued.index) & (outlined["population"] > 0)]
    found = pd.DataFrame({"value": np.nan, "covered_share": 0.0}, index=quarters.index)
    for system, own in quarters.groupby(quarters["departement"].map(projected_crs)):
        areas = outlined.cx[slice(*own.total_bounds[[0, 2]]), slice(*own.total_bounds[[1, 3]])]
        if areas.empty:
            continue
        shapes = areas.geometry.to_crs(system).to_numpy()
        outlines = own.geometry.to_crs(system).to_numpy()
        row, column = shapely.STRtree(shapes).query(outlines, predicate="intersects")
        shared_m2 = shapely.area(shapely.intersection(outlines[row], shapes[column]))
        density = areas["population"].to_numpy(float) / shapely.area(shapes)
        people = shared_m2 * density[column]
        values = valued.reindex(areas["code_iris"]).to_numpy(float)[column]
        size = len(own)
        total = np.bincount(row, weights=people, minlength=size)
        mean = np.divide(
            np.bincount(row, weights=people * values, minlength=size),
            total,
            out=np.full(size, np.nan),
            where=total > 0,
        )
        covered = np.bincount(row, weights=shared_m2, minlength=size) / shapely.area(outlines)
        found.loc[own.index, "value"] = mean
        found.loc[own.index, "covered_share"] = np.minimum(covered, 1.0)
    return found
