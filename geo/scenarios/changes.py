"""What a scenario may change: practices, health centres and mediators added, moved or closed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from typing import Any

from geo.errors import BadInput
from geo.schema import QPV_2024_CODE, SUPPLY_PROFESSIONS

VERSION = 1
ACTIONS = ("ajouter", "deplacer", "fermer")
OBJECTS = ("cabinet", "centre_de_sante", "mediateur")
# One line is one team: beyond, a figure was mistyped [assumption, editable].
MAX_FTE = 50.0
MAX_CAPACITY = 300_000.0
MAX_PLACES = 100.0
NO_PLACE = "un lieu est attendu : qpv, ou lon et lat"
NO_TARGET = "l'identifiant de ce qui est déplacé ou fermé est attendu"
_NAMES = {"objet": "object", "nom": "name", "cible": "target", "etp": "fte", "lieux": "places",
          "capacite": "capacity"}  # fmt: skip
KEYS = ("action", "objet", "nom", "cible", "qpv", "lon", "lat", "profession", "lieux", "etp",
        "capacite")  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One change. A place is a QPV (``qpv``) or ``lon`` and ``lat`` in degrees.

    Attributes
    ----------
    action : ``ajouter``, ``deplacer`` or ``fermer``.
    object : ``cabinet``, ``centre_de_sante`` or ``mediateur``.
    target : supply_id or mediation_id of what is moved or closed.
    profession : of a practice added; general practitioner by default.
    places : places of practice added, or the part of the target that is moved or closed.
    fte : full-time equivalents added, instead of ``places``.
    capacity : consultations, or people followed, a year, instead of ``fte``.
    """

    action: str
    object: str
    name: str = ""
    target: str = ""
    qpv: str = ""
    lon: float | None = None
    lat: float | None = None
    profession: str = "medecin_generaliste"
    places: float | None = None
    fte: float | None = None
    capacity: float | None = None


@dataclass(frozen=True)
class Scenario:
    """A named list of changes, applied in order; every one is a hypothesis of its author."""

    title: str
    changes: tuple[Change, ...]


def as_record(change: Change) -> dict[str, Any]:
    """The keys of the file that say this change, without those left at their default."""
    told = {}
    defaults = {f.name: f.default for f in fields(Change)}
    for key in KEYS:
        name = _NAMES.get(key, key)
        value = getattr(change, name)
        if key in ("action", "objet") or value != defaults[name]:
            told[key] = value
    return told


def from_record(record: dict[str, Any]) -> tuple[Change | None, list[tuple[str, str]]]:
    """A change and (key, what is wrong) of every problem of the record; None when it has one."""
    wrong = _wrong(record)
    if wrong:
        return None, wrong
    known = {_NAMES.get(key, key): value for key, value in record.items()}
    for name in ("lon", "lat", "places", "fte", "capacity"):
        if known.get(name) is not None:
            known[name] = float(known[name])
    return Change(**known), []


def _wrong(record: dict[str, Any]) -> list[tuple[str, str]]:
    unknown = [key for key in record if key not in KEYS]
    wrong = [(key, f"clé inconnue ; attendu parmi {', '.join(KEYS)}") for key in unknown]
    wrong += _wrong_kinds(record)
    if wrong:
        return wrong
    action, kind = record.get("action", ""), record.get("objet", "")
    if action not in ACTIONS:
        wrong.append(("action", f"« {action} » reçu, {', '.join(ACTIONS)} attendu"))
    if kind not in OBJECTS:
        wrong.append(("objet", f"« {kind} » reçu, {', '.join(OBJECTS)} attendu"))
    if wrong:
        return wrong
    return [*_wrong_place(record, action), *_wrong_target(record, action), *_wrong_size(record)]


def _wrong_kinds(record: dict[str, Any]) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    for key in ("action", "objet", "nom", "cible", "qpv", "profession"):
        if key in record and not isinstance(record[key], str):
            wrong.append((key, f"« {record[key]} » reçu, un texte entre guillemets attendu"))
    for key in ("lon", "lat", "lieux", "etp", "capacite"):
        value = record.get(key)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (number and math.isfinite(value)):
            wrong.append((key, f"« {value} » reçu, un nombre sans guillemets attendu (0.5)"))
    return wrong


def _wrong_place(record: dict[str, Any], action: str) -> list[tuple[str, str]]:
    here: list[str] = [key for key in ("qpv", "lon", "lat") if key in record]
    if action == "fermer":
        return [(key, "une fermeture n'a pas de lieu") for key in here]
    wrong: list[tuple[str, str]] = []
    if here not in (["qpv"], ["lon", "lat"]):
        wrong.append((here[0] if here else "qpv", NO_PLACE))
    if "qpv" in record and not re.fullmatch(QPV_2024_CODE, record["qpv"]):
        wrong.append(("qpv", f"« {record['qpv']} » reçu, un code de QPV 2024 attendu (QN04217M)"))
    for key, most in (("lon", 180), ("lat", 90)):
        if key in record and abs(record[key]) > most:
            wrong.append((key, f"{record[key]} reçu, des degrés entre -{most} et {most} attendus"))
    return wrong


def _wrong_target(record: dict[str, Any], action: str) -> list[tuple[str, str]]:
    wrong = []
    if action == "ajouter" and "cible" in record:
        wrong.append(("cible", "un ajout n'a pas de cible"))
    if action != "ajouter" and not record.get("cible"):
        wrong.append(("cible", NO_TARGET))
    profession = record.get("profession")
    if profession is not None and (action, record["objet"]) != ("ajouter", "cabinet"):
        wrong.append(("profession", "attendue pour l'ajout d'un cabinet seulement"))
    elif profession is not None and profession not in SUPPLY_PROFESSIONS:
        wrong.append(
            ("profession", f"« {profession} » reçu, {', '.join(SUPPLY_PROFESSIONS)} attendu")
        )
    return wrong


def _wrong_size(record: dict[str, Any]) -> list[tuple[str, str]]:
    given: list[str] = [key for key in ("lieux", "etp", "capacite") if key in record]
    allowed = {"lieux"} if record["action"] != "ajouter" else {"lieux", "etp", "capacite"}
    if record["objet"] == "mediateur":
        allowed -= {"lieux"}
    wrong: list[tuple[str, str]] = [(key, "sans objet ici") for key in given if key not in allowed]
    if len(given) > 1:
        wrong.append((given[1], f"une seule taille est attendue, {given[0]} est déjà donné"))
    if record["objet"] == "mediateur" and record["action"] == "ajouter" and not given:
        wrong.append(("etp", "etp (0.5) ou capacite (59 personnes par an) est attendu"))
    for key, most in (("lieux", MAX_PLACES), ("etp", MAX_FTE), ("capacite", MAX_CAPACITY)):
        if key in record and not 0 < record[key] <= most:
            wrong.append((key, f"{record[key]} reçu, plus de 0 et au plus {most:g} attendu"))
    return wrong


def check(scenario: Scenario) -> None:
    """Refuse a scenario made by hand in code that no file could hold.

    Raises
    ------
    BadInput
        Listing every problem with the number of its change.
    """
    wrong = [
        f"changement {place}, {key} : {what}"
        for place, change in enumerate(scenario.changes, start=1)
        for key, what in _wrong(as_record(change))
    ]
    if wrong:
        raise BadInput("Scénario refusé : " + " ; ".join(wrong) + ".")
