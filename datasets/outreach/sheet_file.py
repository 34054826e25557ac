"""The sheet of a round, filled: one line a stop and pass, totals only, read again and checked."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from datasets.brought.columns import PlainColumn
from datasets.brought.examine import FormExamination, Line, Tell, examine_form
from datasets.brought.form import EXAMPLES_ARE_FICTIONAL, Form, check_words
from datasets.mediation.personal import names_a_person_header
from datasets.outreach.counts import whole
from datasets.readers.tabular import normalise_label
from geo.outreach.assumptions import MAX_PASSES
from geo.outreach.result import COUNTS, LINE_COLUMNS
from geo.outreach.sheet import SHEET_COLUMNS, SHEET_NAME

SOURCE_ID = "outreach"
_NOT_FILLED = "Ligne non remplie, laissée de côté : ce n’est pas zéro."
_EXAMPLES = {
    "code_qp": ("EXEMPLE", "EXEMPLE"),
    "ilot": ("A1", "A1"),
    "passage": ("1", "2"),
    "logements_prevus": ("40", "21"),
    "logements_visites": ("40", "20"),
    "logements_rencontres": ("19", "9"),
    "personnes_rencontrees": ("21", "12"),
    "personnes_orientees": ("13", "11"),
    "refus": ("3", "2"),
}
_MANDATORY = ("ilot", "passage", "logements_visites")
_RULES = {
    column.name: PlainColumn(
        column.name,
        column.meaning,
        column.expected,
        _EXAMPLES[column.name],
        mandatory=column.name in ("ilot", "passage"),
    )
    for column in SHEET_COLUMNS
}
_FOLDED = {normalise_label(name): name for name in _RULES}
SHEET_FORM = Form(
    source_id=SOURCE_ID,
    name="outreach",
    title="Relevé de porte-à-porte",
    sheets=(SHEET_NAME,),
    rules=_RULES,
    column_of=lambda title: _FOLDED.get(normalise_label(title), ""),
    advice=(
        "Une ligne par îlot (ou rue) et par passage ; des totaux, jamais une personne.",
        "Un nombre inconnu se laisse vide : il n’est jamais pris pour zéro.",
        "Ni nom, ni adresse d’un logement, ni santé, ni nationalité.",
        EXAMPLES_ARE_FICTIONAL,
        check_words("outreach", "Aller-vers"),
    ),
    refused_header=names_a_person_header,
    places=frozenset({"ilot"}),
    screen="Aller-vers",
)


def check_sheet(path: Path, known_stops: Collection[str] | None = None) -> FormExamination:
    """The lines and all the problems of a filled sheet.

    ``known_stops``: the stops of the plan; a line of another stop is then told (``unmatched``).

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    """
    seen: dict[tuple[str, int], int] = {}
    quarters: set[str] = set()

    def judge(line: Line, tell: Tell) -> None:
        _judge(line, tell, seen, quarters, known_stops)

    return examine_form(path, SHEET_FORM, _PARSERS, judge, _absent)


def sheet_lines(examination: FormExamination) -> pd.DataFrame:
    """The filled lines as ``geo.outreach.result.LINE_COLUMNS``; NaN for what is left empty."""
    rows = [
        {ours: line.values.get(theirs) for ours, theirs in _OURS.items()}
        for line in examination.lines
        if any(name in line.values for name in COUNTS.values())
    ]
    frame = pd.DataFrame(rows, columns=list(LINE_COLUMNS))
    counts = dict.fromkeys(LINE_COLUMNS[2:], "float64")
    return frame.astype({"stop": "str", "pass": "int64", **counts})


_OURS = {"stop": "ilot", "pass": "passage", "planned": "logements_prevus", **COUNTS}


def _judge(
    line: Line,
    tell: Tell,
    seen: dict[tuple[str, int], int],
    quarters: set[str],
    known_stops: Collection[str] | None,
) -> None:
    values = line.values
    quarter, place = str(values.get("code_qp", "")), (str(values["ilot"]), int(values["passage"]))
    quarters.add(quarter)
    if len(quarters) > 1:
        tell("rejected", "code_qp", "Un autre quartier que celui des lignes précédentes.",
             "un seul quartier par relevé")  # fmt: skip
    if place in seen:
        tell("rejected", "ilot", f"Cet îlot et ce passage sont déjà à la ligne {seen[place]}.",
             "une seule ligne par îlot et par passage")  # fmt: skip
    seen.setdefault(place, line.line)
    if known_stops is not None and place[0] not in known_stops:
        tell("unmatched", "ilot", "Cet îlot n’est pas dans le plan.", "un îlot du plan")
    filled = [name for name in COUNTS.values() if name in values]
    if not filled:
        tell("missing", "logements_visites", _NOT_FILLED)
        return
    if "logements_visites" not in values:
        tell("rejected", "logements_visites", "Les logements visités manquent.",
             "leur nombre, dès qu’un autre nombre est rempli")  # fmt: skip
        return
    _compare(line, tell)


def _compare(line: Line, tell: Tell) -> None:
    values = line.values
    visited, met = values["logements_visites"], values.get("logements_rencontres")
    refused, people = values.get("refus"), values.get("personnes_rencontrees")
    oriented, planned = values.get("personnes_orientees"), values.get("logements_prevus")
    if met is not None and met > visited:
        tell("rejected", "logements_rencontres",
             f"{met} logements rencontrés pour {visited} visités.",
             "au plus les logements visités")  # fmt: skip
    elif refused is not None and refused + (met or 0) > visited:
        tell("rejected", "refus",
             f"{refused} refus et {met or 0} logements rencontrés pour {visited} visités.",
             "refus et rencontres : au plus les logements visités")  # fmt: skip
    if people is not None and met is not None and (people < met or (people and not met)):
        tell("rejected", "personnes_rencontrees",
             f"{people} personnes pour {met} logements rencontrés.",
             "au moins une personne par logement rencontré, aucune sans rencontre")  # fmt: skip
    if oriented is not None and people is not None and oriented > people:
        tell("rejected", "personnes_orientees",
             f"{oriented} personnes orientées pour {people} rencontrées.",
             "au plus les personnes rencontrées")  # fmt: skip
    if planned is not None and visited > planned:
        tell("suspect", "logements_visites",
             f"{visited} logements visités pour {planned} prévus ; la ligne est gardée.",
             "au plus les logements prévus, sauf îlot plus peuplé qu’estimé")  # fmt: skip


def _absent(columns: frozenset[str]) -> str:
    return next((name for name in _MANDATORY if name not in columns), "")


_PARSERS = {
    "passage": whole(1, MAX_PASSES),
    "logements_prevus": whole(0),
    **{name: whole(0) for name in COUNTS.values()},
}
