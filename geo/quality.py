"""What the files of a territory hold that a reader should know, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.columns import PRECISION_WORDS, STATUS_WORDS
from geo.words import counted, listed, number

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

_PROBLEM_SENTENCES = {
    "repaired": ("contour réparé ou valeur corrigée en le disant", "contours ou valeurs réparés"),
    "rejected": ("valeur rejetée", "valeurs rejetées"),
    "suppressed": ("valeur cachée par le secret statistique", "valeurs cachées par le secret "
                   "statistique"),
    "missing": ("valeur manquante", "valeurs manquantes"),
    "extra": ("élément laissé de côté (hors du périmètre lu)", "éléments laissés de côté (hors du "
              "périmètre lu)"),
    "suspect": ("valeur douteuse, signalée", "valeurs douteuses, signalées"),
    "unmatched": ("ligne sans correspondance", "lignes sans correspondance"),
}  # fmt: skip
PROBLEM_WORDS = {
    "repaired": "réparé",
    "rejected": "rejeté",
    "suppressed": "secret",
    "missing": "manquant",
    "extra": "laissé de côté",
    "suspect": "douteux",
    "unmatched": "sans correspondance",
}


def quality_sentences(layers: Layers, analysis: Analysis) -> list[str]:
    """What the territory's files hold that a reader should know, in plain words."""
    problems, sentences = layers["problems"], []
    for kind, words in _PROBLEM_SENTENCES.items():
        count = int(problems.loc[problems["kind"] == kind, "count"].sum())
        if count:
            files = listed(sorted(set(problems.loc[problems["kind"] == kind, "file"]) - {""})[:4])
            sentences.append(f"{counted(count, *words)}" + (f" ({files})." if files else "."))
    if not sentences:
        sentences.append("Aucun problème relevé à la lecture des fichiers.")
    total = len(analysis.qpv)
    for status, count in analysis.qpv["population_status"].value_counts().items():
        sentences.append(
            f"Population : {STATUS_WORDS[str(status)]} pour {number(count)} quartiers sur "
            f"{number(total)}."
        )
    older = int((analysis.qpv["population_perimeter"] == "2015").sum())
    if older:
        sentences.append(
            f"Population comptée sur le périmètre 2015 pour {counted(older, 'quartier')} : elle "
            "n'est jamais rapportée à la surface du contour 2024."
        )
    for precision, count in layers["supply"]["precision"].value_counts().items():
        sentences.append(
            f"Lieux de soins placés à la précision « {PRECISION_WORDS[str(precision)]} » : "
            f"{number(count)}."
        )
    return sentences


def problems_table(layers: Layers) -> pd.DataFrame:
    """The problems met while reading, with French headings, the weightiest first."""
    shown = layers["problems"].sort_values("count", ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "Nature": shown["kind"].map(PROBLEM_WORDS),
            "Fichier": shown["file"],
            "Ligne": shown["line"].where(shown["line"] > 0),
            "Colonne": shown["column"],
            "Valeur": shown["value"],
            "Attendu": shown["expected"],
            "Message": shown["message"],
            "Nombre": shown["count"],
        }
    ).reset_index(drop=True)
