"""The sheet of a round on paper (A4, tagged PDF): what to do, where, and boxes to fill by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.outreach.assumptions import describe_outreach
from geo.outreach.checklist import CHECKLIST
from geo.outreach.picture import picture_words, round_picture
from geo.outreach.record import assumption_rows, passes_frame, weeks_frame
from geo.outreach.round import Round, round_sentences
from geo.outreach.sheet import SHEET_COLUMNS, sheet_rows
from geo.outreach.sheet_template import TEMPLATE
from geo.report.sources import FICTIONAL, attributions
from geo.typeset import compose
from geo.words import year_told

if TYPE_CHECKING:
    from geo.analysis import Analysis

# The calendar of a long round would fill pages: the workbook holds it whole.
_MOST_WEEKS = 26


def sheet_pdf_bytes(made: Round, analysis: Analysis) -> bytes:
    """The printed sheet under PDF/UA-1; the same bytes for the same round.

    Raises
    ------
    BadInput
        When the typesetter refuses the content.
    """
    return compose(TEMPLATE, sheet_content(made, analysis), {"map.svg": round_picture(made)})


def sheet_content(made: Round, analysis: Analysis) -> dict[str, Any]:
    """Every text of the printed sheet, in reading order; no NaN, no object."""
    lines, weeks = sheet_rows(made), weeks_frame(made)
    shown = weeks.head(_MOST_WEEKS * made.plan.asked.mediators)
    return {
        "title": "Relevé de porte-à-porte",
        "subtitle": made.name,
        "running": f"Porte-à-porte, {made.name}",
        "fictional": made.fictional,
        "fiction": FICTIONAL,
        "how": [
            "Des totaux seulement, par îlot et par passage : ni nom, ni adresse d'un logement, ni "
            "santé, ni nationalité.",
            "Une case reste vide quand on ne sait pas ; zéro veut dire « compté, aucun ».",
            "À reporter dans le classeur du même nom, puis à apporter à l'écran « Aller-vers ».",
        ],
        "map_alt": picture_words(made),
        "headings": [column.heading for column in SHEET_COLUMNS if column.name != "code_qp"],
        "meanings": [
            f"{column.heading} : {column.meaning}"
            for column in SHEET_COLUMNS
            if column.name not in ("code_qp", "ilot", "passage")
        ],
        "passes": [
            {
                "heading": f"Passage {number}",
                "rows": [
                    [str(row.stop), str(number), str(row.planned), "", "", "", "", ""]
                    for row in own.itertuples()
                ],
            }
            for number, own in lines.groupby("pass")
        ],
        "summary": round_sentences(made),
        "expected": _table(passes_frame(made)),
        "weeks": _table(shown),
        "weeks_left": "" if len(shown) == len(weeks) else "La suite est dans le classeur.",
        "help_sentence": made.help_words,
        "help": [
            [
                str(row.label),
                str(row.kind),
                str(row.where),
                str(row.opening),
                year_told(str(row.vintage)),
            ]
            for row in made.help.itertuples()
        ],
        "help_headings": ["Lieu", "Nature", "Où", "Horaires publiés", "Millésime"],
        "checklist": [[item.subject, item.text, item.source] for item in CHECKLIST],
        "checklist_headings": ["Sujet", "À préparer", "Source"],
        "assumptions": _table(assumption_rows(describe_outreach(made.assumptions))),
        "sources": attributions(analysis),
    }


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    return {
        "headings": [str(name) for name in frame.columns],
        "rows": [[str(cell) for cell in row] for row in frame.itertuples(index=False)],
    }
