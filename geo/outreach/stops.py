"""The stops of a round: blocks of the QPV with their dwellings, estimated or brought by the team.

Without a list, blocks are the inhabited 200 m cells where the territory has them, else the squares
of a grid laid on the outline. Their dwellings are modelled: people spread over the blocks (by cell,
else evenly by surface) over people per dwelling. No file read here counts dwellings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.access.grid_cells import cell_squares
from geo.errors import BadInput
from geo.measure import Floats
from geo.outreach.assumptions import Assumptions
from geo.schema import CRS, Layers
from geo.territory import projected_crs
from geo.words import as_written, number

STOP_COLUMNS = ("stop", "dwellings", "weight", "lon", "lat")
# A corner of a block smaller than this part of it joins the nearest block [assumption, editable].
_SMALLEST_SHARE = 0.08
# Cells that hold less of the QPV's surface leave too much of it without people: see
# ``Parameters.min_pieces_area``, the same rule for access.
_MIN_COVERED = 0.5
_NEAR_DEGREES = 0.01


@dataclass(frozen=True, eq=False)
class Stops:
    """Stops of one QPV: ``frame`` (STOP_COLUMNS, EPSG:4326, a block's outline or a point).

    ``weight``: share of the stop in the whole; ``dwellings``: whole number, NaN when unknown.
    ``total``: dwellings of all stops (NaN when unknown). ``status``: ``modelled`` when estimated,
    ``brought`` when the team counted them, ``missing``. ``how``: the method in one sentence.
    """

    code_qp: str
    departement: str
    frame: gpd.GeoDataFrame
    total: float
    status: str
    how: str
    outline: shapely.Geometry
    notes: tuple[str, ...] = ()

    @property
    def system(self) -> str:
        """The projected system to measure in."""
        return projected_crs(self.departement)

    @property
    def xy_m(self) -> Floats:
        """Place of each stop in metres of ``system``; NaN without a position."""
        places = gpd.GeoSeries.from_xy(self.frame["lon"], self.frame["lat"], crs=CRS)
        placed = places.to_crs(self.system)
        known = self.frame["lon"].notna().to_numpy()
        return np.where(known[:, None], np.column_stack([placed.x, placed.y]), np.nan)


def blocks(layers: Layers, code_qp: str, assumptions: Assumptions) -> Stops:
    """The blocks of a QPV with their estimated dwellings.

    Raises
    ------
    BadInput
        When the QPV is not in the territory.
    """
    quarter = _quarter(layers, code_qp)
    system = projected_crs(str(quarter["departement"]))
    outline = gpd.GeoSeries([quarter["geometry"]], crs=CRS).to_crs(system).iloc[0]
    cells = _cells(layers, quarter["geometry"], outline, system)
    of_cells = cells is not None
    parts = _squares(outline, assumptions.block_side_m, system) if cells is None else cells
    shapes = _without_slivers(parts, assumptions.block_side_m)
    weight = shapes["weight"].to_numpy() / shapes["weight"].sum()
    people = float(quarter["population"])
    total = float(round(people / assumptions.people_per_dwelling)) if people > 0 else np.nan
    middles = shapes.geometry.representative_point().to_crs(CRS)
    frame = gpd.GeoDataFrame(
        {
            "stop": _names(shapes, assumptions.block_side_m),
            "dwellings": apportioned(total, weight) if np.isfinite(total) else np.nan,
            "weight": weight,
            "lon": middles.x.to_numpy(),
            "lat": middles.y.to_numpy(),
        },
        geometry=shapes.geometry.to_crs(CRS).to_numpy(),
        crs=CRS,
    )
    return Stops(
        code_qp,
        str(quarter["departement"]),
        frame.sort_values("stop", ignore_index=True),
        total,
        "modelled" if np.isfinite(total) else "missing",
        _how(of_cells, quarter, assumptions, np.isfinite(total)),
        quarter["geometry"],
    )


def stops_of_list(layers: Layers, code_qp: str, brought: pd.DataFrame) -> Stops:
    """The streets or blocks of a list: ``stop``, ``dwellings`` (whole), ``lon``, ``lat`` (or NaN).

    A stop outside the QPV is kept and told in ``notes``.

    Raises
    ------
    BadInput
        When the QPV is not in the territory or the list is empty.
    """
    quarter = _quarter(layers, code_qp)
    if brought.empty:
        raise BadInput("La liste des îlots est vide : au moins une rue ou un îlot est attendu.")
    points = gpd.points_from_xy(brought["lon"], brought["lat"], crs=CRS)
    known = brought["lon"].notna() & brought["lat"].notna()
    dwellings = brought["dwellings"].to_numpy(float)
    frame = gpd.GeoDataFrame(
        {
            "stop": brought["stop"].to_numpy(),
            "dwellings": dwellings,
            "weight": dwellings / dwellings.sum(),
            "lon": brought["lon"].to_numpy(float),
            "lat": brought["lat"].to_numpy(float),
        },
        geometry=np.where(known, points, None),
        crs=CRS,
    )
    outside = frame.loc[known & ~frame.geometry.intersects(quarter["geometry"]), "stop"]
    notes = [f"« {stop} » est hors du contour du quartier." for stop in outside]
    if not known.all():
        notes.append("Des rues ou îlots sont sans position : l'ordre est celui de la liste.")
    return Stops(
        code_qp, str(quarter["departement"]), frame, float(dwellings.sum()), "brought",
        "Logements comptés par l'équipe, rue par rue ou îlot par îlot (liste apportée).",
        quarter["geometry"], tuple(notes),
    )  # fmt: skip


def apportioned(total: float, weight: Floats) -> Floats:
    """Whole numbers in proportion to ``weight`` whose sum is ``total`` (largest remainders)."""
    exact = total * weight / weight.sum()
    whole = np.floor(exact + 1e-9)
    left = round(total - whole.sum())
    # Equal remainders go to the first: the same table always gives the same numbers.
    whole[np.argsort(-(exact - whole), kind="stable")[:left]] += 1
    return np.asarray(whole)


def _quarter(layers: Layers, code_qp: str) -> pd.Series[Any]:
    quarters = layers.geo("qpv")
    found = quarters[(quarters["code_qp"] == code_qp) & (quarters["perimeter"] == "2024")]
    if found.empty:
        raise BadInput(
            f"Quartier « {code_qp} » introuvable dans ce territoire. Attendu : un code de QPV "
            "2024, par exemple " + ", ".join(quarters["code_qp"].head(3)) + "."
        )
    row: pd.Series[Any] = found.iloc[0]
    return row


def _cells(
    layers: Layers, around: shapely.Geometry, outline: shapely.Geometry, system: str
) -> gpd.GeoDataFrame | None:
    """Inhabited cells cut by the outline, weighing their people inside; None where too few."""
    demand = layers.geo("demand")
    west, south, east, north = around.bounds
    own = demand[demand["level"] == "cell"].cx[
        west - _NEAR_DEGREES : east + _NEAR_DEGREES, south - _NEAR_DEGREES : north + _NEAR_DEGREES
    ]
    if own.empty:
        return None
    squares = cell_squares(own["demand_id"], system)
    near = squares[squares.intersects(outline)]
    if near.empty:
        return None
    inside = near.intersection(outline)
    if inside.area.sum() < _MIN_COVERED * outline.area:
        return None
    people = own.loc[near.index, "population"].to_numpy(float) * (inside.area / near.area)
    cut = gpd.GeoDataFrame({"weight": people.to_numpy()}, geometry=inside.to_numpy(), crs=system)
    return cut.assign(x=near.centroid.x.to_numpy(), y=near.centroid.y.to_numpy())


def _squares(outline: shapely.Geometry, side: float, system: str) -> gpd.GeoDataFrame:
    """The outline cut by a grid, each part weighing its surface."""
    west, south, east, north = outline.bounds
    across, along = np.meshgrid(
        np.arange(np.floor(west / side), np.ceil(east / side)) * side,
        np.arange(np.floor(south / side), np.ceil(north / side)) * side,
    )
    x, y = across.ravel(), along.ravel()
    inside = shapely.intersection(shapely.box(x, y, x + side, y + side), outline)
    area = shapely.area(inside)
    kept = area > 1.0
    return gpd.GeoDataFrame(
        {"weight": area[kept], "x": x[kept] + side / 2, "y": y[kept] + side / 2},
        geometry=inside[kept],
        crs=system,
    )


def _without_slivers(parts: gpd.GeoDataFrame, side: float) -> gpd.GeoDataFrame:
    """Corners of blocks joined to the nearest block: nobody plans a stop for ten metres of it."""
    area = parts.geometry.area.to_numpy()
    small = area < _SMALLEST_SHARE * side * side
    if small.all():
        small = area < area.max()
    if not small.any():
        return parts.reset_index(drop=True)
    large = np.flatnonzero(~small)
    gaps = shapely.distance(
        parts.geometry.to_numpy()[small][:, None], parts.geometry.to_numpy()[large][None]
    )
    into = np.arange(len(parts))
    into[small] = large[gaps.argmin(axis=1)]
    joined = parts.assign(into=into).dissolve(by="into", aggfunc={"weight": "sum"})
    return joined.assign(
        x=parts["x"].to_numpy()[joined.index], y=parts["y"].to_numpy()[joined.index]
    ).reset_index(drop=True)


def _names(shapes: gpd.GeoDataFrame, side: float) -> list[str]:
    """A1, B3 … as on a street map: columns from west to east, rows from north to south."""
    column = ((shapes["x"] - shapes["x"].min()) / side).round().astype(int)
    row = ((shapes["y"].max() - shapes["y"]) / side).round().astype(int)
    names = [f"{_letters(c)}{r + 1}" for c, r in zip(column, row, strict=True)]
    # Cells of a turned grid may fall in one square of the map.
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        names[place] = name if seen[name] == 1 else f"{name}-{seen[name]}"
    return names


def _letters(column: int) -> str:
    head = _letters(column // 26 - 1) if column >= 26 else ""
    return head + chr(ord("A") + column % 26)


def _how(of_cells: bool, quarter: pd.Series[Any], assumptions: Assumptions, known: bool) -> str:
    side = as_written(assumptions.block_side_m)
    spread = (
        "carreaux habités de 200 m (Insee)"
        if of_cells
        else f"îlots carrés de {side} m découpés dans le contour, habitants répartis à la surface"
    )
    if not known:
        return (
            f"Population du quartier non publiée : logements inconnus ({spread}). Apportez une "
            "liste de rues ou d'îlots."
        )
    return (
        f"Logements estimés : {number(quarter['population'])} habitants "
        f"(périmètre {quarter['population_perimeter']}, {quarter['population_vintage']}) à "
        f"{as_written(assumptions.people_per_dwelling)} par logement ; {spread}. "
        "Aucun fichier lu ne compte les logements."
    )
