"""What a reader asks of one quarter beyond its row: dates, rates behind the need, who works there.

Everything is ready to be shown: headings, figures with unit, status, perimeter and vintage.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from geo.column_words import COMPONENT_WORDS, PRECISION_WORDS, STATUS_WORDS
from geo.compare import rank_words
from geo.names import PROFESSION_WORDS
from geo.overlap import margin_sentences, margins
from geo.parameters import Parameters
from geo.regimes import REGIMES
from geo.regimes import STATE_WORDS as REGIME_WORDS
from geo.words import date_fr, listed, number, percent, year_told

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

GP = "medecin_generaliste"
_DATED = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_RELATIONS = {
    "served": "intervient pour le quartier",
    "inside": "dans le quartier",
    "walk": "à distance de marche",
}
NOBODY = "Aucun médiateur déclaré dans ce quartier par le fichier apporté."
NOT_TOLD = (
    "Médiation non renseignée : personne n'a dit qui travaille ici. Apportez votre fichier "
    "(modèle dans « Données »)."
)


class Rate(NamedTuple):
    """One figure behind the need: ``value`` with its unit, ``rank`` in words, ``about`` it."""

    heading: str
    value: str
    rank: str
    about: str


class Worker(NamedTuple):
    """One structure of mediation: its name, and its lines of details."""

    structure: str
    lines: tuple[str, ...]


def official_apl(row: pd.Series[Any]) -> str:
    """``APL officielle de la commune : 3,3 (Drees, 2021)``."""
    if pd.isna(row["apl_commune"]):
        return "APL officielle de la commune : non connue"
    year = f", {row['apl_commune_vintage']}" if row["apl_commune_vintage"] else ""
    return f"APL officielle de la commune : {number(row['apl_commune'], 1)} (Drees{year})"


def access_dates(layers: Layers) -> str:
    """The dates of the two sides of the access: practices, and the people who may go there."""
    supply, demand = layers["supply"], layers["demand"]
    doctors = _vintages(supply.loc[supply["profession"] == GP, "vintage"])
    people = _vintages(demand["vintage"])
    told = [f"médecins : {doctors}"] if doctors else []
    told += [f"population : {people}"] if people else []
    return f"Dates de l'accès : {' ; '.join(told)}" if told else ""


def coarse_practices(analysis: Analysis, layers: Layers, code_qp: str) -> str:
    """How many doctors of the quarter's communes are known to their commune only; '' when none."""
    row = analysis.qpv.loc[analysis.qpv["code_qp"] == code_qp].iloc[0]
    supply = layers["supply"]
    here = supply["commune"].isin(str(row["communes"]).split(";"))
    coarse = supply[here & (supply["profession"] == GP) & (supply["precision"] == "commune")]
    if coarse.empty:
        return ""
    return (
        f"Lieux d'exercice de généralistes connus à la commune seulement : "
        f"{number(coarse['practices'].sum())} ; dessinés en vide, leur adresse n'est pas connue."
    )


def other_care(analysis: Analysis, code_qp: str) -> list[Rate]:
    """The access of the quarter to each other profession: figure, minutes, places in reach."""
    table = analysis.professions
    own = table[(table["code_qp"] == code_qp) & (table["profession"] != GP)]
    return [_care(row, analysis.parameters) for _, row in own.iterrows()]


def _care(row: pd.Series[Any], parameters: Parameters) -> Rate:
    words = PROFESSION_WORDS[row["profession"]][1]
    heading = f"{words[0].upper()}{words[1:]}"
    if pd.isna(row["access"]):
        return Rate(heading, STATUS_WORDS["missing"], "", "")
    unit = row["access_unit"].partition(" (")[0]
    places = [
        f"{number(row[count])} à {number(minutes)}\u00a0min {how}"
        for count, minutes, how in (
            ("count_car", parameters.car_min, "en voiture"),
            ("count_walk", parameters.walk_min, "à pied"),
        )
        if not pd.isna(row[count])
    ]
    places += [
        f"le plus proche à {number(row[nearest])}\u00a0min {how}"
        for nearest, how in (("nearest_min", "en voiture"), ("nearest_walk_min", "à pied"))
        if not pd.isna(row[nearest])
    ]
    about = (STATUS_WORDS[row["access_status"]], row["vintage"])
    value = f"{number(row['access'], 0)} {unit}"
    return Rate(heading, value, listed(places), ", ".join(part for part in about if part))


def near_classes(analysis: Analysis, code_qp: str) -> list[str]:
    """How far the quarter is from changing class, in sentences; empty when it has no class."""
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp]
    near = analysis.parameters.near_cut_share
    own = margins(row, analysis.thresholds, near)
    return margin_sentences(row.iloc[0], own.iloc[0], near)


def regime_lines(analysis: Analysis, code_qp: str) -> list[tuple[str, str]]:
    """Each regime beside what it says of the quarter and why: ``("ZIP ou ZAC : retenu", "…")``."""
    own = analysis.regimes[analysis.regimes["code_qp"] == code_qp]
    return [
        (
            f"{REGIMES[row['regime']].label_fr} : {REGIME_WORDS[row['state']]}",
            f"{row['reason_fr']} ({_about(row)})",
        )
        for _, row in own.iterrows()
    ]


