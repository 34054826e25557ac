"""What a reader waits for, receives, and costs: the app beside an empty Streamlit page.

The machine is asked nothing outside. Times are of pages whose territory is already read by the
server; the first reader after a start, who waits for the analysis, is told apart.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from datasets import prepare
from geo.territory import parse_territory
from tests.benchmarks.report import seconds, show, verdict
from tests.serving.drawn import Opening, chromium, chromium_path, opening
from tests.serving.france import write_france
from tests.serving.server import Server, serve
from tests.serving.session import Session, session

_MIRROR = Path(
    os.environ.get("QPV_MIRROR", Path(__file__).resolve().parents[2].parent / "shared" / "mirror")
)
_EMPTY = 'import streamlit as st\n\nst.markdown("Page vide")\n'
_EMPTY_SIGN = '[data-testid="stMarkdown"]'
_TIMES = 5
_READERS = 20
# Goals: seconds beyond the empty page, and bytes, by size of territory.
_GOALS = {"demo": (1.5, 1e6), "dep-42": (1.5, 1e6), "france": (3.0, 3e6)}
_SLIDER_GOAL_S = 0.300
_MEMORY_GOAL_MB = 15.0


def run(*, full: bool = False) -> None:
    """The demo, a real département when its files are there, and a fictional France."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        territories = _built(data)
        empty = Path(folder) / "empty.py"
        empty.write_text(_EMPTY, encoding="utf-8")
        with serve(data) as app, serve(data, empty) as nothing:
            if chromium_path() is None:
                print("no Chromium on this machine: what the browser sees is not measured")
            else:
                _seen(app, nothing, territories)
            asyncio.run(_felt(app, territories))


def _built(data: Path) -> list[str]:
    asked = ["demo"]
    if (_MIRROR / "qpv_2024").is_dir():
        asked.append("dep:42")
    else:
        print(f"official files are absent from {_MIRROR}: the demo stands for a département")
    for name in asked:
        source = None if name == "demo" else _MIRROR
        prepare.build(parse_territory(name), data, from_dir=source, say=lambda _: None)
    write_france(data, data)
    return [parse_territory(name).slug for name in asked] + ["france"]


def _seen(app: Server, nothing: Server, territories: list[str]) -> None:
    with chromium() as browser:
        opening(browser, nothing.address, _EMPTY_SIGN)
        first = {name: opening(browser, _address(app, name)).seconds for name in territories}
        times: dict[str, list[float]] = {name: [] for name in ("", *territories)}
        # In turn, so that what else the machine does weighs on all alike.
        for _ in range(_TIMES):
            times[""].append(opening(browser, nothing.address, _EMPTY_SIGN).seconds)
            for name in territories:
                times[name].append(opening(browser, _address(app, name)).seconds)
        weighed = {name: opening(browser, _address(app, name), weigh=True) for name in territories}
        bare = opening(browser, nothing.address, _EMPTY_SIGN, weigh=True)
    _show_times(first, {name: statistics.median(found) for name, found in times.items()})
    _show_bytes(weighed, bare)


def _address(app: Server, name: str) -> str:
    return f"{app.address}/?territoire={name}"


def _show_times(first: dict[str, float], medians: dict[str, float]) -> None:
    empty = medians.pop("")
    rows = [["empty Streamlit page", seconds(empty), "", "1", "", ""]]
    for name, found in medians.items():
        beyond, goal = found - empty, _GOALS[name][0]
        rows.append(
            [name, seconds(found), seconds(beyond), f"{found / empty:.2f}",
             f"{goal} s: {verdict(beyond, goal, at_least=False)}", seconds(first[name])]
        )  # fmt: skip
    show(
        f"From navigation to a drawn map, median of {_TIMES}, a new browser each time",
        ["page", "drawn", "beyond", "ratio", "goal", "first reader after a start"],
        rows,
    )


