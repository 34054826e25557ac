"""Digital fragility beside GP access (« double exclusion »), and where help is within a walk."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.access.communes import quarter_communes
from geo.digital import digital_fragility
from geo.exclusion import STATE_WORDS, STATES, ExclusionRules, index_scale, state_and_reason
from geo.join import points_in_quarters
from geo.openings import ITINERANT, opening_words
from geo.portrait.around import help_around, itinerant_help
from geo.times.crow_fly import minutes_per_metre
from geo.words import as_written, counted, number, plural

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

EXCLUSION_COLUMNS = (
    "code_qp", "label", "commune_label", "state", "access_class", "access", "fragility",
    "fragility_scale", "fragility_vintage", "fragility_method", "reason",
)  # fmt: skip
METHOD_WORDS = {
    "overlap": "part des IRIS dans le quartier (modélisé)",
    "commune": "moyenne de la commune, faute de contours d'IRIS (modélisé)",
    "": "",
}
KIND_WORDS = {
    "france_services": "France services",
    "conseiller_numerique": "employeur de conseillers numériques",
}


def double_exclusion(
    analysis: Analysis, layers: Layers, rules: ExclusionRules | None = None
) -> pd.DataFrame:
    """One row a QPV of the territory (EXCLUSION_COLUMNS), those in first, then by code.

    Low GP access is the class of the analysis; fragility is the index brought to the QPV
    (``geo.digital``, modelled: ``fragility_method`` says how), NaN when unknown: the state is then
    ``unknown``, unless access alone rules it out.
    """
    rules, scale = rules or ExclusionRules(), index_scale(layers)
    found = digital_fragility(layers, quarter_communes(layers)).drop_duplicates("code_qp")
    own = found.set_index("code_qp").reindex(analysis.qpv["code_qp"])
    table = pd.DataFrame(
        {
            **{name: analysis.qpv[name] for name in ("code_qp", "label", "commune_label")},
            "access_class": analysis.qpv["access_class"],
            "access": analysis.qpv["access"],
            "fragility": own["value"].to_numpy(float),
            "fragility_scale": scale,
            "fragility_vintage": own["vintage"].fillna("").to_numpy(),
            "fragility_method": own["method"].fillna("").map(METHOD_WORDS).to_numpy(),
        }
    )
    judged = [
        state_and_reason(word, value, scale, rules)
        for word, value in zip(table["access_class"], table["fragility"], strict=True)
    ]
    table["state"] = [state for state, _ in judged]
    table["reason"] = [reason for _, reason in judged]
    rank = table["state"].map(STATES.index)
    table = table.assign(rank=rank).sort_values(["rank", "code_qp"], ignore_index=True)
    return table[list(EXCLUSION_COLUMNS)]


def exclusion_sentence(table: pd.DataFrame, rules: ExclusionRules | None = None) -> str:
    """How many QPV are in, out and unknown, by which thresholds, in one line."""
    rules = rules or ExclusionRules()
    counts = table["state"].value_counts()
    unknown = int(counts.get("unknown", 0))
    scale = str(table["fragility_scale"].iloc[0]) if len(table) else ""
    edition = max(table["fragility_vintage"], default="")
    if not scale:
        what = "aucun indice de fragilité numérique dans ce territoire"
    else:
        what = (
            f"indice de fragilité numérique {edition} (échelle {scale}) au-dessus de "
            f"{as_written(rules.threshold(scale))}"
        )
    return (
        f"Double exclusion : {counted(int(counts.get('in', 0)), 'quartier')} sur {len(table)} "
        f"(accès aux généralistes faible et {what}) ; {counted(unknown, 'indéterminé')}. "
        "Seuils : choix du projet, modifiables."
    )


def exclusion_frame(table: pd.DataFrame) -> pd.DataFrame:
    """The table of ``double_exclusion`` in French."""
    return pd.DataFrame(
        {
            "Code": table["code_qp"],
            "Quartier": table["label"],
            "Commune": table["commune_label"],
            "Double exclusion": table["state"].map(STATE_WORDS),
            "Raison": table["reason"],
            "Indice porté au quartier par": table["fragility_method"],
        }
    )


def help_nearby(analysis: Analysis, layers: Layers, code_qp: str) -> pd.DataFrame:
    """Fixed places of help within the walk of the parameters, nearest first, then itinerant ones.

    Columns: kind, label, minutes (0 inside the QPV, NaN when itinerant), where, opening (in words),
    fixed, vintage, source_id. Crow-fly with a detour, from the outline. The itinerant ones are
    those of the communes of the QPV: no walk is told to a place that moves.
    """
    parameters = analysis.parameters
    quarters = layers.geo("qpv")
    own = quarters[(quarters["code_qp"] == code_qp) & (quarters["perimeter"] == "2024")]
    points = layers.geo("help_points")
    points = points[points["fixed"].astype(bool)].reset_index(drop=True)
    pairs = points_in_quarters(
        points, "help_id", own.reset_index(drop=True), parameters.walk_m, parameters.near_edge_m
    )
    found = pairs.merge(pd.DataFrame(points).drop(columns="geometry"), on="help_id", how="left")
    per_metre = minutes_per_metre(parameters.walk_speed_kmh, parameters.walk_detour)
    found = found.assign(minutes=found["distance_m"].astype("float64") * per_metre)
    found = found.sort_values(["minutes", "label"], ignore_index=True)
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp]
    if len(row):
        moving = itinerant_help(layers, row.iloc[0])
        moving = pd.DataFrame(moving).drop(columns="geometry", errors="ignore")
        found = pd.concat([found, moving.assign(minutes=np.nan)], ignore_index=True)
    inside = found["relation"].isin(("inside", "source"))
    return pd.DataFrame(
        {
            "kind": found["kind"].map(lambda kind: KIND_WORDS.get(kind, kind)),
            "label": found["label"],
            "minutes": found["minutes"].where(~inside, 0.0),
            "where": [
                _where(here, minutes)
                for here, minutes in zip(inside, found["minutes"], strict=True)
            ],
            "opening": found["opening"].map(opening_words),
            "fixed": found["fixed"].astype(bool),
            "vintage": found["vintage"],
            "source_id": found["source_id"],
        }
    )


def help_sentence(analysis: Analysis, layers: Layers, code_qp: str, found: pd.DataFrame) -> str:
    """What the table of ``help_nearby`` holds and what it cannot see."""
    own = analysis.qpv[analysis.qpv["code_qp"] == code_qp]
    communes = set(str(own["communes"].iloc[0]).split(";")) if len(own) else set()
    points = layers["help_points"]
    vague = points[points["commune"].isin(communes) & (points["precision"] == "commune")]
    if points.empty:
        return "Aucune source de lieux d'aide n'a été lue : ce n'est pas une absence de lieux."
    minutes = as_written(analysis.parameters.walk_min)
    moving = int((~found["fixed"]).sum())
    told = (
        f"{counted(len(found) - moving, 'lieu', 'lieux')} d'aide à {minutes} min à pied ou moins "
        "(à vol d'oiseau avec détour, du bord du quartier)."
    )
    nearest = help_around(analysis, layers, code_qp)[:1] if len(found) == moving else []
    told += "".join(f" Le plus proche : {one.name}, à pied {one.walk}." for one in nearest)
    if moving:
        told += f" {counted(moving, 'autre')} dans la commune, {plural(moving, 'itinérant')}."
    if len(vague):
        years = ", ".join(sorted(set(vague["vintage"])))
        told += (
            f" {counted(len(vague), 'employeur')} de conseillers numériques de la commune "
            f"({years}) : l'adresse est celle de l'employeur, pas d'une permanence ; lieux et "
            "horaires d'accueil inconnus."
        )
    return told


def _where(inside: bool, minutes: float) -> str:
    if inside:
        return "dans le quartier"
    return ITINERANT if math.isnan(minutes) else f"à {number(round(minutes))} min à pied"
