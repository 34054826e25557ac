"""Where the figures of an analysis come from: sources, settings, title, first words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from geo.assumptions import assumptions_text
from geo.confidentiality.guard import WHAT_IS_GUARDED_FR
from geo.figures import territory_title
from geo.parameters import describe
from geo.setting_marks import MARK_LABELS_FR
from geo.setting_words import label_words, unit_words, value_words
from geo.words import date_fr, days_told

if TYPE_CHECKING:
    from geo.analysis import Analysis

_YEAR = re.compile(r"\b20\d{2}\b")
FICTIONAL = "DONNÉES FICTIVES : territoire inventé pour la démonstration, à ne pas citer."
SOURCE_WORDS: Mapping[str, str] = {
    "source_id": "Identifiant",
    "title": "Titre",
    "publisher": "Producteur",
    "licence": "Licence",
    "vintage": "Millésime",
    "files": "Fichiers",
    "sha256": "Empreinte (sha256)",
    "fetched_at": "Dernière mise à jour (date de téléchargement)",
    "landing_page": "Page de présentation",
}
PARAMETER_HEADINGS = ("Paramètre", "Valeur", "Unité", "Source", "Nature", "Nom")


def parameter_rows(analysis: Analysis) -> list[list[str]]:
    """Every setting of the analysis in words: label, value, unit, source, mark, name."""
    return [
        [label_words(p), value_words(p), unit_words(p), p.source, MARK_LABELS_FR[p.mark], p.name]
        for p in describe(analysis.parameters)
    ]


def attributions(analysis: Analysis) -> list[str]:
    """One line per source: licensor, title, vintage and date fetched, as Licence Ouverte asks.

    ODbL asks for its own name too.
    """
    lines = []
    for _, source in analysis.sources.iterrows():
        details = [f"millésime {days_told(source['vintage'])}"] if source["vintage"] else []
        fetched = source["fetched_at"]
        details.append(
            f"téléchargé le {date_fr(fetched)}" if fetched else "date de mise à jour non connue"
        )
        if source["licence"].startswith("ODbL"):
            details.append(f"licence {source['licence']}")
        lines.append(f"{source['publisher']}, {source['title']} ({', '.join(details)})")
    return lines


def attribution_line(analysis: Analysis) -> str:
    """Who publishes the data, in one line: bodies, first and last year, last date fetched."""
    sources = analysis.sources
    bodies = {
        body.split(" (")[0].strip() for names in sources["publisher"] for body in names.split(",")
    }
    dates = sorted(date for date in sources["fetched_at"] if date)
    years = sorted({year for text in sources["vintage"] for year in _YEAR.findall(text)})
    when = f"données de {years[0]} à {years[-1]}" if years else "dates non connues"
    if dates:
        when += f", téléchargées jusqu'au {date_fr(dates[-1])}"
    return f"Sources : {', '.join(sorted(bodies))} ; {when}"


def title(analysis: Analysis) -> str:
    """What the file is about; a fictional territory and changed assumptions are said."""
    subject = f"Quartiers prioritaires : accès aux soins et médiation, {territory_title(analysis)}"
    said = ["données fictives"] if analysis.fictional else []
    said += ["hypothèses changées"] if assumptions_text(analysis.parameters) else []
    return f"{subject} ({', '.join(said)})" if said else subject


def read_me(analysis: Analysis) -> list[str]:
    """What somebody who opens the workbook should read first, one line each."""
    return [
        *([FICTIONAL] if analysis.fictional else []),
        title(analysis),
        f"{len(analysis.qpv)} quartiers, un par ligne dans la feuille « Quartiers », triés par "
        "rang de priorité.",
        "Une case vide est une donnée inconnue, « s » une donnée cachée par le secret "
        "statistique, 0 un zéro observé. Le statut de chaque chiffre est dans la colonne voisine.",
        "« modélisé » veut dire : estimé par un calcul, jamais mesuré.",
        "La feuille « Colonnes » définit chaque colonne ; « Sources » et « Paramètres » disent "
        "d'où viennent les chiffres.",
        WHAT_IS_GUARDED_FR,
        *analysis.notes,
        *(f"Source : {line}." for line in attributions(analysis)),
    ]


def as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table, every cell a text."""
    return frame.astype(str).reset_index(drop=True)
