"""How much of each 2015 outline lies in each 2024 one: by inhabitants where known, else by area.

Inhabitants come from the 200 m cells, people spread evenly within a cell. Quartiers that touch
one another (a group linked by overlaps) are all measured the same way, so that their shares add
up: by cells when the communes of every 2024 QPV of the group are known by cells, else by area.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.access.grid_cells import cell_squares
from geo.measure import Floats
from geo.territory import projected_crs

Indices = npt.NDArray[np.intp]


def overlaps(
    newer: gpd.GeoDataFrame, older: gpd.GeoDataFrame, demand: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Pairs that overlap, and the measure of each outline.

    Parameters
    ----------
    newer, older : QPV of 2024 and of 2015 (code_qp, departement, communes, outline in EPSG:4326).
    demand : the demand table, whose rows of level ``cell`` hold people by 200 m square.

    Returns
    -------
    pairs : code_2024, code_2015, area_m2, shared (people or m²), method (``cells`` or ``area``).
    newer_sizes, older_sizes : code_qp, size (in the unit of its group), method.
    """
    gridded = set(demand.loc[demand["level"] == "cell", "commune"])
    parts = []
    for system in sorted({projected_crs(code) for code in older["departement"]}):
        parts.append(
            _in_system(
                newer[newer["departement"].map(projected_crs) == system],
                older[older["departement"].map(projected_crs) == system],
                demand[demand["level"] == "cell"],
                gridded,
                system,
            )
        )
    empty = pd.DataFrame({"code_2024": [], "code_2015": [], "method": []}, dtype="str")
    empty = empty.assign(area_m2=pd.Series(dtype=float), shared=pd.Series(dtype=float))
    sizes = pd.DataFrame({"code_qp": [], "method": []}, dtype="str")
    sizes = sizes.assign(size=pd.Series(dtype=float))
    if not parts:
        return empty, sizes, sizes
    pairs, news, olds = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    return pairs, news, olds


def _in_system(
    newer: gpd.GeoDataFrame,
    older: gpd.GeoDataFrame,
    cells: gpd.GeoDataFrame,
    gridded: set[str],
    system: str,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    new_shapes = newer.geometry.to_crs(system).to_numpy()
    old_shapes = older.geometry.to_crs(system).to_numpy()
    old, new = shapely.STRtree(new_shapes).query(old_shapes, predicate="intersects")
    shared = shapely.intersection(old_shapes[old], new_shapes[new])
    area = shapely.area(shared)
    # Outlines that merely touch share a line, not a surface.
    kept = area > 0
    old, new, shared, area = old[kept], new[kept], shared[kept], area[kept]
    by_area = (shapely.area(new_shapes), shapely.area(old_shapes), area)
    group_new, group_old = _groups(len(newer), len(older), new, old)
    near = _near(cells, system, [*new_shapes, *old_shapes])
    people = tuple(_people(shapes, near) for shapes in (new_shapes, old_shapes, shared))
    known = newer["communes"].map(lambda codes: set(codes.split(";")) <= gridded).to_numpy(bool)
    poor = {*group_new[~known | (people[0] <= 0)], *group_old[people[1] <= 0]}
    cells_new = ~np.isin(group_new, list(poor))
    cells_old = ~np.isin(group_old, list(poor))

    def told(by_cells: npt.NDArray[np.bool_], rank: int) -> tuple[Floats, list[str]]:
        return (
            np.where(by_cells, people[rank], by_area[rank]),
            ["cells" if each else "area" for each in by_cells],
        )

    (new_size, new_how), (old_size, old_how) = told(cells_new, 0), told(cells_old, 1)
    pair_size, pair_how = told(cells_new[new], 2)
    pairs = pd.DataFrame(
        {
            "code_2024": newer["code_qp"].to_numpy()[new],
            "code_2015": older["code_qp"].to_numpy()[old],
            "area_m2": area,
            "shared": pair_size,
            "method": pd.Series(pair_how, dtype="str"),
        }
    )
    return (
        pairs,
        pd.DataFrame({"code_qp": newer["code_qp"].to_numpy(), "size": new_size, "method": new_how}),
        pd.DataFrame({"code_qp": older["code_qp"].to_numpy(), "size": old_size, "method": old_how}),
    )


def _groups(news: int, olds: int, new: Indices, old: Indices) -> tuple[Indices, Indices]:
    """The group of each outline: those that overlaps link, directly or from one to the next."""
    size = news + olds
    links = coo_array((np.ones(len(new)), (new, news + old)), shape=(size, size))
    _, group = connected_components(links, directed=False)
    return group[:news], group[news:]


def _near(
    cells: gpd.GeoDataFrame, system: str, shapes: list[shapely.Geometry]
) -> tuple[npt.NDArray[np.object_], Floats]:
    """The squares around some outlines, as polygons of the system, and their people."""
    nothing = np.empty(0, dtype=object), np.empty(0)
    if cells.empty or not shapes:
        return nothing
    west, south, east, north = (
        gpd.GeoSeries(shapes, crs=system).buffer(300).to_crs(cells.crs).total_bounds
    )
    around = cells.cx[west:east, south:north]
    if around.empty:
        return nothing
    squares = cell_squares(around["demand_id"].reset_index(drop=True), system)
    drawn = squares.notna().to_numpy()
    return squares.to_numpy()[drawn], around["population"].to_numpy(float)[drawn]


def _people(
    shapes: npt.NDArray[np.object_], cells: tuple[npt.NDArray[np.object_], Floats]
) -> Floats:
    squares, population = cells
    if not len(squares) or not len(shapes):
        return np.zeros(len(shapes))
    row, column = shapely.STRtree(squares).query(shapes, predicate="intersects")
    inside = shapely.area(shapely.intersection(shapes[row], squares[column]))
    people = inside / shapely.area(squares[column]) * population[column]
    return np.bincount(row, weights=people, minlength=len(shapes)).astype(np.float64)
