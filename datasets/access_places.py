"""Positions of anybody's places in metres, in a projected system chosen for where they are.

All places inside the official area of use of a French system (Lambert-93 for the hexagone and
Corsica, its own system for each overseas territory) are measured in it; elsewhere in the world,
in the UTM zone of their middle. Both come from the EPSG register, through pyproj.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from datasets.access_errors import SHOWN, BadPosition, MissingCrs, Offender
from datasets.access_files import Places
from geo.measure import Floats
from geo.territory import METROPOLITAN_CRS, projected_crs
from geo.words import counted

Bools = npt.NDArray[np.bool_]

_WGS84 = "EPSG:4326"
_OVERSEAS = ("971", "973", "974", "975", "976", "986", "987", "988")
# Longitudes of the hexagone where latitudes should be, and the reverse: see readers.coordinates.
_SWAPPED_LON, _SWAPPED_LAT = (40.0, 52.0), (-12.0, 12.0)
# A transverse Mercator system stretches distances by 0.6 % at 6° from its middle meridian.
_MAX_FROM_MERIDIAN_DEG = 6.0  # [assumption, editable]
_AREA_MARGIN_DEG = 1.0  # [assumption, editable] around the area of use of a system
_UTM_LAT = (-80.0, 84.0)


def place_in_metres(demand: Places, supply: Places, crs: str = "") -> tuple[Floats, Floats, str]:
    """Demand (n, 2) and supply (m, 2) in metres of one projected system, and its name.

    Parameters, errors: see ``placed_in``.
    """
    placed = placed_in(demand, supply, crs)
    return *placed.xy_m, placed.name


@dataclass(frozen=True, eq=False)
class Placed:
    """Demand then supply: metres (n, 2) of ``crs``, and longitude and latitude (n, 2)."""

    xy_m: tuple[Floats, Floats]
    lonlat: tuple[Floats, Floats]
    crs: CRS

    @property
    def name(self) -> str:
        return f"{self.crs.to_string()} ({self.crs.name})"


def placed_in(demand: Places, supply: Places, crs: str = "") -> Placed:
    """Both tables of places in one projected system.

    Parameters
    ----------
    crs:
        The system of ``x`` and ``y``; for longitudes and latitudes, the system to measure in
        (chosen when empty). Web Mercator is read but never measured in.

    Raises
    ------
    MissingCrs
        ``x`` and ``y`` without ``crs``, or with a system in degrees, or an unknown system.
    BadPosition
        Out of range, swapped, outside the area of the system, or spread over several zones.
    """
    declared = _declared(crs)
    degrees = (_in_degrees(demand, declared, crs), _in_degrees(supply, declared, crs))
    if declared is not None and declared.is_projected and not _is_web_mercator(declared):
        measured = declared
    else:
        measured = _chosen((demand, supply), degrees)
    here, there = (
        _in_metres(places, own, measured, declared)
        for places, own in zip((demand, supply), degrees, strict=True)
    )
    return Placed((here, there), degrees, measured)


def _declared(crs: str) -> CRS | None:
    if not crs:
        return None
    try:
        return CRS.from_user_input(crs)
    except CRSError:
        raise MissingCrs(
            "--crs",
            f"système de coordonnées « {crs} » inconnu",
            "un code du registre EPSG, par exemple EPSG:2154",
            "vérifiez le code auprès de qui a fourni le fichier",
        ) from None


def _is_web_mercator(crs: CRS) -> bool:
    operation = crs.coordinate_operation
    return operation is not None and "Pseudo" in operation.method_name


def _in_degrees(places: Places, declared: CRS | None, crs: str) -> Floats:
    """Longitude and latitude (n, 2) of each place, checked."""
    east, north = places.frame["east"].to_numpy(), places.frame["north"].to_numpy()
    if places.axes == "lonlat":
        _check_degrees(places, east, north)
        lonlat = np.column_stack([east, north])
    else:
        if declared is None or not declared.is_projected:
            raise MissingCrs(
                places.file,
                f"x et y sont donnés avec le système en degrés « {crs} »"
                if declared
                else "x et y sont donnés sans leur système de coordonnées",
                "le système projeté des x et y",
                "ajoutez par exemple --crs EPSG:2154 (Lambert-93), ou nommez les colonnes lon et "
                "lat si ce sont des degrés",
                column="x, y",
            )
        to_degrees = Transformer.from_crs(declared, _WGS84, always_xy=True)
        lonlat = np.column_stack(to_degrees.transform(east, north))
    if declared is not None and declared.is_projected and declared.area_of_use is not None:
        outside = ~_within(lonlat, declared.area_of_use.bounds, _AREA_MARGIN_DEG)
        _refuse(
            places,
            outside,
            f"hors de la zone du système {crs} ({declared.name})",
            "des positions dans la zone de ce système",
            "vérifiez --crs, l'ordre des colonnes et leur unité",
        )
    return lonlat


def _check_degrees(places: Places, lon: Floats, lat: Floats) -> None:
    far = (np.abs(lon) > 180) | (np.abs(lat) > 90)
    _refuse(
        places,
        far,
        "dont les coordonnées ne sont pas des degrés",
        "longitude entre -180 et 180, latitude entre -90 et 90",
        "si ce sont des coordonnées projetées, nommez les colonnes x et y et ajoutez --crs ; "
        "sinon vérifiez que lon et lat ne sont pas inversées",
    )
    swapped = _between(lon, _SWAPPED_LON) & _between(lat, _SWAPPED_LAT)
    if swapped.sum() * 2 > len(swapped):
        _refuse(
            places,
            swapped,
            "dont longitude et latitude semblent inversées (échangées, elles tombent en France)",
            "la longitude dans lon, la latitude dans lat",
            "échangez les deux colonnes ; si ces lieux sont bien en Afrique de l'Est, donnez x, y "
            "et --crs",
        )


def _chosen(tables: tuple[Places, Places], degrees: tuple[Floats, Floats]) -> CRS:
    """The French system whose area holds every place, else the UTM zone of their middle."""
    lonlat = np.concatenate(degrees)
    for name in (METROPOLITAN_CRS, *(projected_crs(code) for code in _OVERSEAS)):
        crs = CRS(name)
        if crs.area_of_use is not None and _within(lonlat, crs.area_of_use.bounds).all():
            return crs
    # Around the first place, so that places on both sides of the 180° meridian have a middle.
    first = lonlat[0, 0]
    lon = (np.median((lonlat[:, 0] - first + 180) % 360 - 180) + first + 180) % 360 - 180
    lat = np.median(lonlat[:, 1])
    zone = int((lon + 180) // 6) % 60 + 1
    for places, own in zip(tables, degrees, strict=True):
        from_meridian = np.abs((own[:, 0] - (6 * zone - 183) + 180) % 360 - 180)
        _refuse(
            places,
            (from_meridian > _MAX_FROM_MERIDIAN_DEG) | ~_between(own[:, 1], _UTM_LAT),
            "trop loin des autres (ou trop près d'un pôle) pour être mesurés dans un même "
            f"système : à plus de {_MAX_FROM_MERIDIAN_DEG:g}° de longitude du milieu",
            "des lieux d'une même zone",
            "vérifiez ces lieux (longitude et latitude inversées ?) ; s'ils sont justes, traitez "
            "chaque zone à part, ou donnez avec --crs un système qui les couvre tous",
        )
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


def _in_metres(places: Places, lonlat: Floats, measured: CRS, declared: CRS | None) -> Floats:
    if places.axes == "xy" and measured is declared:
        xy = places.frame[["east", "north"]].to_numpy(dtype=np.float64)
    else:
        to_metres = Transformer.from_crs(_WGS84, measured, always_xy=True)
        xy = np.column_stack(to_metres.transform(lonlat[:, 0], lonlat[:, 1]))
    return xy * float(measured.axis_info[0].unit_conversion_factor)


def _within(lonlat: Floats, bounds: Iterable[float], margin: float = 0.0) -> Bools:
    west, south, east, north = bounds
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    span = (east - west) % 360 or 360.0  # an area may cross the 180° meridian
    along = (lon - west + margin) % 360 <= span + 2 * margin
    return np.isfinite(lonlat).all(axis=1) & along & _between(lat, (south - margin, north + margin))


def _between(values: Floats, limits: tuple[float, float]) -> Bools:
    return (values >= limits[0]) & (values <= limits[1])


def _refuse(
    places: Places,
    wrong: Bools,
    what: str,
    expected: str,
    todo: str,
) -> None:
    if not wrong.any():
        return
    columns = "lon, lat" if places.axes == "lonlat" else "x, y"
    some: pd.DataFrame = places.frame.loc[wrong, ["line", "east", "north"]].head(SHOWN)
    raise BadPosition(
        places.file,
        f"{counted(int(wrong.sum()), 'lieu', 'lieux')} {what}",
        expected,
        todo,
        column=columns,
        offenders=[
            Offender(int(line), f"{east:.10g} ; {north:.10g}")
            for line, east, north in some.itertuples(index=False)
        ],
        count=int(wrong.sum()),
    )
