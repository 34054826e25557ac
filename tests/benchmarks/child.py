"""Work measured in a process of its own, so that its peak of memory is its own."""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Stopwatch:
    """Wall and processor seconds of the named parts of some work."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, float]] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        found = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        best = self.parts.setdefault(name, found)
        if found["wall"] < best["wall"]:
            self.parts[name] = found


def measured(work: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
    """What ``work(stopwatch, **arguments)`` returns, with ``parts`` and ``peak_mb``.

    The function must be at the top of its module and return what JSON can hold. A part timed
    several times keeps its shortest wall time: machines are shared.
    """
    name = f"{work.__module__}:{work.__qualname__}"
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.child", name]
    done = subprocess.run(
        [*command, json.dumps(arguments)], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def _serve(name: str, arguments: str) -> None:
    module, function = name.split(":")
    stopwatch = Stopwatch()
    result = getattr(importlib.import_module(module), function)(stopwatch, **json.loads(arguments))
    # Kilobytes on Linux, bytes on macOS.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps({**result, "parts": stopwatch.parts, "peak_mb": peak}))


if __name__ == "__main__":
    _serve(*sys.argv[1:])
