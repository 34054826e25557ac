"""The sentences of the file of a call: what was decided, why, and how firm it is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.access.rules import ACCESS_CLASSES
from geo.assumptions import changes_sentence
from geo.completeness import user_posts
from geo.mediation.headline import headlines
from geo.names import DEPARTEMENTS
from geo.pack.dossier import Dossier
from geo.pack.noted import notes_sentence
from geo.pack.posts import posts_sentences, posts_words
from geo.priority.overrides import overridden_sentence
from geo.report.call import firmness, list_lines, outside_sentence, weights_sentence
from geo.robustness.words import share_words
from geo.words import counted, date_fr, listed, number, percent


def essentials(dossier: Dossier) -> list[str]:
    """What somebody who reads only the first page must know."""
    retained, lines = dossier.retained, dossier.lines
    candidates = int(lines["candidate"].sum())
    found = dossier.study
    told = [
        f"{counted(len(lines), 'quartier prioritaire examiné', 'quartiers prioritaires examinés')}"
        f", {counted(candidates, 'candidat')}, {counted(len(retained), 'retenu')} pour "
        f"{counted(dossier.request.posts, 'poste demandé', 'postes demandés')}.",
    ]
    left = len(lines) - candidates
    if left:
        told.append(
            f"{counted(left, 'quartier')} hors classement, faute de données ou de conditions "
            "remplies : ils sont en annexe, avec la raison. Une donnée manquante n'est jamais "
            "comptée comme un zéro."
        )
    shares = retained["share"].dropna()
    if len(shares):
        firm = int((shares >= 0.9).sum())
        told.append(
            f"{counted(firm, 'quartier retenu', 'quartiers retenus')} sur {number(len(retained))} "
            f"le restent dans au moins {percent(0.9, 0)} de "
            f"{number(dossier.request.draws)} variantes des règles (poids, échelle, mesure de "
            "l'accès) ; le détail est ligne par ligne."
        )
    told.append(_fragile(retained, dossier.request.draws))
    told += [
        *posts_sentences(
            dossier.request.posts, dossier.allocation, dossier.free, dossier.analysis.qpv
        ),
        changes_sentence(dossier.analysis.parameters),
        overridden_sentence(found.decided) or "Aucune dérogation au calcul.",
        notes_sentence(dossier),
        _coverage(dossier),
        "Date : celle du fichier tel que vous l'avez enregistré. Aucune n'est écrite ici, pour que "
        "le même dossier, refait (dossier.json), soit le même à l'octet près.",
    ]
    return [sentence for sentence in told if sentence]


def _coverage(dossier: Dossier) -> str:
    """The two figures by presence, side by side: neither is shown without the other."""
    analysis = dossier.analysis
    present = headlines(analysis.coverage, analysis.parameters)[:2]
    told = " ; ".join(f"{line.label.lower()} : {line.written}" for line in present)
    brought = not user_posts(dossier.layers["mediation"]).empty
    whence = "d'après les fichiers apportés" if brought else "aucun fichier n'ayant été apporté"
    return f"Médiation avant cet appel, {whence} ({told})."


def _fragile(retained: pd.DataFrame, draws: int) -> str:
    """The retained quarters that most variants leave out, named: they are the ones to defend."""
    weak = retained[retained["share"] < 0.5]
    if weak.empty:
        return ""
    names = [
        f"{line['label']} ({line['commune_label']}, rang {number(line['rank'])}, "
        f"{share_words(int(line['kept']), draws)})"
        for _, line in weak.iterrows()
    ]
    return (
        f"Place fragile, retenue par moins de la moitié des variantes : {listed(names)}. "
        "À confirmer par ce que l'on sait du terrain."
    )


def method(dossier: Dossier) -> list[str]:
    """How the list was made, in few sentences; the terms of the draws come last."""
    rules = dossier.study.ranking.rules
    kept = " et ".join(rule.sentence() for rule in rules.filters)
    told = [
        f"Candidats : {kept}. {weights_sentence(dossier.study.ranking)} Égalités : la population "
        f"la plus grande, puis le code. {rules.points.source}.",
        _levels(dossier),
        *dossier.preset.facts,
        f"Robustesse : {number(dossier.request.draws)} variantes tirées au sort (« tirages »), "
        f"graine {dossier.request.seed} (le nombre qui permet de refaire les mêmes). « IC 95 % » : "
        "intervalle à 95 % dû au hasard de ces variantes, et à lui seul ; il ne dit rien de "
        "l'incertitude des données. Varient : "
        f"{' ; '.join(dossier.study.varied)}.",
        outside_sentence(list_lines(dossier.study)),
    ]
    return [sentence for sentence in told if sentence]


def _levels(dossier: Dossier) -> str:
    """What « low access » means here, beside the thresholds of the zoning."""
    rule = dossier.analysis.parameters.access_rule
    if rule.cuts is not None:
        return f"Accès faible, « désert » et « double peine » se lisent ici : {rule.label_fr}."
    access = dossier.analysis.qpv["access"].dropna()
    official = ACCESS_CLASSES["apl_2025"].cuts
    assert official is not None  # noqa: S101 — a rule named after its thresholds has them
    below = int((access <= official[0]).sum())
    return (
        "Accès faible, « désert » et « double peine » se lisent ici par rapport à la région (tiers "
        "le plus faible), pas au sens du zonage : "
        f"{counted(below, 'quartier')} sur {number(len(access))} "
        f"{'ont' if below >= 2 else 'a'} un accès estimé à {number(official[0], 2)} "
        "consultations par an et par habitant ou moins, premier seuil du zonage de 2025 (source "
        "secondaire, à vérifier)."
    )


def departement_name(code: str) -> str:
    """``Loire (42)``."""
    return f"{DEPARTEMENTS.get(code, 'Département')} ({code})"


def justification(dossier: Dossier, line: pd.Series[Any]) -> str:
    """Why one quarter is on the list: rank, points, robustness, decision, then its sentence."""
    parts = []
    if pd.notna(line["rank"]):
        parts.append(
            f"Rang {number(line['rank'])}, score {number(line['score'], 1)} sur 100, "
            f"{counted(line['points'], 'point')}"
        )
    else:
        parts.append(f"Hors classement ({line['reason']})")
    if line["decision"]:
        parts.append(
            f"{line['decision']} le {date_fr(line['decided_on'])} par {line['decided_by']} "
            f"(motif : {line['motive']})"
            if line["motive"]
            else str(line["decision"])
        )
    # The draws' own column is « sentence »; the quarter's is « words ».
    if line["sentence"]:
        parts.append(str(line["sentence"]))
    if pd.notna(line["share"]) and line["selected"]:
        parts.append(f"place {firmness(float(line['share']), selected=True)}")
    if line["posts"]:
        parts.append(_post(dossier, line))
    return f"{' ; '.join(parts)}. {line['words']}"


def _post(dossier: Dossier, line: pd.Series[Any]) -> str:
    """The post proposed, and the neighbouring quarters that it would serve too."""
    told = f"{posts_words(line['posts'])} proposé{'s' if line['posts'] >= 2 else ''}"
    pairs = dossier.allocation.assignment
    others = pairs[(pairs["site_id"] == line["code_qp"]) & (pairs["demand_id"] != line["code_qp"])]
    others = others[others["people"] >= 0.5]
    if others.empty:
        return told
    names = dict(zip(dossier.lines["code_qp"], dossier.lines["label"], strict=True))
    served = [
        f"{names.get(str(pair.demand_id), pair.demand_id)} (environ "
        f"{counted(float(pair.people), 'personne')})"
        for pair in others.itertuples()
    ]
    return f"{told}, qui servirai{'en' if line['posts'] >= 2 else ''}t aussi {listed(served)}"
