"""Communes of a territory: which ones are in it, which are compared, which are around.

QPV are compared with every QPV of their region, whatever territory is asked for, so that
``dep:42`` and ``commune:42218`` give the same figures as ``region:84``. Around the region, a halo
of communes keeps the practices and the people that count just outside the boundary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from datasets.layers.intake import Intake
from datasets.readers.communes import EARTH_RADIUS_M, read_communes
from geo.errors import BadTerritory
from geo.schema import CRS
from geo.territory import Territory, parent_commune, projected_crs
from geo.words import number

# Twice the crow-fly reach of 20 minutes at 49 km/h with a detour of 1.1 is 29 km (a practice one
# reach outside is shared with people two reaches outside); 40 km leaves room for faster settings,
# and for the 30 minutes of midwives at the speed of towns.
HALO_M = 40_000.0
# Simplified outlines cut corners: a hall this close to its commune is where the file says.
HALL_OFF_OUTLINE_M = 500.0


@dataclass(frozen=True)
class Places:
    """``communes``, ``postcodes``: the canonical tables. ``national``: every commune of France."""

    communes: gpd.GeoDataFrame
    postcodes: pd.DataFrame
    national: pd.DataFrame
    regions: frozenset[str]

    def seats(self) -> pd.DataFrame:
        """Seat longitude and latitude by commune code (communes without a seat left out)."""
        seats: pd.DataFrame = self.communes.set_index("code")[["seat_lon", "seat_lat"]]
        return seats.dropna()


def read_places(intake: Intake, territory: Territory) -> Places:
    """The communes of the territory, of its region(s) and of the halo."""
    national = _national_list(intake)
    inside = _in_territory(national, territory)
    if not inside.any():
        raise BadTerritory(
            f"Aucune commune pour {territory} dans les fichiers du dossier {intake.raw.root}. "
            "À faire : vérifiez le code, ou complétez le dossier (source « communes »)."
        )
    regions = frozenset(national.loc[inside, "region"])
    compared = national["region"].isin(regions)
    around = ~compared & _near(national, compared.to_numpy(), HALO_M)
    scope = np.select([inside, compared, around], ["territory", "comparator", "halo"], "")
    kept = national.assign(scope=scope)[scope != ""].reset_index(drop=True)
    detailed = _detailed(intake, kept)
    return Places(_with_outlines(intake, kept, detailed), _postcodes(detailed), national, regions)


def _national_list(intake: Intake) -> pd.DataFrame:
    """One row per commune and per arrondissement, from the national list when there is one."""
    whole = intake.raw.files("communes", "france.json")
    frames = intake.need("communes", read_communes, *(["france.json"] if whole else ["*.geojson"]))
    if intake.raw.files("communes", "arrondissements-municipaux.json"):
        frames += intake.read("communes", read_communes, "arrondissements-municipaux.json")
    listed = pd.concat([pd.DataFrame(frame) for frame in frames], ignore_index=True)
    listed = listed.drop_duplicates("code").sort_values("code").reset_index(drop=True)
    parents = listed["code"].map(parent_commune)
    epci = listed.set_index("code")["epci"]
    listed["epci"] = listed["epci"].where(listed["epci"] != "", parents.map(epci).fillna(""))
    listed["parent"] = parents
    listed["source_id"] = "communes"
    return listed.drop(columns=["geometry", "kind", "postcodes"], errors="ignore")


_MEMBERSHIP: dict[str, Callable[[pd.DataFrame, str], pd.Series]] = {
    "france": lambda places, _: pd.Series(True, index=places.index),
    "demo": lambda places, _: pd.Series(True, index=places.index),
    "region": lambda places, code: places["region"] == code,
    "dep": lambda places, code: places["departement"] == code,
    "epci": lambda places, code: places["epci"] == code,
    "commune": lambda places, code: (places["code"] == code) | (places["parent"] == code),
}


def _in_territory(national: pd.DataFrame, territory: Territory) -> pd.Series:
    return _MEMBERSHIP[territory.kind](national, territory.code)


def _near(
    national: pd.DataFrame, compared: npt.NDArray[np.bool_], distance_m: float
) -> npt.NDArray[np.bool_]:
    """Which seats lie within ``distance_m`` of a compared one (great circle, no projection)."""
    points = unit_sphere(national["seat_lon"].to_numpy(), national["seat_lat"].to_numpy())
    known = np.isfinite(points).all(axis=1)
    near = np.zeros(len(national), dtype=bool)
    if (known & compared).any():
        chord = 2 * np.sin(distance_m / EARTH_RADIUS_M / 2)
        tree = cKDTree(points[known & compared])
        distance, _ = tree.query(points[known], distance_upper_bound=chord)
        near[known] = np.isfinite(distance)
    return near


def unit_sphere(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Points on the unit sphere, shape (n, 3), so that nearness needs no CRS."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _detailed(intake: Intake, communes: pd.DataFrame) -> list[pd.DataFrame]:
    """The files of the compared départements, which hold outlines and postal codes, if there."""
    compared = communes["scope"] != "halo"
    wanted = sorted(set(communes.loc[compared, "departement"]))
    patterns = [f"departement-{code}.geojson" for code in wanted]
    present = [name for name in patterns if intake.raw.files("communes", name)]
    absent = len(patterns) - len(present)
    if absent:
        intake.note(
            "missing",
            "communes",
            f"{absent} département(s) sans fichier de contours : leurs communes sont connues "
            "par leur mairie seulement.",
            file="communes/departement-*.geojson",
            count=absent,
        )
    return intake.read("communes", read_communes, *present) if present else []


def _postcodes(detailed: list[pd.DataFrame]) -> pd.DataFrame:
    """One row a postal code and a commune (a town may have several, villages share one)."""
    rows = [
        (postcode, code, "communes", vintage)
        for frame in detailed
        for code, told, vintage in frame[["code", "postcodes", "vintage"]].to_numpy(object)
        for postcode in filter(None, told.split(";"))
    ]
    table = pd.DataFrame(rows, columns=["postcode", "commune", "source_id", "vintage"], dtype="str")
    return table.drop_duplicates(["postcode", "commune"], ignore_index=True)


def _with_outlines(
    intake: Intake, communes: pd.DataFrame, detailed: list[pd.DataFrame]
) -> gpd.GeoDataFrame:
    """Add the polygons of the compared départements, where their file is there."""
    outlines = pd.Series([], index=pd.Index([], dtype="str"), dtype="object")
    if detailed:
        outlines = pd.concat(
            [pd.Series(frame.geometry.to_numpy(), index=frame["code"]) for frame in detailed]
        )
    found = outlines[~outlines.index.duplicated()].reindex(communes["code"])
    geometry = gpd.GeoSeries([None if pd.isna(shape) else shape for shape in found], crs=CRS)
    placed = gpd.GeoDataFrame(communes.drop(columns="parent"), geometry=geometry)
    return _halls_inside(intake, placed)


def _halls_inside(intake: Intake, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move a town hall that lies clearly out of its commune to a point inside, and list it."""
    halls = gpd.GeoSeries(gpd.points_from_xy(communes["seat_lon"], communes["seat_lat"]), crs=CRS)
    outlined = communes.geometry.notna() & communes["seat_lon"].notna()
    for crs, rows in communes[outlined].groupby(communes["departement"].map(projected_crs)):
        off_m = rows.geometry.to_crs(crs).distance(halls.loc[rows.index].to_crs(crs))
        astray = rows[off_m > HALL_OFF_OUTLINE_M]
        inside = astray.geometry.representative_point()
        communes.loc[astray.index, "seat_lon"] = inside.x
        communes.loc[astray.index, "seat_lat"] = inside.y
        for row in astray.itertuples():
            intake.note(
                "suspect",
                "communes",
                f"La mairie de {row.label} ({row.code}) est à "
                f"{number(off_m[row.Index] / 1000, 1)}\u00a0km de la commune : un point à "
                "l'intérieur la remplace.",
                file=f"departement-{row.departement}.geojson",
                column="mairie",
                value=str(row.code),
                expected="un point dans la commune",
            )
    return communes
