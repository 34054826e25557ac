"""Read a CSV as text, whatever its encoding and separator, with the line each row stands on.

Readers import from here what they share about files (``files``) and cells (``cells``) too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.readers.cells import (
    ABSENT_MARKERS,
    MISSING_MARKERS,
    SUPPRESSED_MARKERS,
    normalise_label,
    number_column,
    to_number,
)
from datasets.readers.files import (
    AGAIN,
    KIND_WORDS,
    check_magic,
    content,
    found_kind,
    member_names,
    open_member,
    what_to_do,
    wrong_kind,
)
from datasets.reading import Problem, UnreadableFile
from geo.words import counted, plural

__all__ = [
    "ABSENT_MARKERS",
    "MISSING_MARKERS",
    "SUPPRESSED_MARKERS",
    "check_magic",
    "content",
    "decode",
    "found_kind",
    "member_names",
    "normalise_label",
    "number_column",
    "open_member",
    "read_csv",
    "to_number",
]

SEPARATORS = (";", ",", "\t", "|")
_ROWS_PER_BLOCK = 100_000

Column = str | tuple[str, ...]


def decode(data: bytes, *, source_id: str, file: str) -> tuple[str, list[Problem]]:
    """The text, read in UTF-8 (with or without BOM) else in Windows-1252, which is then said."""
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    text = data.decode("cp1252", errors="replace")
    return text, [
        Problem(
            "repaired",
            source_id,
            file,
            "Le fichier n'est pas en UTF-8 : il a été lu en Windows-1252 (cp1252). "
            "Vérifiez les accents.",
            line=line,
            expected="UTF-8",
        )
    ]


def read_csv(
    path_or_bytes: Path | bytes,
    *,
    source_id: str,
    file: str | None = None,
    required: Sequence[Column] = (),
    optional: Sequence[Column] = (),
    landing_page: str = "",
    na: Collection[str] = (),
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read the wanted columns of a CSV, all as text, with the line each row stands on.

    Parameters
    ----------
    path_or_bytes:
        A bare, zipped (one ``*.csv``) or gzipped file, or its bytes (give ``file`` then).
    required, optional:
        Column names; a tuple lists spellings of one column, and the first names the result.
        The case and the spaces around a name do not matter; the exact case is preferred.
    na:
        Cell values to blank. Empty by default: ``to_number`` needs to see ``s`` or ``ns``
        to tell what is hidden (``MISSING_MARKERS``) from what is absent.

    Returns
    -------
    frame, problems
        One ``str`` column per wanted column found, stripped (an optional column that the file
        has not is absent from the frame), and ``line`` (int64). Blank lines are skipped; a line
        with too few or too many cells is left out and reported as rejected.

    Raises
    ------
    UnreadableFile
        When the file is not a text, is empty, or lacks a mandatory column. A header alone
        gives an empty frame: the caller judges.
    """
    if isinstance(path_or_bytes, bytes):
        data, name = path_or_bytes, file or "fichier"
    else:
        data, name = content(path_or_bytes)
        name = file or name
    wrong = wrong_kind(data[:4096], "text")
    if wrong:
        raise UnreadableFile(name, wrong, KIND_WORDS["text"], what_to_do(landing_page))
    text, problems = decode(data, source_id=source_id, file=name)
    wanted = [*required, *optional]
    separator = _find_separator(text, wanted)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = _header(rows, name)
    places, missing = _locate(header, wanted)
    lacking = [column for column in required if _first(column) in missing]
    if lacking:
        raise _missing_column(name, lacking, header, landing_page)
    frame, rejected = _collect(rows, header, places, name, source_id)
    if na:
        columns = list(places)
        frame[columns] = frame[columns].where(~frame[columns].isin(list(na)), "")
    problems += rejected
    extra = [title for place, title in enumerate(header) if title and place not in places.values()]
    if extra:
        problems.append(
            Problem(
                "extra",
                source_id,
                name,
                f"{counted(len(extra), 'colonne non utilisée', 'colonnes non utilisées')}, "
                f"{plural(len(extra), 'laissée')} de côté : "
                f"{', '.join(extra[:6])}{'…' if len(extra) > 6 else ''}.",
                count=len(extra),
            )
        )
    return frame, problems


def _first(column: Column) -> str:
    return column if isinstance(column, str) else column[0]


