"""The folder of a call on disk: written whole or not at all, read back with suspicion."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasets.files import flush, write_atomically
from geo.errors import BadInput
from geo.pack.files import FORMAT, RECORD, content_hash

_LARGEST = 20_000_000


def write_pack(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files in a new folder, or in place of those of an earlier pack.

    A folder that holds anything else is left as it is: nothing of a person's is overwritten. The
    earlier pack is replaced in one step; a killed run leaves it whole.

    Raises
    ------
    BadInput
        When the folder holds something that is not a pack.
    """
    folder = folder.absolute()
    if folder.is_file():
        raise BadInput(f"{folder} est un fichier. À faire : donnez un dossier à --out.")
    held = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    foreign = [name for name in held if name not in files]
    if foreign:
        raise BadInput(
            f"Le dossier {folder} contient déjà autre chose qu'un dossier d'appel : "
            f"{', '.join(foreign[:5])}. À faire : donnez un dossier vide ou nouveau à --out."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in files.items():
            write_atomically(aside / name, content)
        aside.chmod(0o755)
        flush(aside)
        _put_in_place(aside, folder, bool(held))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put_in_place(aside: Path, folder: Path, replaces: bool) -> None:
    if not replaces:
        if folder.is_dir():
            folder.rmdir()
        aside.replace(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    folder.replace(old)
    try:
        aside.replace(folder)
    except OSError:
        old.replace(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def read_record(path: Path) -> dict[str, Any]:
    """The record of a pack: ``dossier.json``, or the folder that holds it.

    Raises
    ------
    BadInput
        When it is no such file, is of another format, or was edited by hand (its hash no longer
        matches): the message says which.
    """
    file = path / RECORD if path.is_dir() else path
    try:
        if file.stat().st_size > _LARGEST:
            raise BadInput(f"{file} est trop gros pour un dossier.json.")
        told = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{file} est introuvable. À faire : donnez un dossier.json.") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{file} n'est pas un dossier.json lisible ({error}).") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BadInput(f"{file} n'est pas un dossier.json de format {FORMAT}.")
    if told.get("content") != content_hash(told):
        raise BadInput(
            f"{file} a été modifié après avoir été écrit : son empreinte ne correspond plus. "
            "À faire : reprenez le fichier d'origine, ou refaites le dossier avec qpv pack."
        )
    return told