def _show_bytes(weighed: dict[str, Opening], bare: Opening) -> None:
    rows = []
    for name, found in {"empty page": bare, **weighed}.items():
        told = ""
        if name in _GOALS:
            goal = _GOALS[name][1]
            told = f"{goal / 1e6:.0f} MB: {verdict(found.ours.plain, goal, at_least=False)}"
        parts = (found.ours, found.libraries, found.streamlit)
        rows.append(
            [name, *(f"{part.plain / 1e6:.2f} ({part.packed / 1e6:.2f})" for part in parts), told]
        )
    show(
        "MB sent to the browser (in brackets: as a compressing proxy would send them)",
        ["page", "the app's", "Leaflet and component", "Streamlit's own", "goal"],
        rows,
    )
    outside = [address for found in weighed.values() for address in found.outside]
    print(f"  requests that left the machine: {len(outside)} {outside[:3]}")


async def _felt(app: Server, territories: list[str]) -> None:
    rows = []
    for name in territories:
        async with session(app.stream) as reader:
            await reader.open("", f"territoire={name}")
            rows.append([name, "Carte, situations shown", *await _pills(app, reader)])
            await reader.open("appel", f"territoire={name}")
            rows.append([name, "Appel, weight of a criterion", *await _slider(app, reader)])
            rows.append([name, "Appel, number of posts", *await _posts(app, reader)])
    show(
        "A changed setting, from the message to the last answer, median",
        ["territory", "setting", "time", "processor", "goal 0.3 s"],
        rows,
    )
    costs = [[name, *await _memory(app, name)] for name in territories]
    show(
        f"Memory of the server for one more reader ({_READERS} on the map)",
        ["territory", "each", "goal 15 MB"],
        costs,
    )


async def _pills(app: Server, reader: Session) -> list[str]:
    label = next(name for name in reader.widgets if name.startswith("Situations"))
    # Each choice once: a map never asked for before, the longest case.
    chosen = [[choice.content] for choice in reader.widgets[label].element.button_group.options]
    return await _changes(app, reader, label, "string_array_value", chosen)


async def _slider(app: Server, reader: Session) -> list[str]:
    label = next(
        name
        for name, widget in reader.widgets.items()
        if widget.element.WhichOneof("type") == "slider"
    )
    return await _changes(
        app, reader, label, "double_array_value", [[float(weight)] for weight in range(2, 11)]
    )


async def _posts(app: Server, reader: Session) -> list[str]:
    asked = [float(posts) for posts in range(2, 11)]
    return await _changes(app, reader, "Nombre de postes", "double_value", asked)


async def _changes(
    app: Server, reader: Session, label: str, kind: str, values: Sequence[object]
) -> list[str]:
    process = psutil.Process(app.pid)
    walls, processor = [], []
    for value in values:
        before = sum(process.cpu_times()[:2])
        done = await reader.change(label, **{kind: value})
        if done.failures:
            raise RuntimeError(f"{label} = {value}: {done.failures}")
        walls.append(done.seconds)
        processor.append(sum(process.cpu_times()[:2]) - before)
    median = statistics.median(walls)
    return [
        seconds(median),
        seconds(statistics.median(processor)),
        verdict(median, _SLIDER_GOAL_S, at_least=False),
    ]


async def _memory(app: Server, name: str) -> list[str]:
    process = psutil.Process(app.pid)
    async with AsyncExitStack() as stay:
        # The first few fill what all share.
        for _ in range(5):
            reader = await stay.enter_async_context(session(app.stream))
            await reader.open("", f"territoire={name}")
        before = process.memory_info().rss
        for _ in range(_READERS):
            reader = await stay.enter_async_context(session(app.stream))
            await reader.open("", f"territoire={name}")
        each = (process.memory_info().rss - before) / 1e6 / _READERS
    return [f"{each:.1f} MB", verdict(each, _MEMORY_GOAL_MB, at_least=False)]
