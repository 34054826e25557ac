"""What is known of one indicator: its name, unit, sense, formula, source, and how it adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["share", "count", "index", "amount", "rate"]


@dataclass(frozen=True)
class Indicator:
    """One indicator, defined once.

    ``direction`` is +1 when more of it means more need, -1 less, 0 neither. ``noun_fr`` is the
    name as it reads inside a sentence, with its article. ``formula_fr`` tells in words what is
    divided by what, ``source`` who publishes it. ``summable`` is False unless the parts of a
    whole add up to it; ``counts`` names the two summable indicators (above, below) from which a
    share may be computed again over a larger territory.
    """

    id: str
    label_fr: str
    unit: str
    direction: int
    kind: Kind
    noun_fr: str
    formula_fr: str
    source: str
    summable: bool = False
    counts: tuple[str, str] | None = None
