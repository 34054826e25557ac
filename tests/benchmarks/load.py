"""Fifty readers at once on one server, as websocket clients, each opening three pages.

Two paces, both printed. « Readers »: they come over 20 s and look at each page for 10 to 30 s, as
fifty people at work at the same time do, up to 2.5 pages a second; the goal is judged there.
« Pressed »: all ask in the same instant and never look, which no fifty people do; it tells how many
pages a second the machine gives at most, and that no reader meets an error even then.

Bounded: about a minute and a half once the territory is built.
"""

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
_LOOK_S = 20.0
_ARRIVAL_S = 20.0
_GOAL_S = 2.0
# Memory "back to its base": what fragmentation may keep, a share of the base.
_KEPT = 0.15
_MIRROR = Path(
    os.environ.get("QPV_MIRROR", Path(__file__).resolve().parents[2].parent / "shared" / "mirror")
)


def run(*, full: bool = False) -> None:
    """On a real region when its files are there, else on the demo."""
    name = "region:84" if (_MIRROR / "qpv_2024").is_dir() else "demo"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        source = None if name == "demo" else _MIRROR
        prepare.build(parse_territory(name), data, from_dir=source, say=lambda _: None)
        with serve(data) as server:
            asyncio.run(_measured(server, parse_territory(name).slug))


async def _measured(server: Server, slug: str) -> None:
    pages = [(page, f"territoire={slug}") for page in _PAGES]
    # The first readers pay the reading and the analysis, and fill what all share.
    await crowd(server, pages, 4)
    asked = f"{_READERS} readers of {slug}"
    _show(f"{asked}, pressed", await crowd(server, pages, _READERS), judged=False)
    visit = await crowd(server, pages, _READERS, _LOOK_S, _ARRIVAL_S)
    _show(f"{asked}, who look {_LOOK_S:g} s at each page", visit, judged=True)


def _show(title: str, visit: Visit, *, judged: bool) -> None:
    rows = []
    for page in (*_PAGES, None):
        times = [run.seconds for name, run in visit.runs if page is None or name == page]
        p95 = float(np.percentile(times, 95))
        rows.append(
            ["all" if page is None else page or "carte", len(times),
             seconds(statistics.median(times)), seconds(p95), seconds(max(times)),
             verdict(p95, _GOAL_S, at_least=False) if judged else "not judged"]
        )  # fmt: skip
    show(title, ["page", "runs", "median", "95 %", "longest", f"95 % under {_GOAL_S:g} s"], rows)
    print(
        f"  {len(visit.runs) / visit.lasted_s:.1f} pages a second for {visit.lasted_s:.0f} s, "
        f"{visit.processor_s / len(visit.runs):.3f} s of the server's processor a page"
    )
    kept = (visit.after_mb - visit.before_mb) / visit.before_mb
    print(
        f"  errors: {len(visit.failures)} {visit.failures[:3]}; memory {visit.before_mb:.0f} MB, "
        f"at most {visit.most_mb:.0f}, afterwards {visit.after_mb:.0f} "
        f"({kept:+.0%}: {verdict(kept, _KEPT, at_least=False)})"
    )
