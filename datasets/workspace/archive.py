"""A workspace as one ZIP: ``records.jsonl``, ``history.jsonl``, ``files/<sha256>``, a manifest.

The manifest (``manifest.json``) names every other member with its sha256 and its size. A ZIP that
somebody brings is hostile until checked: nothing of it is written under a name it chose, each
member is read within bounds, and every problem is told with its line and its field.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets.workspace.file_checks import MAX_BYTES
from geo.errors import BadInput
from geo.words import counted

FORMAT = 1
MANIFEST, RECORDS, HISTORY, FILES = "manifest.json", "records.jsonl", "history.jsonl", "files/"
_MEMBER = re.compile(r"manifest\.json|records\.jsonl|history\.jsonl|files/[0-9a-f]{64}")
_CHUNK = 1 << 20
_TOLD = 50
_NO_ZIP = "ce n'est pas une archive ZIP entière, comme « qpv workspace export » l'écrit"
# What a damaged archive makes the library raise.
# An encrypted member, or one packed in a way that is not known, is a RuntimeError.
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Bounds:
    """How much is read of an archive [assumptions, editable]; sizes are in bytes, unpacked."""

    members: int = 20_000
    total: int = 2_000_000_000
    manifest: int = 5_000_000
    lines: int = 200_000_000
    line: int = 5_000_000
    file: int = MAX_BYTES


class BadArchive(BadInput):
    """An archive that cannot be read whole; ``problems`` holds every one, nothing is kept."""

    def __init__(self, name: str, problems: list[str]):
        self.problems = tuple(problems)
        shown = [f"- {text}" for text in problems[:_TOLD]]
        rest = len(problems) - _TOLD
        if rest > 0:
            shown.append(f"- et {counted(rest, 'autre problème', 'autres problèmes')}")
        head = f"{name} : archive refusée, rien n'est gardé."
        super().__init__("\n".join([head, *shown]))


@dataclass(frozen=True)
class Archive:
    """An opened archive whose members are those that its manifest tells, hashes included."""

    zip: zipfile.ZipFile
    records: list[tuple[int, dict[str, Any]]]
    history: list[tuple[int, dict[str, Any]]]
    files: Mapping[str, int]  # sha256 → size

    def content(self, digest: str) -> bytes:
        """The bytes of a file; its hash was checked when the archive was opened."""
        return self.zip.read(FILES + digest)


@contextmanager
def opened_archive(path: Path, bounds: Bounds | None = None) -> Iterator[Archive]:
    """Open and check an archive.

    Raises
    ------
    BadArchive
        When it is no ZIP, when a member is foreign, too large, absent or altered, or when a line
        is no JSON object: all of them are listed.
    """
    try:
        opened = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BadArchive(path.name, ["fichier absent ; vérifiez le chemin"]) from None
    except (*_BROKEN, IsADirectoryError):
        raise BadArchive(path.name, [_NO_ZIP]) from None
    with opened:
        try:
            archive = _checked(opened, path.name, bounds or Bounds())
        except BadArchive:
            raise
        except _BROKEN:
            raise BadArchive(path.name, [_NO_ZIP]) from None
        yield archive


def _checked(opened: zipfile.ZipFile, name: str, bounds: Bounds) -> Archive:
    problems = _wrong_members(opened, bounds)
    if problems:
        raise BadArchive(name, problems)
    told = _manifest(opened, name)
    here = {info.filename: info.file_size for info in opened.infolist()}
    problems = [f"{member} : absent du manifeste" for member in sorted({*here} - {*told, MANIFEST})]
    problems += [
        f"{member} : cité par le manifeste, absent" for member in sorted({*told} - {*here})
    ]
    for member in sorted({*told} & {*here}):
        digest = _digest(opened, member)
        expected = told[member]
        if digest != expected.get("sha256") or here[member] != expected.get("octets"):
            problems.append(f"{member} : altéré (son empreinte n'est pas celle du manifeste)")
        elif member.startswith(FILES) and digest != member.removeprefix(FILES):
            problems.append(f"{member} : son nom n'est pas son empreinte")
    if problems:
        raise BadArchive(name, problems)
    records, wrong = _lines(opened, RECORDS, bounds)
    history, also = _lines(opened, HISTORY, bounds)
    if wrong or also:
        raise BadArchive(name, [*wrong, *also])
    sizes = {
        member.removeprefix(FILES): size for member, size in here.items() if FILES in member
    }  # fmt: skip
    return Archive(opened, records, history, sizes)


def _wrong_members(opened: zipfile.ZipFile, bounds: Bounds) -> list[str]:
    infos = opened.infolist()
    if len(infos) > bounds.members:
        return [f"{len(infos)} membres, {bounds.members} au plus attendus"]
    if sum(info.file_size for info in infos) > bounds.total:
        return [f"plus de {bounds.total // 1_000_000} Mo une fois dépliée : trop grande"]
    most = {MANIFEST: bounds.manifest, RECORDS: bounds.lines, HISTORY: bounds.lines}
    problems, seen = [], set()
    for info in infos:
        shown = ascii(info.filename[:80])
        if not _MEMBER.fullmatch(info.filename) or info.filename != info.orig_filename:
            problems.append(f"membre {shown} : inattendu dans un espace partagé")
        elif info.filename in seen:
            problems.append(f"membre {shown} : présent deux fois")
        elif info.flag_bits & 0x1:
            problems.append(f"membre {shown} : chiffré ; attendu sans mot de passe")
        elif info.compress_type not in _METHODS:
            problems.append(f"membre {shown} : comprimé d'une façon inattendue")
        elif info.file_size > most.get(info.filename, bounds.file):
            problems.append(f"membre {shown} : {info.file_size} octets, trop grand")
        seen.add(info.filename)
    problems += [f"{name} : absent" for name in (MANIFEST, RECORDS, HISTORY) if name not in seen]
    return problems


def _manifest(opened: zipfile.ZipFile, name: str) -> dict[str, dict[str, Any]]:
    found = _parsed(opened.read(MANIFEST))
    members = found.get("membres") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(members, dict):
        raise BadArchive(name, [f"{MANIFEST} : illisible ; « format » et « membres » attendus"])
    if found.get("format") != FORMAT:
        raise BadArchive(
            name, [f"{MANIFEST} : format {str(found.get('format'))[:20]} reçu, {FORMAT} attendu ; "
                   "mettez le programme à jour"]
        )  # fmt: skip
    return {key: value if isinstance(value, dict) else {} for key, value in members.items()}


def _digest(opened: zipfile.ZipFile, member: str) -> str:
    found = hashlib.sha256()
    with opened.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _lines(
    opened: zipfile.ZipFile, member: str, bounds: Bounds
) -> tuple[list[tuple[int, dict[str, Any]]], list[str]]:
    found: list[tuple[int, dict[str, Any]]] = []
    problems: list[str] = []
    with opened.open(member) as stream:
        number = 0
        while line := stream.readline(bounds.line + 1):
            number += 1
            if len(line) > bounds.line:
                problems.append(f"{member}, ligne {number} : trop longue")
                break
            content = _parsed(line)
            if isinstance(content, dict):
                found.append((number, content))
            else:
                problems.append(f"{member}, ligne {number} : un objet JSON attendu")
    return found, problems


def _parsed(text: bytes) -> object:
    """The JSON of some bytes, or None: no repeated key, no NaN, no half of a character."""
    try:
        content = json.loads(
            text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
        json.dumps(content, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is repeated")
    return found


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON")
