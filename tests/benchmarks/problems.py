"""A fictional country: towns of very unequal sizes, where people live and practitioners work."""

from __future__ import annotations

import numpy as np
from scipy.spatial import KDTree

from geo.travel import Straight

SIDE_M = 750_000.0
REACH_MIN = 30.0
CELL_M = 200.0


def country(places: int, sites: int, seed: int = 1):
    """Demand (n, 2) on the centres of 200 m cells, in the order of a grid file; sites (m, 2).

    Also the people of each place and the capacity of each site.
    """
    rng = np.random.default_rng(seed)
    towns = rng.random((2_000, 2)) * SIDE_M
    size = rng.pareto(1.1, 2_000) + 1
    spread = 2_000 * np.sqrt(size)

    def around(count: int, rural: float) -> np.ndarray:
        town = rng.choice(len(towns), count, p=size / size.sum())
        near = towns[town] + rng.normal(size=(count, 2)) * spread[town][:, None]
        far = rng.random((count, 2)) * SIDE_M
        return np.where(rng.random((count, 1)) < rural, far, near)

    demand = (np.floor(around(places, 0.5) / CELL_M) + 0.5) * CELL_M
    demand = demand[np.lexsort((demand[:, 0], demand[:, 1]))]
    return (
        demand,
        around(sites, 0.1),
        rng.integers(1, 900, places).astype(float),
        rng.integers(3_600, 6_000, sites).astype(float),
    )


def model_for(demand: np.ndarray, supply: np.ndarray, pairs: float) -> Straight:
    """One speed, such that about ``pairs`` pairs are within ``REACH_MIN``."""
    rng = np.random.default_rng(2)
    sample = demand[rng.integers(0, len(demand), min(len(demand), 2_000))]
    tree, low, high = KDTree(supply), 100.0, SIDE_M
    goal = pairs / len(demand) * len(sample)
    for _ in range(30):
        radius = (low + high) / 2
        found = tree.query_ball_point(sample, radius, return_length=True).sum()
        low, high = (radius, high) if found < goal else (low, radius)
    return Straight(speed_kmh=low / 1000 / REACH_MIN * 60)
