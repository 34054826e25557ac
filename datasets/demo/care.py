"""Practices of the island, where they stand, and the accessibility workbook's figures.

Carers settle where towns are dense and incomes good: centres hold many, estates and the
interior few. A floating catchment then gives the communes' figures, as the DREES series does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from datasets.demo import names
from datasets.demo.island import Array, Commune, generator, split_exactly
from datasets.demo.quarters import Neighbourhood
from datasets.demo.town import Fabric, Iris, fabric


@dataclass(frozen=True)
class Trade:
    """One type of the BPE: codes, practices on the island, pull of centres and of rich places."""

    typequ: str
    sdom: str
    total: int
    centre_pull: float
    village_weight: float


GP = Trade("D201", "D2", 608, 1.0, 0.75)
NURSE = Trade("D232", "D2", 960, 0.4, 1.1)
TRADES = (
    GP,
    Trade("D221", "D2", 384, 1.2, 0.6),
    Trade("D231", "D2", 98, 1.2, 0.4),
    NURSE,
    Trade("D233", "D2", 712, 0.9, 0.7),
    Trade("D301", "D3", 211, 0.5, 0.9),
)
# How many carers an inhabitant of each kind of commune draws (1 is the island's mean).
_PULL_OF_KIND = {
    "ville": 1.3,
    "ville moyenne": 1.1,
    "bourg isolé": 0.25,
    "banlieue": 0.85,
    "couronne": 0.75,
    "village": 0.6,
}


@dataclass(frozen=True)
class Practice:
    """One place of practice: type, commune, IRIS, QPV 2015 when inside, position (km)."""

    trade: Trade
    commune: Commune
    iris: str
    quarter_2015: str
    x_km: float
    y_km: float
    quality: str


def practices(
    communes: list[Commune], quarters: list[Neighbourhood], iris: list[Iris]
) -> list[Practice]:
    """Every practice of every trade, in the order of communes."""
    random = generator(300)
    cells = {commune.code: fabric(commune, quarters) for commune in communes}
    index = _IrisIndex(iris)
    result: list[Practice] = []
    for trade in TRADES:
        pull = np.array([_pull(commune, trade) for commune in communes])
        counts = split_exactly(trade.total, pull * random.lognormal(0, 0.18, len(communes)))
        for commune, count in zip(communes, counts, strict=True):
            inside, outside = _spots(commune, cells[commune.code], quarters, trade, count, random)
            # Those of a QPV were placed on purpose: their position is always known.
            marks = ["Bonne"] * len(inside) + _qualities(commune, len(outside), random)
            for (x, y), quality in zip(inside + outside, marks, strict=True):
                result.append(_practice(trade, commune, x, y, quality, quarters, index))
    return result


def _pull(commune: Commune, trade: Trade) -> float:
    pull = commune.population * _PULL_OF_KIND[commune.kind]
    if commune.kind == "village":
        # Few settle inland, or where a village is small: some have none.
        pull *= trade.village_weight * (1.0 if commune.sea_km < 4 else 0.45)
        pull *= min(1.0, commune.population / 2200)
    return pull * (1.1 - 0.35 * commune.hardship)


# INSEE's own words; the last two are placed at the commune, or nowhere.
QUALITIES = ("Bonne", "Acceptable", "Mauvaise", "Non géolocalisé")
Spots = list[tuple[float, float]]


def _qualities(commune: Commune, count: int, random: np.random.Generator) -> list[str]:
    """Addresses without street numbers are a matter of the countryside, and of one town."""
    odds = (1.0, 0.0, 0.0, 0.0)
    if commune.kind in ("village", "couronne"):
        odds = (0.76, 0.09, 0.12, 0.03)
    elif commune.name == names.NORTH:
        odds = (0.92, 0.08, 0.0, 0.0)
    return [str(mark) for mark in random.choice(QUALITIES, size=count, p=odds)]


def _spots(
    commune: Commune,
    cells: Fabric,
    quarters: list[Neighbourhood],
    trade: Trade,
    count: int,
    random: np.random.Generator,
) -> tuple[Spots, Spots]:
    """Positions of the practices: those inside QPV, then shared cabinets elsewhere."""
    inside: Spots = []
    for quarter in quarters:
        if quarter.facts.town == commune.name:
            wanted = quarter.facts.gp if trade is GP else _inside_of(quarter, trade)
            inside += _random_points(quarter.outline, min(wanted, count - len(inside)), random)
    away = np.hypot(cells.points[:, 0] - commune.x_km, cells.points[:, 1] - commune.y_km)
    weight = np.sqrt(cells.people) * np.exp(-trade.centre_pull * away / 1.6)
    weight[cells.quarter >= 0] = 0
    outside: Spots = []
    while len(outside) < count - len(inside):
        x, y = cells.points[int(random.choice(len(weight), p=weight / weight.sum()))]
        x, y = x + random.uniform(-0.09, 0.09), y + random.uniform(-0.09, 0.09)
        blocked = any(shapely.contains_xy(quarter.outline, x, y) for quarter in quarters)
        if blocked or not shapely.contains_xy(commune.outline, x, y):
            continue
        sharing = int(random.choice((1, 2, 3, 5), p=(0.45, 0.3, 0.15, 0.1)))
        outside += [(float(x), float(y))] * sharing
    return inside, outside[: count - len(inside)]


def _inside_of(quarter: Neighbourhood, trade: Trade) -> int:
    """Other carers in a QPV: about a third of what its inhabitants would draw elsewhere."""
    return int(quarter.facts.population * trade.total / 640_000 * 0.35)


def _random_points(outline: BaseGeometry, count: int, random: np.random.Generator) -> Spots:
    west, south, east, north = outline.bounds
    points: Spots = []
    while len(points) < count:
        x, y = random.uniform(west, east), random.uniform(south, north)
        if shapely.contains_xy(outline, x, y):
            points.append((float(x), float(y)))
    return points


class _IrisIndex:
    """Finds the IRIS a point stands in."""

    def __init__(self, iris: list[Iris]):
        self._iris = iris
        self._tree = shapely.STRtree([one.outline for one in iris])

    def code(self, x: float, y: float, commune: Commune) -> str:
        found = self._tree.query(shapely.Point(x, y), predicate="intersects")
        codes = sorted(self._iris[int(place)].code for place in found)
        inside = [code for code in codes if code.startswith(commune.code)]
        return inside[0] if inside else ""


def _practice(
    trade: Trade,
    commune: Commune,
    x: float,
    y: float,
    quality: str,
    quarters: list[Neighbourhood],
    index: _IrisIndex,
) -> Practice:
    if quality in QUALITIES[2:]:
        # What the official file does with an address it could not place.
        return Practice(trade, commune, "", "", commune.x_km, commune.y_km, quality)
    old = [
        quarter.facts.code_2015
        for quarter in quarters
        if quarter.outline_2015 is not None and shapely.contains_xy(quarter.outline_2015, x, y)
    ]
    return Practice(trade, commune, index.code(x, y, commune), old[0] if old else "", x, y, quality)


@dataclass(frozen=True)
class Accessibility:
    """Figures of one year for all communes, in their order: potential access, populations."""

    access: Array
    standardised: Array


_DETOUR, _SPEED_KMH = 1.3, 45.0
_VISITS_PER_GP = 3_650.0
_NURSE_FTE = 0.9


def accessibility(
    communes: list[Commune], iris: list[Iris], found: list[Practice], trade: Trade
) -> Accessibility:
    """A floating catchment between communes with the DREES bands (METHODS section 1).

    In consultations a year for general practitioners, in FTE for 100,000 for the others.
    """
    seats = np.array([[commune.x_km, commune.y_km] for commune in communes])
    road = np.linalg.norm(seats[:, None] - seats[None], axis=2) * _DETOUR
    minutes = road / _SPEED_KMH * 60
    weight = np.select([minutes < 10, minutes < 15, minutes < 20], [1.0, 2 / 3, 1 / 3], 0.0)
    population = np.array([commune.population for commune in communes], dtype=float)
    old = np.array([old_share(commune, iris) for commune in communes])
    standardised = population * (1 + 0.9 * (old - old.mean()))
    standardised *= population.sum() / standardised.sum()
    counts = {commune.code: 0 for commune in communes}
    for practice in found:
        if practice.trade is trade:
            counts[practice.commune.code] += 1
    each = _VISITS_PER_GP if trade is GP else _NURSE_FTE * 100_000
    supply = np.array([counts[commune.code] for commune in communes]) * each
    reach = weight.T @ standardised
    return Accessibility(np.round(weight @ (supply / reach), 3), np.round(standardised, 3))


def old_share(commune: Commune, iris: list[Iris]) -> float:
    """Share of a commune's inhabitants aged 60 or more, from its IRIS."""
    mine = [one for one in iris if one.commune is commune]
    return sum(one.ageing * one.population for one in mine) / commune.population
