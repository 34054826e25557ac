"""A figure written in a sentence, and the cell of a table that it was read from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo import columns
from geo.indicators import indicator


@dataclass(frozen=True)
class Fact:
    """One figure of a paragraph: how it is written, and the cell ``table[row, column]`` it is in.

    ``table`` is ``qpv``, ``components`` or ``mediation``; ``row`` the QPV code, with the component
    or the post after a slash; ``status`` is one of ``geo.schema.STATUSES``.
    """

    written: str
    table: str
    row: str
    column: str
    value: float
    unit: str
    status: str
    source: str
    vintage: str = ""
    perimeter: str = ""


@dataclass(frozen=True)
class Clause:
    """A piece of a paragraph and the figures it holds."""

    text: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """The paragraph of one QPV and, in reading order, the figures that are written in it."""

    code_qp: str
    text: str
    facts: tuple[Fact, ...]
    fictional: bool


# What a figure of the QPV table rests on, when the table itself does not say.
_STATUS_OF = {
    "population": "population_status",
    "access": "access_status",
    "access_outlook": "access_outlook_status",
    "need_score": "need_status",
    "need_people": "need_people_status",
    "need_people_low": "need_people_status",
    "need_people_high": "need_people_status",
    "mediation_fte": "mediation_status",
    "residual_people": "residual_status",
    "residual_fte": "residual_status",
}
_ALWAYS_MODELLED = (
    "access_minus_commune",
    "access_minus_departement",
    "nearest_gp_min",
    "nearest_gp_walk_min",
)


def of_quarter(
    row: dict[Any, Any], column: str, write: Callable[[float], str], value: float | None = None
) -> Fact:
    """The figure of a column of ``Analysis.qpv``; ``value`` when it is written otherwise (sign)."""
    defined = columns.definition(column)
    status = row.get(_STATUS_OF.get(column, ""), "observed")
    if column in _ALWAYS_MODELLED:
        status = "modelled"
    counted = column == "population"
    return Fact(
        written=write(float(row[column] if value is None else value)),
        table="qpv",
        row=str(row["code_qp"]),
        column=column,
        value=float(row[column]),
        unit=defined.unit,
        status=str(status),
        source=defined.method,
        vintage=str(row["population_vintage"]) if counted else "",
        perimeter=str(row["population_perimeter"]) if counted else "",
    )


def of_component(component: pd.Series[Any], write: Callable[[float], str]) -> Fact:
    """The value of a component of the need."""
    return Fact(
        written=write(float(component["value"])),
        table="components",
        row=f"{component['code_qp']}/{component['component']}",
        column="value",
        value=float(component["value"]),
        unit=indicator(str(component["component"])).unit,
        status=str(component["status"]),
        source=str(component["source_id"]),
        vintage=str(component["vintage"]),
        perimeter=str(component["perimeter"]),
    )


def known(row: dict[Any, Any], column: str) -> bool:
    """Whether a cell of the QPV table holds a figure that may be shown."""
    value = row.get(column)
    hidden = row.get(_STATUS_OF.get(column, ""), "") == "suppressed"
    return value is not None and not hidden and not math.isnan(float(value))
