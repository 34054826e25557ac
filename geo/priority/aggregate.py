"""From standardised criteria to one score out of 100, in parts that add up to it exactly.

- ``sum``: Σ w'_k u_k; the part of k is w'_k u_k, in points, and the parts sum to the score.
- ``geometric``: Π u_k^w'_k; the part of k is w'_k ln u_k, and the parts sum to the logarithm of
  the score. A criterion near 0 pulls the whole down, more than it does in a sum; so that a single
  0 does not erase the others, u_k below ``floor`` counts as ``floor``.

A missing criterion leaves its weight to the others: w'_k = w_k / Σ observed w. There is no score
when the observed weight is below the minimum, or when a required criterion is missing. The minimum
is a part of the weight of the criteria known somewhere: what nobody knows tells no quarter from
another, so it is set aside whatever its weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from geo.measure import Floats

Aggregation = Literal["sum", "geometric"]
AGGREGATIONS: tuple[Aggregation, ...] = get_args(Aggregation)
AGGREGATION_WORDS: dict[Aggregation, str] = {
    "sum": "somme pondérée",
    "geometric": "moyenne géométrique pondérée",
}


@dataclass(frozen=True, eq=False)
class Scores:
    """Rows quarters, columns criteria.

    ``score`` (n,) out of 100, NaN without one; ``parts`` (n, k) sum along a row to ``total`` (n,),
    which is the score itself, or its natural logarithm for ``geometric``; ``weights`` (n, k) are
    those really used, 0 for a missing criterion; ``observed`` (n,) the share of weight observed.
    """

    score: Floats
    total: Floats
    parts: Floats
    weights: Floats
    observed: Floats


def aggregate(
    placed: Floats,
    weights: Floats,
    method: Aggregation,
    *,
    required: npt.NDArray[np.bool_],
    min_observed: float,
    floor: float,
    among: npt.NDArray[np.bool_] | None = None,
) -> Scores:
    """Scores of ``placed`` (n quarters, k criteria on 0–100, NaN missing); ``weights`` sum to 1.

    ``among`` : see ``reweighted``.
    """
    used, observed = reweighted(
        placed, weights, required=required, min_observed=min_observed, among=among
    )
    parts = used * transformed(placed, method, floor=floor)
    parts[np.isnan(placed)] = 0.0
    parts[used.sum(axis=1) == 0] = np.nan
    total = parts.sum(axis=1)
    score = np.exp(total) if method == "geometric" else total
    return Scores(score, total, parts, used, observed)


def reweighted(
    placed: Floats,
    weights: Floats,
    *,
    required: npt.NDArray[np.bool_],
    min_observed: float,
    among: npt.NDArray[np.bool_] | None = None,
) -> tuple[Floats, Floats]:
    """Weights really used (n, k), all 0 in a row without a score, and the share observed (n,).

    ``among`` (n,) : the rows where a criterion must be known once to count in the minimum; all of
    them when None.
    """
    seen = np.isfinite(placed)
    observed = (seen * weights).sum(axis=1)
    known = (seen if among is None else seen[among]).any(axis=0)
    # 1e-12: 0.2 + 0.2 + 0.2 is not below 0.6.
    enough = (observed >= min_observed * weights[known].sum() - 1e-12) & (observed > 0)
    enough &= seen[:, required & (weights > 0)].all(axis=1)
    divisor = np.where(observed > 0, observed, 1.0)
    used = np.where(seen & enough[:, None], weights / divisor[:, None], 0.0)
    return used, observed


def transformed(placed: Floats, method: Aggregation, *, floor: float) -> Floats:
    """What is weighted and summed: the value itself, or its logarithm once floored."""
    if method == "sum":
        return placed
    return np.asarray(np.log(np.maximum(placed, floor)), dtype=np.float64)
