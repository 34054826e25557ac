"""The sheet to fill at the doors: totals by stop and pass, as a workbook.

Its first sheet is the form that ``qpv check outreach`` reads again; names, addresses and health
have no column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.outreach.assumptions import describe_outreach
from geo.outreach.checklist import CHECKLIST
from geo.outreach.record import assumption_rows, passes_frame, tour_frame, weeks_frame
from geo.outreach.round import Round, round_sentences
from geo.report.sheets import Sheet, as_day, workbook_bytes
from geo.report.sources import FICTIONAL, attributions

if TYPE_CHECKING:
    from geo.analysis import Analysis

SHEET_NAME = "Relevé"


@dataclass(frozen=True)
class SheetColumn:
    """A column of the sheet: its name in the file, its short heading on paper, what it means."""

    name: str
    heading: str
    meaning: str
    expected: str


SHEET_COLUMNS = (
    SheetColumn("code_qp", "Quartier", "Code du quartier (QPV 2024).", "QN04217M"),
    SheetColumn("ilot", "Îlot ou rue", "Nom de l’îlot ou de la rue, comme dans le plan.",
                "un nom du plan, sans nom d’habitant"),
    SheetColumn("passage", "Passage", "Numéro du passage.", "1, 2 ou 3"),
    SheetColumn("logements_prevus", "Prévus", "Logements prévus par le plan.", "un nombre entier"),
    SheetColumn("logements_visites", "Visités", "Logements où l’on a frappé.",
                "un nombre entier ; vide si le passage n’a pas eu lieu"),
    SheetColumn("logements_rencontres", "Rencontrés", "Logements où quelqu’un a répondu.",
                "un nombre entier, au plus les visités"),
    SheetColumn("personnes_rencontrees", "Personnes", "Personnes rencontrées.",
                "un nombre entier, au moins une par logement rencontré"),
    SheetColumn("personnes_orientees", "Orientées", "Personnes orientées vers un lieu ou un droit.",
                "un nombre entier, au plus les personnes rencontrées"),
    SheetColumn("refus", "Refus", "Logements qui ont refusé l’échange.",
                "un nombre entier ; refus et rencontres : au plus les visités"),
)  # fmt: skip


def sheet_rows(made: Round) -> pd.DataFrame:
    """The lines to fill: code_qp, stop, pass, planned visits, in the order of the round."""
    return made.visits.rename(columns={"visits": "planned"}).assign(code_qp=made.code_qp)[
        ["code_qp", "stop", "pass", "planned"]
    ]


def sheet_xlsx_bytes(made: Round, analysis: Analysis) -> bytes:
    """The workbook: Relevé (to fill), Lisez-moi, Tournée, Semaines, Passages, Hypothèses, Aide."""
    lines = sheet_rows(made)
    blank = [None] * (len(SHEET_COLUMNS) - lines.shape[1])
    tour, weeks, passes = tour_frame(made), weeks_frame(made), passes_frame(made)
    told = assumption_rows(describe_outreach(made.assumptions))
    return workbook_bytes(
        f"Relevé de porte-à-porte : {made.name}",
        (
            Sheet(
                SHEET_NAME,
                [column.name for column in SHEET_COLUMNS],
                [[*row, *blank] for row in lines.itertuples(index=False)],
                [14, 26, 10, 18, 18, 22, 22, 22, 10],
            ),
            Sheet("Lisez-moi", ["À lire d'abord"], [[one] for one in read_me(made)], [120]),
            Sheet(
                "Colonnes",
                ["Colonne", "Ce qu'elle veut dire", "Comment l'écrire"],
                [[column.name, column.meaning, column.expected] for column in SHEET_COLUMNS],
                [26, 56, 66],
            ),
            _sheet("Tournée", tour),
            _sheet("Semaines", weeks),
            _sheet("Passages", passes),
            _sheet("Hypothèses", told),
            Sheet(
                "Aide à proximité",
                ["Lieu", "Nature", "Où", "Horaires", "Millésime"],
                [
                    [row.label, row.kind, row.where, row.opening, as_day(str(row.vintage))]
                    for row in made.help.itertuples()
                ],
                [40, 24, 24, 90, 14],
            ),
            Sheet(
                "À préparer",
                ["Sujet", "Quoi", "Source"],
                [[item.subject, item.text, item.source] for item in CHECKLIST],
                [14, 100, 50],
            ),
            Sheet("Sources", ["Source"], [[one] for one in attributions(analysis)], [140]),
        ),
    )


def read_me(made: Round) -> list[str]:
    """What to know before filling the sheet."""
    return [
        *([FICTIONAL] if made.fictional else []),
        f"Porte-à-porte : {made.name}.",
        "Feuille « Relevé » : une ligne par îlot et par passage. Des totaux seulement : ni nom, ni "
        "adresse d'un logement, ni santé, ni nationalité.",
        "Un nombre inconnu se laisse vide ; un zéro veut dire « compté, et il n'y en a pas ».",
        "Une fois rempli : écran « Aller-vers », pour le vérifier et le compter.",
        *round_sentences(made),
        made.help_words,
    ]


def _sheet(name: str, frame: pd.DataFrame) -> Sheet:
    widths = [
        min(70, max(len(str(column)), *(len(str(value)) for value in frame[column]), 6) + 2)
        if len(frame)
        else 18
        for column in frame
    ]
    return Sheet(name, list(frame.columns), frame.itertuples(index=False), widths)
