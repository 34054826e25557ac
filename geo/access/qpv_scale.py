"""The access of a QPV, from the pieces of it where people are known to live.

A QPV is cut by the finest areas whose people are known: 200 m cells, else IRIS; where neither
covers it, it is one piece at its representative point. A piece holds the share of its area's
people that its surface (or its dwellings) is of the area. The figure of the QPV is the mean of its
pieces weighted by standardised people; headcounts below a threshold count all people (the note of
each DREES workbook, METHODS 1.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.access.grid_cells import cell_squares
from geo.access.settings import Edge
from geo.access.standardise import summarise_access
from geo.measure import Floats
from geo.schema import CRS, Layers
from geo.territory import parent_commune, projected_crs

LEVELS = ("cell", "iris", "point")
PIECE_COLUMNS = (
    "quarter",
    "code_qp",
    "area_id",
    "level",
    "communes",
    "population",
    "people",
    "share_of_area",
    "share_of_quarter",
)
_NEAR_DEGREES = 0.02
_SMALLEST_M2 = 1.0
# Figures this close are equal: only the order of additions tells them apart.
_DECIMALS = 9


def pieces(
    layers: Layers,
    communes: pd.Series,
    *,
    min_covered: float,
    dwellings: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """The pieces of every QPV of the layers, sorted by QPV then area.

    Parameters
    ----------
    communes : the commune codes of each QPV (tuples), in the order of ``layers["qpv"]``.
    min_covered : share of its surface that areas with known people must cover for a QPV to be
        cut; below, it is one piece.
    dwellings : points (EPSG:4326) with a number of ``dwellings``: an area's people are then shared
        by dwellings; areas without any are shared by surface.

    Returns a GeoDataFrame (``PIECE_COLUMNS``, and a point inside each piece, EPSG:4326).
    ``quarter`` is the position of the QPV; ``population`` its inhabitants, NaN when unknown;
    ``people`` its standardised people (plain where no standard is known); ``share_of_area`` the
    part of the area's people taken; ``share_of_quarter`` the part of the QPV's surface. The single
    piece of level ``point`` has the QPV's published population, and weighs 1.
    """
    quarters = layers.geo("qpv").reset_index(drop=True)
    in_cells = _communes_in_cells(layers)
    found = []
    systems = quarters["departement"].map(projected_crs)
    for system in sorted(systems.unique()):
        own = quarters[systems == system]
        areas = _areas(layers, own, in_cells, system)
        outlines = own.geometry.to_crs(system)
        cut = _cut(outlines, areas, _points(dwellings, outlines, system))
        covered = _covered(outlines, cut, communes.loc[own.index], in_cells, layers, system)
        lived_in = cut.groupby("quarter")["people"].sum().reindex(own.index, fill_value=0.0) > 0
        enough = covered.index[(covered >= min_covered) & lived_in]
        kept = cut[cut["quarter"].isin(enough) & cut["people"].notna()]
        found.append(kept.set_geometry(kept.geometry.to_crs(CRS)))
    fine = pd.concat(found) if found else _empty()
    whole = quarters[~quarters.index.isin(fine["quarter"])]
    both = pd.concat([fine, _whole(whole, communes)], ignore_index=True)
    both["code_qp"] = quarters["code_qp"].to_numpy()[both["quarter"].to_numpy(np.int64)]
    both = both.sort_values(["code_qp", "area_id"], ignore_index=True)
    return gpd.GeoDataFrame(both[[*PIECE_COLUMNS, "geometry"]], geometry="geometry", crs=CRS)


def piece_ids(cut: pd.DataFrame) -> pd.Series:
    """The id of each piece among travel times: ``QN04203M/cell-CRS3035…``, ``QN04201M/point``.

    Unique (an area meets a QPV in one piece) and the same for the same tables; on the index of
    ``cut``.
    """
    whole = cut["level"] == "point"
    ids: pd.Series = cut["code_qp"] + "/" + cut["level"] + ("-" + cut["area_id"]).mask(whole, "")
    return ids.astype("str")


@dataclass(frozen=True)
class QuarterAccess:
    """Per QPV (in the order asked for): mean access, number of pieces, their coarsest level."""

    access: Floats
    count: npt.NDArray[np.int64]
    level: list[str]


def quarter_access(cut: pd.DataFrame, access: Floats, quarters: int) -> QuarterAccess:
    """Mean access of each QPV over its pieces, weighted by standardised people.

    ``access`` has one figure a piece; a QPV of which a piece's access is unknown is NaN.
    """
    of = cut["quarter"].to_numpy(np.int64)
    people = np.nan_to_num(cut["people"].to_numpy(float))
    weight = np.bincount(of, people, quarters)
    # An unknown access makes the sum, then the mean, unknown.
    total = np.bincount(of, people * access, quarters)
    mean = np.divide(total, weight, out=np.full(quarters, np.nan), where=weight > 0)
    coarsest = np.full(quarters, -1)
    np.maximum.at(coarsest, of, pd.Index(LEVELS).get_indexer(pd.Index(cut["level"])))
    level = [LEVELS[rank] if rank >= 0 else "" for rank in coarsest]
    return QuarterAccess(mean, np.bincount(of, minlength=quarters), level)


def share_below(
    cut: pd.DataFrame, access: Floats, thresholds: Floats, edge: Edge
) -> npt.NDArray[np.float64]:
    """Part of the people of each QPV whose access is below its threshold (total population).

    ``thresholds`` has one figure a QPV. NaN where the threshold, the people or the access of a
    piece are unknown, or where nobody lives.
    """
    shares = np.full(len(thresholds), np.nan)
    rounded = np.round(access, _DECIMALS)
    for place, rows in _by_quarter(cut):
        limit = float(thresholds[place])
        people = cut["population"].to_numpy(float)[rows]
        if np.isfinite(limit) and np.isfinite(people).all() and np.isfinite(rounded[rows]).all():
            shares[place] = summarise_access(
                rounded[rows], people, people, round(limit, _DECIMALS), edge
            ).share_below
    return shares


def _by_quarter(cut: pd.DataFrame) -> list[tuple[int, npt.NDArray[np.int64]]]:
    """The rows of each QPV's pieces, in the order of the QPV."""
    quarters = cut["quarter"].to_numpy(np.int64)
    return [(int(place), np.flatnonzero(quarters == place)) for place in np.unique(quarters)]


