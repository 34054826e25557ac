"""Draws of a robustness study against one argsort pass per draw, in the same run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.priority import Criterion, Rules, rank_quarters
from geo.robustness import Variants, robustness
from geo.robustness.draws import prepare, rank_counts
from tests.benchmarks.child import Stopwatch, measured
from tests.benchmarks.report import seconds, show, verdict

QUARTERS, CRITERIA, DRAWS, POSTS = 1_600, 8, 10_000, 85
GOAL = 1.2
REPEATS = 5
_CHUNK = 500


def quarters(n: int, k: int) -> pd.DataFrame:
    """Correlated criteria, populations and regions like those of France's QPV."""
    random = np.random.Generator(np.random.PCG64(1))
    common = random.normal(size=n)
    columns = {f"x{at}": common + random.normal(size=n) for at in range(k)}
    return pd.DataFrame(
        {
            "code_qp": [f"QN{at:05d}" for at in range(n)],
            "population": np.round(random.lognormal(7.8, 0.7, n)),
            "region": random.integers(0, 17, n).astype(str),
            "scope": "territory",
            **columns,
        }
    )


def argsorts(table: pd.DataFrame, k: int, draws: int) -> float:
    """The peer: scores of all draws by one matrix product a chunk, then an argsort of each draw."""
    random = np.random.Generator(np.random.PCG64(7))
    weights = random.dirichlet(np.full(k, 50 / k), size=draws)
    values = table[[f"x{at}" for at in range(k)]].to_numpy(float)
    last = 0.0
    for start in range(0, draws, _CHUNK):
        scores = weights[start : start + _CHUNK] @ values.T
        last += float(np.argsort(-scores, axis=1)[-1, 0])
    return last


def only_argsorts(scores: np.ndarray[Any, Any], draws: int) -> None:
    """Argsort passes alone, scores given: the yardstick of the goal."""
    for start in range(0, draws, len(scores)):
        np.argsort(scores[: draws - start], axis=1)


def drawn(watch: Stopwatch, n: int, k: int, draws: int, missing: float) -> dict[str, Any]:
    """Ours and the yardstick in turns, so that both meet the same neighbours."""
    table = quarters(n, k)
    if missing:
        holes = np.random.Generator(np.random.PCG64(2)).random((n, k)) < missing
        table[[f"x{at}" for at in range(k)]] = table[[f"x{at}" for at in range(k)]].mask(holes)
    rules = Rules(tuple(Criterion(f"k{at}", f"x{at}", 1, 1.0, f"k{at}", "") for at in range(k)))
    ranking = rank_quarters(table, rules, POSTS)
    variants = Variants(draws=draws)
    robustness(table, ranking, Variants(draws=10))  # compiled
    random = np.random.Generator(np.random.PCG64(3))
    scores = random.normal(size=(min(draws, 2_000), n))
    for _ in range(REPEATS):
        with watch("argsort passes alone, numpy"):
            only_argsorts(scores, draws)
        with watch("matrix product and argsort, numpy"):
            argsorts(table.fillna(0.0), k, draws)
        with watch("ours, prepared: scores, ranks, counts"):
            rank_counts(prepare(table, ranking, variants))
        with watch("ours, all: shares, intervals, ranks 5-95 %"):
            found = robustness(table, ranking, variants)
    return {"sum": float(found.table["share"].sum())}


def run(*, full: bool) -> None:
    """10,000 draws of 1,600 quarters and 8 criteria, complete and with holes."""
    for missing in (0.0, 0.1):
        found = measured(drawn, n=QUARTERS, k=CRITERIA, draws=DRAWS, missing=missing)
        yardstick = found["parts"]["argsort passes alone, numpy"]
        rows = [
            [name, seconds(part["wall"]), seconds(part["cpu"]),
             f"{part['wall'] / yardstick['wall']:.2f} ×", f"{part['cpu'] / yardstick['cpu']:.2f} ×"]
            for name, part in found["parts"].items()
        ]  # fmt: skip
        show(
            f"{DRAWS:,} draws × {QUARTERS:,} quarters × {CRITERIA} criteria, "
            f"{missing:.0%} missing, peak {found['peak_mb']:,.0f} MB (Σ shares {found['sum']:.6f})",
            ["what", "wall", "processor", "/ argsort", "processor ratio"],
            rows,
        )
        ratio = float(rows[-1][3].split()[0])
        met = verdict(ratio, GOAL, at_least=False)
        print(f"  goal: all of it under {GOAL} × one argsort pass per draw: {ratio:.2f} ×, {met}")
