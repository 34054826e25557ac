"""Readings made for other territories, transposed to QPV and said to be so."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from geo.parameters import Parameters
from geo.regimes.model import Case, State, Verdict, unknown
from geo.words import number, percent

# National means of the official APL (consultations a year and standardised inhabitant), computed
# from the DREES files, all ages (METHODS 1.3). 2016 and 2018 lack Paris, Lyon and Marseille.
NATIONAL_APL = {"2016": 4.05, "2018": 3.88, "2021": 3.81}
DESERT_BELOW = 0.60
DIFFICULT_BELOW = 0.30
# Bands of the American « HPSA » (second-hand, to be verified): least value → points.
RATIO_BANDS = ((10_000.0, 5), (5_000.0, 4), (4_000.0, 3), (3_500.0, 2), (3_000.0, 1))
POVERTY_BANDS = ((50.0, 5), (40.0, 4), (30.0, 3), (20.0, 2), (15.0, 1))
TRAVEL_BANDS = ((60.0, 5), (50.0, 4), (40.0, 3), (30.0, 2), (20.0, 1))
HPSA_MOST = 20  # 2 × 5 + 5 + 5: the infant-health index of the original has no equivalent here


def ufc(case: Case) -> list[Verdict]:
    """Desert when the APL of the commune is more than 60 % below the national mean."""
    rows = zip(
        case.quarters["apl_commune"], case.quarters["apl_commune_vintage"].astype(str), strict=True
    )
    return [_ufc(value, vintage) for value, vintage in rows]


def _ufc(value: float, vintage: str) -> Verdict:
    if pd.isna(value):
        return unknown("APL officielle de la commune non connue.", vintage, "apl_mg")
    mean = NATIONAL_APL.get(vintage[:4])
    if mean is None:
        reason = f"Moyenne nationale de l'APL de {vintage or 'date inconnue'} non connue."
        return unknown(reason, vintage, "apl_mg")
    gap = round(1 - value / mean, 9)
    state: State = "out"
    level = "Ni désert ni accès difficile"
    if gap > DESERT_BELOW:
        state, level = "in", "Désert"
    elif gap >= DIFFICULT_BELOW:
        level = "Accès difficile, sans être un désert"
    where = f"{percent(abs(gap), 0)} {'sous' if gap > 0 else 'au-dessus de'} la moyenne"
    reason = (
        f"{level} : APL de la commune {number(value, 1)}, {where} nationale "
        f"({number(mean, 2)} en {vintage[:4]})."
    )
    return Verdict(state, reason, vintage, "apl_mg", "modelled")


def uns_points(score: pd.Series) -> pd.Series:
    """Points (0–20) of a 0–100 score as the American « UNS » call counts them; NaN stays NaN."""
    points: pd.Series = np.floor((score + 2.5) / 5)
    return points


def band_points(value: float, bands: tuple[tuple[float, int], ...]) -> float:
    """Points of the first band that ``value`` reaches, 0 below them all, NaN when unknown."""
    if math.isnan(value):
        return math.nan
    return float(next((points for least, points in bands if value >= least), 0))


def transposed_points(
    table: pd.DataFrame, poverty: pd.Series, parameters: Parameters
) -> pd.DataFrame:
    """« De type HPSA, transposé » and « de type UNS, transposé », never the American scores.

    Parameters
    ----------
    table : columns code_qp, access, nearest_gp_min, need_score.
    poverty : share of the people that are poor (0–1), by code_qp.

    Returns code_qp, ``ratio`` (inhabitants per FTE in reach), the points of each part (0–5),
    ``hpsa_points`` out of 20 (twice the ratio, poverty, travel; NaN when one is unknown) and
    ``uns_points`` of the need score.
    """
    access = table["access"].to_numpy(float)
    with np.errstate(divide="ignore"):
        ratio = np.where(np.isnan(access), np.nan, parameters.consultations_per_fte / access)
    poor = table["code_qp"].map(poverty).to_numpy(float) * 100
    found = pd.DataFrame({"code_qp": table["code_qp"].to_numpy(), "ratio": ratio})
    for name, values, bands in (
        ("ratio_points", ratio, RATIO_BANDS),
        ("poverty_points", poor, POVERTY_BANDS),
        ("travel_points", table["nearest_gp_min"].to_numpy(float), TRAVEL_BANDS),
    ):
        # Rates written 0.3 are 30.000000000000004 % or less in binary.
        found[name] = [band_points(round(float(value), 9), bands) for value in values]
    found["hpsa_points"] = (
        2 * found["ratio_points"] + found["poverty_points"] + found["travel_points"]
    )
    found["uns_points"] = uns_points(table["need_score"]).to_numpy(float)
    return found
