"""Three-year outlook, as a scenario: what is lost if the practitioners above an age leave.

Nothing here is a forecast: nobody is assumed to arrive, nobody below the age to leave, and the
others keep their activity. The result is ``modelled`` and reads « scénario ».
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.errors import BadInput
from geo.measure import Floats
from geo.words import counted

SCENARIO_FR = (
    "Scénario, pas une prévision : tous les praticiens au-dessus de l'âge partent, "
    "personne ne s'installe, les autres gardent leur activité."
)


def dependence_on_older(all_ages: Floats, up_to_age: Floats) -> pd.DataFrame:
    """Share of a place's access that rests on practitioners above an age.

    Parameters
    ----------
    all_ages, up_to_age : (n,) the official indicator of each place with no age limit, and with
        the practitioners of the age or less only (« 65 ans et moins »), same unit; NaN unknown.

    Returns columns ``access_now``, ``access_after``, ``lost``, ``lost_share`` (NaN where there
    is no access to lose, or where either figure is unknown) and ``status`` (``modelled`` or
    ``missing``).

    Raises
    ------
    BadInput
        When a figure is negative, or the limited one exceeds the other by more than rounding:
        the two columns are then not what they are said to be. The first offenders are named.
    """
    now = np.asarray(all_ages, dtype=np.float64)
    after = np.asarray(up_to_age, dtype=np.float64)
    if now.shape != after.shape:
        raise BadInput(f"Scénario : {now.size} valeurs tous âges, {after.size} avec une limite.")
    wrong = np.flatnonzero((now < 0) | (after < 0) | (after > now + 0.011))
    if len(wrong):
        shown = ", ".join(f"ligne {at + 1} ({now[at]:g} et {after[at]:g})" for at in wrong[:5])
        raise BadInput(
            f"Scénario : {counted(len(wrong), 'ligne')} où l'accès avec une limite d'âge dépasse "
            "l'accès "
            f"tous âges, ou est négatif : {shown}. À faire : vérifiez les deux colonnes."
        )
    lost = np.maximum(now - after, 0.0)
    known = np.isfinite(lost)
    share = np.divide(lost, now, out=np.full(now.shape, np.nan), where=known & (now > 0))
    return pd.DataFrame(
        {
            "access_now": now,
            "access_after": np.where(known, now - lost, np.nan),
            "lost": lost,
            "lost_share": share,
            "status": np.where(known, "modelled", "missing"),
        }
    )


def supply_after_departures(
    capacity: Floats, ages: Floats, *, leaves_above: float, years: float = 3.0
) -> pd.DataFrame:
    """Capacity left in some years if everyone above an age by then has gone.

    Parameters
    ----------
    capacity : (n,) what each practitioner or site offers, unit of the caller.
    ages : (n,) age today; NaN unknown: kept, since nothing says that they leave.
    leaves_above : age above which a practitioner leaves (65: those of 65 stay).
    years : horizon; an age today of 63 is 66 in three years.

    Returns columns ``capacity_now``, ``capacity_after``, ``leaves`` and ``status``
    (``modelled``, or ``missing`` where the age or the capacity is unknown); to be fed to any
    catchment in place of the capacity of today.

    Raises
    ------
    BadInput
        Different lengths, negative capacity or horizon.
    """
    now = np.asarray(capacity, dtype=np.float64)
    age = np.asarray(ages, dtype=np.float64)
    if now.shape != age.shape:
        raise BadInput(f"Scénario : {now.size} capacités et {age.size} âges.")
    if (now < 0).any() or years < 0:
        raise BadInput("Scénario : capacités et horizon positifs ou nuls attendus.")
    leaves = age + years > leaves_above
    known = np.isfinite(age) & np.isfinite(now)
    return pd.DataFrame(
        {
            "capacity_now": now,
            "capacity_after": np.where(leaves, 0.0, now),
            "leaves": leaves,
            "status": np.where(known, "modelled", "missing"),
        }
    )
