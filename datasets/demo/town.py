"""Inside the towns: QPV outlines on the 200 m grid, IRIS, and where inhabitants live.

A town is seen as 200 m cells; each holds inhabitants that fade with the distance to the seat,
and those of a QPV live inside it, so that IRIS and QPV agree with one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from datasets.demo import names
from datasets.demo.island import Array, Commune, generator, polygons_only, split_exactly

CELL_KM = 0.2
_MARGIN_KM = 0.03
_FABRIC_KM = {
    "ville": 2.3,
    "ville moyenne": 1.5,
    "bourg isolé": 0.9,
    "banlieue": 1.3,
    "couronne": 0.9,
    "village": 0.5,
}


@dataclass(frozen=True)
class Neighbourhood:
    """One QPV: its hand-set facts, outlines of both generations (km), communes touched."""

    facts: names.Quarter
    outline: BaseGeometry
    outline_2015: BaseGeometry | None
    communes: tuple[Commune, ...]


@dataclass(frozen=True)
class Iris:
    """One IRIS (or whole commune when ``kind`` is Z) with its inhabitants and their poverty."""

    code: str
    label: str
    commune: Commune
    kind: str
    outline: BaseGeometry
    population: int
    poverty: float
    ageing: float


@dataclass(frozen=True)
class Fabric:
    """The cells of one commune: points (n, 2) in km, inhabitants (n,), index of the QPV or -1."""

    points: Array
    people: Array
    quarter: Array


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


def fabric(commune: Commune, quarters: list[Neighbourhood]) -> Fabric:
    """Where the inhabitants of a commune live, cell by cell; they sum to its population."""
    west, south, east, north = commune.outline.bounds
    xs, ys = np.arange(west, east, CELL_KM), np.arange(south, north, CELL_KM)
    mesh = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    seat = np.array([[commune.x_km, commune.y_km]])
    points = np.vstack([seat, mesh[shapely.contains_xy(commune.outline, mesh[:, 0], mesh[:, 1])]])
    away = np.hypot(*(points - seat).T)
    scale = _FABRIC_KM[commune.kind]
    weight = np.exp(-((away / scale) ** 1.3)) + 0.002
    owner = np.full(len(points), -1.0)
    people = np.zeros(len(points))
    rest = float(commune.population)
    for index, quarter in enumerate(quarters):
        inside = shapely.contains_xy(quarter.outline, points[:, 0], points[:, 1])
        if commune not in quarter.communes or not inside.any():
            continue
        here = quarter.facts.population / len(quarter.communes)
        owner[inside] = index
        people[inside] = here / inside.sum()
        rest -= here
    free = owner < 0
    people[free] = rest * weight[free] / weight[free].sum()
    return Fabric(points, people, owner)


def iris(communes: list[Commune], quarters: list[Neighbourhood]) -> list[Iris]:
    """80 IRIS that partition the three towns, and one whole-commune IRIS for each other."""
    result: list[Iris] = []
    for commune in communes:
        cells = fabric(commune, quarters)
        if commune.name in names.IRIS_COUNT:
            result += _split_town(commune, cells, quarters)
        else:
            poverty, ageing = social(commune, cells, quarters, np.full(len(cells.people), True))
            result.append(
                Iris(
                    f"{commune.code}0000",
                    commune.name,
                    commune,
                    "Z",
                    commune.outline,
                    commune.population,
                    poverty,
                    ageing,
                )
            )
    return result


def _split_town(commune: Commune, cells: Fabric, quarters: list[Neighbourhood]) -> list[Iris]:
    count = names.IRIS_COUNT[commune.name]
    seeds = _balanced_seeds(cells, count, generator(200 + count))
    nearest = np.argmin(np.linalg.norm(cells.points[:, None] - seeds[None], axis=2), axis=1)
    people = np.array([cells.people[nearest == index].sum() for index in range(count)])
    kinds = np.full(count, "H")
    # The two least inhabited of the town are its port or works, and (main town) its park.
    emptiest = np.argsort(people, kind="stable")
    kinds[emptiest[0]], people[emptiest[0]] = "A", people.sum() / 4000
    if count > 20:
        kinds[emptiest[1]], people[emptiest[1]] = "D", 0.0
    counts = split_exactly(commune.population, people)
    outlines = _town_cells(seeds, commune.outline)
    labels = _labels(commune, seeds, kinds, quarters)
    result = []
    for index in range(count):
        poverty, ageing = social(commune, cells, quarters, nearest == index)
        code = f"{commune.code}{1 + index // 10:02d}{1 + index % 10:02d}"
        result.append(
            Iris(
                code,
                labels[index],
                commune,
                str(kinds[index]),
                outlines[index],
                counts[index],
                poverty,
                ageing,
            )
        )
    return result


def _balanced_seeds(cells: Fabric, count: int, random: np.random.Generator) -> Array:
    """Centres of IRIS of like population (weighted Lloyd iterations), west to east."""
    share = cells.people / cells.people.sum()
    seeds = cells.points[random.choice(len(share), size=count, replace=False, p=share)]
    for _ in range(12):
        gaps = np.linalg.norm(cells.points[:, None] - seeds[None], axis=2)
        nearest = np.argmin(gaps, axis=1)
        for index in range(count):
            mine = nearest == index
            if mine.any():
                seeds[index] = np.average(cells.points[mine], axis=0, weights=cells.people[mine])
    ordered: Array = seeds[np.argsort(seeds[:, 0], kind="stable")]
    return ordered


def _town_cells(seeds: Array, outline: BaseGeometry) -> list[BaseGeometry]:
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=outline.buffer(5))
    )
    _, owners = shapely.STRtree(cells).query(shapely.points(seeds), predicate="within")
    return [polygons_only(shapely.intersection(cell, outline)) for cell in cells[owners]]


_SIDES = ("Est", "Nord-Est", "Nord", "Nord-Ouest", "Ouest", "Sud-Ouest", "Sud", "Sud-Est")


def _labels(
    commune: Commune, seeds: Array, kinds: Array, quarters: list[Neighbourhood]
) -> list[str]:
    """Names of IRIS: the QPV beside, else a side of the town and a number."""
    labels: list[str] = []
    for (x, y), kind in zip(seeds, kinds, strict=True):
        gaps = [float(quarter.outline.distance(Point(x, y))) for quarter in quarters]
        angle = np.arctan2(y - commune.y_km, x - commune.x_km)
        away = float(np.hypot(x - commune.x_km, y - commune.y_km))
        label = "Centre" if away < 0.9 else _SIDES[round(float(angle) / (np.pi / 4)) % 8]
        if min(gaps) < 0.05:
            label = quarters[int(np.argmin(gaps))].facts.label
        label = {"A": "Zone d’activités", "D": "Grand Parc"}.get(str(kind), label)
        same = sum(other.rsplit(" ", 1)[0] == label for other in labels)
        labels.append(f"{label} {same + 1}" if kind == "H" else label)
    return labels


def social(
    commune: Commune, cells: Fabric, quarters: list[Neighbourhood], where: Array
) -> tuple[float, float]:
    """Poverty and share aged 60 or more of some cells: those of the town, and of its QPV."""
    base_poverty = {"ville": 0.14, "ville moyenne": 0.15, "bourg isolé": 0.19}.get(
        commune.kind, 0.09
    )
    base_poverty += 0.07 * commune.hardship
    base_ageing = 0.25 if commune.kind in _FABRIC_KM and commune.kind != "village" else 0.33
    if commune.kind == "village" and commune.sea_km < 4:
        base_ageing = 0.39
    # People settle by income: the west side of a town is the well-off one.
    middle = cells.points[where].mean(axis=0) if where.any() else cells.points[0]
    base_poverty += 0.015 * float(np.clip(middle[0] - commune.x_km, -3, 3))
    poverty = np.full(len(cells.people), base_poverty)
    ageing = np.full(len(cells.people), base_ageing)
    for index, quarter in enumerate(quarters):
        poverty[cells.quarter == index] = quarter.facts.poverty
        ageing[cells.quarter == index] = quarter.facts.ageing
    if not where.any() or cells.people[where].sum() <= 0:
        return base_poverty, base_ageing
    people = cells.people[where]
    return (
        float(np.average(poverty[where], weights=people)),
        float(np.average(ageing[where], weights=people)),
    )
