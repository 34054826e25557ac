"""Whole counts in a brought file: what a cell says, or why it cannot be used."""

from __future__ import annotations

from collections.abc import Callable

from datasets.mediation.values import BadCell, number
from geo.words import number as in_french

MOST = 100_000


def whole(least: int, most: int = MOST) -> Callable[[str], int]:
    """A reader of whole numbers between two bounds."""
    bounds = f"un nombre entier de {in_french(least)} à {in_french(most)}"

    def read(text: str) -> int:
        value, status = number(text)
        if status != "observed":
            raise BadCell(f"« {text} » n’est pas un nombre ; inconnu : laissez vide.", bounds)
        if value != round(value) or not least <= value <= most:
            raise BadCell(f"« {text} » est hors de ce qui est attendu.", bounds)
        return int(value)

    return read
