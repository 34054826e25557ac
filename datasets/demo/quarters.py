"""Outlines of the QPV: patches of the official 200 m grid, turned to the streets and softened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from datasets.demo import names
from datasets.demo.island import Array, Commune, generator, polygons_only

CELL_KM = 0.2
_MARGIN_KM = 0.03


@dataclass(frozen=True)
class Neighbourhood:
    """One QPV: its hand-set facts, outlines of both generations (km), communes touched."""

    facts: names.Quarter
    outline: BaseGeometry
    outline_2015: BaseGeometry | None
    communes: tuple[Commune, ...]


def neighbourhoods(communes: list[Commune]) -> list[Neighbourhood]:
    """The 18 QPV of 2024, in the order of their codes."""
    by_name = {commune.name: commune for commune in communes}
    return [_neighbourhood(facts, by_name, step) for step, facts in enumerate(names.QUARTERS)]


def lost_neighbourhood(communes: list[Commune]) -> Neighbourhood:
    """The 2015 QPV that has no successor in 2024."""
    by_name = {commune.name: commune for commune in communes}
    return _neighbourhood(names.LOST_2015, by_name, len(names.QUARTERS))


def _neighbourhood(facts: names.Quarter, by_name: dict[str, Commune], step: int) -> Neighbourhood:
    random = generator(100 + step)
    town = by_name[facts.town]
    inside = town.outline
    owners: tuple[Commune, ...] = (town,)
    centre = (town.x_km + facts.dx_km, town.y_km + facts.dy_km)
    if facts.other:
        other = by_name[facts.other]
        inside, owners = shapely.union_all([town.outline, other.outline]), (town, other)
        centre = _middle_of_border(town, other)
    grid = _grow(centre, facts.cells, random)
    turn = float(random.uniform(0, 90))
    outline = _smooth(grid, turn, inside)
    old: BaseGeometry | None = None
    if facts.code_2015:
        # I: almost unchanged; M: redrawn by a few cells.
        old = outline if facts.code.endswith("I") else _smooth(_redraw(grid, random), turn, inside)
    return Neighbourhood(facts, outline, old, owners)


def _middle_of_border(one: Commune, two: Commune) -> tuple[float, float]:
    border = shapely.intersection(one.outline.buffer(0.01), two.outline.buffer(0.01))
    axis = shapely.LineString([(one.x_km, one.y_km), (two.x_km, two.y_km)])
    point = shapely.intersection(border, axis).centroid
    return float(point.x), float(point.y)


Cells = list[tuple[int, int]]


def _grow(centre: tuple[float, float], size: int, random: np.random.Generator) -> Cells:
    """Grow a compact patch of grid cells, one neighbour at a time."""
    start = (round(centre[0] / CELL_KM), round(centre[1] / CELL_KM))
    cells = [start]
    while len(cells) < size:
        edge = sorted({near for cell in cells for near in _around(cell)} - set(cells))
        friends = [sum(near in cells for near in _around(cell)) for cell in edge]
        reach = [np.hypot(cell[0] - start[0], cell[1] - start[1]) for cell in edge]
        appeal = np.array(friends) ** 2 / (1 + np.array(reach)) ** 1.5
        cells.append(edge[int(random.choice(len(edge), p=appeal / appeal.sum()))])
    return cells


def _around(cell: tuple[int, int]) -> Cells:
    x, y = cell
    return [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]


def _redraw(cells: Cells, random: np.random.Generator) -> Cells:
    """The 2015 patch: the last cells taken away, one or two others added."""
    kept = cells[: max(3, len(cells) - 1 - len(cells) // 6)]
    edge = sorted({near for cell in kept[:3] for near in _around(cell)} - set(cells))
    added = random.choice(len(edge), size=min(2, len(edge)), replace=False)
    return kept + [edge[int(index)] for index in added]


def _smooth(cells: Cells, turn: float, inside: BaseGeometry) -> BaseGeometry:
    """The patch turned to the town's streets, corners softened, cut at the commune's border."""
    half = CELL_KM / 2
    squares = [
        box(x * CELL_KM - half, y * CELL_KM - half, x * CELL_KM + half, y * CELL_KM + half)
        for x, y in cells
    ]
    start = (cells[0][0] * CELL_KM, cells[0][1] * CELL_KM)
    patch = shapely.union_all(squares).buffer(0.05).buffer(-0.09).buffer(0.05)
    patch = affinity.rotate(patch.simplify(0.006).segmentize(0.04), turn, origin=start)
    streets = shapely.transform(patch, _winding)
    return polygons_only(shapely.intersection(streets, inside.buffer(-_MARGIN_KM)))


def _winding(points: Array) -> Array:
    x, y = points[:, 0], points[:, 1]
    return np.column_stack([x + 0.022 * np.sin(y / 0.055 + x), y + 0.022 * np.sin(x / 0.047 - y)])
