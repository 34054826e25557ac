"""What every measurement needs: projected coordinates, the right CRS, and coarsest precisions."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import NotProjected
from geo.territory import departement_of_commune, projected_crs
from geo.vocabulary import PRECISIONS

Floats = npt.NDArray[np.float64]
PLACED_PRECISIONS = ("address", "coordinates")


def require_projected(frame: gpd.GeoDataFrame | gpd.GeoSeries, what: str) -> None:
    """Refuse to measure in degrees.

    Raises
    ------
    NotProjected
        When the frame has no CRS or a geographic one.
    """
    if frame.crs is None or not frame.crs.is_projected:
        given = "aucun système" if frame.crs is None else frame.crs.to_string()
        raise NotProjected(
            f"{what} : mesure demandée en {given}. Attendu : un système projeté en mètres "
            f"(geo.territory.projected_crs du département)."
        )


def xy_m(points: gpd.GeoSeries) -> Floats:
    """Projected points as an (n, 2) array in metres; absent points are NaN.

    Raises
    ------
    NotProjected
        When the coordinates are degrees.
    """
    require_projected(points, "points")
    return np.column_stack([points.x.to_numpy(float), points.y.to_numpy(float)])


def crs_of_communes(codes: pd.Series) -> pd.Series:
    """The projected CRS of each commune (or IRIS) code, on the same index."""
    departements = codes.map(departement_of_commune)
    return departements.map(projected_crs).astype("str")


def coarsest(precisions: Iterable[str]) -> str:
    """The coarsest of some precisions, ``"unknown"`` when there is none.

    >>> coarsest(["address", "iris"])
    'iris'
    """
    ranks = [PRECISIONS.index(precision) for precision in precisions]
    return PRECISIONS[max(ranks)] if ranks else "unknown"


def precision_ranks(precisions: pd.Series) -> npt.NDArray[np.int64]:
    """Position of each precision from the finest (0) to the coarsest."""
    ranks = {name: rank for rank, name in enumerate(PRECISIONS)}
    return np.asarray(precisions.map(ranks), dtype=np.int64)
