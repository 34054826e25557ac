"""What all the processes of one test run make once and share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that ``make`` fills, by the first process of the run that asks for it.

    pytest-xdist gives each process a folder of its own, side by side in that of the run.
    """
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder, whole = run / f"shared-{name}", run / f"shared-{name}.whole"
    with FileLock(run / f"shared-{name}.lock"):
        if not whole.exists():
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder
