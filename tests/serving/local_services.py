"""Streamlit with the national services at another address, and little patience for them.

``python -m tests.serving.local_services http://127.0.0.1:1234 run app.py …``
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from streamlit.web import cli

from datasets import endpoints

ADDRESS = sys.argv.pop(1)
assert ADDRESS.startswith("http://127.0.0.1:"), ADDRESS


@dataclass(frozen=True)
class _Here(endpoints.Endpoints):
    geopf: str = ADDRESS


@dataclass(frozen=True)
class _Hurried(endpoints.Policy):
    attempts: int = 2
    silent_attempts: int = 1
    read_timeout_s: float = 1.0
    first_wait_s: float = 0.0
    pause_s: float = 0.0


# Before anything that reads them is imported: the app runs in this same process.
endpoints.Endpoints = _Here  # type: ignore[misc]
endpoints.Policy = _Hurried  # type: ignore[misc]

if __name__ == "__main__":
    sys.exit(cli.main(prog_name="streamlit"))
