"""Longitudes and latitudes read in a file: believable, not swapped, made into points."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from datasets.reading import Problem, UnreadableFile
from geo.vocabulary import CRS

# The hexagone and its coasts, wide enough for an island off the Atlantic. No French territory
# has its longitude in the range of these latitudes and its latitude in the range of these
# longitudes at once, so a pair that fits only when exchanged is a swapped pair.
_LON = (-12.0, 12.0)
_LAT = (40.0, 52.0)


def checked_coordinates(
    lon: pd.Series, lat: pd.Series, *, lines: pd.Series, source_id: str, file: str
) -> tuple[pd.Series, pd.Series, list[Problem]]:
    """Coordinates in degrees, blanked (NaN on both sides) where they cannot be a place.

    Raises
    ------
    UnreadableFile
        When most pairs are swapped, or are metres and not degrees.
    """
    given = lon.notna() & lat.notna()
    outside = given & ~(lon.between(-180, 180) & lat.between(-90, 90))
    swapped = given & lon.between(*_LAT) & lat.between(*_LON)
    nowhere = given & (lon == 0) & (lat == 0)
    if given.any():
        _refuse_most(outside, given, file, "les coordonnées ne sont pas en degrés (Lambert-93 ?)")
        _refuse_most(swapped, given, file, "longitude et latitude sont inversées")
    wrong = outside | swapped | nowhere
    problems = [
        Problem(
            "rejected",
            source_id,
            file,
            f"Coordonnées impossibles ({lon[row]:g}, {lat[row]:g}) : la position est laissée "
            "absente.",
            line=int(lines[row]),
            column="longitude, latitude",
            value=f"{lon[row]:g}, {lat[row]:g}",
            expected="longitude puis latitude en degrés, en France",
        )
        for row in wrong[wrong].index
    ]
    kept = given & ~wrong
    return lon.where(kept), lat.where(kept), problems


def _refuse_most(wrong: pd.Series, given: pd.Series, file: str, what: str) -> None:
    if wrong.sum() * 2 > given.sum():
        raise UnreadableFile(
            file,
            f"{what} ({wrong.sum()} positions sur {given.sum()})",
            "longitude et latitude en degrés (EPSG:4326), chacune dans sa colonne",
            "vérifiez les colonnes ou le système de coordonnées, puis rapportez le fichier",
        )


def with_points(frame: pd.DataFrame, lon: pd.Series, lat: pd.Series) -> gpd.GeoDataFrame:
    """The frame with one point per row, ``None`` where a coordinate is absent."""
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=frame.index, crs=CRS)
    known = lon.notna() & lat.notna()
    return gpd.GeoDataFrame(frame, geometry=points.where(known, None), crs=CRS)
