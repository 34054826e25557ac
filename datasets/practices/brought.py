"""Further practice cards that a user brings: a form, its faults, its cards."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from datasets.brought.columns import PlainColumn
from datasets.brought.examine import FormExamination, Line, RefusedForm, Tell, described
from datasets.brought.examine import examine_form as examine
from datasets.brought.form import plain_form
from datasets.mediation import values
from datasets.mediation.personal import doubtful_name
from datasets.mediation.values import BadCell
from datasets.monitoring.columns import refused_header
from datasets.readers.tabular import normalise_label
from geo.practices.cards import PROBLEMS, SCALE_UNKNOWN_FR, Card
from geo.words import counted

LONGEST = 1500
_KNOWN = " | ".join(f"{name} ({words})" for name, words in PROBLEMS.items())
_RULES = (
    PlainColumn("identifiant", "Identifiant de la fiche, de votre choix.",
                "un texte court, différent à chaque ligne", ("EXEMPLE-1", "EXEMPLE-2"),
                mandatory=True),
    PlainColumn("titre", "Titre de la pratique.", "un texte",
                ("Permanence fictive au marché", "Bus fictif de dépistage"), mandatory=True),
    PlainColumn("lieu", "Où elle a lieu (jamais chez quelqu’un).", "un nom de lieu",
                ("Portmarance (fictif)", "")),
    PlainColumn("commune", "Code Insee de la commune.", "5 caractères (42218)", ("99001", "")),
    PlainColumn("annee", "Année que décrit la fiche.", "AAAA (2024)", ("2024", "")),
    PlainColumn("acteurs", "Structures qui la mènent ou la paient, jamais des personnes.",
                "des noms de structures séparés par |", ("CCAS|ARS", "")),
    PlainColumn("resume", "Ce qui est fait, dans vos mots, sans recopier une page ni nommer "
                "quelqu’un.", f"un texte d’au plus {LONGEST} caractères",
                ("Texte fictif d’exemple.", "")),
    PlainColumn("lien", "Page de la source.", "une adresse https://…", ("", "")),
    PlainColumn("fonction_contact", "Fonction ou service à contacter : ni nom, ni téléphone, ni "
                "courriel.", "une fonction (service santé de la ville)", ("", "")),
    PlainColumn("source", "D’où vient la fiche.", "un texte", ("EXEMPLE fictif", "")),
    PlainColumn("problemes", f"Problèmes traités : {_KNOWN}.",
                "des mots de la liste, séparés par |", ("droits|aller-vers", "")),
    PlainColumn("libelles_notes", "Libellés des notes, tels que la source les écrit.",
                "des textes séparés par |", ("Innovant|Facile", "")),
    PlainColumn("valeurs_notes", "Notes, dans l’ordre de la source ; « ? » pour une note absente.",
                "des nombres séparés par |", ("7|?", "")),
    PlainColumn("echelle_notes", f"Échelle des notes. Vide : {SCALE_UNKNOWN_FR}.",
                "un texte (de 0 à 10)", ("", "")),
    PlainColumn("notes_appariees", "oui si la source elle-même rattache chaque note à son "
                "libellé ; sinon le rapprochement par l’ordre est dit comme une lecture.",
                "oui ou non", ("non", ""), allowed=("oui", "non"), closed=True),
)  # fmt: skip
FICHES_FORM = plain_form(
    "fiches",
    "fiches",
    "fiches de pratiques",
    "Fiches",
    _RULES,
    {},
    (
        "Une ligne par pratique. Ce qui n’est pas connu se laisse vide et s’affiche « non "
        "précisé ».",
        "Ni nom de personne, ni téléphone, ni courriel : une fonction ou un service.",
        "Les notes gardent leurs libellés ; elles ne sont jamais moyennées entre libellés.",
    ),
    refused_header=refused_header,
    screen="Pratiques",
)


def check_cards(path: Path, taken: Collection[str] = ()) -> FormExamination:
    """The good lines and all the problems of a file of cards; ``taken``: identifiers not free.

    Raises
    ------
    UnreadableFile
        When there is no table to check.
    """
    seen: dict[str, int] = dict.fromkeys(taken, 0)

    def judge(line: Line, tell: Tell) -> None:
        name = str(line.values["identifiant"])
        first = seen.setdefault(name, line.line)
        if first != line.line:
            where = f"de la ligne {first}" if first else "d’une fiche de la banque"
            tell("rejected", "identifiant", f"C’est déjà l’identifiant {where}.")
        labels = line.values.get("libelles_notes", [])
        numbers = line.values.get("valeurs_notes", [])
        if len(labels) != len(numbers):
            told = (
                f"Douteux : {counted(len(labels), 'libellé')} pour {counted(len(numbers), 'note')}."
                " Ils sont montrés à part, sans être rapprochés."
            )
            tell("suspect", "valeurs_notes", told)
        for column in ("titre", "lieu", "acteurs", "resume", "fonction_contact", "source"):
            text = line.values.get(column, "")
            if doubtful_name(" ; ".join(text) if isinstance(text, list) else text, column):
                told = "Douteux : la cellule ressemble à « Prénom Nom ». Si c’est une personne, "
                tell("suspect", column, told + "effacez-la.")

    found = examine(path, FICHES_FORM, _PARSERS, judge, _absent)
    kept = () if found.lacks_column else found.lines
    return FormExamination(found.file, kept, found.problems, found.cells, found.lacks_column)


def read_cards(path: Path, taken: Collection[str] = ()) -> tuple[list[Card], FormExamination]:
    """The good cards of a file, ``origin`` user, and what was met.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedForm
        When no line is good.
    """
    examination = check_cards(path, taken)
    if not examination.lines:
        head = f"{examination.file} : aucune fiche n’a été gardée. À faire : {FICHES_FORM.remedy}."
        told = "\n".join([head, *map(described, examination.problems)])
        raise RefusedForm(told, examination.refused)
    return [_card(line) for line in examination.lines], examination


def _card(line: Line) -> Card:
    told = line.values
    return Card(
        id=told["identifiant"],
        title=told["titre"],
        place=told.get("lieu", ""),
        commune=told.get("commune", ""),
        year=told.get("annee", ""),
        actors=tuple(told.get("acteurs", ())),
        summary=told.get("resume", ""),
        link=told.get("lien", ""),
        contact_role=told.get("fonction_contact", ""),
        source=told.get("source", ""),
        problems=tuple(told.get("problemes", ())),
        score_labels=tuple(told.get("libelles_notes", ())),
        score_values=tuple(told.get("valeurs_notes", ())),
        scale=told.get("echelle_notes", ""),
        paired=told.get("notes_appariees", False),
        origin="user",
    )


def _summary(text: str) -> str:
    if len(text) > LONGEST:
        raise BadCell(f"Le résumé a {len(text)} caractères.")
    return " ".join(text.split())


def _link(text: str) -> str:
    if not re.fullmatch(r"https?://[\w.-]+\.[a-zA-Z]{2,}(?:/[^\s<>\"]*)?", text):
        raise BadCell("Ce n’est pas une adresse de page.")
    return text


def _problems(text: str) -> list[str]:
    found = [normalise_label(item).replace(" ", "-") for item in values.words(text)]
    unknown = [item for item in found if item not in PROBLEMS]
    if unknown:
        raise BadCell(f"« {', '.join(unknown)} » n’est pas un problème de la liste.")
    return found


def _listed(text: str) -> list[str]:
    return [" ".join(item.split()) for item in text.split("|")]


def _numbers(text: str) -> list[float | None]:
    return [_number(item.strip()) for item in text.split("|")]


def _number(text: str) -> float | None:
    if text in ("", "?"):
        return None
    value, status = values.number(text)
    if status != "observed" or math.isinf(value):
        return None
    return value


def _yes(text: str) -> bool:
    if text.lower() not in ("oui", "non"):
        raise BadCell(f"« {text} » n’est ni oui ni non.")
    return text.lower() == "oui"


_PARSERS: dict[str, Any] = {
    "commune": values.commune,
    "annee": values.year,
    "acteurs": values.words,
    "resume": _summary,
    "lien": _link,
    "problemes": _problems,
    "libelles_notes": _listed,
    "valeurs_notes": _numbers,
    "notes_appariees": _yes,
}


def _absent(columns: frozenset[str]) -> str:
    return next((rule.name for rule in _RULES if rule.mandatory and rule.name not in columns), "")
