"""Rows of figures as plain values that ``json.dumps(allow_nan=False)`` takes as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The same row with text keys, lists for tuples, None for what is unknown."""
    return {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return None if isinstance(value, float) and pd.isna(value) else value
