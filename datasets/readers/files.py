"""Is it the right kind of file? Recognised by its content, never by its name.

Archives are read in memory, one member at a time: nothing they say is ever written to disk.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from datasets.reading import UnreadableFile

# The largest official member is under 1 GB; deflate cannot honestly pass 200:1 on such tables
# except when they are tiny, hence the floor under which the ratio is not looked at.
MAX_MEMBER_BYTES = 4 * 1024**3
MAX_RATIO = 200
RATIO_FLOOR_BYTES = 50 * 1024**2

Kind = Literal["zip", "xlsx", "text", "json", "gzip"]

KIND_WORDS = {
    "zip": "une archive ZIP",
    "xlsx": "un classeur Excel (.xlsx)",
    "text": "un fichier texte (CSV)",
    "json": "un fichier JSON ou GeoJSON",
    "gzip": "un fichier compressé GZIP",
}
AGAIN = "reprenez le fichier, depuis la page de sa source, ou depuis le modèle si c'est le vôtre"


def check_magic(path: Path, expected: Kind, *, landing_page: str = "") -> None:
    """Check by its first bytes that ``path`` is the kind of file ``expected``.

    Raises
    ------
    UnreadableFile
        For an absent or empty file, a web page, a file cut short or of another kind.
    """
    if path.is_dir():
        raise UnreadableFile(
            str(path), "c'est un dossier", KIND_WORDS[expected], "donnez le nom du fichier lui-même"
        )
    if not path.is_file():
        raise UnreadableFile(
            path.name or str(path),
            "fichier introuvable",
            KIND_WORDS[expected],
            what_to_do(landing_page),
        )
    with path.open("rb") as stream:
        head = stream.read(4096)
    wrong = wrong_kind(head, expected)
    if not wrong and expected in ("zip", "xlsx") and not zipfile.is_zipfile(path):
        wrong = "l'archive est coupée ou abîmée (son index de fin manque)"
    if wrong:
        raise UnreadableFile(path.name, wrong, KIND_WORDS[expected], what_to_do(landing_page))


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


def wrong_kind(head: bytes, expected: Kind) -> str:
    """Why these first bytes are not of the ``expected`` kind, in French; ``""`` when they are."""
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


def what_to_do(landing_page: str) -> str:
    """Fetch the file again, from its page when it is known."""
    return f"{AGAIN} ({landing_page})" if landing_page else AGAIN


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
            path.name, "l'archive est coupée ou abîmée", expected, AGAIN
        ) from error
    except RuntimeError as error:  # encrypted, or a compression unknown here
        raise UnreadableFile(
            path.name,
            "l'archive est protégée par un mot de passe ou compressée par une méthode inconnue",
            expected,
            "décompressez-la vous-même puis rapportez le fichier",
        ) from error


def member_names(path: Path) -> list[str]:
    """The names of the files of a zip, without folders and system leftovers."""
    check_magic(path, "zip")
    try:
        with zipfile.ZipFile(path) as archive:
            return [info.filename for info in _members(archive)]
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise UnreadableFile(
            path.name, "l'archive est coupée ou abîmée", KIND_WORDS["zip"], AGAIN
        ) from error


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [
        info
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith("__MACOSX/")
    ]


def _single_member(
    path: Path, archive: zipfile.ZipFile, pattern: str, expected: str
) -> zipfile.ZipInfo:
    wanted = pattern.lower()
    files = _members(archive)
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
    raise UnreadableFile(path.name, wrong, expected, AGAIN)


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
        return _gunzip(path), path.name
    return path.read_bytes(), path.name


def _gunzip(path: Path) -> bytes:
    # A gzip does not declare its size: reading stops where a member of a zip would be refused.
    limit = min(MAX_MEMBER_BYTES, max(RATIO_FLOOR_BYTES, MAX_RATIO * path.stat().st_size))
    try:
        with gzip.open(path) as stream:
            data = stream.read(limit + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise UnreadableFile(
            path.name, "le fichier est coupé ou abîmé", KIND_WORDS["gzip"], AGAIN
        ) from error
    if len(data) > limit:
        raise UnreadableFile(
            path.name,
            f"le fichier dépasse {limit / 1024**2:.0f} Mo une fois décompressé",
            f"moins de {MAX_MEMBER_BYTES // 1024**3} Go et moins de {MAX_RATIO} fois la taille",
            "vérifiez d'où vient ce fichier, puis téléchargez-le de nouveau",
        )
    return data
