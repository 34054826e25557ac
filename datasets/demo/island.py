"""Coastline and communes of the fictional island, in km around an origin in the Bay of Biscay.

The sea around 46° N, 4.1° W is more than 80 km from any land: the island touches nothing real.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from datasets.demo import names

Array = npt.NDArray[np.float64]
ORIGIN_LON, ORIGIN_LAT = -4.1, 46.02
KM_PER_DEGREE_LAT = 111.13
KM_PER_DEGREE_LON = KM_PER_DEGREE_LAT * float(np.cos(np.radians(ORIGIN_LAT)))

_COAST = (
    (0, 36), (7, 37.5), (13, 34), (19, 32), (24.5, 27), (23, 21.5), (27, 16), (31, 9), (32, 2),
    (29, -4), (25, -7), (26, -13), (23, -20), (18, -23.5), (17, -30), (12, -32.5), (9, -30.5),
    (6, -29.3), (3, -32), (-2, -31), (-5, -28), (-11, -29), (-17, -26), (-22, -27), (-26, -22),
    (-25, -16), (-20, -13.5), (-18.5, -8), (-13.5, -5.8), (-12.6, -3), (-13.8, -0.3), (-20, 1),
    (-25, 2), (-29, 7), (-27.5, 13), (-30, 18), (-27, 23), (-21, 26), (-17, 25), (-14, 29),
    (-9, 34), (-4, 32.5),
)  # fmt: skip
_ISLETS = (((-31.0, -19.5), 1.7), ((13.5, 39.0), 1.2), ((33.0, -9.5), 0.9))
_VILLAGE_MARGIN_KM = 1.6
_ISLET_KM2 = 20.0


@dataclass(frozen=True)
class Commune:
    """One commune: codes, seat and outline (km), inhabitants, distance of the seat to the sea."""

    code: str
    name: str
    kind: str
    epci: str
    x_km: float
    y_km: float
    population: int
    sea_km: float
    outline: BaseGeometry

    @property
    def hardship(self) -> float:
        """0 (south-west) to 1 (north-east): the side of the island where incomes are low."""
        return float(np.clip((self.x_km + self.y_km + 30) / 70, 0, 1))


def generator(step: int) -> np.random.Generator:
    """The random stream of one step, so that changing a step leaves the others alone."""
    return np.random.Generator(np.random.PCG64(names.SEED + step))


def to_lonlat(points: Array, decimals: int = 5) -> Array:
    """Kilometres (n, 2) to rounded degrees (n, 2), longitude first."""
    lon = ORIGIN_LON + points[:, 0] / KM_PER_DEGREE_LON
    lat = ORIGIN_LAT + points[:, 1] / KM_PER_DEGREE_LAT
    degrees: Array = np.column_stack([lon, lat])
    return degrees.round(decimals)


def geometry_to_lonlat(shape: BaseGeometry, decimals: int = 5) -> BaseGeometry:
    """The same outline in degrees, still valid after rounding."""
    rounded = shapely.transform(shape, lambda points: to_lonlat(points, decimals))
    return rounded if rounded.is_valid else polygons_only(shapely.make_valid(rounded))


def polygons_only(shape: BaseGeometry) -> BaseGeometry:
    """The surfaces of a shape as one MultiPolygon, without the lines and points of a cut."""
    parts: list[BaseGeometry] = shapely.get_parts(shape).tolist()
    flat: list[Polygon] = []
    for part in parts:
        if isinstance(part, Polygon):
            flat.append(part)
        elif isinstance(part, MultiPolygon):
            flat.extend(part.geoms)
    return MultiPolygon([part for part in flat if part.area > 0])


def split_exactly(total: int, weights: Array) -> list[int]:
    """Share ``total`` in proportion to ``weights``, in whole numbers that sum to it."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return [int(value) for value in whole]


def coast() -> BaseGeometry:
    """The island and its islets (km)."""
    random = generator(1)
    land = Polygon(_fractal(np.array(_COAST, dtype=float), 5, 0.21, random))
    parts = [land]
    for (x, y), radius in _ISLETS:
        angles = np.linspace(0, 2 * np.pi, 9)[:-1]
        ring = np.column_stack([x + 0.8 * radius * np.cos(angles), y + radius * np.sin(angles)])
        parts.append(Polygon(_fractal(ring, 3, 0.2, random)))
    return polygons_only(shapely.make_valid(shapely.union_all(parts)))


