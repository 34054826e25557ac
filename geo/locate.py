"""Points to QPV: in which one, how far from its outline, and when nobody should rule on it.

Inside or outside is read on the outlines as published, in degrees; distances are measured in the
projected system of each part of France. Outlines and positions are both imprecise: nearer to an
outline than the two together, a point is « limite » and no answer is an official one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from scipy.spatial import cKDTree

from geo.measure import Floats
from geo.setting_marks import parameter
from geo.swapped import abroad, swapped
from geo.territory import projected_crs
from geo.words import counted, percent

if TYPE_CHECKING:
    from geo.schema import Layers

PLACED, NOWHERE, FAR, ELSEWHERE = (
    "situé",
    "sans position",
    "hors de France",
    "hors du territoire",
)
EDGE = "situé, bord du territoire"
EXCHANGED = "hors de France, lon et lat inversées ?"
COLUMNS = (
    "id", "code_qp", "label", "generation", "distance_m", "limite",
    "statut", "code_proche", "label_proche", "marge_m",
)  # fmt: skip
_METRES_PER_DEGREE = 111_320.0
_COMMUNE_REACH_M = 10_000.0  # [assumption] a quarter is no farther from the seat of its commune
_AROUND_DEGREES = np.array([-0.5, -0.5, 0.5, 0.5])
_LEAST_DECIMALS, _MOST_DECIMALS = 3, 9


@dataclass(frozen=True)
class Precision:
    """How near to an outline an answer is only « limite »."""

    least_margin_m: float = parameter(
        50.0,
        "m",
        "Marge minimale sous laquelle un point est dit « limite »",
        "choix du projet : ne jamais trancher pour une adresse près d'un contour",
        "assumption",
    )


def locate(
    points: pd.DataFrame,
    quarters: gpd.GeoDataFrame,
    precision: Precision | None = None,
    area: gpd.GeoSeries | None = None,
    beyond: gpd.GeoSeries | None = None,
) -> pd.DataFrame:
    """The QPV of each point, one row a point and a generation of quarters.

    Parameters
    ----------
    points : ``id``, ``lon``, ``lat`` (degrees, EPSG:4326; NaN when unknown), ``precision_m``.
    quarters : EPSG:4326, ``code_qp``, ``label``, ``perimeter`` (generation), ``departement``.
    area : EPSG:4326, where the quarters are all known; elsewhere nothing is said of a point.
    beyond : EPSG:4326, points of the communes around the area: where the edge of the area and
        one of them are nearer than any quarter, a nearer one may lie beyond (none in the sea).

    Returns
    -------
    Columns ``COLUMNS``. ``code_qp`` is empty outside any quarter; ``distance_m`` is the distance
    to the outline of the quarter, negative inside, or of the nearest one (``code_proche``);
    ``limite`` is whether it is at most ``marge_m``: the precision of the outline and that of the
    point added, and never less than ``Precision.least_margin_m``. Without position, out of France
    (``EXCHANGED``: in it with longitude and latitude exchanged) or of ``area``, distances are
    missing and ``statut`` says why; so are those that a quarter of the other side might shorten
    (``EDGE``), where ``limite`` also holds within the margin of it.
    """
    asked = precision or Precision()
    covered = _covered(points, area) & ~abroad(points)
    rim = None if area is None or beyond is None or beyond.empty else (_edge(area), beyond)
    parts = [
        _one_generation(points, covered, own.reset_index(drop=True), rim, str(generation), asked)
        for generation, own in quarters.groupby("perimeter", sort=True)
    ]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    order = np.argsort(np.tile(np.arange(len(points)), len(parts)), kind="stable")
    return pd.concat(parts, ignore_index=True).iloc[order].reset_index(drop=True)


def locate_in(
    points: pd.DataFrame, layers: Layers, precision: Precision | None = None
) -> pd.DataFrame:
    """``locate`` among the quarters of a built territory, honest about its edge."""
    communes = layers.geo("communes")
    outside = communes["scope"] == "halo"
    return locate(
        points,
        layers.geo("qpv"),
        precision,
        communes[~outside].geometry.dropna(),
        gpd.GeoSeries(gpd.points_from_xy(*_seats(communes[outside])), crs="EPSG:4326"),
    )


def _seats(communes: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    known = communes[communes["seat_lon"].notna() & communes["seat_lat"].notna()]
    return known["seat_lon"], known["seat_lat"]


def share_inside(located: pd.DataFrame) -> pd.DataFrame:
    """How many points are inside a QPV, by generation.

    Returns ``generation``, ``points`` (all), ``placed``, ``inside``, ``limit`` (placed ones too
    near to an outline) and ``share_inside`` (0..1 of the placed ones; NaN when there is none).
    """
    placed = located["statut"].isin([PLACED, EDGE])
    counts = (
        pd.DataFrame(
            {
                "generation": located["generation"],
                "points": 1,
                "placed": placed.astype(int),
                "inside": (located["code_qp"] != "").astype(int),
                "limit": (located["limite"] & placed).astype(int),
            }
        )
        .groupby("generation", sort=True, as_index=False)
        .sum()
    )
    return counts.assign(share_inside=counts["inside"] / counts["placed"].where(lambda n: n > 0))


def shares_in_words(shares: pd.DataFrame) -> list[str]:
    """One French sentence a generation of the table of ``share_inside``."""
    told = []
    for row in shares.to_dict("records"):
        generation = f"QPV {row['generation']}"
        if row["placed"] == 0:
            told.append(f"{generation} : aucun point n'a pu être placé.")
            continue
        told.append(
            f"{generation} : {counted(row['inside'], 'point')} dedans sur "
            f"{counted(row['placed'], 'placé')} ({percent(row['share_inside'])}) ; "
            f"{counted(row['limit'], 'cas limite', 'cas limites')} ; "
            f"{counted(row['points'] - row['placed'], 'point')} sans position ou hors du "
            "territoire."
        )
    return told


def outline_precision_m(quarters: gpd.GeoDataFrame) -> Floats:
    """Metres between two positions that each outline can write, from its decimals (n,).

    A file rounded to four decimals writes a corner every 11 m. Round figures (a drawn square)
    tell nothing of a precision: it is never taken for worse than three decimals.
    """
    shapes = quarters.geometry.to_numpy()
    positions, which = shapely.get_coordinates(shapes, return_index=True)
    written = np.maximum(decimals(positions[:, 0]), decimals(positions[:, 1]))
    # The middle one: a repair adds corners with all their decimals, a round figure has fewer.
    middle = pd.Series(written).groupby(which).quantile(0.5, interpolation="higher")
    told = middle.reindex(range(len(shapes)), fill_value=0).to_numpy()
    return step_m(np.maximum(told, _LEAST_DECIMALS))


def step_m(written: npt.NDArray[np.int64]) -> Floats:
    """The step in metres (of latitude) of degrees written with so many decimals.

    >>> step_m(np.array([4])).round(1)
    array([11.1])
    """
    return _METRES_PER_DEGREE * 10.0 ** -np.asarray(written, dtype=np.float64)


def decimals(degrees: Floats) -> npt.NDArray[np.int64]:
    """How many decimals each number needs, at most nine (a tenth of a millimetre).

    >>> decimals(np.array([4.5, 46.0, 3.14159]))
    array([1, 0, 5])
    """
    values = np.asarray(degrees, dtype=np.float64)
    found = np.full(len(values), _MOST_DECIMALS, dtype=np.int64)
    for count in range(_MOST_DECIMALS - 1, -1, -1):
        scaled = values * 10.0**count
        # A double holds a degree to some 3e-14: what is left above that is a real decimal.
        found[np.abs(scaled - np.round(scaled)) < 1e-13 * 10.0**count] = count
    return found


def _covered(points: pd.DataFrame, area: gpd.GeoSeries | None) -> npt.NDArray[np.bool_]:
    if area is None:
        return np.ones(len(points), dtype=bool)
    outlines = area[area.notna()].to_numpy()
    found, _ = shapely.STRtree(outlines).query(
        shapely.points(points["lon"].fillna(0), points["lat"].fillna(0)), predicate="intersects"
    )
    inside = np.zeros(len(points), dtype=bool)
    inside[found] = True
    return inside


def _one_generation(
    points: pd.DataFrame,
    covered: npt.NDArray[np.bool_],
    quarters: gpd.GeoDataFrame,
    rim: tuple[gpd.GeoSeries, gpd.GeoSeries] | None,
    generation: str,
    asked: Precision,
) -> pd.DataFrame:
    count = len(points)
    lon, lat = points["lon"].to_numpy(float), points["lat"].to_numpy(float)
    placed_at = np.isfinite(lon) & np.isfinite(lat)
    known = placed_at & covered
    spots = shapely.points(np.where(known, lon, 0.0), np.where(known, lat, 0.0))
    inside = _containing(spots, known, quarters)
    near = np.full(count, -1)
    distance, to_edge = np.full(count, np.nan), np.full(count, np.inf)
    for system, own, here in _parts_of_france(quarters, lon, lat, known):
        to_metres = Transformer.from_crs("EPSG:4326", system, always_xy=True)
        edges = shapely.boundary(quarters.geometry.iloc[own].to_crs(system).to_numpy())
        placed = shapely.points(*to_metres.transform(lon[here], lat[here]))
        outside = ~np.isin(inside[here], own)
        nearest = np.searchsorted(own, np.where(outside, own[0], inside[here]))
        measured = np.empty(len(here))
        nearest[outside], measured[outside] = _nearest(placed[outside], edges)
        measured[~outside] = shapely.distance(placed[~outside], edges[nearest[~outside]])
        # Two areas of use may overlap: what is inside, else what is nearer, is kept.
        kept = ~outside | ((inside[here] < 0) & ~(distance[here] <= measured))
        near[here[kept]] = own[nearest[kept]]
        distance[here[kept]] = measured[kept]
        if rim is not None:
            to_edge[here[outside]] = _to_beyond_m(placed[outside], *rim, system)
    held = inside >= 0
    margins = np.maximum(
        asked.least_margin_m,
        outline_precision_m(quarters)[near] + points["precision_m"].to_numpy(float),
    )
    margins[near < 0] = np.nan
    unsure = ~held & (near >= 0) & (to_edge < distance)
    limit = np.where(unsure, to_edge, distance) <= margins
    distance[unsure] = np.nan
    near[unsure] = -1
    return pd.DataFrame(
        {
            "id": points["id"].to_numpy(),
            "code_qp": _named(quarters["code_qp"], inside),
            "label": _named(quarters["label"], inside),
            "generation": generation,
            # On an outline, zero has no sign.
            "distance_m": np.where(held, -distance, distance) + 0.0,
            "limite": limit,
            "statut": np.select(
                [~placed_at, swapped(points), abroad(points), ~covered, unsure, near < 0],
                [NOWHERE, EXCHANGED, FAR, ELSEWHERE, EDGE, FAR],
                PLACED,
            ),
            "code_proche": _named(quarters["code_qp"], near),
            "label_proche": _named(quarters["label"], near),
            "marge_m": margins,
        }
    )


def _edge(area: gpd.GeoSeries) -> gpd.GeoSeries:
    """The outline of the whole area; the outlines of its parts where they do not fit together."""
    parts = area.to_numpy()
    try:
        whole = shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:
        whole = shapely.union_all(parts, grid_size=1e-5)
    return gpd.GeoSeries([shapely.boundary(whole)], crs=area.crs)


def _to_beyond_m(
    spots: npt.NDArray[np.object_], edge: gpd.GeoSeries, beyond: gpd.GeoSeries, system: str
) -> Floats:
    """The least distance at which a quarter of another territory may lie (n,)."""
    outline = shapely.get_parts(edge.to_crs(system).to_numpy())
    _, to_edge = _nearest(spots, outline)
    seats = beyond.to_crs(system)
    around = cKDTree(np.column_stack([seats.x, seats.y]))
    to_seat, _ = around.query(shapely.get_coordinates(spots))
    return np.asarray(np.maximum(to_edge, to_seat - _COMMUNE_REACH_M), dtype=np.float64)


def _containing(
    spots: npt.NDArray[np.object_], known: npt.NDArray[np.bool_], quarters: gpd.GeoDataFrame
) -> npt.NDArray[np.int64]:
    """Position of the quarter that covers each point, -1 outside; the first code when several."""
    by_code = np.argsort(quarters["code_qp"].to_numpy(), kind="stable")
    outlines = quarters.geometry.to_numpy()[by_code]
    point, quarter = shapely.STRtree(outlines).query(spots, predicate="intersects")
    inside = np.full(len(spots), -1)
    order = np.lexsort((-quarter, point))
    inside[point[order]] = by_code[quarter[order]]
    inside[~known] = -1
    return inside


def _nearest(
    spots: npt.NDArray[np.object_], edges: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.int64], Floats]:
    """The nearest outline of each point, the first when several are as near, and its distance.

    No outline is farther than its nearest corner: only those within that distance are measured.
    (The tree's own search for the nearest was ten times slower on 100,000 points.)
    """
    at_most, _ = cKDTree(shapely.get_coordinates(edges)).query(shapely.get_coordinates(spots))
    point, edge = shapely.STRtree(edges).query(spots, "dwithin", at_most * (1 + 1e-9) + 1e-6)
    measured = shapely.distance(spots[point], edges[edge])
    order = np.lexsort((edge, measured, point))
    first = order[np.unique(point[order], return_index=True)[1]]
    return np.asarray(edge[first], dtype=np.int64), measured[first]


def _parts_of_france(
    quarters: gpd.GeoDataFrame, lon: Floats, lat: Floats, known: npt.NDArray[np.bool_]
) -> Iterator[tuple[str, npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Each projected system, its quarters, and the points inside its official area of use.

    A far island may lie outside the area of the system of its territory: around quarters counts.
    """
    systems = quarters["departement"].map(projected_crs).to_numpy(str)
    for system in map(str, np.unique(systems)):
        area = CRS(system).area_of_use
        if area is None:
            continue
        own = np.flatnonzero(systems == system)
        around = quarters.geometry.iloc[own].total_bounds + _AROUND_DEGREES
        west, south = np.minimum(area.bounds[:2], around[:2])
        east, north = np.maximum(area.bounds[2:], around[2:])
        here = known & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if here.any():
            yield system, own, np.flatnonzero(here)


def _named(values: pd.Series, places: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    named = values.to_numpy(object)[np.maximum(places, 0)]
    return np.where(places >= 0, named, "")
