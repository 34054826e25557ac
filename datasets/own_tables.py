"""What the readers of anybody's tables share: whole lines, known ids, numbers that are numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from datasets.access_errors import (
    SHOWN,
    AccessFileError,
    BadLines,
    BadMinutes,
    DuplicateIds,
    DuplicatePairs,
    EmptyTable,
    Offender,
    UnknownIds,
)
from datasets.access_quick import MOST_MINUTES, plain_times
from datasets.collected import attempt, refuse
from datasets.readers.cells import to_number
from datasets.readers.tabular import Column, content, read_csv
from datasets.reading import Problem
from geo.errors import BadInput
from geo.words import counted, number

_NAMES = ("id", "demand_id", "supply_id", "site_id")
# Bounds of what is a figure: a million million people, two years on the road [assumption].
MOST_COUNTED, LEAST_COUNTED = 1e12, 1e-9
_CORRECT = "corrigez ces lignes puis relancez la commande"


def read_table(
    path: Path,
    required: tuple[Column, ...],
    optional: list[Column],
    one: str,
    empty: type[EmptyTable] = EmptyTable,
    errors: list[BadInput] | None = None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """A table of texts with its ``line``: whole lines, at least one, each with its identifiers.

    ``one`` is what a line stands for, in French. With ``errors``, bad lines are added to them
    and the others given back, so that their own faults are told as well.

    Raises
    ------
    UnreadableFile, BadLines, EmptyTable
    """
    frame, problems = read_csv(path, source_id="", required=required, optional=optional)
    refused = [problem for problem in problems if problem.kind == "rejected"]
    if refused:
        ragged = BadLines(
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
        _raise_or_keep(ragged, errors)
    if frame.empty and not refused:
        raise empty(
            path.name,
            "le fichier a un en-tête et aucune ligne",
            f"au moins un {one}",
            "vérifiez que c'est le bon fichier",
        )
    for column in [name for name in _NAMES if name in frame]:
        nameless = frame[column] == ""
        if nameless.any():
            blank = BadLines(
                path.name,
                f"{lines_fr(nameless)} sans identifiant",
                "un identifiant à chaque ligne",
                _CORRECT,
                column=column,
                offenders=quoted(frame, column, nameless),
                count=int(nameless.sum()),
            )
            _raise_or_keep(blank, errors)
            frame = frame[~nameless].reset_index(drop=True)
    return frame, problems


def _raise_or_keep(error: BadInput, errors: list[BadInput] | None) -> None:
    if errors is None:
        raise error
    errors.append(error)


def refuse_duplicate_ids(file: str, frame: pd.DataFrame, column: str = "id") -> None:
    """Refuse an identifier that stands on two lines.

    Raises
    ------
    DuplicateIds
    """
    repeated = frame[column].duplicated(keep=False)
    if not repeated.any():
        return
    lines = frame[repeated].groupby(column, sort=False)["line"]
    raise DuplicateIds(
        file,
        f"{counted(lines.ngroups, 'identifiant')} en double",
        "un identifiant différent par ligne",
        "gardez une ligne par lieu, ou donnez à chaque lieu son identifiant",
        column=column,
        offenders=[
            Offender(0, f"« {name} » (lignes {', '.join(map(str, where[:SHOWN]))})")
            for name, where in list(lines)[:SHOWN]
        ],
        count=lines.ngroups,
    )


def refuse_unknown_ids(
    file: str, frame: pd.DataFrame, column: str, other: str, ids: pd.Series, what: str = "trajets"
) -> None:
    """Refuse a line whose identifier is not among ``ids``, those of the file ``other``.

    Raises
    ------
    UnknownIds
    """
    unknown = ~frame[column].isin(ids)
    if unknown.any():
        raise UnknownIds(
            file,
            f"{lines_fr(unknown)} dont l'identifiant n'est pas dans {other}",
            f"un identifiant de {other}, écrit à l'identique (zéros de tête compris)",
            f"ajoutez ces lieux à {other} ou retirez ces {what}",
            column=column,
            offenders=quoted(frame, column, unknown),
            count=int(unknown.sum()),
        )


def numbers(
    file: str,
    frame: pd.DataFrame,
    column: str,
    error: type[AccessFileError],
    expected: str,
    *,
    negative_is_wrong: bool = True,
    at_most: float = MOST_COUNTED,
) -> pd.Series:
    """A column of numbers (float64), each known, ``at_most`` and, unless told, not negative.

    Raises
    ------
    error
        With the first offending lines; an unknown value is never taken for zero.
    """
    values, status = to_number(frame[column])
    absent = status.isin(["missing", "suppressed"])
    negative = (values < 0) & negative_is_wrong
    huge = values.abs() > at_most
    # What is neither zero nor a figure anybody counts in: divisions by it have no result.
    tiny = (values != 0) & (values.abs() < LEAST_COUNTED) & negative_is_wrong
    wrong = values.isna() | negative | huge | tiny
    if not wrong.any():
        return values
    words = np.select(
        [absent, negative, huge, tiny],
        ["absent", "négatif", f"plus de {number(at_most)}", "trop proche de zéro"],
        "pas un nombre",
    )
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


def quoted(frame: pd.DataFrame, column: str, wrong: pd.Series) -> list[Offender]:
    """The first wrong lines with the cell they hold."""
    some = frame.loc[wrong, ["line", column]].head(SHOWN)
    return [
        Offender(line, f"« {cell} »" if cell else "vide")
        for line, cell in some.itertuples(index=False)
    ]


def lines_fr(wrong: pd.Series) -> str:
    """How many lines are wrong: « 3 lignes »."""
    return counted(int(wrong.sum()), "ligne")


def read_journeys(
    path: Path,
    columns: tuple[str, str, str],
    known: dict[str, tuple[str, pd.Series]],
    errors: list[BadInput] | None = None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table of times: two columns of ids, then minutes (float64, 0 or more), and ``line``.

    ``known`` gives, for a column, the file and the ids that its own must be among. With
    ``errors``, every fault is added to them instead of raised.

    Raises
    ------
    UnreadableFile
    BadMinutes, UnknownIds, DuplicatePairs, EmptyTable, BadLines
        The only fault of the table.
    BadTables
        All of them, when there are several.
    """
    found: list[BadInput] = []
    frame, problems = _plain_or_careful(path, columns, found)
    for column, (file, ids) in known.items():
        attempt(
            found,
            lambda column=column, file=file, ids=ids: refuse_unknown_ids(  # type: ignore[misc]
                path.name, frame, column, file, ids
            ),
        )
    attempt(found, lambda: _refuse_repeated(path.name, frame, columns))
    if errors is None:
        refuse(found)
    else:
        errors += found
    return frame, problems


