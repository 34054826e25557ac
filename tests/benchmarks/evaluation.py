"""One evaluation with the matrix given, against the time of reading the matrix twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from geo.accessibility import KERNELS, catchment, gaussian
from geo.compiled import in_threads
from geo.travel import TravelTimes, crow_fly
from tests.benchmarks.catchments import CELLS
from tests.benchmarks.child import Stopwatch, measured
from tests.benchmarks.problems import REACH_MIN, country, model_for
from tests.benchmarks.report import seconds, show, verdict

REPEATS = 9
TRIED = [
    *(kernel for kernel in KERNELS.values() if kernel.reach_min <= REACH_MIN),
    replace(KERNELS["e2sfca"], name="3sfca", method="3sfca"),
    gaussian(10, REACH_MIN),
]


def read(times: TravelTimes) -> None:
    """Adds up every column and every minute, from all the cores, as an evaluation does."""
    parts = [part for array in (times.indices, times.minutes) for part in np.array_split(array, 4)]
    in_threads(np.sum, parts)


def evaluated(watch: Stopwatch, places: int, sites: int, pairs: float) -> dict[str, Any]:
    """The reading and the evaluations in turns, so that both meet the same neighbours."""
    demand, supply, people, capacity = country(places, sites)
    model = model_for(demand, supply, pairs)
    times = crow_fly(demand, supply, max_min=REACH_MIN, minutes_of=model)
    for kernel in TRIED:  # compiled, and the pages of the memory given
        catchment(times, people, capacity, kernel)
    for _ in range(REPEATS):
        for kernel in TRIED:
            with watch("read twice, one core"):
                for array in (times.indices, times.minutes) * 2:
                    array.sum()
            with watch("read twice, all cores"):
                read(times)
                read(times)
            with watch(kernel.name):
                catchment(times, people, capacity, kernel)
    return {"pairs": times.nnz}


def run(*, full: bool) -> None:
    """Every kernel on the 39 M pairs of the cells."""
    found = measured(evaluated, **CELLS)
    plain, shared = (found["parts"][f"read twice, {who}"] for who in ("one core", "all cores"))
    rows = [
        [
            name,
            seconds(part["wall"]),
            seconds(part["cpu"]),
            f"{part['wall'] / found['pairs'] * 1e9:.1f} ns",
            f"{part['wall'] / plain['wall']:.2f} ×",
            f"{part['wall'] / shared['wall']:.2f} ×",
            f"{part['cpu'] / shared['cpu']:.2f} ×",
        ]
        for name, part in found["parts"].items()
    ]
    size = found["pairs"] * 8
    show(
        f"Matrix given: {found['pairs']:,} pairs ({size / 1e6:,.0f} MB), best of {REPEATS}; "
        f"read at {2 * size / plain['wall'] / 1e9:.1f} GB/s by one core, "
        f"{2 * size / shared['wall'] / 1e9:.1f} by all",
        ["what", "wall", "processor", "a pair", "/ one core", "/ all cores", "processor ratio"],
        rows,
    )
    ratios = [found["parts"]["e2sfca"]["wall"] / read["wall"] for read in (plain, shared)]
    print("  goal: E2SFCA at most 2.5 × reading twice: "
          f"{ratios[0]:.2f} × a plain reading, {verdict(ratios[0], 2.5, at_least=False)}; "
          f"{ratios[1]:.2f} × one shared among cores, "
          f"{verdict(ratios[1], 2.5, at_least=False)}")  # fmt: skip
