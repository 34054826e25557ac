"""Fifty readers at once on one server, as websocket clients, each opening three pages."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from pathlib import Path

import numpy as np

from datasets import prepare
from geo.territory import parse_territory
from tests.benchmarks.report import seconds, show, verdict
from tests.serving.crowd import Visit, crowd
from tests.serving.server import Server, serve

_READERS = 50
_PAGES = ("", "appel", "donnees")
_PAUSE_S = 5.0
_GOAL_S = 2.0
# Memory "back to its base": what fragmentation may keep, a share of the base.
_KEPT = 0.15
_MIRROR = Path(
    os.environ.get("QPV_MIRROR", Path(__file__).resolve().parents[2].parent / "shared" / "mirror")
)


def run(*, full: bool = False) -> None:
    """On the demo, and on a real region when its files are there."""
    asked = ["demo"] + (["region:84"] if (_MIRROR / "qpv_2024").is_dir() else [])
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        for name in asked:
            source = None if name == "demo" else _MIRROR
            prepare.build(parse_territory(name), data, from_dir=source, say=lambda _: None)
        for name in asked:
            with serve(data) as server:
                asyncio.run(_measured(server, parse_territory(name).slug))


async def _measured(server: Server, slug: str) -> None:
    pages = [(page, f"territoire={slug}") for page in _PAGES]
    # The first readers pay the reading and the analysis, and fill what all share.
    await crowd(server, pages, 4)
    for name, pause in (("looking 5 s at each page", _PAUSE_S), ("without a pause", 0.0)):
        _show(f"{_READERS} readers of {slug}, {name}", await crowd(server, pages, _READERS, pause))


def _show(title: str, visit: Visit) -> None:
    rows = []
    for page in (*_PAGES, None):
        times = [run.seconds for name, run in visit.runs if page is None or name == page]
        p95 = float(np.percentile(times, 95))
        rows.append(
            ["all" if page is None else page or "carte", len(times),
             seconds(statistics.median(times)), seconds(p95), seconds(max(times)),
             verdict(p95, _GOAL_S, at_least=False)]
        )  # fmt: skip
    show(title, ["page", "runs", "median", "95 %", "longest", f"95 % under {_GOAL_S:g} s"], rows)
    kept = (visit.after_mb - visit.before_mb) / visit.before_mb
    print(
        f"  errors: {len(visit.failures)} {visit.failures[:3]}; memory {visit.before_mb:.0f} MB, "
        f"at most {visit.most_mb:.0f}, afterwards {visit.after_mb:.0f} "
        f"({kept:+.0%}: {verdict(kept, _KEPT, at_least=False)})"
    )
