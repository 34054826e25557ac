"""E2SFCA, pairs and catchment, beside PySAL `access` and scipy's KD-tree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.spatial import KDTree

from geo.accessibility import KERNELS, catchment
from geo.travel import CrowFly, crow_fly, minutes_per_metre
from tests.benchmarks.child import Stopwatch, measured
from tests.benchmarks.problems import REACH_MIN, country, model_for
from tests.benchmarks.report import seconds, show, verdict

KERNEL = KERNELS["e2sfca"]
COMMUNES = {"places": 35_000, "sites": 60_000, "pairs": 1.94e6}
CELLS = {"places": 2_300_000, "sites": 60_000, "pairs": 39e6}
SAMPLE = {"places": 1_000_000, "sites": 60_000, "pairs": 17e6}
DENSE = {"places": 2_300_000, "sites": 60_000, "pairs": 313e6}


def ours(
    watch: Stopwatch, places: int, sites: int, pairs: float, repeats: int = 1
) -> dict[str, Any]:
    """Grid in compiled code, then the catchment on the pairs held."""
    demand, supply, people, capacity = country(places, sites)
    model = model_for(demand, supply, pairs)
    _compile()
    for _ in range(repeats):
        times = None
        with watch("pairs"):
            times = crow_fly(demand, supply, max_min=REACH_MIN, minutes_of=model)
        with watch("catchment"):
            found = catchment(times, people, capacity, KERNEL)
    return {"pairs": times.nnz, "check": float(found.access.sum()), **_total(people, found)}


def fused(watch: Stopwatch, places: int, sites: int, pairs: float) -> dict[str, Any]:
    """The same without ever holding the pairs."""
    demand, supply, people, capacity = country(places, sites)
    model = model_for(demand, supply, pairs)
    _compile()
    with watch("catchment"):
        found = catchment(CrowFly(demand, supply, REACH_MIN, model), people, capacity, KERNEL)
    return {"check": float(found.access.sum()), **_total(people, found)}


def kd_tree(
    watch: Stopwatch, places: int, sites: int, pairs: float, repeats: int = 1
) -> dict[str, Any]:
    """scipy alone: KD-tree pairs, then two products."""
    demand, supply, people, capacity = country(places, sites)
    model = model_for(demand, supply, pairs)
    for _ in range(repeats):
        with watch("pairs"):
            minutes = _scipy_pairs(demand, supply, model).tocsr()
        with watch("catchment"):
            weights = csr_matrix(
                (KERNEL.weights(minutes.data.astype(np.float32)), minutes.indices, minutes.indptr),
                shape=minutes.shape,
            )
            reached = weights.T @ people
            ratio = np.divide(capacity, reached, out=np.zeros(sites), where=reached > 0)
            access = weights @ ratio
    return {"pairs": minutes.nnz, "check": float(access.sum())}


def pysal(watch: Stopwatch, places: int, sites: int, pairs: float) -> dict[str, Any]:
    """PySAL `access`, given a table of the same pairs found by scipy's KD-tree."""
    from access import Access, weights

    demand, supply, people, capacity = country(places, sites)
    model = model_for(demand, supply, pairs)
    with watch("pairs"):
        minutes = _scipy_pairs(demand, supply, model)
        costs = pd.DataFrame({"origin": minutes.row, "dest": minutes.col, "cost": minutes.data})
    with watch("catchment"):
        peer = Access(
            demand_df=pd.DataFrame({"geoid": np.arange(places), "people": people}),
            demand_index="geoid",
            demand_value="people",
            supply_df=pd.DataFrame({"geoid": np.arange(sites), "doctors": capacity}),
            supply_index="geoid",
            supply_value=["doctors"],
            cost_df=costs,
            cost_origin="origin",
            cost_dest="dest",
            cost_name="cost",
        )
        steps = weights.step_fn(dict(KERNEL.bands_min))
        found = peer.enhanced_two_stage_fca(name="x", cost="cost", weight_fn=steps)
    return {"pairs": len(costs), "check": float(found["x_doctors"].fillna(0).sum())}


