"""Which populations a figure rests on: counted on which limits, in which edition, how surely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from geo.words import counted, listed, plural

POPULATION_COLUMNS = (
    "population",
    "population_status",
    "population_perimeter",
    "population_vintage",
)


@dataclass(frozen=True)
class Populations:
    """The known populations of some QPV: their perimeters and editions, sorted, told once each.

    ``status`` is modelled as soon as one of them is (carried from the 2015 perimeter), missing
    when none is known; ``quarters`` have one, ``without`` have none.
    """

    status: str
    perimeters: tuple[str, ...]
    vintages: tuple[str, ...]
    quarters: int
    without: int


def populations(quarters: pd.DataFrame) -> Populations:
    """Read them off ``POPULATION_COLUMNS``; a QPV whose population is NaN lends nothing."""
    known = quarters[quarters["population"].notna()]
    return Populations(
        status=weakest(known["population_status"]),
        perimeters=_told(known["population_perimeter"]),
        vintages=_told(known["population_vintage"]),
        quarters=len(known),
        without=len(quarters) - len(known),
    )


def weakest(statuses: Iterable[str]) -> str:
    """The status of a figure that rests on all of these: observed only when each known one is."""
    met = set(statuses) - {"missing"}
    if not met:
        return "missing"
    return "observed" if met == {"observed"} else "modelled"


def in_words(found: Populations) -> str:
    """« populations du périmètre 2015, indicatives (édition 2022) »; '' when none is known."""
    if not found.quarters:
        return ""
    where = plural(len(found.perimeters), "du périmètre", "des périmètres")
    limits = f" {where} {listed(found.perimeters)}" if found.perimeters else ""
    worth = ""
    if found.status == "modelled":
        worth = ", indicatives" if len(found.perimeters) < 2 else ", en partie indicatives"
    edition = f" ({listed(found.vintages)})" if found.vintages else ""
    lacking = (
        f" ; {counted(found.without, 'quartier')} sans population connue" if found.without else ""
    )
    return f"populations{limits}{worth}{edition}{lacking}"


def _told(values: pd.Series) -> tuple[str, ...]:
    return tuple(sorted(set(values) - {""}))
