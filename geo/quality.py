"""What the files of a territory hold that a reader should know, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.column_words import PRECISION_WORDS, STATUS_WORDS
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


@dataclass(frozen=True)
class QualityGroup:
    """Sentences of one nature, under a heading; the weightiest group comes first."""

    heading: str
    sentences: tuple[str, ...]


def quality_groups(layers: Layers, analysis: Analysis) -> tuple[QualityGroup, ...]:
    """The quality of a territory in plain words: first what limits its figures."""
    limits = [
        *_population_sentences(analysis),
        *_partial_sentences(layers, analysis),
        *_precision_sentences(layers),
    ]
    groups = (
        ("Ce qui limite les chiffres", limits),
        ("Ce qui est douteux, et ce qui en a été fait", _doubts(layers)),
        ("Ce qui manque, est caché ou a été corrigé", _by_kind(layers)),
    )
    return tuple(QualityGroup(heading, tuple(told)) for heading, told in groups if told)


# What is doubtful in each source, then what was done of it: a figure alone would only alarm.
_DOUBTS = {
    "adultes_relais": "le fichier national donne le même montant à tous les postes (un barème, "
    "pas un coût réel) ou en écrit plusieurs fois. Chaque poste compte une fois, "
    "et ni les montants ni les postes n'entrent dans le score",
    "bpe": "des positions sont annoncées de mauvaise qualité par la source. Ces lieux sont ramenés "
    "à leur commune, et les quartiers donnés au hasard sont écartés",
    "hospitals": "des positions sont annoncées de mauvaise qualité par la source. Ces "
    "établissements sont ramenés à leur commune",
    "communes": "la mairie est loin de sa commune dans la liste officielle. Le centre de la "
    "commune la remplace",
    "qpv_2015_2024": "deux lignes de la table de passage semblent échangées, d'après les noms. Le "
    "quartier de 2015 que désignent les noms remplace celui qui est publié",
    "conseillers_numeriques": "les adresses sont celles des employeurs, pas des lieux d'accueil. "
    "La position est réduite à la commune",
    "france_services": "plusieurs structures portent la même position. Elles sont gardées telles "
    "quelles",
    "ifn": "des valeurs sortent de l'ordinaire. Elles sont gardées telles quelles",
    "mediation": "des valeurs écrites sont inhabituelles. Elles sont gardées, et signalées ligne "
    "par ligne",
    "practices": "des lignes semblent dire deux fois le même lieu. Elles sont gardées",
}


def _doubts(layers: Layers) -> list[str]:
    problems = layers["problems"]
    doubtful = problems[problems["kind"] == "suspect"]
    titles = layers["sources"].set_index("source_id")["title"]
    sentences = []
    for name, count in doubtful.groupby("source_id")["count"].sum().items():
        told = _DOUBTS.get(str(name), "des valeurs sont inhabituelles. Elles sont signalées")
        lines = counted(int(count), "ligne ou valeur du fichier", "lignes ou valeurs du fichier")
        sentences.append(f"{titles.get(name, name)} : {told} ({lines}).")
    return sentences


def _by_kind(layers: Layers) -> list[str]:
    problems, sentences = layers["problems"], []
    for kind in ("missing", "suppressed", "repaired", "unmatched", "rejected", "extra"):
        own = problems[problems["kind"] == kind]
        count = int(own["count"].sum())
        if count:
            files = listed(sorted(set(own["file"]) - {""})[:4])
            words = counted(count, *_PROBLEM_SENTENCES[kind])
            sentences.append(f"{words}" + (f" ({files})." if files else "."))
    return sentences


def _population_sentences(analysis: Analysis) -> list[str]:
    total, sentences = len(analysis.qpv), []
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
    return sentences


def _precision_sentences(layers: Layers) -> list[str]:
    return [
        f"Lieux de soins placés à la précision « {PRECISION_WORDS[str(precision)]} » : "
        f"{number(count)}."
        for precision, count in layers["supply"]["precision"].value_counts().items()
    ]


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
    sentences += _suspect_sentences(layers)
    sentences += _partial_sentences(layers, analysis)
    sentences += _population_sentences(analysis)
    sentences += _precision_sentences(layers)
    return sentences


# What a doubtful value changes, by source: said where the reader decides it.
_SUSPECT_EFFECTS = {
    "bpe": "positions douteuses ramenées à la commune, quartiers donnés au hasard écartés",
    "hospitals": "les positions douteuses sont ramenées à la commune",
    "qpv_2015_2024": "le quartier de 2015 que désignent les noms remplace celui qui est publié",
    "conseillers_numeriques": "la position annoncée est réduite à la commune",
    "france_services": "les positions sont gardées telles quelles",
    "adultes_relais": "ni les montants ni les postes n'entrent dans le score",
    "ifn": "la valeur est gardée telle quelle",
    "mediation": "les valeurs écrites sont gardées",
}


def _suspect_sentences(layers: Layers) -> list[str]:
    """What the doubtful values change in the figures, source by source."""
    problems = layers["problems"]
    titles = layers["sources"].set_index("source_id")["title"]
    found = sorted(set(problems.loc[problems["kind"] == "suspect", "source_id"]))
    return [
        f"Valeurs douteuses, {titles.get(name, name)} : {_SUSPECT_EFFECTS[name]}."
        for name in found
        if name in _SUSPECT_EFFECTS
    ]


def _partial_sentences(layers: Layers, analysis: Analysis) -> list[str]:
    """Files that cover a part of the territory only, as far as the data can tell."""
    partial = []
    pairs = layers["correspondence"]
    pairs = pairs[pairs["code_2024"].isin(analysis.qpv["code_qp"])]
    ancestors = set(pairs["code_2015_by_label"]) - {""}
    drawn = len(ancestors & set(layers["qpv_2015"]["code_qp"]))
    if 0 < drawn < len(ancestors):
        partial.append(
            f"contours de 2015 : {number(drawn)} des {number(len(ancestors))} quartiers de 2015 "
            "dont descendent ceux du territoire"
        )
    own = layers["communes"][layers["communes"]["scope"] == "territory"]
    inside = set(own["code"])
    areas = layers.geo("iris")
    areas = areas[areas["commune"].isin(inside)]
    outlined = int(areas.geometry.notna().sum())
    if 0 < outlined < len(areas):
        partial.append(f"contours d'IRIS : {number(outlined)} sur {number(len(areas))}")
    sentences = [f"Fichiers partiels : {' ; '.join(partial)}."] if partial else []
    return sentences + _absent_sentences(layers, inside, set(own["departement"]))


def _absent_sentences(layers: Layers, inside: set[str], departements: set[str]) -> list[str]:
    """Files of places that were brought and hold no place of this territory.

    A place that names no commune counts for its département: nothing says that it is elsewhere.
    """
    brought = layers["sources"].set_index("source_id")["title"]
    sentences = []
    for table, names in _PLACE_FILES.items():
        places = layers[table]
        unnamed = (places["commune"] == "") & places["departement"].isin(departements)
        here = places.loc[places["commune"].isin(inside) | unnamed, "source_id"]
        sentences += [
            f"{brought[name]} : aucun établissement de ce territoire dans le fichier apporté."
            for name in names
            if name in brought.index and name not in set(here)
        ]
    return sentences


_PLACE_FILES = {
    "supply": ("bpe", "finess", "hospitals"),
    "help_points": ("france_services", "conseillers_numeriques"),
}


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
