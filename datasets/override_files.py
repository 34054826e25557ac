"""The file of overrides: a CSV that a planner fills, one decision a line, each with its motive."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from datasets.brought.cells import neutral
from datasets.files import write_atomically
from datasets.mediation.personal import personal_content
from datasets.readers.tabular import read_csv
from geo.errors import BadInput
from geo.priority.overrides import ACTIONS, MIN_MOTIVE, Override, received, wrong_with

COLUMNS = ("code_qp", "action", "motif", "date", "role")
_EXAMPLE_CODE = "EXEMPLE"
_EXAMPLES = (
    ("EXEMPLE", "ajouter", "Fermeture annoncée du seul cabinet du quartier, postérieure aux "
     "données", "2026-01-15", "délégué départemental de l'ARS"),
    ("EXEMPLE", "retirer", "Un poste financé par la commune y ouvre déjà en septembre",
     "2026-01-15", "chargée de mission politique de la ville"),
)  # fmt: skip


class BadOverrides(BadInput):
    """A file of overrides with at least one line that cannot be used: all of them are listed."""


def read_overrides(path: Path, known: Collection[str] | None = None) -> list[Override]:
    """The decisions of a CSV (columns ``COLUMNS``, « ; » or « , »), in the order of its lines.

    Parameters
    ----------
    known : codes of the QPV that can be named; without it, codes are not checked.

    Raises
    ------
    UnreadableFile
        When it is no such CSV.
    BadOverrides
        Listing every line that is wrong, with its column, its value and what was expected.
    """
    frame, problems = read_csv(path, source_id="", required=COLUMNS)
    wrong = [
        (problem.line, f"ligne {problem.line} : {problem.message}")
        for problem in problems
        if problem.kind == "rejected"
    ]
    found: dict[str, int] = {}
    overrides = []
    for row in frame.to_dict("records"):
        line, code = int(row["line"]), str(row["code_qp"])
        if code.upper().startswith(_EXAMPLE_CODE):
            continue
        # What a spreadsheet was kept from running is given back as it was written.
        motive, role = (_plain(str(row[name])) for name in ("motif", "role"))
        action = str(row["action"]).lower()
        override = Override(code, action, motive, str(row["date"]), role)  # type: ignore[arg-type]
        wrong += [
            (line, f"ligne {line}, colonne « {column} » : {received(value, expected)}")
            for column, value, expected in [*_own(override, known), *wrong_with(override)]
        ]
        wrong += [
            (line, f"ligne {line}, colonne « {column} » : {content} (masqué) ; une fonction ou un "
             "fait est attendu, jamais une personne")
            for column, content in _personal(override)
        ]  # fmt: skip
        if code in found:
            wrong.append((line, f"ligne {line} : {code} est déjà décidé ligne {found[code]}"))
        found.setdefault(code, line)
        overrides.append(override)
    if wrong:
        listed = "\n".join(f"- {text}" for _, text in sorted(wrong, key=lambda item: item[0]))
        raise BadOverrides(
            f"{path.name} : dérogations refusées, rien n'est appliqué.\n{listed}\n"
            "À faire : corrigez ces lignes ; l'écran « Appel » écrit ce fichier (en commande, un "
            "modèle : « qpv template overrides »)."
        )
    return overrides


def write_overrides(path: Path, overrides: Sequence[Override]) -> None:
    """Write decisions as the CSV that ``read_overrides`` reads; whole or not at all."""
    write_atomically(path, overrides_csv(overrides))


def write_override_template(path: Path) -> None:
    """An empty form with two example lines, which are never counted."""
    write_atomically(path, _csv(_EXAMPLES))


def overrides_csv(overrides: Sequence[Override]) -> bytes:
    """The bytes that ``write_overrides`` writes."""
    return _csv([(o.code_qp, o.action, o.motive, o.date, o.role) for o in overrides])


def problems_of(
    override: Override,
    known: Collection[str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> list[str]:
    """Everything wrong in one decision, in French; [] when it may be applied.

    ``labels``: what a form calls each of ``COLUMNS``; the column itself otherwise.
    """
    called = labels or {}
    told = [
        f"{called.get(column, column)} : {received(value, expected)}"
        for column, value, expected in [*_own(override, known), *wrong_with(override)]
    ]
    told += [
        f"{called.get(column, column)} : {content} (masqué) ; une fonction ou un fait est attendu, "
        "jamais une personne"
        for column, content in _personal(override)
    ]
    return told


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _own(override: Override, known: Collection[str] | None) -> list[tuple[str, str, str]]:
    if known is None or override.code_qp in known:
        return []
    return [("code_qp", override.code_qp, "le code d'un QPV de ce territoire (QN…)")]


def _personal(override: Override) -> list[tuple[str, str]]:
    cells = (("motif", override.motive, False), ("role", override.role, True))
    found = ((name, personal_content(text, free=free)) for name, text, free in cells)
    return [(name, content) for name, content in found if content]


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


GUIDE_FR = (
    f"action : {' ou '.join(ACTIONS)} ; motif : au moins {MIN_MOTIVE} caractères ; date : "
    "AAAA-MM-JJ ; role : une fonction, jamais un nom."
)
