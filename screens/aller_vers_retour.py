"""The filled sheet of a round: sent, checked line by line, told beside the plan."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from datasets.brought.examine import FormExamination
from datasets.outreach import check_sheet, sheet_lines
from datasets.reading import problems_frame
from datasets.uploaded import read_uploaded
from geo.errors import QpvError
from geo.outreach import Assumptions
from geo.outreach.result import result_frame, result_sentences, round_result
from geo.words import counted
from screens.plain import plain
from screens.shared import Opened

_HEADINGS = {
    "line": "Ligne",
    "column": "Colonne",
    "value": "Valeur",
    "message": "Ce qui ne va pas",
    "expected": "Attendu",
}


def returned(opened: Opened, assumptions: Assumptions | None) -> None:
    """Ask for the filled sheet; tell its problems, else its result. Nothing of it is kept."""
    st.header("La fiche remplie", anchor=False)
    st.write(
        "Envoyez le classeur rempli : il est vérifié, puis comparé au plan. Rien n'en est gardé ; "
        "une colonne qui désigne des personnes fait refuser le fichier."
    )
    sent = st.file_uploader("Fiche remplie (.xlsx ou .csv)", ["xlsx", "csv"], key="aller_retour",
                            max_upload_size=1)  # fmt: skip
    if sent is None:
        return
    try:
        examination = read_uploaded(sent.name, sent.getvalue(), check_sheet)
        problems(examination)
        if examination.refused:
            return
        result = round_result(sheet_lines(examination), assumptions)
    except QpvError as error:
        st.error(plain(error))
        return
    st.text("\n".join(f"• {line}" for line in result_sentences(result)))
    st.dataframe(result_frame(result), hide_index=True, alt="Résultat par passage")


def problems(examination: FormExamination) -> None:
    """Every problem of a brought file, in a table; those that refuse it first."""
    found = problems_frame(examination.problems)
    if found.empty:
        return
    refused = found["kind"] == "rejected"
    if refused.any():
        count = counted(int(refused.sum()), "problème")
        st.error(f"{count} à corriger, rien n'est calculé.")
    table = pd.concat([found[refused], found[~refused]])
    st.dataframe(
        table[list(_HEADINGS)].rename(columns=_HEADINGS), hide_index=True,
        alt="Problèmes du fichier, ligne par ligne",
    )  # fmt: skip
