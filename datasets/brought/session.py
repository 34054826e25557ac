"""What a person brings into the app: looked at, accepted line by line, joined for them alone.

Only accepted lines are kept, as a file of the form, in the memory of the person's own session; the
territory on disk and the tables that other sessions read are never touched.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from datasets.brought import indicators, practices, schemes
from datasets.brought.cells import csv_bytes
from datasets.brought.examine import FormExamination, good_csv, refused_csv
from datasets.brought.form import Form
from datasets.built_codes import BuiltCodes, codes_of
from datasets.catalogue import source
from datasets.layers.joined import BroughtTables, join_brought
from datasets.mediation import check_mediation, good_lines, read_mediation, rejected_lines
from datasets.mediation.personal import MASKED, personal_content
from datasets.mediation.table import FORM as MEDIATION
from datasets.mediation.table import read_table as read_mediation_table
from datasets.reading import Problem
from datasets.uploaded import read_uploaded
from geo import analyse
from geo.analysis import Analysis
from geo.errors import BadInput
from geo.parameters import Parameters
from geo.schema import Layers, validate

MAX_BYTES = 5_000_000
FORMS: dict[str, Form] = {
    "mediation": MEDIATION,
    "practices": practices.FORM,
    "indicators": indicators.FORM,
    "local_schemes": schemes.FORM,
}
KIND_WORDS = {
    "mediation": "médiation",
    "practices": "lieux de soins",
    "indicators": "indicateurs de quartiers",
    "local_schemes": "démarches territoriales",
}
_HEAD = 8
_LONGEST_NAME = 60
# Files of many sessions, by what they hold: a download asked for later finds its own again.
_MOST_KEPT = 64
_KEPT: OrderedDict[str, tuple[BroughtFile, ...]] = OrderedDict()
_LOCK = threading.Lock()


@dataclass(frozen=True)
class BroughtFile:
    """The accepted lines of one file: its kind (a key of ``FORMS``), its shown name, its lines."""

    kind: str
    name: str
    lines: int
    content: bytes


@dataclass(frozen=True)
class Look:
    """A file looked at. ``head``: its first lines as written; ``problems``: one row a fault."""

    kind: str
    name: str
    head: pd.DataFrame
    problems: pd.DataFrame
    good: int
    refused: int
    good_csv: bytes
    refused_csv: bytes

    @property
    def accepted(self) -> BroughtFile:
        """Its good lines, to be joined."""
        return BroughtFile(self.kind, self.name, self.good, self.good_csv)


def look_at(kind: str, name: str, content: bytes, codes: BuiltCodes) -> Look:
    """Read and judge a file that somebody sends; nothing of it is kept.

    Raises
    ------
    BadInput
        Larger than ``MAX_BYTES``, or with no table to read (``UnreadableFile``).
    """
    readers: dict[str, Callable[[Path], Look]] = {
        "mediation": lambda path: _look_at_mediation(path, shown_name(name), codes),
        "practices": lambda path: _look_at_form(
            "practices", shown_name(name), practices.check_practices(path, codes.communes)
        ),
        "indicators": lambda path: _look_at_form(
            "indicators", shown_name(name), indicators.check_indicators(path, codes.qpv)
        ),
        "local_schemes": lambda path: _look_at_form(
            "local_schemes",
            shown_name(name),
            schemes.check_schemes(path, codes.communes, codes.qpv),
        ),
    }
    return read_uploaded(name, content, readers[kind], MAX_BYTES)


def shown_name(name: str) -> str:
    """The file's own name without folder, control or markup character, nor excess of length."""
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[\x00-\x1f\x7f<>\[\]`*$|~!:]", "", last).strip(". ")
    return plain[-_LONGEST_NAME:] or "fichier"


def digest(files: Sequence[BroughtFile]) -> str:
    """What names this content in the caches; "" without any file. Kept for later reads."""
    if not files:
        return ""
    made = hashlib.sha256()
    for file in files:
        for part in (file.kind.encode(), file.name.encode(), file.content):
            made.update(len(part).to_bytes(8, "big") + part)
    name = made.hexdigest()[:32]
    with _LOCK:
        _KEPT[name] = tuple(files)
        _KEPT.move_to_end(name)
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return name


def kept(name: str) -> tuple[BroughtFile, ...]:
    """The files that ``digest`` named.

    Raises
    ------
    BadInput
        When they have been forgotten since.
    """
    with _LOCK:
        files = _KEPT.get(name)
    if files is None:
        raise BadInput("Vos fichiers ne sont plus en mémoire. À faire : apportez-les de nouveau.")
    return files


def analyse_with(
    layers: Layers, files: Sequence[BroughtFile], parameters: Parameters | None = None
) -> tuple[Layers, Analysis]:
    """The layers with these files joined, and their analysis.

    No road time is known to a place that the build did not know: with brought practices everything
    is measured as the crow flies, and said (as ``geo.scenarios`` does).
    """
    chosen = parameters or Parameters()
    if not files:
        return layers, analyse(layers, chosen)
    codes = codes_of(layers)
    read: dict[str, list[pd.DataFrame]] = {"practices": [], "indicators": [], "schemes": []}
    posts = []
    for file in files:
        if file.kind == "mediation":
            posts.append(read_uploaded(
                "mediation.csv", file.content,
                lambda path: read_mediation(path, codes.qpv, known_communes=codes.communes),
                MAX_BYTES,
            ))  # fmt: skip
        elif file.kind == "practices":
            read["practices"].append(read_uploaded(
                "lieux.csv", file.content,
                lambda path: practices.read_practices(path, codes.communes).table, MAX_BYTES,
            ))  # fmt: skip
        elif file.kind == "local_schemes":
            read["schemes"].append(read_uploaded(
                "demarches.csv", file.content,
                lambda path: schemes.read_schemes(path, codes.communes, codes.qpv).table, MAX_BYTES,
            ))  # fmt: skip
        else:
            read["indicators"].append(read_uploaded(
                "indicateurs.csv", file.content,
                lambda path: indicators.read_indicators(path, codes.qpv).table, MAX_BYTES,
            ))  # fmt: skip
    joined = join_brought(layers, BroughtTables(posts, **read))
    joined = _with_sources(joined, files)
    crow = bool(layers.travel) and bool(read["practices"])
    found = analyse(joined, replace(chosen, travel_mode_source="crow_fly") if crow else chosen)
    return joined, replace(found, notes=(_note(files, crow), *found.notes))


def _note(files: Sequence[BroughtFile], crow: bool) -> str:
    names = ", ".join(f"{file.name} ({KIND_WORDS[file.kind]})" for file in files)
    note = f"Chiffres calculés avec des fichiers apportés dans cette session : {names}."
    if crow:
        note += " Aucun temps par la route n'est connu vers vos lieux : tout est à vol d'oiseau."
    return note


def _with_sources(layers: Layers, files: Sequence[BroughtFile]) -> Layers:
    rows = []
    for kind in dict.fromkeys(file.kind for file in files):
        own = [file for file in files if file.kind == kind]
        known = source(kind)
        rows.append({
            "source_id": kind, "title": known.title, "publisher": known.publisher,
            "licence": known.licence, "vintage": known.vintage,
            "files": ";".join(file.name for file in own),
            "sha256": ";".join(hashlib.sha256(file.content).hexdigest() for file in own),
            "fetched_at": "", "landing_page": "",
        })  # fmt: skip
    told = pd.DataFrame(rows)
    before = layers["sources"]
    again = before[before["source_id"].isin(told["source_id"])].set_index("source_id")
    for column in ("files", "sha256"):
        earlier = told["source_id"].map(again[column]).fillna("")
        told[column] = (earlier + ";" + told[column]).str.lstrip(";")
    others = before[~before["source_id"].isin(told["source_id"])]
    table = validate("sources", pd.concat([others, told], ignore_index=True))
    return replace(layers, tables={**layers.tables, "sources": table})


def _look_at_mediation(path: Path, name: str, codes: BuiltCodes) -> Look:
    known = (codes.qpv, codes.communes)
    problems = check_mediation(path, *known)
    table = read_mediation_table(path)
    good, refused = good_lines(path, *known), rejected_lines(path, *known)
    return Look(
        "mediation",
        name,
        _head([(row.line, row.cells) for row in table.lines[:_HEAD]]),
        _problems(problems),
        len(good),
        len(refused),
        csv_bytes(good.columns, good.to_numpy()) if len(good) else b"",
        csv_bytes(refused.columns, refused.to_numpy()) if len(refused) else b"",
    )


def _look_at_form(kind: str, name: str, found: FormExamination) -> Look:
    # A column that names people, or the lack of one, spoils the whole file.
    usable = bool(found.lines) and not found.lacks_column
    lines = {(problem.file, problem.line) for problem in found.refused} & set(found.cells)
    return Look(
        kind,
        name,
        _head([(line, cells) for (_, line), cells in list(found.cells.items())[:_HEAD]]),
        _problems(found.problems),
        len(found.lines) if usable else 0,
        len(found.cells) if found.lacks_column else len(lines),
        good_csv(FORMS[kind], found) if usable else b"",
        refused_csv(FORMS[kind], found),
    )


def _head(rows: Sequence[tuple[int, object]]) -> pd.DataFrame:
    """The first lines as they were written; what points to a person is not repeated."""
    shown = []
    for line, cells in rows:
        told = dict(cells)  # type: ignore[call-overload]
        safe = {
            title: MASKED if personal_content(text, column=title) else text
            for title, text in told.items()
        }
        shown.append({"Ligne": line, **safe})
    return pd.DataFrame(shown)


def _problems(problems: Sequence[Problem]) -> pd.DataFrame:
    rows = [
        {
            "Ligne": problem.line or None,
            "Colonne": problem.column,
            "Valeur": problem.value,
            "Attendu": problem.expected,
            "Ce qui ne va pas": problem.message,
            "Effet": "ligne refusée" if problem.kind == "rejected" else "à savoir",
        }
        for problem in problems
    ]
    columns = ["Ligne", "Colonne", "Valeur", "Attendu", "Ce qui ne va pas", "Effet"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("Effet", ascending=False, kind="stable", ignore_index=True)