def _about(row: pd.Series[Any]) -> str:
    date = row["date"]
    # A list may be dated in words; only a true date is written the French way.
    date = date_fr(date) if _DATED.fullmatch(date) else date
    return ", ".join(part for part in (STATUS_WORDS[row["status"]], date) if part)


def rates(analysis: Analysis, code_qp: str) -> list[Rate]:
    """The components of the quarter's need: value, place in the region, perimeter and vintage."""
    components = analysis.components
    if components.empty:
        return []
    own = components[components["code_qp"] == code_qp]
    return [_rate(row) for _, row in own.iterrows()]


def workers(analysis: Analysis, layers: Layers, code_qp: str) -> list[Worker]:
    """Who does mediation for the quarter, inside it or within a walk; empty when nobody is known.

    ``without_workers`` says what an empty list means.
    """
    pairs = analysis.mediation_in_qpv
    if pairs.empty:
        return []
    posts = layers["mediation"].set_index("mediation_id", drop=False)
    own = pairs[(pairs["code_qp"] == code_qp) & pairs["mediation_id"].isin(posts.index)]
    funders = layers["mediation_funders"]
    return [
        _worker(posts.loc[pair["mediation_id"]], pair, funders[
            funders["mediation_id"] == pair["mediation_id"]
        ])
        for _, pair in own.iterrows()
    ]  # fmt: skip


def post_worker(post: pd.Series[Any], whom: str, funders: pd.DataFrame) -> Worker:
    """One post in words; ``whom``: what it serves; ``funders``: its rows of mediation_funders."""
    return _worker(post, pd.Series({"relation": whom, "share": 1.0}), funders)


def without_workers(row: pd.Series[Any]) -> str:
    """What an empty list of workers means: nobody said, or somebody said nobody."""
    return NOT_TOLD if row["coverage_state"] == "inconnu" else NOBODY


def _vintages(values: pd.Series[Any]) -> str:
    return year_told(", ".join(sorted(set(values) - {""})))


def _rate(row: pd.Series[Any]) -> Rate:
    words = COMPONENT_WORDS.get(row["component"], row["component"])
    heading = f"{words[0].upper()}{words[1:]}"
    if pd.isna(row["value"]):
        return Rate(heading, STATUS_WORDS.get(row["status"], "manquant"), "", "")
    if row["unit"] == "part":
        value = percent(row["value"], 0)
    else:
        value = f"{number(row['value'], 0)} ({row['unit']})"
    perimeter = f"périmètre {row['perimeter']}" if row["perimeter"] else ""
    about = [STATUS_WORDS.get(row["status"], ""), perimeter, row["vintage"]]
    return Rate(
        heading, value, _place(row["percentile"]), ", ".join(part for part in about if part)
    )


def _place(percentile: float) -> str:
    if pd.isna(percentile):
        return ""
    level = "dans le tiers du milieu"
    if percentile > 200 / 3:
        level = "dans le tiers le plus touché"
    elif percentile <= 100 / 3:
        level = "dans le tiers le moins touché"
    return f"{level} de la région ({rank_words(percentile)})"


def _worker(post: pd.Series[Any], pair: pd.Series[Any], funders: pd.DataFrame) -> Worker:
    lines = [f"{post['kind']}, {_RELATIONS.get(pair['relation'], pair['relation'])}"]
    if post["host_place"]:
        lines.append(f"lieu : {post['host_place']}")
    if post["weekdays"]:
        hours = f", {post['starts_at']}-{post['ends_at']}" if post["starts_at"] else ""
        lines.append(f"jours : {post['weekdays'].replace(';', ', ')}{hours}")
    lines.append(_time(post, pair))
    if len(funders):
        lines.append(f"financeurs : {listed([_funder(row) for _, row in funders.iterrows()])}")
    if post["origin"] == "packaged":
        lines.append("dispositif cité par une source publique, non compté dans les ETP")
    lines.append(f"position connue {PRECISION_WORDS[post['precision']]}")
    lines.append(f"source : {post['source_label']}" if post["source_label"] else "source non dite")
    return Worker(post["structure"] or "structure non précisée", tuple(lines))


def _time(post: pd.Series[Any], pair: pd.Series[Any]) -> str:
    if pd.isna(post["fte"]):
        return "temps de travail non connu"
    whole = f"{number(post['fte'], 2)} ETP ({STATUS_WORDS[post['fte_status']]})"
    if pair["relation"] != "served":
        return whole
    if pd.isna(pair["share"]):
        return f"{whole}, part de ce quartier non connue"
    if pair["share"] == 1:
        return whole
    return f"{whole}, dont {percent(pair['share'], 0)} pour ce quartier"


def _funder(row: pd.Series[Any]) -> str:
    share = "" if pd.isna(row["share"]) else f" ({percent(row['share'], 0)})"
    return f"{row['funder']}{share}"
