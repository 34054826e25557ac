"""Whether a commune code that somebody wrote exists."""

from __future__ import annotations

from collections.abc import Collection

from geo.territory import parent_commune


def is_unknown(code: str, known: Collection[str] | None) -> bool:
    """True when a list is at hand and holds neither the commune nor the city it is a part of."""
    return known is not None and code not in known and parent_commune(code) not in known
