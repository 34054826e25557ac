"""What every reader of a table shares: is it the right kind of file, its rows, its numbers.

Nothing here knows one source from another. A file that cannot be used raises
``UnreadableFile`` in French; what can be used with a remark gives a ``Problem``.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from datasets.reading import Problem, UnreadableFile

SUPPRESSED_MARKERS = frozenset({"s", "ns", "nd", "c", "n.d.", "n.s."})
ABSENT_MARKERS = frozenset({"", "so", "na", "n/a", "nan", "null", "none"})
MISSING_MARKERS = SUPPRESSED_MARKERS | ABSENT_MARKERS
# The largest official member is under 1 GB; deflate cannot honestly pass 200:1 on such tables
# except when they are tiny, hence the floor under which the ratio is not looked at.
MAX_MEMBER_BYTES = 4 * 1024**3
MAX_RATIO = 200
RATIO_FLOOR_BYTES = 50 * 1024**2
SEPARATORS = (";", ",", "\t", "|")

Kind = Literal["zip", "xlsx", "text", "json", "gzip"]
Column = str | tuple[str, ...]

_KIND_WORDS = {
    "zip": "une archive ZIP",
    "xlsx": "un classeur Excel (.xlsx)",
    "text": "un fichier texte (CSV)",
    "json": "un fichier JSON ou GeoJSON",
    "gzip": "un fichier compressé GZIP",
}
_AGAIN = "téléchargez de nouveau le fichier, ou rapportez-le depuis la page de la source"
_THOUSANDS = "[ \u00a0\u2009\u202f]"
_NUMBER = re.compile(
    rf"[+-]?(?:[0-9]{{1,3}}(?:{_THOUSANDS}[0-9]{{3}})+(?:[.,][0-9]*)?"
    r"|[0-9]+(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?|[.,][0-9]+)"
)
_ROWS_PER_BLOCK = 100_000


def check_magic(path: Path, expected: Kind, *, landing_page: str = "") -> None:
    """Check by its first bytes that ``path`` is the kind of file ``expected``.

    Raises
    ------
    UnreadableFile
        For an absent or empty file, a web page, a file cut short or of another kind.
    """
    if not path.is_file():
        raise UnreadableFile(
            path.name, "fichier introuvable", _KIND_WORDS[expected], _todo(landing_page)
        )
    with path.open("rb") as stream:
        head = stream.read(4096)
    wrong = _wrong_kind(head, expected)
    if not wrong and expected in ("zip", "xlsx") and not zipfile.is_zipfile(path):
        wrong = "l'archive est coupée ou abîmée (son index de fin manque)"
    if wrong:
        raise UnreadableFile(path.name, wrong, _KIND_WORDS[expected], _todo(landing_page))


def found_kind(head: bytes) -> str:
    """``empty``, ``html``, ``zip``, ``gzip``, ``7z``, ``binary``, ``json`` or ``text``."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    signatures = ((b"PK", "zip"), (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7z"))
    for magic, kind in signatures:
        if head.startswith(magic):
            return kind
    if not start:
        return "empty"
    lowered = start[:2048].lower()
    if lowered.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<script")) or (
        lowered.startswith(b"<") and b"<html" in lowered
    ):
        return "html"
    if b"\x00" in head:
        return "binary"
    return "json" if start[:1] in (b"{", b"[") else "text"


def _wrong_kind(head: bytes, expected: Kind) -> str:
    found = found_kind(head)
    accepted = {"zip": {"zip"}, "xlsx": {"zip"}, "gzip": {"gzip"}, "json": {"json"}}
    if found in accepted.get(expected, {"text", "json"}):
        return ""
    return {
        "empty": "le fichier est vide",
        "html": "c'est une page web (HTML), sans doute un message d'erreur du site",
        "zip": "c'est une archive ZIP",
        "gzip": "c'est un fichier GZIP",
        "7z": "c'est une archive 7z",
        "binary": "ce n'est pas un texte en UTF-8 ou Windows-1252 (octets nuls)",
        "json": "c'est un fichier JSON",
        "text": "c'est un texte d'une autre sorte",
    }[found]


def _todo(landing_page: str) -> str:
    return f"{_AGAIN} ({landing_page})" if landing_page else _AGAIN


