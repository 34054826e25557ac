"""A column of a form, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlainColumn:
    """One column of a form (see ``datasets.brought.form.ColumnRule``)."""

    name: str
    meaning: str
    expected: str
    examples: tuple[str, str]
    mandatory: bool = False
    allowed: tuple[str, ...] = ()
    closed: bool = False
