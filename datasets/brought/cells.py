"""Brought files written back: nothing in them is ever computed, and nothing is overwritten."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from datasets.files import write_atomically

_COMPUTED_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV as it is brought: ``;``, UTF-8 with BOM, CRLF, nothing a spreadsheet would compute."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutral(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def write_refused_lines(path: Path, data: bytes) -> Path:
    """Write refused lines beside the file they come from (``NAME-lignes-refusees.csv``).

    A file of that name that holds something else (lines being corrected) is never overwritten:
    a number is added. Raises ``OSError`` when the folder cannot be written in.
    """
    number, out = 1, path.with_name(f"{path.stem}-lignes-refusees.csv")
    while out.exists() and out.read_bytes() != data:
        number += 1
        out = path.with_name(f"{path.stem}-lignes-refusees-{number}.csv")
    write_atomically(out, data)
    return out


def neutral(text: str) -> str:
    """The cell, kept from being computed by a spreadsheet (negative numbers left as they are)."""
    if not text.startswith(_COMPUTED_BY_SPREADSHEETS) or _is_negative_number(text):
        return text
    return f"'{text}"


def neutral_column(values: pd.Series) -> pd.Series:
    """``neutral`` of each value, as a text."""
    texts = values.astype("str")
    risky = texts.str.startswith(_COMPUTED_BY_SPREADSHEETS)
    return texts.where(~risky, texts[risky].map(neutral))


def _is_negative_number(text: str) -> bool:
    return text[:1] == "-" and text[1:].replace(",", "", 1).replace(".", "", 1).isdecimal()
