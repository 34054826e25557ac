"""Where the people of each QPV live: the share of each commune and IRIS, for lists by place.

A list by commune or IRIS is carried to a QPV by its people: 200 m cells or IRIS where they are
known, else the surface in each commune, else nothing is said of a QPV that straddles several.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.schema import Layers
from geo.territory import parent_commune, projected_crs

SHARE_COLUMNS = ("code_qp", "commune", "code_iris", "share", "by_people")


def people_shares(layers: Layers, cut: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows (code_qp, commune, code_iris, share, by_people): shares of a QPV sum to 1 or are few.

    ``cut`` holds the pieces of the QPV (``geo.access.qpv_scale.pieces``). ``commune`` is the
    arrondissement in Paris, Lyon and Marseille when it is known; ``code_iris`` is ``""`` when
    unknown; ``by_people`` is False when the share is one of surface. A QPV whose split between
    communes is unknown has a single row without commune.
    """
    fine = _of_pieces(layers, cut[cut["level"] != "point"])
    coarse = _of_points(layers, cut[cut["level"] == "point"])
    parts = [part for part in (fine, coarse) if len(part)] or [fine]
    both = pd.concat(parts, ignore_index=True)
    return both.sort_values(["code_qp", "commune", "code_iris"], ignore_index=True)


def looked_up(
    shares: pd.DataFrame, by_commune: Mapping[str, Any], by_iris: Mapping[str, Any]
) -> pd.Series:
    """The value of each row's IRIS, else of its commune, else of its whole city; None if none."""
    found = []
    for commune, iris in zip(shares["commune"], shares["code_iris"], strict=True):
        places = ((by_iris, iris), (by_commune, commune), (by_commune, parent_commune(commune)))
        found.append(next((named[code] for named, code in places if code in named), None))
    return pd.Series(found, index=shares.index, dtype="object")


def _of_pieces(layers: Layers, cut: gpd.GeoDataFrame) -> pd.DataFrame:
    weight = cut["population"].fillna(0.0)
    total = weight.groupby(cut["code_qp"]).transform("sum")
    rows = pd.DataFrame(
        {
            "code_qp": cut["code_qp"].astype("str"),
            "commune": pd.Series([codes[0] for codes in cut["communes"]], cut.index, dtype="str"),
            "code_iris": _iris_of(layers, cut),
            "share": (weight / total.where(total > 0)).fillna(0.0),
        }
    )
    keys = ["code_qp", "commune", "code_iris"]
    return rows.groupby(keys)["share"].sum().reset_index().assign(by_people=True)


def _iris_of(layers: Layers, cut: gpd.GeoDataFrame) -> pd.Series:
    own: pd.Series = cut["area_id"].where(cut["level"] == "iris", "").astype("str")
    iris = layers.geo("iris")
    iris = iris[~(iris.geometry.isna() | iris.geometry.is_empty)]
    cells = cut[cut["level"] == "cell"]
    if cells.empty or iris.empty:
        return own
    inside = gpd.sjoin(cells[["geometry"]], iris[["code_iris", "geometry"]], predicate="within")
    inside = inside[~inside.index.duplicated()]
    own.loc[inside.index] = inside["code_iris"].astype("str")
    return own


def _of_points(layers: Layers, cut: gpd.GeoDataFrame) -> pd.DataFrame:
    """QPV in one piece: all in their only commune, else by the surface in each."""
    outlines = layers.geo("qpv").drop_duplicates("code_qp").set_index("code_qp")
    places = layers.geo("communes")
    places = places[places.geometry.notna()].drop_duplicates("code").set_index("code")
    rows = []
    for code, communes in zip(cut["code_qp"], cut["communes"], strict=True):
        own = _leaves(communes)
        if len(own) == 1:
            rows.append((code, own[0], "", 1.0, True))
        elif own and set(own) <= set(places.index):
            for commune, share in _by_surface(outlines.loc[code], places.loc[own]).items():
                rows.append((code, str(commune), "", float(share), False))
        else:
            rows.append((code, "", "", 1.0, False))
    frame = pd.DataFrame(rows, columns=list(SHARE_COLUMNS))
    return frame.astype(
        {"code_qp": "str", "commune": "str", "code_iris": "str", "share": float, "by_people": bool}
    )


def _leaves(communes: tuple[str, ...]) -> list[str]:
    """Without the cities of which an arrondissement is named."""
    parents = {parent_commune(code) for code in communes if parent_commune(code) != code}
    return [code for code in communes if code not in parents]


def _by_surface(quarter: pd.Series[Any], places: gpd.GeoDataFrame) -> pd.Series[float]:
    system = projected_crs(quarter["departement"])
    shapes = gpd.GeoSeries([quarter["geometry"]], crs=places.crs).to_crs(system).to_numpy()
    surface = shapely.area(shapely.intersection(shapes, places.geometry.to_crs(system).to_numpy()))
    shares = np.divide(surface, surface.sum(), out=np.zeros(len(surface)), where=surface.sum() > 0)
    return pd.Series(shares, index=places.index)
