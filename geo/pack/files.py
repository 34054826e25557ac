"""All the files of a call, as bytes by name; the last one says how to make the others again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from geo.maps.picture import situation_picture
from geo.pack.document import STANDARD, to_pdf_bytes
from geo.pack.dossier import Dossier
from geo.pack.printed import printed
from geo.pack.request import to_plain
from geo.pack.table import to_csv_bytes
from geo.pack.workbook import to_xlsx_bytes
from geo.parameters import describe
from geo.report.geopackage import to_geopackage_bytes

FORMAT = 1
RECORD = "dossier.json"


def pack_files(dossier: Dossier, build: str) -> dict[str, bytes]:
    """``dossier.xlsx``, ``.pdf``, ``.csv``, ``.gpkg`` and ``dossier.json`` (see ``record``).

    Parameters
    ----------
    build : id of the build that the layers come from, a hash of what was read.
    """
    picture = situation_picture(dossier.analysis, dossier.layers, list(dossier.retained["code_qp"]))
    files = {
        "dossier.xlsx": to_xlsx_bytes(dossier),
        "dossier.pdf": to_pdf_bytes(printed(dossier), picture),
        "dossier.csv": to_csv_bytes(dossier),
        "quartiers.gpkg": to_geopackage_bytes(dossier.analysis),
    }
    written = json.dumps(record(dossier, files, build), ensure_ascii=False, indent=1)
    return {**files, RECORD: f"{written}\n".encode()}


def to_zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """The same files in one archive; the same files give the same bytes, since no date is kept."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, content in files.items():
            opened.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def record(dossier: Dossier, files: dict[str, bytes], build: str) -> dict[str, Any]:
    """What was asked, from which inputs, and the hash of what came out.

    ``content`` is one hash over the parameters, the inputs and the files: the same inputs give
    the same. No clock is read.
    """
    sources = dossier.analysis.sources
    told: dict[str, Any] = {
        "format": FORMAT,
        "fictional": dossier.analysis.fictional,
        "territory": dossier.analysis.territory,
        "build": build,
        "request": to_plain(dossier.request),
        "parameters": {
            setting.name: _as_text(setting.value)
            for setting in describe(dossier.analysis.parameters)
        },
        "inputs": {
            str(source): {"vintage": str(vintage), "sha256": str(digest)}
            for source, vintage, digest in zip(
                sources["source_id"], sources["vintage"], sources["sha256"], strict=True
            )
        },
        "pdf_standard": STANDARD,
        "retained": list(dossier.retained["code_qp"]),
        "posts": {
            str(code): posts
            for code, posts in zip(dossier.lines["code_qp"], dossier.lines["posts"], strict=True)
            if posts
        },
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return {**told, "content": content_hash(told)}


def content_hash(told: dict[str, Any]) -> str:
    """One sha256 over a record, whatever the order of its keys; its own ``content`` apart."""
    plain = {name: value for name, value in told.items() if name != "content"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs between two records, in French; [] when they are the same content."""
    told = []
    for name, words in (
        ("territory", "territoire"), ("build", "construction des données"), ("request", "demande"),
        ("parameters", "paramètres"), ("inputs", "fichiers lus"), ("retained", "quartiers retenus"),
        ("posts", "postes proposés"), ("files", "fichiers écrits"),
    ):  # fmt: skip
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
            told.append(f"{words} : {', '.join(changed[:8])}{' …' if len(changed) > 8 else ''}")
        elif isinstance(old, list) and isinstance(new, list):
            gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
            told.append(f"{words} : partis {', '.join(gone) or 'aucun'} ; "
                        f"venus {', '.join(come) or 'aucun'}")  # fmt: skip
        else:
            told.append(f"{words} : {old} avant, {new} maintenant")
    return told


def _as_text(value: object) -> str:
    """A setting as records have always held it, so that one of last year can be compared."""
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    if isinstance(value, tuple):
        return " ; ".join(_as_text(item) for item in value)
    return str(value)
