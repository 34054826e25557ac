"""Which QPV resemble one another: a stated distance over stated criteria.

Each criterion is put on 0 to 100 by percentile rank among the quarters compared, each quarter
weighing the same, ties at their middle. The distance of two quarters is the root of the mean of
the squared gaps over the criteria known for both: 0 when they rank alike on all, in points of
rank. Under ``similar_min_share`` of all the criteria in common, two quarters are not compared: a
missing figure is never a gap of 0. Neither the criteria nor their equal weights are a norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.column_words import COMPONENT_WORDS
from geo.compare import percentile_ranks
from geo.components import NEED_DEFAULTS
from geo.measure import Floats
from geo.words import counted, listed, number

if TYPE_CHECKING:
    from geo.analysis import Analysis

CRITERIA = ("access", "population", *NEED_DEFAULTS)
CLOSEST = 3
_WORDS = {**COMPONENT_WORDS, "access": "accès au généraliste"}


@dataclass(frozen=True)
class SimilarQuarter:
    """One quarter that resembles another.

    ``distance`` in points of percentile rank (0 to 100, 0 the same); ``known`` of ``asked``
    criteria were known for both; ``closest`` names those that are nearest, nearest first.
    """

    code_qp: str
    label: str
    commune_label: str
    departement: str
    distance: float
    known: int
    asked: int
    closest: tuple[str, ...]

    @property
    def distance_words(self) -> str:
        """``12,4 points de rang``."""
        return counted(self.distance, "point de rang", "points de rang", decimals=1)

    @property
    def told(self) -> str:
        """What the distance rests on: ``7 critères connus sur 9 ; les plus proches : …``."""
        names = listed(self.closest)
        return (
            f"{number(self.known)} critères connus sur {number(self.asked)} ; au plus près : "
            + (names or "aucun")
        )


def criteria_points(analysis: Analysis) -> pd.DataFrame:
    """The criteria of every QPV of the analysis on 0 to 100; index code_qp, columns ``CRITERIA``.

    The quarters compared are ``analysis.comparators``: those of the region(s) of the territory.
    NaN where a figure is unknown or hidden, or known for fewer than three quarters.
    """
    quarters = analysis.comparators.set_index("code_qp")
    values = quarters[["access", "population"]].astype("float64")
    parts = pd.concat([analysis.components, analysis.other_components], ignore_index=True)
    if len(parts):
        wide = parts.pivot(index="code_qp", columns="component", values="value")
        values = values.join(wide.reindex(columns=list(NEED_DEFAULTS)).astype("float64"))
    values = values.reindex(columns=list(CRITERIA)).sort_index()
    alike = pd.Series(1.0, index=values.index)
    together = pd.Series("all", index=values.index)
    return pd.DataFrame(
        {name: percentile_ranks(values[name], alike, together) for name in CRITERIA}
    )


def distances(points: pd.DataFrame, code_qp: str, min_share: float) -> pd.DataFrame:
    """The distance of one quarter to every other one: index code_qp, distance, known.

    Parameters
    ----------
    points : criteria on 0 to 100, one row a quarter (``criteria_points``).
    min_share : share of the criteria that both must know; under it the distance is NaN.

    Raises
    ------
    KeyError
        When no row of ``points`` is this quarter.
    """
    own = points.loc[code_qp].to_numpy(float)
    others = points.drop(index=code_qp)
    gaps = others.to_numpy(float) - own
    known = np.isfinite(gaps).sum(axis=1)
    # 1e-9: a share of the criteria is not always exact in binary.
    compared = (known >= min_share * points.shape[1] - 1e-9) & (known > 0)
    total = np.nansum(gaps**2, axis=1)
    distance = np.sqrt(np.divide(total, known, out=np.full(len(total), np.nan), where=compared))
    return pd.DataFrame({"distance": distance, "known": known}, index=others.index)


def similar_quarters(
    analysis: Analysis, code_qp: str, count: int = 5, points: pd.DataFrame | None = None
) -> list[SimilarQuarter]:
    """The quarters nearest to one, nearest first; equal distances by code.

    Empty when too few criteria are known. ``points`` are those of ``criteria_points``, when they
    are at hand already.

    Raises
    ------
    KeyError
        When the analysis holds no such quarter.
    """
    placed = criteria_points(analysis) if points is None else points
    found = distances(placed, code_qp, analysis.parameters.similar_min_share).dropna()
    # The ninth decimal only says in which order the squares were added.
    order = found.assign(rounded=found["distance"].round(9), code=found.index)
    nearest = order.sort_values(["rounded", "code"]).head(count)
    named = analysis.comparators.set_index("code_qp")
    own = placed.loc[code_qp].to_numpy(float)
    return [
        _named(code, nearest.loc[code], named.loc[code], np.abs(placed.loc[code] - own).to_numpy())
        for code in nearest.index.astype(str)
    ]


def how_compared(analysis: Analysis) -> str:
    """How the distance is made, in words, for a reader who will rely on it."""
    names = listed([_WORDS[name] for name in CRITERIA])
    share = number(100 * analysis.parameters.similar_min_share)
    return (
        f"Critères, à parts égales : {names}. Chacun est mis de 0 à 100 par rang parmi les "
        f"{number(len(analysis.comparators))} quartiers comparés. Distance : l'écart de "
        "rang moyen, où les grands écarts comptent davantage (moyenne quadratique) ; 0 : même rang "
        "partout. Deux quartiers qui n'ont pas "
        f"{share}\u00a0% des critères en commun ne sont pas comparés. Choix du projet, pas une "
        "norme ; des chiffres comptés sur le périmètre 2015 y restent indicatifs."
    )


def _named(code: str, row: pd.Series[Any], place: pd.Series[Any], gaps: Floats) -> SimilarQuarter:
    return SimilarQuarter(
        code_qp=code,
        label=str(place["label"]),
        commune_label=str(place["commune_label"]),
        departement=str(place["departement"]),
        distance=float(row["distance"]),
        known=int(row["known"]),
        asked=len(CRITERIA),
        closest=tuple(_WORDS[CRITERIA[rank]] for rank in _smallest(gaps)),
    )


def _smallest(gaps: Floats) -> npt.NDArray[np.int64]:
    """The positions of the smallest known gaps; equal ones in the order of the criteria."""
    ordered = np.argsort(gaps.round(9), kind="stable")
    return ordered[np.isfinite(gaps[ordered])][:CLOSEST]
