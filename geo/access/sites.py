"""Practitioners who work at several places: their activity is shared, never counted twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.checks import BadCounts, offenders
from geo.errors import BadInput
from geo.words import plural

# Rounding of shares written with three decimals, over a few sites.
_SHARE_TOLERANCE = 0.005


class BadShares(BadInput):
    """The shares of one practitioner among sites do not add up to 1."""


def capacity_of_sites(
    rows: pd.DataFrame, *, consultations_per_fte: float | None = None
) -> pd.DataFrame:
    """Capacity of each site from practitioners × sites rows; the total is conserved.

    Parameters
    ----------
    rows : practitioner_id, supply_id, acts_per_year (the practitioner's whole activity a year,
        floor and cap already applied, the same on each of their rows) and, when known, share (part
        of it done at the site). Without shares the activity is divided equally.
    consultations_per_fte : consultations of one full-time equivalent, to add a column ``fte``.

    Returns a frame indexed by supply_id, sorted: ``acts_per_year``, ``practitioners`` (how many
    work there, whole persons) and ``fte``. A practitioner without any activity is not counted.

    Raises
    ------
    BadInput, BadCounts, BadShares
        Missing columns, a row met twice, activities that are negative, unknown or differ between
        the rows of one practitioner, shares out of 0 … 1 or of wrong sum: first offenders listed.
    """
    lost = [name for name in ("practitioner_id", "supply_id", "acts_per_year") if name not in rows]
    if lost:
        what = plural(len(lost), "colonne absente", "colonnes absentes")
        raise BadInput(f"Lieux d'exercice : {what} : {', '.join(lost)}.")
    who, acts = rows["practitioner_id"], rows["acts_per_year"].astype("float64")
    _refuse(rows.duplicated(["practitioner_id", "supply_id"]), who, "même lieu cité deux fois")
    wrong = ~(np.isfinite(acts) & (acts >= 0))
    if wrong.any():
        names = list(dict.fromkeys(who[wrong]))
        raise BadCounts(
            f"Lieux d'exercice, activité négative ou inconnue : {offenders(names, len(names))}."
        )
    _refuse(acts.groupby(who).transform("nunique") > 1, who, "activités différentes selon le lieu")
    share = _shares(rows)
    part = acts * share
    at_work = part > 0
    by_site = rows["supply_id"][at_work]
    sites = pd.DataFrame(
        {
            "acts_per_year": part[at_work].groupby(by_site).sum(),
            "practitioners": who[at_work].groupby(by_site).nunique().astype("int64"),
        }
    )
    if consultations_per_fte is not None:
        if not consultations_per_fte > 0:
            raise BadInput("Consultations par ETP : nombre positif attendu.")
        sites["fte"] = sites["acts_per_year"] / consultations_per_fte
    return sites.rename_axis("supply_id").sort_index()


def _shares(rows: pd.DataFrame) -> pd.Series:
    who = rows["practitioner_id"]
    if "share" not in rows:
        return 1 / who.groupby(who).transform("size").astype("float64")
    share = rows["share"].astype("float64")
    _refuse(~share.between(0, 1), who, "parts hors de 0 … 1", BadShares)
    total = share.groupby(who).transform("sum")
    _refuse((total - 1).abs() > _SHARE_TOLERANCE, who, "parts dont la somme n'est pas 1", BadShares)
    return share / total


def _refuse(wrong: pd.Series, who: pd.Series, what: str, error: type[BadInput] = BadInput) -> None:
    if wrong.any():
        names = list(dict.fromkeys(who[wrong]))
        raise error(f"Lieux d'exercice, {what} : {offenders(names, len(names))}.")
