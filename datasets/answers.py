"""What an answer says of itself, and whether the bytes received are the file expected."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

from datasets.partial import Announced
from datasets.provenance import Provenance
from datasets.readers.files import Kind, check_magic, found_kind
from datasets.reading import UnreadableFile

_BLOCK_BYTES = 1024 * 1024
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


def announced_by(url: str, headers: Mapping[str, str]) -> Announced:
    """Validators and size of a whole answer (size unknown when it is compressed on the way)."""
    length = headers.get("Content-Length", "")
    plain = headers.get("Content-Encoding", "identity").lower() in ("", "identity")
    return Announced(
        url,
        headers.get("ETag", "") if plain else "",
        headers.get("Last-Modified", "") if plain else "",
        int(length) if plain and length.isascii() and length.isdigit() else None,
    )


def continues(headers: Mapping[str, str], before: Announced, offset: int) -> bool:
    """Whether a 206 answer is the rest, from ``offset``, of the file whose start is at hand."""
    found = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    etag = headers.get("ETag", "")
    return (
        found is not None
        and int(found[1]) == offset
        and (found[3] == "*" or before.total in (None, int(found[3])))
        and (not etag or not before.etag or etag == before.etag)
    )


def conditions(current: Provenance | None) -> dict[str, str]:
    """The headers that ask for the file only if it is not the one in place."""
    if current is None:
        return {}
    if current.etag:
        return {"If-None-Match": current.etag}
    return {"If-Modified-Since": current.last_modified} if current.last_modified else {}


def check_content(path: Path, content: str, landing_page: str) -> None:
    """Refuse (``UnreadableFile``) what is not a whole file of the kind ``content``.

    A server that announces less than the file holds leaves it cut without an error: the end of
    archives, JSON and gzip files is looked at too. Nothing can tell for a plain text.
    """
    if content == "other":
        return
    kind = cast(Kind, content)
    check_magic(path, kind, landing_page=landing_page)
    wrong = ""
    if content == "json" and not _ends_like_json(path):
        wrong = "le JSON est coupé avant sa fin"
    if content == "gzip" and not _is_whole_gzip(path):
        wrong = "le fichier compressé est coupé ou abîmé"
    if wrong:
        raise UnreadableFile(path.name, wrong, "un fichier complet", "réessayez")


def is_web_page(path: Path) -> bool:
    with path.open("rb") as stream:
        return found_kind(stream.read(4096)) == "html"


def _ends_like_json(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-min(64, path.stat().st_size), os.SEEK_END)
        return stream.read().rstrip().endswith((b"}", b"]"))


def _is_whole_gzip(path: Path) -> bool:
    try:
        with gzip.open(path) as stream:
            while stream.read(_BLOCK_BYTES):
                pass
    except (OSError, EOFError, zlib.error):
        return False
    return True


def retry_after_s(header: str, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After header (a number or a date), None when it says none."""
    if header.isascii() and header.strip().isdigit():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return (until.astimezone(UTC) - now).total_seconds()


def status_words(status: int) -> str:
    """An HTTP status in French, with its number."""
    words = {
        401: "accès réservé",
        403: "accès refusé",
        404: "fichier introuvable à cette adresse",
        410: "fichier retiré de cette adresse",
        429: "trop de demandes, le site demande d'attendre",
        500: "panne du site",
        502: "panne du site",
        503: "site en maintenance ou surchargé",
        504: "le site ne répond pas à temps",
    }
    return f"{words.get(status, 'réponse inattendue du site')} (code HTTP {status})"