def _refuse_repeated(file: str, frame: pd.DataFrame, columns: tuple[str, str, str]) -> None:
    start, end = columns[:2]
    repeated = frame[[start, end]].duplicated()
    if not repeated.any():
        return
    some = frame[repeated].head(SHOWN)
    raise DuplicatePairs(
        file,
        f"{lines_fr(repeated)} qui répètent un trajet déjà donné",
        f"un seul temps par couple {start}, {end}",
        "gardez le bon temps de chaque trajet",
        column=f"{start}, {end}",
        offenders=[
            Offender(line, f"{here} → {there}")
            for line, here, there in zip(some["line"], some[start], some[end], strict=True)
        ],
        count=int(repeated.sum()),
    )


def _plain_or_careful(
    path: Path, columns: tuple[str, str, str], errors: list[BadInput]
) -> tuple[pd.DataFrame, list[Problem]]:
    data, _ = content(path)
    plain = plain_times(data, columns)
    if plain is not None and len(plain):
        _, problems = read_csv(
            data.split(b"\n", 1)[0], source_id="", file=path.name, required=columns
        )
        return plain, problems
    frame, problems = read_table(path, columns, [], "trajet", errors=errors)
    expected = "des minutes, 0 ou plus"
    minutes = attempt(
        errors,
        lambda: numbers(path.name, frame, columns[2], BadMinutes, expected, at_most=MOST_MINUTES),
    )
    return frame.assign(**{columns[2]: np.nan if minutes is None else minutes}), problems
