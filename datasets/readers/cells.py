"""What a cell of a French table says: a number, a secret, nothing; and a name to compare."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from datasets.reading import Problem
from geo.words import counted, plural

SUPPRESSED_MARKERS = frozenset({"s", "ns", "nd", "c", "n.d.", "n.s."})
ABSENT_MARKERS = frozenset({"", "so", "na", "n/a", "nan", "null", "none"})
MISSING_MARKERS = SUPPRESSED_MARKERS | ABSENT_MARKERS

_THOUSANDS = "[ \u00a0\u2009\u202f]"
_NUMBER = re.compile(
    rf"[+-]?(?:[0-9]{{1,3}}(?:{_THOUSANDS}[0-9]{{3}})+(?:[.,][0-9]*)?"
    r"|[0-9]+(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?|[.,][0-9]+)"
)

_PLAIN = r"-?[0-9]{1,15}(\.[0-9]{1,15})?"


def to_number(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Numbers written the French or the English way, and what each cell was.

    Decimal comma or dot; thousands by space, U+00A0, U+2009 or U+202F. Returns float64 values
    (NaN unless observed) and statuses: ``observed``; ``suppressed`` (s, ns, nd, c: secrecy);
    ``missing`` (empty, so); ``rejected`` (anything else, for the caller to report, see
    ``number_column``). A marker is never zero.
    """
    if len(texts) and texts.str.fullmatch(_PLAIN).eq(True).all():
        # What programs write: read at once, 20 times sooner than cell by cell.
        return texts.astype("float64"), pd.Series("observed", index=texts.index, dtype="str")
    cells = texts.fillna("").astype("str").str.strip().str.replace("\u2212", "-")
    lowered = cells.str.lower()
    known = {cell: _parse(cell) for cell in cells.unique()}
    values = cells.map(known).astype("float64")
    status = pd.Series("rejected", index=texts.index, dtype="str")
    status[lowered.isin(ABSENT_MARKERS)] = "missing"
    status[lowered.isin(SUPPRESSED_MARKERS)] = "suppressed"
    status[values.notna()] = "observed"
    return values, status


def _parse(cell: str) -> float:
    if not _NUMBER.fullmatch(cell):
        return float("nan")
    value = float(re.sub(_THOUSANDS, "", cell).replace(",", "."))
    return value if np.isfinite(value) else float("nan")


def number_column(
    frame: pd.DataFrame, column: str, *, source_id: str, file: str
) -> tuple[pd.Series, pd.Series, list[Problem]]:
    """``to_number`` of one column of a ``read_csv`` frame, with its problems.

    Statuses are those of ``geo.schema.STATUSES``: a cell that is no number is listed as
    rejected (with its line) and becomes ``missing``; hidden cells give one problem with their
    count. Empty cells are not listed: the status says it.
    """
    values, status = to_number(frame[column])
    wrong = status == "rejected"
    lines = frame["line"] if "line" in frame else pd.Series(0, index=frame.index)
    problems = [
        Problem(
            "rejected",
            source_id,
            file,
            f"« {cell} » n'est pas un nombre ; la valeur est laissée absente.",
            line=int(line),
            column=column,
            value=cell,
            expected="un nombre (virgule ou point décimal)",
        )
        for cell, line in zip(frame.loc[wrong, column], lines[wrong], strict=True)
    ]
    status[status == "rejected"] = "missing"
    hidden = int((status == "suppressed").sum())
    if hidden:
        problems.append(
            Problem(
                "suppressed",
                source_id,
                file,
                f"{counted(hidden, 'valeur')} de « {column} » {plural(hidden, 'masquée')} par le "
                "secret statistique.",
                column=column,
                count=hidden,
            )
        )
    return values, status, problems


def normalise_label(text: str) -> str:
    """A name folded for comparison: no case, accent, ligature or punctuation (``cœur`` = COEUR)."""
    opened = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    decomposed = unicodedata.normalize("NFKD", opened.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", letters).split())
