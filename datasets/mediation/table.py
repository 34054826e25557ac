"""The mediation file as a brought form: its columns, its sheet, what its guide says."""

from __future__ import annotations

from pathlib import Path

from datasets.brought import table as brought
from datasets.brought.form import EXAMPLES_ARE_FICTIONAL, Form, check_words
from datasets.brought.table import RawLine, RawTable
from datasets.mediation.columns import MAX_FTE, SOURCE_ID, TEMPLATE_COLUMNS, template_column

__all__ = ["FORM", "SHEET", "RawLine", "RawTable", "read_table"]

SHEET = "Interventions"
_PLACE = "commune, ou longitude et latitude"
FORM = Form(
    source_id=SOURCE_ID,
    name="mediation",
    title="Modèle « médiation »",
    sheets=(SHEET,),
    rules=TEMPLATE_COLUMNS,
    column_of=template_column,
    advice=(
        "Une ligne par poste ou par permanence, dans la feuille « Interventions ».",
        EXAMPLES_ARE_FICTIONAL,
        "Une valeur inconnue se laisse vide : elle n’est jamais prise pour zéro.",
        "Aucune donnée sur une personne (nom, naissance, NIR, téléphone, courriel) : "
        "des totaux seulement.",
        check_words("mediation", "Données"),
    ),
    mandatory_words={"commune": _PLACE, "longitude": _PLACE, "latitude": _PLACE},
    limits={"etp": f"au-dessus de 0, au plus {MAX_FTE:.0f}"},
    screen="Données",
)


def read_table(path: Path) -> RawTable:
    """Read the file whatever its extension says (see ``datasets.brought.table``)."""
    return brought.read_table(path, FORM)