def _header(rows: Iterator[list[str]], name: str) -> list[str]:
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                return [cell.strip().strip("\ufeff\u00a0") for cell in row]
    except csv.Error as error:
        raise UnreadableFile(
            name, f"en-tête illisible ({error})", "une ligne d'en-tête", AGAIN
        ) from error
    raise UnreadableFile(name, "le fichier est vide", "une ligne d'en-tête et des lignes", AGAIN)


def _find_separator(text: str, wanted: Sequence[Column]) -> str:
    def merit(separator: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
        try:
            header = _header(rows, "")
        except UnreadableFile:
            return 0, 0
        return len(_locate(header, wanted)[0]), len(header)

    return max(SEPARATORS, key=merit)


def _locate(header: list[str], wanted: Sequence[Column]) -> tuple[dict[str, int], set[str]]:
    """Where each wanted column stands (first match), and those that are nowhere."""
    exact: dict[str, int] = {}
    folded: dict[str, int] = {}
    for place, title in enumerate(header):
        exact.setdefault(title, place)
        folded.setdefault(title.casefold(), place)
    places: dict[str, int] = {}
    for column in wanted:
        spellings = (column,) if isinstance(column, str) else column
        found = [exact[spelling] for spelling in spellings if spelling in exact] or [
            folded[spelling.casefold()] for spelling in spellings if spelling.casefold() in folded
        ]
        if found:
            places[spellings[0]] = found[0]
    return places, {_first(column) for column in wanted} - set(places)


def _missing_column(
    name: str, lacking: Sequence[Column], header: list[str], landing_page: str
) -> UnreadableFile:
    asked = ", ".join(
        f"« {column} »" if isinstance(column, str) else f"« {' » ou « '.join(column)} »"
        for column in lacking
    )
    found = [title for title in header if title]
    shown = ", ".join(found[:30]) + ("…" if len(found) > 30 else "")
    return UnreadableFile(
        name,
        f"colonne obligatoire absente : {asked} ; colonnes trouvées : {shown}",
        f"une colonne {asked}",
        "vérifiez que c'est le bon fichier, de la bonne édition"
        + (f" ({landing_page})" if landing_page else ""),
        line=1,
    )


def _collect(
    rows: Iterator[list[str]],
    header: list[str],
    places: dict[str, int],
    name: str,
    source_id: str,
) -> tuple[pd.DataFrame, list[Problem]]:
    columns = list(places)
    picks = list(places.values())
    width = len(header)
    # A header may drag hundreds of nameless columns that some lines do not repeat.
    needed = max((place for place, title in enumerate(header) if title), default=-1) + 1
    blocks: list[pd.DataFrame] = []
    problems: list[Problem] = []
    kept: list[list[str]] = []
    lines: list[int] = []

    def close_block() -> None:
        block = pd.DataFrame(kept, columns=columns, dtype="str")
        for column in columns:
            block[column] = block[column].str.strip()
        block["line"] = np.array(lines, dtype="int64")
        blocks.append(block)
        kept.clear()
        lines.clear()

    line = rows.line_num  # type: ignore[attr-defined]
    try:
        for row in rows:
            line, previous = rows.line_num, line  # type: ignore[attr-defined]
            if not any(row) or not any(cell.strip() for cell in row):
                continue
            if len(row) < needed or (len(row) > width and any(row[width:])):
                problems.append(_ragged(name, source_id, previous + 1, len(row), width))
                continue
            kept.append([row[place] for place in picks])
            lines.append(previous + 1)
            if len(kept) >= _ROWS_PER_BLOCK:
                close_block()
    except csv.Error as error:
        raise UnreadableFile(
            name,
            f"ligne illisible ({error})",
            "des lignes de texte séparées par ; , | ou tabulation",
            "vérifiez les guillemets de cette ligne",
            line=line + 1,
        ) from error
    close_block()
    return pd.concat(blocks, ignore_index=True), problems


def _ragged(name: str, source_id: str, line: int, found: int, width: int) -> Problem:
    return Problem(
        "rejected",
        source_id,
        name,
        f"Ligne {line} : {found} cellules au lieu de {width} ; la ligne est laissée de côté.",
        line=line,
        value=str(found),
        expected=f"{width} cellules",
    )