def run(*, full: bool) -> None:
    """Three sizes; the largest of PySAL only in full, else extrapolated from a smaller run."""
    peer, tree = measured(pysal, **COMMUNES), measured(kd_tree, **COMMUNES, repeats=3)
    held, fly = measured(ours, **COMMUNES, repeats=7), measured(fused, **COMMUNES)
    rows = [
        _row("PySAL access (pairs by KD-tree)", peer, peer),
        _row("scipy KD-tree and products", tree, peer),
        _row("this project, pairs held", held, peer),
        _row("this project, pairs never held", fly, peer),
    ]
    show(f"E2SFCA, 35,000 communes × 60,000 GPs, {held['pairs']:,} pairs", _HEADER, rows)
    alone = peer["parts"]["catchment"]["wall"] / _sum(held, "wall")
    print(f"  PySAL without its pairs / ours with pairs: {alone:.0f} ×")
    ratio = _sum(peer, "wall") / _sum(held, "wall")
    print(f"  goal: at least 40 × faster, pairs and catchment: {ratio:.0f} ×, "
          f"{verdict(ratio, 40, at_least=True)}; same total to {_gap(peer, held):.1e}")  # fmt: skip

    peer = measured(pysal, **(CELLS if full else SAMPLE))
    held, fly = measured(ours, **CELLS, repeats=3), measured(fused, **CELLS)
    factor = 1.0 if full else held["pairs"] / peer["pairs"]
    kind = "measured" if full else f"EXTRAPOLATED × {factor:.1f} from {peer['pairs']:,} pairs"
    peer_cpu = _sum(peer, "cpu") * factor
    peak = f"{peer['peak_mb']:,.0f} MB" + ("" if full else " at that size")
    rows = [
        [f"PySAL access, {kind}", seconds(peer_cpu), "", peak, ""],
        ["this project, pairs held", *_cpu_cells(held, peer_cpu)],
        ["this project, pairs never held", *_cpu_cells(fly, peer_cpu)],
    ]
    header = ["tool", "processor", "wall", "peak memory", "PySAL / it"]
    show(f"E2SFCA, 2.3 M cells × 60,000 GPs, {held['pairs']:,} pairs", header, rows)
    ratio = peer_cpu / _sum(held, "cpu")
    print(f"  goal: at least 60 × less processor: {ratio:.0f} ×, "
          f"{verdict(ratio, 60, at_least=True)}; under 1,000 MB: {held['peak_mb']:,.0f} MB, "
          f"{verdict(held['peak_mb'], 1000, at_least=False)}")  # fmt: skip

    fly = measured(fused, **DENSE)
    rows = [["this project, pairs never held", *_cpu_cells(fly, None)[:3]]]
    show("E2SFCA, 2.3 M cells × 60,000 sites, about 313 M pairs", header[:4], rows)
    print(f"  goal: under 1,000 MB: {fly['peak_mb']:,.0f} MB, "
          f"{verdict(fly['peak_mb'], 1000, at_least=False)}; "
          f"people × access / supply in reach − 1: {fly['conservation']:.1e}")  # fmt: skip


_HEADER = ["tool", "pairs", "catchment", "both", "processor", "peak memory", "PySAL / it"]


def _row(name: str, found: dict[str, Any], peer: dict[str, Any]) -> list[str]:
    parts = found["parts"]
    pairs = seconds(parts["pairs"]["wall"]) if "pairs" in parts else "(within)"
    return [
        name,
        pairs,
        seconds(parts["catchment"]["wall"]),
        seconds(_sum(found, "wall")),
        seconds(_sum(found, "cpu")),
        f"{found['peak_mb']:,.0f} MB",
        f"{_sum(peer, 'wall') / _sum(found, 'wall'):.1f} ×",
    ]


def _cpu_cells(found: dict[str, Any], peer_cpu: float | None) -> list[str]:
    cpu = _sum(found, "cpu")
    ratio = f"{peer_cpu / cpu:.0f} ×" if peer_cpu else ""
    return [seconds(cpu), seconds(_sum(found, "wall")), f"{found['peak_mb']:,.0f} MB", ratio]


def _sum(found: dict[str, Any], clock: str) -> float:
    return sum(part[clock] for part in found["parts"].values())


def _gap(one: dict[str, Any], other: dict[str, Any]) -> float:
    return abs(one["check"] / other["check"] - 1)


def _total(people: np.ndarray, found: Any) -> dict[str, float]:
    reached = float((found.ratio * found.demand).sum())
    return {"conservation": float(people @ found.access) / reached - 1}


def _scipy_pairs(demand: np.ndarray, supply: np.ndarray, model: Any) -> Any:
    per_metre = minutes_per_metre(model.speed_kmh, model.detour)
    found = KDTree(demand).sparse_distance_matrix(
        KDTree(supply), REACH_MIN / per_metre, output_type="coo_matrix"
    )
    found.data *= per_metre
    return found


def _compile() -> None:
    """The machine code is read from disk, or made, before anything is timed."""
    some = np.zeros((1, 2))
    model = model_for(some, some, 1)
    for times in (
        crow_fly(some, some, max_min=REACH_MIN, minutes_of=model),
        CrowFly(some, some, REACH_MIN, model),
    ):
        catchment(times, [1.0], [1.0], KERNEL)
