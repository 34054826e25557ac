"""Anybody's tables for ``qpv allocate``: demand (D), sites (S), times (T), and the planner's own.

D: ``id``, ``weight`` (people to serve)[, ``priority``, ``double_peine``, ``tier``]. S: ``id``[,
``departement``, ``cost``]. T: ``demand_id``, ``site_id``, ``minutes``; a pair that T does not hold
is out of reach. F: ``site_id``, ``posts`` already there. Floors and ceilings: ``departement``,
``posts``. Every problem of every table is told at once; nothing is dropped or guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from datasets.access_errors import (
    AccessFileError,
    BadCounts,
    EmptySupply,
    EmptyTable,
)
from datasets.collected import attempt, refuse
from datasets.own_tables import (
    lines_fr,
    numbers,
    quoted,
    read_journeys,
    read_table,
    refuse_duplicate_ids,
    refuse_unknown_ids,
)
from datasets.readers.tabular import Column
from datasets.reading import Problem
from geo.allocation import Problem as Allocated
from geo.allocation import make_problem
from geo.errors import BadInput

_ID: Column = ("id", "identifiant")
_AREA: Column = ("departement", "département", "dep")
_SITE: Column = ("site_id", "id", "identifiant")
_POSTS: Column = ("posts", "postes", "fte", "etp")
_JOURNEY = ("demand_id", "site_id", "minutes")
_YES = {"1": True, "oui": True, "0": False, "non": False}
Named = tuple[tuple[str, float], ...]


class BadFlags(AccessFileError):
    """A cell that should say yes or no says something else."""


@dataclass(frozen=True)
class Tables:
    """What the files say: the problem (pairs up to the reach, included), floors and ceilings."""

    problem: Allocated
    floors: Named
    ceilings: Named
    notes: tuple[Problem, ...]


def read_tables(
    demand: Path,
    sites: Path,
    times: Path,
    reach_min: float,
    *,
    fixed: Path | None = None,
    floors: Path | None = None,
    ceilings: Path | None = None,
) -> Tables:
    """Read and check everything; a journey of exactly ``reach_min`` minutes is in reach.

    Raises
    ------
    UnreadableFile, AccessFileError
        The one thing that is wrong, with its first lines.
    BadTables
        Everything that is wrong, when there are several.
    """
    errors: list[BadInput] = []
    notes: list[Problem] = []
    places = attempt(errors, lambda: _demand(demand, errors, notes))
    candidates = attempt(errors, lambda: _sites(sites, errors, notes))
    known = {}
    if places is not None:
        known["demand_id"] = (demand.name, places["id"])
    if candidates is not None:
        known["site_id"] = (sites.name, candidates["id"])
    journeys = attempt(errors, lambda: _times(times, known, errors, notes))
    there = attempt(errors, lambda: _fixed(fixed, known.get("site_id"), notes))
    areas = (sites.name, candidates["departement"]) if candidates is not None else None
    low, high = (
        attempt(errors, lambda path=path: _areas(path, areas, notes))  # type: ignore[misc]
        for path in (floors, ceilings)
    )
    refuse(errors)
    if places is None or candidates is None or journeys is None:
        raise BadInput("Un tableau n'a pas pu être lu.")
    problem = _problem(places, candidates, journeys, there or (), reach_min)
    return Tables(problem, low or (), high or (), tuple(notes))


def _demand(path: Path, errors: list[BadInput], notes: list[Problem]) -> pd.DataFrame:
    optional: list[Column] = [("priority", "priorite", "priorité"), "double_peine", "tier"]
    frame, problems = read_table(path, (_ID, "weight"), optional, "lieu de demande")
    notes += problems
    attempt(errors, lambda: refuse_duplicate_ids(path.name, frame))
    for column in [name for name in ("weight", "priority", "tier") if name in frame]:
        read = attempt(
            errors,
            lambda column=column: numbers(  # type: ignore[misc]
                path.name, frame, column, BadCounts, "un nombre, 0 ou plus"
            ),
        )
        frame[column] = np.nan if read is None else read
    if "double_peine" in frame:
        flags = attempt(errors, lambda: _flags(path.name, frame))
        frame["double_peine"] = False if flags is None else flags
    return frame


def _flags(file: str, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    said = frame["double_peine"].str.casefold().map(_YES)
    wrong = said.isna()
    if wrong.any():
        raise BadFlags(
            file,
            f"{lines_fr(wrong)} ni oui ni non",
            "1 ou oui, 0 ou non",
            "un quartier dont on ne sait rien ne se devine pas : retirez-le ou décidez",
            column="double_peine",
            offenders=quoted(frame, "double_peine", wrong),
            count=int(wrong.sum()),
        )
    return said.to_numpy(bool)


def _sites(path: Path, errors: list[BadInput], notes: list[Problem]) -> pd.DataFrame:
    optional: list[Column] = [_AREA, ("cost", "cout", "coût")]
    frame, problems = read_table(path, (_ID,), optional, "site candidat", EmptySupply)
    notes += problems
    attempt(errors, lambda: refuse_duplicate_ids(path.name, frame))
    if "departement" not in frame:
        frame["departement"] = ""
    if "cost" in frame:
        given = frame["cost"] != ""
        read = attempt(
            errors,
            lambda: numbers(path.name, frame[given], "cost", BadCounts, "des euros par an"),
        )
        frame["cost"] = np.nan if read is None else read.reindex(frame.index)
    return frame


def _times(
    path: Path,
    known: dict[str, tuple[str, pd.Series]],
    errors: list[BadInput],
    notes: list[Problem],
) -> pd.DataFrame:
    frame, problems = read_journeys(path, _JOURNEY, {}, errors)
    notes += problems
    for column, (file, ids) in known.items():
        attempt(
            errors,
            lambda column=column, file=file, ids=ids: refuse_unknown_ids(  # type: ignore[misc]
                path.name, frame, column, file, ids
            ),
        )
    return frame


def _fixed(
    path: Path | None, known: tuple[str, pd.Series] | None, notes: list[Problem]
) -> Named | None:
    if path is None:
        return ()
    return _posts(path, _SITE, "site_id", known, notes)


def _areas(
    path: Path | None, known: tuple[str, pd.Series] | None, notes: list[Problem]
) -> Named | None:
    if path is None:
        return ()
    # A département without a site is a rule that cannot be kept, told as such by the allocation.
    return _posts(path, _AREA, "departement", None, notes)


def _posts(
    path: Path,
    name: Column,
    column: str,
    known: tuple[str, pd.Series] | None,
    notes: list[Problem],
) -> Named:
    frame, problems = read_table(path, (name, _POSTS), [], "ligne", EmptyTable)
    notes += problems
    refuse_duplicate_ids(path.name, frame, column)
    posts = numbers(path.name, frame, "posts", BadCounts, "des postes, 0 ou plus")
    if known is not None:
        refuse_unknown_ids(path.name, frame, column, *known, what="lignes")
    return tuple(zip(frame[column].astype(str), posts.astype(float), strict=True))


def _problem(
    places: pd.DataFrame,
    sites: pd.DataFrame,
    journeys: pd.DataFrame,
    fixed: Named,
    reach_min: float,
) -> Allocated:
    near = journeys[journeys["minutes"] <= reach_min]
    rows = pd.Index(places["id"]).get_indexer(pd.Index(near["demand_id"]))
    columns = pd.Index(sites["id"]).get_indexer(pd.Index(near["site_id"]))
    told = {
        argument: places[column].to_numpy()
        for argument, column in (
            ("weight", "priority"),
            ("double", "double_peine"),
            ("tier", "tier"),
        )
        if column in places
    }
    return make_problem(
        places["id"].to_numpy(object),
        places["weight"].to_numpy(float),
        sites["id"].to_numpy(object),
        (rows, columns),
        minutes=near["minutes"].to_numpy(float),
        departement=sites["departement"].to_numpy(object),
        fixed=sites["id"].map(dict(fixed)).fillna(0.0).to_numpy(float),
        cost_eur=sites["cost"].to_numpy(float) if "cost" in sites else None,
        **told,
    )
