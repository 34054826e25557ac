"""Inside the towns: where inhabitants live, and the IRIS.

A town is seen as 200 m cells; each holds inhabitants that fade with the distance to the seat,
and those of a QPV live inside it, so that IRIS and QPV agree with one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from datasets.demo import names
from datasets.demo.island import Array, Commune, generator, polygons_only, split_exactly
from datasets.demo.quarters import CELL_KM, Neighbourhood

_FABRIC_KM = {
    "ville": 2.3,
    "ville moyenne": 1.5,
    "bourg isolé": 0.9,
    "banlieue": 1.3,
    "couronne": 0.9,
    "village": 0.5,
}


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
    base_ageing += 0.035 * float(np.sin(1.4 * middle[0] + 0.9 * middle[1]))
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