def _communes_in_cells(layers: Layers) -> frozenset[str]:
    """Communes and arrondissements whose people are known by cell."""
    demand = layers["demand"]
    return frozenset(demand.loc[demand["level"] == "cell", "commune"])


def _areas(
    layers: Layers, quarters: gpd.GeoDataFrame, in_cells: frozenset[str], system: str
) -> gpd.GeoDataFrame:
    """Cells, and IRIS of the other communes, around these QPV: people and outline (``system``)."""
    demand, iris = layers.geo("demand"), layers.geo("iris")
    west, south, east, north = quarters.total_bounds
    margin = _NEAR_DEGREES
    cells = demand[demand["level"] == "cell"]
    cells = cells.cx[west - margin : east + margin, south - margin : north + margin]
    outlined = iris[~(iris.geometry.isna() | iris.geometry.is_empty)]
    # An IRIS of a commune, or of a city, counted in cells would count its people twice.
    elsewhere = outlined["commune"].isin(in_cells)
    elsewhere |= outlined["commune"].map(parent_commune).isin(in_cells)
    outlined = outlined[~elsewhere]
    outlined = outlined.cx[west:east, south:north]
    by_commune = _people(demand).groupby(demand["commune"]).sum()
    inhabitants = demand["population"].groupby(demand["commune"]).sum()
    factor = (by_commune / inhabitants.where(inhabitants > 0)).reindex(outlined["commune"])
    parts = [
        gpd.GeoDataFrame(
            {
                "area_id": cells["demand_id"],
                "level": "cell",
                "commune": cells["commune"],
                "population": cells["population"],
                "people": _people(cells),
            },
            geometry=cell_squares(cells["demand_id"], system),
        ),
        gpd.GeoDataFrame(
            {
                "area_id": outlined["code_iris"],
                "level": "iris",
                "commune": outlined["commune"],
                "population": outlined["population"],
                "people": outlined["population"] * factor.fillna(1.0).to_numpy(),
            },
            geometry=outlined.geometry.to_crs(system),
        ),
    ]
    filled = [part for part in parts if len(part)] or parts[:1]
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), crs=system)


def _people(demand: pd.DataFrame) -> pd.Series:
    people: pd.Series = demand["standardised_population"].fillna(demand["population"])
    return people


