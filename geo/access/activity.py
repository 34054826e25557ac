"""Consultations a year that a place of practice stands for.

The facilities database counts places of practice: a practitioner with two surgeries is counted
twice, one with a special practice (acupuncture, allergies …) is counted although the official
indicator leaves them out, and no activity is known. The official floor and cap are those of a
practitioner, not of a place, so they are applied only where an activity is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geo.access.settings import FITTED_ON
from geo.errors import BadInput
from geo.measure import Floats
from geo.parameters import Parameters
from geo.times.model import DENSITY_KNOTS, by_density
from geo.words import number

ACTIVITY_FLOOR = 3_600.0
ACTIVITY_CAP = 6_000.0
CONSULTATIONS_PER_FTE = Parameters().consultations_per_fte


@dataclass(frozen=True)
class ActivityModel:
    """Consultations a year per place of practice, by the density of people around it.

    ``per_practice`` holds at 300 inhabitants per km²; ``sparse`` and ``dense`` multiply it at 20
    and at 5,000, and the factor is linear in the logarithm of density in between, constant
    outside [all three fitted].

    Raises
    ------
    BadInput
        When a parameter is not a positive finite number.
    """

    per_practice: float = CONSULTATIONS_PER_FTE
    sparse: float = 1.0
    dense: float = 1.0
    source: str = "saisi par l'utilisateur"

    def __post_init__(self) -> None:
        for name in ("per_practice", "sparse", "dense"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise BadInput(f"Modèle d'activité : {name} positif attendu, {value} reçu.")

    def sentence_fr(self) -> str:
        """The model in one French sentence."""
        by_density = [
            f"{number(self.per_practice * factor)} à {number(knot)} hab./km²"
            for knot, factor in zip(DENSITY_KNOTS, (self.sparse, 1.0, self.dense), strict=True)
        ]
        if self.sparse == self.dense == 1.0:
            return f"{number(self.per_practice)} consultations/an par lieu d'exercice, partout"
        return "consultations/an par lieu d'exercice : " + ", ".join(by_density)


def activity_model(parameters: Parameters) -> ActivityModel:
    """The model that the settings of an analysis describe.

    The defaults are fitted like those of ``geo.times.model.time_model``, on the same
    départements; their scale goes with counts of places of practice (BPE).
    """
    return ActivityModel(
        per_practice=parameters.consultations_per_practice,
        sparse=parameters.activity_sparse,
        dense=parameters.activity_dense,
        source="paramètres de l'analyse",
    )


FITTED_ACTIVITY = replace(
    activity_model(Parameters()),
    source="arrondi d'un ajustement sur l'APL 2021 des départements " + ", ".join(FITTED_ON),
)
# One activity for all places that sets the crude reference to the official mean on them.
FITTED_FLAT = ActivityModel(per_practice=4_000.0, source=FITTED_ACTIVITY.source)
FLAT = ActivityModel(source="un lieu d'exercice compté pour un ETP de 5 400 consultations")


def density_factor(density_per_km2: Floats, model: ActivityModel) -> Floats:
    """Relative activity of a place of practice, 1 at 300 inhabitants per km²; NaN counts as 1."""
    return by_density(density_per_km2, model.sparse, model.dense)


def capacity(practices: Floats, density_per_km2: Floats, model: ActivityModel) -> Floats:
    """Consultations a year offered by so many places of practice where this many people live.

    An unknown number of practices stays NaN.

    Raises
    ------
    BadInput
        When a number of practices is negative.
    """
    counted = np.asarray(practices, dtype=np.float64)
    if (counted < 0).any():
        raise BadInput("Lieux d'exercice : nombres positifs ou nuls attendus.")
    return counted * model.per_practice * density_factor(density_per_km2, model)


def bounded_activity(acts_per_year: Floats, *, floor_zero: bool = False) -> Floats:
    """Known yearly activity of practitioners, within the official floor and cap (3,600 to 6,000).

    A practitioner without any act is dropped (0) unless ``floor_zero`` [assumption, editable].
    NaN stays NaN. Divide by 5,400 for full-time equivalents. Source: FAQ of the zoning of 2018.

    Raises
    ------
    BadInput
        When an activity is negative.
    """
    acts = np.asarray(acts_per_year, dtype=np.float64)
    if (acts < 0).any():
        raise BadInput("Activité : nombres d'actes positifs ou nuls attendus.")
    bounded = np.clip(acts, ACTIVITY_FLOOR, ACTIVITY_CAP)
    return np.asarray(bounded if floor_zero else np.where(acts == 0, 0.0, bounded))


def rescaled(
    model: ActivityModel, ours: Floats, official: Floats, standardised: Floats
) -> ActivityModel:
    """The same model with the one factor that makes our mean equal to the official one.

    Means are weighted by standardised population. The places given are those of the fitting
    départements only: the factor must not see the places it is judged on.

    Raises
    ------
    BadInput
        When there is nothing to compare, or our mean is 0.
    """
    known = np.isfinite(ours) & np.isfinite(official) & (np.nan_to_num(standardised) > 0)
    mean = np.average(ours[known], weights=standardised[known]) if known.any() else 0.0
    if not mean > 0:
        raise BadInput("Calage de l'activité : aucune commune avec un accès à comparer.")
    target = np.average(official[known], weights=standardised[known])
    return replace(model, per_practice=float(model.per_practice * target / mean))
