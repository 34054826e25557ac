"""Fitting the time and activity models to the official figures of some départements only.

What is minimised on the fitting communes, once our mean is set to the official one: the median
absolute error in consultations, minus the population-weighted correlation, minus Spearman's (an
equal say for the three [assumption, editable]). Times first, then activity too; Nelder-Mead from
a fixed start, so that the same tables always give the same numbers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from geo.access.activity import FLAT, ActivityModel, rescaled
from geo.catchments.decay import KERNELS, Kernel
from geo.errors import BadInput
from geo.measure import Floats
from geo.times.model import CrowFlyModel
from geo.validation.agreement import agreement
from geo.validation.apl_comparison import Comparison, Mask

MIN_COMMUNES = 30
# start_min, ln speed, ln sparse and dense speeds, ln sparse and dense activities: start, first
# step, bounds. The bounds keep the search among journeys that cars make.
_START = np.array([0.5, np.log(48.0), np.log(0.75), 0.0, 0.0, 0.0])
_STEP = np.array([1.5, -0.15, -0.2, -0.2, -0.3, -0.3])
_BOUNDS = [(0.0, 6.0), (np.log(20.0), np.log(60.0)), *[(-0.7, 0.3)] * 2, *[(-0.7, 0.7)] * 2]
# Detours from 1.4 nearby to 1.1 far away, after Héran [secondary, verify].
_DETOUR_FAR, _DETOUR_NEAR, _DETOUR_FADE_KM = 1.1, 0.3, 20.0


@dataclass(frozen=True)
class Fitted:
    """The two models, the départements they were fitted on, and the loss reached there."""

    time: CrowFlyModel
    activity: ActivityModel
    departements: tuple[str, ...]
    loss: float


def fit_time_model(
    comparison: Comparison,
    fit_departements: Collection[str],
    *,
    kernel: Kernel | None = None,
    activity: bool = True,
    evaluations: tuple[int, int] = (80, 110),
) -> Fitted:
    """Fit speed, start and slope, then the activity by density too, on some départements.

    Parameters
    ----------
    activity : False leaves one activity for all places (its scale alone is fitted).
    evaluations : most evaluations of each stage: times, then activity too.

    Raises
    ------
    BadInput
        When these départements hold too few communes with an official figure.
    """
    kernel = kernel or KERNELS["drees"]
    chosen = tuple(sorted(set(fit_departements)))
    rows = comparison.communes["departement"].isin(chosen).to_numpy()
    if rows.sum() < MIN_COMMUNES:
        raise BadInput(
            f"Ajustement : {rows.sum()} commune(s) avec un APL officiel dans "
            f"{', '.join(chosen) or 'aucun département'}, {MIN_COMMUNES} attendues au moins. "
            "À faire : construisez la région entière."
        )

    def loss(values: Floats) -> float:
        return _loss(comparison, *_models(values, ""), kernel, rows)

    # Fits of the times alone and of the activity too begin alike.
    stage = (chosen, kernel, evaluations[0])
    if stage not in comparison.fits:
        comparison.fits[stage] = _descend(loss, _START, 4, evaluations[0])
    values = comparison.fits[stage]
    if activity:
        values = _descend(loss, values, 6, evaluations[1])
    source = f"ajusté sur l'APL des départements {', '.join(chosen)}"
    time, shape = _models(values, source)
    ours = comparison.access(time, shape, kernel)
    table = comparison.communes[rows]
    scaled = rescaled(
        shape, ours[rows], table["official"].to_numpy(), table["standardised"].to_numpy()
    )
    return Fitted(time, scaled, chosen, loss(values))


def scaled_flat(
    comparison: Comparison, time: CrowFlyModel, kernel: Kernel, fit_departements: Collection[str]
) -> ActivityModel:
    """One activity for all places, set on the fitting départements alone."""
    rows = comparison.communes["departement"].isin(tuple(fit_departements)).to_numpy()
    table = comparison.communes[rows]
    ours = comparison.access(time, FLAT, kernel)[rows]
    return rescaled(FLAT, ours, table["official"].to_numpy(), table["standardised"].to_numpy())


def folds(departements: Collection[str], count: int = 4) -> list[tuple[str, ...]]:
    """Groups of départements to be judged in turn, dealt out in the order of their codes.

    >>> folds(["01", "03", "07"], 2)
    [('01', '07'), ('03',)]
    """
    ordered = sorted(set(departements))
    return [tuple(ordered[first::count]) for first in range(min(count, len(ordered)))]


def _models(values: Floats, source: str) -> tuple[CrowFlyModel, ActivityModel]:
    start, speed, sparse_speed, dense_speed, sparse, dense = [
        float(values[0]),
        *(float(value) for value in np.exp(values[1:])),
    ]
    time = CrowFlyModel(
        speed_kmh=speed,
        sparse=sparse_speed,
        dense=dense_speed,
        start_min=start,
        detour_far=_DETOUR_FAR,
        detour_near=_DETOUR_NEAR,
        detour_fade_km=_DETOUR_FADE_KM,
        source=source,
    )
    activity = ActivityModel(sparse=sparse, dense=dense, source=source)
    return time, activity


def _loss(
    comparison: Comparison, time: CrowFlyModel, activity: ActivityModel, kernel: Kernel, rows: Mask
) -> float:
    table = comparison.communes[rows]
    official, standardised = table["official"].to_numpy(), table["standardised"].to_numpy()
    ours = comparison.access(time, activity, kernel)[rows]
    mean = max(float(np.average(ours, weights=standardised)), 1e-12)
    ours = ours * np.average(official, weights=standardised) / mean
    found = agreement(
        ours, official, population=table["population"].to_numpy(), standardised=standardised
    )
    return float(found.median_error - np.nan_to_num(found.r) - np.nan_to_num(found.spearman))


def _descend(loss, start: Floats, free: int, evaluations: int) -> Floats:  # type: ignore[no-untyped-def]
    """Nelder-Mead on the first ``free`` values, the others held."""

    def partial(values: Floats) -> float:
        return float(loss(np.concatenate([values, start[free:]])))

    simplex = np.vstack([start[:free], start[:free] + np.diag(_STEP[:free])])
    low, high = np.array(_BOUNDS[:free]).T
    best = minimize(
        partial,
        start[:free],
        method="Nelder-Mead",
        bounds=_BOUNDS[:free],
        options={"maxfev": evaluations, "initial_simplex": np.clip(simplex, low, high)},
    )
    return np.concatenate([best.x, start[free:]])
