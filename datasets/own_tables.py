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
from datasets.access_quick import plain_times
from datasets.readers.cells import to_number
from datasets.readers.tabular import Column, content, read_csv
from datasets.reading import Problem
from geo.words import counted

_NAMES = ("id", "demand_id", "supply_id", "site_id")
_CORRECT = "corrigez ces lignes puis relancez la commande"


def read_table(
    path: Path,
    required: tuple[Column, ...],
    optional: list[Column],
    one: str,
    empty: type[EmptyTable] = EmptyTable,
) -> tuple[pd.DataFrame, list[Problem]]:
    """A table of texts with its ``line``: whole lines, at least one, each with its identifiers.

    ``one`` is what a line stands for, in French.

    Raises
    ------
    UnreadableFile, BadLines, EmptyTable
    """
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
    for column in [name for name in _NAMES if name in frame]:
        nameless = frame[column] == ""
        if nameless.any():
            raise BadLines(
                path.name,
                f"{lines_fr(nameless)} sans identifiant",
                "un identifiant à chaque ligne",
                _CORRECT,
                column=column,
                offenders=quoted(frame, column, nameless),
                count=int(nameless.sum()),
            )
    return frame, problems


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
) -> pd.Series:
    """A column of numbers (float64), every one of them known and, unless told, not negative.

    Raises
    ------
    error
        With the first offending lines; an unknown value is never taken for zero.
    """
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
    path: Path, columns: tuple[str, str, str], known: dict[str, tuple[str, pd.Series]]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table of times: two columns of ids, then minutes (float64, 0 or more), and ``line``.

    ``known`` gives, for a column, the file and the ids that its own must be among.

    Raises
    ------
    UnreadableFile, BadMinutes, UnknownIds, DuplicatePairs, EmptyTable, BadLines
    """
    frame, problems = _plain_or_careful(path, columns)
    for column, (file, ids) in known.items():
        refuse_unknown_ids(path.name, frame, column, file, ids)
    start, end = columns[:2]
    repeated = frame[[start, end]].duplicated()
    if repeated.any():
        some = frame[repeated].head(SHOWN)
        raise DuplicatePairs(
            path.name,
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
    return frame, problems


def _plain_or_careful(
    path: Path, columns: tuple[str, str, str]
) -> tuple[pd.DataFrame, list[Problem]]:
    data, _ = content(path)
    plain = plain_times(data, columns)
    if plain is not None and len(plain):
        _, problems = read_csv(
            data.split(b"\n", 1)[0], source_id="", file=path.name, required=columns
        )
        return plain, problems
    frame, problems = read_table(path, columns, [], "trajet")
    minutes = numbers(path.name, frame, columns[2], BadMinutes, "des minutes, 0 ou plus")
    return frame.assign(**{columns[2]: minutes}), problems
