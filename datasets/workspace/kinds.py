"""What a workspace keeps, and the rules of the names that its records bear."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, get_args

from datasets.mediation.personal import personal_content
from datasets.workspace.errors import RefusedRecord
from datasets.workspace.tables import NAME_LENGTH, ROLE_LENGTH

Kind = Literal["scenario", "overrides", "note", "monitoring", "mediation"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KIND_WORDS: dict[str, str] = {
    "scenario": "scénario",
    "overrides": "dérogations",
    "note": "note de terrain",
    "monitoring": "fichier de suivi",
    "mediation": "fichier de médiation",
}
FILE_KINDS: tuple[Kind, ...] = ("monitoring", "mediation")
_TERRITORY = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_MASKED = "(masqué) ; un rôle ou un fait est attendu, jamais une personne"


def territory_slug(text: str) -> str:
    """``region:84`` and ``region-84`` are one territory.

    Raises
    ------
    RefusedRecord
        When the text cannot name a territory.
    """
    slug = text.strip().lower().replace(":", "-")
    if not is_slug(slug):
        raise RefusedRecord(
            f"Territoire « {text[:80]} » refusé : un nom comme region:84, dep:42 ou demo attendu."
        )
    return slug


def is_slug(text: str) -> bool:
    """True for the name of a territory as records keep it."""
    return bool(_TERRITORY.fullmatch(text))


def plain_name(text: str) -> str:
    """A name as it is kept: one form of each accent, no space around."""
    return unicodedata.normalize("NFC", text).strip()


def wrong_with_label(kind: str, name: str, role: str) -> list[tuple[str, str]]:
    """(field, problem) of everything wrong in the kind, the name and the role of a record."""
    wrong = []
    if kind not in KINDS:
        wrong.append(("kind", f"« {kind[:20]} » reçu, {', '.join(KINDS)} attendu"))
    if not name or len(name) > NAME_LENGTH:
        wrong.append(("name", f"{len(name)} caractères reçus, de 1 à {NAME_LENGTH} attendus"))
    if unprintable(name):
        wrong.append(("name", "un caractère invisible ou de commande"))
    if personal_content(name):
        wrong.append(("name", f"{personal_content(name)} {_MASKED}"))
    return wrong + wrong_with_role(role)


def wrong_with_role(role: str) -> list[tuple[str, str]]:
    """(field, problem) of everything wrong in a role."""
    wrong = []
    if not 3 <= len(role) <= ROLE_LENGTH:
        wrong.append(
            ("role", f"{f'{len(role)} caractères reçus' if role else 'vide'}, une fonction de 3 à "
             f"{ROLE_LENGTH} caractères attendue (par exemple : chargée de mission)")
        )  # fmt: skip
    if unprintable(role):
        wrong.append(("role", "un caractère invisible ou de commande"))
    content = personal_content(role, free=True)
    if content:
        wrong.append(("role", f"{content} {_MASKED}"))
    return wrong


def unprintable(text: str) -> bool:
    """True when a text holds something that no one can see, a line end included."""
    return any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in text)
