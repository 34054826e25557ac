"""People weighted by the care their age uses, and the two ways to average an access over them.

A mean is weighted by standardised people; a headcount under a threshold by all people: the note
printed in each of the DREES workbooks [official].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.access.settings import Edge
from geo.checks import BadCounts, offenders
from geo.errors import BadInput
from geo.measure import Floats
from geo.words import plural


@dataclass(frozen=True)
class AgeBand:
    """One age band and its consumption of care over the national mean of all ages."""

    name: str
    youngest: int
    oldest: int | None
    weight: float


@dataclass(frozen=True)
class AgeWeights:
    """A set of weights, with what is known of it."""

    bands: tuple[AgeBand, ...]
    vintage: str
    source: str
    mark: str

    @property
    def names(self) -> list[str]:
        """The bands, youngest first."""
        return [band.name for band in self.bands]


def _bands(weights: tuple[float, ...]) -> tuple[AgeBand, ...]:
    last = len(weights) - 1
    return tuple(
        AgeBand(
            f"{5 * rank}+" if rank == last else f"{5 * rank}-{5 * rank + 4}",
            5 * rank,
            None if rank == last else 5 * rank + 4,
            weight,
        )
        for rank, weight in enumerate(weights)
    )


# fmt: off
_GP_2024 = (
    1.12, 0.61, 0.58, 0.60, 0.78, 0.79, 0.82, 0.86, 0.91, 0.90,
    1.02, 1.13, 1.14, 1.21, 1.39, 1.59, 1.57, 1.81, 2.18,
)
# fmt: on
GP_AGE_WEIGHTS = AgeWeights(
    _bands(_GP_2024),
    "2024",
    "consommation moyenne de la tranche d'âge / moyenne nationale (définition de la DREES) ; "
    "valeurs reprises de textes citant la DREES, non vues à la source",
    "secondary",
)


def standardised_population(
    people_by_age: pd.DataFrame, weights: AgeWeights = GP_AGE_WEIGHTS
) -> pd.Series:
    """Σ_a w_a P_a of each row, before any rescaling; NaN when a band is unknown.

    ``people_by_age`` has one column a band (``0-4`` … ``90+``); its other columns are not read.

    Raises
    ------
    BadInput
        When a band has no column. BadCounts
        When a count is negative; the first places are listed.
    """
    lost = [name for name in weights.names if name not in people_by_age.columns]
    if lost:
        what = plural(len(lost), "tranche absente", "tranches absentes")
        raise BadInput(f"Population par âge : {what} : {', '.join(lost)}.")
    people = people_by_age[weights.names].astype("float64")
    negative = people.index[(people < 0).any(axis=1)]
    if len(negative):
        raise BadCounts(
            f"Population par âge négative : {offenders(negative, len(negative))}. "
            "Attendu : des nombres positifs ou nuls."
        )
    factors = np.array([band.weight for band in weights.bands])
    return pd.Series(people.to_numpy() @ factors, index=people.index, name="standardised")


def rescaled(standardised: pd.Series, population: pd.Series) -> pd.Series:
    """The same, times the one factor that makes both totals equal.

    The factor is that of the places where both are known, and is meant to be taken over the whole
    country: over a part of it, an old territory would lose what its age means.

    Raises
    ------
    BadInput
        When nothing is known, or nobody is there.
    """
    known = standardised.notna() & population.notna()
    total, weighted = population[known].sum(), standardised[known].sum()
    if not (total > 0 and weighted > 0):
        raise BadInput("Population standardisée : aucun lieu dont la population est connue.")
    return standardised * (total / weighted)


@dataclass(frozen=True)
class AccessSummary:
    """Mean access and share of people under a threshold, with the share of people behind them.

    ``mean`` and ``share_below`` are NaN when nobody's access is known; ``known_share`` is the part
    of the people whose access is (1 when all).
    """

    mean: float
    share_below: float
    threshold: float
    edge: Edge
    known_share: float


def summarise_access(
    access: Floats,
    standardised: Floats,
    population: Floats,
    threshold: float,
    edge: Edge = "lt",
) -> AccessSummary:
    """Mean weighted by standardised people; share of all people below ``threshold``.

    Parameters
    ----------
    access, standardised, population : (n,); a place where one is NaN is left out, and
        ``known_share`` says for how many people.
    edge : ``"lt"``, strictly below (« sous-dense » of the DREES); ``"le"``, at most (zoning).

    Raises
    ------
    BadCounts
        When a population is negative.
    """
    access, standardised, population = (
        np.asarray(values, np.float64) for values in (access, standardised, population)
    )
    if (standardised < 0).any() or (population < 0).any():
        raise BadCounts("Moyenne d'accès : populations positives ou nulles attendues.")
    known = np.isfinite(access) & np.isfinite(standardised) & np.isfinite(population)
    here, weight, people = access[known], standardised[known], population[known]
    below = here < threshold if edge == "lt" else here <= threshold
    everyone = float(np.nansum(population))
    return AccessSummary(
        float(np.average(here, weights=weight)) if weight.sum() > 0 else float("nan"),
        float(people[below].sum() / people.sum()) if people.sum() > 0 else float("nan"),
        threshold,
        edge,
        float(people.sum()) / everyone if everyone > 0 else 0.0,
    )
