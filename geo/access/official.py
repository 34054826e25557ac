"""The official figure of the DREES beside each QPV, and what rests on its older practitioners."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.access.outlook import SCENARIO_FR, dependence_on_older
from geo.schema import Layers
from geo.territory import parent_commune
from geo.words import counted

OUTLOOK_AGE = 65
_ROUNDING = 0.011


def official_apl(layers: Layers) -> pd.DataFrame:
    """The latest figures of each commune (index): ``value``, ``vintage`` and ``up_to_age``.

    ``up_to_age`` is the series of general practitioners of ``OUTLOOK_AGE`` or less, of the same
    vintage; NaN where the workbook has none.
    """
    rows = layers["indicators"]
    rows = rows[rows["territory_kind"] == "commune"]
    rows = rows.sort_values("vintage", ascending=False, kind="stable")
    keys = ["code", "vintage"]
    limited = rows[rows["indicator"] == "apl_gp_65"].drop_duplicates(keys).set_index(keys)["value"]
    latest = rows[rows["indicator"] == "apl_gp"].drop_duplicates("code")
    same = pd.MultiIndex.from_frame(latest[keys])
    return latest.assign(up_to_age=limited.reindex(same).to_numpy(float)).set_index("code")[
        ["value", "vintage", "up_to_age"]
    ]


def beside_quarters(
    apl: pd.DataFrame, communes: pd.Series, access: pd.Series
) -> tuple[pd.DataFrame, list[str]]:
    """Per QPV, the official figure of its commune, and our access if the older ones leave.

    Parameters
    ----------
    apl : of ``official_apl``. communes : commune codes of each QPV (tuples); the arrondissement,
        when there is one, else the first. access : ours, same index.

    Returns ``apl_commune``, ``apl_commune_vintage``, ``access_outlook`` (ours, less the share of
    the commune's official figure that rests on practitioners above ``OUTLOOK_AGE``),
    ``access_outlook_lost`` (that share) and ``access_outlook_status`` (modelled or missing); and
    what a reader must know of it.
    """
    found = apl.reindex(communes.map(lambda own: _commune(own, apl.index)))
    now, after = found["value"].to_numpy(float), found["up_to_age"].to_numpy(float)
    # A limited figure above the other is an error of its source: nothing is said from it.
    odd = after > now + _ROUNDING
    lost = dependence_on_older(now, np.where(odd, np.nan, after))["lost_share"].to_numpy(float)
    outlook = access.to_numpy(float) * (1 - lost)
    known = np.isfinite(outlook)
    notes = [_SAID] if known.any() else []
    if odd.any():
        notes.append(
            f"{counted(int(odd.sum()), 'quartier')} dont l'APL limitée à {OUTLOOK_AGE} ans dépasse "
            "l'APL tous âges dans le fichier officiel : scénario manquant."
        )
    table = pd.DataFrame(
        {
            "apl_commune": now,
            "apl_commune_vintage": found["vintage"].fillna("").to_numpy(),
            "access_outlook": np.where(known, outlook, np.nan),
            "access_outlook_lost": np.where(known, lost, np.nan),
            "access_outlook_status": np.where(known, "modelled", "missing"),
        },
        index=communes.index,
    )
    return table, notes


_SAID = (
    "« Si les généralistes de plus de 65 ans partent » : la part de l'APL de la commune qui repose "
    f"sur eux, retirée de l'accès estimé du quartier. {SCENARIO_FR}"
)


def _commune(own: tuple[str, ...], known: pd.Index) -> str:
    districts = [code for code in own if parent_commune(code) != code]
    return next((code for code in [*districts, *own[:1]] if code in known), "")
