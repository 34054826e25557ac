"""Tables that a user brings, joined to the tables of a territory already read.

What lies outside the territory, its region and its halo is left aside, and said. The tables given
are never modified: those that do not change are shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from datasets.brought.indicators import SOURCE_ID as INDICATORS
from datasets.brought.practices import SOURCE_ID as PRACTICES
from datasets.layers.neighbourhoods import with_population
from datasets.layers.places import HALO_M, unit_sphere
from datasets.mediation.read import MediationReading
from datasets.readers.communes import EARTH_RADIUS_M
from datasets.reading import Problem, problems_frame
from geo.schema import CRS, GEOMETRY_TABLES, TABLES, Layers, empty_table, validate
from geo.words import counted


@dataclass(frozen=True)
class BroughtTables:
    """What a user brings, read: mediation files, practices (``read_practices``), figures, schemes.

    ``schemes`` are tables ``local_schemes`` (``read_schemes``).
    """

    mediation: Sequence[MediationReading] = ()
    practices: Sequence[pd.DataFrame] = ()
    indicators: Sequence[pd.DataFrame] = ()
    schemes: Sequence[pd.DataFrame] = ()


def join_brought(layers: Layers, brought: BroughtTables) -> Layers:
    """The same layers with the brought tables in them, each table validated anew.

    Practices are added. A figure takes the place of the one of the same QPV and indicator, and a
    mediation line that of the line of the same identifier. Schemes are added, each once.

    Raises
    ------
    BadLayer
        When a joined table breaks its schema.
    """
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    if brought.mediation:
        tables |= _mediation(layers, brought.mediation)
    if brought.practices:
        tables["supply"] = _supply(
            layers, pd.concat(brought.practices, ignore_index=True), problems
        )
    if brought.indicators:
        figures = pd.concat(brought.indicators, ignore_index=True)
        tables["indicators"] = _indicators(layers, figures, problems)
        tables["qpv"] = with_population(layers.geo("qpv"), tables["indicators"])
    if brought.schemes:
        schemes = pd.concat(brought.schemes, ignore_index=True)
        stacked = _stacked("local_schemes", layers["local_schemes"], schemes)
        tables["local_schemes"] = stacked.drop_duplicates(ignore_index=True)
    tables["problems"] = pd.concat(
        [layers["problems"], problems_frame(problems)], ignore_index=True
    )
    checked = {name: validate(name, table) for name, table in tables.items()}
    return replace(layers, tables={**layers.tables, **checked})


def _mediation(layers: Layers, readings: Sequence[MediationReading]) -> dict[str, pd.DataFrame]:
    points = pd.concat([reading.points for reading in readings], ignore_index=True)
    points = _at_seats(gpd.GeoDataFrame(points, geometry="geometry", crs=CRS), layers)
    brought = {
        "mediation": points.drop_duplicates("mediation_id", keep="last"),
        "mediation_qpv": pd.concat([reading.qpv for reading in readings], ignore_index=True),
        "mediation_funders": pd.concat([reading.funders for reading in readings]),
    }
    told = set(points["mediation_id"])
    joined = {}
    for name, table in brought.items():
        before = layers[name]
        kept = before[~before["mediation_id"].isin(told)]
        joined[name] = _stacked(name, kept, table)
    return joined


def _at_seats(points: gpd.GeoDataFrame, layers: Layers) -> gpd.GeoDataFrame:
    """Points known by commune only, put at the town hall."""
    seats = layers["communes"].set_index("code")[["seat_lon", "seat_lat"]].dropna()
    placed = points.copy()
    unplaced = placed.geometry.isna() | placed.geometry.is_empty
    here = unplaced & placed["commune"].isin(seats.index)
    at = seats.reindex(placed.loc[here, "commune"])
    placed.loc[here, "geometry"] = gpd.points_from_xy(at["seat_lon"], at["seat_lat"], crs=CRS)
    placed.loc[here, "precision"] = "commune"
    placed.loc[unplaced & ~here, "precision"] = "unknown"
    return placed


def _supply(layers: Layers, rows: pd.DataFrame, problems: list[Problem]) -> gpd.GeoDataFrame:
    communes = layers["communes"].set_index("code")
    seats = communes[["seat_lon", "seat_lat", "departement"]].dropna()
    written = rows["lon"].notna()
    nearest, away_m = _nearest(rows, seats)
    by_commune = rows["commune"].isin(communes.index)
    near = by_commune | (written & (rows["commune"] == "") & (away_m <= HALO_M))
    outside = "Hors du territoire et de son pourtour : laissé de côté."
    problems += [
        Problem("extra", PRACTICES, "", outside, line=int(line)) for line in rows.loc[~near, "line"]
    ]
    kept = rows[near].reset_index(drop=True)
    where = kept["commune"].where(kept["commune"] != "", nearest[near.to_numpy()])
    seat = seats.reindex(where)
    lon = kept["lon"].fillna(pd.Series(seat["seat_lon"].to_numpy(), index=kept.index))
    lat = kept["lat"].fillna(pd.Series(seat["seat_lat"].to_numpy(), index=kept.index))
    located = (lon.notna() & lat.notna()).to_numpy()
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=CRS)
    points[~located] = None
    before = layers.geo("supply")
    start = int((before["source_id"] == PRACTICES).sum())
    plain = pd.DataFrame(
        {
            "supply_id": [f"{PRACTICES}-{start + place:06d}" for place in range(len(kept))],
            **{name: kept[name] for name in ("profession", "label", "practices", "commune")},
            "departement": communes["departement"].reindex(where).fillna("").to_numpy(),
            "code_iris": "",
            "code_qp": "",
            "precision": kept["precision"].where(pd.Series(located, index=kept.index), "unknown"),
            "vintage": kept["vintage"],
            "source_id": PRACTICES,
        }
    )[list(TABLES["supply"].columns)]
    return _stacked("supply", before, gpd.GeoDataFrame(plain, geometry=points, crs=CRS))


def _nearest(
    rows: pd.DataFrame, seats: pd.DataFrame
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64]]:
    """Code of the nearest town hall and metres to it, by row; "" and infinity without a point."""
    codes = np.full(len(rows), "", dtype=object)
    away_m = np.full(len(rows), np.inf)
    known = rows["lon"].notna().to_numpy()
    if known.any() and len(seats):
        tree = cKDTree(unit_sphere(seats["seat_lon"].to_numpy(), seats["seat_lat"].to_numpy()))
        chord, place = tree.query(
            unit_sphere(rows.loc[known, "lon"].to_numpy(), rows.loc[known, "lat"].to_numpy())
        )
        codes[known] = seats.index.to_numpy()[place]
        away_m[known] = 2 * EARTH_RADIUS_M * np.arcsin(chord / 2)
    return codes, away_m


def _indicators(layers: Layers, rows: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    here = rows["code"].isin(set(layers["qpv"]["code_qp"]))
    if (~here).any():
        count = int((~here).sum())
        said = f"{counted(count, 'chiffre')} de quartiers hors de la région : laissés de côté."
        problems.append(Problem("extra", INDICATORS, "", said, count=count))
    rows = rows[here].drop_duplicates(["code", "indicator"], keep="last")
    before = layers["indicators"]
    told = pd.MultiIndex.from_frame(rows[["code", "indicator"]])
    replaced = (before["territory_kind"] == "qpv") & pd.MultiIndex.from_frame(
        before[["code", "indicator"]]
    ).isin(told)
    return _stacked("indicators", before[~replaced], rows)


def _stacked(name: str, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """One under the other; a column younger than the build is empty in its rows."""
    model = empty_table(name)
    lacking = {
        column: "" if model[column].dtype == "str" else np.nan
        for column in model.columns
        if column not in before
    }
    parts = [part for part in (before.assign(**lacking), after) if len(part)]
    if not parts:
        return before
    joined: pd.DataFrame = pd.concat(parts, ignore_index=True)
    if name in GEOMETRY_TABLES:
        joined = gpd.GeoDataFrame(joined, geometry="geometry", crs=CRS)
    return joined
