"""Every problem of the lines of an archive: its field, its value, what was expected."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from datasets.workspace.archive import HISTORY, RECORDS, Archive
from datasets.workspace.contents import wrong_with_body
from datasets.workspace.file_checks import check_content, in_form
from datasets.workspace.history import ACTIONS
from datasets.workspace.kinds import (
    FILE_KINDS,
    KINDS,
    is_slug,
    plain_name,
    wrong_with_label,
    wrong_with_role,
)
from geo.errors import QpvError

Problems = Iterator[tuple[str, str]]
_ID = re.compile(r"[0-9a-f]{32}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_MOST_VERSIONS = 2**31 - 1
_RECORD = ("id", "kind", "territory", "name", "version", "role", "created", "changed", "withdrawn",
           "body")  # fmt: skip
_HISTORY = ("record_id", "version", "action", "role", "at", "before", "after")
_MORE_THAN_THE_FORM = (
    "autre chose que les lignes du modèle en CSV (feuille, titre, colonne ou propriété de classeur "
    "en plus, ou formule) : un espace partagé ne le garde jamais. À faire : enregistrez ce fichier "
    "lui-même dans l'espace, qui n'en gardera que les lignes."
)
_STATE = ("name", "withdrawn", "body")


def wrong_lines(archive: Archive, today: dt.date) -> list[str]:
    """Everything wrong in the lines of an archive, in French, with line and field."""
    problems = []
    known: dict[str, Mapping[str, Any]] = {}
    names: dict[tuple[str, str, str], int] = {}
    for number, line in archive.records:
        wrong = list(_wrong_record(line, archive.files))
        if not wrong and line["id"] in known:
            wrong = [("id", "déjà donné plus haut")]
        if not wrong:
            key = (line["kind"], line["territory"], line["name"])
            if key in names:
                wrong = [("name", f"déjà donné ligne {names[key]}")]
            names[key] = number
            known[line["id"]] = line
        problems += [f"{RECORDS}, ligne {number}, {field} : {what}" for field, what in wrong]
    if problems:
        return problems
    states: dict[str, tuple[int, Mapping[str, Any] | None]] = dict.fromkeys(known, (0, None))
    for number, line in archive.history:
        wrong = list(_wrong_history(line, known, states, archive.files))
        problems += [f"{HISTORY}, ligne {number}, {field} : {what}" for field, what in wrong]
    for number, line in archive.records:
        version, state = states[line["id"]]
        if not problems and (version != line["version"] or state != _state(line)):
            problems.append(f"{RECORDS}, ligne {number}, body : n'est pas la fin de son historique")
    if not problems:
        problems += _wrong_files(archive, today)
    cited = {*_cited(archive)}
    problems += [f"files/{one} : cité par aucune ligne" for one in sorted({*archive.files} - cited)]
    return problems


def _wrong_record(line: Mapping[str, Any], files: Mapping[str, int]) -> Problems:
    yield from _wrong_keys(line, _RECORD)
    if {*line} != {*_RECORD}:
        return
    yield from _wrong_texts(line, ("id", "kind", "territory", "name", "role", "created", "changed"))
    texts = all(isinstance(line[name], str) for name in ("kind", "territory", "name", "role"))
    if not texts:
        return
    if not _ID.fullmatch(str(line["id"])):
        yield "id", "32 chiffres hexadécimaux attendus"
    yield from wrong_with_label(line["kind"], line["name"], line["role"])
    if line["name"] != plain_name(line["name"]):
        yield "name", "une espace au bord, ou un accent en deux signes"
    if not is_slug(line["territory"]):
        yield "territory", "un territoire comme region-84 attendu"
    yield from _wrong_version(line["version"])
    yield from _wrong_date("created", line["created"])
    yield from _wrong_date("changed", line["changed"])
    if not isinstance(line["withdrawn"], bool):
        yield "withdrawn", "true ou false attendu"
    if line["kind"] in KINDS:
        yield from _wrong_content("body", line["kind"], line["body"], files)


def _wrong_history(
    line: Mapping[str, Any],
    known: Mapping[str, Mapping[str, Any]],
    states: dict[str, tuple[int, Mapping[str, Any] | None]],
    files: Mapping[str, int],
) -> Problems:
    yield from _wrong_keys(line, _HISTORY)
    if {*line} != {*_HISTORY}:
        return
    yield from _wrong_texts(line, ("record_id", "action", "role", "at"))
    owner = known.get(line["record_id"]) if isinstance(line["record_id"], str) else None
    if owner is None:
        yield "record_id", "aucune fiche de ce numéro"
        return
    if isinstance(line["role"], str):
        yield from wrong_with_role(line["role"])
    yield from _wrong_date("at", line["at"])
    if line["action"] not in ACTIONS:
        yield "action", f"{', '.join(ACTIONS)} attendu"
    wrong = [*_wrong_version(line["version"]), *_wrong_state("after", line["after"], owner, files)]
    if line["before"] is not None:
        wrong += _wrong_state("before", line["before"], owner, files)
    yield from wrong
    version, state = states[line["record_id"]]
    if wrong:
        return
    aside = line["action"] == "set_aside"
    if line["version"] != version + (not aside):
        yield "version", f"{line['version']} reçu, {version + (not aside)} attendu"
    if line["before"] != state:
        yield "before", "n'est pas l'état de la ligne précédente"
    if not aside:
        states[line["record_id"]] = (line["version"], line["after"])


def _wrong_state(
    field: str, state: object, owner: Mapping[str, Any], files: Mapping[str, int]
) -> list[tuple[str, str]]:
    if not isinstance(state, dict) or {*state} != {*_STATE}:
        return [(field, f"{', '.join(_STATE)} attendus")]
    wrong = []
    if not isinstance(state["name"], str) or not isinstance(state["withdrawn"], bool):
        wrong.append((field, "name en texte et withdrawn en true ou false attendus"))
    elif any(
        where == "name" for where, _ in wrong_with_label(owner["kind"], state["name"], "rôle")
    ):
        wrong.append((f"{field}, name", "un nom comme ceux des fiches attendu"))
    return [*wrong, *_wrong_content(f"{field}, body", owner["kind"], state["body"], files)]


def _wrong_content(field: str, kind: str, body: object, files: Mapping[str, int]) -> Problems:
    if not isinstance(body, dict):
        yield field, "un objet attendu"
        return
    wrong = wrong_with_body(kind, body)
    yield from ((f"{field}, {place}", what) for place, what in wrong)
    if kind in FILE_KINDS and not wrong and files.get(body["sha256"]) != body["octets"]:
        yield f"{field}, sha256", "le fichier cité n'est pas dans l'archive, ou n'a pas sa taille"


def _wrong_files(archive: Archive, today: dt.date) -> list[str]:
    """Files that the reader of their kind refuses, or that are not as ``save_file`` keeps them."""
    kinds = {line["id"]: line["kind"] for _, line in archive.records}
    names = {(kinds[line["record_id"]], state["body"]["sha256"]): state["name"]
             for _, line in archive.history
             for state in (line["before"], line["after"])
             if state is not None and kinds[line["record_id"]] in FILE_KINDS}  # fmt: skip
    problems = []
    for (kind, digest), name in names.items():
        content = archive.content(digest)
        try:
            check_content(kind, name, content, today)
            kept = in_form(kind, name, content, today)
        except QpvError as error:
            problems.append(f"files/{digest} (« {name} ») : {error}")
            continue
        if kept != content:
            problems.append(f"files/{digest} (« {name} ») : {_MORE_THAN_THE_FORM}")
    return problems


def _cited(archive: Archive) -> Iterator[str]:
    """The sha256 that records and history cite."""
    states: list[Any] = [line for _, line in archive.records]
    for _, line in archive.history:
        states += [line.get("before"), line.get("after")]
    for state in states:
        body = state.get("body") if isinstance(state, dict) else None
        if isinstance(body, dict) and isinstance(body.get("sha256"), str):
            yield body["sha256"]


def _state(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in _STATE}


def _wrong_keys(line: Mapping[str, Any], keys: tuple[str, ...]) -> Problems:
    yield from ((key, "absent") for key in keys if key not in line)
    yield from ((ascii(key)[:40], "champ inconnu") for key in line if key not in keys)


def _wrong_texts(line: Mapping[str, Any], names: tuple[str, ...]) -> Problems:
    yield from ((name, "un texte attendu") for name in names if not isinstance(line[name], str))


def _wrong_version(value: object) -> Problems:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not 1 <= value <= _MOST_VERSIONS:  # type: ignore[operator]
        yield "version", "un nombre entier à partir de 1 attendu"


def _wrong_date(field: str, value: object) -> Problems:
    read: Callable[[str], object] = dt.datetime.fromisoformat
    try:
        if isinstance(value, str) and _DATE.fullmatch(value) and read(value):
            return
    except ValueError:
        pass
    yield field, "une date UTC comme 2026-01-15T09:30:00Z attendue"
