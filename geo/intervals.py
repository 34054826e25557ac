"""Intervals around a share that was counted, never around one that was modelled."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import chi2

from geo.measure import Floats

Z95 = 1.959964


def wilson(successes: float, trials: float, z: float = Z95) -> tuple[float, float]:
    """Wilson interval of a share: 470 of 500 gives (0.915639, 0.957652); (0, 1) for no trial.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n), E. B. Wilson 1927.

    Raises
    ------
    ValueError
        When the counts are negative, or when there are more successes than trials.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is not a share")
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    # The ends are exact where the formula is: at no success the lower end is 0, not 1e-19.
    low = 0.0 if successes == 0 else (middle - half) / scale
    high = 1.0 if successes == trials else (middle + half) / scale
    return low, high


def wilson_bounds(successes: Floats, trials: int, z: float = Z95) -> tuple[Floats, Floats]:
    """The same for many counts out of one number of trials, above 0."""
    counts = np.asarray(successes, dtype=np.float64)
    share = counts / trials
    middle = share + z * z / (2 * trials)
    half = z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    low = np.where(counts == 0, 0.0, (middle - half) / scale)
    high = np.where(counts == trials, 1.0, (middle + half) / scale)
    return low, high


def garwood(count: float, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of a Poisson count (F. Garwood 1936): 118 gives (97.67, 141.31).

    low = χ²(α/2 ; 2k) / 2 (0 for no event), high = χ²(1 − α/2 ; 2k + 2) / 2.

    Raises
    ------
    ValueError
        When the count is negative or no finite number.
    """
    if not 0 <= count < math.inf:
        raise ValueError(f"{count} is not a count")
    alpha = 1 - confidence
    low = 0.0 if count == 0 else float(chi2.ppf(alpha / 2, 2 * count)) / 2
    return low, float(chi2.ppf(1 - alpha / 2, 2 * count + 2)) / 2
