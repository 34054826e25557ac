"""Field notes in the file of a call: each note, and the ranking without them and with them.

The list of the file is that of the calculation and of the decisions; notes only stand beside it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.pack.dossier import Dossier
from geo.priority.notes import Note, NoteRules, changed_by_notes, effect_words, side_by_side
from geo.report.sheets import Sheet
from geo.words import as_written, counted, date_fr, listed

NOTE_HEADINGS = ["Code", "Quartier", "Date", "Fonction", "Effet", "Ce qui est connu"]


def notes_sentence(dossier: Dossier) -> str:
    """How many notes there are and what the list would become with them; '' without notes."""
    notes = dossier.request.notes
    if not notes:
        return ""
    table = dossier.noted
    bound = as_written(NoteRules().max_points)
    told = (
        f"{counted(len(notes), 'note')} de terrain : la liste n'en tient pas compte. Avec elles "
        f"(les points des notes d'un quartier vont ensemble de -{bound} à {bound} : hypothèse du "
        "projet), "
    )
    comes = table.loc[table["selected_with"] & ~table["selected"], "code_qp"]
    goes = table.loc[table["selected"] & ~table["selected_with"], "code_qp"]
    moves = [
        f"{listed([_named(dossier, code) for code in codes])} "
        f"{verb}{'aient' if len(codes) >= 2 else 'ait'}"
        for codes, verb in ((comes, "entrer"), (goes, "sortir"))
        if len(codes)
    ]
    return f"{told}{' et '.join(moves) or 'la liste resterait la même'}."


def note_rows(dossier: Dossier) -> list[list[str]]:
    """``NOTE_HEADINGS``, one row per note, by date then quarter."""
    notes = sorted(dossier.request.notes, key=lambda one: (one.date, one.code_qp))
    return [_row(dossier, note) for note in notes]


def compared_rows(dossier: Dossier) -> tuple[list[str], list[list[str]]]:
    """Headings, then one row per quarter that has a note or that notes moved, as people read it."""
    frame = side_by_side(dossier.noted, _names(dossier)).drop(columns="Notes")
    return list(frame.columns), frame.astype("str").to_numpy().tolist()


def notes_sheets(dossier: Dossier) -> tuple[Sheet, ...]:
    """« Notes de terrain » and « Sans et avec notes », or no sheet at all without notes."""
    if not dossier.request.notes:
        return ()
    told = Sheet("Notes de terrain", NOTE_HEADINGS, note_rows(dossier), [12, 34, 18, 30, 24, 100])
    headings = ["Code", "Quartier", "Score sans (modélisé)", "Score avec (modélisé)", "Rang sans",
                "Rang avec", "Retenu sans", "Retenu avec", "Décision avec", "Notes"]  # fmt: skip
    rows = [
        [
            row["code_qp"],
            _named(dossier, row["code_qp"]),
            *(_figure(row[name]) for name in ("score", "score_with", "rank", "rank_with")),
            *("oui" if row[name] else "non" for name in ("selected", "selected_with")),
            row["decision_with"],
            row["notes"],
        ]
        for row in changed_by_notes(dossier.noted).to_dict("records")
    ]
    beside = Sheet(
        "Sans et avec notes", headings, rows, [12, 34, 12, 12, 8, 8, 10, 10, 30, 8],
        ["", "", "0.0", "0.0", "0", "0", "", "", "", "0"],
    )  # fmt: skip
    return told, beside


def _row(dossier: Dossier, note: Note) -> list[str]:
    named = _named(dossier, note.code_qp)
    return [note.code_qp, named, date_fr(note.date), note.role, effect_words(note), note.motive]


def _names(dossier: Dossier) -> dict[str, str]:
    return dict(zip(dossier.lines["code_qp"], dossier.lines["label"], strict=True))


def _named(dossier: Dossier, code: Any) -> str:
    return _names(dossier).get(str(code), "hors du territoire")


def _figure(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