def _points(
    dwellings: gpd.GeoDataFrame | None, outlines: gpd.GeoSeries, system: str
) -> gpd.GeoDataFrame | None:
    if dwellings is None:
        return None
    west, south, east, north = outlines.to_crs(CRS).total_bounds
    return dwellings.cx[west - 1 : east + 1, south - 1 : north + 1].to_crs(system)


def _cut(
    outlines: gpd.GeoSeries, areas: gpd.GeoDataFrame, dwellings: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """Intersections of QPV and areas; the geometry is a point inside each."""
    shapes, whole = outlines.to_numpy(), areas.geometry.to_numpy()
    quarter, area = shapely.STRtree(whole).query(shapes, predicate="intersects")
    met = shapely.intersection(shapes[quarter], whole[area])
    surface = shapely.area(met)
    kept = surface >= _SMALLEST_M2
    quarter, area, met, surface = quarter[kept], area[kept], met[kept], surface[kept]
    share = surface / shapely.area(whole[area])
    if dwellings is not None:
        share = _by_dwellings(share, met, whole, area, dwellings)
    told = areas.iloc[area].reset_index(drop=True)
    return gpd.GeoDataFrame(
        {
            "quarter": outlines.index.to_numpy()[quarter],
            "area_id": told["area_id"],
            "level": told["level"],
            "communes": [tuple(dict.fromkeys((c, parent_commune(c)))) for c in told["commune"]],
            "population": told["population"] * share,
            "people": told["people"] * share,
            "share_of_area": share,
            "share_of_quarter": surface / shapely.area(shapes[quarter]),
        },
        geometry=shapely.point_on_surface(met),
        crs=outlines.crs,
    )


def _by_dwellings(
    by_surface: Floats,
    met: npt.NDArray[np.object_],
    whole: npt.NDArray[np.object_],
    area: npt.NDArray[np.int64],
    dwellings: gpd.GeoDataFrame,
) -> Floats:
    tree = shapely.STRtree(dwellings.geometry.to_numpy())
    counts = dwellings["dwellings"].to_numpy(float)

    def inside(shapes: npt.NDArray[np.object_]) -> Floats:
        shape, point = tree.query(shapes, predicate="intersects")
        return np.bincount(shape, weights=counts[point], minlength=len(shapes)).astype(np.float64)

    total = inside(whole)[area]
    return np.where(total > 0, inside(met) / np.where(total > 0, total, 1.0), by_surface)


def _covered(
    outlines: gpd.GeoSeries,
    cut: gpd.GeoDataFrame,
    communes: pd.Series,
    in_cells: frozenset[str],
    layers: Layers,
    system: str,
) -> pd.Series:
    """Share of each QPV's surface of which we know who lives there.

    The grid has no square where nobody lives: in a commune known by cells everything is covered.
    """
    known = cut[(cut["level"] == "iris") & cut["people"].notna()]
    by_quarter = known.groupby("quarter")["share_of_quarter"].sum()
    covered: pd.Series = by_quarter.reindex(outlines.index, fill_value=0.0)
    if not in_cells:
        return covered
    places = layers.geo("communes")
    outlined = places[places["code"].isin(in_cells) & places.geometry.notna()]
    known_by_cells = outlined.geometry.to_crs(system).to_numpy()
    shapes = outlines.to_numpy()
    quarter, commune = shapely.STRtree(known_by_cells).query(shapes, predicate="intersects")
    surface = shapely.area(shapely.intersection(shapes[quarter], known_by_cells[commune]))
    covered += np.bincount(quarter, weights=surface, minlength=len(shapes)) / shapely.area(shapes)
    told = in_cells | {parent_commune(code) for code in in_cells}
    inside = [all(code in told for code in codes) for codes in communes]
    return covered.mask(np.array(inside, dtype=bool), 1.0)


def _whole(quarters: gpd.GeoDataFrame, communes: pd.Series) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "quarter": quarters.index,
            "area_id": quarters["code_qp"],
            "level": "point",
            "communes": communes.loc[quarters.index],
            "population": quarters["population"],
            "people": 1.0,
            "share_of_area": 1.0,
            "share_of_quarter": 1.0,
        },
        geometry=quarters.geometry.representative_point(),
        crs=CRS,
    )


def _empty() -> gpd.GeoDataFrame:
    columns = {name: pd.Series(dtype="object") for name in PIECE_COLUMNS}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=CRS))
