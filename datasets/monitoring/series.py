"""Values of an indicator over time, QPV by QPV, that a user brings to read a before and after."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pandas as pd

from datasets.brought.columns import PlainColumn
from datasets.brought.examine import Line, RefusedForm, Tell, described, examine_form
from datasets.brought.form import EXAMPLES_ARE_FICTIONAL, Form
from datasets.mediation import values
from datasets.mediation.values import BadCell
from datasets.monitoring import cells
from datasets.monitoring.columns import refused_header
from datasets.readers.tabular import normalise_label
from geo.monitoring.before_after import SERIES_COLUMNS
from geo.words import counted

_RULES = (
    PlainColumn("code_qp", "Code du QPV 2024.", "un code (QN04201M)",
                ("QN09901M", "QN09902I"), mandatory=True),
    PlainColumn("indicateur", "Ce qui est mesuré, partout de la même façon.", "un texte court",
                ("EXEMPLE sans médecin traitant (%)", "EXEMPLE sans médecin traitant (%)"),
                mandatory=True),
    PlainColumn("periode", "Année ou mois de la valeur.", "AAAA (2024) ou AAAA-MM (2024-03)",
                ("2023", "2024"), mandatory=True),
    PlainColumn("valeur", "La valeur. Inconnue ou cachée : laissez vide.", "un nombre",
                ("14,2", "")),
    PlainColumn("source", "D’où vient la valeur.", "un texte, sans nom de personne",
                ("EXEMPLE fictif", "EXEMPLE fictif")),
)  # fmt: skip
_FOLDED = {normalise_label(rule.name): rule.name for rule in _RULES}
SERIES_FORM = Form(
    source_id="series",
    name="series",
    title="Modèle « séries »",
    sheets=("Séries",),
    rules={rule.name: rule for rule in _RULES},
    column_of=lambda title: _FOLDED.get(normalise_label(title), ""),
    advice=(
        "Une ligne par quartier, indicateur et période : le quartier suivi, et des quartiers "
        "comparables sans poste.",
        "Le même indicateur, mesuré de la même façon, avant et après l’arrivée du poste.",
        EXAMPLES_ARE_FICTIONAL,
    ),
    refused_header=refused_header,
    screen="Suivi",
)


def read_series(path: Path) -> pd.DataFrame:
    """``SERIES_COLUMNS`` of a filled form; a value left empty is missing.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedForm
        Listing every refused line: a comparison is made on a whole file or not at all.
    """
    seen: dict[tuple[str, str, str], int] = {}

    def judge(line: Line, tell: Tell) -> None:
        key = (line.values["code_qp"], line.values["indicateur"], line.values["periode"])
        first = seen.setdefault(key, line.line)
        if first != line.line:
            told = f"Déjà à la ligne {first}."
            tell("rejected", "periode", told, "une valeur par quartier, indicateur et période")

    found = examine_form(path, SERIES_FORM, _PARSERS, judge, _absent)
    if found.refused:
        head = (
            f"{found.file} : {counted(len(found.refused), 'problème')}, rien n’a été lu. À faire : "
            "corrigez-les, puis apportez le fichier de nouveau."
        )
        raise RefusedForm("\n".join([head, *map(described, found.refused)]), found.refused)
    rows = [
        (told["code_qp"], told["indicateur"], told["periode"], *told.get("valeur", _UNKNOWN))
        for told in (line.values for line in found.lines)
    ]
    return pd.DataFrame(rows, columns=list(SERIES_COLUMNS))


_UNKNOWN = (math.nan, "missing")


def _period(text: str) -> str:
    return values.year(text) if re.fullmatch(r"\d{4}", text) else cells.month(text)


def _code(text: str) -> str:
    found = cells.quarters(text)
    if len(found) != 1:
        raise BadCell("Un seul code par ligne.")
    return found[0]


_PARSERS: dict[str, Any] = {"code_qp": _code, "periode": _period, "valeur": values.number}


def _absent(columns: frozenset[str]) -> str:
    return next((rule.name for rule in _RULES if rule.mandatory and rule.name not in columns), "")
