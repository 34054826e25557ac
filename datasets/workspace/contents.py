"""What each kind of record holds, and everything that can be wrong in it.

- ``scenario``: titre, changements (the keys of a scenario file).
- ``overrides``: decisions (code_qp, action, motif, date, role).
- ``note``: code_qp, motif, date, role, effet, points (``geo.priority.notes``).
- files (``monitoring``, ``mediation``): sha256, octets, lu (what was read of it).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from datasets.mediation.personal import personal_content
from datasets.override_files import problems_of
from datasets.scenario_files import MAX_CHANGES
from datasets.workspace.record import as_json
from geo.priority.notes import Note, wrong_with_note
from geo.priority.overrides import Override, received
from geo.scenarios.changes import Scenario, as_record, from_record
from geo.schema import QPV_2024_CODE

Problems = list[tuple[str, str]]
MAX_READ = 60  # facts told of a file [assumption, editable]
_LONGEST = 2_000
_OVERRIDE_KEYS = ("code_qp", "action", "motif", "date", "role")
_NOTE_KEYS = ("code_qp", "motif", "date", "role", "effet", "points")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def scenario_body(scenario: Scenario) -> dict[str, Any]:
    """A scenario as a record keeps it."""
    return {
        "titre": scenario.title,
        "changements": [as_record(change) for change in scenario.changes],
    }


def scenario_of(body: Mapping[str, Any]) -> Scenario:
    """The scenario of a record."""
    changes = [from_record(dict(change))[0] for change in body["changements"]]
    return Scenario(body["titre"], tuple(change for change in changes if change is not None))


def overrides_body(overrides: Sequence[Override]) -> dict[str, Any]:
    """Decisions as a record keeps them."""
    rows = [(one.code_qp, one.action, one.motive, one.date, one.role) for one in overrides]
    return {"decisions": [dict(zip(_OVERRIDE_KEYS, row, strict=True)) for row in rows]}


def overrides_of(body: Mapping[str, Any]) -> list[Override]:
    """The decisions of a record."""
    return [Override(*(one[key] for key in _OVERRIDE_KEYS)) for one in body["decisions"]]


def note_body(note: Note) -> dict[str, Any]:
    """A note as a record keeps it."""
    row = (note.code_qp, note.motive, note.date, note.role, note.effect, float(note.points))
    return dict(zip(_NOTE_KEYS, row, strict=True))


def note_of(body: Mapping[str, Any]) -> Note:
    """The note of a record."""
    return Note(*(body[key] for key in _NOTE_KEYS))


def wrong_with_body(kind: str, body: Mapping[str, Any]) -> Problems:
    """(place, problem) of everything wrong in the content of a record of a known kind."""
    try:
        as_json(body).encode("utf-8")
    except (ValueError, TypeError, RecursionError):
        return [("body", "un contenu qui s'écrit en JSON et en UTF-8 attendu")]
    return _CHECKS[kind](body)


def _wrong_scenario(body: Mapping[str, Any]) -> Problems:
    wrong = _wrong_keys(body, ("titre", "changements"))
    if wrong:
        return wrong
    wrong += _wrong_text("titre", body["titre"], least=1)
    changes = body["changements"]
    if not isinstance(changes, list) or not 1 <= len(changes) <= MAX_CHANGES:
        return [*wrong, ("changements", f"une liste de 1 à {MAX_CHANGES} changements attendue")]
    for place, change in enumerate(changes, start=1):
        here = f"changements {place}"
        if not isinstance(change, Mapping):
            wrong.append((here, "un changement attendu"))
            continue
        wrong += [(f"{here}, {key}", what) for key, what in from_record(dict(change))[1]]
        wrong += _wrong_text(f"{here}, nom", change.get("nom", ""))
    return wrong


def _wrong_overrides(body: Mapping[str, Any]) -> Problems:
    wrong = _wrong_keys(body, ("decisions",))
    if wrong:
        return wrong
    decisions = body["decisions"]
    if not isinstance(decisions, list) or len(decisions) > MAX_CHANGES:
        return [("decisions", f"une liste d'au plus {MAX_CHANGES} décisions attendue")]
    codes: set[str] = set()
    for place, one in enumerate(decisions, start=1):
        here = f"decisions {place}"
        if not isinstance(one, Mapping) or {*one} != {*_OVERRIDE_KEYS}:
            wrong.append((here, f"{', '.join(_OVERRIDE_KEYS)} attendus"))
            continue
        texts = [one[key] for key in _OVERRIDE_KEYS]
        if not all(isinstance(text, str) and len(text) <= _LONGEST for text in texts):
            wrong.append((here, f"des textes d'au plus {_LONGEST} caractères attendus"))
            continue
        wrong += [(here, told) for told in problems_of(Override(*texts))]
        if one["code_qp"] in codes:
            wrong.append((here, f"{one['code_qp']} est déjà décidé"))
        codes.add(one["code_qp"])
    return wrong


def _wrong_note(body: Mapping[str, Any]) -> Problems:
    wrong = _wrong_keys(body, _NOTE_KEYS)
    if wrong:
        return wrong
    for key in _NOTE_KEYS[:-1]:
        wrong += _wrong_text(key, body[key], free=key == "role")
    points = body["points"]
    if not isinstance(points, int | float) or isinstance(points, bool):
        wrong.append(("points", "un nombre attendu"))
    if wrong:
        return wrong
    if not re.fullmatch(QPV_2024_CODE, body["code_qp"]):
        wrong.append(("code_qp", received(body["code_qp"][:20], "un code de QPV 2024")))
    return wrong + [
        (field, received(value, expected))
        for field, value, expected in wrong_with_note(note_of(body))
    ]


def _wrong_file(body: Mapping[str, Any]) -> Problems:
    wrong = _wrong_keys(body, ("sha256", "octets", "lu"))
    if wrong:
        return wrong
    if not isinstance(body["sha256"], str) or not _SHA256.fullmatch(body["sha256"]):
        wrong.append(("sha256", "une empreinte de 64 chiffres hexadécimaux attendue"))
    if not isinstance(body["octets"], int) or isinstance(body["octets"], bool):
        wrong.append(("octets", "un nombre entier attendu"))
    read = body["lu"]
    if not isinstance(read, Mapping) or len(read) > MAX_READ:
        return [*wrong, ("lu", f"au plus {MAX_READ} faits attendus")]
    for key, value in read.items():
        for text in (key, value):
            if isinstance(text, str):
                wrong += _wrong_text(f"lu, {key}"[:80], text)
        finite = not isinstance(value, float) or math.isfinite(value)
        if not isinstance(value, str | int | float | None) or not finite:
            wrong.append((f"lu, {key}"[:80], "un texte ou un nombre attendu"))
    return wrong


def _wrong_keys(body: Mapping[str, Any], keys: Sequence[str]) -> Problems:
    absent = [(key, "absent") for key in keys if key not in body]
    unknown = [(str(key)[:40], f"inconnu ; {', '.join(keys)} attendus")
               for key in body if key not in keys]  # fmt: skip
    return absent + unknown


def _wrong_text(place: str, text: object, *, least: int = 0, free: bool = False) -> Problems:
    if not isinstance(text, str) or not least <= len(text.strip()) or len(text) > _LONGEST:
        length = f"de {least} à" if least else "d'au plus"
        return [(place, f"un texte {length} {_LONGEST} caractères attendu")]
    content = personal_content(text, free=free)
    return [(place, f"{content} (masqué)")] if content else []


_CHECKS: dict[str, Callable[[Mapping[str, Any]], Problems]] = {
    "scenario": _wrong_scenario,
    "overrides": _wrong_overrides,
    "note": _wrong_note,
    "monitoring": _wrong_file,
    "mediation": _wrong_file,
}