def open_member(path: Path, pattern: str) -> bytes:
    """The bytes of the single member of the zip ``path`` whose name matches the glob ``pattern``.

    The pattern is tried, whatever the case, on the whole member name and on its last part.
    Nothing is written to disk, so a member named ``../x`` can do no harm.

    Raises
    ------
    UnreadableFile
        When the zip is cut short, damaged, locked by a password, when no member or several
        match, or when the member would unpack to more than 4 GB, or to more than 200 times
        its packed size (looked at above 50 MB): a zip bomb.
    """
    check_magic(path, "zip")
    expected = f"une archive ZIP qui contient un fichier « {pattern} »"
    try:
        with zipfile.ZipFile(path) as archive:
            member = _single_member(path, archive, pattern, expected)
            _refuse_bomb(path, member)
            return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableFile(
            path.name, "l'archive est coupée ou abîmée", expected, _AGAIN
        ) from error
    except (RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(
            path.name,
            "l'archive est protégée par un mot de passe ou compressée par une méthode inconnue",
            expected,
            "décompressez-la vous-même puis rapportez le fichier",
        ) from error


def _single_member(
    path: Path, archive: zipfile.ZipFile, pattern: str, expected: str
) -> zipfile.ZipInfo:
    wanted = pattern.lower()
    files = [
        info
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith("__MACOSX/")
    ]
    matching = [
        info
        for info in files
        if fnmatch(info.filename.lower(), wanted)
        or fnmatch(info.filename.lower().rpartition("/")[2], wanted)
    ]
    if len(matching) == 1:
        return matching[0]
    names = ", ".join(info.filename for info in (matching or files)[:8]) or "rien"
    wrong = (
        f"plusieurs fichiers de l'archive conviennent ({names})"
        if matching
        else f"aucun fichier de l'archive ne convient (elle contient : {names})"
    )
    raise UnreadableFile(path.name, wrong, expected, _AGAIN)


def _refuse_bomb(path: Path, member: zipfile.ZipInfo) -> None:
    ratio = member.file_size / max(member.compress_size, 1)
    bomb = member.file_size > RATIO_FLOOR_BYTES and ratio > MAX_RATIO
    if member.file_size > MAX_MEMBER_BYTES or bomb:
        raise UnreadableFile(
            path.name,
            f"« {member.filename} » prendrait {member.file_size / 1024**2:.0f} Mo une fois "
            f"décompressé ({ratio:.0f} fois sa taille) : l'archive est refusée par prudence",
            f"moins de {MAX_MEMBER_BYTES // 1024**3} Go et moins de {MAX_RATIO} fois la taille",
            "vérifiez d'où vient ce fichier, puis téléchargez-le de nouveau",
        )


def content(path: Path, pattern: str = "*.csv") -> tuple[bytes, str]:
    """The bytes of a table that may come bare, in a zip or in a gzip, and the name to cite."""
    if not path.is_file():
        check_magic(path, "text")
    with path.open("rb") as stream:
        kind = found_kind(stream.read(4096))
    if kind == "zip":
        return open_member(path, pattern), path.name
    if kind == "gzip":
        try:
            with gzip.open(path) as stream:
                data = stream.read(MAX_MEMBER_BYTES + 1)
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise UnreadableFile(
                path.name, "le fichier est coupé ou abîmé", _KIND_WORDS["gzip"], _AGAIN
            ) from error
        if len(data) > MAX_MEMBER_BYTES:
            raise UnreadableFile(
                path.name, "le fichier décompressé est démesuré", "moins de 4 Go", _AGAIN
            )
        return data, path.name
    return path.read_bytes(), path.name


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
    wrong = _wrong_kind(data[:4096], "text")
    if wrong:
        raise UnreadableFile(name, wrong, _KIND_WORDS["text"], _todo(landing_page))
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
                f"{len(extra)} colonne(s) non utilisée(s), laissée(s) de côté : "
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
            name, f"en-tête illisible ({error})", "une ligne d'en-tête", _AGAIN
        ) from error
    raise UnreadableFile(name, "le fichier est vide", "une ligne d'en-tête et des lignes", _AGAIN)


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


def to_number(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Numbers written the French or the English way, and what each cell was.

    Decimal comma or dot; thousands by space, U+00A0, U+2009 or U+202F. Returns float64 values
    (NaN unless observed) and statuses: ``observed``; ``suppressed`` (s, ns, nd, c: secrecy);
    ``missing`` (empty, so); ``rejected`` (anything else, for the caller to report, see
    ``number_column``). A marker is never zero.
    """
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
                f"{hidden} valeur(s) de « {column} » masquée(s) par le secret statistique.",
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
