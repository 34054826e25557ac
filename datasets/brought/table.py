"""The cells of a brought file as text, from a CSV or from an Excel workbook, with their lines.

Lines are counted as the person sees them: lines of the text file, rows of the Excel sheet.
"""

from __future__ import annotations

import contextlib
import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from datasets.brought.form import Form
from datasets.readers.tabular import (
    SEPARATORS,
    check_magic,
    content,
    decode,
    found_kind,
    read_csv,
)
from datasets.reading import Problem, UnreadableFile

# A brought workbook holds some thousands of lines: beyond this it is something else, or a bomb.
MAX_WORKBOOK_BYTES = 200 * 1024**2
MAX_WORKBOOK_RATIO = 200
_RATIO_FLOOR_BYTES = 20 * 1024**2
_BLOCK_BYTES = 1024**2
# A sheet may declare a million rows of sixteen thousand columns in a few bytes: what no list of
# communes reaches is refused, and a long run of empty rows is the end of the table.
MAX_LINES, MAX_COLUMNS, MAX_EMPTY_RUN = 100_000, 200, 1_000


@dataclass(frozen=True)
class RawLine:
    """One line: its number in the file and its cells by header, and which are Excel formulas."""

    line: int
    cells: Mapping[str, str]
    formulas: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RawTable:
    """A file as it is: its headers in order, the line they stand on, its lines."""

    file: str
    titles: tuple[str, ...]
    header_line: int
    lines: tuple[RawLine, ...]
    problems: tuple[Problem, ...] = field(default_factory=tuple)


def read_table(path: Path, form: Form) -> RawTable:
    """The first of ``read_tables``: a form that is one table only."""
    return read_tables(path, form)[0]


def read_tables(path: Path, form: Form) -> list[RawTable]:
    """Read the file whatever its extension says: a workbook by its content, else a CSV.

    A workbook gives one table per sheet that the form names, else its first sheet alone.

    Raises
    ------
    UnreadableFile
        Absent, empty, a web page, cut short, an oversized archive, or without any known column.
    """
    if not path.is_file():
        check_magic(path, "text")
    with path.open("rb") as stream:
        is_zip = found_kind(stream.read(4096)) == "zip"
    named_as_workbook = path.suffix.lower() in (".xlsx", ".xlsm")
    as_workbook = named_as_workbook or (is_zip and _is_workbook(path))
    tables = _workbook(path, form) if as_workbook else [_csv(path, form)]
    for table in tables:
        if not any(form.column_of(title) for title in table.titles):
            found = ", ".join(table.titles[:12]) or "aucun"
            raise UnreadableFile(
                table.file,
                f"aucune colonne du modèle n’a été trouvée (en-têtes lus : {found})",
                form.expected,
                form.remedy,
                line=table.header_line,
            )
    return tables


def _csv(path: Path, form: Form) -> RawTable:
    data, name = content(path)
    text, _ = decode(data, source_id=form.source_id, file=name)
    titles, header_line = _csv_header(text, form)
    named = list(dict.fromkeys(title for title in titles if title))
    frame, problems = read_csv(data, source_id=form.source_id, file=name, optional=named)
    lines = tuple(
        RawLine(int(record["line"]), {title: _clean(str(record[title])) for title in named})
        for record in frame.to_dict("records")
    )
    all_named = tuple(title for title in titles if title)
    return RawTable(name, all_named, header_line, lines, tuple(problems))


def _csv_header(text: str, form: Form) -> tuple[list[str], int]:
    def header(separator: str) -> tuple[list[str], int]:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        with contextlib.suppress(csv.Error):  # read_csv says what is wrong, and where
            for row in rows:
                if any(cell.strip() for cell in row):
                    return [cell.strip().strip("\ufeff\u00a0") for cell in row], rows.line_num
        return [], 1

    return max(
        (header(separator) for separator in SEPARATORS),
        key=lambda found: (sum(bool(form.column_of(title)) for title in found[0]), len(found[0])),
    )


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return True  # the workbook reader says what is wrong with it


