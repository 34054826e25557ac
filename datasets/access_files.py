"""Anybody's tables for ``qpv access``: demand (D), supply (S) and travel times (T).

D: ``id``, ``lon`` and ``lat`` (or ``x`` and ``y``), ``population``[, ``standardised_population``].
S: ``id``, ``lon`` and ``lat`` (or ``x`` and ``y``), ``capacity``. T: ``demand_id``,
``supply_id``, ``minutes``; a pair that T does not hold is out of reach. Nothing is dropped or
guessed: a value that cannot be used stops the reading with a named error.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from datasets.access_errors import (
    SHOWN,
    AccessFileError,
    BadCounts,
    BadLines,
    BadMinutes,
    BadPosition,
    DuplicateIds,
    DuplicatePairs,
    EmptySupply,
    EmptyTable,
    Offender,
    UnknownIds,
)
from datasets.access_quick import plain_times
from datasets.readers.cells import to_number
from datasets.readers.tabular import Column, content, read_csv
from datasets.reading import Problem
from geo.words import counted

_ID: Column = ("id", "identifiant")
_LONLAT: tuple[Column, ...] = (("lon", "longitude"), ("lat", "latitude"))
_XY: tuple[Column, ...] = ("x", "y")
_JOURNEY = ("demand_id", "supply_id", "minutes")
_CORRECT = "corrigez ces lignes puis relancez la commande"


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
    frame, problems = _read_journeys(path)
    for column, places in (("demand_id", demand), ("supply_id", supply)):
        unknown = ~frame[column].isin(places.frame["id"])
        if unknown.any():
            raise UnknownIds(
                path.name,
                f"{_lines(unknown)} dont l'identifiant n'est pas dans {places.file}",
                f"un identifiant de {places.file}, écrit à l'identique (zéros de tête compris)",
                f"ajoutez ces lieux à {places.file} ou retirez ces trajets",
                column=column,
                offenders=_quoted(frame, column, unknown),
                count=int(unknown.sum()),
            )
    pairs = frame[["demand_id", "supply_id"]]
    repeated = pairs.duplicated()
    if repeated.any():
        some = frame[repeated].head(SHOWN)
        raise DuplicatePairs(
            path.name,
            f"{_lines(repeated)} qui répètent un trajet déjà donné",
            "un seul temps par couple demand_id, supply_id",
            "gardez le bon temps de chaque trajet",
            column="demand_id, supply_id",
            offenders=[
                Offender(line, f"{start} → {end}")
                for line, start, end in zip(
                    some["line"], some["demand_id"], some["supply_id"], strict=True
                )
            ],
            count=int(repeated.sum()),
        )
    return Times(path.name, frame, tuple(problems))


def _read_journeys(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    data, _ = content(path)
    plain = plain_times(data, _JOURNEY)
    if plain is not None and len(plain):
        _, problems = read_csv(
            data.split(b"\n", 1)[0], source_id="", file=path.name, required=_JOURNEY
        )
        return plain, problems
    frame, problems = _read(path, _JOURNEY, [], "trajet")
    minutes = _numbers(path.name, frame, "minutes", BadMinutes, "des minutes, 0 ou plus")
    return frame.assign(minutes=minutes), problems


def _read_places(
    path: Path, count: str, other_count: str, positions: bool, empty: type[EmptyTable] = EmptyTable
) -> Places:
    counts: list[Column] = [count] if count else []
    optional: list[Column] = [other_count] if other_count else []
    frame, problems = _read(path, (_ID, *counts), [*optional, *_LONLAT, *_XY], "lieu", empty)
    _refuse_duplicate_ids(path.name, frame)
    kept = {"id": frame["id"], "line": frame["line"]}
    for column in (count, other_count):
        if column in frame:
            kept[column] = _numbers(path.name, frame, column, BadCounts, "un nombre, 0 ou plus")
    axes: Literal["lonlat", "xy", ""] = _axes(path.name, frame) if positions else ""
    if axes:
        for name, column in zip(("east", "north"), _AXIS_COLUMNS[axes], strict=True):
            kept[name] = _numbers(
                path.name, frame, column, BadPosition, "un nombre", negative_is_wrong=False
            )
    return Places(path.name, pd.DataFrame(kept), axes, tuple(problems))


_AXIS_COLUMNS = {"lonlat": ("lon", "lat"), "xy": ("x", "y")}


def _read(
    path: Path,
    required: tuple[Column, ...],
    optional: list[Column],
    one: str,
    empty: type[EmptyTable] = EmptyTable,
) -> tuple[pd.DataFrame, list[Problem]]:
    frame, problems = read_csv(path, source_id="", required=required, optional=optional)
    refused = [problem for problem in problems if problem.kind == "rejected"]
    if refused:
        raise BadLines(
            path.name,
            "lignes qui n'ont pas le nombre de cellules de l'en-tête",
            refused[0].expected,
            "un séparateur ou un guillemet manque ou est en trop ; avec une virgule décimale, "
            "séparez les colonnes par des points-virgules",
            offenders=[
                Offender(problem.line, f"{problem.value} cellules") for problem in refused[:SHOWN]
            ],
            count=len(refused),
        )
    if frame.empty:
        raise empty(
            path.name,
            "le fichier a un en-tête et aucune ligne",
            f"au moins un {one}",
            "vérifiez que c'est le bon fichier",
        )
    for column in [name for name in ("id", "demand_id", "supply_id") if name in frame]:
        nameless = frame[column] == ""
        if nameless.any():
            raise BadLines(
                path.name,
                f"{_lines(nameless)} sans identifiant",
                "un identifiant à chaque ligne",
                _CORRECT,
                column=column,
                offenders=_quoted(frame, column, nameless),
                count=int(nameless.sum()),
            )
    return frame, problems


def _refuse_duplicate_ids(file: str, frame: pd.DataFrame) -> None:
    repeated = frame["id"].duplicated(keep=False)
    if not repeated.any():
        return
    lines = frame[repeated].groupby("id", sort=False)["line"]
    raise DuplicateIds(
        file,
        f"{counted(lines.ngroups, 'identifiant')} en double",
        "un identifiant différent par ligne",
        "gardez une ligne par lieu, ou donnez à chaque lieu son identifiant",
        column="id",
        offenders=[
            Offender(0, f"« {name} » (lignes {', '.join(map(str, where[:SHOWN]))})")
            for name, where in list(lines)[:SHOWN]
        ],
        count=lines.ngroups,
    )


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


def _numbers(
    file: str,
    frame: pd.DataFrame,
    column: str,
    error: type[AccessFileError],
    expected: str,
    *,
    negative_is_wrong: bool = True,
) -> pd.Series:
    values, status = to_number(frame[column])
    absent = status.isin(["missing", "suppressed"])
    negative = (values < 0) & negative_is_wrong
    wrong = values.isna() | negative
    if not wrong.any():
        return values
    words = np.select([absent, negative], ["absent", "négatif"], "pas un nombre")
    some = frame.loc[wrong, ["line", column]].assign(why=words[wrong.to_numpy()]).head(SHOWN)
    raise error(
        file,
        counted(int(wrong.sum()), "valeur inutilisable", "valeurs inutilisables"),
        f"{expected} (une valeur inconnue n'est pas zéro)",
        _CORRECT,
        column=column,
        offenders=[
            Offender(line, f"« {cell} », {why}" if cell else "vide")
            for line, cell, why in some.itertuples(index=False)
        ],
        count=int(wrong.sum()),
    )


def _quoted(frame: pd.DataFrame, column: str, wrong: pd.Series) -> list[Offender]:
    some = frame.loc[wrong, ["line", column]].head(SHOWN)
    return [
        Offender(line, f"« {cell} »" if cell else "vide")
        for line, cell in some.itertuples(index=False)
    ]


def _lines(wrong: pd.Series) -> str:
    return counted(int(wrong.sum()), "ligne")
