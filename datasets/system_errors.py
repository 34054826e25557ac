"""What the system says of a file, in French: its own words are those of the machine's language."""

from __future__ import annotations

import errno
import re
from pathlib import Path

_WORDS = {
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "un des dossiers du chemin est un fichier",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "disque en lecture seule",
    errno.ENOSPC: "plus de place sur le disque",
    errno.EEXIST: "ce nom est déjà pris",
    errno.ENAMETOOLONG: "nom trop long",
}
# As datasets.files names what it writes before putting it in its place.
_ASIDE = re.compile(r"\.(.+)\.[a-z0-9_]{8}")


def system_fr(error: OSError) -> str:
    """Why, in a few words: « c'est un dossier », else the number of the error."""
    if error.errno is None:
        return "erreur du système"
    return _WORDS.get(error.errno, f"erreur du système n° {error.errno}")


def place_of(error: OSError) -> str:
    """The file that was meant, not the one written aside before it; « ? » when none is told."""
    told = error.filename2 or error.filename
    if not isinstance(told, str):
        return "?"
    path = Path(told)
    aside = _ASIDE.fullmatch(path.name)
    return str(path.with_name(aside[1])) if aside else told
