"""The program loaded by one session at a time.

The first two readers of a fresh server would import the same modules from two threads in two
orders; Python then finds a deadlock, and one of them gets an error page.
"""

from __future__ import annotations

import importlib
import threading
from typing import Any

WORDS = "Chargement du programme… (quelques secondes, la première fois seulement)"
_LOCK = threading.Lock()
_loaded = threading.Event()


def load_once(place: Any) -> None:
    """Import what every screen rests on; at once when it is there already.

    ``place`` (``st.empty()``) says so meanwhile: the page would stay white.
    """
    if _loaded.is_set():
        return
    place.text(WORDS)
    with _LOCK:
        importlib.import_module("screens.shared")
    _loaded.set()
    place.empty()
