"""Runs the benchmarks named on the command line, or all of them."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import platform
import time

import tests.benchmarks as package

HELPERS = {"__main__", "child", "problems", "report"}


def main() -> None:
    """Prints the tables of each benchmark, one module after another."""
    known = [module.name for module in pkgutil.iter_modules(package.__path__)]
    known = [name for name in known if name not in HELPERS]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(known))
    parser.add_argument(
        "--full", action="store_true", help="run the peers at full size (minutes, several GB)"
    )
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.names) - set(known))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    for name in chosen.names or known:
        start = time.perf_counter()
        importlib.import_module(f"tests.benchmarks.{name}").run(full=chosen.full)
        print(f"[{name}: {time.perf_counter() - start:.0f} s]\n", flush=True)


if __name__ == "__main__":
    main()