def communes(shore: BaseGeometry) -> list[Commune]:
    """The 60 communes, in the order of their codes (alphabetical, as official codes are)."""
    mainland = max(shapely.get_parts(shore), key=lambda part: float(part.area))
    fixed = np.array([[place.x_km, place.y_km] for place in names.PLACES])
    villages = _village_seeds(fixed, mainland)
    by_the_sea = [mainland.exterior.distance(Point(seed)) for seed in villages]
    seeds = np.vstack([fixed, villages[np.argsort(by_the_sea, kind="stable")]])
    outlines = _outlines(seeds, shore)
    seats = _bend(seeds)
    kinds = [place.kind for place in names.PLACES] + ["village"] * len(names.VILLAGES)
    labels = [place.name for place in names.PLACES] + list(names.VILLAGES)
    sea = np.array([mainland.exterior.distance(Point(seat)) for seat in seats])
    populations = _populations(seats, kinds, sea)
    order = sorted(range(len(labels)), key=lambda index: _alphabetical(labels[index]))
    return [
        Commune(
            code=f"{names.DEPARTEMENT}{rank:03d}",
            name=labels[index],
            kind=kinds[index],
            epci=_nearest_epci(seats[index], kinds[index]),
            x_km=float(seats[index][0]),
            y_km=float(seats[index][1]),
            population=populations[index],
            sea_km=float(sea[index]),
            outline=outlines[index],
        )
        for rank, index in enumerate(order, start=1)
    ]


def _alphabetical(name: str) -> str:
    plain = name.removeprefix("Les ").removeprefix("Le ").removeprefix("La ")
    return plain.replace("É", "E").replace("Î", "I")


def _fractal(ring: Array, rounds: int, roughness: float, random: np.random.Generator) -> Array:
    """Midpoint displacement: each round doubles the vertices and moves the new ones sideways."""
    for _ in range(rounds):
        following = np.roll(ring, -1, axis=0)
        step = following - ring
        normal = np.column_stack([-step[:, 1], step[:, 0]])
        shift = random.uniform(-roughness, roughness, len(ring))
        middle = (ring + following) / 2 + normal * shift[:, None]
        ring = np.stack([ring, middle], axis=1).reshape(-1, 2)
    return ring


def _village_seeds(fixed: Array, mainland: Polygon) -> Array:
    """Seats as far from one another as the land allows (best of many candidates each)."""
    random = generator(2)
    inland = mainland.buffer(-_VILLAGE_MARGIN_KM)
    west, south, east, north = inland.bounds
    seeds = fixed
    for _ in names.VILLAGES:
        candidates = random.uniform((west, south), (east, north), (160, 2))
        candidates = candidates[shapely.contains_xy(inland, candidates[:, 0], candidates[:, 1])]
        gaps = np.linalg.norm(candidates[:, None] - seeds[None], axis=2).min(axis=1)
        seeds = np.vstack([seeds, candidates[int(np.argmax(gaps))]])
    return seeds[len(fixed) :]


def _bend(points: Array) -> Array:
    """A gentle one-to-one deformation, so that borders wind as real ones do."""
    x, y = points[:, 0], points[:, 1]
    return np.column_stack(
        [
            x + 0.45 * np.sin(y / 1.7 + 0.6) + 0.16 * np.sin(y / 0.55 + x / 2.1),
            y + 0.45 * np.sin(x / 1.9 + 1.1) + 0.16 * np.sin(x / 0.6 - y / 2.3),
        ]
    )


def _outlines(seeds: Array, shore: BaseGeometry) -> list[BaseGeometry]:
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=shore.buffer(20))
    )
    tree = shapely.STRtree(cells)
    _, owners = tree.query(shapely.points(seeds), predicate="within")
    bend: Callable[[Array], Array] = _bend
    bent = shapely.transform(shapely.segmentize(cells[owners], 0.4), bend)
    islets = [part for part in shapely.get_parts(shore) if part.area < _ISLET_KM2]
    pieces = [[shapely.intersection(cell, _without(shore, islets))] for cell in bent]
    for islet in islets:
        pieces[int(np.argmin(shapely.distance(shapely.points(seeds), islet)))].append(islet)
    return [polygons_only(shapely.union_all(parts)) for parts in pieces]


def _without(shore: BaseGeometry, islets: list[BaseGeometry]) -> BaseGeometry:
    return MultiPolygon([part for part in shapely.get_parts(shore) if part not in islets])


def _populations(seats: Array, kinds: list[str], sea: Array) -> list[int]:
    random = generator(3)
    draw = random.lognormal(0, 0.45, len(kinds))
    to_main = np.linalg.norm(seats - np.array([names.PLACES[0].x_km, names.PLACES[0].y_km]), axis=1)
    village = np.array([kind == "village" for kind in kinds])
    pull = np.where(village, draw * np.where(sea < 4, 1.6, 0.7), np.sqrt(draw))
    pull = pull * (1 + 1.2 * np.exp(-to_main / 12))
    counts = [place.population for place in names.PLACES] + [0] * len(names.VILLAGES)
    for kind, total in names.POPULATION_OF_KIND.items():
        members = [index for index, value in enumerate(kinds) if value == kind]
        for index, count in zip(members, split_exactly(total, pull[members]), strict=True):
            counts[index] = count
    return counts


def _nearest_epci(seat: Array, kind: str) -> str:
    # Suburbs belong to the community of the main town even when another seat is nearer.
    if kind == "banlieue":
        return names.EPCIS[0][1]
    gaps = [float(np.hypot(seat[0] - x, seat[1] - y)) for _, _, x, y in names.EPCIS]
    return names.EPCIS[int(np.argmin(gaps))][1]
