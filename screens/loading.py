"""The program loaded by one session at a time.

The first two readers of a fresh server would import the same modules from two threads in two
orders; Python then finds a deadlock, and one of them gets an error page.
"""

from __future__ import annotations

import importlib
import threading

_LOCK = threading.Lock()


def load_once() -> None:
    """Import what every screen rests on; at once when it is there already."""
    with _LOCK:
        importlib.import_module("screens.shared")
