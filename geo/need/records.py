"""The need of each QPV ready to be told: plain records for machines, short words for people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from geo.column_words import COMPONENT_WORDS, STATUS_WORDS
from geo.indicators import indicator
from geo.need.comparison import comparison
from geo.priority.standardise import STANDARDISATION_WORDS
from geo.words import number, percent

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

QUARTER_IDS = (
    "code_qp", "label", "commune_label", "departement", "region", "population",
    "population_status", "population_perimeter", "population_vintage", "need_score",
    "need_status", "need_observed_weight", "need_perimeter", "need_overlap",
    "need_overlap_method", "need_people", "need_people_low", "need_people_high",
    "need_people_status", "c2s_unclaimed_people", "c2s_unclaimed_low", "c2s_unclaimed_high",
    "c2s_unclaimed_status", "c2s_unclaimed_perimeter",
)  # fmt: skip
HEADINGS = (
    "Rang", "Code", "Quartier", "Besoin /100", "À accompagner (pers./an)",
    "Non-recours C2S (pers.)",
)  # fmt: skip
TOO_LITTLE = "données insuffisantes"


class Row(NamedTuple):
    """One QPV in words: ``cells`` under ``HEADINGS``, and ``details`` on the parts of its score."""

    cells: tuple[str, ...]
    details: str


def by_need(analysis: Analysis, top: int | None = None) -> pd.DataFrame:
    """The QPV of the territory, the most need first, with ``need_rank`` (NA without a score).

    Equal scores are told by the larger population, then by code.
    """
    qpv = pd.DataFrame(analysis.qpv)
    order = qpv.assign(
        score=qpv["need_score"].round(9), people=qpv["population"].fillna(-1.0)
    ).sort_values(["score", "people", "code_qp"], ascending=[False, False, True])
    ordered = qpv.loc[order.index].reset_index(drop=True)
    scored = ordered["need_score"].notna()
    ordered["need_rank"] = scored.cumsum().where(scored).astype("Int64")
    return ordered if top is None else ordered.head(top)


def need_record(analysis: Analysis, layers: Layers, top: int | None = None) -> dict[str, Any]:
    """Everything ``qpv need --json`` says; numbers or None, never NaN.

    Each component has its value, unit, formula, source, status, vintage, perimeter, points,
    effective weight and contribution; weight 0 when it is optional and not asked for, None when
    its figure is missing or the QPV has no score.
    """
    chosen = analysis.parameters
    rule = chosen.need_standardisation
    components = pd.concat([analysis.components, analysis.other_components], ignore_index=True)
    own = dict(list(components.groupby("code_qp")))
    compared = dict(list(comparison(layers).groupby("code_qp")))
    linked = dict(list(analysis.bridge.groupby("code_2024")))
    return {
        "territory": analysis.territory,
        "fictional": analysis.fictional,
        "standardisation": {"id": rule, "label": STANDARDISATION_WORDS[rule]},
        "weights": dict(chosen.need_weights),
        "rates": {
            "need_per_year": chosen.need_rate_per_year,
            "need_per_year_range": list(chosen.need_rate_range),
            "c2s_nontakeup": chosen.c2s_nontakeup,
            "c2s_nontakeup_range": list(chosen.c2s_nontakeup_range),
        },
        "notes": [*reading_notes(analysis), *analysis.notes],
        "quarters": [
            {
                **{name: _plain(row[name]) for name in ("need_rank", *QUARTER_IDS)},
                "components": [_component(part) for part in _records(own.get(row["code_qp"]))],
                "need_people_perimeter": _plain(row["population_perimeter"]),
                "need_people_vintage": _plain(row["population_vintage"]),
                "bridge": _records(linked.get(row["code_qp"])),
                "comparison": _records(compared.get(row["code_qp"])),
                "fictional": analysis.fictional,
            }
            for row in by_need(analysis, top).to_dict("records")
        ],
    }


def need_rows(analysis: Analysis, top: int | None = None) -> list[Row]:
    """The table of ``qpv need``, in words."""
    own = dict(list(analysis.components.groupby("code_qp")))
    return [_row(row, own[row["code_qp"]]) for row in by_need(analysis, top).to_dict("records")]


def reading_notes(analysis: Analysis) -> list[str]:
    """How to read the figures of need: scale, weights, people, perimeters."""
    chosen = analysis.parameters
    weights = ", ".join(
        f"{COMPONENT_WORDS.get(name, name)} {percent(weight)}"
        for name, weight in chosen.need_weights
        if weight > 0
    )
    low, high = chosen.need_rate_range
    return [
        "Score de besoin : moyenne pondérée de composantes mises de 0 à 100 parmi les QPV de la "
        f"région ({STANDARDISATION_WORDS[chosen.need_standardisation]}), 100 = le plus de besoin. "
        f"Poids : {weights}.",
        "Une composante sans donnée laisse son poids aux autres ; sous "
        f"{percent(chosen.min_observed_weight, 0)} du poids observé, pas de score. Jamais zéro.",
        f"Personnes à accompagner (modélisé) : {percent(chosen.need_rate_per_year)} des habitants "
        f"par an, fourchette de {percent(low, 2)} à {percent(high, 2)} (hypothèse modifiable, "
        "aucun taux officiel n'existe).",
        "Non-recours à la C2S (modélisé) : taux national appliqué à chaque quartier, régime "
        "général seulement, jamais plus que les assurés sans C2S ; ce n'est pas une mesure locale.",
    ]


def _row(row: dict[Any, Any], parts: pd.DataFrame) -> Row:
    scored = not math.isnan(row["need_score"])
    told = [
        f"{COMPONENT_WORDS[part['component']]} {number(part['contribution'], 1)} ({_figure(part)})"
        for part in parts.sort_values("contribution", ascending=False).to_dict("records")
        if not math.isnan(part["contribution"])
    ]
    absent = [
        f"{COMPONENT_WORDS[part['component']]} : {_state(part)}"
        for part in parts.to_dict("records")
        if math.isnan(part["points"])
    ]
    cells = (
        "" if pd.isna(row["need_rank"]) else str(row["need_rank"]),
        str(row["code_qp"]),
        f"{row['label']} ({row['commune_label']})",
        number(row["need_score"], 1) if scored else TOO_LITTLE,
        _between(row, "need_people", "need_people_low", "need_people_high", "need_people_status"),
        _between(row, "c2s_unclaimed_people", "c2s_unclaimed_low", "c2s_unclaimed_high",
                 "c2s_unclaimed_status"),
    )  # fmt: skip
    details = [
        *([f"points : {', '.join(told)}"] if told else []),
        *([f"sans donnée : {', '.join(absent)}"] if absent else []),
        *([f"périmètre {_perimeter(row)}"] if row["need_perimeter"] else []),
    ]
    return Row(cells, " ; ".join(details))


def _figure(part: dict[Any, Any]) -> str:
    """The figure behind the points, with its state: ``41 %, modélisé``."""
    value = percent(part["value"], 0)
    if part["unit"] != "part":
        value = f"{number(part['value'], 1)} {part['unit']}"
    return f"{value}, {STATUS_WORDS[part['status']]}"


def _state(part: dict[Any, Any]) -> str:
    """The state of a figure without points: known, it had too few others to be compared with."""
    if part["status"] in ("missing", "suppressed"):
        return STATUS_WORDS[part["status"]]
    return "trop peu de quartiers à comparer"


def _between(row: dict[Any, Any], middle: str, low: str, high: str, status: str) -> str:
    if math.isnan(row[middle]):
        return STATUS_WORDS[row[status]]
    ends = [number(row[end]) for end in (low, high)]
    # Where what is possible caps all three, there is no interval to show.
    bounds = f" ({ends[0]} à {ends[1]})" if ends[0] != ends[1] else ""
    return f"{number(row[middle])}{bounds}, {STATUS_WORDS[row[status]]}"


def _perimeter(row: dict[Any, Any]) -> str:
    known = str(row["need_perimeter"]).replace(";", " et ")
    if "2015" not in known:
        return known
    shared = "recouvrement non mesuré"
    if not math.isnan(row["need_overlap"]):
        shared = f"recouvrement {percent(row['need_overlap'], 0)}, en {row['need_overlap_method']}"
    return f"{known} (2015 : indicatif, {shared})"


def _component(part: dict[str, Any]) -> dict[str, Any]:
    known = indicator(str(part["component"]))
    return {
        **part,
        "label": known.label_fr,
        "formula": known.formula_fr,
        "source": known.source,
        "sense": known.direction,
    }


def _records(frame: pd.DataFrame | None) -> list[dict[str, Any]]:
    if frame is None:
        return []
    kept = frame.drop(columns="code_qp", errors="ignore")
    return [
        {str(name): _plain(value) for name, value in row.items()} for row in kept.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """A value that JSON takes: None for an unknown one."""
    if isinstance(value, str | bool):
        return value
    if value is None or pd.isna(value):
        return None
    return (
        int(value) if float(value).is_integer() and not isinstance(value, float) else float(value)
    )
