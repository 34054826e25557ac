"""From rates to people: those to accompany and those who do not claim the C2S (METHODS, 2.3).

No official rate exists for either at the scale of a QPV. Every figure here is modelled and stands
between a low and a high one, whose rates are settings.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.parameters import Parameters

PEOPLE_COLUMNS = (
    "need_people_low",
    "need_people_high",
    "c2s_unclaimed_people",
    "c2s_unclaimed_low",
    "c2s_unclaimed_high",
    "c2s_unclaimed_status",
    "c2s_unclaimed_perimeter",
)


def people(
    population: pd.Series,
    beneficiaries: pd.DataFrame,
    covered: pd.DataFrame,
    parameters: Parameters,
) -> pd.DataFrame:
    """Columns ``PEOPLE_COLUMNS`` on the index of ``population`` (inhabitants, NaN unknown).

    ``beneficiaries`` and ``covered`` hold the counts of the C2S and of all the insured in the same
    order (value, status, perimeter, carried_from). Those
    entitled are beneficiaries / (1 - non-take-up), those who do not claim are that less the
    beneficiaries, and no more than the insured without it: the national rate is applied to each
    QPV, which no local measure confirms.
    Persons counted on the 2015 perimeter stay so: ``c2s_unclaimed_perimeter``.
    """
    count = beneficiaries["value"].to_numpy(float)
    same = beneficiaries[["perimeter", "carried_from"]] == covered[["perimeter", "carried_from"]]
    without = np.where(same.all(axis=1), covered["value"] - count, np.nan)
    # Without the insured of the same perimeter nothing limits the estimate.
    limit = np.nan_to_num(np.maximum(without, 0.0), nan=np.inf)
    inhabitants = population.to_numpy(float)
    known = np.isfinite(count)
    # A count hidden by secrecy stays hidden; a blank one is missing; neither is 0.
    unknown = np.where(beneficiaries["status"] == "suppressed", "suppressed", "missing")
    low, high = parameters.c2s_nontakeup_range
    return pd.DataFrame(
        {
            "need_people_low": inhabitants * parameters.need_rate_range[0],
            "need_people_high": inhabitants * parameters.need_rate_range[1],
            "c2s_unclaimed_people": np.minimum(count * odds(parameters.c2s_nontakeup), limit),
            "c2s_unclaimed_low": np.minimum(count * odds(low), limit),
            "c2s_unclaimed_high": np.minimum(count * odds(high), limit),
            "c2s_unclaimed_status": np.where(known, "modelled", unknown),
            "c2s_unclaimed_perimeter": np.where(known, beneficiaries["perimeter"], ""),
        },
        index=population.index,
    )


def odds(nontakeup: float) -> float:
    """People who do not claim per person who does: 0.44 → 0.44 / 0.56."""
    return nontakeup / (1 - nontakeup)