def _workbook(path: Path, form: Form) -> list[RawTable]:
    check_magic(path, "xlsx")
    damaged = UnreadableFile(
        path.name,
        "le classeur Excel est coupé ou abîmé, ou protégé",
        form.expected,
        form.remedy,
    )
    try:
        _refuse_bomb(path)
        _refuse_entities(path)
        with warnings.catch_warnings(), path.open("rb") as stream:
            # openpyxl warns of the validation lists and styles that it leaves aside.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=False)
            try:
                names = [name for name in form.sheets if name in book.sheetnames]
                if len(names) < 2:
                    sheet = book[names[0]] if names else book.worksheets[0]
                    return [_sheet(path.name, sheet.iter_rows(max_col=MAX_COLUMNS), form)]
                return [
                    _sheet(
                        f"{path.name}, feuille {name}",
                        book[name].iter_rows(max_col=MAX_COLUMNS),
                        form,
                    )
                    for name in names
                ]
            finally:
                book.close()
    except UnreadableFile:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        ParseError,
        EOFError,
        OSError,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        AttributeError,
        RuntimeError,
    ) as error:
        raise damaged from error


def _refuse_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    ratio = unpacked / max(sum(member.compress_size for member in members), 1)
    bomb = unpacked > _RATIO_FLOOR_BYTES and ratio > MAX_WORKBOOK_RATIO
    if unpacked > MAX_WORKBOOK_BYTES or bomb:
        raise UnreadableFile(
            path.name,
            f"ce classeur prendrait {unpacked / 1024**2:.0f} Mo une fois décompressé "
            f"({ratio:.0f} fois sa taille) : il est refusé par prudence",
            f"un classeur de moins de {MAX_WORKBOOK_BYTES // 1024**2} Mo décompressé",
            "vérifiez d’où vient ce fichier, puis recopiez vos lignes dans un modèle neuf",
        )


def _refuse_entities(path: Path) -> None:
    """No spreadsheet program writes a document type: entities are only there to swell or to spy."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if not member.lower().endswith((".xml", ".rels", ".vml")):
                continue
            with archive.open(member) as stream:
                end = b""
                while block := stream.read(_BLOCK_BYTES):
                    text = end + block.replace(b"\x00", b"")  # UTF-16 hides nothing
                    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                        raise UnreadableFile(
                            path.name,
                            "ce classeur contient des entités XML, qu’aucun tableur n’écrit : il "
                            "est refusé par prudence",
                            "un classeur enregistré par un tableur",
                            "vérifiez d’où vient ce fichier, puis recopiez vos lignes dans un "
                            "modèle neuf",
                        )
                    end = text[-16:]


def _sheet(name: str, rows: Iterator[tuple[Any, ...]], form: Form) -> RawTable:
    titles: list[str] = []
    header_line = 0
    lines: list[RawLine] = []
    problems: list[Problem] = []
    empty = 0
    for line, row in enumerate(rows, start=1):
        texts = [_clean(_cell_text(cell.value)) for cell in row]
        if not any(texts):
            empty += 1
            if empty > MAX_EMPTY_RUN:
                break
            continue
        empty = 0
        if len(lines) >= MAX_LINES:
            raise UnreadableFile(name, f"plus de {MAX_LINES} lignes", form.expected, form.remedy)
        if not titles:
            titles, header_line = texts, line
            continue
        cells: dict[str, str] = {}
        for place, text in enumerate(texts):
            title = titles[place] if place < len(titles) else ""
            if title:
                cells.setdefault(title, text)
            elif text:
                problems.append(_nameless(name, line, form))
        formulas = {
            titles[place]
            for place, cell in enumerate(row[: len(titles)])
            if getattr(cell, "data_type", "") == "f"
        }
        lines.append(RawLine(line, cells, frozenset(formulas)))
    if not titles:
        raise UnreadableFile(name, "la feuille est vide", form.expected, form.remedy)
    named = tuple(title for title in titles if title)
    return RawTable(name, named, header_line, tuple(lines), tuple(problems))


def _nameless(name: str, line: int, form: Form) -> Problem:
    return Problem(
        "rejected",
        form.source_id,
        name,
        "Une cellule est remplie dans une colonne sans en-tête : déplacez-la ou effacez-la.",
        line=line,
        expected="des cellules sous un en-tête du modèle",
    )


def _cell_text(value: object) -> str:
    """What Excel shows of a value, the French way."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float):
        return f"{value:.12g}".replace(".", ",")
    text = getattr(value, "text", value)
    # A zero is a figure: only what is absent is empty.
    return "" if text is None else str(text)


def _clean(text: str) -> str:
    """The cell stripped; the apostrophe that keeps a spreadsheet from computing is taken off."""
    stripped = text.strip().strip("\u00a0")
    return (
        stripped[1:] if stripped[:1] == "'" and stripped[1:2] in ("=", "+", "-", "@") else stripped
    )
