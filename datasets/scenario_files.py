"""A scenario in one readable file (TOML): read with every problem named by its line, and written.

Nothing is overwritten by a scenario that cannot be read; a file is written whole or not at all.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from datasets.files import write_atomically
from datasets.mediation.personal import personal_content
from datasets.reading import UnreadableFile
from geo.errors import BadInput
from geo.scenarios.changes import ACTIONS, KEYS, OBJECTS, VERSION, Scenario, as_record, from_record

MAX_BYTES = 1_000_000
MAX_CHANGES = 1_000
_TOP = ("version", "titre", "changement")
_EXPECTED = (
    "un scénario en TOML, comme l'écran « Scénarios » le donne à garder (en commande : « qpv "
    "template scenario »)"
)
_REMEDY = "corrigez ce passage, ou repartez du modèle"
_GUIDE = f"""\
# Scénario : ce qui changerait. Une rubrique [[changement]] par changement, dans l'ordre.
#   action : {", ".join(ACTIONS)}
#   objet  : {", ".join(OBJECTS)}
#   lieu   : qpv = "QN04217M", ou lon et lat en degrés (point décimal)
#   taille : lieux (lieux d'exercice), ou etp, ou capacite (consultations ou personnes par an)
#   cible  : identifiant de ce qui est déplacé ou fermé (supply_id ou mediation_id)
# Aucun nom de personne.
"""


class BadScenario(BadInput):
    """A scenario file with at least one problem: all of them are listed, nothing is applied."""


def read_scenario(path: Path, *, unfinished: bool = False) -> Scenario:
    """The scenario of a TOML file; one without any change yet is taken when ``unfinished``.

    Raises
    ------
    UnreadableFile
        When it is absent, too large, not UTF-8 or not TOML; the line is given.
    BadScenario
        Listing every problem with its line, its key and what was expected.
    """
    text = _text(path)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path.name, str(error)) from None
    lines = _Lines(text)
    wrong = _top(content, lines, unfinished=unfinished)
    changes = []
    tables = content.get("changement", [])
    tables = tables if isinstance(tables, list) else []
    if len(tables) > MAX_CHANGES:
        wrong.append((0, f"{len(tables)} changements, {MAX_CHANGES} au plus sont attendus"))
        tables = []
    for place, record in enumerate(tables):
        if not isinstance(record, dict):
            wrong.append((lines.of("changement"), "changement : une rubrique [[changement]]"))
            continue
        change, problems = from_record(record)
        wrong += [(lines.of(key, place), f"{key} : {what}") for key, what in problems]
        content_of_name = personal_content(str(record.get("nom", "")))
        if content_of_name:
            wrong.append((lines.of("nom", place), f"nom : {content_of_name} (masqué)"))
        if change is not None:
            changes.append(change)
    if wrong:
        listed = "\n".join(f"- ligne {line or 1}, {what}" for line, what in sorted(wrong))
        raise BadScenario(
            f"{path.name} : scénario refusé, rien n'est appliqué.\n{listed}\nÀ faire : {_REMEDY}."
        )
    return Scenario(content["titre"], tuple(changes))


def write_scenario(path: Path, scenario: Scenario) -> None:
    """Write the scenario as ``read_scenario`` reads it, whole or not at all."""
    write_atomically(path, scenario_text(scenario).encode())


def scenario_text(scenario: Scenario) -> str:
    """The TOML of a scenario."""
    parts = [_GUIDE, f"version = {VERSION}", f"titre = {_string(scenario.title)}"]
    for change in scenario.changes:
        parts += ["", "[[changement]]"]
        parts += [f"{key} = {_value(value)}" for key, value in as_record(change).items()]
    return "\n".join(parts) + "\n"


def write_scenario_template(path: Path, qpv: str = "QN09901M") -> None:
    """A scenario to imitate: a GP practice and a mediator added in a QPV."""
    changes = [
        {"action": "ajouter", "objet": "cabinet", "nom": "Cabinet à créer", "qpv": qpv, "lieux": 2},
        {"action": "ajouter", "objet": "mediateur", "nom": "Permanence à créer", "qpv": qpv,
         "etp": 0.5},
    ]  # fmt: skip
    built = [change for change, _ in map(from_record, changes) if change is not None]
    write_scenario(path, Scenario("Scénario à compléter", tuple(built)))


class _Lines:
    """Where keys stand in the file, since the TOML parser does not say."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        header = re.compile(r"\s*\[\[\s*\"?changement\"?\s*\]\]")
        self.starts = [at for at, line in enumerate(self.lines) if header.match(line)]

    def of(self, key: str, place: int | None = None) -> int:
        """1-based line of a key, at the top or in a change; that of the change without the key."""
        first, last = 0, self.starts[0] if self.starts else len(self.lines)
        if place is not None and place < len(self.starts):
            first = self.starts[place]
            following = self.starts[place + 1 : place + 2]
            last = following[0] if following else len(self.lines)
        written = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
        for at in range(first, last):
            if written.match(self.lines[at]):
                return at + 1
        return first + 1


def _text(path: Path) -> str:
    if not path.is_file():
        raise UnreadableFile(path.name, "fichier absent", _EXPECTED, "vérifiez le chemin")
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(
            path.name, f"fichier de plus de {MAX_BYTES // 1_000_000} Mo", _EXPECTED, _REMEDY
        )
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            path.name, "le texte n'est pas en UTF-8", _EXPECTED, "enregistrez-le en UTF-8", line
        ) from None


def _not_toml(file: str, said: str) -> UnreadableFile:
    found = re.search(r"\(at line (\d+), column (\d+)\)", said)
    if not found:
        return UnreadableFile(file, "le fichier s'arrête trop tôt", _EXPECTED, _REMEDY)
    line, column = map(int, found.groups())
    return UnreadableFile(
        file, f"ce n'est pas du TOML à partir de la colonne {column}", _EXPECTED, _REMEDY, line
    )


def _top(content: dict[str, Any], lines: _Lines, *, unfinished: bool) -> list[tuple[int, str]]:
    wrong = [
        (lines.of(key), f"{key} : clé inconnue ; attendu parmi {', '.join(_TOP)}, ou sous un "
         f"[[changement]] : {', '.join(KEYS)}")
        for key in content
        if key not in _TOP
    ]  # fmt: skip
    version, title = content.get("version"), content.get("titre")
    if version != VERSION or isinstance(version, bool):
        wrong.append((lines.of("version"), f"version : {version} reçu, {VERSION} attendu"))
    if not isinstance(title, str) or not title.strip():
        wrong.append((lines.of("titre"), "titre : un titre entre guillemets est attendu"))
    elif personal_content(title):
        wrong.append((lines.of("titre"), f"titre : {personal_content(title)} (masqué)"))
    changes = content.get("changement", [] if unfinished else None)
    if not isinstance(changes, list) or not (changes or unfinished):
        wrong.append((lines.of("changement"), "changement : au moins un [[changement]] attendu"))
    return wrong


def _value(value: Any) -> str:
    return _string(value) if isinstance(value, str) else repr(float(value))


def _string(text: str) -> str:
    """A TOML basic string; JSON writes the same escapes, but leaves DEL as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
