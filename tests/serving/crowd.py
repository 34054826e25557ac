"""Many readers at once, each opening page after page, and what it costs the server."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from tests.serving.server import Server
from tests.serving.session import Run, session

# Between the last reader gone and the measure of what remains, Streamlit forgets the sessions.
_FORGOTTEN_AFTER_S = 5.0


@dataclass
class Visit:
    """What a crowd saw: each run by page; the memory (MB), time and processor of the server."""

    runs: list[tuple[str, Run]] = field(default_factory=list)
    before_mb: float = 0.0
    most_mb: float = 0.0
    after_mb: float = 0.0
    lasted_s: float = 0.0
    processor_s: float = 0.0

    @property
    def failures(self) -> list[str]:
        return [f"{page or 'carte'}: {said}" for page, run in self.runs for said in run.failures]


async def crowd(
    server: Server,
    pages: Sequence[tuple[str, str]],
    readers: int,
    pause_s: float = 0.0,
    arrival_s: float = 0.0,
) -> Visit:
    """``readers`` at once, each opening every ``(page, query)``, in an order of its own.

    ``pause_s``: how long a reader looks at a page, from half of it to half more; 0: all ask again
    at once. ``arrival_s``: they come one after another over that time, not in the same instant.
    """
    process = psutil.Process(server.pid)
    visit = Visit(before_mb=process.memory_info().rss / 1e6)
    spent = sum(process.cpu_times()[:2])

    async def read(place: int) -> None:
        chance = random.Random(place)
        await asyncio.sleep(chance.uniform(0, arrival_s))
        async with session(server.stream) as reader:
            turn = place % len(pages)
            for page, query in (*pages[turn:], *pages[:turn]):
                visit.runs.append((page, await reader.open(page, query)))
                visit.most_mb = max(visit.most_mb, process.memory_info().rss / 1e6)
                await asyncio.sleep(chance.uniform(0.5, 1.5) * pause_s)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as together:
        for place in range(readers):
            together.create_task(read(place))
    visit.lasted_s = time.perf_counter() - start
    visit.processor_s = sum(process.cpu_times()[:2]) - spent
    await asyncio.sleep(_FORGOTTEN_AFTER_S)
    visit.after_mb = process.memory_info().rss / 1e6
    return visit
