"""The crossed reading of a territory as plain records and sentences, for the faces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.assumptions import changes_in_words
from geo.names import REGIONS
from geo.overlap.distance import margins
from geo.overlap.reading import bivariate_counts
from geo.overlap.words import rule_sentences, situation_words
from geo.words import number

if TYPE_CHECKING:
    from geo.analysis import Analysis

_ROW_IDS = (
    "code_qp", "label", "situation", "access", "access_status", "access_class", "unmet_score",
    "need_class", "near_cut", "next_situation",
)  # fmt: skip


def overlap_records(analysis: Analysis) -> dict[str, Any]:
    """What JSON holds: rules, thresholds by region, the grid, each QPV with all its margins."""
    qpv = analysis.qpv
    rows = qpv[[*_ROW_IDS]].join(
        margins(qpv, analysis.thresholds, analysis.parameters.near_cut_share).drop(
            columns=["near_cut", "next_situation"]
        )
    )
    grid = bivariate_counts(qpv["access_class"], qpv["need_class"])
    return {
        "territory": analysis.territory,
        "fictional": analysis.fictional,
        "assumptions": changes_in_words(analysis.parameters),
        "rules": rule_sentences(analysis.parameters),
        "meanings": situation_words(analysis.parameters),
        "thresholds": analysis.thresholds,
        "grid": {str(access): row for access, row in grid.to_dict(orient="index").items()},
        "quarters": [
            {name: None if pd.isna(value) else value for name, value in row.items()}
            for row in rows.to_dict(orient="records")
        ],
    }


def threshold_sentences(analysis: Analysis) -> list[str]:
    """The two cuts of each axis, region by region of the territory shown."""
    told = []
    for region in sorted(set(analysis.qpv["region"]) & set(analysis.thresholds)):
        cuts = analysis.thresholds[region]
        parts = [
            f"{noun} {number(cuts[name][0], decimals)} et {number(cuts[name][1], decimals)}{unit}"
            for name, noun, decimals, unit in (
                ("access", "accès", 2, ""),
                ("unmet_score", "besoin restant", 1, " sur 100"),
            )
            if name in cuts
        ]
        told.append(f"Seuils, {REGIONS.get(region, region)} : {' ; '.join(parts)}.")
    return told
