"""The pure core: frames and arrays in, frames and arrays out. No network, no disk, no screen."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.analysis import Analysis, analyse
    from geo.parameters import Parameters
    from geo.schema import Layers
    from geo.territory import parse_territory

__all__ = ["Analysis", "Layers", "Parameters", "analyse", "parse_territory"]
# Where each name lives: imported when asked for, so that a command which needs one small module of
# the core does not wait for the whole analysis.
_HOMES = {
    "Analysis": "geo.analysis",
    "Layers": "geo.schema",
    "Parameters": "geo.parameters",
    "analyse": "geo.analysis",
    "parse_territory": "geo.territory",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(_HOMES[name]), name)
    return found
