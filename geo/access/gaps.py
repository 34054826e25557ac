"""A QPV beside its commune and its département, by one method: our own figure of each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.access.gp import GpAccess
from geo.territory import departement_of_commune, parent_commune


def mean_by_commune(reached: GpAccess, demand: pd.DataFrame) -> pd.Series:
    """Our access of each commune with people, weighted by its (standardised) people.

    A whole city has the mean over its arrondissements.
    """
    places = _flows(reached, demand)
    parents = places.assign(code=places["code"].map(parent_commune))
    return _mean(pd.concat([places, parents[parents["code"] != places["code"]]]))


def access_gaps(reached: GpAccess, demand: pd.DataFrame, communes: pd.Series) -> pd.DataFrame:
    """``access_minus_commune`` and ``access_minus_departement``, in the unit of ``access``.

    The commune is the arrondissement of the QPV, else its first one (``communes``: tuples, in the
    order of ``reached.quarters``), as for the official figure shown beside. NaN when either side
    is unknown; below 0, the QPV is worse off.
    """
    access = reached.quarters["access"].to_numpy(float)
    by_commune = mean_by_commune(reached, demand)
    places = _flows(reached, demand)
    by_departement = _mean(places.assign(code=places["code"].map(departement_of_commune)))
    own = communes.map(lambda codes: _compared_commune(codes, by_commune))
    around = communes.map(lambda codes: departement_of_commune(codes[0]) if codes else "")
    return pd.DataFrame(
        {
            "access_minus_commune": access - by_commune.reindex(own).to_numpy(float),
            "access_minus_departement": access - by_departement.reindex(around).to_numpy(float),
        }
    )


def _compared_commune(codes: tuple[str, ...], known: pd.Series) -> str:
    districts = [code for code in codes if parent_commune(code) != code]
    return next((code for code in [*districts, *codes[:1]] if code in known.index), "")


def _flows(reached: GpAccess, demand: pd.DataFrame) -> pd.DataFrame:
    people = np.nan_to_num(reached.people)
    return pd.DataFrame(
        {
            "code": demand["commune"].to_numpy(),
            "people": people,
            "reached": people * reached.demand,
        }
    )


def _mean(flows: pd.DataFrame) -> pd.Series:
    sums = flows.groupby("code").sum()
    mean: pd.Series = sums["reached"] / sums["people"].where(sums["people"] > 0)
    # An unknown access leaves the mean unknown: it is not a zero.
    return mean.mask(flows["reached"].isna().groupby(flows["code"]).any())
