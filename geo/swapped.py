"""Positions whose longitude and latitude changed places, as tables of points often have them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.measure import Floats

# Around the hexagon and Corsica, then each part overseas: west, south, east, north, in degrees.
_FRANCE = (
    (-5.5, 41.0, 10.0, 51.5),
    (-63.2, 14.3, -60.7, 18.2),
    (-54.7, 2.0, -51.5, 6.0),
    (44.9, -13.1, 45.4, -12.5),
    (55.1, -21.5, 55.9, -20.8),
    (-56.6, 46.7, -56.0, 47.2),
    (-180.0, -28.0, -134.0, -7.0),
    (163.0, -23.0, 169.0, -19.0),
)


def look_swapped(points: pd.DataFrame) -> bool:
    """Whether most known positions (``lon``, ``lat``) are out of France, but in it when swapped."""
    return bool(swapped(points).sum() * 2 > points[["lon", "lat"]].notna().all(axis=1).sum())


def abroad(points: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each known position (``lon``, ``lat`` in degrees) cannot be in France (n,).

    The boxes are wide: what is in one may still be abroad, what is in none is.
    """
    known = points[["lon", "lat"]].notna().all(axis=1).to_numpy()
    return known & ~_around_france(points[["lon", "lat"]].to_numpy(float))


def swapped(points: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each position is abroad as it is written, and in France in the other order (n,)."""
    return abroad(points) & _around_france(points[["lat", "lon"]].to_numpy(float))


def _around_france(positions: Floats) -> npt.NDArray[np.bool_]:
    lon, lat = positions.T
    inside = np.zeros(len(positions), dtype=bool)
    for west, south, east, north in _FRANCE:
        inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside
