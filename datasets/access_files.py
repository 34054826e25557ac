"""Anybody's tables for ``qpv access``: demand (D), supply (S) and travel times (T).

D: ``id``, ``lon`` and ``lat`` (or ``x`` and ``y``), ``population``[, ``standardised_population``].
S: ``id``, ``lon`` and ``lat`` (or ``x`` and ``y``), ``capacity``. T: ``demand_id``,
``supply_id``, ``minutes``; a pair that T does not hold is out of reach. Nothing is dropped or
guessed: every value that cannot be used is told in a named error, those of all tables at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from datasets.access_errors import (
    AccessFileError,
    BadCounts,
    BadLines,
    BadPosition,
    EmptySupply,
    EmptyTable,
)
from datasets.collected import attempt, refuse
from datasets.own_tables import numbers, read_journeys, read_table, refuse_duplicate_ids
from datasets.readers.tabular import Column
from datasets.reading import Problem
from geo.errors import BadInput

_ID: Column = ("id", "identifiant")
_LONLAT: tuple[Column, ...] = (("lon", "longitude"), ("lat", "latitude"))
_XY: tuple[Column, ...] = ("x", "y")
_JOURNEY = ("demand_id", "supply_id", "minutes")


@dataclass(frozen=True)
class Places:
    """One table of places as read.

    ``frame``: ``id`` (str, unique), the counts of the table (float64, finite, not negative),
    ``line`` (1-based, in the file) and, when positions were asked, ``east`` and ``north``:
    degrees when ``axes`` is ``"lonlat"``, units of a projected system when ``"xy"``.
    """

    file: str
    frame: pd.DataFrame
    axes: Literal["lonlat", "xy", ""]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Times:
    """``frame``: ``demand_id``, ``supply_id`` (str, all known), ``minutes`` (float64), ``line``."""

    file: str
    frame: pd.DataFrame
    problems: tuple[Problem, ...]


def read_demand(path: Path, *, positions: bool) -> Places:
    """Read D: column ``population`` and, when the file has it, ``standardised_population``.

    Raises
    ------
    UnreadableFile
        No table, or a mandatory column is missing.
    AccessFileError
        One of its kinds (``datasets.access_errors``), with the first offending lines.
    """
    return _read_places(path, "population", "standardised_population", positions)


def read_supply(path: Path, *, positions: bool) -> Places:
    """Read S: column ``capacity``. Raises as ``read_demand``."""
    return _read_places(path, "capacity", "", positions, EmptySupply)


def read_points(path: Path, *, supply: bool = False) -> Places:
    """Read the ids and positions of a table of places, whatever else it holds.

    Raises as ``read_demand``; an empty table of supply is an ``EmptySupply``.
    """
    return _read_places(path, "", "", positions=True, empty=EmptySupply if supply else EmptyTable)


def read_times(path: Path, demand: Places, supply: Places) -> Times:
    """Read T, minutes **from** demand **to** supply, whose ids must be those of D and S.

    Raises
    ------
    UnreadableFile
        No table, or a mandatory column is missing.
    AccessFileError
        ``BadMinutes``, ``UnknownIds``, ``DuplicatePairs``, ``EmptyTable``, ``BadLines``.
    """
    ids = {"demand_id": demand, "supply_id": supply}
    known = {column: (places.file, places.frame["id"]) for column, places in ids.items()}
    frame, problems = read_journeys(path, _JOURNEY, known)
    return Times(path.name, frame, tuple(problems))


def read_all(demand: Path, supply: Path, times: Path | None) -> tuple[Places, Places, Times | None]:
    """Read D, S and, when given, T (positions are asked without it), every fault told at once.

    Raises
    ------
    UnreadableFile, AccessFileError
        The one thing that is wrong, with its first lines.
    BadTables
        Everything that is wrong in the tables, when there are several.
    """
    errors: list[BadInput] = []
    asked = times is None
    places = attempt(
        errors,
        lambda: _places(demand, "population", "standardised_population", asked, EmptyTable, errors),
    )
    sites = attempt(errors, lambda: _places(supply, "capacity", "", asked, EmptySupply, errors))
    # A line that was not read holds an id too: T is not accused of naming it.
    torn = {error.file for error in errors if isinstance(error, BadLines)}
    known = {
        column: (table.file, table.frame["id"])
        for column, table in (("demand_id", places), ("supply_id", sites))
        if table is not None and table.file not in torn
    }
    journeys = None
    if times is not None:
        path = times
        journeys = attempt(errors, lambda: read_journeys(path, _JOURNEY, known, errors))
    refuse(errors)
    if places is None or sites is None:
        raise BadInput("Un tableau n'a pas pu être lu.")
    if times is None or journeys is None:
        return places, sites, None
    return places, sites, Times(times.name, journeys[0], tuple(journeys[1]))


def _read_places(
    path: Path, count: str, other_count: str, positions: bool, empty: type[EmptyTable] = EmptyTable
) -> Places:
    errors: list[BadInput] = []
    read = _places(path, count, other_count, positions, empty, errors)
    refuse(errors)
    return read


def _places(
    path: Path,
    count: str,
    other_count: str,
    positions: bool,
    empty: type[EmptyTable],
    errors: list[BadInput],
) -> Places:
    """One table; what is wrong is added to ``errors``, then the frame is not to be used."""
    counts: list[Column] = [count] if count else []
    optional: list[Column] = [other_count] if other_count else []
    wanted: list[Column] = [*optional, *_LONLAT, *_XY]
    frame, problems = read_table(path, (_ID, *counts), wanted, "lieu", empty, errors)
    attempt(errors, lambda: refuse_duplicate_ids(path.name, frame))
    kept = {"id": frame["id"], "line": frame["line"]}

    def add(name: str, column: str, error: type[AccessFileError], expected: str) -> None:
        counting = error is BadCounts
        read = attempt(
            errors,
            lambda: numbers(path.name, frame, column, error, expected, negative_is_wrong=counting),
        )
        if read is not None:
            kept[name] = read

    for column in (count, other_count):
        if column in frame:
            add(column, column, BadCounts, "un nombre, 0 ou plus")
    axes: Literal["lonlat", "xy", ""] = ""
    if positions:
        axes = attempt(errors, lambda: _axes(path.name, frame)) or ""
    if axes:
        for name, column in zip(("east", "north"), _AXIS_COLUMNS[axes], strict=True):
            add(name, column, BadPosition, "un nombre")
    return Places(path.name, pd.DataFrame(kept), axes, tuple(problems))


_AXIS_COLUMNS = {"lonlat": ("lon", "lat"), "xy": ("x", "y")}


def _axes(file: str, frame: pd.DataFrame) -> Literal["lonlat", "xy"]:
    """How the places are located; both ways at once, or half of one, is refused."""
    degrees, metres = {"lon", "lat"} & set(frame), {"x", "y"} & set(frame)
    if degrees and metres:
        raise BadPosition(
            file,
            f"positions données deux fois ({', '.join(sorted(degrees | metres))})",
            "lon et lat, ou x et y",
            "gardez un seul couple de colonnes",
        )
    if metres == {"x", "y"}:
        return "xy"
    if degrees == {"lon", "lat"}:
        return "lonlat"
    found = ", ".join(sorted(degrees | metres)) or "aucune des quatre"
    raise BadPosition(
        file,
        f"colonnes de position absentes (trouvée : {found})",
        "lon et lat en degrés, ou x et y avec --crs",
        "ajoutez les positions, ou donnez les temps de trajet avec --times",
    )
