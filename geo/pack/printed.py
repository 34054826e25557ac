"""The printed file as plain values: what ``geo.pack.template`` lays out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.figures import territory_title
from geo.maps.picture import alternative_text, legend_marks
from geo.pack.dossier import Dossier
from geo.pack.noted import NOTE_HEADINGS, compared_rows, note_rows, notes_sentence
from geo.pack.posts import posts_words
from geo.pack.words import (
    departement_name,
    essentials,
    justification,
    method,
)
from geo.report.sources import FICTIONAL, attribution_line, attributions, parameter_rows
from geo.robustness.words import share_in_short
from geo.words import counted, date_fr, number


def printed(dossier: Dossier) -> dict[str, Any]:
    """Every text of the printed file, in reading order; no NaN, no object."""
    analysis, retained = dossier.analysis, dossier.retained
    chosen = list(retained["code_qp"])
    points = f"Points (sur {dossier.study.ranking.rules.points.best})"
    return {
        "title": dossier.preset.title_fr,
        "subtitle": f"{territory_title(analysis)} : {counted(dossier.request.posts, 'poste')}",
        "running": f"{dossier.preset.title_fr}, {territory_title(analysis)}",
        "fictional": analysis.fictional,
        "fiction": FICTIONAL,
        "attribution": attribution(dossier),
        "summary": essentials(dossier),
        "map_alt": alternative_text(analysis, chosen),
        "map_caption": "Quartiers prioritaires par situation (modélisée) ; un cercle entoure les "
        "quartiers retenus.",
        "legend": [name for name, _ in legend_marks()],
        "how": method(dossier),
        "territory_headings": ["Rang", "Quartier", "Situation", points, "Retenu dans", "Postes"],
        "departements": _departements(dossier),
        "overrides_sentence": "Ce que le calcul disait reste écrit à côté de chaque décision.",
        "override_headings": ["Code", "Quartier", "Décision", "Motif", "Date, fonction"],
        "overrides": _overrides(dossier),
        **_notes(dossier),
        "annex_sentence": "Les quartiers sans rang sont à la fin, avec la raison. Le rang et le "
        "score sont modélisés.",
        "annex_headings": ["Rang", "Code", "Quartier", "Dép.", "Score", points, "Situation"],
        "annex": [_annex_row(line) for _, line in dossier.lines.iterrows()],
        "parameters_sentence": "Chaque réglage du calcul, avec sa source. « Hypothèse, "
        "modifiable » : un choix du projet, pas une norme.",
        "parameter_headings": ["Paramètre", "Valeur", "Unité", "Source", "Nature"],
        "parameters": [row[:5] for row in parameter_rows(analysis)],
        "sources_sentence": "Producteur, titre, millésime et date de téléchargement de chaque "
        "fichier lu.",
        "sources": attributions(analysis),
    }


def attribution(dossier: Dossier) -> str:
    """One line for the foot of each page: who publishes the data, and their last update."""
    return f"{attribution_line(dossier.analysis)} ; détail en dernière page."


def _departements(dossier: Dossier) -> list[dict[str, Any]]:
    places = []
    for code, own in dossier.retained.groupby("departement", sort=True):
        name = departement_name(str(code))
        own = own.sort_values(["rank", "code_qp"], na_position="last")
        posts = float(own["posts"].sum())
        places.append(
            {
                "heading": name,
                "sentence": f"{counted(len(own), 'quartier retenu', 'quartiers retenus')}, "
                f"{posts_words(posts)}.",
                "caption": f"Quartiers retenus, {name}",
                "rows": [_retained_row(line, dossier.request.draws) for _, line in own.iterrows()],
                "quarters": [
                    {
                        "heading": f"{line['label']}, {line['commune_label']} ({line['code_qp']})",
                        "text": justification(dossier, line),
                    }
                    for _, line in own.iterrows()
                ],
            }
        )
    return places


def _retained_row(line: pd.Series[Any], draws: int) -> list[str]:
    return [
        number(line["rank"], unknown="hors classement"),
        f"{line['label']} ({line['commune_label']})",
        str(line["situation"]),
        number(line["points"], unknown=""),
        "" if pd.isna(line["share"]) else share_in_short(int(line["kept"]), draws),
        number(line["posts"], 1) if line["posts"] else "0",
    ]


def _overrides(dossier: Dossier) -> list[list[str]]:
    changed = dossier.lines[dossier.lines["decision"] != ""]
    return [
        [
            str(line["code_qp"]),
            f"{line['label']} ({line['commune_label']})",
            f"{line['decision']} ; le calcul : "
            f"{'retenu' if line['selected_by_calculation'] else 'non retenu'}",
            str(line["motive"]),
            f"{date_fr(line['decided_on'])}, {line['decided_by']}" if line["motive"] else "",
        ]
        for _, line in changed.iterrows()
    ]


def _notes(dossier: Dossier) -> dict[str, Any]:
    if not dossier.request.notes:
        return {"notes": []}
    headings, rows = compared_rows(dossier)
    return {
        "notes_sentence": notes_sentence(dossier),
        "note_headings": NOTE_HEADINGS,
        "notes": note_rows(dossier),
        "noted_headings": headings,
        "noted": rows,
    }


def _annex_row(line: pd.Series[Any]) -> list[str]:
    place = f"{line['label']} ({line['commune_label']})"
    why = f" : {line['reason']}" if line["reason"] else ""
    return [
        number(line["rank"], unknown=""),
        str(line["code_qp"]),
        f"{place}{why}",
        str(line["departement"]),
        number(line["score"], 1, unknown=""),
        number(line["points"], unknown=""),
        str(line["situation"]),
    ]
